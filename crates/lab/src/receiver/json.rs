//! OTLP in JSON: ids in hex, 64-bit numbers as text or number, enums as number or name, unknown keys ignored.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value as Any,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use serde_json::Value;

/// Reads a request; the error is a line for the sender.
pub(crate) fn parse_request(body: &[u8]) -> Result<ExportTraceServiceRequest, String> {
    let document: Value = serde_json::from_slice(body).map_err(|error| format!("ReadObject: {error}"))?;
    if !document.is_object() {
        return Err("ReadObject: expect { or n".to_owned());
    }
    Ok(ExportTraceServiceRequest {
        resource_spans: parse_list(&document, "resourceSpans", parse_resource_spans)?,
    })
}

type JsonResult<T> = Result<T, String>;

fn parse_resource_spans(value: &Value) -> JsonResult<ResourceSpans> {
    let resource = match value.get("resource") {
        None | Some(Value::Null) => None,
        Some(resource) => Some(Resource {
            attributes: parse_list(resource, "attributes", parse_attribute)?,
            dropped_attributes_count: parse_count(resource, "droppedAttributesCount")?,
            ..Resource::default()
        }),
    };
    Ok(ResourceSpans {
        resource,
        scope_spans: parse_list(value, "scopeSpans", parse_scope_spans)?,
        schema_url: parse_text(value, "schemaUrl"),
    })
}

fn parse_scope_spans(value: &Value) -> JsonResult<ScopeSpans> {
    let scope = match value.get("scope") {
        None | Some(Value::Null) => None,
        Some(scope) => Some(InstrumentationScope {
            name: parse_text(scope, "name"),
            version: parse_text(scope, "version"),
            attributes: parse_list(scope, "attributes", parse_attribute)?,
            dropped_attributes_count: parse_count(scope, "droppedAttributesCount")?,
        }),
    };
    Ok(ScopeSpans {
        scope,
        spans: parse_list(value, "spans", parse_span)?,
        schema_url: parse_text(value, "schemaUrl"),
    })
}

fn parse_span(value: &Value) -> JsonResult<Span> {
    let status = match value.get("status") {
        None | Some(Value::Null) => None,
        Some(status) => Some(Status {
            message: parse_text(status, "message"),
            code: parse_enum(
                status,
                "code",
                &["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"],
            )?,
        }),
    };
    let kinds = [
        "SPAN_KIND_UNSPECIFIED",
        "SPAN_KIND_INTERNAL",
        "SPAN_KIND_SERVER",
        "SPAN_KIND_CLIENT",
        "SPAN_KIND_PRODUCER",
        "SPAN_KIND_CONSUMER",
    ];
    Ok(Span {
        trace_id: parse_hex(value, "traceId")?,
        span_id: parse_hex(value, "spanId")?,
        trace_state: parse_text(value, "traceState"),
        parent_span_id: parse_hex(value, "parentSpanId")?,
        flags: parse_count(value, "flags")?,
        name: parse_text(value, "name"),
        kind: parse_enum(value, "kind", &kinds)?,
        start_time_unix_nano: parse_nanos(value, "startTimeUnixNano")?,
        end_time_unix_nano: parse_nanos(value, "endTimeUnixNano")?,
        attributes: parse_list(value, "attributes", parse_attribute)?,
        dropped_attributes_count: parse_count(value, "droppedAttributesCount")?,
        events: parse_list(value, "events", parse_event)?,
        dropped_events_count: parse_count(value, "droppedEventsCount")?,
        links: parse_list(value, "links", parse_link)?,
        dropped_links_count: parse_count(value, "droppedLinksCount")?,
        status,
    })
}

fn parse_event(value: &Value) -> JsonResult<Event> {
    Ok(Event {
        time_unix_nano: parse_nanos(value, "timeUnixNano")?,
        name: parse_text(value, "name"),
        attributes: parse_list(value, "attributes", parse_attribute)?,
        dropped_attributes_count: parse_count(value, "droppedAttributesCount")?,
    })
}

fn parse_link(value: &Value) -> JsonResult<Link> {
    Ok(Link {
        trace_id: parse_hex(value, "traceId")?,
        span_id: parse_hex(value, "spanId")?,
        trace_state: parse_text(value, "traceState"),
        attributes: parse_list(value, "attributes", parse_attribute)?,
        dropped_attributes_count: parse_count(value, "droppedAttributesCount")?,
        flags: parse_count(value, "flags")?,
    })
}

fn parse_attribute(value: &Value) -> JsonResult<KeyValue> {
    Ok(KeyValue {
        key: parse_text(value, "key"),
        value: value.get("value").map(parse_any_value).transpose()?,
        ..KeyValue::default()
    })
}

fn parse_any_value(value: &Value) -> JsonResult<AnyValue> {
    let Some((kind, inner)) = value.as_object().and_then(|object| object.iter().next()) else {
        return Ok(AnyValue { value: None });
    };
    let wrong = || format!("ReadValue: {kind} cannot be {inner}");
    let read = match kind.as_str() {
        "stringValue" => Any::StringValue(inner.as_str().ok_or_else(wrong)?.to_owned()),
        "boolValue" => Any::BoolValue(inner.as_bool().ok_or_else(wrong)?),
        "intValue" => Any::IntValue(match inner {
            Value::String(text) => text.parse().map_err(|_| wrong())?,
            other => other.as_i64().ok_or_else(wrong)?,
        }),
        "doubleValue" => Any::DoubleValue(inner.as_f64().ok_or_else(wrong)?),
        "bytesValue" => Any::BytesValue(
            STANDARD
                .decode(inner.as_str().ok_or_else(wrong)?)
                .map_err(|_| wrong())?,
        ),
        "arrayValue" => Any::ArrayValue(ArrayValue {
            values: parse_list(inner, "values", parse_any_value)?,
        }),
        "kvlistValue" => Any::KvlistValue(KeyValueList {
            values: parse_list(inner, "values", parse_attribute)?,
        }),
        _ => return Ok(AnyValue { value: None }),
    };
    Ok(AnyValue { value: Some(read) })
}

fn parse_list<T>(value: &Value, key: &str, read: impl Fn(&Value) -> JsonResult<T>) -> JsonResult<Vec<T>> {
    match value.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => items.iter().map(read).collect(),
        Some(other) => Err(format!("ReadArray: expect [ for {key}, but found {other}")),
    }
}

fn parse_text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn parse_count(value: &Value, key: &str) -> JsonResult<u32> {
    match value.get(key) {
        None | Some(Value::Null) => Ok(0),
        Some(other) => other
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| format!("ReadUint32: {key} cannot be {other}")),
    }
}

fn parse_nanos(value: &Value, key: &str) -> JsonResult<u64> {
    match value.get(key) {
        None | Some(Value::Null) => Ok(0),
        Some(Value::String(text)) => text.parse().map_err(|_| format!("ReadUint64: {key} cannot be {text}")),
        Some(other) => other
            .as_u64()
            .ok_or_else(|| format!("ReadUint64: {key} cannot be {other}")),
    }
}

fn parse_enum(value: &Value, key: &str, names: &[&str]) -> JsonResult<i32> {
    match value.get(key) {
        None | Some(Value::Null) => Ok(0),
        Some(Value::String(text)) => names
            .iter()
            .position(|name| name == text)
            .and_then(|at| i32::try_from(at).ok())
            .ok_or_else(|| format!("ReadEnumValue: unknown {key} {text}")),
        Some(other) => other
            .as_i64()
            .and_then(|number| i32::try_from(number).ok())
            .ok_or_else(|| format!("ReadEnumValue: {key} cannot be {other}")),
    }
}

fn parse_hex(value: &Value, key: &str) -> JsonResult<Vec<u8>> {
    let text = match value.get(key) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) => text,
        Some(other) => return Err(format!("parse {key}: cannot be {other}")),
    };
    let wrong = || format!("parse {key}: invalid hex {text}");
    if !text.is_ascii() || text.len() % 2 != 0 {
        return Err(wrong());
    }
    (0..text.len())
        .step_by(2)
        .map(|at| {
            text.get(at..at + 2)
                .and_then(|two| u8::from_str_radix(two, 16).ok())
                .ok_or_else(wrong)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn whatever_is_sent_is_answered(text in "[\\[\\]{}\":,a-zA-Z0-9µ-]{0,60}", id in "[0-9a-fµ]{0,33}") {
            let _ = parse_request(text.as_bytes());
            let span = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{id}"}}]}}]}}]}}"#);
            let hex = id.len() % 2 == 0 && id.is_ascii();
            proptest::prop_assert_eq!(parse_request(span.as_bytes()).is_ok(), hex);
        }
    }
}
