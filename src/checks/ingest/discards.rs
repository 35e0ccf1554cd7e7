//! Accepted spans are kept.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Level, Outcome};

use crate::checks::{Check, View, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "ingest.discards",
    hop: Hop::Ingest,
    title: "accepted spans are kept",
    needs: &[&[
        Fact::Push,
        Fact::Metrics,
        Fact::ById,
        Fact::Marker,
        Fact::Config,
        Fact::Targets,
        Fact::BackdatedPush,
    ]],
    causes: &[
        "trace-too-large",
        "live-traces-exceeded",
        "rate-limited",
        "invalid-trace-id",
        "invalid-span-id",
        "disk-full",
    ],
    judge,
};

/// Values of the label `reason` and the cause each names (grafana/tempo v3.0.3: modules/overrides/discarded_spans.go).
const REASONS: [(&str, &str, &str); 6] = [
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
];

fn judge(view: &View<'_>) -> Outcome {
    let follows = view.request().no_marker;
    if !passage::accepted(view) && !follows {
        return Outcome::not_applicable("the receiver did not accept the marker");
    }
    if view.metrics_after().get().is_none() || view.metrics_before().get().is_none() {
        return Outcome::no_evidence("Tempo's discard counters could not be read twice");
    }
    let tenant = traffic::tenant(view);
    let lost = passage::by_id(view) == HopState::Lost;
    for (reason, cause, summary) in REASONS {
        let labels = [("reason", reason), ("tenant", tenant.as_str())];
        let Some(grown) = traffic::delta(view, "tempo_discarded_spans_total", &labels).filter(|grown| *grown > 0.0)
        else {
            continue;
        };
        let name = format!("tempo_discarded_spans_total{{reason=\"{reason}\",tenant=\"{tenant}\"}}");
        let mut finding = Finding::broken(cause, summary).seen_all([traffic::line(view, &name, grown)]);
        if follows {
            // Nothing but applications' own spans: what they lose is lost, though others may pass.
            if traffic::received(view).is_some_and(|received| received > 0.0) {
                finding.level = Level::Degraded;
            }
            return finding.likely().into();
        }
        if !lost {
            return Outcome::Warn(finding.possible());
        }
        let finding = finding.with_confidence(traffic::confidence(view)).seen(
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
        return Outcome::pass("no discard counter of this tenant increased");
    }
    Outcome::pass(format!("nothing was discarded {}", traffic::since(view)))
}
