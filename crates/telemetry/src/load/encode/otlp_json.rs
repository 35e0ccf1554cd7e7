//! OTLP as JSON (OTLP specification, «JSON Protobuf Encoding»): ids are hex, 64-bit integers are texts, enums numbers,
//! bytes base64.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Map, Value, json};

use super::BodyFrame;
use crate::model::trace::{Attribute, AttributeValue, SpanResource, SpanScope, Trace, TraceId, TraceSpan};

/// The frame of a body.
pub fn build_frame() -> BodyFrame {
    BodyFrame {
        head: b"{\"resourceSpans\":[".to_vec(),
        separator: b",",
        tail: b"]}",
        count_at: None,
    }
}

/// A whole document, a span a line.
pub fn write_document(traces: &[Trace]) -> String {
    let items: Vec<String> = traces.iter().map(|trace| write_items(trace, ",\n")).collect();
    format!("{{\"resourceSpans\":[{}]}}", items.join(",\n"))
}

/// The elements of `resourceSpans`. They are written piece by piece: the tree of a whole large trace would take many times
/// its size.
pub fn write_items(trace: &Trace, between_spans: &str) -> String {
    let mut out = String::new();
    for (index, (resource, scopes)) in trace.group_spans().iter().enumerate() {
        let separator = if index > 0 { "," } else { "" };
        out.push_str(&format!(
            "{separator}{{\"resource\":{},\"scopeSpans\":[",
            encode_resource(resource)
        ));
        for (index, (scope, spans)) in scopes.iter().enumerate() {
            out.push_str(if index > 0 { ",{" } else { "{" });
            if scope.is_named() {
                out.push_str(&format!("\"scope\":{},", encode_scope(scope)));
            }
            out.push_str("\"spans\":[");
            for (index, span) in spans.iter().enumerate() {
                out.push_str(if index > 0 { between_spans } else { "" });
                out.push_str(&encode_span(span, trace.id).to_string());
            }
            out.push_str(&format!("]{}}}", write_schema_url(&scope.schema_url)));
        }
        out.push_str(&format!("]{}}}", write_schema_url(&resource.schema_url)));
    }
    out
}

fn write_schema_url(url: &str) -> String {
    if url.is_empty() {
        String::new()
    } else {
        format!(",\"schemaUrl\":{}", json!(url))
    }
}

fn encode_resource(resource: &SpanResource) -> Value {
    let mut out = Map::new();
    out.insert("attributes".to_owned(), encode_attributes(&resource.attributes));
    put_number(&mut out, "droppedAttributesCount", resource.dropped_attributes);
    Value::Object(out)
}

fn encode_scope(scope: &SpanScope) -> Value {
    let mut out = Map::new();
    put_text(&mut out, "name", &scope.name);
    put_text(&mut out, "version", &scope.version);
    if !scope.attributes.is_empty() {
        out.insert("attributes".to_owned(), encode_attributes(&scope.attributes));
    }
    Value::Object(out)
}

fn encode_span(span: &TraceSpan, trace_id: TraceId) -> Value {
    let extra = span.extra.as_deref().cloned().unwrap_or_default();
    let mut out = Map::new();
    out.insert("traceId".to_owned(), trace_id.to_string().into());
    out.insert("spanId".to_owned(), span.id.to_string().into());
    put_text(&mut out, "traceState", &extra.trace_state);
    if let Some(parent) = span.parent {
        out.insert("parentSpanId".to_owned(), parent.to_string().into());
    }
    put_number(&mut out, "flags", extra.flags);
    out.insert("name".to_owned(), (*span.name).into());
    out.insert("kind".to_owned(), (span.kind as i32).into());
    out.insert("startTimeUnixNano".to_owned(), span.start_ns.to_string().into());
    out.insert("endTimeUnixNano".to_owned(), span.end_ns.to_string().into());
    out.insert("attributes".to_owned(), encode_attributes(&span.attributes));
    put_number(&mut out, "droppedAttributesCount", extra.dropped_attributes);
    let events = span.events.iter().map(|event| {
        let mut out = Map::new();
        out.insert("timeUnixNano".to_owned(), event.at_ns.to_string().into());
        out.insert("name".to_owned(), (*event.name).into());
        out.insert("attributes".to_owned(), encode_attributes(&event.attributes));
        put_number(&mut out, "droppedAttributesCount", event.dropped_attributes);
        Value::Object(out)
    });
    put_list(&mut out, "events", events.collect());
    put_number(&mut out, "droppedEventsCount", extra.dropped_events);
    let links = span.links.iter().map(|link| {
        let mut out = Map::new();
        out.insert("traceId".to_owned(), link.trace_id.to_string().into());
        out.insert("spanId".to_owned(), link.span_id.to_string().into());
        put_text(&mut out, "traceState", &link.trace_state);
        put_list(
            &mut out,
            "attributes",
            link.attributes.iter().map(encode_attribute).collect(),
        );
        put_number(&mut out, "droppedAttributesCount", link.dropped_attributes);
        put_number(&mut out, "flags", link.flags);
        Value::Object(out)
    });
    put_list(&mut out, "links", links.collect());
    put_number(&mut out, "droppedLinksCount", extra.dropped_links);
    if span.has_status() {
        let mut inner = Map::new();
        put_text(&mut inner, "message", &span.status_message);
        inner.insert("code".to_owned(), (span.status as i32).into());
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

fn encode_attributes(attributes: &[Attribute]) -> Value {
    attributes.iter().map(encode_attribute).collect()
}

fn encode_attribute(attribute: &Attribute) -> Value {
    json!({"key": &*attribute.key, "value": encode_value(&attribute.value)})
}

fn encode_value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Empty => json!({}),
        AttributeValue::Text(text) => json!({"stringValue": &**text}),
        AttributeValue::Bool(flag) => json!({"boolValue": flag}),
        AttributeValue::Int(number) => json!({"intValue": number.to_string()}),
        AttributeValue::Double(number) if number.is_finite() => json!({"doubleValue": number}),
        AttributeValue::Double(number) => json!({"doubleValue": name_special_number(*number)}),
        AttributeValue::Bytes(bytes) => json!({"bytesValue": BASE64.encode(bytes)}),
        AttributeValue::List(items) => {
            json!({"arrayValue": {"values": items.iter().map(encode_value).collect::<Vec<_>>()}})
        }
        AttributeValue::Map(pairs) => json!({"kvlistValue": {"values": encode_attributes(pairs)}}),
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
