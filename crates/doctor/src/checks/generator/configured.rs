//! The generator has a path for its write-ahead log, without which it is off.

use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::tempo_config;

use crate::checks::{Check, EvidenceView, installation, marker_state};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.configured",
    title: "the metrics-generator is enabled",
    needs: &[marker_state::METRICS_FACTS, &[Fact::Exemplars]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !installation::detect_metrics_branch(view).is_configured() {
        return CheckOutcome::not_applicable(
            "no generator storage and no processors: metrics from spans are not configured",
        );
    }
    let Some(config) = view.config().get() else {
        return CheckOutcome::no_evidence("Tempo's /status/config could not be read");
    };
    if let Some(path) = tempo_config::find_generator_path(config) {
        return CheckOutcome::pass(format!("its write-ahead log is in {path}"));
    }
    if marker_state::has_any_metric_arrived(view) {
        return CheckOutcome::pass("metrics arrive");
    }
    Finding::broken(
        "gen-not-configured",
        "processors are enabled, but the metrics-generator itself has no storage path and stays off",
    )
    .with_evidence("GET /status/config", "metrics_generator.storage.path", "empty")
    .with_evidence(
        "GET /status/runtime_config",
        "metrics_generator.processors",
        installation::find_processors(view).unwrap_or_default().join(", "),
    )
    .into()
}
