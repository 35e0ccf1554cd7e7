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
    Attribute, Extra, Kind, Link, Resource, Scope, Span, SpanEvent, SpanId, SpanStatus, Trace, TraceId, Value,
};
use crate::parse::rejected::Rejected;

use super::gather::{Gather, Interner};

/// Lists inside lists, at most; prost itself stops decoding at 100.
const DEEPEST: usize = 100;

pub(super) fn traces_data(bytes: &[u8]) -> Result<Vec<Trace>, Rejected> {
    let mut gather = Gather::default();
    trace(bytes, &mut gather)?;
    Ok(gather.finish())
}

pub(super) fn trace_by_id(bytes: &[u8]) -> Result<Vec<Trace>, Rejected> {
    let mut gather = Gather::default();
    let (mut partial, mut message) = (false, String::new());
    for field in fields(bytes) {
        match field? {
            Field {
                tag: 1,
                value: Wire::Bytes(bytes),
            } => trace(bytes, &mut gather)?,
            Field {
                tag: 3,
                value: Wire::Number(status),
            } => partial = status == 1,
            Field {
                tag: 4,
                value: Wire::Bytes(text),
            } => message = String::from_utf8_lossy(text).into_owned(),
            Field { tag: 2, .. } => {}
            _ => return Err(broken("not a trace")),
        }
    }
    if partial {
        gather.partial(&message);
    }
    Ok(gather.finish())
}

fn trace(bytes: &[u8], gather: &mut Gather) -> Result<(), Rejected> {
    for field in fields(bytes) {
        if let Field {
            tag: 1,
            value: Wire::Bytes(bytes),
        } = field?
        {
            resource_spans(bytes, gather)?;
        } else {
            return Err(broken("not a trace"));
        }
    }
    Ok(())
}

fn resource_spans(bytes: &[u8], gather: &mut Gather) -> Result<(), Rejected> {
    let (mut resource, mut schema) = (OtlpResource::default(), String::new());
    for field in fields(bytes) {
        match field? {
            Field {
                tag: 1,
                value: Wire::Bytes(bytes),
            } => resource = decode(bytes, "resource")?,
            Field {
                tag: 3,
                value: Wire::Bytes(text),
            } => schema = String::from_utf8_lossy(text).into_owned(),
            _ => {}
        }
    }
    let attributes = attributes(resource.attributes, &mut gather.texts);
    let resource = gather.resource(attributes, resource.dropped_attributes_count, &schema);
    for field in fields(bytes) {
        if let Field {
            tag: 2,
            value: Wire::Bytes(bytes),
        } = field?
        {
            scope_spans(bytes, &resource, gather)?;
        }
    }
    Ok(())
}

fn scope_spans(bytes: &[u8], resource: &Arc<Resource>, gather: &mut Gather) -> Result<(), Rejected> {
    let (mut scope, mut schema) = (InstrumentationScope::default(), String::new());
    for field in fields(bytes) {
        match field? {
            Field {
                tag: 1,
                value: Wire::Bytes(bytes),
            } => scope = decode(bytes, "scope")?,
            Field {
                tag: 3,
                value: Wire::Bytes(text),
            } => schema = String::from_utf8_lossy(text).into_owned(),
            _ => {}
        }
    }
    let pairs = attributes(scope.attributes, &mut gather.texts);
    let scope = gather.scope(&scope.name, &scope.version, pairs, &schema);
    for field in fields(bytes) {
        if let Field {
            tag: 2,
            value: Wire::Bytes(bytes),
        } = field?
        {
            let read: OtlpSpan = decode(bytes, "span")?;
            let id = TraceId::from_bytes(&read.trace_id);
            let span = span(read, resource, &scope, &mut gather.texts);
            gather.span(id, span);
        }
    }
    Ok(())
}

fn span(read: OtlpSpan, resource: &Arc<Resource>, scope: &Arc<Scope>, texts: &mut Interner) -> Span {
    let status = read.status.unwrap_or_default();
    let parent = SpanId::from_bytes(&read.parent_span_id);
    let extra = Extra {
        trace_state: texts.text(&read.trace_state),
        flags: read.flags,
        dropped_attributes: read.dropped_attributes_count,
        dropped_events: read.dropped_events_count,
        dropped_links: read.dropped_links_count,
    };
    Span {
        id: SpanId::from_bytes(&read.span_id),
        parent: (!parent.is_none()).then_some(parent),
        name: texts.text(&read.name),
        kind: Kind::of_number(read.kind.into()),
        status: SpanStatus::of_number(status.code.into()),
        status_message: texts.text(&status.message),
        start_ns: read.start_time_unix_nano,
        end_ns: read.end_time_unix_nano,
        attributes: attributes(read.attributes, texts),
        events: read
            .events
            .into_iter()
            .map(|event| SpanEvent {
                at_ns: event.time_unix_nano,
                name: texts.text(&event.name),
                attributes: attributes(event.attributes, texts),
                dropped_attributes: event.dropped_attributes_count,
            })
            .collect(),
        links: read
            .links
            .into_iter()
            .map(|link| Link {
                trace_id: TraceId::from_bytes(&link.trace_id),
                span_id: SpanId::from_bytes(&link.span_id),
                trace_state: texts.text(&link.trace_state),
                attributes: attributes(link.attributes, texts),
                dropped_attributes: link.dropped_attributes_count,
                flags: link.flags,
            })
            .collect(),
        resource: Arc::clone(resource),
        scope: Arc::clone(scope),
        extra: kept(extra),
    }
}

/// The extra part, where there is anything in it.
pub(super) fn kept(extra: Extra) -> Option<Box<Extra>> {
    let counts = [
        extra.flags,
        extra.dropped_attributes,
        extra.dropped_events,
        extra.dropped_links,
    ];
    let nothing = extra.trace_state.is_empty() && counts == [0; 4];
    (!nothing).then(|| Box::new(extra))
}

fn attributes(pairs: Vec<KeyValue>, texts: &mut Interner) -> Box<[Attribute]> {
    nested(pairs, texts, 0)
}

fn nested(pairs: Vec<KeyValue>, texts: &mut Interner, depth: usize) -> Box<[Attribute]> {
    pairs
        .into_iter()
        .map(|pair| Attribute {
            key: texts.text(&pair.key),
            value: value(pair.value, texts, depth),
        })
        .collect()
}

fn value(value: Option<AnyValue>, texts: &mut Interner, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Empty;
    }
    match value.and_then(|value| value.value) {
        Some(Any::StringValue(text)) => Value::Text(texts.text(&text)),
        Some(Any::BoolValue(flag)) => Value::Bool(flag),
        Some(Any::IntValue(number)) => Value::Int(number),
        Some(Any::DoubleValue(number)) => Value::Double(number),
        Some(Any::BytesValue(bytes)) => Value::Bytes(bytes.into_boxed_slice()),
        Some(Any::ArrayValue(list)) => Value::List(
            list.values
                .into_iter()
                .map(|item| self::value(Some(item), texts, depth + 1))
                .collect(),
        ),
        Some(Any::KvlistValue(map)) => Value::Map(nested(map.values, texts, depth + 1)),
        _ => Value::Empty,
    }
}

fn decode<M: Message + Default>(bytes: &[u8], what: &str) -> Result<M, Rejected> {
    M::decode(bytes).map_err(|error| broken(&format!("cannot read a {what}: {error}")))
}

fn broken(why: &str) -> Rejected {
    Rejected::new(format!("not an OTLP message: {why}"))
}

/// A field of a message as it stands on the wire.
struct Field<'a> {
    tag: u32,
    value: Wire<'a>,
}

enum Wire<'a> {
    Bytes(&'a [u8]),
    Number(u64),
    Other,
}

/// The fields of a message, one after the other, without decoding what is in them.
fn fields(mut rest: &[u8]) -> impl Iterator<Item = Result<Field<'_>, Rejected>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let field = next(&mut rest);
        if field.is_err() {
            rest = &[];
        }
        Some(field)
    })
}

fn next<'a>(rest: &mut &'a [u8]) -> Result<Field<'a>, Rejected> {
    let wrong = |error: prost::DecodeError| broken(&error.to_string());
    let (tag, wire) = decode_key(rest).map_err(wrong)?;
    let value = match wire {
        WireType::LengthDelimited => {
            let length = decode_varint(rest).map_err(wrong)?;
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let bytes = rest.get(..length).ok_or_else(|| broken("it is truncated"))?;
            rest.advance(length);
            Wire::Bytes(bytes)
        }
        WireType::Varint => Wire::Number(decode_varint(rest).map_err(wrong)?),
        other => {
            skip_field(other, tag, rest, DecodeContext::default()).map_err(wrong)?;
            Wire::Other
        }
    };
    Ok(Field { tag, value })
}
