//! A processor is enabled for this tenant.

use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::tempo_config::{self, UserProcessors};

use crate::checks::{Check, EvidenceView, installation, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.processors",
    title: "a processor is enabled for this tenant",
    needs: &[marker_state::METRICS_FACTS, &[Fact::Exemplars]],
    judge: |view| marker_state::judge_metrics_branch(view, judge),
};

/// What switches both kinds of metrics on.
pub const PROCESSORS_SNIPPET: &str =
    "overrides:\n  defaults:\n    metrics_generator:\n      processors: [span-metrics, service-graphs]";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if marker_state::has_any_metric_arrived(view) {
        return CheckOutcome::pass("a processor works: its series arrive");
    }
    match installation::find_processors(view) {
        Some(list) => judge_by_configuration(view, &list),
        None => judge_by_counters(view),
    }
}

fn judge_by_configuration(view: &EvidenceView<'_>, list: &[String]) -> CheckOutcome {
    let known = tempo_config::list_known_processors(installation::detect_line(view));
    let making: Vec<&String> = list
        .iter()
        .filter(|name| name.starts_with("span-metrics") || *name == "service-graphs")
        .filter(|name| known.contains(&name.as_str()))
        .collect();
    let lost = marker_state::has_lost_metrics(view);
    let unknown: Vec<&String> = list.iter().filter(|name| !known.contains(&name.as_str())).collect();
    // Up to 2.10 one unknown name makes every update of the processors fail, so the known ones may be off as well.
    let user = installation::find_user_processors(view);
    let cleared = user == Some(UserProcessors::Null);
    let all_off = (!unknown.is_empty() || cleared)
        && installation::find_active_processors(view).is_none_or(|active| active.is_empty());
    if !lost || !making.is_empty() && !all_off {
        return CheckOutcome::pass(match list {
            [] => "none is enabled".to_owned(),
            list => format!("enabled: {}", list.join(", ")),
        });
    }
    let place = installation::find_overrides(view).map_or_else(|| "defaults".to_owned(), |block| block.place);
    let tenant = tempo_counters::resolve_tenant(view);
    let shown = if list.is_empty() {
        "none".to_owned()
    } else {
        list.join(", ")
    };
    let reload = "tempo_runtime_config_last_reload_successful";
    let finding = if tempo_counters::sum_counter(view, reload, &[]) == Some(0.0) {
        Finding::broken(
            "runtime-overrides-broken",
            "Tempo cannot load its overrides file and keeps using the previous overrides",
        )
        .likely()
        .with_evidence_lines([tempo_counters::build_value_evidence(view, reload, 0)])
    } else if user.is_some() && unknown.is_empty() {
        Finding::broken(
            "gen-user-configurable-override",
            format!("a user-configurable override of tenant {tenant} disables its processors"),
        )
    } else if let Some(name) = unknown.first() {
        Finding::broken("gen-unknown-processor", format!("Tempo has no processor named {name}"))
            .with_remedy("use Tempo's names for the processors:")
            .with_config(PROCESSORS_SNIPPET.to_owned())
    } else if place != "defaults" {
        Finding::broken(
            "gen-override-drops-processors",
            format!("the block {place} replaces the defaults but lists no processors"),
        )
        .with_remedy("repeat the processors in that block:")
        .with_config(format!(
            "overrides:\n  \"{}\":\n    metrics_generator:\n      processors: [span-metrics, service-graphs]",
            place.trim_start_matches("overrides.")
        ))
    } else {
        Finding::broken(
            "gen-processors-not-enabled",
            "the metrics-generator runs, but no processor is enabled, so it produces no metrics",
        )
        .likely_unless(view.metrics_after().get().is_some())
    };
    let mut finding = finding.with_evidence(
        "GET /status/runtime_config",
        format!("{place}.metrics_generator.processors"),
        shown,
    );
    if installation::find_active_processors(view).is_none() {
        finding = finding.with_evidence_lines([tempo_counters::build_value_evidence(
            view,
            "tempo_metrics_generator_active_processors",
            "absent",
        )]);
    }
    finding.into()
}

/// With the status pages closed only the generator's own gauges tell.
fn judge_by_counters(view: &EvidenceView<'_>) -> CheckOutcome {
    if !marker_state::has_lost_metrics(view) {
        return CheckOutcome::no_evidence(
            "Tempo's /status/runtime_config could not be read, and nothing is known to be lost",
        );
    }
    let counted = view.metrics_after().get().is_some();
    let pushes = tempo_counters::measure_increase(view, "tempo_distributor_metrics_generator_pushes_total", &[]);
    let received = tempo_counters::count_received_spans(view);
    let finding = |summary: &str| Finding::broken("gen-processors-not-enabled", summary).likely();
    match installation::find_active_processors(view) {
        Some(active) if active.is_empty() => finding("no processor of the metrics-generator is active for this tenant")
            .with_evidence_lines([tempo_counters::build_value_evidence(
                view,
                "tempo_metrics_generator_active_processors",
                "all 0",
            )])
            .into(),
        Some(active) => CheckOutcome::pass(format!("active: {}", active.join(", "))),
        None if counted && received.is_some_and(|grown| grown > 0.0) && pushes.is_none_or(|grown| grown == 0.0) => {
            finding("the distributor forwards no spans to the metrics-generator: no processor seems to be enabled")
                .with_evidence_lines([
                    tempo_counters::build_increase_evidence(
                        view,
                        "tempo_distributor_spans_received_total",
                        received.unwrap_or_default(),
                    ),
                    tempo_counters::build_value_evidence(
                        view,
                        "tempo_distributor_metrics_generator_pushes_total",
                        "absent",
                    ),
                    tempo_counters::build_value_evidence(view, "tempo_metrics_generator_active_processors", "absent"),
                ])
                .into()
        }
        None if counted => CheckOutcome::no_evidence("there is no gauge of active processors"),
        None => finding("no metric from a metrics-generator has ever reached Prometheus")
            .possible()
            .with_evidence("Prometheus", "traces_spanmetrics_calls_total of the marker", "absent")
            .into(),
    }
}
