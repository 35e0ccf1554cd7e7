//! The generator can create new series.

use telemetry::model::evidence::Fact;
use telemetry::model::{CheckOutcome, Finding, FindingLevel, Hop, HopState};

use crate::checks::{Check, EvidenceView, installation, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.series",
    hop: Hop::Generator,
    title: "the generator can create new series",
    needs: &[marker_state::METRICS_FACTS, &[Fact::BackdatedPush, Fact::Marker]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !installation::detect_metrics_branch(view).is_configured() {
        return CheckOutcome::not_applicable("metrics from spans are not configured");
    }
    let tenant = tempo_counters::resolve_tenant(view);
    let labels = [("tenant", tenant.as_str())];
    let mut lines = Vec::new();
    for name in [
        "tempo_metrics_generator_registry_series_limited_total",
        "tempo_metrics_generator_registry_entities_limited_total",
        "tempo_metrics_generator_registry_label_values_limited_total",
    ] {
        if let Some(grown) = tempo_counters::measure_increase(view, name, &labels).filter(|grown| *grown > 0.0) {
            lines.push(tempo_counters::build_increase_evidence(view, name, grown));
        }
    }
    if lines.is_empty() {
        return match view.metrics_after().get() {
            Some(_) => CheckOutcome::pass("no series was rejected since the marker"),
            None => CheckOutcome::no_evidence("the registry's counters could not be read"),
        };
    }
    let limit =
        installation::find_overrides(view).and_then(|block| block.number("metrics_generator.max_active_series"));
    let active = tempo_counters::sum_counter(view, "tempo_metrics_generator_registry_active_series", &labels);
    let states = [
        marker_state::find_calls_state(view),
        marker_state::find_graph_state(view),
    ];
    let mut finding = Finding::broken(
        "gen-series-limit",
        "the generator has reached its limit of active series and drops new ones",
    )
    .with_confidence(tempo_counters::assess_confidence(view))
    .with_evidence_lines(lines);
    if let Some(limit) = limit {
        finding = finding.with_evidence(
            "GET /status/runtime_config",
            "metrics_generator.max_active_series",
            limit,
        );
    }
    if let Some(active) = active {
        finding = finding.with_evidence_lines([tempo_counters::build_value_evidence(
            view,
            "tempo_metrics_generator_registry_active_series",
            active,
        )]);
    }
    if !states.contains(&HopState::Lost) {
        return CheckOutcome::Warn(finding.possible());
    }
    if marker_state::has_other_metrics_arriving(view) {
        finding.level = FindingLevel::Degraded;
        finding.summary = "the generator has reached its limit of active series: known series continue, but new ones like the marker's are dropped".to_owned();
        finding = finding.likely();
    }
    finding.into()
}
