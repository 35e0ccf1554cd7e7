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

use crate::model::promql_durations::parse_promql;

use super::super::nuisance::{self, Nuisances};
use super::super::options::Part;
use super::eval::{self, Outcome, Problem};
use super::store::{Labels, Stored};
use super::{Prometheus, receive, status};

/// Everything Prometheus answers over HTTP.
pub(crate) fn router(prometheus: Arc<Prometheus>, nuisances: Nuisances) -> Router {
    Router::new()
        .route("/-/ready", get(status::ready))
        .route("/-/healthy", get(status::healthy))
        .route("/metrics", get(status::metrics))
        .route("/api/v1/status/buildinfo", get(status::buildinfo))
        .route("/api/v1/status/flags", get(status::flags))
        .route("/api/v1/status/config", get(status::config))
        .route("/api/v1/status/runtimeinfo", get(status::runtimeinfo))
        .route("/api/v1/targets", get(status::targets))
        .route("/api/v1/metadata", get(status::metadata))
        .route("/api/v1/rules", get(status::rules))
        .route("/api/v1/write", post(receive::write))
        .route("/api/v1/query", any(query))
        .route("/api/v1/query_range", any(query_range))
        .route("/api/v1/query_exemplars", any(query_exemplars))
        .route("/api/v1/series", any(series))
        .route("/api/v1/labels", any(labels))
        .route("/api/v1/label/{name}/values", get(label_values))
        .fallback(async || go_error(StatusCode::NOT_FOUND, "404 page not found"))
        .layer(middleware::from_fn_with_state(
            (Part::Prometheus, nuisances),
            nuisance::layer,
        ))
        .with_state(prometheus)
}

/// What Go's `http.Error` writes.
pub(crate) fn go_error(status: StatusCode, text: &str) -> Response {
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
pub(crate) fn success(data: &Value) -> Response {
    json_answer(StatusCode::OK, &json!({"status": "success", "data": data}))
}

fn json_answer(status: StatusCode, body: &Value) -> Response {
    let mut answer = Response::new(Body::from(body.to_string()));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

fn failure(problem: &Problem) -> Response {
    let (status, kind, text) = match problem {
        Problem::BadData(text) => (StatusCode::BAD_REQUEST, "bad_data", text),
        Problem::Execution(text) => (StatusCode::UNPROCESSABLE_ENTITY, "execution", text),
    };
    json_answer(status, &json!({"status": "error", "errorType": kind, "error": text}))
}

/// Parameters of the query string or of a form, every value of each.
struct Form(HashMap<String, Vec<String>>);

impl Form {
    fn read(raw: &[u8]) -> Form {
        let mut form: HashMap<String, Vec<String>> = HashMap::new();
        for pair in String::from_utf8_lossy(raw).split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            form.entry(unescaped(key)).or_default().push(unescaped(value));
        }
        Form(form)
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
    fn time(&self, key: &str, default: i64) -> Result<i64, Problem> {
        let text = self.text(key);
        if text.is_empty() {
            return Ok(default);
        }
        let wrong = || {
            Problem::BadData(format!(
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

fn unescaped(text: &str) -> String {
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

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

async fn query(State(prometheus): State<Arc<Prometheus>>, RawForm(raw): RawForm) -> Response {
    let form = Form::read(&raw);
    let answer = form.time("time", now_ms()).and_then(|at| {
        let expr = parse(form.text("query"))?;
        eval::instant(&prometheus.tsdb, &expr, at).map(|outcome| instant_json(&outcome, at))
    });
    answer.map_or_else(|problem| failure(&problem), |data| success(&data))
}

fn instant_json(outcome: &Outcome, at_ms: i64) -> Value {
    let at = at_ms as f64 / 1000.0;
    match outcome {
        Outcome::Scalar(value) => json!({"resultType": "scalar", "result": [at, number(*value)]}),
        Outcome::Vector(vector) => {
            let result: Value = vector
                .iter()
                .map(|(labels, value)| json!({"metric": labels, "value": [at, number(*value)]}))
                .collect();
            json!({"resultType": "vector", "result": result})
        }
        Outcome::Matrix(matrix) => json!({"resultType": "matrix", "result": matrix_json(matrix)}),
    }
}

fn matrix_json(matrix: &[(Labels, Vec<(i64, f64)>)]) -> Value {
    matrix
        .iter()
        .map(|(labels, points)| {
            let values: Value = points
                .iter()
                .map(|(at, value)| json!([*at as f64 / 1000.0, number(*value)]))
                .collect();
            json!({"metric": labels, "values": values})
        })
        .collect()
}

fn number(value: f64) -> String {
    match value {
        _ if value.is_nan() => "NaN".to_owned(),
        _ if value == f64::INFINITY => "+Inf".to_owned(),
        _ if value == f64::NEG_INFINITY => "-Inf".to_owned(),
        _ => value.to_string(),
    }
}

async fn query_range(State(prometheus): State<Arc<Prometheus>>, RawForm(raw): RawForm) -> Response {
    let form = Form::read(&raw);
    range(&prometheus, &form).map_or_else(|problem| failure(&problem), |data| success(&data))
}

fn range(prometheus: &Prometheus, form: &Form) -> Result<Value, Problem> {
    let (start, end) = (form.time("start", now_ms())?, form.time("end", now_ms())?);
    let step = eval::seconds(form.text("step"))
        .filter(|step| *step > 0.0)
        .ok_or_else(|| {
            Problem::BadData(
                "zero or negative query resolution step widths are not accepted. Try a positive integer".to_owned(),
            )
        })?;
    let step = ((step * 1000.0) as i64).max(1);
    if end < start {
        return Err(Problem::BadData(
            "invalid parameter \"end\": end timestamp must not be before start time".to_owned(),
        ));
    }
    if end.saturating_sub(start) / step > 11_000 {
        return Err(Problem::BadData("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)".to_owned()));
    }
    let expr = parse(form.text("query"))?;
    let mut series: BTreeMap<Labels, Vec<(i64, f64)>> = BTreeMap::new();
    let mut at = start;
    while at <= end && at < i64::MAX {
        match eval::instant(&prometheus.tsdb, &expr, at)? {
            Outcome::Scalar(value) => series.entry(Labels::new()).or_default().push((at, value)),
            Outcome::Vector(vector) => {
                for (labels, value) in vector {
                    series.entry(labels).or_default().push((at, value));
                }
            }
            Outcome::Matrix(_) => {
                let text = "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector";
                return Err(Problem::BadData(text.to_owned()));
            }
        }
        at = at.saturating_add(step);
    }
    let matrix: Vec<_> = series.into_iter().collect();
    Ok(json!({"resultType": "matrix", "result": matrix_json(&matrix)}))
}

fn parse(text: &str) -> Result<Expr, Problem> {
    parse_promql(text)
        .map_err(|error| Problem::BadData(format!("invalid parameter \"query\": 1:1: parse error: {error}")))
}

/// The series that `match[]` names; all where nothing is given.
fn matching(prometheus: &Prometheus, form: &Form) -> Result<Vec<(Labels, Stored)>, Problem> {
    let selectors = form
        .list("match[]")
        .iter()
        .map(|text| match parse(text)? {
            Expr::VectorSelector(selector) => Ok(selector),
            _ => Err(Problem::BadData(
                "invalid parameter \"match[]\": not a selector".to_owned(),
            )),
        })
        .collect::<Result<Vec<VectorSelector>, Problem>>()?;
    let (start, end) = (form.time("start", i64::MIN)?, form.time("end", i64::MAX)?);
    let wanted = |labels: &Labels| {
        selectors.is_empty()
            || selectors
                .iter()
                .any(|selector| eval::selects(selector.name.as_deref(), &selector.matchers, labels))
    };
    let mut found = prometheus.tsdb.select(wanted);
    found.retain(|(_, stored)| stored.samples.iter().any(|(at, _)| (start..=end).contains(at)));
    Ok(found)
}

async fn series(State(prometheus): State<Arc<Prometheus>>, RawForm(raw): RawForm) -> Response {
    let form = Form::read(&raw);
    if form.list("match[]").is_empty() {
        return failure(&Problem::BadData("no match[] parameter provided".to_owned()));
    }
    matching(&prometheus, &form).map_or_else(
        |problem| failure(&problem),
        |found| success(&found.iter().map(|(labels, _)| json!(labels)).collect()),
    )
}

async fn labels(State(prometheus): State<Arc<Prometheus>>, RawForm(raw): RawForm) -> Response {
    matching(&prometheus, &Form::read(&raw)).map_or_else(
        |problem| failure(&problem),
        |found| {
            let names: BTreeSet<&String> = found.iter().flat_map(|(labels, _)| labels.keys()).collect();
            success(&json!(names))
        },
    )
}

async fn label_values(
    State(prometheus): State<Arc<Prometheus>>,
    Path(name): Path<String>,
    RawForm(raw): RawForm,
) -> Response {
    matching(&prometheus, &Form::read(&raw)).map_or_else(
        |problem| failure(&problem),
        |found| {
            let values: BTreeSet<&String> = found.iter().filter_map(|(labels, _)| labels.get(&name)).collect();
            success(&json!(values))
        },
    )
}

async fn query_exemplars(State(prometheus): State<Arc<Prometheus>>, RawForm(raw): RawForm) -> Response {
    let form = Form::read(&raw);
    exemplars(&prometheus, &form).map_or_else(|problem| failure(&problem), |data| success(&data))
}

fn exemplars(prometheus: &Prometheus, form: &Form) -> Result<Value, Problem> {
    let (start, end) = (form.time("start", i64::MIN)?, form.time("end", i64::MAX)?);
    let expr = parse(form.text("query"))?;
    let mut selectors: Vec<(Option<String>, Matchers)> = Vec::new();
    eval::selectors(&expr, &mut selectors);
    let found = prometheus.tsdb.select(|labels| {
        selectors
            .iter()
            .any(|(name, matchers)| eval::selects(name.as_deref(), matchers, labels))
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
                        "value": number(exemplar.value),
                        "timestamp": exemplar.at_ms as f64 / 1000.0,
                    })
                })
                .collect();
            (!list.is_empty()).then(|| json!({"seriesLabels": labels, "exemplars": list}))
        })
        .collect())
}
