//! Queries that a person wrote, as charts.

use super::error::explain_query;
use super::tables::{PROMETHEUS, build_failure, explain_tempo_failure, join_names};
use super::{MetricsOptions, empty};
use crate::command_error::CommandError;
use crate::commands::query_refusal::{explain_range_limit, explain_too_long};
use probes::metrics::plot;
use probes::metrics::plot::PlotError;
use probes::metrics::recognise::count_live_series;
use stack::Stack;
use stack::clients::prometheus::EvaluationTime;
use std::time::Duration;
use telemetry::model::plot::{Plot, PlotData, PlotSeries};
use telemetry::model::red::{CauseNote, EmptyResult};
use telemetry::model::time_window::TimeWindow;
use telemetry::model::{Failure, FailureKind};
use telemetry::parse::promql::PromqlValueType;
use telemetry::parse::promql_parts::{QuerySelector, split_promql};
use telemetry::parse::query_error::{QueryError, QueryLimit, parse_query_limit};
use telemetry::parse::{duration, find_nearest, promql, traceql};
use telemetry::text::pluralize;
use telemetry::text::quote::quote_argument;

/// Points of a chart that nobody asked a step for.
const POINTS: f64 = 240.0;
/// Points that Prometheus gives at most (prometheus/prometheus: web/api/v1/api.go).
const MOST_POINTS: f64 = 11_000.0;
/// Steps that fall on full times of the clock.
const STEPS: [f64; 14] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0,
];

/// The step of a chart in seconds: as typed, else one that makes it as fine as it can be seen.
pub(super) fn choose_step(window: TimeWindow, typed: Option<Duration>) -> Result<f64, CommandError> {
    let Some(typed) = typed else {
        let least = window.seconds() / POINTS;
        return Ok(STEPS.into_iter().find(|step| *step >= least).unwrap_or(least.ceil()));
    };
    let step = typed.as_secs_f64();
    if window.seconds() / step <= MOST_POINTS {
        return Ok(step);
    }
    let least = Duration::from_secs((window.seconds() / MOST_POINTS).ceil() as u64);
    Err(CommandError::usage(format!(
        "--step: {} gives more than 11,000 points over this range",
        duration::format_duration(typed)
    ))
    .advising(format!("--step {}", duration::format_duration(least))))
}

/// What is surely wrong with an expression, before it is sent.
pub(super) fn check_promql(expression: &str, instant: bool) -> Result<(), CommandError> {
    match promql::infer_value_type(expression) {
        Err(refused) => Err(CommandError::usage(format!("EXPR: {refused}")).advising_all(
            refused
                .suggestion
                .map(|text| format!("tempoctl metrics query {}", quote_argument(&text))),
        )),
        Ok(Some(PromqlValueType::Range)) if !instant => {
            Err(CommandError::usage("EXPR: a range vector cannot be charted")
                .advising("--instant")
                .advising(format!(
                    "tempoctl metrics query {}",
                    quote_argument(&format!("rate({expression})"))
                )))
        }
        Ok(Some(PromqlValueType::Text)) if !instant => {
            Err(CommandError::usage("EXPR: a string cannot be charted").advising("--instant"))
        }
        Ok(_) => Ok(()),
    }
}

/// A PromQL expression.
pub(super) async fn fetch_promql(
    asked: &MetricsOptions<'_>,
    stack: &Stack,
    expression: &str,
    window: TimeWindow,
) -> Result<Plot, CommandError> {
    let answered = match plot::query_promql(&stack.prometheus, expression, window, asked.step_s).await {
        Ok(answered) => answered,
        Err(PlotError::Failure(failure)) => {
            return Err(explain_too_long(&failure, expression, &stack.targets.prometheus.url)
                .unwrap_or_else(|| build_failure(stack, PROMETHEUS, &failure)));
        }
        Err(PlotError::Query(error)) => {
            return Err(explain_query(
                &format!("PromQL: {}", error.message),
                expression,
                error.place,
            ));
        }
    };
    let mut plot = build_plot(expression, "PromQL", answered, asked, window);
    if asked.step_s.is_none() {
        fit_window_to_samples(&mut plot);
    }
    if plot.series.is_empty() {
        plot.empty = Some(explain_no_series(asked, stack, expression, window).await);
    }
    Ok(plot)
}

/// Raw samples bring their own range and step.
fn fit_window_to_samples(plot: &mut Plot) {
    let points = || {
        plot.series
            .iter()
            .flat_map(|series| series.points.iter().map(|(at, _)| *at))
    };
    let (first, last) = (points().reduce(f64::min), points().reduce(f64::max));
    let gaps = plot
        .series
        .iter()
        .flat_map(|series| series.points.windows(2).map(|pair| pair[1].0 - pair[0].0));
    let step = gaps.filter(|gap| *gap > 1e-3).reduce(f64::min);
    if let (Some(first), Some(last), Some(step)) = (first, last, step) {
        let moment = |at: f64| jiff::Timestamp::from_millisecond((at * 1e3) as i64);
        if let (Ok(from), Ok(to)) = (moment(first), moment(last)) {
            plot.window = TimeWindow { from, to };
            plot.step_s = Some(step);
        }
    }
}

/// A TraceQL metrics query.
pub(super) async fn fetch_traceql(
    asked: &MetricsOptions<'_>,
    stack: &Stack,
    query: &str,
    window: TimeWindow,
) -> Result<Plot, CommandError> {
    let answered = match plot::query_traceql(&stack.tempo, query, window, asked.step_s).await {
        Ok(answered) => answered,
        Err(PlotError::Failure(failure)) => return explain_unanswered(asked, stack, query, window, &failure).await,
        Err(PlotError::Query(error)) => return Err(explain_traceql_refusal(query, error)),
    };
    let mut plot = build_plot(query, "TraceQL", answered, asked, window);
    let silent = |series: &PlotSeries| series.text.is_none() && series.points.iter().all(|(_, value)| *value == 0.0);
    if plot.series.iter().all(silent) {
        plot.series.clear();
        plot.total = 0;
        plot.empty = Some(explain_no_spans(asked, stack, query, window).await);
    }
    Ok(plot)
}

fn explain_traceql_refusal(query: &str, error: QueryError) -> CommandError {
    match parse_query_limit(&error.message) {
        Some(QueryLimit::Range(most)) => explain_range_limit(most),
        Some(QueryLimit::Step(least)) => {
            let least = duration::format_duration(Duration::from_secs(least.as_secs_f64().ceil() as u64));
            CommandError::usage(format!(
                "--step: smaller than Tempo allows for this range: at least {least}"
            ))
            .advising(format!("--step {least}"))
        }
        Some(QueryLimit::Traces(_)) | None => {
            let instead = traceql::suggest_metrics_query(query, &error.message);
            let advice = instead.map(|query| format!("tempoctl metrics traceql {}", quote_argument(&query)));
            explain_query(&format!("TraceQL: {}", error.message), query, error.place).advising_all(advice)
        }
    }
}

/// Tempo 2.x without `local-blocks` answers 500: that is a result, and its cause is known.
async fn explain_unanswered(
    asked: &MetricsOptions<'_>,
    stack: &Stack,
    query: &str,
    window: TimeWindow,
    failure: &Failure,
) -> Result<Plot, CommandError> {
    let known =
        empty::explain_tempo_refusal(failure).filter(|note| note.cause == Some("traceql-metrics-no-localblocks"));
    let Some(note) = known.filter(|_| failure.kind == FailureKind::Http) else {
        if let Some(stop) = explain_too_long(failure, query, &stack.targets.tempo.url) {
            return Err(stop);
        }
        return Err(explain_tempo_failure(stack, failure).await);
    };
    let mut plot = build_plot(query, "TraceQL", PlotData::default(), asked, window);
    plot.empty = Some(EmptyResult {
        text: vec![
            "Tempo does not serve TraceQL metrics.".to_owned(),
            format!("Tempo's answer: {failure}."),
        ],
        causes: vec![note],
        next: vec![
            "tempoctl metrics".to_owned(),
            "tempoctl doctor --only query.traceql-metrics".to_owned(),
        ],
    });
    Ok(plot)
}

/// The largest first, cut where a limit says so.
fn build_plot(
    query: &str,
    language: &'static str,
    answered: PlotData,
    asked: &MetricsOptions<'_>,
    window: TimeWindow,
) -> Plot {
    let mut series = answered.series;
    let size = |series: &PlotSeries| series.last().or(series.max()).unwrap_or(f64::NEG_INFINITY);
    series.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let total = series.len();
    if asked.args.limit > 0 {
        series.truncate(asked.args.limit);
    }
    Plot {
        query: query.to_owned(),
        language,
        window,
        step_s: asked.step_s,
        series,
        total,
        notes: answered.warnings.into_iter().map(CauseNote::new).collect(),
        empty: None,
    }
}

/// Why a PromQL expression has no series: a name nobody knows, samples that ended, a label that does not match.
async fn explain_no_series(
    asked: &MetricsOptions<'_>,
    stack: &Stack,
    expression: &str,
    window: TimeWindow,
) -> EmptyResult {
    let mut reason = EmptyResult {
        text: vec![format!("No series {}.", empty::describe_window(window, asked.page))],
        ..EmptyResult::default()
    };
    reason.text.push(format!(
        "Queried Prometheus at {}: {expression}",
        stack.targets.prometheus.url
    ));
    let client = &stack.prometheus;
    let names = client.fetch_metric_names(None, None).await;
    let names = names.get().cloned().unwrap_or_default();
    let selectors = split_promql(expression)
        .map(|query| query.selectors)
        .unwrap_or_default();
    for selector in selectors.iter().filter(|selector| !selector.metric.is_empty()) {
        if !names.contains(&selector.metric) {
            reason.text.push(format!("No metric is named {}.", selector.metric));
            if let Some(near) = find_nearest(&selector.metric, names.iter().map(String::as_str)) {
                let instead = expression.replace(&selector.metric, near);
                reason
                    .next
                    .push(format!("tempoctl metrics query {}", quote_argument(&instead)));
            }
            continue;
        }
        let living = count_live_series(client, [selector.metric.clone()], window)
            .await
            .unwrap_or_default();
        if living.is_empty() {
            let text = format!("{} has no samples in this window.", selector.metric);
            reason.causes.push(CauseNote::with_cause("prom-lookback", text));
            continue;
        }
        reason.text.extend(find_unmatched(stack, selector, window).await);
    }
    let look = empty::fetch_status(stack, window, asked.args.timeout).await;
    reason.text.push(look.describe_received(window, asked.page));
    reason.next.extend(look.suggest_checks(&reason.causes));
    reason
}

/// The matcher that excludes every series of a metric, with the values its label does have.
async fn find_unmatched(stack: &Stack, selector: &QuerySelector, window: TimeWindow) -> Option<String> {
    for condition in &selector.matchers {
        let matcher = condition.to_promql();
        let query = format!(
            "count(last_over_time({}{{{matcher}}}[{}s]))",
            selector.metric,
            window.seconds().round().max(1.0)
        );
        let at_end = EvaluationTime::At(window.end_s());
        let found = stack.prometheus.query_series(&query, at_end).await;
        if found.get().is_some_and(Vec::is_empty) {
            let label = condition.label.as_str();
            let values = stack
                .prometheus
                .fetch_label_values(label, Some(&selector.metric), Some(window))
                .await;
            let values = values.get().cloned().unwrap_or_default();
            return Some(if values.is_empty() {
                format!("{} has no label {label}.", selector.metric)
            } else {
                format!(
                    "No series of {} has {matcher}. Values of {label}: {}.",
                    selector.metric,
                    join_names(&values)
                )
            });
        }
    }
    None
}

/// Why a TraceQL metrics query has no spans.
async fn explain_no_spans(asked: &MetricsOptions<'_>, stack: &Stack, query: &str, window: TimeWindow) -> EmptyResult {
    let all = "{ } | count_over_time() by (resource.service.name)";
    let (looked, look) = tokio::join!(
        plot::query_traceql(&stack.tempo, all, window, None),
        empty::fetch_status(stack, window, asked.args.timeout)
    );
    let mut reason = EmptyResult {
        text: vec![format!(
            "No span matches {} {}.",
            query,
            empty::describe_window(window, asked.page)
        )],
        ..EmptyResult::default()
    };
    let series = looked.map(|answered| answered.series).unwrap_or_default();
    let spans: f64 = series.iter().filter_map(PlotSeries::last).sum();
    let services: Vec<String> = series
        .iter()
        .filter(|series| series.last().is_some_and(|spans| spans > 0.0))
        .filter_map(|series| series.labels.first().map(|(_, value)| value.clone()))
        .collect();
    if spans > 0.0 {
        reason.text.push(format!(
            "Looked at {} of {}: {}.",
            pluralize(spans, "span"),
            pluralize(services.len(), "service"),
            join_names(&services)
        ));
    } else {
        reason
            .text
            .push("Tempo's TraceQL metrics find no spans in this window.".to_owned());
        reason.causes.push(CauseNote::with_cause(
            "search-end-cutoff",
            "Tempo 3 hides the newest 30 s from search and TraceQL metrics.",
        ));
        reason.next = look.suggest_checks(&reason.causes);
    }
    reason.text.push(look.describe_received(window, asked.page));
    if reason.next.is_empty() {
        reason.next = vec![
            "tempoctl metrics operations".to_owned(),
            format!("tempoctl metrics traceql {}", quote_argument(all)),
        ];
    }
    reason
}
