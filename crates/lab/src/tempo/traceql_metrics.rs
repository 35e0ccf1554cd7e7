//! TraceQL metrics: `rate()` and `count_over_time()`, whole or by one field. 2.10 refuses, as it does without `local-blocks`.

use std::collections::{BTreeMap, HashMap};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::LabTempo;
use super::query::{QueryParams, RefusedQuery, SharedTempo, TempoAnswer, build_json_answer, render_inspected};
use super::search::BACKEND_AFTER_S;
use super::traceql::{self, SpanField};

/// The longest range that Tempo 3.0 allows by default (`query_frontend.metrics.max_duration`).
const LONGEST_S: f64 = 24.0 * 3_600.0;

struct MetricsRun {
    function: MetricsFunction,
    by: Vec<(String, SpanField)>,
    window: (f64, f64),
    step: f64,
    /// Counted spans by the values of the fields.
    spans: BTreeMap<Vec<String>, Vec<SpanSample>>,
}

/// A span that was counted: when it started and how long it took, in seconds, and its trace.
struct SpanSample {
    start: f64,
    duration: f64,
    trace: String,
}

#[derive(Clone, PartialEq)]
enum MetricsFunction {
    Rate,
    Count,
    /// Of the durations.
    Quantiles(Vec<f64>),
}

/// `GET /api/metrics/query_range`
pub(crate) async fn serve_range(
    State(tempo): SharedTempo,
    headers: HeaderMap,
    Query(params): QueryParams,
) -> Result<TempoAnswer, RefusedQuery> {
    let asked = run_metrics_query(&tempo, &headers, &params)?;
    let series = asked.render_series(|values, counted, q| asked.samples(values, counted, q));
    Ok(build_json_answer(
        &json!({"series": series, "metrics": render_inspected(0, 1)}),
    ))
}

/// `GET /api/metrics/query`
pub(crate) async fn serve_instant(
    State(tempo): SharedTempo,
    headers: HeaderMap,
    Query(params): QueryParams,
) -> Result<TempoAnswer, RefusedQuery> {
    let asked = run_metrics_query(&tempo, &headers, &params)?;
    let span = asked.window.1 - asked.window.0;
    let series = asked.render_series(|values, counted, q| {
        let mut object = asked.labels(values, q);
        let all: Vec<&SpanSample> = counted.iter().collect();
        object.insert("value".to_owned(), asked.function.evaluate(&all, span, q));
        Value::Object(object)
    });
    Ok(build_json_answer(
        &json!({"series": series, "metrics": render_inspected(0, 1)}),
    ))
}

fn run_metrics_query(
    tempo: &LabTempo,
    headers: &HeaderMap,
    params: &HashMap<String, String>,
) -> Result<MetricsRun, RefusedQuery> {
    let tenant = tempo.reading_tenant(headers)?;
    if !tempo.settings.is_v3() {
        let problem = if tempo.generator().is_configured() {
            "error querying generators in Querier.queryRangeRecent: failed to get response from generators: failed to execute f() for 127.0.0.1:9095: rpc error: code = Unknown desc = localblocks processor not found\n"
        } else {
            "error finding generators in Querier.queryRangeRecent: empty ring\n"
        };
        return Err(RefusedQuery::by_frontend(StatusCode::INTERNAL_SERVER_ERROR, problem));
    }
    let bad = |text: String| RefusedQuery::by_frontend(StatusCode::BAD_REQUEST, text);
    let text = params
        .get("q")
        .or_else(|| params.get("query"))
        .map_or("", String::as_str);
    let query = traceql::parse_traceql(text).map_err(bad)?;
    let pipeline = query.pipeline.as_deref().unwrap_or("");
    if pipeline.is_empty() {
        return Err(bad("not a metrics query".to_owned()));
    }
    let function = if pipeline.starts_with("rate()") {
        MetricsFunction::Rate
    } else if pipeline.starts_with("count_over_time()") {
        MetricsFunction::Count
    } else if let Some(quantiles) = parse_quantiles(pipeline) {
        MetricsFunction::Quantiles(quantiles)
    } else {
        return Err(bad(
            "the simulated Tempo supports only rate(), count_over_time() and quantile_over_time(duration, …)"
                .to_owned(),
        ));
    };
    let by = parse_by_clause(pipeline);
    let window = tempo.search_window(params, BACKEND_AFTER_S)?;
    if window.1 - window.0 > LONGEST_S {
        let problem = "metrics query time range exceeds the maximum allowed duration of 24h0m0s";
        return Err(bad(problem.to_owned()));
    }
    let mut spans: BTreeMap<Vec<String>, Vec<SpanSample>> = BTreeMap::new();
    let filter = query
        .sets
        .first()
        .cloned()
        .unwrap_or(traceql::SpanFilter::All(Vec::new()));
    for trace in tempo.visible_traces(&tenant, window) {
        for view in traceql::iterate_views(&trace.batches).filter(|view| view.matches(&filter)) {
            let start = view.span.start_time_unix_nano as f64 / 1e9;
            let values = by
                .iter()
                .map(|(_, field)| render_group_value(view.value(field)))
                .collect();
            if start >= window.0 && start <= window.1 {
                let trace = traceql::encode_hex(&trace.id);
                let end = view.span.end_time_unix_nano as f64 / 1e9;
                let duration = (end - start).max(0.0);
                spans
                    .entry(values)
                    .or_default()
                    .push(SpanSample { start, duration, trace });
            }
        }
    }
    tempo.count_query(&tenant, "metrics", 0);
    let step = params
        .get("step")
        .and_then(|text| parse_seconds(text))
        .unwrap_or(60.0)
        .max(1.0);
    Ok(MetricsRun {
        function,
        by,
        window,
        step,
        spans,
    })
}

impl MetricsRun {
    /// A series for every quantile; one for the other functions.
    /// Each group, once for each quantile where quantiles were asked for.
    fn render_series(&self, render: impl Fn(&[String], &[SpanSample], Option<f64>) -> Value) -> Value {
        let quantiles = match &self.function {
            MetricsFunction::Quantiles(list) => list.iter().copied().map(Some).collect(),
            _ => vec![None],
        };
        let groups = self.spans.iter();
        groups
            .flat_map(|(values, counted)| quantiles.iter().map(|q| render(values, counted, *q)))
            .collect()
    }

    fn labels(&self, values: &[String], q: Option<f64>) -> Map<String, Value> {
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let mut labels: Vec<Value> = self
            .by
            .iter()
            .zip(values)
            .map(|((name, _), value)| text(name, value))
            .collect();
        if labels.is_empty() && q.is_none() {
            labels.push(text(
                "__name__",
                if self.function == MetricsFunction::Rate {
                    "rate"
                } else {
                    "count_over_time"
                },
            ));
        }
        labels.extend(q.map(|q| json!({"key": "p", "value": {"doubleValue": q}})));
        let mut object = Map::new();
        object.insert("labels".to_owned(), Value::Array(labels));
        object
    }

    fn samples(&self, values: &[String], counted: &[SpanSample], q: Option<f64>) -> Value {
        let first = (self.window.0 / self.step).floor() * self.step;
        let steps = (((self.window.1 - first) / self.step).ceil() as usize).clamp(1, 11_000);
        let mut cells: Vec<Vec<&SpanSample>> = vec![Vec::new(); steps];
        for one in counted {
            let at = ((one.start - first) / self.step) as usize;
            if let Some(cell) = cells.get_mut(at.min(steps - 1)) {
                cell.push(one);
            }
        }
        let samples: Value = cells
            .into_iter()
            .enumerate()
            .map(|(at, cell)| {
                let stamp = (first + at as f64 * self.step) * 1000.0;
                let mut sample = Map::new();
                sample.insert("timestampMs".to_owned(), json!((stamp as i64).to_string()));
                if !cell.is_empty() {
                    sample.insert("value".to_owned(), self.function.evaluate(&cell, self.step, q));
                }
                Value::Object(sample)
            })
            .collect();
        let mut object = self.labels(values, q);
        object.insert("samples".to_owned(), samples);
        let exemplars: Vec<Value> = counted.iter().take(100).map(|one| self.exemplar(values, one)).collect();
        object.insert("exemplars".to_owned(), json!(exemplars));
        Value::Object(object)
    }

    fn exemplar(&self, values: &[String], one: &SpanSample) -> Value {
        let mut labels = vec![json!({"key": "trace:id", "value": {"stringValue": one.trace}})];
        for ((name, _), value) in self.by.iter().zip(values) {
            labels.push(json!({"key": name, "value": {"stringValue": value}}));
        }
        let value = match self.function {
            MetricsFunction::Quantiles(_) => json!(one.duration),
            _ => self.function.evaluate(&[one], self.step, None),
        };
        let stamp = (one.start * 1000.0) as i64;
        json!({"labels": labels, "value": value, "timestampMs": stamp.to_string()})
    }
}

impl MetricsFunction {
    fn evaluate(&self, counted: &[&SpanSample], seconds: f64, q: Option<f64>) -> Value {
        match self {
            MetricsFunction::Count => json!(counted.len()),
            MetricsFunction::Rate => json!(counted.len() as f64 / seconds.max(1.0)),
            MetricsFunction::Quantiles(_) => {
                let mut durations: Vec<f64> = counted.iter().map(|one| one.duration).collect();
                durations.sort_by(f64::total_cmp);
                let at = (q.unwrap_or(0.5) * durations.len() as f64).ceil() as usize;
                json!(durations.get(at.saturating_sub(1)).copied().unwrap_or(0.0))
            }
        }
    }
}

fn render_group_value(value: Option<opentelemetry_proto::tonic::common::v1::any_value::Value>) -> String {
    match value {
        Some(opentelemetry_proto::tonic::common::v1::any_value::Value::StringValue(text)) => text,
        _ => "nil".to_owned(),
    }
}

/// `quantile_over_time(duration, .5, 0.99)`
fn parse_quantiles(pipeline: &str) -> Option<Vec<f64>> {
    let (arguments, _) = pipeline.strip_prefix("quantile_over_time(")?.split_once(')')?;
    let mut arguments = arguments.split(',').map(str::trim);
    if arguments.next()? != "duration" {
        return None;
    }
    let list: Option<Vec<f64>> = arguments.map(|text| text.parse().ok()).collect();
    list.filter(|list| !list.is_empty())
}

/// `by (resource.service.name, kind)`: each field as written and as read.
fn parse_by_clause(pipeline: &str) -> Vec<(String, SpanField)> {
    let Some((_, rest)) = pipeline.rsplit_once(" by") else {
        return Vec::new();
    };
    let Some((fields, _)) = rest.trim().strip_prefix('(').and_then(|rest| rest.split_once(')')) else {
        return Vec::new();
    };
    fields
        .split(',')
        .map(str::trim)
        .map(|field| (field.to_owned(), SpanField::parse(field)))
        .collect()
}

/// `60`, `60s`, `1m`, `1m0s`.
fn parse_seconds(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse::<f64>() {
        return Some(number);
    }
    let span: jiff::SignedDuration = text.parse().ok()?;
    Some(span.as_secs_f64())
}
