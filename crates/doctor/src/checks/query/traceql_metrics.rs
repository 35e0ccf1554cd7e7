//! Tempo answers TraceQL metrics queries, where its version can.

use telemetry::model::{CheckOutcome, Fact, Finding, Slot};
use telemetry::parse::tempo_config::TempoReleaseLine;

use super::query_refusal;
use crate::checks::{Check, EvidenceView, installation};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.traceql-metrics",
    title: "Tempo answers TraceQL metrics queries",
    needs: &[&[Fact::TraceqlMetrics, Fact::Services, Fact::Metrics, Fact::Generation]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let slot = view
        .traceql_metrics()
        .clone()
        .and_then(telemetry::parse::tempo::expect_ok);
    match &slot {
        Slot::NotAsked => CheckOutcome::no_evidence("no TraceQL metrics query was sent"),
        Slot::Known { .. } => CheckOutcome::pass("Tempo answers a TraceQL metrics query"),
        Slot::Failed { failure } => {
            let asked_for = view.request().only.iter().any(|glob| glob == CHECK.id);
            let Some(mut finding) = query_refusal::classify_query_error(failure) else {
                return CheckOutcome::no_evidence(format!("a TraceQL metrics query failed: {failure}"));
            };
            finding.level = telemetry::model::FindingLevel::Degraded;
            let without = finding.cause == "traceql-metrics-no-localblocks"
                || installation::detect_line(view) == Some(TempoReleaseLine::V2);
            if without && !asked_for {
                // What a version does without is a note, not a fault.
                return CheckOutcome::Warn(Finding { ..finding }.possible());
            }
            finding.into()
        }
    }
}
