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
    Attribute, Extra, Kind, Link, Resource, Scope, Span, SpanEvent, SpanId, SpanStatus, TraceId, Value,
};
use crate::parse::rejected::Rejected;

use super::Form;
use super::gather::{Gather, Interner};
use super::jaeger;
use super::protobuf::kept;
use super::wire::{AnyValue, Document, JsonSpan, Pair, ResourceSpans, Scalar};

/// Reads one document, or one after the other.
pub(super) fn read(text: &[u8], gather: &mut Gather) -> Result<Form, Rejected> {
    let text = match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(text),
    };
    let mut form = None;
    let documents = serde_json::Deserializer::from_str(&text).into_iter::<Document>();
    for document in documents {
        let document = document.map_err(|error| unreadable(&error))?;
        let found = one(document, gather)?;
        form.get_or_insert(found);
    }
    form.ok_or_else(|| Rejected::new("it is empty"))
}

fn unreadable(error: &serde_json::Error) -> Rejected {
    if error.is_eof() {
        return Rejected::new(format!("it is truncated at line {}", error.line()));
    }
    if error.is_data() {
        return Rejected::new(format!("JSON, but not a trace: {error}"));
    }
    Rejected::new(format!("not JSON: {error}"))
}

fn one(document: Document<'_>, gather: &mut Gather) -> Result<Form, Rejected> {
    let (batches, form) = match document {
        Document { data: Some(data), .. } => {
            jaeger::read(data, gather)?;
            return Ok(Form::Jaeger);
        }
        Document { trace: Some(inner), .. } => (inner.resource_spans, Form::TempoV2),
        Document {
            resource_spans: Some(batches),
            ..
        } => (batches, Form::OtlpJson),
        Document {
            batches: Some(batches), ..
        } => (batches, Form::TempoV1),
        _ => {
            return Err(Rejected::new(
                "JSON, but not a trace: it has no resourceSpans, batches, trace or data",
            ));
        }
    };
    if document
        .status
        .is_some_and(|status| matches!(status.text(), "PARTIAL" | "1"))
    {
        gather.partial(document.message.as_deref().unwrap_or_default());
    }
    for batch in batches {
        resource_spans(batch, gather)?;
    }
    Ok(form)
}

fn resource_spans(batch: ResourceSpans<'_>, gather: &mut Gather) -> Result<(), Rejected> {
    let attributes = attributes(batch.resource.attributes, &mut gather.texts);
    let dropped = batch.resource.dropped_attributes_count.u32();
    let resource = gather.resource(attributes, dropped, &batch.schema_url);
    for scope_spans in batch.scope_spans {
        let owner = scope_spans.scope;
        let pairs = self::attributes(owner.attributes, &mut gather.texts);
        let scope = gather.scope(&owner.name, &owner.version, pairs, &scope_spans.schema_url);
        for raw in scope_spans.spans {
            let read: JsonSpan = serde_json::from_str(raw.get())
                .map_err(|error| Rejected::new(format!("JSON, but not a trace: cannot read a span: {error}")))?;
            let trace_id = TraceId::from_bytes(&bytes_of_id(&read.trace_id, 16));
            let span = span(read, &resource, &scope, &mut gather.texts);
            gather.span(trace_id, span);
        }
    }
    Ok(())
}

fn span(read: JsonSpan<'_>, resource: &Arc<Resource>, scope: &Arc<Scope>, texts: &mut Interner) -> Span {
    let parent = SpanId::from_bytes(&bytes_of_id(&read.parent_span_id, 8));
    let status = read.status.unwrap_or_default();
    let extra = Extra {
        trace_state: texts.text(&read.trace_state),
        flags: read.flags.u32(),
        dropped_attributes: read.dropped_attributes_count.u32(),
        dropped_events: read.dropped_events_count.u32(),
        dropped_links: read.dropped_links_count.u32(),
    };
    Span {
        id: SpanId::from_bytes(&bytes_of_id(&read.span_id, 8)),
        parent: (!parent.is_none()).then_some(parent),
        name: texts.text(&read.name),
        kind: kind(&read.kind),
        status: match status.code.text().trim_start_matches("STATUS_CODE_") {
            "OK" => SpanStatus::Ok,
            "ERROR" => SpanStatus::Error,
            _ => SpanStatus::of_number(status.code.i64()),
        },
        status_message: texts.text(&status.message),
        start_ns: read.start_time_unix_nano.u64(),
        end_ns: read.end_time_unix_nano.u64(),
        attributes: attributes(read.attributes, texts),
        events: read
            .events
            .into_iter()
            .map(|event| SpanEvent {
                at_ns: event.time_unix_nano.u64(),
                name: texts.text(&event.name),
                attributes: attributes(event.attributes, texts),
                dropped_attributes: event.dropped_attributes_count.u32(),
            })
            .collect(),
        links: read
            .links
            .into_iter()
            .map(|link| Link {
                trace_id: TraceId::from_bytes(&bytes_of_id(&link.trace_id, 16)),
                span_id: SpanId::from_bytes(&bytes_of_id(&link.span_id, 8)),
                trace_state: texts.text(&link.trace_state),
                attributes: attributes(link.attributes, texts),
                dropped_attributes: link.dropped_attributes_count.u32(),
                flags: link.flags.u32(),
            })
            .collect(),
        resource: Arc::clone(resource),
        scope: Arc::clone(scope),
        extra: kept(extra),
    }
}

fn kind(scalar: &Scalar<'_>) -> Kind {
    let name = scalar.text().trim_start_matches("SPAN_KIND_");
    Kind::ALL
        .into_iter()
        .find(|kind| kind.name().eq_ignore_ascii_case(name))
        .unwrap_or_else(|| Kind::of_number(scalar.i64()))
}

/// Hex of the full length is hex, as OTLP writes it; anything else is base64, as Tempo writes it. No text is both: base64
/// of 8 or 16 bytes has 12 or 24 characters.
fn bytes_of_id(text: &str, length: usize) -> Vec<u8> {
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

fn attributes(pairs: Vec<Pair<'_>>, texts: &mut Interner) -> Box<[Attribute]> {
    pairs
        .into_iter()
        .map(|pair| Attribute {
            key: texts.text(&pair.key),
            value: value(pair.value, texts),
        })
        .collect()
}

/// As deep as serde_json reads, which is 128 levels.
fn value(value: Option<AnyValue<'_>>, texts: &mut Interner) -> Value {
    match value.unwrap_or_default() {
        AnyValue {
            string_value: Some(text),
            ..
        } => Value::Text(texts.text(&text.0)),
        AnyValue {
            bool_value: Some(flag), ..
        } => Value::Bool(flag),
        AnyValue {
            int_value: Some(number),
            ..
        } => Value::Int(number.i64()),
        AnyValue {
            double_value: Some(number),
            ..
        } => Value::Double(number.f64()),
        AnyValue {
            bytes_value: Some(text),
            ..
        } => Value::Bytes(BASE64.decode(&*text).unwrap_or_default().into()),
        AnyValue {
            array_value: Some(list),
            ..
        } => Value::List(
            list.values
                .into_iter()
                .map(|item| self::value(Some(item), texts))
                .collect(),
        ),
        AnyValue {
            kvlist_value: Some(map),
            ..
        } => Value::Map(attributes(map.values, texts)),
        _ => Value::Empty,
    }
}
