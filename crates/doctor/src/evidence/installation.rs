//! What several judgements need to know about this installation, read off whatever source is open.

use telemetry::model::FailureKind;
use telemetry::model::tempo::HttpAnswer;
use telemetry::parse::authority::is_same_place;
use telemetry::parse::endpoint::mask_url;
use telemetry::parse::tempo_config::{self, EffectiveOverrides, TempoReleaseLine, UserProcessors};

use super::{EvidenceView, tempo_counters};

/// Is there a branch from the generator to Prometheus at all?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsBranch {
    /// Configuration or counters say so.
    Configured,
    /// Nothing says so, nothing says otherwise, and a Prometheus waits for it.
    Presumed,
    /// No storage for the generator and no processors.
    Absent,
}

impl MetricsBranch {
    /// True unless it is absent.
    pub fn is_configured(self) -> bool {
        self != MetricsBranch::Absent
    }
}

/// The line of Tempo, by behaviour: services, counters, the ring page; never by the version string.
pub fn detect_line(view: &EvidenceView<'_>) -> Option<TempoReleaseLine> {
    if let Some(line) = view
        .services()
        .get()
        .and_then(|rows| tempo_config::detect_release_line(rows))
    {
        return Some(line);
    }
    for slot in [view.metrics_after(), view.metrics_before()] {
        if let Some(scrape) = slot.get() {
            let has = |name: &str| scrape.samples.iter().any(|sample| sample.name == name);
            if has("tempo_live_store_ready") {
                return Some(TempoReleaseLine::V3);
            }
            if has("tempo_distributor_ingester_clients") || has("tempo_ingester_flush_queue_length") {
                return Some(TempoReleaseLine::V2);
            }
        }
    }
    match view.ingester_ring().get().map(|answer| answer.status) {
        Some(200) => Some(TempoReleaseLine::V2),
        Some(404) => Some(TempoReleaseLine::V3),
        _ => None,
    }
}

/// Tempo's configuration says that every request names its tenant.
pub fn is_multitenant(view: &EvidenceView<'_>) -> bool {
    view.config()
        .get()
        .is_some_and(|config| config.flag("multitenancy_enabled") == Some(true))
}

/// The overrides in force for our tenant.
pub fn find_overrides<'a>(view: &EvidenceView<'a>) -> Option<EffectiveOverrides<'a>> {
    let tenant = tempo_counters::resolve_tenant(view);
    tempo_config::find_effective_overrides(view.runtime_config().get(), view.config().get(), &tenant)
}

/// How far back a TraceQL metrics query has to reach to be refused, where the configuration makes Tempo ask for recent data
/// that is no longer kept.
pub fn find_refused_metrics_range_s(view: &EvidenceView<'_>) -> Option<f64> {
    let config = view.config().get()?;
    let recent = tempo_config::find_recent_metrics(config, detect_line(view))?;
    let longest = tempo_config::find_metrics_limit_s(config).unwrap_or(f64::INFINITY);
    let range = recent.asked_s.min(longest);
    (range > recent.kept_s + tempo_config::REFUSAL_SLACK_S).then_some(range)
}

/// The processors switched on for our tenant, where the configuration tells.
pub fn find_processors(view: &EvidenceView<'_>) -> Option<Vec<String>> {
    let tenant = tempo_counters::resolve_tenant(view);
    tempo_config::find_effective_processors(
        view.runtime_config().get(),
        view.config().get(),
        &tenant,
        detect_line(view),
    )
}

/// What a user-configurable override says of our tenant's processors.
pub fn find_user_processors(view: &EvidenceView<'_>) -> Option<UserProcessors> {
    tempo_config::find_user_processors(view.runtime_config().get()?, &tempo_counters::resolve_tenant(view))
}

/// Processors that run for our tenant, by the generator's own gauge; `None` where it has none for the tenant.
pub fn find_active_processors(view: &EvidenceView<'_>) -> Option<Vec<String>> {
    let tenant = tempo_counters::resolve_tenant(view);
    let scrape = view.metrics_after().get()?;
    let mut seen = false;
    let mut active = Vec::new();
    for sample in scrape.select("tempo_metrics_generator_active_processors", &[("tenant", &tenant)]) {
        seen = true;
        if sample.value > 0.0 {
            active.extend(sample.labels.get("processor").cloned());
        }
    }
    seen.then_some(active)
}

/// Is there a metrics branch?
pub fn detect_metrics_branch(view: &EvidenceView<'_>) -> MetricsBranch {
    if let Some(config) = view.config().get() {
        let storage = tempo_config::find_generator_path(config).is_some()
            || !tempo_config::find_remote_write_urls(config).is_empty();
        let wanted = find_processors(view).is_some_and(|list| !list.is_empty());
        return if storage || wanted {
            MetricsBranch::Configured
        } else {
            MetricsBranch::Absent
        };
    }
    if let Some(scrape) = view.metrics_after().get() {
        let counted = [
            "tempo_metrics_generator_spans_received_total",
            "tempo_distributor_metrics_generator_pushes_total",
            "prometheus_remote_storage_samples_total",
            "tempo_metrics_generator_active_processors",
        ];
        if counted.iter().any(|name| scrape.sum(name, &[]).is_some()) {
            return MetricsBranch::Configured;
        }
    }
    let made = view.metric_names().get().is_some_and(|names| {
        names
            .iter()
            .any(|name| name.starts_with("traces_spanmetrics_") || name.starts_with("traces_service_graph_"))
    });
    let written = [view.series_before(), view.series_after()]
        .iter()
        .any(|slot| slot.get().is_some_and(|series| !series.is_empty()));
    if made || written {
        return MetricsBranch::Configured;
    }
    // Every door of Tempo is shut, and somebody named a Prometheus: they expect something in it.
    let blind = view.metrics_after().get().is_none() && view.metrics_before().get().is_none();
    if blind && view.targets().prometheus.given && is_prometheus_answering(view) {
        return MetricsBranch::Presumed;
    }
    // The configuration is shut, and somebody switched on the receiver of the Prometheus beside this Tempo: for this.
    let awaited = !blind
        && view
            .write_probe()
            .get()
            .is_some_and(|answer| answer.status == 400 || answer.is_success());
    if awaited && is_prometheus_configured(view) || has_prometheus_failed(view) {
        MetricsBranch::Presumed
    } else {
        MetricsBranch::Absent
    }
}

/// True where nothing of Tempo's inside can be read, so that an absent branch is only an unknown one.
pub fn is_tempo_opaque(view: &EvidenceView<'_>) -> bool {
    view.config().get().is_none() && view.metrics_after().get().is_none()
}

/// A Prometheus that was given, or a default one that answers as Prometheus does, or one that Tempo writes to.
pub fn is_prometheus_configured(view: &EvidenceView<'_>) -> bool {
    let target = &view.targets().prometheus;
    if target.given {
        return true;
    }
    is_prometheus_answering(view) || is_tempo_writing_to_prometheus(view)
}

/// The given, or Tempo's, Prometheus does not answer.
fn has_prometheus_failed(view: &EvidenceView<'_>) -> bool {
    view.targets().prometheus.given && view.prometheus_ready().failure().is_some()
}

/// It answers a query as Prometheus does.
pub fn is_prometheus_answering(view: &EvidenceView<'_>) -> bool {
    view.query_probe()
        .get()
        .is_some_and(|answer| answer.is_success() && answer.body.contains("\"status\":\"success\""))
}

/// The answer of a Prometheus whose remote-write receiver is off (prometheus/prometheus v2.42: web/api/v1/api.go).
pub fn is_receiver_disabled(answer: &HttpAnswer) -> bool {
    answer.status == 404 && answer.body.contains("remote write receiver needs to be enabled")
}

/// Tempo's remote write points at the host and port of the Prometheus address.
pub fn is_tempo_writing_to_prometheus(view: &EvidenceView<'_>) -> bool {
    let here = &view.targets().prometheus.url;
    find_remote_write_urls(view).is_some_and(|urls| urls.iter().any(|url| is_same_place(url, here)))
}

/// The addresses the generator writes to: from the configuration, else from the labels of its counters.
pub fn find_remote_write_urls(view: &EvidenceView<'_>) -> Option<Vec<String>> {
    if let Some(config) = view.config().get() {
        return Some(tempo_config::find_remote_write_urls(config));
    }
    let scrape = view.metrics_after().get()?;
    let mut urls: Vec<String> = scrape
        .select("prometheus_remote_storage_samples_total", &[])
        // Where the counters are Prometheus' copy, its own remote write is among them, and has no tenant.
        .filter(|sample| sample.labels.contains_key("tenant"))
        .filter_map(|sample| Some(mask_url(sample.labels.get("url")?)))
        .collect();
    urls.sort();
    urls.dedup();
    (!urls.is_empty()).then_some(urls)
}

/// Nothing at all answers at Tempo's API: not a status, no connection, or only a gateway that finds nobody behind it.
pub fn is_tempo_unreachable(view: &EvidenceView<'_>) -> bool {
    let dead = |status: u16| matches!(status, 502 | 504);
    let slots = [view.ready(), view.echo()];
    let asked = slots.iter().filter(|slot| slot.was_asked()).count();
    asked > 0
        && slots.iter().filter(|slot| slot.was_asked()).all(|slot| match slot {
            telemetry::model::Slot::Known { value, .. } => dead(value.status),
            telemetry::model::Slot::Failed { failure } => {
                failure.kind.is_unreachable()
                    || failure.status.is_some_and(dead)
                    || failure.kind == FailureKind::Truncated
            }
            telemetry::model::Slot::NotAsked => false,
        })
}

/// `/api/echo` says `echo`: the query-frontend of a Tempo answers under this address.
pub fn has_tempo_echo(view: &EvidenceView<'_>) -> bool {
    view.echo()
        .get()
        .is_some_and(|answer| answer.status == 200 && answer.body.trim() == "echo")
}
