//! Span metrics and the service graph are both produced.

use telemetry::model::{CheckOutcome, Finding, HopState};

use super::processors::PROCESSORS_SNIPPET;
use crate::checks::{Check, EvidenceView, installation, marker_state};
use telemetry::parse::tempo_config;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.both-processors",
    title: "span metrics and the service graph are both produced",
    needs: &[marker_state::METRICS_FACTS],
    judge: |view| marker_state::judge_metrics_branch(view, judge),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let (list, source) = match (
        installation::find_processors(view),
        installation::find_active_processors(view),
    ) {
        // The gauge counts a family of subprocessors as the whole, so the configuration tells more.
        (Some(list), _) => (list, "processors in the overrides"),
        (None, Some(list)) => (list, "tempo_metrics_generator_active_processors"),
        (None, None) => return judge_by_result(view),
    };
    let has = |name: &str| list.iter().any(|item| item == name);
    let (graphs, spans) = (
        has("service-graphs"),
        list.iter().any(|name| name.starts_with("span-metrics")),
    );
    let shown = list.join(", ");
    let finding = match (spans, graphs) {
        (true, false) => explain_missing_processor(
            "sg-processor-missing",
            "service-graphs",
            "the service graph stays empty",
        ),
        (false, true) => explain_missing_processor("sm-processor-missing", "span-metrics", "RED panels stay empty"),
        (true, true) if !has("span-metrics") => {
            let parts = ["span-metrics-count", "span-metrics-latency"];
            let Some(absent) = parts.into_iter().find(|part| !has(part)) else {
                return CheckOutcome::pass(format!("active: {shown}"));
            };
            explain_missing_processor("sm-subprocessor-missing", absent, "part of the span metrics is missing")
        }
        _ => {
            return CheckOutcome::pass(if shown.is_empty() {
                "none is active".into()
            } else {
                format!("active: {shown}")
            });
        }
    };
    let finding = match find_misspelt_processor(view, &list) {
        Some(name) => Finding::degraded(
            "gen-unknown-processor",
            format!("Tempo has no processor named {name}: {}", finding.summary),
        )
        .with_remedy("use Tempo's names for the processors:")
        .with_config(PROCESSORS_SNIPPET.to_owned()),
        // A gauge tells what runs; why the rest does not, only the configuration.
        None => finding.likely_unless(installation::find_processors(view).is_some()),
    };
    if marker_state::find_calls_state(view) == HopState::Waiting {
        return CheckOutcome::no_evidence("nothing has arrived yet, so nothing can be missing");
    }
    finding.with_evidence("Tempo", source, shown).into()
}

/// A name in the list that this line of Tempo does not know.
fn find_misspelt_processor<'a>(view: &EvidenceView<'_>, list: &'a [String]) -> Option<&'a str> {
    let known = tempo_config::list_known_processors(installation::detect_line(view));
    list.iter().map(String::as_str).find(|name| !known.contains(name))
}

fn explain_missing_processor(cause: &'static str, name: &str, effect: &str) -> Finding {
    Finding::degraded(cause, format!("the processor {name} is not enabled, so {effect}"))
}

/// With every status page closed: one of the two arrives and the other does not.
fn judge_by_result(view: &EvidenceView<'_>) -> CheckOutcome {
    match (
        marker_state::find_calls_state(view),
        marker_state::find_graph_state(view),
    ) {
        (HopState::Passed, HopState::Lost) => explain_missing_processor(
            "sg-processor-missing",
            "service-graphs",
            "the service graph stays empty",
        )
        .likely()
        .with_evidence(
            "Prometheus",
            "traces_service_graph_request_total of the marker",
            "absent",
        )
        .into(),
        (HopState::Lost, HopState::Passed) => {
            explain_missing_processor("sm-processor-missing", "span-metrics", "RED panels stay empty")
                .likely()
                .with_evidence("Prometheus", "traces_spanmetrics_calls_total of the marker", "absent")
                .into()
        }
        _ => CheckOutcome::no_evidence("neither a status page nor a gauge shows which processors are enabled"),
    }
}
