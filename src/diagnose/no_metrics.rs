//! Why Prometheus holds no span metrics or no service graph: what the configuration, the counters and Prometheus' own
//! status say. Nothing was pushed, so this names what explains an absence that was seen; doctor proves it.

use crate::checks::{EvidenceView, installation, tempo_counters};
use crate::model::FailureKind;
use crate::model::evidence::Evidence;
use crate::model::red::CauseNote;
use crate::parse::tempo_config;

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingMetrics {
    /// `traces_spanmetrics_*` and their like.
    SpanMetrics,
    /// `traces_service_graph_*`.
    ServiceGraph,
}

/// How far the search in Prometheus came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesPresence {
    /// No such metric is known.
    Unknown,
    /// The metric is known, and has no sample in the window.
    Stale,
    /// There are samples, too few for a rate.
    Young,
}

/// What explains it, the likeliest first.
pub fn explain_missing_metrics(evidence: &Evidence, missing: MissingMetrics, trace: SeriesPresence) -> Vec<CauseNote> {
    let view = EvidenceView::new(evidence);
    if trace == SeriesPresence::Young {
        let text = "The first samples have just arrived; a rate needs two, 15 s apart.";
        return vec![CauseNote::with_cause("gen-lazy-start", text)];
    }
    let mut notes = Vec::new();
    notes.extend(explain_by_prometheus(&view));
    notes.extend(explain_by_received_spans(&view));
    if notes.is_empty() {
        notes.extend(explain_by_generator(&view, missing));
    }
    // What Prometheus refuses has been named; that samples fail for it is the same once more.
    if !has_cause(&notes, "rw-receiver-disabled") {
        notes.extend(explain_by_delivery(&view));
    }
    if notes.is_empty() && trace == SeriesPresence::Stale {
        let text = "Series end 15 min after the last span; no metrics were produced in this window.";
        notes.push(CauseNote::with_cause("gen-stale-series", text));
    }
    if notes.is_empty() && missing == MissingMetrics::ServiceGraph {
        notes.extend(explain_by_edges(&view));
    }
    if notes.is_empty() {
        notes.extend(explain_by_other_instance(&view));
    }
    notes
}

fn has_cause(notes: &[CauseNote], cause: &str) -> bool {
    notes.iter().any(|note| note.cause == Some(cause))
}

/// Tempo does not answer, so nothing that it would say is known.
pub fn explain_unreachable_tempo(evidence: &Evidence) -> Option<CauseNote> {
    let view = EvidenceView::new(evidence);
    installation::is_tempo_unreachable(&view).then(|| {
        let how = view.ready().failure().map_or_else(
            || "the gateway has no healthy backend".to_owned(),
            |failure| failure.kind.description().to_owned(),
        );
        let text = format!("Tempo does not answer at {}: {how}.", view.targets().tempo.url);
        CauseNote::with_cause("target-unreachable", text)
    })
}

/// Tempo answers nobody who names no tenant, and none was named.
pub fn needs_tenant(evidence: &Evidence) -> bool {
    let view = EvidenceView::new(evidence);
    let multi = view
        .config()
        .get()
        .is_some_and(|config| config.flag("multitenancy_enabled") == Some(true));
    multi && view.targets().tenants.is_empty() && view.targets().written_tenant().is_none()
}

fn explain_by_prometheus(view: &EvidenceView<'_>) -> Option<CauseNote> {
    let target = view.targets().prometheus.clone();
    if let Some(failure) = view.query_probe().failure() {
        let cause = if failure.kind == FailureKind::Unauthorised {
            "target-unauthorised"
        } else {
            "target-unreachable"
        };
        let how = failure.kind.description();
        return Some(CauseNote::with_cause(
            cause,
            format!("Prometheus does not answer at {}: {how}.", target.url),
        ));
    }
    if let Some(answer) = view
        .query_probe()
        .get()
        .filter(|_| !installation::is_prometheus_answering(view))
    {
        let cause = match answer.status {
            401 | 403 => "target-unauthorised",
            _ => "target-not-prometheus",
        };
        let text = format!(
            "The server at {} is not Prometheus, or denies access: {}.",
            target.url,
            answer.status_line()
        );
        return Some(CauseNote::with_cause(cause, text));
    }
    let flags = view.flags().get()?;
    let off = flags
        .get("web.enable-remote-write-receiver")
        .is_some_and(|value| value == "false")
        && flags
            .get("enable-feature")
            .is_none_or(|features| !features.contains("remote-write-receiver"));
    (off && installation::is_tempo_writing_to_prometheus(view)).then(|| {
        CauseNote::with_cause(
            "rw-receiver-disabled",
            "Prometheus runs without --web.enable-remote-write-receiver and rejects Tempo's remote write.",
        )
    })
}

fn explain_by_received_spans(view: &EvidenceView<'_>) -> Option<CauseNote> {
    view.metrics_after().get()?;
    let tenant = tempo_counters::resolve_tenant(view);
    let received = tempo_counters::sum_counter(view, "tempo_distributor_spans_received_total", &[("tenant", &tenant)]);
    received.is_none_or(|spans| spans == 0.0).then(|| {
        CauseNote::with_cause(
            "app-none-sending",
            format!("Tempo has received no spans for tenant {tenant} since it started."),
        )
    })
}

fn explain_by_generator(view: &EvidenceView<'_>, missing: MissingMetrics) -> Option<CauseNote> {
    if let Some(config) = view.config().get()
        && tempo_config::find_generator_path(config).is_none()
    {
        let text = "Tempo's metrics-generator has no storage.path, so it is off.";
        return Some(CauseNote::with_cause("gen-not-configured", text));
    }
    let in_force = installation::find_overrides(view);
    if let Some(block) = &in_force
        && block.flag("metrics_generator.disable_collection") == Some(true)
    {
        let text = "The overrides set disable_collection: the generator counts series but does not write them.";
        return Some(CauseNote::with_cause("gen-dry-run", text));
    }
    let processors = installation::find_processors(view).or_else(|| installation::find_active_processors(view))?;
    let has = |wanted: &str| processors.iter().any(|name| name.starts_with(wanted));
    let (wanted, cause) = match missing {
        MissingMetrics::SpanMetrics => ("span-metrics", "sm-processor-missing"),
        MissingMetrics::ServiceGraph => ("service-graphs", "sg-processor-missing"),
    };
    if has(wanted) {
        return None;
    }
    if has("span-metrics") || has("service-graphs") {
        let listed = processors.join(", ");
        return Some(CauseNote::with_cause(
            cause,
            format!("The processor {wanted} is not enabled; only {listed} is."),
        ));
    }
    Some(match in_force {
        Some(block) if block.place != "defaults" => CauseNote::with_cause(
            "gen-override-drops-processors",
            format!(
                "The block {} replaces the defaults but lists no processors.",
                block.place
            ),
        ),
        _ => CauseNote::with_cause(
            "gen-processors-not-enabled",
            "No processor of the metrics-generator is enabled for this tenant.",
        ),
    })
}

/// What remote write says of itself. Old failures prove nothing; together with an absence they point somewhere.
fn explain_by_delivery(view: &EvidenceView<'_>) -> Option<CauseNote> {
    if installation::find_remote_write_urls(view).is_some_and(|urls| urls.is_empty())
        && view
            .config()
            .get()
            .is_some_and(|config| tempo_config::find_generator_path(config).is_some())
    {
        let text = "The metrics-generator has no remote_write address.";
        return Some(CauseNote::with_cause("rw-no-endpoint", text));
    }
    view.metrics_after().get()?;
    let value = |name: &str| tempo_counters::sum_counter(view, name, &[]).unwrap_or(0.0);
    let (failed, pending) = (
        value("prometheus_remote_storage_samples_failed_total"),
        value("prometheus_remote_storage_samples_pending"),
    );
    if value("prometheus_remote_storage_samples_retried_total") > 0.0 && pending > 0.0 {
        let text = format!("Tempo's remote write keeps retrying; {pending:.0} samples are waiting.");
        return Some(CauseNote::with_cause("rw-unreachable", text));
    }
    (failed > 0.0).then(|| {
        CauseNote::with_cause(
            "rw-wrong-url",
            format!("{failed:.0} samples of Tempo's remote write were rejected."),
        )
    })
}

fn explain_by_edges(view: &EvidenceView<'_>) -> Option<CauseNote> {
    // Counters that could not be read say nothing; a counter that is not among those read has counted nothing.
    view.metrics_after().get()?;
    let value = |name: &str| tempo_counters::sum_counter(view, name, &[]).unwrap_or(0.0);
    let expired = value("tempo_metrics_generator_processor_service_graphs_expired_edges");
    if expired > 0.0 {
        let text = format!("{expired:.0} edges expired before both of their spans arrived.");
        return Some(CauseNote::with_cause("sg-unpaired-expired", text));
    }
    let edges = value("tempo_metrics_generator_processor_service_graphs_edges");
    let text = "No client span has been paired with the server span of another service.";
    (edges == 0.0).then(|| CauseNote::with_cause("sg-no-pairs", text))
}

fn explain_by_other_instance(view: &EvidenceView<'_>) -> Option<CauseNote> {
    let urls = installation::find_remote_write_urls(view).filter(|urls| !urls.is_empty())?;
    if installation::is_tempo_writing_to_prometheus(view) {
        return None;
    }
    let text = format!("Tempo writes to {}, but this is another Prometheus.", urls.join(", "));
    Some(CauseNote::with_cause("prom-different-instance", text))
}
