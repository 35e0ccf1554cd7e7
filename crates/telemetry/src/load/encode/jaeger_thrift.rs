//! Jaeger's Thrift over HTTP: the structures of jaegertracing/jaeger-idl, `thrift/jaeger.thrift`, in Thrift's binary
//! protocol. A batch has one process, so each service needs a body of its own.

use thrift::protocol::{
    TBinaryOutputProtocol, TFieldIdentifier, TListIdentifier, TOutputProtocol, TStructIdentifier, TType,
};

use super::jaeger_proto::{JaegerProtoKeyValue, build_process, build_tags, build_text_tag, convert_tag};
use super::{BodyFrame, EncodedChunk};
use crate::model::trace::{SpanId, SpanResource, Trace, TraceId, TraceSpan};

type ThriftResult = thrift::Result<()>;

/// A chunk a service.
pub fn encode_chunks(trace: &Trace) -> Vec<EncodedChunk> {
    let mut groups: Vec<(&SpanResource, Vec<&TraceSpan>)> = Vec::new();
    for span in &trace.spans {
        match groups.iter_mut().find(|(known, _)| *known == &*span.resource) {
            Some((_, spans)) => spans.push(span),
            None => groups.push((&span.resource, vec![span])),
        }
    }
    groups
        .into_iter()
        .filter_map(|(resource, spans)| {
            // Writing into memory does not fail.
            let head = write_to_vec(|out| write_head(out, resource)).ok()?;
            let bytes = write_to_vec(|out| spans.iter().try_for_each(|span| write_span(out, span, trace.id))).ok()?;
            Some(EncodedChunk {
                frame: BodyFrame {
                    count_at: Some(head.len() - 4),
                    head,
                    separator: b"",
                    // The end of the struct.
                    tail: b"\0",
                },
                bytes,
                spans: u32::try_from(spans.len()).ok()?,
            })
        })
        .collect()
}

fn write_to_vec(write: impl FnOnce(&mut ThriftOutput<'_>) -> ThriftResult) -> thrift::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write(&mut TBinaryOutputProtocol::new(&mut bytes, true))?;
    Ok(bytes)
}

type ThriftOutput<'a> = TBinaryOutputProtocol<&'a mut Vec<u8>>;

/// `Batch` up to the first of its spans, whose number comes last.
fn write_head(out: &mut ThriftOutput<'_>, resource: &SpanResource) -> ThriftResult {
    out.write_struct_begin(&TStructIdentifier::new("Batch"))?;
    write_field(out, TType::Struct, 1)?;
    out.write_struct_begin(&TStructIdentifier::new("Process"))?;
    write_field(out, TType::String, 1)?;
    let process = build_process(resource);
    out.write_string(&process.service_name)?;
    write_tags(out, 2, &process.tags)?;
    write_end(out)?;
    write_field(out, TType::List, 2)?;
    out.write_list_begin(&TListIdentifier::new(TType::Struct, 0))
}

fn write_field(out: &mut ThriftOutput<'_>, kind: TType, id: i16) -> ThriftResult {
    out.write_field_begin(&TFieldIdentifier::new("", kind, id))
}

fn write_end(out: &mut ThriftOutput<'_>) -> ThriftResult {
    out.write_field_stop()?;
    out.write_struct_end()
}

fn write_long(out: &mut ThriftOutput<'_>, id: i16, value: i64) -> ThriftResult {
    write_field(out, TType::I64, id)?;
    out.write_i64(value)
}

fn write_int(out: &mut ThriftOutput<'_>, id: i16, value: i32) -> ThriftResult {
    write_field(out, TType::I32, id)?;
    out.write_i32(value)
}

fn write_list(out: &mut ThriftOutput<'_>, id: i16, len: usize) -> ThriftResult {
    write_field(out, TType::List, id)?;
    out.write_list_begin(&TListIdentifier::new(
        TType::Struct,
        i32::try_from(len).unwrap_or(i32::MAX),
    ))
}

/// The lower and the upper half of a trace's id, as fields `id` and the next.
fn write_trace_id(out: &mut ThriftOutput<'_>, id: i16, trace_id: TraceId) -> ThriftResult {
    let number = i128::from_be_bytes(trace_id.0);
    write_long(out, id, number as i64)?;
    write_long(out, id + 1, (number >> 64) as i64)
}

fn write_span_id(out: &mut ThriftOutput<'_>, id: i16, span_id: SpanId) -> ThriftResult {
    write_long(out, id, i64::from_be_bytes(span_id.0))
}

fn write_span(out: &mut ThriftOutput<'_>, span: &TraceSpan, trace_id: TraceId) -> ThriftResult {
    out.write_struct_begin(&TStructIdentifier::new("Span"))?;
    write_trace_id(out, 1, trace_id)?;
    write_span_id(out, 3, span.id)?;
    write_span_id(out, 4, span.parent.unwrap_or_default())?;
    write_field(out, TType::String, 5)?;
    out.write_string(&span.name)?;
    if !span.links.is_empty() {
        write_list(out, 6, span.links.len())?;
        for link in &span.links {
            out.write_struct_begin(&TStructIdentifier::new("SpanRef"))?;
            // FOLLOWS_FROM
            write_int(out, 1, 1)?;
            write_trace_id(out, 2, link.trace_id)?;
            write_span_id(out, 4, link.span_id)?;
            write_end(out)?;
        }
    }
    // Sampled.
    write_int(out, 7, 1)?;
    let micros = |nanos: u64| (nanos / 1_000) as i64;
    write_long(out, 8, micros(span.start_ns))?;
    write_long(out, 9, micros(span.duration_ns()))?;
    write_tags(out, 10, &build_tags(span))?;
    if !span.events.is_empty() {
        write_list(out, 11, span.events.len())?;
        for event in &span.events {
            out.write_struct_begin(&TStructIdentifier::new("Log"))?;
            write_long(out, 1, micros(event.at_ns))?;
            let fields: Vec<JaegerProtoKeyValue> = std::iter::once(build_text_tag("event", &event.name))
                .chain(event.attributes.iter().map(convert_tag))
                .collect();
            write_tags(out, 2, &fields)?;
            write_end(out)?;
        }
    }
    write_end(out)
}

fn write_tags(out: &mut ThriftOutput<'_>, id: i16, tags: &[JaegerProtoKeyValue]) -> ThriftResult {
    write_list(out, id, tags.len())?;
    for tag in tags {
        out.write_struct_begin(&TStructIdentifier::new("Tag"))?;
        write_field(out, TType::String, 1)?;
        out.write_string(&tag.key)?;
        match tag.v_type {
            1 => {
                // BOOL
                write_int(out, 2, 2)?;
                write_field(out, TType::Bool, 5)?;
                out.write_bool(tag.v_bool)?;
            }
            2 => {
                // LONG
                write_int(out, 2, 3)?;
                write_long(out, 6, tag.v_int64)?;
            }
            3 => {
                // DOUBLE
                write_int(out, 2, 1)?;
                write_field(out, TType::Double, 4)?;
                out.write_double(tag.v_float64)?;
            }
            4 => {
                // BINARY
                write_int(out, 2, 4)?;
                write_field(out, TType::String, 7)?;
                out.write_bytes(&tag.v_binary)?;
            }
            _ => {
                // STRING
                write_int(out, 2, 0)?;
                write_field(out, TType::String, 3)?;
                out.write_string(&tag.v_str)?;
            }
        }
        write_end(out)?;
    }
    out.write_list_end()
}
