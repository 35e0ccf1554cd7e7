//! An exemplar links the marker's series to the marker.

use telemetry::model::{CheckOutcome, Fact, Finding, HopState};

use super::exemplar_storage;
use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.exemplars",
    title: "exemplars link metrics to traces",
    needs: &[marker_state::METRICS_FACTS, &[Fact::Exemplars, Fact::PromFlags]],
    judge,
};

/// Any exemplar of any marker is stored: one a bucket and collection survives, so the newest run's may be missing.
pub fn has_stored_exemplars(view: &EvidenceView<'_>) -> bool {
    view.exemplars().get().is_some_and(|list| !list.is_empty())
}

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    match marker_state::find_exemplar_state(view) {
        HopState::Passed => CheckOutcome::pass("an exemplar carries the marker's trace id"),
        _ if marker_state::find_calls_state(view) != HopState::Passed => {
            CheckOutcome::not_applicable("no span metrics arrived for exemplars to belong to")
        }
        _ if has_stored_exemplars(view) => {
            CheckOutcome::pass("exemplars are stored, but the bucket did not keep this run's")
        }
        HopState::Lost if exemplar_storage::is_off(view) => {
            CheckOutcome::not_applicable("Prometheus does not store exemplars")
        }
        HopState::Lost if view.flags().get().is_some() && !has_accepted_exemplars(view) => {
            CheckOutcome::no_evidence("exemplar storage is enabled, but the marker's series have none yet")
        }
        HopState::Lost if has_sent_exemplars(view) => Finding::degraded(
            "ex-storage-disabled",
            "Tempo sends exemplars, but this Prometheus stores none",
        )
        .likely()
        .with_evidence(
            "GET /api/v1/query_exemplars",
            "of any span metric since the marker",
            "none",
        )
        .with_evidence_lines(
            tempo_counters::measure_increase(view, SENT_EXEMPLARS, &[])
                .map(|grown| tempo_counters::build_increase_evidence(view, SENT_EXEMPLARS, grown)),
        )
        .with_remedy("enable exemplar storage and give it space:")
        .with_config(
            "--enable-feature=exemplar-storage\n# prometheus.yml\nstorage:\n  exemplars:\n    max_exemplars: 100000",
        )
        .into(),
        _ => CheckOutcome::no_evidence("exemplars could not be checked"),
    }
}

/// Exemplars that left, tried again ones included.
const SENT_EXEMPLARS: &str = "prometheus_remote_storage_exemplars_total";

/// Exemplars left since the marker, and none was refused.
fn has_accepted_exemplars(view: &EvidenceView<'_>) -> bool {
    let grown = |name: &str| tempo_counters::measure_increase(view, name, &[]).unwrap_or(0.0);
    grown(SENT_EXEMPLARS) > 0.0 && grown("prometheus_remote_storage_exemplars_failed_total") == 0.0
}

fn has_sent_exemplars(view: &EvidenceView<'_>) -> bool {
    match tempo_counters::measure_increase(view, SENT_EXEMPLARS, &[]) {
        Some(grown) => grown > 0.0,
        // Nothing known: Tempo from 2.9 on always sends them.
        None => view.metrics_after().get().is_none(),
    }
}
