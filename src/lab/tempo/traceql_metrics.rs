//! TraceQL metrics: `rate()` and `count_over_time()`, whole or by one field. 2.10 refuses, as it does without `local-blocks`.

use std::collections::{BTreeMap, HashMap};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::Tempo;
use super::query::{Answer, Params, Refused, Shared, inspected, json_answer};
use super::search::BACKEND_AFTER_S;
use super::traceql::{self, Field};

struct Asked {
    function: Function,
    by: Option<(String, Field)>,
    window: (f64, f64),
    step: f64,
    /// Counted spans by the value of the field.
    spans: BTreeMap<String, Vec<Counted>>,
}

/// A span that was counted: when it started, in seconds, and its trace.
struct Counted {
    start: f64,
    trace: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Function {
    Rate,
    Count,
}

/// `GET /api/metrics/query_range`
pub(crate) async fn range(State(tempo): Shared, headers: HeaderMap, Query(params): Params) -> Result<Answer, Refused> {
    let asked = ask(&tempo, &headers, &params)?;
    let series: Value = asked
        .spans
        .iter()
        .map(|(value, counted)| asked.samples(value, counted))
        .collect();
    Ok(json_answer(&json!({"series": series, "metrics": inspected(0, 1)})))
}

/// `GET /api/metrics/query`
pub(crate) async fn instant(
    State(tempo): Shared,
    headers: HeaderMap,
    Query(params): Params,
) -> Result<Answer, Refused> {
    let asked = ask(&tempo, &headers, &params)?;
    let span = asked.window.1 - asked.window.0;
    let one = |(value, counted): (&String, &Vec<Counted>)| {
        let mut object = asked.labels(value);
        object.insert("value".to_owned(), asked.function.of(counted.len(), span));
        Value::Object(object)
    };
    let series: Value = asked.spans.iter().map(one).collect();
    Ok(json_answer(&json!({"series": series, "metrics": inspected(0, 1)})))
}

fn ask(tempo: &Tempo, headers: &HeaderMap, params: &HashMap<String, String>) -> Result<Asked, Refused> {
    let tenant = tempo.reader(headers)?;
    if !tempo.settings.v3() {
        let problem = if tempo.generator().is_configured() {
            "error querying generators in Querier.queryRangeRecent: failed to get response from generators: failed to execute f() for 127.0.0.1:9095: rpc error: code = Unknown desc = localblocks processor not found\n"
        } else {
            "error finding generators in Querier.queryRangeRecent: empty ring\n"
        };
        return Err(Refused::by_frontend(StatusCode::INTERNAL_SERVER_ERROR, problem));
    }
    let bad = |text: String| Refused::by_frontend(StatusCode::BAD_REQUEST, text);
    let text = params
        .get("q")
        .or_else(|| params.get("query"))
        .map_or("", String::as_str);
    let query = traceql::parse(text).map_err(bad)?;
    let pipeline = query.pipeline.as_deref().unwrap_or("");
    let function = if pipeline.starts_with("rate()") {
        Function::Rate
    } else if pipeline.starts_with("count_over_time()") {
        Function::Count
    } else {
        return Err(bad(
            "the simulated Tempo knows rate() and count_over_time() only".to_owned()
        ));
    };
    let by = by_clause(pipeline);
    let window = tempo.window(params, BACKEND_AFTER_S)?;
    let mut spans: BTreeMap<String, Vec<Counted>> = BTreeMap::new();
    let filter = query.sets.first().cloned().unwrap_or(traceql::Filter::All(Vec::new()));
    for trace in tempo.visible(&tenant, window) {
        for view in traceql::views(&trace.batches).filter(|view| view.matches(&filter)) {
            let start = view.span.start_time_unix_nano as f64 / 1e9;
            let value = by.as_ref().and_then(|(_, field)| view.value(field));
            let value = match value {
                Some(opentelemetry_proto::tonic::common::v1::any_value::Value::StringValue(text)) => text,
                _ => "nil".to_owned(),
            };
            if start >= window.0 && start <= window.1 {
                let trace = traceql::hex(&trace.id);
                spans.entry(value).or_default().push(Counted { start, trace });
            }
        }
    }
    tempo.count_query(&tenant, "metrics", 0);
    let step = params
        .get("step")
        .and_then(|text| seconds(text))
        .unwrap_or(60.0)
        .max(1.0);
    Ok(Asked {
        function,
        by,
        window,
        step,
        spans,
    })
}

impl Asked {
    fn labels(&self, value: &str) -> Map<String, Value> {
        let (key, value) = match (&self.by, self.function) {
            (Some((name, _)), _) => (name.as_str(), value),
            (None, Function::Rate) => ("__name__", "rate"),
            (None, Function::Count) => ("__name__", "count_over_time"),
        };
        let mut object = Map::new();
        object.insert(
            "labels".to_owned(),
            json!([{"key": key, "value": {"stringValue": value}}]),
        );
        object
    }

    fn samples(&self, value: &str, counted: &[Counted]) -> Value {
        let first = (self.window.0 / self.step).floor() * self.step;
        let steps = (((self.window.1 - first) / self.step).ceil() as usize).clamp(1, 11_000);
        let mut counts = vec![0_usize; steps];
        for one in counted {
            let at = ((one.start - first) / self.step) as usize;
            if let Some(count) = counts.get_mut(at.min(steps - 1)) {
                *count += 1;
            }
        }
        let samples: Value = counts
            .into_iter()
            .enumerate()
            .map(|(at, count)| {
                let stamp = (first + at as f64 * self.step) * 1000.0;
                let mut sample = Map::new();
                sample.insert("timestampMs".to_owned(), json!((stamp as i64).to_string()));
                if count > 0 {
                    sample.insert("value".to_owned(), self.function.of(count, self.step));
                }
                Value::Object(sample)
            })
            .collect();
        let mut object = self.labels(value);
        object.insert("samples".to_owned(), samples);
        let exemplars: Vec<Value> = counted.iter().take(100).map(|one| self.exemplar(value, one)).collect();
        object.insert("exemplars".to_owned(), json!(exemplars));
        Value::Object(object)
    }

    fn exemplar(&self, value: &str, one: &Counted) -> Value {
        let mut labels = vec![json!({"key": "trace:id", "value": {"stringValue": one.trace}})];
        if let Some((name, _)) = &self.by {
            labels.push(json!({"key": name, "value": {"stringValue": value}}));
        }
        let stamp = (one.start * 1000.0) as i64;
        json!({"labels": labels, "value": self.function.of(1, self.step), "timestampMs": stamp.to_string()})
    }
}

impl Function {
    fn of(self, count: usize, seconds: f64) -> Value {
        match self {
            Function::Count => json!(count),
            Function::Rate => json!(count as f64 / seconds.max(1.0)),
        }
    }
}

/// `by (resource.service.name)`: the field as written and as read.
fn by_clause(pipeline: &str) -> Option<(String, Field)> {
    let (_, rest) = pipeline.split_once("by")?;
    let (field, _) = rest.trim().strip_prefix('(')?.split_once(')')?;
    Some((field.trim().to_owned(), by_field(field.trim())))
}

fn by_field(text: &str) -> Field {
    if let Some(key) = text.strip_prefix("resource.") {
        Field::Resource(key.to_owned())
    } else if let Some(key) = text.strip_prefix("span.") {
        Field::Span(key.to_owned())
    } else if let Some(key) = text.strip_prefix('.') {
        Field::Either(key.to_owned())
    } else {
        Field::Intrinsic(text.to_owned())
    }
}

/// `60`, `60s`, `1m`, `1m0s`.
fn seconds(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse::<f64>() {
        return Some(number);
    }
    let span: jiff::SignedDuration = text.parse().ok()?;
    Some(span.as_secs_f64())
}
