//! The collector's own metrics endpoint answers at the given address.

use telemetry::model::{CheckOutcome, Fact, FailureKind, Finding, Slot};
use telemetry::parse::collector::identify_product;

use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.metrics",
    title: "the collector's own metrics endpoint answers",
    needs: &[&[Fact::Collector]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let facts = view.collector();
    let Some(target) = &facts.metrics_url else {
        return CheckOutcome::not_applicable("no --collector-metrics-url given");
    };
    match (&facts.metrics_after, &facts.metrics_before) {
        (Slot::Known { value, .. }, _) | (_, Slot::Known { value, .. }) => {
            if let Some(failure) = facts.gone.as_ref().filter(|failure| failure.kind.is_unreachable()) {
                return explain_unreachable_metrics(
                    &target.url,
                    failure,
                    "the collector's metrics endpoint has stopped answering",
                );
            }
            let (product, version) = identify_product(value);
            CheckOutcome::pass(format!("{product} {version}").trim().to_owned())
        }
        (Slot::Failed { failure }, _) | (_, Slot::Failed { failure }) => match failure.kind {
            FailureKind::Cancelled => CheckOutcome::no_evidence("the run ended before the metrics endpoint answered"),
            FailureKind::Unauthorised => Finding::broken(
                "target-unauthorised",
                format!(
                    "the collector's metrics at {} cannot be read without valid credentials",
                    target.url
                ),
            )
            .with_evidence(format!("GET {}", target.url), "answer", failure)
            .into(),
            kind if kind.is_unreachable() => explain_unreachable_metrics(
                &target.url,
                failure,
                &format!(
                    "the collector's metrics endpoint does not answer at {}: {}",
                    target.url,
                    kind.description()
                ),
            ),
            _ => explain_unreachable_metrics(
                &target.url,
                failure,
                &format!("{} does not serve a collector's metrics", target.url),
            ),
        },
        _ => CheckOutcome::no_evidence("the metrics endpoint was not queried"),
    }
}

fn explain_unreachable_metrics(url: &str, failure: &telemetry::model::Failure, summary: &str) -> CheckOutcome {
    Finding::broken("target-unreachable", summary)
        .with_evidence(format!("GET {url}"), "answer", failure)
        .with_remedy("pass the address of the collector's own metrics, and serve them on an address that can be reached:").with_config("service:\n  telemetry:\n    metrics:\n      readers:\n        - pull:\n            exporter:\n              prometheus:\n                host: 0.0.0.0\n                port: 8888")
        .into()
}
