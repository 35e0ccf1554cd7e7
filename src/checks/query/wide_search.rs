//! A one-hour range, the default of Explore, can be searched.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome, Slot};

use super::refusal;
use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.range",
    hop: Hop::Query,
    title: "a one-hour range can be searched",
    needs: &[&[Fact::WideSearch]],
    causes: &[
        "search-range-too-long",
        "query-no-org-id",
        "multi-tenant-query-unsupported",
        "livestore-lagged-query",
        "livestore-not-ready",
        "partition-without-owner",
        "querier-cannot-reach-recent",
        "ring-unhealthy-members",
        "query-queue-full",
        "response-too-large",
        "query-timeout-or-cancelled",
        "block-version-unsupported",
        "block-corrupt",
        "url-deny-list",
        "target-unauthorised",
        "gateway-401",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let slot = view.wide_search().clone().and_then(crate::parse::tempo::expect_ok);
    match &slot {
        Slot::NotAsked => Outcome::no_evidence("no search over an hour was sent"),
        Slot::Known { .. } => Outcome::pass("Tempo answers a search over the last hour"),
        Slot::Failed { failure } => {
            let text = failure.detail.to_lowercase();
            let corrupt = ["pagefinder", "bloom", "does not exist"]
                .iter()
                .any(|word| text.contains(word));
            match refusal::of(failure) {
                Some(mut finding) => {
                    finding.level = if finding.cause == "search-range-too-long" {
                        crate::model::Level::Degraded
                    } else {
                        finding.level
                    };
                    finding.into()
                }
                None if corrupt => Finding::degraded("block-corrupt", "a block in storage cannot be read")
                    .seen("Tempo's answer", failure.target.clone(), failure.to_string())
                    .into(),
                None => Outcome::no_evidence(format!("a search over an hour failed: {failure}")),
            }
        }
    }
}
