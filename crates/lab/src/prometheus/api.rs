//! The HTTP API: queries, series, exemplars; the rest is in `status`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use promql_parser::parser::{Expr, VectorSelector};
use promql_parser::util::walk_expr;
use serde::Deserialize;
use serde_json::{Value, json};

use tempoctl_bounds::promql_durations::parse_promql;

use super::super::answers::{build_answer, build_go_error};
use super::super::nuisance::{self, Nuisances};
use super::super::options::LabPart;
use super::super::tempo::unix_millis_now;
use super::eval::{self, EvalOutcome, EvalProblem, FoundSelectors};
use super::store::{StoredSeries, TsdbLabels};
use super::{LabPrometheus, receive, status};

/// Everything Prometheus answers over HTTP.
pub(crate) fn build_router(prometheus: Arc<LabPrometheus>, nuisances: Nuisances) -> Router {
    Router::new()
        .route("/-/ready", get(status::serve_ready))
        .route("/-/healthy", get(status::serve_healthy))
        .route("/metrics", get(status::serve_metrics))
        .route("/api/v1/status/buildinfo", get(status::serve_buildinfo))
        .route("/api/v1/status/flags", get(status::serve_flags))
        .route("/api/v1/status/config", get(status::serve_config))
        .route("/api/v1/status/runtimeinfo", get(status::serve_runtimeinfo))
        .route("/api/v1/targets", get(status::serve_targets))
        .route("/api/v1/metadata", get(status::serve_metadata))
        .route("/api/v1/rules", get(status::serve_rules))
        .route("/api/v1/write", post(receive::serve_write))
        .route("/api/v1/query", any(serve_query))
        .route("/api/v1/query_range", any(serve_query_range))
        .route("/api/v1/query_exemplars", any(serve_query_exemplars))
        .route("/api/v1/series", any(serve_series))
        .route("/api/v1/labels", any(serve_labels))
        .route("/api/v1/label/{name}/values", get(serve_label_values))
        .fallback(async || build_go_error(StatusCode::NOT_FOUND, "404 page not found"))
        .layer(middleware::from_fn_with_state(
            (LabPart::Prometheus, nuisances),
            nuisance::apply_nuisance,
        ))
        .with_state(prometheus)
}

/// Data that was asked for.
pub(crate) fn build_success(data: &Value) -> Response {
    let body = json!({"status": "success", "data": data});
    build_answer(StatusCode::OK, "application/json", body.to_string())
}

impl IntoResponse for EvalProblem {
    fn into_response(self) -> Response {
        let (status, kind, text) = match self {
            EvalProblem::BadData(text) => (StatusCode::BAD_REQUEST, "bad_data", text),
            EvalProblem::Execution(text) => (StatusCode::UNPROCESSABLE_ENTITY, "execution", text),
        };
        let body = json!({"status": "error", "errorType": kind, "error": text});
        build_answer(status, "application/json", body.to_string())
    }
}

type QueryAnswer = Result<Response, EvalProblem>;
type SharedPrometheus = State<Arc<LabPrometheus>>;

/// The parameters of a query, in the address or in a form.
#[derive(Deserialize)]
#[serde(transparent)]
struct QueryForm(Vec<(String, String)>);

impl QueryForm {
    fn text(&self, key: &str) -> &str {
        self.list(key).next().unwrap_or_default()
    }

    fn list(&self, key: &str) -> impl Iterator<Item = &str> {
        let of_key = self.0.iter().filter(move |(name, _)| name == key);
        of_key.map(|(_, value)| value.as_str())
    }

    fn time(&self, key: &str, default: i64) -> Result<i64, EvalProblem> {
        let text = self.text(key);
        if text.is_empty() {
            return Ok(default);
        }
        let wrong = || {
            EvalProblem::BadData(format!(
                "invalid parameter \"{key}\": cannot parse \"{text}\" to a valid timestamp"
            ))
        };
        match text.parse::<f64>() {
            Ok(seconds) if seconds.is_finite() => Ok((seconds * 1000.0).round() as i64),
            _ => text
                .parse::<jiff::Timestamp>()
                .map(jiff::Timestamp::as_millisecond)
                .map_err(|_| wrong()),
        }
    }
}

async fn serve_query(State(prometheus): SharedPrometheus, Form(form): Form<QueryForm>) -> QueryAnswer {
    let at = form.time("time", unix_millis_now())?;
    let expr = parse_expression(form.text("query"))?;
    let outcome = eval::evaluate_instant(&prometheus.tsdb, &expr, at)?;
    Ok(build_success(&render_instant(&outcome, at)))
}

fn render_instant(outcome: &EvalOutcome, at_ms: i64) -> Value {
    let at = at_ms as f64 / 1000.0;
    match outcome {
        EvalOutcome::Scalar(value) => json!({"resultType": "scalar", "result": [at, render_number(*value)]}),
        EvalOutcome::Vector(vector) => {
            let result: Value = vector
                .iter()
                .map(|(labels, value)| json!({"metric": labels, "value": [at, render_number(*value)]}))
                .collect();
            json!({"resultType": "vector", "result": result})
        }
        EvalOutcome::Matrix(matrix) => json!({"resultType": "matrix", "result": render_matrix(matrix)}),
    }
}

fn render_matrix(matrix: &[(TsdbLabels, Vec<(i64, f64)>)]) -> Value {
    matrix
        .iter()
        .map(|(labels, points)| {
            let values: Value = points
                .iter()
                .map(|(at, value)| json!([*at as f64 / 1000.0, render_number(*value)]))
                .collect();
            json!({"metric": labels, "values": values})
        })
        .collect()
}

fn render_number(value: f64) -> String {
    match value {
        _ if value.is_nan() => "NaN".to_owned(),
        _ if value == f64::INFINITY => "+Inf".to_owned(),
        _ if value == f64::NEG_INFINITY => "-Inf".to_owned(),
        _ => value.to_string(),
    }
}

async fn serve_query_range(State(prometheus): SharedPrometheus, Form(form): Form<QueryForm>) -> QueryAnswer {
    let (start, end) = (
        form.time("start", unix_millis_now())?,
        form.time("end", unix_millis_now())?,
    );
    let step = eval::parse_seconds(form.text("step"))
        .filter(|step| *step > 0.0)
        .ok_or_else(|| {
            EvalProblem::BadData(
                "zero or negative query resolution step widths are not accepted. Try a positive integer".to_owned(),
            )
        })?;
    let step = ((step * 1000.0) as i64).max(1);
    if end < start {
        return Err(EvalProblem::BadData(
            "invalid parameter \"end\": end timestamp must not be before start time".to_owned(),
        ));
    }
    if end.saturating_sub(start) / step > 11_000 {
        return Err(EvalProblem::BadData("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)".to_owned()));
    }
    let expr = parse_expression(form.text("query"))?;
    let mut series: BTreeMap<TsdbLabels, Vec<(i64, f64)>> = BTreeMap::new();
    let mut at = start;
    while at <= end && at < i64::MAX {
        match eval::evaluate_instant(&prometheus.tsdb, &expr, at)? {
            EvalOutcome::Scalar(value) => series.entry(TsdbLabels::new()).or_default().push((at, value)),
            EvalOutcome::Vector(vector) => {
                for (labels, value) in vector {
                    series.entry(labels).or_default().push((at, value));
                }
            }
            EvalOutcome::Matrix(_) => {
                let text = "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector";
                return Err(EvalProblem::BadData(text.to_owned()));
            }
        }
        at = at.saturating_add(step);
    }
    let matrix: Vec<_> = series.into_iter().collect();
    let data = json!({"resultType": "matrix", "result": render_matrix(&matrix)});
    Ok(build_success(&data))
}

fn parse_expression(text: &str) -> Result<Expr, EvalProblem> {
    parse_promql(text)
        .map_err(|error| EvalProblem::BadData(format!("invalid parameter \"query\": 1:1: parse error: {error}")))
}

/// The series that `match[]` names; all where nothing is given.
fn find_matching(prometheus: &LabPrometheus, form: &QueryForm) -> Result<Vec<(TsdbLabels, StoredSeries)>, EvalProblem> {
    let selectors = form
        .list("match[]")
        .map(|text| match parse_expression(text)? {
            Expr::VectorSelector(selector) => Ok(selector),
            _ => Err(EvalProblem::BadData(
                "invalid parameter \"match[]\": not a selector".to_owned(),
            )),
        })
        .collect::<Result<Vec<VectorSelector>, EvalProblem>>()?;
    let (start, end) = (form.time("start", i64::MIN)?, form.time("end", i64::MAX)?);
    let wanted = |labels: &TsdbLabels| {
        selectors.is_empty() || selectors.iter().any(|selector| eval::is_selected(selector, labels))
    };
    let mut found = prometheus.tsdb.select(wanted);
    found.retain(|(_, stored)| stored.samples.iter().any(|(at, _)| (start..=end).contains(at)));
    Ok(found)
}

async fn serve_series(State(prometheus): SharedPrometheus, Form(form): Form<QueryForm>) -> QueryAnswer {
    if form.list("match[]").next().is_none() {
        return Err(EvalProblem::BadData("no match[] parameter provided".to_owned()));
    }
    let found = find_matching(&prometheus, &form)?;
    Ok(build_success(&found.iter().map(|(labels, _)| json!(labels)).collect()))
}

async fn serve_labels(State(prometheus): SharedPrometheus, Form(form): Form<QueryForm>) -> QueryAnswer {
    let found = find_matching(&prometheus, &form)?;
    let names: BTreeSet<&String> = found.iter().flat_map(|(labels, _)| labels.keys()).collect();
    Ok(build_success(&json!(names)))
}

async fn serve_label_values(
    State(prometheus): SharedPrometheus,
    Path(name): Path<String>,
    Form(form): Form<QueryForm>,
) -> QueryAnswer {
    let found = find_matching(&prometheus, &form)?;
    let values: BTreeSet<&String> = found.iter().filter_map(|(labels, _)| labels.get(&name)).collect();
    Ok(build_success(&json!(values)))
}

async fn serve_query_exemplars(State(prometheus): SharedPrometheus, Form(form): Form<QueryForm>) -> QueryAnswer {
    let (start, end) = (form.time("start", i64::MIN)?, form.time("end", i64::MAX)?);
    let mut selectors = FoundSelectors::default();
    let Ok(_) = walk_expr(&mut selectors, &parse_expression(form.text("query"))?);
    let selected = |labels: &TsdbLabels| selectors.0.iter().any(|selector| eval::is_selected(selector, labels));
    let found = prometheus.tsdb.select(selected);
    let exemplars: Value = found
        .iter()
        .filter_map(|(labels, stored)| {
            let list: Vec<Value> = stored
                .exemplars
                .iter()
                .filter(|exemplar| (start..=end).contains(&exemplar.at_ms))
                .map(|exemplar| {
                    json!({
                        "labels": exemplar.labels,
                        "value": render_number(exemplar.value),
                        "timestamp": exemplar.at_ms as f64 / 1000.0,
                    })
                })
                .collect();
            (!list.is_empty()).then(|| json!({"seriesLabels": labels, "exemplars": list}))
        })
        .collect();
    Ok(build_success(&exemplars))
}
