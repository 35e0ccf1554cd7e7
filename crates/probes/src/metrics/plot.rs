//! Queries that a person wrote, sent as they are.

use stack::clients::prometheus::{EvaluationTime, parse_query_result};
use stack::clients::tempo::parse_traceql_result;
use stack::clients::{PrometheusClient, TempoClient};
use telemetry::model::Failure;
use telemetry::model::plot::PlotData;
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::query_error::{self, QueryError};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum PlotError {
    /// The query is not taken as it is.
    Query(QueryError),
    /// The question failed.
    Failure(Failure),
}

/// A PromQL expression, at the window's end or at every step of it.
pub async fn query_promql(
    client: &PrometheusClient,
    expression: &str,
    window: TimeWindow,
    step_s: Option<f64>,
) -> Result<PlotData, PlotError> {
    let time = match step_s {
        Some(step) => EvaluationTime::from_steps(window.start_s(), window.end_s(), step),
        None => EvaluationTime::At(window.end_s()),
    };
    let answer = client.ask_query(expression, time).await;
    let answer = answer.into_result().map_err(PlotError::Failure)?;
    if let Some(error) = query_error::parse_prometheus_error(&answer) {
        return Err(PlotError::Query(error));
    }
    parse_query_result(answer).map_err(PlotError::Failure)
}

/// A TraceQL metrics query. Tempo answers what it does not take with a 400 and a line of text.
pub async fn query_traceql(
    tempo: &TempoClient,
    query: &str,
    window: TimeWindow,
    step_s: Option<f64>,
) -> Result<PlotData, PlotError> {
    let answer = tempo.ask_metrics(query, window, step_s).await;
    let answer = answer.into_result().map_err(PlotError::Failure)?;
    if is_query_refusal(&answer) {
        return Err(PlotError::Query(query_error::parse_tempo_error(&answer.body)));
    }
    let outcome = parse_traceql_result(answer).map_err(PlotError::Failure)?;
    let at = window.end_s();
    let series = outcome.series.into_iter().map(|one| {
        let mut series = one.series;
        if step_s.is_none() {
            for point in &mut series.points {
                point.0 = at;
            }
        }
        series
    });
    Ok(PlotData {
        series: series.collect(),
        warnings: outcome.partial.into_iter().collect(),
    })
}

/// A 400 in a line of text is about the query; a web page is not Tempo's.
fn is_query_refusal(answer: &HttpAnswer) -> bool {
    answer.status == 400 && !answer.is_html() && !answer.body.trim().is_empty()
}
