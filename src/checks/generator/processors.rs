//! A processor is enabled for this tenant.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};
use crate::parse::tempo_config::{self, UserProcessors};

use crate::checks::{Check, View, facts, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.processors",
    hop: Hop::Generator,
    title: "a processor is enabled for this tenant",
    needs: &[passage::METRICS, &[Fact::Exemplars]],
    causes: &[
        "gen-processors-not-enabled",
        "gen-override-drops-processors",
        "gen-user-configurable-override",
        "gen-unknown-processor",
        "runtime-overrides-broken",
    ],
    judge,
};

/// What switches both kinds of metrics on.
pub const ENABLE: &str =
    "overrides:\n  defaults:\n    metrics_generator:\n      processors: [span-metrics, service-graphs]";

fn judge(view: &View<'_>) -> Outcome {
    if !facts::metrics_branch(view).is_configured() {
        return Outcome::not_applicable("metrics from spans are not configured");
    }
    if passage::anything_arrived(view) {
        return Outcome::pass("a processor works: its series arrive");
    }
    match facts::processors(view) {
        Some(list) => by_configuration(view, &list),
        None => by_counters(view),
    }
}

fn by_configuration(view: &View<'_>, list: &[String]) -> Outcome {
    let known = tempo_config::known_processors(facts::line(view));
    let making: Vec<&String> = list
        .iter()
        .filter(|name| name.starts_with("span-metrics") || *name == "service-graphs")
        .filter(|name| known.contains(&name.as_str()))
        .collect();
    let lost = passage::metrics_lost(view);
    let unknown: Vec<&String> = list.iter().filter(|name| !known.contains(&name.as_str())).collect();
    // Up to 2.10 one unknown name makes every update of the processors fail, so the known ones may be off as well.
    let user = facts::user_processors(view);
    let cleared = user == Some(UserProcessors::Null);
    let all_off =
        (!unknown.is_empty() || cleared) && facts::active_processors(view).is_none_or(|active| active.is_empty());
    if !lost || !making.is_empty() && !all_off {
        return Outcome::pass(match list {
            [] => "none is enabled".to_owned(),
            list => format!("enabled: {}", list.join(", ")),
        });
    }
    let place = facts::overrides(view).map_or_else(|| "defaults".to_owned(), |block| block.place);
    let tenant = traffic::tenant(view);
    let shown = if list.is_empty() {
        "none".to_owned()
    } else {
        list.join(", ")
    };
    let reload = "tempo_runtime_config_last_reload_successful";
    let finding = if traffic::value(view, reload, &[]) == Some(0.0) {
        Finding::broken(
            "runtime-overrides-broken",
            "Tempo cannot load its overrides file and keeps using the previous overrides",
        )
        .likely()
        .seen_all([traffic::value_line(view, reload, 0)])
    } else if user.is_some() && unknown.is_empty() {
        Finding::broken(
            "gen-user-configurable-override",
            format!("a user-configurable override of tenant {tenant} disables its processors"),
        )
    } else if let Some(name) = unknown.first() {
        Finding::broken("gen-unknown-processor", format!("Tempo has no processor named {name}")).fix(
            "use Tempo's names for the processors:",
            Some(ENABLE.to_owned()),
            None,
        )
    } else if place != "defaults" {
        Finding::broken(
            "gen-override-drops-processors",
            format!("the block {place} replaces the defaults but lists no processors"),
        )
        .fix(
            "repeat the processors in that block:",
            Some(format!(
                "overrides:\n  \"{}\":\n    metrics_generator:\n      processors: [span-metrics, service-graphs]",
                place.trim_start_matches("overrides.")
            )),
            None,
        )
    } else {
        Finding::broken(
            "gen-processors-not-enabled",
            "the metrics-generator runs, but no processor is enabled, so it produces no metrics",
        )
    };
    let mut finding = finding.seen(
        "GET /status/runtime_config",
        format!("{place}.metrics_generator.processors"),
        shown,
    );
    if facts::active_processors(view).is_none() {
        finding = finding.seen_all([traffic::value_line(
            view,
            "tempo_metrics_generator_active_processors",
            "absent",
        )]);
    }
    finding.into()
}

/// With the status pages closed only the generator's own gauges tell.
fn by_counters(view: &View<'_>) -> Outcome {
    if !passage::metrics_lost(view) {
        return Outcome::no_evidence("/status/runtime_config could not be read, and nothing is known to be lost");
    }
    let tenant = traffic::tenant(view);
    let counted = view.metrics_after().get().is_some();
    let pushes = traffic::delta(view, "tempo_distributor_metrics_generator_pushes_total", &[]);
    let received = traffic::delta(view, "tempo_distributor_spans_received_total", &[("tenant", &tenant)]);
    let finding = |summary: &str| Finding::broken("gen-processors-not-enabled", summary).likely();
    match facts::active_processors(view) {
        Some(active) if active.is_empty() => finding("no processor of the metrics-generator is active for this tenant")
            .seen_all([traffic::value_line(
                view,
                "tempo_metrics_generator_active_processors",
                "all 0",
            )])
            .into(),
        Some(active) => Outcome::pass(format!("active: {}", active.join(", "))),
        None if counted && received.is_some_and(|grown| grown > 0.0) && pushes.is_none_or(|grown| grown == 0.0) => {
            finding("the distributor forwards no spans to the metrics-generator: no processor seems to be enabled")
                .seen_all([
                    traffic::line(
                        view,
                        "tempo_distributor_spans_received_total",
                        received.unwrap_or_default(),
                    ),
                    traffic::value_line(view, "tempo_distributor_metrics_generator_pushes_total", "absent"),
                    traffic::value_line(view, "tempo_metrics_generator_active_processors", "absent"),
                ])
                .into()
        }
        None if counted => Outcome::no_evidence("there is no gauge of active processors"),
        None => finding("no metric from a metrics-generator has ever reached Prometheus")
            .possible()
            .seen("Prometheus", "traces_spanmetrics_calls_total of the marker", "absent")
            .into(),
    }
}
