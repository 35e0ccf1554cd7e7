//! The collector reports healthy, where it has a health endpoint.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.health",
    hop: Hop::Collector,
    title: "the collector reports healthy",
    needs: &[&[Fact::Collector]],
    causes: &["collector-send-failed"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let Some(answer) = view.collector().health.get() else {
        return Outcome::not_applicable("no health endpoint answers; the extension is optional");
    };
    // Another program may use the port: only an answer of the extension's own form counts.
    let is_its_own = answer.body.contains("\"status\"") || answer.request.ends_with("/-/ready");
    if answer.is_success() {
        return Outcome::pass(answer.line());
    }
    if !is_its_own || answer.status != 503 && answer.status != 500 {
        return Outcome::not_applicable("another program answers on the health port");
    }
    Outcome::Warn(
        Finding::degraded("collector-send-failed", "the collector reports unhealthy")
            .possible()
            .seen(answer.request.clone(), "answer", answer.line()),
    )
}
