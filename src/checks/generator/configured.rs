//! The generator has a path for its write-ahead log, without which it is off.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};
use crate::parse::tempo_config;

use crate::checks::{Check, View, facts, passage};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.configured",
    hop: Hop::Generator,
    title: "the metrics-generator is enabled",
    needs: &[passage::METRICS, &[Fact::Exemplars]],
    causes: &["gen-not-configured"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if !facts::metrics_branch(view).is_configured() {
        return Outcome::not_applicable(
            "no generator storage and no processors: metrics from spans are not configured",
        );
    }
    let Some(config) = view.config().get() else {
        return Outcome::no_evidence("/status/config could not be read");
    };
    if let Some(path) = tempo_config::generator_path(config) {
        return Outcome::pass(format!("its write-ahead log is in {path}"));
    }
    if passage::anything_arrived(view) {
        return Outcome::pass("metrics arrive");
    }
    Finding::broken(
        "gen-not-configured",
        "processors are enabled, but the metrics-generator itself has no storage path and stays off",
    )
    .seen("GET /status/config", "metrics_generator.storage.path", "empty")
    .seen(
        "GET /status/runtime_config",
        "metrics_generator.processors",
        facts::processors(view).unwrap_or_default().join(", "),
    )
    .into()
}
