//! A trace as Tempo writes it in JSON: ids in base64, 64-bit numbers as text, empty fields left out.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value as Any};
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use serde_json::{Map, Value, json};

/// The list that stands under `batches` or `resourceSpans`.
pub(crate) fn render_batches(batches: &[Arc<ResourceSpans>]) -> Value {
    batches.iter().map(|one| render_batch(one)).collect()
}

fn render_batch(batch: &ResourceSpans) -> Value {
    let mut object = Map::new();
    if let Some(resource) = &batch.resource {
        let mut inner = Map::new();
        put_attributes(&mut inner, &resource.attributes);
        put_count(&mut inner, "droppedAttributesCount", resource.dropped_attributes_count);
        object.insert("resource".to_owned(), Value::Object(inner));
    }
    object.insert(
        "scopeSpans".to_owned(),
        batch.scope_spans.iter().map(render_scope_spans).collect(),
    );
    put_text(&mut object, "schemaUrl", &batch.schema_url);
    Value::Object(object)
}

fn render_scope_spans(scope_spans: &ScopeSpans) -> Value {
    let mut object = Map::new();
    if let Some(scope) = &scope_spans.scope {
        let mut inner = Map::new();
        put_text(&mut inner, "name", &scope.name);
        put_text(&mut inner, "version", &scope.version);
        put_attributes(&mut inner, &scope.attributes);
        object.insert("scope".to_owned(), Value::Object(inner));
    }
    object.insert("spans".to_owned(), scope_spans.spans.iter().map(render_span).collect());
    put_text(&mut object, "schemaUrl", &scope_spans.schema_url);
    Value::Object(object)
}

fn render_span(span: &Span) -> Value {
    let mut object = Map::new();
    put_bytes(&mut object, "traceId", &span.trace_id);
    put_bytes(&mut object, "spanId", &span.span_id);
    put_text(&mut object, "traceState", &span.trace_state);
    put_bytes(&mut object, "parentSpanId", &span.parent_span_id);
    put_count(&mut object, "flags", span.flags);
    put_text(&mut object, "name", &span.name);
    if span.kind != 0 {
        object.insert("kind".to_owned(), json!(render_kind(span.kind)));
    }
    put_nanos(&mut object, "startTimeUnixNano", span.start_time_unix_nano);
    put_nanos(&mut object, "endTimeUnixNano", span.end_time_unix_nano);
    put_attributes(&mut object, &span.attributes);
    put_count(&mut object, "droppedAttributesCount", span.dropped_attributes_count);
    if !span.events.is_empty() {
        object.insert("events".to_owned(), span.events.iter().map(render_event).collect());
    }
    put_count(&mut object, "droppedEventsCount", span.dropped_events_count);
    if !span.links.is_empty() {
        object.insert("links".to_owned(), span.links.iter().map(render_link).collect());
    }
    put_count(&mut object, "droppedLinksCount", span.dropped_links_count);
    object.insert("status".to_owned(), render_status(span.status.as_ref()));
    Value::Object(object)
}

fn render_status(status: Option<&Status>) -> Value {
    let mut object = Map::new();
    if let Some(status) = status {
        put_text(&mut object, "message", &status.message);
        match status.code {
            1 => drop(object.insert("code".to_owned(), json!("STATUS_CODE_OK"))),
            2 => drop(object.insert("code".to_owned(), json!("STATUS_CODE_ERROR"))),
            _ => {}
        }
    }
    Value::Object(object)
}

fn render_event(event: &Event) -> Value {
    let mut object = Map::new();
    put_nanos(&mut object, "timeUnixNano", event.time_unix_nano);
    put_text(&mut object, "name", &event.name);
    put_attributes(&mut object, &event.attributes);
    put_count(&mut object, "droppedAttributesCount", event.dropped_attributes_count);
    Value::Object(object)
}

fn render_link(link: &Link) -> Value {
    let mut object = Map::new();
    put_bytes(&mut object, "traceId", &link.trace_id);
    put_bytes(&mut object, "spanId", &link.span_id);
    put_text(&mut object, "traceState", &link.trace_state);
    put_attributes(&mut object, &link.attributes);
    put_count(&mut object, "droppedAttributesCount", link.dropped_attributes_count);
    put_count(&mut object, "flags", link.flags);
    Value::Object(object)
}

/// `[{"key": …, "value": {…}}]`
pub(crate) fn render_attributes(pairs: &[KeyValue]) -> Value {
    pairs
        .iter()
        .map(|pair| json!({"key": pair.key, "value": pair.value.as_ref().map_or(json!({}), render_any)}))
        .collect()
}

fn render_any(value: &AnyValue) -> Value {
    value.value.as_ref().map_or(json!({}), render_any_value)
}

/// `{"stringValue": "…"}`
pub(crate) fn render_any_value(value: &Any) -> Value {
    match value {
        Any::StringValue(text) => json!({ "stringValue": text }),
        Any::BoolValue(flag) => json!({ "boolValue": flag }),
        Any::IntValue(number) => json!({ "intValue": number.to_string() }),
        Any::DoubleValue(number) => json!({ "doubleValue": number }),
        Any::BytesValue(bytes) => json!({ "bytesValue": STANDARD.encode(bytes) }),
        Any::ArrayValue(array) => {
            json!({"arrayValue": {"values": array.values.iter().map(render_any).collect::<Value>()}})
        }
        Any::KvlistValue(list) => json!({"kvlistValue": {"values": render_attributes(&list.values)}}),
        _ => json!({}),
    }
}

/// `SPAN_KIND_SERVER`
pub(crate) fn render_kind(kind: i32) -> &'static str {
    match kind {
        1 => "SPAN_KIND_INTERNAL",
        2 => "SPAN_KIND_SERVER",
        3 => "SPAN_KIND_CLIENT",
        4 => "SPAN_KIND_PRODUCER",
        5 => "SPAN_KIND_CONSUMER",
        _ => "SPAN_KIND_UNSPECIFIED",
    }
}

fn put_attributes(object: &mut Map<String, Value>, pairs: &[KeyValue]) {
    if !pairs.is_empty() {
        object.insert("attributes".to_owned(), render_attributes(pairs));
    }
}

fn put_text(object: &mut Map<String, Value>, key: &str, text: &str) {
    if !text.is_empty() {
        object.insert(key.to_owned(), json!(text));
    }
}

fn put_bytes(object: &mut Map<String, Value>, key: &str, bytes: &[u8]) {
    if !bytes.is_empty() {
        object.insert(key.to_owned(), json!(STANDARD.encode(bytes)));
    }
}

fn put_nanos(object: &mut Map<String, Value>, key: &str, nanos: u64) {
    if nanos != 0 {
        object.insert(key.to_owned(), json!(nanos.to_string()));
    }
}

fn put_count(object: &mut Map<String, Value>, key: &str, count: u32) {
    if count != 0 {
        object.insert(key.to_owned(), json!(count));
    }
}
