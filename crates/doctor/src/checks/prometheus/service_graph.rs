//! The marker's service-graph edge is in Prometheus.

use telemetry::model::{CheckOutcome, Fact, Finding, Hop, HopState, SkipReason};

use super::missing_series;
use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.service-graph",
    title: "the marker's service-graph edge is in Prometheus",
    needs: &[marker_state::METRICS_FACTS, &[Fact::Marker, Fact::BackdatedPush]],
    judge,
};

const METRIC: &str = "traces_service_graph_request_total";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    match marker_state::find_graph_state(view) {
        HopState::Passed => CheckOutcome::pass(missing_series::describe_rise(METRIC, view.graph_watch())),
        HopState::Waiting => CheckOutcome::Skip(SkipReason::Waiting("the marker's edge has not arrived yet".into())),
        HopState::Lost if marker_state::find_calls_state(view) == HopState::Passed => explain_missing_edge(view).into(),
        HopState::Lost => missing_series::explain_absence(view, METRIC).into(),
        _ => missing_series::explain_unknown(view, "the service graph", "edge"),
    }
}

/// Span metrics arrive and the edge does not.
fn explain_missing_edge(view: &EvidenceView<'_>) -> Finding {
    let rebuilt = view.config().get().is_some_and(|config| {
        config.flag("metrics_generator.processor.service_graphs.enable_virtual_node_label") == Some(true)
    });
    if rebuilt {
        return Finding::degraded(
            "sg-virtual-node-label-bug",
            "enable_virtual_node_label makes Tempo rebuild the service-graph processor every few seconds, so edges are lost",
        )
        .likely()
        .at_hop(Hop::Generator)
        .with_evidence("GET /status/config", "processor.service_graphs.enable_virtual_node_label", "true");
    }
    let tenant = tempo_counters::resolve_tenant(view);
    let name = "tempo_metrics_generator_processor_service_graphs_dropped_spans";
    if let Some(dropped) = tempo_counters::find_increase_evidence(view, name, &[("tenant", &tenant)]) {
        return Finding::degraded(
            "sg-store-full",
            "the store for incomplete edges is full, so new ones are dropped",
        )
        .with_confidence(tempo_counters::assess_confidence(view))
        .at_hop(Hop::Generator)
        .with_evidence_lines([dropped]);
    }
    Finding::degraded(
        "sg-processor-missing",
        "span metrics are present; the service graph is missing",
    )
    .likely()
    .at_hop(Hop::Generator)
    .with_evidence(
        "GET /api/v1/query",
        "traces_service_graph_request_total of the marker",
        "absent",
    )
}
