//! The generator can create new series.

use telemetry::model::{CheckOutcome, Fact, Finding, FindingLevel};

use crate::checks::{Check, EvidenceView, installation, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.series",
    title: "the generator can create new series",
    needs: &[marker_state::METRICS_FACTS, &[Fact::BackdatedPush, Fact::Marker]],
    judge: |view| marker_state::judge_metrics_branch(view, judge),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let tenant = tempo_counters::resolve_tenant(view);
    let labels = [("tenant", tenant.as_str())];
    let lines: Vec<_> = [
        "tempo_metrics_generator_registry_series_limited_total",
        "tempo_metrics_generator_registry_entities_limited_total",
        "tempo_metrics_generator_registry_label_values_limited_total",
    ]
    .iter()
    .filter_map(|name| tempo_counters::find_increase_evidence(view, name, &labels))
    .collect();
    if lines.is_empty() {
        return match view.metrics_after().get() {
            Some(_) => CheckOutcome::pass("no series was rejected since the marker"),
            None => CheckOutcome::no_evidence("the registry's counters could not be read"),
        };
    }
    let limit =
        installation::find_overrides(view).and_then(|block| block.number("metrics_generator.max_active_series"));
    let active = tempo_counters::sum_counter(view, "tempo_metrics_generator_registry_active_series", &labels);
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
    if !marker_state::has_lost_series(view) {
        return CheckOutcome::Warn(finding.possible());
    }
    if marker_state::has_other_metrics_arriving(view) {
        finding.level = FindingLevel::Degraded;
        finding.summary = "the generator has reached its limit of active series: known series continue, but new ones like the marker's are dropped".to_owned();
        finding = finding.likely();
    }
    finding.into()
}
