//! Queries that a person wrote, sent as they are.

use crate::clients::HttpClient;
use crate::model::Failure;
use crate::model::plot::PlotSeries;
use crate::model::tempo::HttpAnswer;
use crate::model::time_window::TimeWindow;
use crate::parse::query_error::{self, QueryError};
use crate::parse::{promql_answer, traceql_answer};

use super::super::marker_query::percent_encode;
use super::promql::{build_instant_path, build_range_path};
use super::recognise::require_answer;

/// Series, and what the server said besides.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlotAnswer {
    /// The series.
    pub series: Vec<PlotSeries>,
    /// Warnings.
    pub warnings: Vec<String>,
}

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
    client: &HttpClient,
    expression: &str,
    window: TimeWindow,
    step_s: Option<f64>,
) -> Result<PlotAnswer, PlotError> {
    let path = match step_s {
        Some(step) => build_range_path(expression, window.start_s(), window.end_s(), step),
        None => build_instant_path(expression, window.end_s()),
    };
    let answer = require_answer(client.get(&path).await).map_err(PlotError::Failure)?;
    if let Some(error) = query_error::parse_prometheus_error(&answer) {
        return Err(PlotError::Query(error));
    }
    let outcome = promql_answer::parse_promql_result(answer).map_err(PlotError::Failure)?;
    Ok(PlotAnswer {
        series: outcome.series,
        warnings: outcome.warnings,
    })
}

/// A TraceQL metrics query. Tempo answers what it does not take with a 400 and a line of text.
pub async fn query_traceql(
    api: &HttpClient,
    query: &str,
    window: TimeWindow,
    step_s: Option<f64>,
) -> Result<PlotAnswer, PlotError> {
    let range = format!(
        "q={}&start={}&end={}",
        percent_encode(query),
        window.start_s().floor() as i64,
        window.end_s().ceil() as i64
    );
    let path = match step_s {
        // Tempo reads Go durations, with fractions.
        Some(step) => format!("/api/metrics/query_range?{range}&step={step}s"),
        None => format!("/api/metrics/query?{range}"),
    };
    let answer = require_answer(api.get(&path).await).map_err(PlotError::Failure)?;
    if is_query_refusal(&answer) {
        return Err(PlotError::Query(query_error::parse_tempo_error(&answer.body)));
    }
    let outcome = traceql_answer::parse_traceql_result(answer).map_err(PlotError::Failure)?;
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
    Ok(PlotAnswer {
        series: series.collect(),
        warnings: outcome.partial.into_iter().collect(),
    })
}

/// A 400 in a line of text is about the query; a web page is not Tempo's.
fn is_query_refusal(answer: &HttpAnswer) -> bool {
    answer.status == 400 && !answer.is_html() && !answer.body.trim().is_empty()
}
