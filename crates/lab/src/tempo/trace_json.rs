//! A trace as Tempo writes it in JSON: that of the official messages, but with ids in base64, enums by name and empty
//! fields left out.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, span::SpanKind, status::StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

/// The batches of a trace.
pub(crate) fn render_batches(batches: &[Arc<ResourceSpans>]) -> Value {
    render_message(&batches.iter().map(Arc::as_ref).collect::<Vec<_>>())
}

/// Attributes with their types.
pub(crate) fn render_attributes(pairs: &[KeyValue]) -> Value {
    render_message(&pairs)
}

fn render_message(message: &impl Serialize) -> Value {
    // The messages have nothing that JSON cannot write.
    let mut tree = serde_json::to_value(message).unwrap_or_default();
    adapt_to_tempo(&mut tree);
    tree
}

fn adapt_to_tempo(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(adapt_to_tempo),
        Value::Object(fields) => {
            fields.retain(|key, field| key == "status" || !is_empty(key, field));
            for (key, field) in fields.iter_mut() {
                match key.as_str() {
                    // What an attribute holds may be empty.
                    "value" => {}
                    "traceId" | "spanId" | "parentSpanId" => *field = json!(encode_id(field.as_str())),
                    "kind" => *field = json!(read_enum::<SpanKind>(field).as_str_name()),
                    "code" => *field = json!(read_enum::<StatusCode>(field).as_str_name()),
                    "status" if field.is_null() => *field = json!({}),
                    _ => adapt_to_tempo(field),
                }
            }
        }
        _ => {}
    }
}

fn is_empty(key: &str, field: &Value) -> bool {
    match field {
        Value::Null => true,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text.is_empty() || text == "0" && key.ends_with("UnixNano"),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn read_enum<T: TryFrom<i32> + Default>(field: &Value) -> T {
    let number = field.as_i64().and_then(|number| i32::try_from(number).ok());
    number.and_then(|number| T::try_from(number).ok()).unwrap_or_default()
}

/// From hex to base64.
fn encode_id(hex: Option<&str>) -> String {
    let hex = hex.unwrap_or_default();
    let bytes = (0..hex.len())
        .step_by(2)
        .filter_map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok());
    STANDARD.encode(bytes.collect::<Vec<u8>>())
}
