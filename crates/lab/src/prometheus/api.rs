//! The HTTP API: queries, series, exemplars; the rest is in `status`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawForm, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::Response;
use axum::routing::{any, get, post};
use promql_parser::label::Matchers;
use promql_parser::parser::{Expr, VectorSelector};
use serde_json::{Value, json};

use tempoctl_bounds::promql_durations::parse_promql;

use super::super::nuisance::{self, Nuisances};
use super::super::options::LabPart;
use super::eval::{self, EvalOutcome, EvalProblem};
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

/// What Go's `http.Error` writes.
pub(crate) fn build_go_error(status: StatusCode, text: &str) -> Response {
    let mut answer = Response::new(Body::from(format!("{text}\n")));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// `{"status":"success","data":…}`
pub(crate) fn build_success(data: &Value) -> Response {
    build_json_answer(StatusCode::OK, &json!({"status": "success", "data": data}))
}

fn build_json_answer(status: StatusCode, body: &Value) -> Response {
    let mut answer = Response::new(Body::from(body.to_string()));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn build_failure(problem: &EvalProblem) -> Response {
    let (status, kind, text) = match problem {
        EvalProblem::BadData(text) => (StatusCode::BAD_REQUEST, "bad_data", text),
        EvalProblem::Execution(text) => (StatusCode::UNPROCESSABLE_ENTITY, "execution", text),
    };
    build_json_answer(status, &json!({"status": "error", "errorType": kind, "error": text}))
}

/// Parameters of the query string or of a form, every value of each.
struct QueryForm(HashMap<String, Vec<String>>);

impl QueryForm {
    fn read(raw: &[u8]) -> QueryForm {
        let mut form: HashMap<String, Vec<String>> = HashMap::new();
        for pair in String::from_utf8_lossy(raw).split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            form.entry(decode_form_text(key))
                .or_default()
                .push(decode_form_text(value));
        }
        QueryForm(form)
    }

    fn text(&self, key: &str) -> &str {
        self.0
            .get(key)
            .and_then(|values| values.first())
            .map_or("", String::as_str)
    }

    fn list(&self, key: &str) -> &[String] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// A time in milliseconds: Unix seconds or RFC 3339.
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

fn decode_form_text(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let two: Vec<u8> = rest.by_ref().take(2).collect();
                let hex = std::str::from_utf8(&two)
                    .ok()
                    .and_then(|two| u8::from_str_radix(two, 16).ok());
                bytes.push(hex.unwrap_or(b'%'));
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unix_millis_now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

async fn serve_query(State(prometheus): State<Arc<LabPrometheus>>, RawForm(raw): RawForm) -> Response {
    let form = QueryForm::read(&raw);
    let answer = form.time("time", unix_millis_now()).and_then(|at| {
        let expr = parse_expression(form.text("query"))?;
        eval::evaluate_instant(&prometheus.tsdb, &expr, at).map(|outcome| render_instant(&outcome, at))
    });
    answer.map_or_else(|problem| build_failure(&problem), |data| build_success(&data))
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

async fn serve_query_range(State(prometheus): State<Arc<LabPrometheus>>, RawForm(raw): RawForm) -> Response {
    let form = QueryForm::read(&raw);
    evaluate_range(&prometheus, &form).map_or_else(|problem| build_failure(&problem), |data| build_success(&data))
}

fn evaluate_range(prometheus: &LabPrometheus, form: &QueryForm) -> Result<Value, EvalProblem> {
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
    Ok(json!({"resultType": "matrix", "result": render_matrix(&matrix)}))
}

fn parse_expression(text: &str) -> Result<Expr, EvalProblem> {
    parse_promql(text)
        .map_err(|error| EvalProblem::BadData(format!("invalid parameter \"query\": 1:1: parse error: {error}")))
}

/// The series that `match[]` names; all where nothing is given.
fn find_matching(prometheus: &LabPrometheus, form: &QueryForm) -> Result<Vec<(TsdbLabels, StoredSeries)>, EvalProblem> {
    let selectors = form
        .list("match[]")
        .iter()
        .map(|text| match parse_expression(text)? {
            Expr::VectorSelector(selector) => Ok(selector),
            _ => Err(EvalProblem::BadData(
                "invalid parameter \"match[]\": not a selector".to_owned(),
            )),
        })
        .collect::<Result<Vec<VectorSelector>, EvalProblem>>()?;
    let (start, end) = (form.time("start", i64::MIN)?, form.time("end", i64::MAX)?);
    let wanted = |labels: &TsdbLabels| {
        selectors.is_empty()
            || selectors
                .iter()
                .any(|selector| eval::is_selected(selector.name.as_deref(), &selector.matchers, labels))
    };
    let mut found = prometheus.tsdb.select(wanted);
    found.retain(|(_, stored)| stored.samples.iter().any(|(at, _)| (start..=end).contains(at)));
    Ok(found)
}

async fn serve_series(State(prometheus): State<Arc<LabPrometheus>>, RawForm(raw): RawForm) -> Response {
    let form = QueryForm::read(&raw);
    if form.list("match[]").is_empty() {
        return build_failure(&EvalProblem::BadData("no match[] parameter provided".to_owned()));
    }
    find_matching(&prometheus, &form).map_or_else(
        |problem| build_failure(&problem),
        |found| build_success(&found.iter().map(|(labels, _)| json!(labels)).collect()),
    )
}

async fn serve_labels(State(prometheus): State<Arc<LabPrometheus>>, RawForm(raw): RawForm) -> Response {
    find_matching(&prometheus, &QueryForm::read(&raw)).map_or_else(
        |problem| build_failure(&problem),
        |found| {
            let names: BTreeSet<&String> = found.iter().flat_map(|(labels, _)| labels.keys()).collect();
            build_success(&json!(names))
        },
    )
}

async fn serve_label_values(
    State(prometheus): State<Arc<LabPrometheus>>,
    Path(name): Path<String>,
    RawForm(raw): RawForm,
) -> Response {
    find_matching(&prometheus, &QueryForm::read(&raw)).map_or_else(
        |problem| build_failure(&problem),
        |found| {
            let values: BTreeSet<&String> = found.iter().filter_map(|(labels, _)| labels.get(&name)).collect();
            build_success(&json!(values))
        },
    )
}

async fn serve_query_exemplars(State(prometheus): State<Arc<LabPrometheus>>, RawForm(raw): RawForm) -> Response {
    let form = QueryForm::read(&raw);
    find_exemplars(&prometheus, &form).map_or_else(|problem| build_failure(&problem), |data| build_success(&data))
}

fn find_exemplars(prometheus: &LabPrometheus, form: &QueryForm) -> Result<Value, EvalProblem> {
    let (start, end) = (form.time("start", i64::MIN)?, form.time("end", i64::MAX)?);
    let expr = parse_expression(form.text("query"))?;
    let mut selectors: Vec<(Option<String>, Matchers)> = Vec::new();
    eval::collect_selectors(&expr, &mut selectors);
    let found = prometheus.tsdb.select(|labels| {
        selectors
            .iter()
            .any(|(name, matchers)| eval::is_selected(name.as_deref(), matchers, labels))
    });
    Ok(found
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
        .collect())
}
