//! Tempo polls its block list.

use telemetry::model::evidence::Fact;
use telemetry::model::{CheckOutcome, Finding, Hop};

use crate::checks::{Check, EvidenceView, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "storage.blocklist",
    hop: Hop::Storage,
    title: "Tempo polls its block list",
    needs: &[&[Fact::Metrics]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if view.metrics_after().get().is_none() || view.metrics_before().get().is_none() {
        return CheckOutcome::no_evidence("Tempo's polling counters could not be read twice");
    }
    let mut finding = Finding::degraded(
        "blocklist-not-polled",
        "Tempo fails to poll its block list, so older traces are not found",
    )
    .likely();
    for name in [
        "tempodb_blocklist_poll_errors_total",
        "tempodb_blocklist_tenant_index_errors_total",
    ] {
        if let Some(grown) = tempo_counters::measure_increase(view, name, &[]).filter(|grown| *grown > 0.0) {
            finding = finding.with_evidence_lines([tempo_counters::build_increase_evidence(view, name, grown)]);
        }
    }
    if finding.evidence.is_empty() {
        CheckOutcome::pass("no poll failed since the marker")
    } else {
        finding.into()
    }
}
