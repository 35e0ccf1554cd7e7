//! The marker's span metrics are in Prometheus.

use telemetry::model::{CheckOutcome, Finding, Hop, HopState, SkipReason};

use super::missing_series;
use crate::checks::{Check, EvidenceView, marker_state};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.span-metrics",
    title: "the marker's span metrics are in Prometheus",
    needs: &[marker_state::METRICS_FACTS],
    judge,
};

const METRIC: &str = "traces_spanmetrics_calls_total";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    match marker_state::find_calls_state(view) {
        HopState::Passed => CheckOutcome::pass(missing_series::describe_rise(METRIC, view.calls_watch())),
        HopState::Waiting => CheckOutcome::Skip(SkipReason::Waiting(
            "the marker's span metrics have not arrived yet".into(),
        )),
        HopState::Lost if marker_state::find_graph_state(view) == HopState::Passed => Finding::degraded(
            "sm-processor-missing",
            "the service graph is present; span metrics are missing",
        )
        .likely()
        .at_hop(Hop::Generator)
        .with_evidence(
            "GET /api/v1/query",
            "traces_spanmetrics_calls_total of the marker",
            "absent",
        )
        .into(),
        HopState::Lost => missing_series::explain_absence(view, METRIC).into(),
        _ => missing_series::explain_unknown(view, "span metrics", "series"),
    }
}
