//! Blocks reach the backend.

use telemetry::model::evidence::Fact;
use telemetry::model::{CheckOutcome, Finding, Hop};

use crate::checks::{Check, EvidenceView, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "storage.flush",
    hop: Hop::Storage,
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
    if view.metrics_after().get().is_none() || view.metrics_before().get().is_none() {
        return CheckOutcome::no_evidence("Tempo's flush counters could not be read twice");
    }
    let failed: Vec<_> = FAILURES
        .iter()
        .filter_map(|name| {
            Some((
                *name,
                tempo_counters::measure_increase(view, name, &[]).filter(|grown| *grown > 0.0)?,
            ))
        })
        .collect();
    if failed.is_empty() {
        return CheckOutcome::pass("no flush failed since the marker");
    }
    let mut finding = Finding::broken(
        "backend-access-denied",
        "Tempo fails to write blocks to its backend, so traces are lost once they leave memory",
    )
    .likely();
    for (name, grown) in failed {
        finding = finding.with_evidence_lines([tempo_counters::build_increase_evidence(view, name, grown)]);
    }
    finding.into()
}
