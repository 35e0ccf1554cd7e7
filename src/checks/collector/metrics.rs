//! The collector's own metrics endpoint answers at the given address.

use crate::model::evidence::Fact;
use crate::model::{FailureKind, Finding, Hop, Outcome, Slot};
use crate::parse::collector::identity;

use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.metrics",
    hop: Hop::Collector,
    title: "the collector's own metrics endpoint answers",
    needs: &[&[Fact::Collector]],
    causes: &["target-unreachable", "target-unauthorised"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let facts = view.collector();
    let Some(target) = &facts.metrics_url else {
        return Outcome::not_applicable("no --collector-metrics-url given");
    };
    match (&facts.metrics_after, &facts.metrics_before) {
        (Slot::Known { value, .. }, _) | (_, Slot::Known { value, .. }) => {
            if let Some(failure) = facts.gone.as_ref().filter(|failure| failure.kind.is_unreachable()) {
                return gone(
                    &target.url,
                    failure,
                    "the collector's metrics endpoint has stopped answering",
                );
            }
            let (product, version) = identity(value);
            Outcome::pass(format!("{product} {version}").trim().to_owned())
        }
        (Slot::Failed { failure }, _) | (_, Slot::Failed { failure }) => match failure.kind {
            FailureKind::Cancelled => Outcome::no_evidence("the run ended before the metrics endpoint answered"),
            FailureKind::Unauthorised => Finding::broken(
                "target-unauthorised",
                format!(
                    "the collector's metrics at {} cannot be read without valid credentials",
                    target.url
                ),
            )
            .seen(format!("GET {}", target.url), "answer", failure)
            .into(),
            kind if kind.is_unreachable() => gone(
                &target.url,
                failure,
                &format!(
                    "the collector's metrics endpoint does not answer at {}: {}",
                    target.url,
                    kind.words()
                ),
            ),
            _ => gone(
                &target.url,
                failure,
                &format!("{} does not serve a collector's metrics", target.url),
            ),
        },
        _ => Outcome::no_evidence("the metrics endpoint was not queried"),
    }
}

fn gone(url: &str, failure: &crate::model::Failure, summary: &str) -> Outcome {
    Finding::broken("target-unreachable", summary)
        .seen(format!("GET {url}"), "answer", failure)
        .fix(
            "pass the address of the collector's own metrics, and serve them on an address that can be reached:",
            Some(
                "service:\n  telemetry:\n    metrics:\n      readers:\n        - pull:\n            exporter:\n              prometheus:\n                host: 0.0.0.0\n                port: 8888"
                    .to_owned(),
            ),
            None,
        )
        .into()
}
