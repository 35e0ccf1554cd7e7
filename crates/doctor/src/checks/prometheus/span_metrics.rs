//! The marker's span metrics are in Prometheus.

use telemetry::model::{CheckOutcome, Finding, Hop, HopState, SkipReason};

use super::missing_series;
use crate::checks::{Check, EvidenceView, installation, marker_state};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.span-metrics",
    title: "the marker's span metrics are in Prometheus",
    needs: &[marker_state::METRICS_FACTS],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    match marker_state::find_calls_state(view) {
        HopState::Passed => {
            let after = view
                .calls_watch()
                .as_ref()
                .and_then(|watch| watch.seen_after_ms)
                .unwrap_or(0);
            CheckOutcome::pass(format!(
                "the marker's traces_spanmetrics_calls_total rose after {:.1} s",
                after as f64 / 1e3
            ))
        }
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
        HopState::Lost => missing_series::explain_absence(view, "traces_spanmetrics_calls_total").into(),
        _ if !installation::detect_metrics_branch(view).is_configured() => {
            CheckOutcome::not_applicable("metrics from spans are not configured")
        }
        _ if !marker_state::is_marker_accepted(view) => {
            CheckOutcome::not_applicable("the receiver did not accept the marker")
        }
        _ if view.request().fast => CheckOutcome::no_evidence("--fast does not wait for span metrics"),
        _ => CheckOutcome::no_evidence("Prometheus could not be queried for the marker's series"),
    }
}
