//! The marker's span metrics are in Prometheus.

use crate::model::{Finding, Hop, HopState, Outcome, Skip};

use super::instance;
use crate::checks::{Check, View, facts, passage};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.span-metrics",
    hop: Hop::Prometheus,
    title: "the marker's span metrics are in Prometheus",
    needs: &[passage::METRICS],
    causes: &["prom-different-instance", "sm-processor-missing"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    match passage::calls(view) {
        HopState::Passed => {
            let after = view
                .calls_watch()
                .as_ref()
                .and_then(|watch| watch.seen_after_ms)
                .unwrap_or(0);
            Outcome::pass(format!(
                "the marker's traces_spanmetrics_calls_total rose after {:.1} s",
                after as f64 / 1e3
            ))
        }
        HopState::Waiting => Outcome::Skip(Skip::Waiting("the marker's span metrics have not arrived yet".into())),
        HopState::Lost if passage::graph(view) == HopState::Passed => Finding::degraded(
            "sm-processor-missing",
            "the service graph is present; span metrics are missing",
        )
        .likely()
        .at(Hop::Generator)
        .seen(
            "GET /api/v1/query",
            "traces_spanmetrics_calls_total of the marker",
            "absent",
        )
        .into(),
        HopState::Lost => instance::lost(view, "traces_spanmetrics_calls_total").into(),
        _ if !facts::metrics_branch(view).is_configured() => {
            Outcome::not_applicable("metrics from spans are not configured")
        }
        _ if !passage::accepted(view) => Outcome::not_applicable("the receiver did not accept the marker"),
        _ if view.request().fast => Outcome::no_evidence("--fast does not wait for span metrics"),
        _ => Outcome::no_evidence("Prometheus could not be queried for the marker's series"),
    }
}
