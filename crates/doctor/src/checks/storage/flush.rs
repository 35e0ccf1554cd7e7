//! Blocks reach the backend.

use telemetry::model::{CheckOutcome, Fact, Finding};

use crate::checks::{Check, EvidenceView, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "storage.flush",
    title: "blocks reach the backend",
    needs: &[&[Fact::Metrics]],
    judge,
};

/// Counters of failed uploads: 2.x ingester, 3.x live-store (grafana/tempo v2.10.8: modules/ingester/flush.go,
/// v3.0.3: modules/livestore/complete_block_lifecycle.go).
const FAILURES: [&str; 4] = [
    "tempo_ingester_failed_flushes_total",
    "tempo_live_store_local_failed_flushes_total",
    "tempo_live_store_failed_completions_total",
    "tempo_block_builder_fetch_errors_total",
];

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !tempo_counters::has_both_scrapes(view) {
        return CheckOutcome::no_evidence("Tempo's flush counters could not be read twice");
    }
    let failed: Vec<_> = FAILURES
        .iter()
        .filter_map(|name| tempo_counters::find_increase_evidence(view, name, &[]))
        .collect();
    if failed.is_empty() {
        return CheckOutcome::pass("no flush failed since the marker");
    }
    Finding::broken(
        "backend-access-denied",
        "Tempo fails to write blocks to its backend, so traces are lost once they leave memory",
    )
    .likely()
    .with_evidence_lines(failed)
    .into()
}
