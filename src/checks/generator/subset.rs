//! Span metrics and the service graph are both produced.

use crate::model::{Finding, Hop, HopState, Outcome};

use super::processors::ENABLE;
use crate::checks::{Check, View, facts, passage};
use crate::parse::tempo_config;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.both-processors",
    hop: Hop::Generator,
    title: "span metrics and the service graph are both produced",
    needs: &[passage::METRICS],
    causes: &[
        "gen-unknown-processor",
        "sg-processor-missing",
        "sm-processor-missing",
        "sm-subprocessor-missing",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if !facts::metrics_branch(view).is_configured() {
        return Outcome::not_applicable("metrics from spans are not configured");
    }
    let (list, source) = match (facts::processors(view), facts::active_processors(view)) {
        // The gauge counts a family of subprocessors as the whole, so the configuration tells more.
        (Some(list), _) => (list, "processors in the overrides"),
        (None, Some(list)) => (list, "tempo_metrics_generator_active_processors"),
        (None, None) => return by_result(view),
    };
    let has = |name: &str| list.iter().any(|item| item == name);
    let (graphs, spans) = (
        has("service-graphs"),
        list.iter().any(|name| name.starts_with("span-metrics")),
    );
    let shown = list.join(", ");
    let finding = match (spans, graphs) {
        (true, false) => missing(
            "sg-processor-missing",
            "service-graphs",
            "the service graph stays empty",
        ),
        (false, true) => missing("sm-processor-missing", "span-metrics", "RED panels stay empty"),
        (true, true) if !has("span-metrics") => {
            let parts = ["span-metrics-count", "span-metrics-latency"];
            let Some(absent) = parts.into_iter().find(|part| !has(part)) else {
                return Outcome::pass(format!("active: {shown}"));
            };
            missing("sm-subprocessor-missing", absent, "part of the span metrics is missing")
        }
        _ => {
            return Outcome::pass(if shown.is_empty() {
                "none is active".into()
            } else {
                format!("active: {shown}")
            });
        }
    };
    let finding = match misspelt(view, &list) {
        Some(name) => Finding::degraded(
            "gen-unknown-processor",
            format!("Tempo has no processor named {name}: {}", finding.summary),
        )
        .fix("use Tempo's names for the processors:", Some(ENABLE.to_owned()), None),
        None => finding,
    };
    if passage::calls(view) == HopState::Waiting {
        return Outcome::no_evidence("nothing has arrived yet, so nothing can be missing");
    }
    finding.seen("Tempo", source, shown).into()
}

/// A name in the list that this line of Tempo does not know.
fn misspelt<'a>(view: &View<'_>, list: &'a [String]) -> Option<&'a str> {
    let known = tempo_config::known_processors(facts::line(view));
    list.iter().map(String::as_str).find(|name| !known.contains(name))
}

fn missing(cause: &'static str, name: &str, effect: &str) -> Finding {
    Finding::degraded(cause, format!("the processor {name} is not enabled, so {effect}"))
}

/// With every status page closed: one of the two arrives and the other does not.
fn by_result(view: &View<'_>) -> Outcome {
    match (passage::calls(view), passage::graph(view)) {
        (HopState::Passed, HopState::Lost) => missing(
            "sg-processor-missing",
            "service-graphs",
            "the service graph stays empty",
        )
        .likely()
        .seen(
            "Prometheus",
            "traces_service_graph_request_total of the marker",
            "absent",
        )
        .into(),
        (HopState::Lost, HopState::Passed) => missing("sm-processor-missing", "span-metrics", "RED panels stay empty")
            .likely()
            .seen("Prometheus", "traces_spanmetrics_calls_total of the marker", "absent")
            .into(),
        _ => Outcome::no_evidence("neither a status page nor a gauge shows which processors are enabled"),
    }
}
