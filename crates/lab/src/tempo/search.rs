//! Search, tags and tag values over the traces that search can see.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value as Any};
use serde_json::{Map, Value, json};

use super::query::{
    QueryParams, RefusedQuery, SharedTempo, TempoAnswer, build_json_answer, count_encoded_bytes, render_inspected,
};
use super::store::TraceBatches;
use super::traceql::{self, SpanField, SpanView};
use super::{LabTempo, trace_json};

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
pub(crate) struct VisibleTrace {
    pub(crate) id: [u8; 16],
    pub(crate) batches: TraceBatches,
    pub(crate) start: u64,
    pub(crate) end: u64,
    bytes: u64,
}

impl LabTempo {
    /// The traces that overlap a window, newest first.
    pub(crate) fn visible_traces(&self, tenant: &str, (start, end): (f64, f64)) -> Vec<VisibleTrace> {
        let mut found: Vec<VisibleTrace> = self
            .store
            .visible(tenant)
            .into_iter()
            .filter_map(|(id, batches)| {
                let first = traceql::iterate_views(&batches)
                    .map(|view| view.span.start_time_unix_nano)
                    .min()?;
                let last = traceql::iterate_views(&batches)
                    .map(|view| view.span.end_time_unix_nano)
                    .max()?;
                let bytes = count_encoded_bytes(&batches);
                Some(VisibleTrace {
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
pub(crate) async fn serve_search(
    State(tempo): SharedTempo,
    headers: HeaderMap,
    Query(params): QueryParams,
) -> Result<TempoAnswer, RefusedQuery> {
    Ok(build_json_answer(&find_traces(&tempo, &headers, &params)?))
}

/// What a search finds, as JSON says it.
pub(super) fn find_traces(
    tempo: &LabTempo,
    headers: &HeaderMap,
    params: &HashMap<String, String>,
) -> Result<Value, RefusedQuery> {
    let tenant = tempo.reading_tenant(headers)?;
    let window = tempo.search_window(params, BACKEND_AFTER_S)?;
    let text = params.get("q").map_or("{}", String::as_str);
    let text = if text.trim().is_empty() { "{}" } else { text };
    let query =
        traceql::parse_traceql(text).map_err(|problem| RefusedQuery::by_frontend(StatusCode::BAD_REQUEST, problem))?;
    if window.1 - window.0 > MAX_DURATION_S {
        let (start, end) = window;
        return Err(RefusedQuery::by_frontend(
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
    let visible = tempo.visible_traces(&tenant, window);
    let bytes = visible.iter().map(|trace| trace.bytes).sum();
    tempo.count_query(&tenant, "search", bytes);
    let traces: Vec<Value> = visible
        .iter()
        .filter_map(|trace| render_row(trace, &query, per_set))
        .take(limit)
        .collect();
    Ok(json!({"traces": traces, "metrics": render_inspected(bytes, 3)}))
}

/// The row of a trace that matches.
fn render_row(trace: &VisibleTrace, query: &traceql::LabTraceql, per_set: usize) -> Option<Value> {
    let mut matched = Vec::new();
    for set in &query.sets {
        let before = matched.len();
        matched.extend(traceql::iterate_views(&trace.batches).filter(|view| view.matches(set)));
        if matched.len() == before {
            return None;
        }
    }
    let fields: Vec<&SpanField> = query.sets.iter().flat_map(traceql::SpanFilter::fields).collect();
    let spans: Value = matched
        .iter()
        .take(per_set)
        .map(|view| render_matched_span(view, &fields))
        .collect();
    let set = json!({"spans": spans, "matched": matched.len()});
    let root = traceql::iterate_views(&trace.batches).find(|view| view.span.parent_span_id.is_empty());
    let (service, name) = match &root {
        Some(view) => (
            traceql::find_resource_service(view.resource).unwrap_or_default(),
            view.span.name.as_str(),
        ),
        None => ("<root span not yet received>", ""),
    };
    let mut row = Map::new();
    row.insert(
        "traceID".to_owned(),
        json!(traceql::encode_hex(&trace.id).trim_start_matches('0')),
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
    row.insert("serviceStats".to_owned(), render_service_stats(&trace.batches));
    Some(Value::Object(row))
}

fn render_matched_span(view: &SpanView, fields: &[&SpanField]) -> Value {
    let span = view.span;
    let mut object = Map::new();
    object.insert("spanID".to_owned(), json!(traceql::encode_hex(&span.span_id)));
    if fields
        .iter()
        .any(|field| **field == SpanField::Intrinsic("name".to_owned()))
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
            let (SpanField::Span(key) | SpanField::Resource(key) | SpanField::Either(key)) = field else {
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
        object.insert("attributes".to_owned(), trace_json::render_attributes(&attributes));
    }
    Value::Object(object)
}

fn render_service_stats(batches: &TraceBatches) -> Value {
    let mut stats: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for view in traceql::iterate_views(batches) {
        let service = traceql::find_resource_service(view.resource).unwrap_or_default();
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
pub(crate) async fn serve_tags(
    State(tempo): SharedTempo,
    headers: HeaderMap,
    Query(params): QueryParams,
) -> Result<TempoAnswer, RefusedQuery> {
    let visible = find_metadata_traces(&tempo, &headers, &params)?;
    let keys = |attributes: &[KeyValue]| attributes.iter().map(|pair| pair.key.clone()).collect::<Vec<_>>();
    let all = || visible.iter().flat_map(|trace| traceql::iterate_views(&trace.batches));
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
    Ok(build_json_answer(
        &json!({"scopes": scopes, "metrics": render_inspected(bytes, 0)}),
    ))
}

/// `GET /api/search/tags`
pub(crate) async fn serve_tags_v1(
    State(tempo): SharedTempo,
    headers: HeaderMap,
    Query(params): QueryParams,
) -> Result<TempoAnswer, RefusedQuery> {
    let visible = find_metadata_traces(&tempo, &headers, &params)?;
    let names: BTreeSet<String> = visible
        .iter()
        .flat_map(|trace| traceql::iterate_views(&trace.batches))
        .flat_map(|view| view.resource.iter().chain(&view.span.attributes))
        .map(|pair| pair.key.clone())
        .collect();
    let bytes = visible.iter().map(|trace| trace.bytes).sum();
    Ok(build_json_answer(
        &json!({"tagNames": names, "metrics": render_inspected(bytes, 0)}),
    ))
}

/// `GET /api/v2/search/tag/{tag}/values`
pub(crate) async fn serve_tag_values(
    State(tempo): SharedTempo,
    headers: HeaderMap,
    Path(rest): Path<String>,
    Query(params): QueryParams,
) -> Result<TempoAnswer, RefusedQuery> {
    let visible = find_metadata_traces(&tempo, &headers, &params)?;
    let (values, bytes) = collect_values(&visible, &rest);
    let values: Value = values
        .iter()
        .map(|(kind, value)| json!({"type": kind, "value": value}))
        .collect();
    Ok(build_json_answer(
        &json!({"tagValues": values, "metrics": render_inspected(bytes, 0)}),
    ))
}

/// `GET /api/search/tag/{tag}/values`
pub(crate) async fn serve_tag_values_v1(
    State(tempo): SharedTempo,
    headers: HeaderMap,
    Path(rest): Path<String>,
    Query(params): QueryParams,
) -> Result<TempoAnswer, RefusedQuery> {
    let visible = find_metadata_traces(&tempo, &headers, &params)?;
    let (values, bytes) = collect_values(&visible, &format!(".{rest}"));
    let values: BTreeSet<String> = values.into_iter().map(|(_, value)| value).collect();
    Ok(build_json_answer(
        &json!({"tagValues": values, "metrics": render_inspected(bytes, 0)}),
    ))
}

fn find_metadata_traces(
    tempo: &LabTempo,
    headers: &HeaderMap,
    params: &std::collections::HashMap<String, String>,
) -> Result<Vec<VisibleTrace>, RefusedQuery> {
    let tenant = tempo.reading_tenant(headers)?;
    let window = tempo.search_window(params, BACKEND_AFTER_S)?;
    let visible = tempo.visible_traces(&tenant, window);
    tempo.count_query(&tenant, "metadata", visible.iter().map(|trace| trace.bytes).sum());
    Ok(visible)
}

fn collect_values(visible: &[VisibleTrace], tag: &str) -> (BTreeSet<(&'static str, String)>, u64) {
    let field = SpanField::parse(tag);
    let values = visible
        .iter()
        .flat_map(|trace| traceql::iterate_views(&trace.batches))
        .filter_map(|view| render_typed_value(&field, view.value(&field)?))
        .collect();
    (values, visible.iter().map(|trace| trace.bytes).sum())
}

fn render_typed_value(field: &SpanField, value: Any) -> Option<(&'static str, String)> {
    let keyword = matches!(field, SpanField::Intrinsic(name) if name.contains("status") || name.contains("kind"));
    match value {
        Any::StringValue(text) if keyword => Some(("keyword", text)),
        Any::StringValue(text) => Some(("string", text)),
        Any::IntValue(number) => Some(("int", number.to_string())),
        Any::DoubleValue(number) => Some(("float", number.to_string())),
        Any::BoolValue(flag) => Some(("bool", flag.to_string())),
        _ => None,
    }
}
