//! Prometheus stores exemplars.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Outcome};

use crate::checks::{Check, View, passage};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.exemplar-storage",
    hop: Hop::Prometheus,
    title: "Prometheus stores exemplars",
    needs: &[passage::METRICS, &[Fact::PromFlags, Fact::Exemplars]],
    causes: &["ex-storage-disabled"],
    judge,
};

/// Its flags say that exemplar storage is off.
pub fn is_off(view: &View<'_>) -> bool {
    view.flags()
        .get()
        .and_then(|flags| flags.get("enable-feature"))
        .is_some_and(|features| !features.split(',').any(|feature| feature.trim() == "exemplar-storage"))
}

fn judge(view: &View<'_>) -> Outcome {
    if view.flags().get().is_none() {
        return Outcome::no_evidence("its flags could not be read; Mimir and similar servers have none");
    }
    if !is_off(view) {
        return Outcome::pass("exemplar-storage is enabled");
    }
    if passage::exemplar(view) == HopState::Passed {
        return Outcome::pass("an exemplar of the marker is stored");
    }
    if passage::calls(view) != HopState::Passed {
        return Outcome::not_applicable("disabled, but no span metrics arrived for exemplars to belong to");
    }
    let features = view.flags().get().and_then(|flags| flags.get("enable-feature"));
    Finding::degraded(
        "ex-storage-disabled",
        "Prometheus silently drops exemplars, so no panel links to a trace",
    )
    .seen(
        "GET /api/v1/status/flags",
        "enable-feature",
        features.filter(|text| !text.is_empty()).map_or("none", String::as_str),
    )
    .seen("GET /api/v1/query_exemplars", "of the marker's series", "none")
    .into()
}
