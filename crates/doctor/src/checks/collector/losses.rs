//! The collector loses no spans of other senders.

use telemetry::model::{CheckOutcome, Fact, Finding, Hop, HopState};

use super::{export_failure, is_collector_known};
use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};
use crate::evidence::collector_counters as counters;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.losses",
    title: "the collector loses no spans of other senders",
    needs: &[
        tempo_counters::OTHER_SPANS_FACTS,
        &[Fact::Collector, Fact::Push, Fact::ById, Fact::Logs],
    ],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !is_collector_known(view) {
        return CheckOutcome::not_applicable("no collector is known; pass --collector-metrics-url");
    }
    let Some(flow) = counters::measure_flow(view) else {
        return CheckOutcome::no_evidence("its counters could not be read twice");
    };
    if marker_state::find_hop_state(view, Hop::Collector) != HopState::Passed {
        return CheckOutcome::not_applicable("another check reports what became of the marker");
    }
    if flow.failed + flow.enqueue_failed > 0.0
        && let Some(finding) = export_failure::find_export_failure(view, &flow)
    {
        return warn_of_loss(Finding {
            summary: format!("spans other than the marker's are lost: {}", finding.summary),
            ..finding
        });
    }
    let seen = |cause: &'static str, summary: &str, family: &str| {
        warn_of_loss(
            Finding::degraded(cause, summary).with_evidence_lines(counters::build_risen_evidence(view, family)),
        )
    };
    if flow.memory_refused > 0.0 {
        let family = "processor_memory_limiter_refused_spans";
        return seen(
            "collector-memory-limiter",
            "the collector rejected spans because it is short of memory",
            family,
        );
    }
    if flow.head_sampled > 0.0 {
        let family = "processor_probabilistic_sampler_count_traces_sampled";
        return seen(
            "collector-head-sampling",
            "the collector keeps only a share of the traces",
            family,
        );
    }
    if flow.tail_sampled > 0.0 {
        let family = "processor_tail_sampling_count_traces_sampled";
        return seen(
            "collector-tail-sampling-policy",
            "the collector's tail sampling keeps only some traces",
            family,
        );
    }
    if flow.filtered + flow.dropped > 0.0 {
        let family = if flow.filtered > 0.0 {
            "processor_filter_spans_filtered"
        } else {
            "processor_dropped_spans"
        };
        return seen(
            "collector-filter-or-transform",
            "a processor drops other senders' spans on purpose",
            family,
        );
    }
    let inside = flow.accepted - flow.sent;
    CheckOutcome::pass(if inside < 0.5 {
        format!(
            "{} accepted, {:.0} exported, none lost",
            tempo_counters::render_span_count(flow.accepted),
            flow.sent
        )
    } else {
        format!(
            "{} accepted, {:.0} exported, none lost, {inside:.0} still inside",
            tempo_counters::render_span_count(flow.accepted),
            flow.sent
        )
    })
}

/// What is kept back on purpose, or lost while the marker passes, is worth knowing and no verdict.
fn warn_of_loss(finding: Finding) -> CheckOutcome {
    CheckOutcome::Warn(finding.possible())
}
