//! Why Prometheus holds no span metrics or no service graph: what doctor's checks make of the configuration, the counters and
//! Prometheus' own status. Nothing was pushed, so this names what explains an absence that was seen; doctor proves it.

use crate::checks::{EvidenceView, installation, tempo_counters};
use telemetry::model::marker::{Watch, WatchEnd};
use telemetry::model::red::CauseNote;
use telemetry::model::{Confidence, Evidence, Slot};

use super::check_run::{CheckSelection, run_checks};
use super::root_causes::attribute_failures;

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
    let mut notes = explain_by_checks(evidence.clone(), missing);
    notes.extend(explain_by_received_spans(&view));
    if notes.is_empty() && view.config().get().is_some() && !installation::detect_metrics_branch(&view).is_configured()
    {
        let text = "Tempo's metrics-generator is off: it has no storage and no processors.";
        notes.push(CauseNote::with_cause("gen-not-configured", text));
    }
    if notes.is_empty() && trace == SeriesPresence::Stale {
        let text = "Series end 15 min after the last span; no metrics were produced in this window.";
        notes.push(CauseNote::with_cause("gen-stale-series", text));
    }
    if notes.is_empty() && missing == MissingMetrics::ServiceGraph {
        notes.extend(explain_by_edges(&view));
    }
    notes
}

/// What the checks name, had they seen the absence themselves. What they only guess explains nothing here.
fn explain_by_checks(mut evidence: Evidence, missing: MissingMetrics) -> Vec<CauseNote> {
    let absent = match missing {
        MissingMetrics::SpanMetrics => {
            evidence.prometheus.freshest = Slot::known(Vec::new(), 0);
            "prometheus.span-metrics"
        }
        MissingMetrics::ServiceGraph => {
            evidence.prometheus.graph_watch = Some(Watch {
                seen_after_ms: None,
                waited_ms: 0,
                deadline_ms: 0,
                ended: WatchEnd::Deadline,
            });
            "prometheus.service-graph"
        }
    };
    let selected = CheckSelection::only(&["query.api", "generator.*", "remote-write.*", "prometheus.*"]);
    attribute_failures(&evidence, &run_checks(&evidence, &selected))
        .iter()
        .filter(|one| one.explained_by.is_none() && one.finding.confidence > Confidence::Possible)
        .filter(|one| one.check == absent || one.explains_check(absent))
        .map(|one| CauseNote::with_cause(one.finding.cause, super::verdict::render_sentence(&one.finding.summary)))
        .collect()
}

/// Tempo answers nobody who names no tenant, and none was named.
pub fn needs_tenant(evidence: &Evidence) -> bool {
    let view = EvidenceView::new(evidence);
    installation::is_multitenant(&view)
        && view.targets().tenants.is_empty()
        && view.targets().written_tenant().is_none()
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
