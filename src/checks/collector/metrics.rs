//! The collector's own metrics answer where they were said to be.

use crate::model::evidence::Fact;
use crate::model::{FailureKind, Finding, Hop, Outcome, Slot};
use crate::parse::collector::identity;

use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.metrics",
    hop: Hop::Collector,
    title: "the collector's own metrics answer",
    needs: &[&[Fact::Collector]],
    causes: &["target-unreachable", "target-unauthorised"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let facts = view.collector();
    let Some(target) = &facts.metrics_url else {
        return Outcome::not_applicable("no --collector-metrics-url was given");
    };
    match (&facts.metrics_after, &facts.metrics_before) {
        (Slot::Known { value, .. }, _) | (_, Slot::Known { value, .. }) => {
            if let Some(failure) = facts.gone.as_ref().filter(|failure| failure.kind.is_unreachable()) {
                return gone(&target.url, failure, "it answered before, and does not any more");
            }
            let (product, version) = identity(value);
            Outcome::pass(format!("{product} {version}").trim().to_owned())
        }
        (Slot::Failed { failure }, _) | (_, Slot::Failed { failure }) => match failure.kind {
            FailureKind::Cancelled => Outcome::no_evidence("the run ended before they answered"),
            FailureKind::Unauthorised => Finding::broken(
                "target-unauthorised",
                format!("the collector's metrics at {} refuse to be read", target.url),
            )
            .seen(format!("GET {}", target.url), "answer", failure)
            .into(),
            kind if kind.is_unreachable() => gone(
                &target.url,
                failure,
                &format!(
                    "the collector's metrics do not answer at {}: {}",
                    target.url,
                    kind.words()
                ),
            ),
            _ => gone(
                &target.url,
                failure,
                &format!("what answers at {} is not a collector's metrics", target.url),
            ),
        },
        _ => Outcome::no_evidence("they were not asked"),
    }
}

fn gone(url: &str, failure: &crate::model::Failure, summary: &str) -> Outcome {
    Finding::broken("target-unreachable", summary)
        .seen(format!("GET {url}"), "answer", failure)
        .fix(
            "give the address at which it serves its own metrics, and let it serve them where others reach it:",
            Some(
                "service:\n  telemetry:\n    metrics:\n      readers:\n        - pull:\n            exporter:\n              prometheus:\n                host: 0.0.0.0\n                port: 8888"
                    .to_owned(),
            ),
            None,
        )
        .into()
}
