//! Queries that a person wrote, sent as they are.

use crate::clients::HttpClient;
use crate::model::Failure;
use crate::model::plot::PlotSeries;
use crate::model::tempo::Answer;
use crate::model::window::Window;
use crate::parse::query_error::{self, QueryError};
use crate::parse::{promql_answer, traceql_answer};

use super::super::read_back::escape;
use super::promql::{instant_path, range_path};
use super::recognise::known;

/// Series, and what the server said besides.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answered {
    /// The series.
    pub series: Vec<PlotSeries>,
    /// Warnings.
    pub warnings: Vec<String>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// The query is not taken as it is.
    Query(QueryError),
    /// The question failed.
    Failure(Failure),
}

/// A PromQL expression, at the window's end or at every step of it.
pub async fn promql(
    client: &HttpClient,
    expression: &str,
    window: Window,
    step_s: Option<f64>,
) -> Result<Answered, Refused> {
    let path = match step_s {
        Some(step) => range_path(expression, window.start_s(), window.end_s(), step),
        None => instant_path(expression, window.end_s()),
    };
    let answer = known(client.get(&path).await).map_err(Refused::Failure)?;
    if let Some(error) = query_error::of_prometheus(&answer) {
        return Err(Refused::Query(error));
    }
    let outcome = promql_answer::outcome(answer).map_err(Refused::Failure)?;
    Ok(Answered {
        series: outcome.series,
        warnings: outcome.warnings,
    })
}

/// A TraceQL metrics query. Tempo answers what it does not take with a 400 and a line of text.
pub async fn traceql(api: &HttpClient, query: &str, window: Window, step_s: Option<f64>) -> Result<Answered, Refused> {
    let range = format!(
        "q={}&start={}&end={}",
        escape(query),
        window.start_s().floor() as i64,
        window.end_s().ceil() as i64
    );
    let path = match step_s {
        // Tempo reads Go durations, with fractions.
        Some(step) => format!("/api/metrics/query_range?{range}&step={step}s"),
        None => format!("/api/metrics/query?{range}"),
    };
    let answer = known(api.get(&path).await).map_err(Refused::Failure)?;
    if is_refusal(&answer) {
        return Err(Refused::Query(query_error::of_tempo(&answer.body)));
    }
    let outcome = traceql_answer::outcome(answer).map_err(Refused::Failure)?;
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
    Ok(Answered {
        series: series.collect(),
        warnings: outcome.partial.into_iter().collect(),
    })
}

/// A 400 in a line of text is about the query; a web page is not Tempo's.
fn is_refusal(answer: &Answer) -> bool {
    answer.status == 400 && !answer.is_html() && !answer.body.trim().is_empty()
}
