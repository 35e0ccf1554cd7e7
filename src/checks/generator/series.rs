//! The generator can create new series.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Level, Outcome};

use crate::checks::{Check, View, facts, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.series",
    hop: Hop::Generator,
    title: "the generator can create new series",
    needs: &[passage::METRICS, &[Fact::BackdatedPush, Fact::Marker]],
    causes: &["gen-series-limit"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if !facts::metrics_branch(view).is_configured() {
        return Outcome::not_applicable("metrics from spans are not configured");
    }
    let tenant = traffic::tenant(view);
    let labels = [("tenant", tenant.as_str())];
    let mut lines = Vec::new();
    for name in [
        "tempo_metrics_generator_registry_series_limited_total",
        "tempo_metrics_generator_registry_entities_limited_total",
        "tempo_metrics_generator_registry_label_values_limited_total",
    ] {
        if let Some(grown) = traffic::delta(view, name, &labels).filter(|grown| *grown > 0.0) {
            lines.push(traffic::line(view, name, grown));
        }
    }
    if lines.is_empty() {
        return match view.metrics_after().get() {
            Some(_) => Outcome::pass("no series was rejected since the marker"),
            None => Outcome::no_evidence("the registry's counters could not be read"),
        };
    }
    let limit = facts::overrides(view).and_then(|block| block.number("metrics_generator.max_active_series"));
    let active = traffic::value(view, "tempo_metrics_generator_registry_active_series", &labels);
    let states = [passage::calls(view), passage::graph(view)];
    let mut finding = Finding::broken(
        "gen-series-limit",
        "the generator has reached its limit of active series and drops new ones",
    )
    .with_confidence(traffic::confidence(view))
    .seen_all(lines);
    if let Some(limit) = limit {
        finding = finding.seen(
            "GET /status/runtime_config",
            "metrics_generator.max_active_series",
            limit,
        );
    }
    if let Some(active) = active {
        finding = finding.seen_all([traffic::value_line(
            view,
            "tempo_metrics_generator_registry_active_series",
            active,
        )]);
    }
    if !states.contains(&HopState::Lost) {
        return Outcome::Warn(finding.possible());
    }
    if passage::others_arrive(view) {
        finding.level = Level::Degraded;
        finding.summary = "the generator has reached its limit of active series: known series continue, but new ones like the marker's are dropped".to_owned();
        finding = finding.likely();
    }
    finding.into()
}
