//! OTLP as JSON (OTLP specification, «JSON Protobuf Encoding»): ids are hex, 64-bit integers are texts, enums numbers.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use serde_json::{Map, Value, json};

use super::BodyFrame;
use crate::load::rng::encode_hex;

/// The frame of a body.
pub fn build_frame() -> BodyFrame {
    BodyFrame {
        head: b"{\"resourceSpans\":[".to_vec(),
        separator: b",",
        tail: b"]}",
        count_at: None,
    }
}

/// The elements of `resourceSpans`, as they stand in a body.
pub fn encode_items(request: &ExportTraceServiceRequest) -> Vec<u8> {
    let groups: Vec<String> = request
        .resource_spans
        .iter()
        .map(|group| encode_group(group).to_string())
        .collect();
    groups.join(",").into_bytes()
}

/// The whole document.
pub fn build_document(request: &ExportTraceServiceRequest) -> Value {
    json!({"resourceSpans": request.resource_spans.iter().map(encode_group).collect::<Vec<_>>()})
}

fn encode_group(group: &ResourceSpans) -> Value {
    let mut out = Map::new();
    if let Some(resource) = &group.resource {
        out.insert(
            "resource".to_owned(),
            json!({"attributes": encode_attributes(&resource.attributes)}),
        );
    }
    out.insert(
        "scopeSpans".to_owned(),
        group.scope_spans.iter().map(encode_scope).collect(),
    );
    put_text(&mut out, "schemaUrl", &group.schema_url);
    Value::Object(out)
}

fn encode_scope(scope: &ScopeSpans) -> Value {
    let mut out = Map::new();
    if let Some(scope) = &scope.scope {
        let mut inner = Map::new();
        put_text(&mut inner, "name", &scope.name);
        put_text(&mut inner, "version", &scope.version);
        if !scope.attributes.is_empty() {
            inner.insert("attributes".to_owned(), encode_attributes(&scope.attributes));
        }
        out.insert("scope".to_owned(), Value::Object(inner));
    }
    out.insert("spans".to_owned(), scope.spans.iter().map(encode_span).collect());
    put_text(&mut out, "schemaUrl", &scope.schema_url);
    Value::Object(out)
}

fn encode_span(span: &Span) -> Value {
    let mut out = Map::new();
    out.insert("traceId".to_owned(), encode_hex(&span.trace_id).into());
    out.insert("spanId".to_owned(), encode_hex(&span.span_id).into());
    put_text(&mut out, "traceState", &span.trace_state);
    if !span.parent_span_id.is_empty() {
        out.insert("parentSpanId".to_owned(), encode_hex(&span.parent_span_id).into());
    }
    put_number(&mut out, "flags", span.flags);
    out.insert("name".to_owned(), span.name.as_str().into());
    out.insert("kind".to_owned(), span.kind.into());
    out.insert(
        "startTimeUnixNano".to_owned(),
        span.start_time_unix_nano.to_string().into(),
    );
    out.insert("endTimeUnixNano".to_owned(), span.end_time_unix_nano.to_string().into());
    out.insert("attributes".to_owned(), encode_attributes(&span.attributes));
    put_number(&mut out, "droppedAttributesCount", span.dropped_attributes_count);
    let events = span.events.iter().map(|event| {
        let mut out = Map::new();
        out.insert("timeUnixNano".to_owned(), event.time_unix_nano.to_string().into());
        out.insert("name".to_owned(), event.name.as_str().into());
        out.insert("attributes".to_owned(), encode_attributes(&event.attributes));
        put_number(&mut out, "droppedAttributesCount", event.dropped_attributes_count);
        Value::Object(out)
    });
    put_list(&mut out, "events", events.collect());
    put_number(&mut out, "droppedEventsCount", span.dropped_events_count);
    let links = span.links.iter().map(|link| {
        let mut out = Map::new();
        out.insert("traceId".to_owned(), encode_hex(&link.trace_id).into());
        out.insert("spanId".to_owned(), encode_hex(&link.span_id).into());
        put_text(&mut out, "traceState", &link.trace_state);
        put_list(
            &mut out,
            "attributes",
            link.attributes.iter().map(encode_attribute).collect(),
        );
        put_number(&mut out, "droppedAttributesCount", link.dropped_attributes_count);
        put_number(&mut out, "flags", link.flags);
        Value::Object(out)
    });
    put_list(&mut out, "links", links.collect());
    put_number(&mut out, "droppedLinksCount", span.dropped_links_count);
    if let Some(status) = &span.status {
        let mut inner = Map::new();
        put_text(&mut inner, "message", &status.message);
        inner.insert("code".to_owned(), status.code.into());
        out.insert("status".to_owned(), Value::Object(inner));
    }
    Value::Object(out)
}

fn put_text(out: &mut Map<String, Value>, key: &str, text: &str) {
    if !text.is_empty() {
        out.insert(key.to_owned(), text.into());
    }
}

fn put_number(out: &mut Map<String, Value>, key: &str, number: u32) {
    if number != 0 {
        out.insert(key.to_owned(), number.into());
    }
}

fn put_list(out: &mut Map<String, Value>, key: &str, items: Vec<Value>) {
    if !items.is_empty() {
        out.insert(key.to_owned(), items.into());
    }
}

fn encode_attributes(attributes: &[KeyValue]) -> Value {
    attributes.iter().map(encode_attribute).collect()
}

fn encode_attribute(attribute: &KeyValue) -> Value {
    json!({"key": attribute.key, "value": encode_any(attribute.value.as_ref())})
}

fn encode_any(value: Option<&AnyValue>) -> Value {
    match value.and_then(|value| value.value.as_ref()) {
        None | Some(Any::StringValueStrindex(_)) => json!({}),
        Some(Any::StringValue(text)) => json!({"stringValue": text}),
        Some(Any::BoolValue(flag)) => json!({"boolValue": flag}),
        Some(Any::IntValue(number)) => json!({"intValue": number.to_string()}),
        Some(Any::DoubleValue(number)) if number.is_finite() => json!({"doubleValue": number}),
        Some(Any::DoubleValue(number)) => json!({"doubleValue": name_special_number(*number)}),
        Some(Any::BytesValue(bytes)) => json!({"bytesValue": BASE64.encode(bytes)}),
        Some(Any::ArrayValue(array)) => {
            json!({"arrayValue": {"values": array.values.iter().map(|value| encode_any(Some(value))).collect::<Vec<_>>()}})
        }
        Some(Any::KvlistValue(map)) => json!({"kvlistValue": {"values": encode_attributes(&map.values)}}),
    }
}

/// Protobuf's JSON names for what JSON has no number for.
fn name_special_number(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

/// A value as ordinary JSON, for formats that know only texts.
pub(super) fn to_plain_json(value: &Any) -> Value {
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
            .map(|value| value.value.as_ref().map_or(Value::Null, to_plain_json))
            .collect(),
        Any::KvlistValue(map) => Value::Object(
            map.values
                .iter()
                .map(|pair| {
                    let value = pair.value.as_ref().and_then(|value| value.value.as_ref());
                    (pair.key.clone(), value.map_or(Value::Null, to_plain_json))
                })
                .collect(),
        ),
    }
}
