//! Tempo answers TraceQL metrics queries, where its version can.

use telemetry::model::{CheckOutcome, Fact, Finding, Slot};
use telemetry::parse::tempo_config::{self, TempoReleaseLine};

use super::query_refusal;
use crate::checks::{Check, EvidenceView, installation};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.traceql-metrics",
    title: "Tempo answers TraceQL metrics queries",
    needs: &[&[
        Fact::TraceqlMetrics,
        Fact::Services,
        Fact::Metrics,
        Fact::Generation,
        Fact::Config,
    ]],
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
            if finding.cause == query_refusal::RECENT_NOT_KEPT {
                return explain_window(view, finding).into();
            }
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

/// The two settings that leave a gap, and what closes it.
fn explain_window(view: &EvidenceView<'_>, finding: Finding) -> Finding {
    let Some(config) = view.config().get() else {
        return finding;
    };
    let Some(recent) = tempo_config::find_recent_metrics(config, installation::detect_line(view)) else {
        return finding;
    };
    let mut finding = finding.with_remedy(format!(
        "In `tempo.yaml`, keep `{}` below `{}`.",
        tempo_config::METRICS_BACKEND_AFTER,
        recent.kept_by
    ));
    for setting in [tempo_config::METRICS_BACKEND_AFTER, recent.kept_by] {
        finding = finding.with_evidence("GET /status/config", setting, config.text(setting).unwrap_or_default());
    }
    let minutes = (recent.kept_s * 0.75 / 60.0).floor();
    let shown = match minutes >= 1.0 {
        true => format!("{minutes:.0}m"),
        false => format!("{:.0}s", (recent.kept_s * 0.75).floor().max(1.0)),
    };
    finding.with_config(format!(
        "# tempo.yaml\nquery_frontend:\n  metrics:\n    query_backend_after: {shown}"
    ))
}
