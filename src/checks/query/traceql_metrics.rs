//! Tempo answers TraceQL metrics queries, where its version can.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome, Slot};
use crate::parse::tempo_config::Line;

use super::refusal;
use crate::checks::{Check, View, facts};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.traceql-metrics",
    hop: Hop::Query,
    title: "Tempo answers TraceQL metrics queries",
    needs: &[&[Fact::TraceqlMetrics, Fact::Services, Fact::Metrics, Fact::Generation]],
    causes: &[
        "traceql-metrics-no-localblocks",
        "metrics-range-too-long",
        "query-no-org-id",
        "livestore-lagged-query",
        "livestore-not-ready",
        "partition-without-owner",
        "querier-cannot-reach-recent",
        "ring-unhealthy-members",
        "query-queue-full",
        "response-too-large",
        "query-timeout-or-cancelled",
        "url-deny-list",
        "target-unauthorised",
        "gateway-401",
        "multi-tenant-query-unsupported",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let slot = view.traceql_metrics().clone().and_then(crate::parse::tempo::expect_ok);
    match &slot {
        Slot::NotAsked => Outcome::no_evidence("no TraceQL metrics query was sent"),
        Slot::Known { .. } => Outcome::pass("Tempo answers a TraceQL metrics query"),
        Slot::Failed { failure } => {
            let asked_for = view.request().only.iter().any(|glob| glob == CHECK.id);
            let Some(mut finding) = refusal::of(failure) else {
                return Outcome::no_evidence(format!("a TraceQL metrics query failed: {failure}"));
            };
            finding.level = crate::model::Level::Degraded;
            let without = finding.cause == "traceql-metrics-no-localblocks" || facts::line(view) == Some(Line::Two);
            if without && !asked_for {
                // What a version does without is a note, not a fault.
                return Outcome::Warn(Finding { ..finding }.possible());
            }
            finding.into()
        }
    }
}
