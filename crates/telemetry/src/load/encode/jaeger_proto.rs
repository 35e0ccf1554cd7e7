//! Jaeger's collector over gRPC: the messages of jaegertracing/jaeger-idl, `proto/api_v2/model.proto` and
//! `collector.proto`, as far as spans need them. Every span carries its own process, so that spans of several services
//! fit one batch.

use prost::Message;

use super::{find_service_name, render_value};
use crate::model::trace::{Attribute, AttributeValue, SpanKind, SpanResource, Trace, TraceId, TraceSpan};

/// `jaeger.api_v2.PostSpansRequest`
#[derive(Clone, PartialEq, Message)]
pub struct PostSpansRequest {
    /// The spans.
    #[prost(message, optional, tag = "1")]
    pub batch: Option<JaegerProtoBatch>,
}

/// `jaeger.api_v2.Batch`
#[derive(Clone, PartialEq, Message)]
pub struct JaegerProtoBatch {
    /// The spans.
    #[prost(message, repeated, tag = "1")]
    pub spans: Vec<JaegerProtoSpan>,
}

/// `jaeger.api_v2.Span`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the names of the schema")]
pub struct JaegerProtoSpan {
    #[prost(bytes = "vec", tag = "1")]
    pub trace_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub span_id: Vec<u8>,
    #[prost(string, tag = "3")]
    pub operation_name: String,
    #[prost(message, repeated, tag = "4")]
    pub references: Vec<JaegerProtoSpanRef>,
    #[prost(uint32, tag = "5")]
    pub flags: u32,
    #[prost(message, optional, tag = "6")]
    pub start_time: Option<JaegerProtoMoment>,
    #[prost(message, optional, tag = "7")]
    pub duration: Option<JaegerProtoMoment>,
    #[prost(message, repeated, tag = "8")]
    pub tags: Vec<JaegerProtoKeyValue>,
    #[prost(message, repeated, tag = "9")]
    pub logs: Vec<JaegerProtoLog>,
    #[prost(message, optional, tag = "10")]
    pub process: Option<JaegerProtoProcess>,
}

/// `jaeger.api_v2.SpanRef`; type 0 is CHILD_OF, 1 FOLLOWS_FROM.
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the names of the schema")]
pub struct JaegerProtoSpanRef {
    #[prost(bytes = "vec", tag = "1")]
    pub trace_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub span_id: Vec<u8>,
    #[prost(int32, tag = "3")]
    pub ref_type: i32,
}

/// `google.protobuf.Timestamp` and `google.protobuf.Duration`, which look the same.
#[derive(Clone, PartialEq, Eq, Message)]
#[allow(missing_docs, reason = "the names of the schema")]
pub struct JaegerProtoMoment {
    #[prost(int64, tag = "1")]
    pub seconds: i64,
    #[prost(int32, tag = "2")]
    pub nanos: i32,
}

/// `jaeger.api_v2.KeyValue`; type 0 is a text, 1 a flag, 2 an integer, 3 a number, 4 bytes.
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the names of the schema")]
pub struct JaegerProtoKeyValue {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(int32, tag = "2")]
    pub v_type: i32,
    #[prost(string, tag = "3")]
    pub v_str: String,
    #[prost(bool, tag = "4")]
    pub v_bool: bool,
    #[prost(int64, tag = "5")]
    pub v_int64: i64,
    #[prost(double, tag = "6")]
    pub v_float64: f64,
    #[prost(bytes = "vec", tag = "7")]
    pub v_binary: Vec<u8>,
}

/// `jaeger.api_v2.Log`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the names of the schema")]
pub struct JaegerProtoLog {
    #[prost(message, optional, tag = "1")]
    pub timestamp: Option<JaegerProtoMoment>,
    #[prost(message, repeated, tag = "2")]
    pub fields: Vec<JaegerProtoKeyValue>,
}

/// `jaeger.api_v2.Process`
#[derive(Clone, PartialEq, Message)]
#[allow(missing_docs, reason = "the names of the schema")]
pub struct JaegerProtoProcess {
    #[prost(string, tag = "1")]
    pub service_name: String,
    #[prost(message, repeated, tag = "2")]
    pub tags: Vec<JaegerProtoKeyValue>,
}

/// The call that hands these spans over.
pub fn build_request(trace: &Trace) -> PostSpansRequest {
    PostSpansRequest {
        batch: Some(JaegerProtoBatch {
            spans: trace.spans.iter().map(|span| convert_span(span, trace.id)).collect(),
        }),
    }
}

fn split_nanos(nanos: u64) -> Option<JaegerProtoMoment> {
    Some(JaegerProtoMoment {
        seconds: (nanos / 1_000_000_000) as i64,
        nanos: (nanos % 1_000_000_000) as i32,
    })
}

fn convert_span(span: &TraceSpan, trace_id: TraceId) -> JaegerProtoSpan {
    let reference = |trace_id: &[u8], span_id: &[u8], ref_type| JaegerProtoSpanRef {
        trace_id: trace_id.to_vec(),
        span_id: span_id.to_vec(),
        ref_type,
    };
    let mut references = Vec::new();
    if let Some(parent) = span.parent {
        references.push(reference(&trace_id.0, &parent.0, 0));
    }
    references.extend(
        span.links
            .iter()
            .map(|link| reference(&link.trace_id.0, &link.span_id.0, 1)),
    );
    let logs = span
        .events
        .iter()
        .map(|event| JaegerProtoLog {
            timestamp: split_nanos(event.at_ns),
            fields: std::iter::once(build_text_tag("event", &event.name))
                .chain(event.attributes.iter().map(convert_tag))
                .collect(),
        })
        .collect();
    JaegerProtoSpan {
        trace_id: trace_id.0.to_vec(),
        span_id: span.id.0.to_vec(),
        operation_name: span.name.to_string(),
        references,
        // 1 is sampled.
        flags: 1,
        start_time: split_nanos(span.start_ns),
        duration: split_nanos(span.duration_ns()),
        tags: build_tags(span),
        logs,
        process: Some(build_process(&span.resource)),
    }
}

/// Who sent spans.
pub(super) fn build_process(resource: &SpanResource) -> JaegerProtoProcess {
    JaegerProtoProcess {
        service_name: find_service_name(resource).to_owned(),
        tags: resource
            .attributes
            .iter()
            .filter(|pair| &*pair.key != "service.name")
            .map(convert_tag)
            .collect(),
    }
}

/// A span's attributes, and what Jaeger has no field for (OpenTelemetry specification, «Jaeger»).
pub(super) fn build_tags(span: &TraceSpan) -> Vec<JaegerProtoKeyValue> {
    let mut tags: Vec<JaegerProtoKeyValue> = span.attributes.iter().map(convert_tag).collect();
    if span.kind != SpanKind::Unspecified {
        tags.push(build_text_tag("span.kind", span.kind.name()));
    }
    if let Some(state) = span.trace_state() {
        tags.push(build_text_tag("w3c.tracestate", state));
    }
    if span.is_error() {
        tags.push(JaegerProtoKeyValue {
            key: "error".to_owned(),
            v_type: 1,
            v_bool: true,
            ..JaegerProtoKeyValue::default()
        });
        tags.push(build_text_tag("otel.status_code", "ERROR"));
        if !span.status_message.is_empty() {
            tags.push(build_text_tag("otel.status_description", &span.status_message));
        }
    }
    tags
}

pub(super) fn build_text_tag(key: &str, value: &str) -> JaegerProtoKeyValue {
    JaegerProtoKeyValue {
        key: key.to_owned(),
        v_str: value.to_owned(),
        ..JaegerProtoKeyValue::default()
    }
}

pub(super) fn convert_tag(pair: &Attribute) -> JaegerProtoKeyValue {
    let mut tag = JaegerProtoKeyValue {
        key: pair.key.to_string(),
        ..JaegerProtoKeyValue::default()
    };
    match &pair.value {
        AttributeValue::Bool(flag) => (tag.v_type, tag.v_bool) = (1, *flag),
        AttributeValue::Int(number) => (tag.v_type, tag.v_int64) = (2, *number),
        AttributeValue::Double(number) => (tag.v_type, tag.v_float64) = (3, *number),
        AttributeValue::Bytes(bytes) => (tag.v_type, tag.v_binary) = (4, bytes.to_vec()),
        value => tag.v_str = render_value(value),
    }
    tag
}
