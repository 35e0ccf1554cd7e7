//! OTLP protobuf, span by span: each is decoded with the official message, kept in our own form and let go, so that a
//! large trace is never there twice.
//!
//! `TracesData` and Tempo's `Trace` have the same fields (opentelemetry-proto: opentelemetry/proto/trace/v1/trace.proto;
//! grafana/tempo v3.0.3: pkg/tempopb/tempo.proto): 1 resource spans, in which 1 resource, 2 scope spans, 3 schema; in
//! which 1 scope, 2 span, 3 schema. `TraceByIDResponse`: 1 trace, 3 status, 4 message.

use std::sync::Arc;

use bytes::Buf;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value as Any};
use opentelemetry_proto::tonic::resource::v1::Resource as OtlpResource;
use opentelemetry_proto::tonic::trace::v1::Span as OtlpSpan;
use prost::Message;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use crate::model::trace::{
    Attribute, AttributeValue, SpanEvent, SpanExtras, SpanId, SpanKind, SpanLink, SpanResource, SpanScope, SpanStatus,
    TraceId, TraceSpan,
};
use crate::parse::parse_error::ParseError;

use super::builder::{Interner, TraceBuilder};

/// Lists inside lists, at most; prost itself stops decoding at 100.
const DEEPEST: usize = 100;

/// A span in memory, with its row once it is drawn.
const PER_SPAN: u64 = 1_000;
/// A message within a span: an attribute, an event, a link, a value in a list.
const PER_ENTRY: u64 = 100;
/// Smaller messages hold too few entries to matter.
const FEW_ENTRIES: usize = 1 << 16;

/// What a message takes in memory, from above.
fn estimate_memory(message: &[u8]) -> u64 {
    let entries = match message.len() > FEW_ENTRIES {
        true => count_entries(message, 0),
        false => 0,
    };
    2 * message.len() as u64 + entries * PER_ENTRY
}

/// Fields with a length, and those within them. A text that reads like a message counts as one.
fn count_entries(message: &[u8], depth: usize) -> u64 {
    let fields = iterate_fields(message).map_while(Result::ok);
    let below = fields.map(|field| match field.value {
        ProtobufValue::Bytes(bytes) if depth < DEEPEST => 1 + count_entries(bytes, depth + 1),
        _ => 1,
    });
    below.sum()
}

pub(super) fn add_trace_by_id(bytes: &[u8], gather: &mut TraceBuilder) -> Result<(), ParseError> {
    let (mut partial, mut message) = (false, String::new());
    for field in iterate_fields(bytes) {
        match field? {
            ProtobufField {
                tag: 1,
                value: ProtobufValue::Bytes(bytes),
            } => add_trace(bytes, gather)?,
            ProtobufField {
                tag: 3,
                value: ProtobufValue::Number(status),
            } => partial = status == 1,
            ProtobufField {
                tag: 4,
                value: ProtobufValue::Bytes(text),
            } => message = String::from_utf8_lossy(text).into_owned(),
            ProtobufField { tag: 2, .. } => {}
            _ => return Err(reject_message("not a trace")),
        }
    }
    if partial {
        gather.mark_partial(&message);
    }
    Ok(())
}

/// `TracesData`.
pub(super) fn add_trace(bytes: &[u8], gather: &mut TraceBuilder) -> Result<(), ParseError> {
    for field in iterate_fields(bytes) {
        if let ProtobufField {
            tag: 1,
            value: ProtobufValue::Bytes(bytes),
        } = field?
        {
            add_resource_spans(bytes, gather)?;
        } else {
            return Err(reject_message("not a trace"));
        }
    }
    Ok(())
}

fn add_resource_spans(bytes: &[u8], gather: &mut TraceBuilder) -> Result<(), ParseError> {
    let (mut resource, mut schema) = (OtlpResource::default(), String::new());
    for field in iterate_fields(bytes) {
        match field? {
            ProtobufField {
                tag: 1,
                value: ProtobufValue::Bytes(bytes),
            } => {
                gather.take_memory(estimate_memory(bytes))?;
                resource = decode_message(bytes, "resource")?;
            }
            ProtobufField {
                tag: 3,
                value: ProtobufValue::Bytes(text),
            } => schema = String::from_utf8_lossy(text).into_owned(),
            _ => {}
        }
    }
    let attributes = convert_attributes(resource.attributes, &mut gather.texts);
    let resource = gather.build_resource(attributes, resource.dropped_attributes_count, &schema);
    for field in iterate_fields(bytes) {
        if let ProtobufField {
            tag: 2,
            value: ProtobufValue::Bytes(bytes),
        } = field?
        {
            add_scope_spans(bytes, &resource, gather)?;
        }
    }
    Ok(())
}

fn add_scope_spans(bytes: &[u8], resource: &Arc<SpanResource>, gather: &mut TraceBuilder) -> Result<(), ParseError> {
    let (mut scope, mut schema) = (InstrumentationScope::default(), String::new());
    for field in iterate_fields(bytes) {
        match field? {
            ProtobufField {
                tag: 1,
                value: ProtobufValue::Bytes(bytes),
            } => {
                gather.take_memory(estimate_memory(bytes))?;
                scope = decode_message(bytes, "scope")?;
            }
            ProtobufField {
                tag: 3,
                value: ProtobufValue::Bytes(text),
            } => schema = String::from_utf8_lossy(text).into_owned(),
            _ => {}
        }
    }
    let pairs = convert_attributes(scope.attributes, &mut gather.texts);
    let scope = gather.build_scope(&scope.name, &scope.version, pairs, &schema);
    for field in iterate_fields(bytes) {
        if let ProtobufField {
            tag: 2,
            value: ProtobufValue::Bytes(bytes),
        } = field?
        {
            gather.take_memory(PER_SPAN + estimate_memory(bytes))?;
            let read: OtlpSpan = decode_message(bytes, "span")?;
            let id = TraceId::from_bytes(&read.trace_id);
            let span = convert_span(read, resource, &scope, &mut gather.texts);
            gather.add_span(id, span);
        }
    }
    Ok(())
}

fn convert_span(
    read: OtlpSpan,
    resource: &Arc<SpanResource>,
    scope: &Arc<SpanScope>,
    texts: &mut Interner,
) -> TraceSpan {
    let status = read.status.unwrap_or_default();
    let parent = SpanId::from_bytes(&read.parent_span_id);
    let extra = SpanExtras {
        trace_state: texts.intern(&read.trace_state),
        flags: read.flags,
        dropped_attributes: read.dropped_attributes_count,
        dropped_events: read.dropped_events_count,
        dropped_links: read.dropped_links_count,
    };
    TraceSpan {
        id: SpanId::from_bytes(&read.span_id),
        parent: (!parent.is_zero()).then_some(parent),
        name: texts.intern(&read.name),
        kind: SpanKind::from_number(read.kind.into()),
        status: SpanStatus::from_number(status.code.into()),
        status_message: texts.intern(&status.message),
        start_ns: read.start_time_unix_nano,
        end_ns: read.end_time_unix_nano,
        attributes: convert_attributes(read.attributes, texts),
        events: read
            .events
            .into_iter()
            .map(|event| SpanEvent {
                at_ns: event.time_unix_nano,
                name: texts.intern(&event.name),
                attributes: convert_attributes(event.attributes, texts),
                dropped_attributes: event.dropped_attributes_count,
            })
            .collect(),
        links: read
            .links
            .into_iter()
            .map(|link| SpanLink {
                trace_id: TraceId::from_bytes(&link.trace_id),
                span_id: SpanId::from_bytes(&link.span_id),
                trace_state: texts.intern(&link.trace_state),
                attributes: convert_attributes(link.attributes, texts),
                dropped_attributes: link.dropped_attributes_count,
                flags: link.flags,
            })
            .collect(),
        resource: Arc::clone(resource),
        scope: Arc::clone(scope),
        extra: extra.boxed(),
    }
}

fn convert_attributes(pairs: Vec<KeyValue>, texts: &mut Interner) -> Box<[Attribute]> {
    convert_nested_attributes(pairs, texts, 0)
}

fn convert_nested_attributes(pairs: Vec<KeyValue>, texts: &mut Interner, depth: usize) -> Box<[Attribute]> {
    pairs
        .into_iter()
        .map(|pair| Attribute {
            key: texts.intern(&pair.key),
            value: convert_value(pair.value, texts, depth),
        })
        .collect()
}

fn convert_value(value: Option<AnyValue>, texts: &mut Interner, depth: usize) -> AttributeValue {
    if depth > DEEPEST {
        return AttributeValue::Empty;
    }
    match value.and_then(|value| value.value) {
        Some(Any::StringValue(text)) => AttributeValue::Text(texts.intern(&text)),
        Some(Any::BoolValue(flag)) => AttributeValue::Bool(flag),
        Some(Any::IntValue(number)) => AttributeValue::Int(number),
        Some(Any::DoubleValue(number)) => AttributeValue::Double(number),
        Some(Any::BytesValue(bytes)) => AttributeValue::Bytes(bytes.into_boxed_slice()),
        Some(Any::ArrayValue(list)) => AttributeValue::List(
            list.values
                .into_iter()
                .map(|item| self::convert_value(Some(item), texts, depth + 1))
                .collect(),
        ),
        Some(Any::KvlistValue(map)) => AttributeValue::Map(convert_nested_attributes(map.values, texts, depth + 1)),
        _ => AttributeValue::Empty,
    }
}

fn decode_message<M: Message + Default>(bytes: &[u8], what: &str) -> Result<M, ParseError> {
    M::decode(bytes).map_err(|error| reject_message(&format!("cannot read a {what}: {error}")))
}

fn reject_message(why: &str) -> ParseError {
    ParseError::new(format!("not an OTLP message: {why}"))
}

/// A field of a message as it stands on the wire.
struct ProtobufField<'a> {
    tag: u32,
    value: ProtobufValue<'a>,
}

enum ProtobufValue<'a> {
    Bytes(&'a [u8]),
    Number(u64),
    Other,
}

/// The fields of a message, one after the other, without decoding what is in them.
fn iterate_fields(mut rest: &[u8]) -> impl Iterator<Item = Result<ProtobufField<'_>, ParseError>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let field = read_field(&mut rest);
        if field.is_err() {
            rest = &[];
        }
        Some(field)
    })
}

fn read_field<'a>(rest: &mut &'a [u8]) -> Result<ProtobufField<'a>, ParseError> {
    let wrong = |error: prost::DecodeError| reject_message(&error.to_string());
    let (tag, wire) = decode_key(rest).map_err(wrong)?;
    let value = match wire {
        WireType::LengthDelimited => {
            let length = decode_varint(rest).map_err(wrong)?;
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let bytes = rest.get(..length).ok_or_else(|| reject_message("it is truncated"))?;
            rest.advance(length);
            ProtobufValue::Bytes(bytes)
        }
        WireType::Varint => ProtobufValue::Number(decode_varint(rest).map_err(wrong)?),
        other => {
            skip_field(other, tag, rest, DecodeContext::default()).map_err(wrong)?;
            ProtobufValue::Other
        }
    };
    Ok(ProtobufField { tag, value })
}
