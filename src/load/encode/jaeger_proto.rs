//! Jaeger's collector over gRPC: the messages of jaegertracing/jaeger-idl, `proto/api_v2/model.proto` and
//! `collector.proto`, as far as spans need them. Every span carries its own process, so that spans of several services
//! fit one batch.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue as Pair};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span as OtlpSpan;
use prost::Message;

use super::{find_service_name, render_kind, render_value};
use crate::load::message::iterate_spans;

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
pub fn build_request(request: &ExportTraceServiceRequest) -> PostSpansRequest {
    PostSpansRequest {
        batch: Some(JaegerProtoBatch {
            spans: iterate_spans(request)
                .map(|(resource, span)| convert_span(resource, span))
                .collect(),
        }),
    }
}

fn split_nanos(nanos: u64) -> Option<JaegerProtoMoment> {
    Some(JaegerProtoMoment {
        seconds: (nanos / 1_000_000_000) as i64,
        nanos: (nanos % 1_000_000_000) as i32,
    })
}

fn convert_span(resource: &Resource, span: &OtlpSpan) -> JaegerProtoSpan {
    let reference = |trace_id: &[u8], span_id: &[u8], ref_type| JaegerProtoSpanRef {
        trace_id: trace_id.to_vec(),
        span_id: span_id.to_vec(),
        ref_type,
    };
    let mut references = Vec::new();
    if !span.parent_span_id.is_empty() {
        references.push(reference(&span.trace_id, &span.parent_span_id, 0));
    }
    references.extend(
        span.links
            .iter()
            .map(|link| reference(&link.trace_id, &link.span_id, 1)),
    );
    let logs = span
        .events
        .iter()
        .map(|event| JaegerProtoLog {
            timestamp: split_nanos(event.time_unix_nano),
            fields: std::iter::once(build_text_tag("event", &event.name))
                .chain(event.attributes.iter().map(convert_tag))
                .collect(),
        })
        .collect();
    JaegerProtoSpan {
        trace_id: span.trace_id.clone(),
        span_id: span.span_id.clone(),
        operation_name: span.name.clone(),
        references,
        // 1 is sampled.
        flags: 1,
        start_time: split_nanos(span.start_time_unix_nano),
        duration: split_nanos(span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano)),
        tags: build_tags(span),
        logs,
        process: Some(JaegerProtoProcess {
            service_name: find_service_name(resource).to_owned(),
            tags: resource
                .attributes
                .iter()
                .filter(|pair| pair.key != "service.name")
                .map(convert_tag)
                .collect(),
        }),
    }
}

/// A span's attributes, and what Jaeger has no field for (OpenTelemetry specification, «Jaeger»).
pub(super) fn build_tags(span: &OtlpSpan) -> Vec<JaegerProtoKeyValue> {
    let mut tags: Vec<JaegerProtoKeyValue> = span.attributes.iter().map(convert_tag).collect();
    if let Some(kind) = render_kind(span.kind) {
        tags.push(build_text_tag("span.kind", kind));
    } else if span.kind == 1 {
        tags.push(build_text_tag("span.kind", "internal"));
    }
    if !span.trace_state.is_empty() {
        tags.push(build_text_tag("w3c.tracestate", &span.trace_state));
    }
    if let Some(status) = span.status.as_ref().filter(|status| status.code == 2) {
        tags.push(JaegerProtoKeyValue {
            key: "error".to_owned(),
            v_type: 1,
            v_bool: true,
            ..JaegerProtoKeyValue::default()
        });
        tags.push(build_text_tag("otel.status_code", "ERROR"));
        if !status.message.is_empty() {
            tags.push(build_text_tag("otel.status_description", &status.message));
        }
    }
    tags
}

fn build_text_tag(key: &str, value: &str) -> JaegerProtoKeyValue {
    JaegerProtoKeyValue {
        key: key.to_owned(),
        v_str: value.to_owned(),
        ..JaegerProtoKeyValue::default()
    }
}

pub(super) fn convert_tag(pair: &Pair) -> JaegerProtoKeyValue {
    let value: Option<&AnyValue> = pair.value.as_ref();
    let mut tag = JaegerProtoKeyValue {
        key: pair.key.clone(),
        ..JaegerProtoKeyValue::default()
    };
    match value.and_then(|value| value.value.as_ref()) {
        Some(Any::BoolValue(flag)) => (tag.v_type, tag.v_bool) = (1, *flag),
        Some(Any::IntValue(number)) => (tag.v_type, tag.v_int64) = (2, *number),
        Some(Any::DoubleValue(number)) => (tag.v_type, tag.v_float64) = (3, *number),
        Some(Any::BytesValue(bytes)) => {
            tag.v_type = 4;
            tag.v_binary.clone_from(bytes);
        }
        _ => tag.v_str = render_value(value),
    }
    tag
}
