//! Search, tags and tag values over the traces that search can see.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value as Any};
use prost::Message;
use serde_json::{Map, Value, json};

use super::query::{Answer, Params, Refused, Shared, inspected, json_answer};
use super::store::Batches;
use super::traceql::{self, Field, SpanView};
use super::{Tempo, trace_json};

const MAX_DURATION_S: f64 = 168.0 * 3600.0;
pub(crate) const BACKEND_AFTER_S: f64 = 15.0 * 60.0;
const INTRINSICS: [&str; 24] = [
    "duration",
    "event:name",
    "event:timeSinceStart",
    "instrumentation:name",
    "instrumentation:version",
    "kind",
    "link:spanID",
    "link:traceID",
    "name",
    "rootName",
    "rootServiceName",
    "span:duration",
    "span:id",
    "span:kind",
    "span:name",
    "span:parentID",
    "span:status",
    "span:statusMessage",
    "status",
    "statusMessage",
    "trace:duration",
    "trace:id",
    "trace:rootName",
    "trace:rootService",
];

/// A trace that search can see.
pub(crate) struct Visible {
    pub(crate) id: [u8; 16],
    pub(crate) batches: Batches,
    pub(crate) start: u64,
    pub(crate) end: u64,
    bytes: u64,
}

impl Tempo {
    /// The traces that overlap a window, newest first.
    pub(crate) fn visible(&self, tenant: &str, (start, end): (f64, f64)) -> Vec<Visible> {
        let mut found: Vec<Visible> = self
            .store
            .visible(tenant)
            .into_iter()
            .filter_map(|(id, batches)| {
                let first = traceql::views(&batches)
                    .map(|view| view.span.start_time_unix_nano)
                    .min()?;
                let last = traceql::views(&batches)
                    .map(|view| view.span.end_time_unix_nano)
                    .max()?;
                let bytes = batches.iter().map(|batch| batch.encoded_len() as u64).sum();
                Some(Visible {
                    id,
                    batches,
                    start: first,
                    end: last,
                    bytes,
                })
            })
            .filter(|trace| trace.start as f64 / 1e9 <= end && trace.end as f64 / 1e9 >= start)
            .collect();
        found.sort_by_key(|trace| Reverse(trace.start));
        found
    }
}

/// `GET /api/search`
pub(crate) async fn search(State(tempo): Shared, headers: HeaderMap, Query(params): Params) -> Result<Answer, Refused> {
    Ok(json_answer(&found(&tempo, &headers, &params)?))
}

/// What a search finds, as JSON says it.
pub(super) fn found(tempo: &Tempo, headers: &HeaderMap, params: &HashMap<String, String>) -> Result<Value, Refused> {
    let tenant = tempo.reader(headers)?;
    let window = tempo.window(params, BACKEND_AFTER_S)?;
    let text = params.get("q").map_or("{}", String::as_str);
    let text = if text.trim().is_empty() { "{}" } else { text };
    let query = traceql::parse(text).map_err(|problem| Refused::by_frontend(StatusCode::BAD_REQUEST, problem))?;
    if window.1 - window.0 > MAX_DURATION_S {
        let (start, end) = window;
        return Err(Refused::by_frontend(
            StatusCode::BAD_REQUEST,
            format!("range specified by start and end exceeds 168h0m0s. received start={start} end={end}"),
        ));
    }
    let limit = params
        .get("limit")
        .and_then(|text| text.parse().ok())
        .filter(|limit| *limit > 0)
        .unwrap_or(20);
    let per_set = params.get("spss").and_then(|text| text.parse().ok()).unwrap_or(3);
    let visible = tempo.visible(&tenant, window);
    let bytes = visible.iter().map(|trace| trace.bytes).sum();
    tempo.count_query(&tenant, "search", bytes);
    let traces: Vec<Value> = visible
        .iter()
        .filter_map(|trace| row(trace, &query, per_set))
        .take(limit)
        .collect();
    Ok(json!({"traces": traces, "metrics": inspected(bytes, 3)}))
}

/// The row of a trace that matches.
fn row(trace: &Visible, query: &traceql::Query, per_set: usize) -> Option<Value> {
    let mut matched = Vec::new();
    for set in &query.sets {
        let before = matched.len();
        matched.extend(traceql::views(&trace.batches).filter(|view| view.matches(set)));
        if matched.len() == before {
            return None;
        }
    }
    let fields: Vec<&Field> = query.sets.iter().flat_map(traceql::Filter::fields).collect();
    let spans: Value = matched
        .iter()
        .take(per_set)
        .map(|view| matched_span(view, &fields))
        .collect();
    let set = json!({"spans": spans, "matched": matched.len()});
    let root = traceql::views(&trace.batches).find(|view| view.span.parent_span_id.is_empty());
    let (service, name) = match &root {
        Some(view) => (
            traceql::resource_service(view.resource).unwrap_or_default(),
            view.span.name.as_str(),
        ),
        None => ("<root span not yet received>", ""),
    };
    let mut row = Map::new();
    row.insert(
        "traceID".to_owned(),
        json!(traceql::hex(&trace.id).trim_start_matches('0')),
    );
    row.insert("rootServiceName".to_owned(), json!(service));
    if !name.is_empty() {
        row.insert("rootTraceName".to_owned(), json!(name));
    }
    row.insert("startTimeUnixNano".to_owned(), json!(trace.start.to_string()));
    let duration = trace.end.saturating_sub(trace.start) / 1_000_000;
    if duration > 0 {
        row.insert("durationMs".to_owned(), json!(duration));
    }
    row.insert("spanSet".to_owned(), set.clone());
    row.insert("spanSets".to_owned(), json!([set]));
    row.insert("serviceStats".to_owned(), service_stats(&trace.batches));
    Some(Value::Object(row))
}

fn matched_span(view: &SpanView, fields: &[&Field]) -> Value {
    let span = view.span;
    let mut object = Map::new();
    object.insert("spanID".to_owned(), json!(traceql::hex(&span.span_id)));
    if fields
        .iter()
        .any(|field| **field == Field::Intrinsic("name".to_owned()))
    {
        object.insert("name".to_owned(), json!(span.name));
    }
    object.insert(
        "startTimeUnixNano".to_owned(),
        json!(span.start_time_unix_nano.to_string()),
    );
    let nanos = span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano);
    object.insert("durationNanos".to_owned(), json!(nanos.to_string()));
    let attributes: Vec<KeyValue> = fields
        .iter()
        .filter_map(|field| {
            let (Field::Span(key) | Field::Resource(key) | Field::Either(key)) = field else {
                return None;
            };
            let value = Some(AnyValue {
                value: view.value(field),
            });
            Some(KeyValue {
                key: key.clone(),
                value,
                ..KeyValue::default()
            })
        })
        .collect();
    if !attributes.is_empty() {
        object.insert("attributes".to_owned(), trace_json::attributes(&attributes));
    }
    Value::Object(object)
}

fn service_stats(batches: &Batches) -> Value {
    let mut stats: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for view in traceql::views(batches) {
        let service = traceql::resource_service(view.resource).unwrap_or_default();
        let entry = stats.entry(service.to_owned()).or_default();
        entry.0 += 1;
        entry.1 += u32::from(view.span.status.as_ref().is_some_and(|status| status.code == 2));
    }
    let mut object = Map::new();
    for (service, (spans, errors)) in stats {
        let mut inner = Map::new();
        inner.insert("spanCount".to_owned(), json!(spans));
        if errors > 0 {
            inner.insert("errorCount".to_owned(), json!(errors));
        }
        object.insert(service, Value::Object(inner));
    }
    Value::Object(object)
}

/// `GET /api/v2/search/tags`
pub(crate) async fn tags(State(tempo): Shared, headers: HeaderMap, Query(params): Params) -> Result<Answer, Refused> {
    let visible = metadata(&tempo, &headers, &params)?;
    let keys = |attributes: &[KeyValue]| attributes.iter().map(|pair| pair.key.clone()).collect::<Vec<_>>();
    let all = || visible.iter().flat_map(|trace| traceql::views(&trace.batches));
    let resource: BTreeSet<String> = all().flat_map(|view| keys(view.resource)).collect();
    let span: BTreeSet<String> = all().flat_map(|view| keys(&view.span.attributes)).collect();
    let wanted = params.get("scope").map_or("", String::as_str);
    let mut intrinsics = INTRINSICS.to_vec();
    intrinsics.push("traceDuration");
    let mut scopes = Vec::new();
    for (name, tags) in [
        ("resource", json!(resource)),
        ("span", json!(span)),
        ("intrinsic", json!(intrinsics)),
    ] {
        let empty = tags.as_array().is_none_or(Vec::is_empty);
        if (wanted.is_empty() || wanted == "none" || wanted == name) && !empty {
            scopes.push(json!({"name": name, "tags": tags}));
        }
    }
    let bytes = visible.iter().map(|trace| trace.bytes).sum();
    Ok(json_answer(&json!({"scopes": scopes, "metrics": inspected(bytes, 0)})))
}

/// `GET /api/search/tags`
pub(crate) async fn tags_v1(
    State(tempo): Shared,
    headers: HeaderMap,
    Query(params): Params,
) -> Result<Answer, Refused> {
    let visible = metadata(&tempo, &headers, &params)?;
    let names: BTreeSet<String> = visible
        .iter()
        .flat_map(|trace| traceql::views(&trace.batches))
        .flat_map(|view| view.resource.iter().chain(&view.span.attributes))
        .map(|pair| pair.key.clone())
        .collect();
    let bytes = visible.iter().map(|trace| trace.bytes).sum();
    Ok(json_answer(&json!({"tagNames": names, "metrics": inspected(bytes, 0)})))
}

/// `GET /api/v2/search/tag/{tag}/values`
pub(crate) async fn tag_values(
    State(tempo): Shared,
    headers: HeaderMap,
    Path(rest): Path<String>,
    Query(params): Params,
) -> Result<Answer, Refused> {
    let visible = metadata(&tempo, &headers, &params)?;
    let (values, bytes) = values_of(&visible, &rest);
    let values: Value = values
        .iter()
        .map(|(kind, value)| json!({"type": kind, "value": value}))
        .collect();
    Ok(json_answer(
        &json!({"tagValues": values, "metrics": inspected(bytes, 0)}),
    ))
}

/// `GET /api/search/tag/{tag}/values`
pub(crate) async fn tag_values_v1(
    State(tempo): Shared,
    headers: HeaderMap,
    Path(rest): Path<String>,
    Query(params): Params,
) -> Result<Answer, Refused> {
    let visible = metadata(&tempo, &headers, &params)?;
    let (values, bytes) = values_of(&visible, &format!(".{rest}"));
    let values: BTreeSet<String> = values.into_iter().map(|(_, value)| value).collect();
    Ok(json_answer(
        &json!({"tagValues": values, "metrics": inspected(bytes, 0)}),
    ))
}

fn metadata(
    tempo: &Tempo,
    headers: &HeaderMap,
    params: &std::collections::HashMap<String, String>,
) -> Result<Vec<Visible>, Refused> {
    let tenant = tempo.reader(headers)?;
    let window = tempo.window(params, BACKEND_AFTER_S)?;
    let visible = tempo.visible(&tenant, window);
    tempo.count_query(&tenant, "metadata", visible.iter().map(|trace| trace.bytes).sum());
    Ok(visible)
}

fn values_of(visible: &[Visible], tag: &str) -> (BTreeSet<(&'static str, String)>, u64) {
    let field = if let Some(key) = tag.strip_prefix("resource.") {
        Field::Resource(key.to_owned())
    } else if let Some(key) = tag.strip_prefix("span.") {
        Field::Span(key.to_owned())
    } else if let Some(key) = tag.strip_prefix('.') {
        Field::Either(key.to_owned())
    } else {
        Field::Intrinsic(tag.to_owned())
    };
    let values = visible
        .iter()
        .flat_map(|trace| traceql::views(&trace.batches))
        .filter_map(|view| typed(&field, view.value(&field)?))
        .collect();
    (values, visible.iter().map(|trace| trace.bytes).sum())
}

fn typed(field: &Field, value: Any) -> Option<(&'static str, String)> {
    let keyword = matches!(field, Field::Intrinsic(name) if name.contains("status") || name.contains("kind"));
    match value {
        Any::StringValue(text) if keyword => Some(("keyword", text)),
        Any::StringValue(text) => Some(("string", text)),
        Any::IntValue(number) => Some(("int", number.to_string())),
        Any::DoubleValue(number) => Some(("float", number.to_string())),
        Any::BoolValue(flag) => Some(("bool", flag.to_string())),
        _ => None,
    }
}
