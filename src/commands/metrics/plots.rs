//! Queries that a person wrote, as charts.

use std::time::Duration;

use crate::model::plot::{Plot, PlotSeries};
use crate::model::red::{Empty, Note};
use crate::model::window::Window;
use crate::model::{Failure, FailureKind};
use crate::parse::promql::{self, Selector, Shape};
use crate::parse::query_error::{self, Limit, QueryError, limit};
use crate::parse::{duration, nearest, traceql_advice};
use crate::probes::Setup;
use crate::probes::metrics::plot::{self, Answered, Refused};
use crate::probes::metrics::recognise::alive;

use super::Asked;
use super::empty;
use super::stop::{Problem, Stop};
use super::tables::{PROMETHEUS, listed, stopped, tempo_stopped};

/// Points of a chart that nobody asked a step for.
const POINTS: f64 = 240.0;
/// Points that Prometheus gives at most (prometheus/prometheus: web/api/v1/api.go).
const MOST_POINTS: f64 = 11_000.0;
/// Steps that fall on full times of the clock.
const STEPS: [f64; 14] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0,
];

/// The step of a chart in seconds: as typed, else one that makes it as fine as it can be seen.
pub(super) fn step(window: Window, typed: Option<Duration>) -> Result<f64, Problem> {
    let Some(typed) = typed else {
        let least = window.seconds() / POINTS;
        return Ok(STEPS.into_iter().find(|step| *step >= least).unwrap_or(least.ceil()));
    };
    let step = typed.as_secs_f64();
    if window.seconds() / step <= MOST_POINTS {
        return Ok(step);
    }
    let least = Duration::from_secs((window.seconds() / MOST_POINTS).ceil() as u64);
    Err((
        format!(
            "--step: {} gives more than 11,000 points over this range",
            duration::format(typed)
        ),
        vec![format!("--step {}", duration::format(least))],
    ))
}

/// What is surely wrong with an expression, before it is sent.
pub(super) fn wrong_promql(expression: &str, instant: bool) -> Option<Problem> {
    match promql::read(expression) {
        Err(refused) => Some((
            format!("EXPR: {refused}"),
            refused
                .suggestion
                .map(|text| format!("tempoctl metrics query {}", empty::shell(&text)))
                .into_iter()
                .collect(),
        )),
        Ok(Some(Shape::Range)) if !instant => Some((
            "EXPR: a range vector cannot be charted".to_owned(),
            vec![
                "--instant".to_owned(),
                format!(
                    "tempoctl metrics query {}",
                    empty::shell(&format!("rate({expression})"))
                ),
            ],
        )),
        Ok(Some(Shape::Text)) if !instant => Some((
            "EXPR: a string cannot be charted".to_owned(),
            vec!["--instant".to_owned()],
        )),
        Ok(_) => None,
    }
}

/// A PromQL expression.
pub(super) async fn promql(asked: &Asked, setup: &Setup, expression: &str, window: Window) -> Result<Plot, Stop> {
    let answered = match plot::promql(&setup.prometheus, expression, window, asked.step_s).await {
        Ok(answered) => answered,
        Err(Refused::Failure(failure)) => {
            return Err(too_long(&failure, expression, &setup.targets.prometheus.url)
                .unwrap_or_else(|| stopped(setup, PROMETHEUS, &failure)));
        }
        Err(Refused::Query(error)) => return Err(refused("PromQL", expression, error, Vec::new())),
    };
    let mut plot = whole(expression, "PromQL", answered, asked, window);
    if asked.step_s.is_none() {
        around_samples(&mut plot);
    }
    if plot.series.is_empty() {
        plot.empty = Some(no_series(asked, setup, expression, window).await);
    }
    Ok(plot)
}

/// Raw samples bring their own range and step.
fn around_samples(plot: &mut Plot) {
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
            plot.window = Window { from, to };
            plot.step_s = Some(step);
        }
    }
}

/// A TraceQL metrics query.
pub(super) async fn traceql(asked: &Asked, setup: &Setup, query: &str, window: Window) -> Result<Plot, Stop> {
    let answered = match plot::traceql(&setup.tempo, query, window, asked.step_s).await {
        Ok(answered) => answered,
        Err(Refused::Failure(failure)) => return not_answered(asked, setup, query, window, &failure).await,
        Err(Refused::Query(error)) => return Err(traceql_refused(query, error)),
    };
    let mut plot = whole(query, "TraceQL", answered, asked, window);
    let silent = |series: &PlotSeries| series.text.is_none() && series.points.iter().all(|(_, value)| *value == 0.0);
    if plot.series.iter().all(silent) {
        plot.series.clear();
        plot.total = 0;
        plot.empty = Some(no_spans(asked, setup, query, window).await);
    }
    Ok(plot)
}

fn traceql_refused(query: &str, error: QueryError) -> Stop {
    match limit(&error.message) {
        Some(Limit::Range(most)) => {
            let most = duration::format(most);
            Stop::Usage(vec![(
                format!("the range is longer than Tempo allows for this tenant: at most {most}"),
                vec![format!("--since {most}")],
            )])
        }
        Some(Limit::Step(least)) => {
            let least = duration::format(Duration::from_secs(least.as_secs_f64().ceil() as u64));
            Stop::Usage(vec![(
                format!("--step: smaller than Tempo allows for this range: at least {least}"),
                vec![format!("--step {least}")],
            )])
        }
        Some(Limit::Traces(_)) | None => {
            let instead = traceql_advice::instead(query, &error.message);
            let advice = instead.map(|query| format!("tempoctl metrics traceql {}", empty::shell(&query)));
            refused("TraceQL", query, error, advice.into_iter().collect())
        }
    }
}

/// A query that is too long to be asked.
fn too_long(failure: &Failure, query: &str, url: &str) -> Option<Stop> {
    let message = query_error::too_long(failure, query, url)?;
    Some(Stop::Usage(vec![(
        message,
        vec!["a shorter query, or several".to_owned()],
    )]))
}

fn refused(language: &str, query: &str, error: QueryError, advice: Vec<String>) -> Stop {
    Stop::Query {
        message: format!("{language}: {}", error.message),
        query: query.to_owned(),
        place: error.place,
        advice,
    }
}

/// Tempo 2.x without `local-blocks` answers 500: that is a result, and its cause is known.
async fn not_answered(
    asked: &Asked,
    setup: &Setup,
    query: &str,
    window: Window,
    failure: &Failure,
) -> Result<Plot, Stop> {
    let known = empty::refused_by_tempo(failure).filter(|note| note.cause == Some("traceql-metrics-no-localblocks"));
    let Some(note) = known.filter(|_| failure.kind == FailureKind::Http) else {
        if let Some(stop) = too_long(failure, query, &setup.targets.tempo.url) {
            return Err(stop);
        }
        return Err(tempo_stopped(setup, failure).await);
    };
    let mut plot = whole(query, "TraceQL", Answered::default(), asked, window);
    plot.empty = Some(Empty {
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
fn whole(query: &str, language: &'static str, answered: Answered, asked: &Asked, window: Window) -> Plot {
    let mut series = answered.series;
    let size = |series: &PlotSeries| series.last().or(series.max()).unwrap_or(f64::NEG_INFINITY);
    series.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let total = series.len();
    if asked.limit > 0 {
        series.truncate(asked.limit);
    }
    Plot {
        query: query.to_owned(),
        language,
        window,
        step_s: asked.step_s,
        series,
        total,
        notes: answered.warnings.into_iter().map(Note::new).collect(),
        empty: None,
    }
}

/// Why a PromQL expression has no series: a name nobody knows, samples that ended, a label that does not match.
async fn no_series(asked: &Asked, setup: &Setup, expression: &str, window: Window) -> Empty {
    let mut reason = Empty {
        text: vec![format!("No series {}.", empty::when(window, asked.page))],
        ..Empty::default()
    };
    reason.text.push(format!(
        "Queried Prometheus at {}: {expression}",
        setup.targets.prometheus.url
    ));
    let client = &setup.prometheus;
    let path = "/api/v1/label/__name__/values";
    let names = client.get(path).await.and_then(crate::parse::prometheus::names);
    let names = names.get().cloned().unwrap_or_default();
    for selector in promql::selectors(expression) {
        if !names.contains(&selector.name) {
            reason.text.push(format!("No metric is named {}.", selector.name));
            if let Some(near) = nearest(&selector.name, names.iter().map(String::as_str)) {
                let instead = expression.replace(&selector.name, near);
                reason
                    .next
                    .push(format!("tempoctl metrics query {}", empty::shell(&instead)));
            }
            continue;
        }
        let living = alive(client, [selector.name.clone()], window).await.unwrap_or_default();
        if living.is_empty() {
            let text = format!("{} has no samples in this window.", selector.name);
            reason.causes.push(Note::of("prom-lookback", text));
            continue;
        }
        reason.text.extend(unmatched(setup, &selector, window).await);
    }
    let look = empty::look(setup, window, asked.timeout).await;
    reason.text.push(look.received(window, asked.page));
    reason.next.extend(look.doctor(&reason.causes));
    reason
}

/// The matcher that excludes every series of a metric, with the values its label does have.
async fn unmatched(setup: &Setup, selector: &Selector, window: Window) -> Option<String> {
    use crate::probes::metrics::promql::{instant_path, window_path};
    for matcher in &selector.matchers {
        let query = format!(
            "count(last_over_time({}{{{matcher}}}[{}s]))",
            selector.name,
            window.seconds().round().max(1.0)
        );
        let path = instant_path(&query, window.end_s());
        let found = setup
            .prometheus
            .get(&path)
            .await
            .and_then(crate::parse::prometheus::series);
        if found.get().is_some_and(Vec::is_empty) {
            let label = matcher.split(['=', '!']).next().unwrap_or_default();
            let path = window_path(
                &format!("/api/v1/label/{label}/values"),
                "match[]",
                &selector.name,
                window,
            );
            let values = setup
                .prometheus
                .get(&path)
                .await
                .and_then(crate::parse::prometheus::names);
            let values = values.get().cloned().unwrap_or_default();
            return Some(if values.is_empty() {
                format!("{} has no label {label}.", selector.name)
            } else {
                format!(
                    "No series of {} has {matcher}. Values of {label}: {}.",
                    selector.name,
                    listed(&values)
                )
            });
        }
    }
    None
}

/// Why a TraceQL metrics query has no spans.
async fn no_spans(asked: &Asked, setup: &Setup, query: &str, window: Window) -> Empty {
    let all = "{ } | count_over_time() by (resource.service.name)";
    let (looked, look) = tokio::join!(
        plot::traceql(&setup.tempo, all, window, None),
        empty::look(setup, window, asked.timeout)
    );
    let mut reason = Empty {
        text: vec![format!(
            "No span matches {} {}.",
            query,
            empty::when(window, asked.page)
        )],
        ..Empty::default()
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
            empty::counted(spans),
            crate::render::metrics::notes::plural(services.len(), "service", "services"),
            listed(&services)
        ));
    } else {
        reason
            .text
            .push("Tempo's TraceQL metrics find no spans in this window.".to_owned());
        reason.causes.push(Note::of(
            "search-end-cutoff",
            "Tempo 3 hides the newest 30 s from search and TraceQL metrics.",
        ));
        reason.next = look.doctor(&reason.causes);
    }
    reason.text.push(look.received(window, asked.page));
    if reason.next.is_empty() {
        reason.next = vec![
            "tempoctl metrics operations".to_owned(),
            format!("tempoctl metrics traceql {}", empty::shell(all)),
        ];
    }
    reason
}
