//! OTLP's JSON and Tempo's two dialects of it.
//!
//! OTLP writes ids in hex and enums as numbers; Tempo writes ids in base64 and enums by name, leaves out zero fields, and
//! calls resource spans `batches` in v1 (OTLP specification, «JSON Protobuf Encoding»; grafana/tempo v3.0.3:
//! pkg/tempopb). 64-bit integers are strings or numbers. Readers of proto3 JSON take `snake_case` names as well.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;

use crate::model::trace::{
    Attribute, AttributeValue, SpanEvent, SpanExtras, SpanId, SpanKind, SpanLink, SpanResource, SpanScope, SpanStatus,
    TraceId, TraceSpan,
};
use crate::parse::parse_error::ParseError;

use super::TraceForm;
use super::builder::{Interner, TraceBuilder};
use super::jaeger;
use super::otlp_json_messages::{
    JsonAnyValue, JsonKeyValue, JsonResourceSpans, JsonScalar, JsonSpan, TraceJsonDocument,
};
use super::protobuf::box_extras;

/// Reads one document, or one after the other.
pub(super) fn add_json_documents(text: &[u8], gather: &mut TraceBuilder) -> Result<TraceForm, ParseError> {
    let text = match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(text),
    };
    let mut form = None;
    let documents = serde_json::Deserializer::from_str(&text).into_iter::<TraceJsonDocument>();
    for document in documents {
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
    for batch in batches {
        add_resource_spans(batch, gather)?;
    }
    Ok(form)
}

fn add_resource_spans(batch: JsonResourceSpans<'_>, gather: &mut TraceBuilder) -> Result<(), ParseError> {
    let attributes = convert_attributes(batch.resource.attributes, &mut gather.texts);
    let dropped = batch.resource.dropped_attributes_count.u32();
    let resource = gather.build_resource(attributes, dropped, &batch.schema_url);
    for scope_spans in batch.scope_spans {
        let owner = scope_spans.scope;
        let pairs = self::convert_attributes(owner.attributes, &mut gather.texts);
        let scope = gather.build_scope(&owner.name, &owner.version, pairs, &scope_spans.schema_url);
        for raw in scope_spans.spans {
            let read: JsonSpan = serde_json::from_str(raw.get())
                .map_err(|error| ParseError::new(format!("JSON, but not a trace: cannot read a span: {error}")))?;
            let trace_id = TraceId::from_bytes(&decode_id_bytes(&read.trace_id, 16));
            let span = convert_span(read, &resource, &scope, &mut gather.texts);
            gather.add_span(trace_id, span);
        }
    }
    Ok(())
}

fn convert_span(
    read: JsonSpan<'_>,
    resource: &Arc<SpanResource>,
    scope: &Arc<SpanScope>,
    texts: &mut Interner,
) -> TraceSpan {
    let parent = SpanId::from_bytes(&decode_id_bytes(&read.parent_span_id, 8));
    let status = read.status.unwrap_or_default();
    let extra = SpanExtras {
        trace_state: texts.intern(&read.trace_state),
        flags: read.flags.u32(),
        dropped_attributes: read.dropped_attributes_count.u32(),
        dropped_events: read.dropped_events_count.u32(),
        dropped_links: read.dropped_links_count.u32(),
    };
    TraceSpan {
        id: SpanId::from_bytes(&decode_id_bytes(&read.span_id, 8)),
        parent: (!parent.is_zero()).then_some(parent),
        name: texts.intern(&read.name),
        kind: convert_kind(&read.kind),
        status: match status.code.text().trim_start_matches("STATUS_CODE_") {
            "OK" => SpanStatus::Ok,
            "ERROR" => SpanStatus::Error,
            _ => SpanStatus::from_number(status.code.i64()),
        },
        status_message: texts.intern(&status.message),
        start_ns: read.start_time_unix_nano.u64(),
        end_ns: read.end_time_unix_nano.u64(),
        attributes: convert_attributes(read.attributes, texts),
        events: read
            .events
            .into_iter()
            .map(|event| SpanEvent {
                at_ns: event.time_unix_nano.u64(),
                name: texts.intern(&event.name),
                attributes: convert_attributes(event.attributes, texts),
                dropped_attributes: event.dropped_attributes_count.u32(),
            })
            .collect(),
        links: read
            .links
            .into_iter()
            .map(|link| SpanLink {
                trace_id: TraceId::from_bytes(&decode_id_bytes(&link.trace_id, 16)),
                span_id: SpanId::from_bytes(&decode_id_bytes(&link.span_id, 8)),
                trace_state: texts.intern(&link.trace_state),
                attributes: convert_attributes(link.attributes, texts),
                dropped_attributes: link.dropped_attributes_count.u32(),
                flags: link.flags.u32(),
            })
            .collect(),
        resource: Arc::clone(resource),
        scope: Arc::clone(scope),
        extra: box_extras(extra),
    }
}

fn convert_kind(scalar: &JsonScalar<'_>) -> SpanKind {
    SpanKind::from_name(scalar.text()).unwrap_or_else(|| SpanKind::from_number(scalar.i64()))
}

/// Hex of the full length is hex, as OTLP writes it; anything else is base64, as Tempo writes it. No text is both: base64
/// of 8 or 16 bytes has 12 or 24 characters.
fn decode_id_bytes(text: &str, length: usize) -> Vec<u8> {
    let hex = |text: &str| {
        (0..text.len() / 2)
            .filter_map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok())
            .collect()
    };
    if text.len() == length * 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return hex(text);
    }
    match BASE64.decode(text) {
        Ok(bytes) if bytes.len() == length => bytes,
        decoded => match TraceId::from_hex(text) {
            Some(id) => id.0.to_vec(),
            None => decoded.unwrap_or_default(),
        },
    }
}

fn convert_attributes(pairs: Vec<JsonKeyValue<'_>>, texts: &mut Interner) -> Box<[Attribute]> {
    pairs
        .into_iter()
        .map(|pair| Attribute {
            key: texts.intern(&pair.key),
            value: convert_value(pair.value, texts),
        })
        .collect()
}

/// As deep as serde_json reads, which is 128 levels.
fn convert_value(value: Option<JsonAnyValue<'_>>, texts: &mut Interner) -> AttributeValue {
    match value.unwrap_or_default() {
        JsonAnyValue {
            string_value: Some(text),
            ..
        } => AttributeValue::Text(texts.intern(&text.0)),
        JsonAnyValue {
            bool_value: Some(flag), ..
        } => AttributeValue::Bool(flag),
        JsonAnyValue {
            int_value: Some(number),
            ..
        } => AttributeValue::Int(number.i64()),
        JsonAnyValue {
            double_value: Some(number),
            ..
        } => AttributeValue::Double(number.f64()),
        JsonAnyValue {
            bytes_value: Some(text),
            ..
        } => AttributeValue::Bytes(BASE64.decode(&*text).unwrap_or_default().into()),
        JsonAnyValue {
            array_value: Some(list),
            ..
        } => AttributeValue::List(
            list.values
                .into_iter()
                .map(|item| self::convert_value(Some(item), texts))
                .collect(),
        ),
        JsonAnyValue {
            kvlist_value: Some(map),
            ..
        } => AttributeValue::Map(convert_attributes(map.values, texts)),
        _ => AttributeValue::Empty,
    }
}
