//! OTLP as JSON (OTLP specification, «JSON Protobuf Encoding»): ids are hex, 64-bit integers are texts, enums numbers.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use serde_json::{Map, Value, json};

use super::Frame;
use crate::load::rng::hex;

/// The frame of a body.
pub fn frame() -> Frame {
    Frame {
        head: b"{\"resourceSpans\":[".to_vec(),
        separator: b",",
        tail: b"]}",
        count_at: None,
    }
}

/// The elements of `resourceSpans`, as they stand in a body.
pub fn items(request: &ExportTraceServiceRequest) -> Vec<u8> {
    let groups: Vec<String> = request
        .resource_spans
        .iter()
        .map(|group| group_of(group).to_string())
        .collect();
    groups.join(",").into_bytes()
}

/// The whole document.
pub fn document(request: &ExportTraceServiceRequest) -> Value {
    json!({"resourceSpans": request.resource_spans.iter().map(group_of).collect::<Vec<_>>()})
}

fn group_of(group: &ResourceSpans) -> Value {
    let mut out = Map::new();
    if let Some(resource) = &group.resource {
        out.insert(
            "resource".to_owned(),
            json!({"attributes": pairs(&resource.attributes)}),
        );
    }
    out.insert(
        "scopeSpans".to_owned(),
        group.scope_spans.iter().map(scope_of).collect(),
    );
    put(&mut out, "schemaUrl", &group.schema_url);
    Value::Object(out)
}

fn scope_of(scope: &ScopeSpans) -> Value {
    let mut out = Map::new();
    if let Some(scope) = &scope.scope {
        let mut inner = Map::new();
        put(&mut inner, "name", &scope.name);
        put(&mut inner, "version", &scope.version);
        if !scope.attributes.is_empty() {
            inner.insert("attributes".to_owned(), pairs(&scope.attributes));
        }
        out.insert("scope".to_owned(), Value::Object(inner));
    }
    out.insert("spans".to_owned(), scope.spans.iter().map(span_of).collect());
    put(&mut out, "schemaUrl", &scope.schema_url);
    Value::Object(out)
}

fn span_of(span: &Span) -> Value {
    let mut out = Map::new();
    out.insert("traceId".to_owned(), hex(&span.trace_id).into());
    out.insert("spanId".to_owned(), hex(&span.span_id).into());
    put(&mut out, "traceState", &span.trace_state);
    if !span.parent_span_id.is_empty() {
        out.insert("parentSpanId".to_owned(), hex(&span.parent_span_id).into());
    }
    number(&mut out, "flags", span.flags);
    out.insert("name".to_owned(), span.name.as_str().into());
    out.insert("kind".to_owned(), span.kind.into());
    out.insert(
        "startTimeUnixNano".to_owned(),
        span.start_time_unix_nano.to_string().into(),
    );
    out.insert("endTimeUnixNano".to_owned(), span.end_time_unix_nano.to_string().into());
    out.insert("attributes".to_owned(), pairs(&span.attributes));
    number(&mut out, "droppedAttributesCount", span.dropped_attributes_count);
    let events = span.events.iter().map(|event| {
        let mut out = Map::new();
        out.insert("timeUnixNano".to_owned(), event.time_unix_nano.to_string().into());
        out.insert("name".to_owned(), event.name.as_str().into());
        out.insert("attributes".to_owned(), pairs(&event.attributes));
        number(&mut out, "droppedAttributesCount", event.dropped_attributes_count);
        Value::Object(out)
    });
    list(&mut out, "events", events.collect());
    number(&mut out, "droppedEventsCount", span.dropped_events_count);
    let links = span.links.iter().map(|link| {
        let mut out = Map::new();
        out.insert("traceId".to_owned(), hex(&link.trace_id).into());
        out.insert("spanId".to_owned(), hex(&link.span_id).into());
        put(&mut out, "traceState", &link.trace_state);
        list(&mut out, "attributes", link.attributes.iter().map(pair).collect());
        number(&mut out, "droppedAttributesCount", link.dropped_attributes_count);
        number(&mut out, "flags", link.flags);
        Value::Object(out)
    });
    list(&mut out, "links", links.collect());
    number(&mut out, "droppedLinksCount", span.dropped_links_count);
    if let Some(status) = &span.status {
        let mut inner = Map::new();
        put(&mut inner, "message", &status.message);
        inner.insert("code".to_owned(), status.code.into());
        out.insert("status".to_owned(), Value::Object(inner));
    }
    Value::Object(out)
}

fn put(out: &mut Map<String, Value>, key: &str, text: &str) {
    if !text.is_empty() {
        out.insert(key.to_owned(), text.into());
    }
}

fn number(out: &mut Map<String, Value>, key: &str, number: u32) {
    if number != 0 {
        out.insert(key.to_owned(), number.into());
    }
}

fn list(out: &mut Map<String, Value>, key: &str, items: Vec<Value>) {
    if !items.is_empty() {
        out.insert(key.to_owned(), items.into());
    }
}

fn pairs(attributes: &[KeyValue]) -> Value {
    attributes.iter().map(pair).collect()
}

fn pair(attribute: &KeyValue) -> Value {
    json!({"key": attribute.key, "value": any(attribute.value.as_ref())})
}

fn any(value: Option<&AnyValue>) -> Value {
    match value.and_then(|value| value.value.as_ref()) {
        None | Some(Any::StringValueStrindex(_)) => json!({}),
        Some(Any::StringValue(text)) => json!({"stringValue": text}),
        Some(Any::BoolValue(flag)) => json!({"boolValue": flag}),
        Some(Any::IntValue(number)) => json!({"intValue": number.to_string()}),
        Some(Any::DoubleValue(number)) if number.is_finite() => json!({"doubleValue": number}),
        Some(Any::DoubleValue(number)) => json!({"doubleValue": words(*number)}),
        Some(Any::BytesValue(bytes)) => json!({"bytesValue": BASE64.encode(bytes)}),
        Some(Any::ArrayValue(array)) => {
            json!({"arrayValue": {"values": array.values.iter().map(|value| any(Some(value))).collect::<Vec<_>>()}})
        }
        Some(Any::KvlistValue(map)) => json!({"kvlistValue": {"values": pairs(&map.values)}}),
    }
}

/// Protobuf's JSON names for what JSON has no number for.
fn words(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

/// A value as ordinary JSON, for formats that know only texts.
pub(super) fn plain(value: &Any) -> Value {
    match value {
        Any::StringValue(text) => text.as_str().into(),
        Any::BoolValue(flag) => (*flag).into(),
        Any::IntValue(number) => (*number).into(),
        Any::DoubleValue(number) => (*number).into(),
        Any::BytesValue(bytes) => BASE64.encode(bytes).into(),
        Any::StringValueStrindex(_) => Value::Null,
        Any::ArrayValue(array) => array
            .values
            .iter()
            .map(|value| value.value.as_ref().map_or(Value::Null, plain))
            .collect(),
        Any::KvlistValue(map) => Value::Object(
            map.values
                .iter()
                .map(|pair| {
                    let value = pair.value.as_ref().and_then(|value| value.value.as_ref());
                    (pair.key.clone(), value.map_or(Value::Null, plain))
                })
                .collect(),
        ),
    }
}
