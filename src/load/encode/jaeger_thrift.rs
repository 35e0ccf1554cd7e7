//! Jaeger's Thrift over HTTP: the structures of jaegertracing/jaeger-idl, `thrift/jaeger.thrift`, in Thrift's binary
//! protocol. A batch has one process, so each service needs a body of its own.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue as Pair;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use thrift::protocol::{
    TBinaryOutputProtocol, TFieldIdentifier, TListIdentifier, TOutputProtocol, TStructIdentifier, TType,
};

use super::jaeger_proto::{KeyValue, tag, tags_of};
use super::{Chunk, Frame, service_name};
use crate::load::message::spans_of;

type Written = thrift::Result<()>;

/// A chunk a service.
pub fn chunks(request: &ExportTraceServiceRequest) -> Vec<Chunk> {
    let mut groups: Vec<(&Resource, Vec<&Span>)> = Vec::new();
    for (resource, span) in spans_of(request) {
        match groups.iter_mut().find(|(known, _)| *known == resource) {
            Some((_, spans)) => spans.push(span),
            None => groups.push((resource, vec![span])),
        }
    }
    groups
        .into_iter()
        .filter_map(|(resource, spans)| {
            // Writing into memory does not fail.
            let head = written(|out| head(out, resource)).ok()?;
            let bytes = written(|out| spans.iter().try_for_each(|span| write_span(out, span))).ok()?;
            Some(Chunk {
                frame: Frame {
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

fn written(write: impl FnOnce(&mut Out<'_>) -> Written) -> thrift::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write(&mut TBinaryOutputProtocol::new(&mut bytes, true))?;
    Ok(bytes)
}

type Out<'a> = TBinaryOutputProtocol<&'a mut Vec<u8>>;

/// `Batch` up to the first of its spans, whose number comes last.
fn head(out: &mut Out<'_>, resource: &Resource) -> Written {
    out.write_struct_begin(&TStructIdentifier::new("Batch"))?;
    field(out, TType::Struct, 1)?;
    out.write_struct_begin(&TStructIdentifier::new("Process"))?;
    field(out, TType::String, 1)?;
    out.write_string(service_name(resource))?;
    let tags: Vec<KeyValue> = resource
        .attributes
        .iter()
        .filter(|pair| pair.key != "service.name")
        .map(tag)
        .collect();
    write_tags(out, 2, &tags)?;
    end(out)?;
    field(out, TType::List, 2)?;
    out.write_list_begin(&TListIdentifier::new(TType::Struct, 0))
}

fn field(out: &mut Out<'_>, kind: TType, id: i16) -> Written {
    out.write_field_begin(&TFieldIdentifier::new("", kind, id))
}

fn end(out: &mut Out<'_>) -> Written {
    out.write_field_stop()?;
    out.write_struct_end()
}

fn long(out: &mut Out<'_>, id: i16, value: i64) -> Written {
    field(out, TType::I64, id)?;
    out.write_i64(value)
}

fn int(out: &mut Out<'_>, id: i16, value: i32) -> Written {
    field(out, TType::I32, id)?;
    out.write_i32(value)
}

fn list(out: &mut Out<'_>, id: i16, len: usize) -> Written {
    field(out, TType::List, id)?;
    out.write_list_begin(&TListIdentifier::new(
        TType::Struct,
        i32::try_from(len).unwrap_or(i32::MAX),
    ))
}

/// Eight bytes of an id as a number; shorter ids are taken as their low end.
fn id(bytes: &[u8]) -> i64 {
    let mut all = [0; 8];
    let len = bytes.len().min(8);
    all[8 - len..].copy_from_slice(&bytes[bytes.len() - len..]);
    i64::from_be_bytes(all)
}

fn high(trace_id: &[u8]) -> i64 {
    id(&trace_id[..trace_id.len().saturating_sub(8)])
}

fn write_span(out: &mut Out<'_>, span: &Span) -> Written {
    out.write_struct_begin(&TStructIdentifier::new("Span"))?;
    long(out, 1, id(&span.trace_id))?;
    long(out, 2, high(&span.trace_id))?;
    long(out, 3, id(&span.span_id))?;
    long(out, 4, id(&span.parent_span_id))?;
    field(out, TType::String, 5)?;
    out.write_string(&span.name)?;
    if !span.links.is_empty() {
        list(out, 6, span.links.len())?;
        for link in &span.links {
            out.write_struct_begin(&TStructIdentifier::new("SpanRef"))?;
            // FOLLOWS_FROM
            int(out, 1, 1)?;
            long(out, 2, id(&link.trace_id))?;
            long(out, 3, high(&link.trace_id))?;
            long(out, 4, id(&link.span_id))?;
            end(out)?;
        }
    }
    // Sampled.
    int(out, 7, 1)?;
    let micros = |nanos: u64| (nanos / 1_000) as i64;
    long(out, 8, micros(span.start_time_unix_nano))?;
    let lasts = span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano);
    long(out, 9, micros(lasts))?;
    write_tags(out, 10, &tags_of(span))?;
    if !span.events.is_empty() {
        list(out, 11, span.events.len())?;
        for event in &span.events {
            out.write_struct_begin(&TStructIdentifier::new("Log"))?;
            long(out, 1, micros(event.time_unix_nano))?;
            let name = KeyValue {
                key: "event".to_owned(),
                v_str: event.name.clone(),
                ..KeyValue::default()
            };
            let fields: Vec<KeyValue> = std::iter::once(name)
                .chain(event.attributes.iter().map(as_tag))
                .collect();
            write_tags(out, 2, &fields)?;
            end(out)?;
        }
    }
    end(out)
}

fn as_tag(pair: &Pair) -> KeyValue {
    tag(pair)
}

fn write_tags(out: &mut Out<'_>, id: i16, tags: &[KeyValue]) -> Written {
    list(out, id, tags.len())?;
    for tag in tags {
        out.write_struct_begin(&TStructIdentifier::new("Tag"))?;
        field(out, TType::String, 1)?;
        out.write_string(&tag.key)?;
        match tag.v_type {
            1 => {
                // BOOL
                int(out, 2, 2)?;
                field(out, TType::Bool, 5)?;
                out.write_bool(tag.v_bool)?;
            }
            2 => {
                // LONG
                int(out, 2, 3)?;
                long(out, 6, tag.v_int64)?;
            }
            3 => {
                // DOUBLE
                int(out, 2, 1)?;
                field(out, TType::Double, 4)?;
                out.write_double(tag.v_float64)?;
            }
            4 => {
                // BINARY
                int(out, 2, 4)?;
                field(out, TType::String, 7)?;
                out.write_bytes(&tag.v_binary)?;
            }
            _ => {
                // STRING
                int(out, 2, 0)?;
                field(out, TType::String, 3)?;
                out.write_string(&tag.v_str)?;
            }
        }
        end(out)?;
    }
    out.write_list_end()
}
