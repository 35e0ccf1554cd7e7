//! The collector reports healthy, where it has a health endpoint.

use telemetry::model::{CheckOutcome, Fact, Finding};

use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.health",
    title: "the collector reports healthy",
    needs: &[&[Fact::Collector]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let Some(answer) = view.collector().health.get() else {
        return CheckOutcome::not_applicable("no health endpoint answers; the extension is optional");
    };
    // Another program may use the port: only an answer of the extension's own form counts.
    let is_its_own = answer.body.contains("\"status\"") || answer.request.ends_with("/-/ready");
    if answer.is_success() {
        return CheckOutcome::pass(answer.status_line());
    }
    if !is_its_own || answer.status != 503 && answer.status != 500 {
        return CheckOutcome::not_applicable("another program answers on the health port");
    }
    CheckOutcome::Warn(
        Finding::degraded("collector-send-failed", "the collector reports unhealthy")
            .possible()
            .with_evidence(answer.request.clone(), "answer", answer.status_line()),
    )
}
