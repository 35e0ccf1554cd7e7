//! The per-tenant overrides file is loaded.

use telemetry::model::{CheckOutcome, Fact, Finding};

use crate::checks::{Check, EvidenceView, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "ingest.overrides",
    title: "the per-tenant overrides file is loaded",
    needs: &[&[Fact::Metrics]],
    judge,
};

/// 1 where the last reload went well; only there with a file to load (dskit: runtimeconfig/manager.go).
const RELOAD: &str = "tempo_runtime_config_last_reload_successful";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    match tempo_counters::sum_counter(view, RELOAD, &[]) {
        None => CheckOutcome::not_applicable("no overrides file, or its gauge could not be read"),
        Some(value) if value > 0.0 => CheckOutcome::pass("the last reload succeeded"),
        // The overrides of before stay in force: what they lose by it is another check's to say.
        Some(_) => CheckOutcome::Warn(
            Finding::degraded(
                "runtime-overrides-broken",
                "Tempo cannot load its overrides file, so changes to it have no effect",
            )
            .possible()
            .with_evidence_lines([tempo_counters::build_value_evidence(view, RELOAD, 0)]),
        ),
    }
}
