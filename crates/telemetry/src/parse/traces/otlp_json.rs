//! OTLP's JSON and Tempo's two dialects of it.
//!
//! OTLP writes ids in hex and enums as numbers; Tempo writes ids in base64 and enums by name, leaves out zero fields, and
//! calls resource spans `batches` in v1 (OTLP specification, «JSON Protobuf Encoding»; grafana/tempo v3.0.3:
//! pkg/tempopb). 64-bit integers are strings or numbers. Readers of proto3 JSON take `snake_case` names as well.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::ids::align_right;
use crate::model::trace::{
    Attribute, AttributeValue, SpanEvent, SpanExtras, SpanId, SpanKind, SpanLink, SpanResource, SpanScope, SpanStatus,
    TraceId, TraceSpan,
};
use crate::parse::parse_error::{ParseError, quote_text};

use super::TraceForm;
use super::builder::TraceBuilder;
use super::jaeger;
use super::otlp_json_messages::{
    JsonAnyValue, JsonKeyValue, JsonOwner, JsonResourceSpans, JsonScalar, JsonSpan, TraceJsonDocument,
};

/// How deep lists and maps may stand in an attribute; each takes up to four levels of JSON.
const DEEPEST: usize = 100;
/// How deep JSON may be nested, so that reading it ends.
const MOST_NESTED: usize = 4 * DEEPEST + 20;

/// Reads one document, or one after the other.
pub(super) fn add_json_documents(text: &[u8], gather: &mut TraceBuilder) -> Result<TraceForm, ParseError> {
    let text = match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(text),
    };
    let mut form = None;
    let documents = serde_json::Deserializer::from_str(&text).into_iter::<TraceJsonDocument>();
    for (number, document) in documents.enumerate() {
        gather.place = [number, 0, 0, 0];
        let document = document.map_err(|error| describe_json_error(&error))?;
        let found = add_json_document(document, gather)?;
        form.get_or_insert(found);
    }
    form.ok_or_else(|| ParseError::new("it is empty"))
}

fn describe_json_error(error: &serde_json::Error) -> ParseError {
    if error.is_eof() {
        return ParseError::new(format!("it is truncated at line {}", error.line()));
    }
    if error.is_data() {
        return ParseError::new(format!("JSON, but not a trace: {error}"));
    }
    ParseError::new(format!("not JSON: {error}"))
}

fn add_json_document(document: TraceJsonDocument<'_>, gather: &mut TraceBuilder) -> Result<TraceForm, ParseError> {
    let (batches, form) = match document {
        TraceJsonDocument { data: Some(data), .. } => {
            jaeger::add_jaeger_traces(data, gather)?;
            return Ok(TraceForm::Jaeger);
        }
        TraceJsonDocument { trace: Some(inner), .. } => (inner.resource_spans, TraceForm::TempoV2),
        TraceJsonDocument {
            resource_spans: Some(batches),
            ..
        } => (batches, TraceForm::OtlpJson),
        TraceJsonDocument {
            batches: Some(batches), ..
        } => (batches, TraceForm::TempoV1),
        _ => {
            return Err(ParseError::new(
                "JSON, but not a trace: it has no resourceSpans, batches, trace or data",
            ));
        }
    };
    if document
        .status
        .is_some_and(|status| matches!(status.text(), "PARTIAL" | "1"))
    {
        gather.mark_partial(document.message.as_deref().unwrap_or_default());
    }
    for (number, batch) in batches.into_iter().enumerate() {
        gather.place[1] = number;
        add_resource_spans(batch, gather)?;
    }
    Ok(form)
}

fn add_resource_spans(batch: JsonResourceSpans<'_>, gather: &mut TraceBuilder) -> Result<(), ParseError> {
    let owner: JsonOwner = parse_nested(batch.resource, "a resource")?;
    let attributes = convert_attributes(owner.attributes, gather);
    let dropped = owner.dropped_attributes_count.u32();
    let resource = gather.build_resource(attributes, dropped, &batch.schema_url);
    for (number, scope_spans) in batch.scope_spans.into_iter().enumerate() {
        gather.place[2] = number;
        let owner: JsonOwner = parse_nested(scope_spans.scope, "a scope")?;
        let pairs = convert_attributes(owner.attributes, gather);
        let scope = gather.build_scope(&owner.name, &owner.version, pairs, &scope_spans.schema_url);
        for (number, raw) in scope_spans.spans.into_iter().enumerate() {
            gather.place[3] = number;
            let read: JsonSpan = parse_nested(Some(raw), "a span")?;
            let trace_id = TraceId(read_id("traceId", &read.trace_id, gather));
            let span = convert_span(read, &resource, &scope, gather);
            gather.add_span(trace_id, span);
        }
    }
    Ok(())
}

/// What stands in a document as text so far. Attributes may be nested deeper than serde_json reads unless it is allowed to:
/// Tempo's receiver reads JSON down to 10,000 levels (json-iterator v1.1.12: iter.go), and protobuf without a bound.
fn parse_nested<'a, T: Deserialize<'a> + Default>(raw: Option<&'a RawValue>, what: &str) -> Result<T, ParseError> {
    let Some(raw) = raw else {
        return Ok(T::default());
    };
    let depth = measure_nesting(raw.get());
    if depth > MOST_NESTED {
        let why = format!("cannot read {what}: lists and objects are nested more than {MOST_NESTED} deep");
        return Err(ParseError::new(why));
    }
    let mut text = serde_json::Deserializer::from_str(raw.get());
    text.disable_recursion_limit();
    T::deserialize(&mut text)
        .map_err(|error| ParseError::new(format!("JSON, but not a trace: cannot read {what}: {error}")))
}

/// How deep lists and objects stand in one another at most.
fn measure_nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn convert_span(
    read: JsonSpan<'_>,
    resource: &Arc<SpanResource>,
    scope: &Arc<SpanScope>,
    gather: &mut TraceBuilder,
) -> TraceSpan {
    let status = read.status.unwrap_or_default();
    let extra = SpanExtras {
        trace_state: gather.texts.intern(&read.trace_state),
        flags: read.flags.u32(),
        dropped_attributes: read.dropped_attributes_count.u32(),
        dropped_events: read.dropped_events_count.u32(),
        dropped_links: read.dropped_links_count.u32(),
    };
    TraceSpan {
        id: SpanId(read_id("spanId", &read.span_id, gather)),
        parent: match &*read.parent_span_id {
            "" => None,
            parent => Some(SpanId(read_id("parentSpanId", parent, gather))).filter(|id| !id.is_zero()),
        },
        name: gather.texts.intern(&read.name),
        kind: convert_kind(&read.kind, gather),
        status: convert_status(&status.code, gather),
        status_message: gather.texts.intern(&status.message),
        start_ns: read_time("startTimeUnixNano", &read.start_time_unix_nano, gather),
        end_ns: read_time("endTimeUnixNano", &read.end_time_unix_nano, gather),
        attributes: convert_attributes(read.attributes, gather),
        events: read
            .events
            .into_iter()
            .map(|event| SpanEvent {
                at_ns: read_time("events.timeUnixNano", &event.time_unix_nano, gather),
                name: gather.texts.intern(&event.name),
                attributes: convert_attributes(event.attributes, gather),
                dropped_attributes: event.dropped_attributes_count.u32(),
            })
            .collect(),
        links: read
            .links
            .into_iter()
            .map(|link| SpanLink {
                trace_id: TraceId(read_id("links.traceId", &link.trace_id, gather)),
                span_id: SpanId(read_id("links.spanId", &link.span_id, gather)),
                trace_state: gather.texts.intern(&link.trace_state),
                attributes: convert_attributes(link.attributes, gather),
                dropped_attributes: link.dropped_attributes_count.u32(),
                flags: link.flags.u32(),
            })
            .collect(),
        resource: Arc::clone(resource),
        scope: Arc::clone(scope),
        extra: extra.boxed(),
    }
}

fn convert_kind(scalar: &JsonScalar<'_>, gather: &mut TraceBuilder) -> SpanKind {
    if let Some(kind) = SpanKind::from_name(scalar.text()) {
        return kind;
    }
    let number = read_integer("kind", scalar, gather);
    let kind = SpanKind::from_number(number);
    if kind as i64 != number {
        gather.reject("kind", &format!("cannot be {number}"));
    }
    kind
}

fn convert_status(scalar: &JsonScalar<'_>, gather: &mut TraceBuilder) -> SpanStatus {
    match scalar.text().trim_start_matches("STATUS_CODE_") {
        "UNSET" => SpanStatus::Unset,
        "OK" => SpanStatus::Ok,
        "ERROR" => SpanStatus::Error,
        _ => {
            let number = read_integer("status.code", scalar, gather);
            let status = SpanStatus::from_number(number);
            if status as i64 != number {
                gather.reject("status.code", &format!("cannot be {number}"));
            }
            status
        }
    }
}

fn read_integer(field: &str, scalar: &JsonScalar<'_>, gather: &mut TraceBuilder) -> i64 {
    scalar.i64().unwrap_or_else(|| {
        gather.reject(field, &format!("cannot be {}", quote_text(scalar.text())));
        0
    })
}

fn read_time(field: &str, scalar: &JsonScalar<'_>, gather: &mut TraceBuilder) -> u64 {
    scalar.u64().unwrap_or_else(|| {
        gather.reject(field, "is not a time in nanoseconds");
        0
    })
}

/// Hex of the full length is hex, as OTLP writes it; anything else is base64, as Tempo writes it. No text is both: base64
/// of 8 or 16 bytes has 12 or 24 characters. What is neither is read as far as it goes.
fn read_id<const N: usize>(field: &str, text: &str, gather: &mut TraceBuilder) -> [u8; N] {
    let hex = TraceId::from_hex(text).map(|id| id.0);
    let hex = hex.as_ref().map(|bytes| &bytes[bytes.len() - N..]);
    let decoded = BASE64.decode(text).ok();
    let whole = if text.len() == N * 2 { hex } else { None };
    let whole = whole
        .or(decoded.as_deref())
        .and_then(|bytes| <[u8; N]>::try_from(bytes).ok());
    match whole.filter(|id| *id != [0; N]) {
        Some(id) => id,
        None => {
            gather.reject(field, &format!("is not an id of {} hex digits", N * 2));
            align_right(hex.or(decoded.as_deref()).unwrap_or_default())
        }
    }
}

fn convert_attributes(pairs: Vec<JsonKeyValue<'_>>, gather: &mut TraceBuilder) -> Box<[Attribute]> {
    convert_nested_attributes(pairs, gather, 0)
}

fn convert_nested_attributes(
    pairs: Vec<JsonKeyValue<'_>>,
    gather: &mut TraceBuilder,
    depth: usize,
) -> Box<[Attribute]> {
    pairs
        .into_iter()
        .map(|pair| Attribute {
            key: gather.texts.intern(&pair.key),
            value: convert_value(pair.value, gather, depth),
        })
        .collect()
}

fn convert_value(value: Option<JsonAnyValue<'_>>, gather: &mut TraceBuilder, depth: usize) -> AttributeValue {
    if depth > DEEPEST {
        let why = format!("has lists and maps nested more than {DEEPEST} deep");
        gather.reject("attributes", &why);
        return AttributeValue::Empty;
    }
    let mut reject = |what: &str, text: &str| {
        gather.reject("attributes", &format!("has the {what} {}", quote_text(text)));
    };
    match value.unwrap_or_default() {
        JsonAnyValue {
            string_value: Some(text),
            ..
        } => AttributeValue::Text(gather.texts.intern(&text.0)),
        JsonAnyValue {
            bool_value: Some(flag), ..
        } => AttributeValue::Bool(flag),
        JsonAnyValue {
            int_value: Some(number),
            ..
        } => AttributeValue::Int(number.i64().unwrap_or_else(|| {
            reject("intValue", number.text());
            0
        })),
        JsonAnyValue {
            double_value: Some(number),
            ..
        } => AttributeValue::Double(number.f64().unwrap_or_else(|| {
            reject("doubleValue", number.text());
            f64::NAN
        })),
        JsonAnyValue {
            bytes_value: Some(text),
            ..
        } => AttributeValue::Bytes(match BASE64.decode(&*text) {
            Ok(bytes) => bytes.into(),
            Err(_) => {
                reject("bytesValue", &text);
                Box::default()
            }
        }),
        JsonAnyValue {
            array_value: Some(list),
            ..
        } => AttributeValue::List(
            list.values
                .into_iter()
                .map(|item| convert_value(Some(item), gather, depth + 1))
                .collect(),
        ),
        JsonAnyValue {
            kvlist_value: Some(map),
            ..
        } => AttributeValue::Map(convert_nested_attributes(map.values, gather, depth + 1)),
        _ => AttributeValue::Empty,
    }
}
