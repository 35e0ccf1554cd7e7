//! An exemplar links the marker's series to the marker.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Outcome};

use super::exemplar_storage;
use crate::checks::{Check, View, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.exemplars",
    hop: Hop::Prometheus,
    title: "exemplars link metrics to traces",
    needs: &[passage::METRICS, &[Fact::Exemplars, Fact::PromFlags]],
    causes: &["ex-storage-disabled"],
    judge,
};

/// Any exemplar of any marker is stored: one a bucket and collection survives, so the newest run's may be missing.
pub fn any_stored(view: &View<'_>) -> bool {
    view.exemplars().get().is_some_and(|list| !list.is_empty())
}

fn judge(view: &View<'_>) -> Outcome {
    match passage::exemplar(view) {
        HopState::Passed => Outcome::pass("an exemplar carries the marker's trace id"),
        _ if passage::calls(view) != HopState::Passed => {
            Outcome::not_applicable("no span metrics arrived for exemplars to belong to")
        }
        _ if any_stored(view) => Outcome::pass("exemplars are stored, but the bucket did not keep this run's"),
        HopState::Lost if exemplar_storage::is_off(view) => Outcome::not_applicable("Prometheus does not store exemplars"),
        HopState::Lost if view.flags().get().is_some() && !taken(view) => {
            Outcome::no_evidence("exemplar storage is enabled, but the marker's series have none yet")
        }
        HopState::Lost if sent_some(view) => Finding::degraded(
            "ex-storage-disabled",
            "Tempo sends exemplars, but this Prometheus stores none",
        )
        .likely()
        .seen("GET /api/v1/query_exemplars", "of any span metric since the marker", "none")
        .seen_all(traffic::delta(view, SENT, &[]).map(|grown| traffic::line(view, SENT, grown)))
        .fix(
            "enable exemplar storage and give it space:",
            Some("--enable-feature=exemplar-storage\n# prometheus.yml\nstorage:\n  exemplars:\n    max_exemplars: 100000".to_owned()),
            None,
        )
        .into(),
        _ => Outcome::no_evidence("exemplars could not be checked"),
    }
}

/// Exemplars that left, tried again ones included.
const SENT: &str = "prometheus_remote_storage_exemplars_total";

/// Exemplars left since the marker, and none was refused.
fn taken(view: &View<'_>) -> bool {
    let grown = |name: &str| traffic::delta(view, name, &[]).unwrap_or(0.0);
    grown(SENT) > 0.0 && grown("prometheus_remote_storage_exemplars_failed_total") == 0.0
}

fn sent_some(view: &View<'_>) -> bool {
    match traffic::delta(view, SENT, &[]) {
        Some(grown) => grown > 0.0,
        // Nothing known: Tempo from 2.9 on always sends them.
        None => view.metrics_after().get().is_none(),
    }
}
