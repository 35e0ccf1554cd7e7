//! Prometheus stores exemplars.

use telemetry::model::{CheckOutcome, Fact, Finding, HopState};

use crate::checks::{Check, EvidenceView, marker_state};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "prometheus.exemplar-storage",
    title: "Prometheus stores exemplars",
    needs: &[marker_state::METRICS_FACTS, &[Fact::PromFlags, Fact::Exemplars]],
    judge,
};

/// Its flags say that exemplar storage is off.
pub fn is_off(view: &EvidenceView<'_>) -> bool {
    view.flags()
        .get()
        .and_then(|flags| flags.get("enable-feature"))
        .is_some_and(|features| !features.split(',').any(|feature| feature.trim() == "exemplar-storage"))
}

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if view.flags().get().is_none() {
        return CheckOutcome::no_evidence("its flags could not be read; Mimir and similar servers have none");
    }
    if !is_off(view) {
        return CheckOutcome::pass("exemplar-storage is enabled");
    }
    if marker_state::find_exemplar_state(view) == HopState::Passed {
        return CheckOutcome::pass("an exemplar of the marker is stored");
    }
    if marker_state::find_calls_state(view) != HopState::Passed {
        return CheckOutcome::not_applicable("disabled, but no span metrics arrived for exemplars to belong to");
    }
    let features = view.flags().get().and_then(|flags| flags.get("enable-feature"));
    Finding::degraded(
        "ex-storage-disabled",
        "Prometheus silently drops exemplars, so no panel links to a trace",
    )
    .with_evidence(
        "GET /api/v1/status/flags",
        "enable-feature",
        features.filter(|text| !text.is_empty()).map_or("none", String::as_str),
    )
    .with_evidence("GET /api/v1/query_exemplars", "of the marker's series", "none")
    .into()
}
