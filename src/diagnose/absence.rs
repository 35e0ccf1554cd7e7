//! Why Prometheus holds no span metrics or no service graph: what the configuration, the counters and Prometheus' own
//! status say. Nothing was pushed, so this names what explains an absence that was seen; doctor proves it.

use crate::checks::{View, facts, traffic};
use crate::model::FailureKind;
use crate::model::evidence::Evidence;
use crate::model::red::Note;
use crate::parse::tempo_config;

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// `traces_spanmetrics_*` and their like.
    SpanMetrics,
    /// `traces_service_graph_*`.
    ServiceGraph,
}

/// How far the search in Prometheus came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// No such metric is known.
    Unknown,
    /// The metric is known, and has no sample in the window.
    Stale,
    /// There are samples, too few for a rate.
    Young,
}

/// What explains it, the likeliest first.
pub fn causes(evidence: &Evidence, missing: Missing, trace: Trace) -> Vec<Note> {
    let view = View::new(evidence);
    if trace == Trace::Young {
        let text = "The first samples have just arrived; a rate needs two, 15 s apart.";
        return vec![Note::of("gen-lazy-start", text)];
    }
    let mut notes = Vec::new();
    notes.extend(prometheus(&view));
    notes.extend(nothing_received(&view));
    if notes.is_empty() {
        notes.extend(generator(&view, missing));
    }
    // What Prometheus refuses has been named; that samples fail for it is the same once more.
    if !is_named(&notes, "rw-receiver-disabled") {
        notes.extend(delivery(&view));
    }
    if notes.is_empty() && trace == Trace::Stale {
        let text = "Series end 15 min after the last span; no metrics were produced in this window.";
        notes.push(Note::of("gen-stale-series", text));
    }
    if notes.is_empty() && missing == Missing::ServiceGraph {
        notes.extend(edges(&view));
    }
    if notes.is_empty() {
        notes.extend(elsewhere(&view));
    }
    notes
}

fn is_named(notes: &[Note], cause: &str) -> bool {
    notes.iter().any(|note| note.cause == Some(cause))
}

/// Tempo does not answer, so nothing that it would say is known.
pub fn tempo_away(evidence: &Evidence) -> Option<Note> {
    let view = View::new(evidence);
    facts::tempo_unreachable(&view).then(|| {
        let how = view.ready().failure().map_or_else(
            || "the gateway has no healthy backend".to_owned(),
            |failure| failure.kind.words().to_owned(),
        );
        let text = format!("Tempo does not answer at {}: {how}.", view.targets().tempo.url);
        Note::of("target-unreachable", text)
    })
}

/// Tempo answers nobody who names no tenant, and none was named.
pub fn wants_tenant(evidence: &Evidence) -> bool {
    let view = View::new(evidence);
    let multi = view
        .config()
        .get()
        .is_some_and(|config| config.flag("multitenancy_enabled") == Some(true));
    multi && view.targets().tenants.is_empty() && view.targets().written_tenant().is_none()
}

fn prometheus(view: &View<'_>) -> Option<Note> {
    let target = view.targets().prometheus.clone();
    if let Some(failure) = view.query_probe().failure() {
        let cause = if failure.kind == FailureKind::Unauthorised {
            "target-unauthorised"
        } else {
            "target-unreachable"
        };
        let how = failure.kind.words();
        return Some(Note::of(
            cause,
            format!("Prometheus does not answer at {}: {how}.", target.url),
        ));
    }
    if let Some(answer) = view.query_probe().get().filter(|_| !facts::prometheus_answers(view)) {
        let cause = match answer.status {
            401 | 403 => "target-unauthorised",
            _ => "target-not-prometheus",
        };
        let text = format!(
            "The server at {} is not Prometheus, or denies access: {}.",
            target.url,
            answer.line()
        );
        return Some(Note::of(cause, text));
    }
    let flags = view.flags().get()?;
    let off = flags
        .get("web.enable-remote-write-receiver")
        .is_some_and(|value| value == "false")
        && flags
            .get("enable-feature")
            .is_none_or(|features| !features.contains("remote-write-receiver"));
    (off && facts::tempo_writes_to_it(view)).then(|| {
        Note::of(
            "rw-receiver-disabled",
            "Prometheus runs without --web.enable-remote-write-receiver and rejects Tempo's remote write.",
        )
    })
}

fn nothing_received(view: &View<'_>) -> Option<Note> {
    view.metrics_after().get()?;
    let tenant = traffic::tenant(view);
    let received = traffic::value(view, "tempo_distributor_spans_received_total", &[("tenant", &tenant)]);
    received.is_none_or(|spans| spans == 0.0).then(|| {
        Note::of(
            "app-none-sending",
            format!("Tempo has received no spans for tenant {tenant} since it started."),
        )
    })
}

fn generator(view: &View<'_>, missing: Missing) -> Option<Note> {
    if let Some(config) = view.config().get()
        && tempo_config::generator_path(config).is_none()
    {
        let text = "Tempo's metrics-generator has no storage.path, so it is off.";
        return Some(Note::of("gen-not-configured", text));
    }
    let in_force = facts::overrides(view);
    if let Some(block) = &in_force
        && block.flag("metrics_generator.disable_collection") == Some(true)
    {
        let text = "The overrides set disable_collection: the generator counts series but does not write them.";
        return Some(Note::of("gen-dry-run", text));
    }
    let processors = facts::processors(view).or_else(|| facts::active_processors(view))?;
    let has = |wanted: &str| processors.iter().any(|name| name.starts_with(wanted));
    let (wanted, cause) = match missing {
        Missing::SpanMetrics => ("span-metrics", "sm-processor-missing"),
        Missing::ServiceGraph => ("service-graphs", "sg-processor-missing"),
    };
    if has(wanted) {
        return None;
    }
    if has("span-metrics") || has("service-graphs") {
        let listed = processors.join(", ");
        return Some(Note::of(
            cause,
            format!("The processor {wanted} is not enabled; only {listed} is."),
        ));
    }
    Some(match in_force {
        Some(block) if block.place != "defaults" => Note::of(
            "gen-override-drops-processors",
            format!(
                "The block {} replaces the defaults but lists no processors.",
                block.place
            ),
        ),
        _ => Note::of(
            "gen-processors-not-enabled",
            "No processor of the metrics-generator is enabled for this tenant.",
        ),
    })
}

/// What remote write says of itself. Old failures prove nothing; together with an absence they point somewhere.
fn delivery(view: &View<'_>) -> Option<Note> {
    if facts::remote_write_urls(view).is_some_and(|urls| urls.is_empty())
        && view
            .config()
            .get()
            .is_some_and(|config| tempo_config::generator_path(config).is_some())
    {
        let text = "The metrics-generator has no remote_write address.";
        return Some(Note::of("rw-no-endpoint", text));
    }
    view.metrics_after().get()?;
    let value = |name: &str| traffic::value(view, name, &[]).unwrap_or(0.0);
    let (failed, pending) = (
        value("prometheus_remote_storage_samples_failed_total"),
        value("prometheus_remote_storage_samples_pending"),
    );
    if value("prometheus_remote_storage_samples_retried_total") > 0.0 && pending > 0.0 {
        let text = format!("Tempo's remote write keeps retrying; {pending:.0} samples are waiting.");
        return Some(Note::of("rw-unreachable", text));
    }
    (failed > 0.0).then(|| {
        Note::of(
            "rw-wrong-url",
            format!("{failed:.0} samples of Tempo's remote write were rejected."),
        )
    })
}

fn edges(view: &View<'_>) -> Option<Note> {
    // Counters that could not be read say nothing; a counter that is not among those read has counted nothing.
    view.metrics_after().get()?;
    let value = |name: &str| traffic::value(view, name, &[]).unwrap_or(0.0);
    let expired = value("tempo_metrics_generator_processor_service_graphs_expired_edges");
    if expired > 0.0 {
        let text = format!("{expired:.0} edges expired before both of their spans arrived.");
        return Some(Note::of("sg-unpaired-expired", text));
    }
    let edges = value("tempo_metrics_generator_processor_service_graphs_edges");
    let text = "No client span has been paired with the server span of another service.";
    (edges == 0.0).then(|| Note::of("sg-no-pairs", text))
}

fn elsewhere(view: &View<'_>) -> Option<Note> {
    let urls = facts::remote_write_urls(view).filter(|urls| !urls.is_empty())?;
    if facts::tempo_writes_to_it(view) {
        return None;
    }
    let text = format!("Tempo writes to {}, but this is another Prometheus.", urls.join(", "));
    Some(Note::of("prom-different-instance", text))
}
