//! Accepted spans are kept.

use telemetry::model::{CheckOutcome, Fact, Finding, FindingLevel, HopState};

use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "ingest.discards",
    title: "accepted spans are kept",
    needs: &[tempo_counters::OTHER_SPANS_FACTS, &[Fact::Push, Fact::ById]],
    judge,
};

/// Values of the label `reason`, the cause each names, and what that means (grafana/tempo v3.0.3:
/// modules/overrides/discarded_spans.go).
pub const REASONS: [(&str, &str, &str); 7] = [
    (
        "trace_too_large",
        "trace-too-large",
        "the trace exceeds the tenant's size limit; Tempo drops it after accepting the push",
    ),
    (
        "live_traces_exceeded",
        "live-traces-exceeded",
        "the tenant has more live traces than its limit; Tempo drops new ones after accepting the push",
    ),
    (
        "rate_limited",
        "rate-limited",
        "the tenant's ingestion rate limit rejects spans",
    ),
    (
        "invalid_trace_id",
        "invalid-trace-id",
        "Tempo rejects a whole batch if a trace id is not 16 bytes",
    ),
    (
        "invalid_span_id",
        "invalid-span-id",
        "Tempo rejects a whole batch if a span id is not 8 bytes",
    ),
    (
        "unknown_error",
        "disk-full",
        "Tempo fails to store accepted spans; see its log for the reason",
    ),
    (
        COMPACTION,
        "trace-too-large-to-compact",
        "the trace exceeds the tenant's size limit; compaction drops spans of it",
    ),
];

/// Of blocks that were stored long ago, so never of what was just sent.
const COMPACTION: &str = "trace_too_large_to_compact";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let follows = view.request().no_marker;
    if !marker_state::is_marker_accepted(view) && !follows {
        return CheckOutcome::not_applicable("the receiver did not accept the marker");
    }
    if !tempo_counters::has_both_scrapes(view) {
        return CheckOutcome::no_evidence("Tempo's discard counters could not be read twice");
    }
    let tenant = tempo_counters::resolve_tenant(view);
    let lost = marker_state::find_by_id_state(view) == HopState::Lost;
    for (reason, cause, summary) in REASONS.into_iter().filter(|(reason, ..)| *reason != COMPACTION) {
        let labels = [("reason", reason), ("tenant", tenant.as_str())];
        let Some(grown) = tempo_counters::find_increase(view, "tempo_discarded_spans_total", &labels) else {
            continue;
        };
        let name = format!("tempo_discarded_spans_total{{reason=\"{reason}\",tenant=\"{tenant}\"}}");
        let mut finding = Finding::broken(cause, summary)
            .with_evidence_lines([tempo_counters::build_increase_evidence(view, &name, grown)]);
        if follows {
            // Nothing but applications' own spans: what they lose is lost, though others may pass.
            if tempo_counters::count_received_spans(view).is_some_and(|received| received > 0.0) {
                finding.level = FindingLevel::Degraded;
            }
            return finding.likely().into();
        }
        if !lost {
            return CheckOutcome::Warn(finding.possible());
        }
        let finding = finding
            .with_confidence(tempo_counters::assess_confidence(view))
            .with_evidence(
                "GET /api/v2/traces/{id}",
                "the marker, after its push was accepted",
                "absent",
            );
        return if reason == "unknown_error" {
            finding.likely().into()
        } else {
            finding.into()
        };
    }
    if lost {
        return CheckOutcome::pass("no discard counter of this tenant increased");
    }
    CheckOutcome::pass(format!(
        "nothing was discarded {}",
        tempo_counters::describe_interval(view)
    ))
}
