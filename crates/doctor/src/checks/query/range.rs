//! A one-hour range, the default of Explore, can be searched.

use telemetry::model::{CheckOutcome, Fact, Finding, FindingLevel, Slot};

use super::query_refusal;
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.range",
    title: "a one-hour range can be searched",
    needs: &[&[Fact::WideSearch]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let slot = view.wide_search().clone().and_then(telemetry::parse::tempo::expect_ok);
    match &slot {
        Slot::NotAsked => CheckOutcome::no_evidence("no search over an hour was sent"),
        Slot::Known { .. } => CheckOutcome::pass("Tempo answers a search over the last hour"),
        Slot::Failed { failure } => {
            let text = failure.detail.to_lowercase();
            let corrupt = ["pagefinder", "bloom", "does not exist"]
                .iter()
                .any(|word| text.contains(word));
            match query_refusal::classify_query_error(failure) {
                Some(mut finding) => {
                    if finding.cause == "search-range-too-long" {
                        finding.level = FindingLevel::Degraded;
                    }
                    finding.into()
                }
                None if corrupt => {
                    let finding = Finding::degraded("block-corrupt", "a block in storage cannot be read");
                    query_refusal::add_failure(finding, failure).into()
                }
                None => CheckOutcome::no_evidence(format!("a search over an hour failed: {failure}")),
            }
        }
    }
}
