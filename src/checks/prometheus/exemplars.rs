//! An exemplar leads from the marker's series to the marker.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Outcome};

use super::exemplar_storage;
use crate::checks::{Check, View, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.exemplars",
    hop: Hop::Prometheus,
    title: "exemplars lead from metrics to traces",
    needs: &[
        Fact::Exemplars,
        Fact::Series,
        Fact::Push,
        Fact::Config,
        Fact::RuntimeConfig,
        Fact::TenantOverrides,
        Fact::Targets,
        Fact::Metrics,
        Fact::MetricNames,
        Fact::PromWriteProbe,
        Fact::PromQueryProbe,
        Fact::PromReady,
        Fact::PromFlags,
    ],
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
            Outcome::not_applicable("no span metrics arrived that exemplars could belong to")
        }
        _ if any_stored(view) => Outcome::pass("exemplars are stored; this run's was not the one its bucket kept"),
        HopState::Lost if exemplar_storage::is_off(view) => Outcome::not_applicable("Prometheus keeps no exemplars"),
        HopState::Lost if view.flags().get().is_some() => {
            Outcome::no_evidence("storage for exemplars is on, and none of the marker's series has one yet")
        }
        HopState::Lost if sent_some(view) => Finding::degraded(
            "ex-storage-disabled",
            "Tempo sends exemplars and this Prometheus has none of them",
        )
        .likely()
        .seen("GET /api/v1/query_exemplars", "of the marker's series", "none")
        .into(),
        _ => Outcome::no_evidence("exemplars could not be judged"),
    }
}

fn sent_some(view: &View<'_>) -> bool {
    match traffic::delta(view, "prometheus_remote_storage_exemplars_total", &[]) {
        Some(grown) => grown > 0.0,
        // Nothing known: Tempo from 2.9 on always sends them.
        None => view.metrics_after().get().is_none(),
    }
}
