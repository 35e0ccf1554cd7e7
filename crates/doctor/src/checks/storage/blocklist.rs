//! Tempo polls its block list.

use telemetry::model::{CheckOutcome, Fact, Finding};

use crate::checks::{Check, EvidenceView, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "storage.blocklist",
    title: "Tempo polls its block list",
    needs: &[&[Fact::Metrics]],
    judge,
};

/// Counters of failed polls.
const FAILURES: [&str; 2] = [
    "tempodb_blocklist_poll_errors_total",
    "tempodb_blocklist_tenant_index_errors_total",
];

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !tempo_counters::has_both_scrapes(view) {
        return CheckOutcome::no_evidence("Tempo's polling counters could not be read twice");
    }
    let failed: Vec<_> = FAILURES
        .iter()
        .filter_map(|name| tempo_counters::find_increase_evidence(view, name, &[]))
        .collect();
    if failed.is_empty() {
        return CheckOutcome::pass("no poll failed since the marker");
    }
    Finding::degraded(
        "blocklist-not-polled",
        "Tempo fails to poll its block list, so older traces are not found",
    )
    .likely()
    .with_evidence_lines(failed)
    .into()
}
