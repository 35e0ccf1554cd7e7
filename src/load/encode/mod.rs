//! OTLP messages in every encoding that receivers take. What several traces share stands in the frame of a body, so that
//! bodies can be put together from traces that were encoded one by one.

pub mod jaeger_proto;
pub mod jaeger_thrift;
pub mod otlp_json;
pub mod zipkin;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use crate::model::send_report::TraceProtocol;

use super::message::iterate_spans;

/// What stands round the traces of a body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BodyFrame {
    /// Before the first.
    pub head: Vec<u8>,
    /// Between two.
    pub separator: &'static [u8],
    /// After the last.
    pub tail: &'static [u8],
    /// Where in the head the number of spans stands, as 32 bits in network order.
    pub count_at: Option<usize>,
}

/// One trace, or what one of its services adds to it where each needs a body of its own.
#[derive(Debug, Clone)]
pub struct EncodedChunk {
    /// The body it belongs into.
    pub frame: BodyFrame,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its spans.
    pub spans: u32,
}

/// Encodes a trace.
pub fn encode_trace(wire: TraceProtocol, request: &ExportTraceServiceRequest) -> Vec<EncodedChunk> {
    let all = |frame: BodyFrame, bytes: Vec<u8>| {
        vec![EncodedChunk {
            frame,
            bytes,
            spans: u32::try_from(iterate_spans(request).count()).unwrap_or(u32::MAX),
        }]
    };
    match wire {
        // Protobuf: a list is the concatenation of its parts, and so is a message with nothing but lists.
        TraceProtocol::Grpc | TraceProtocol::HttpProtobuf => all(BodyFrame::default(), request.encode_to_vec()),
        TraceProtocol::JaegerGrpc => all(
            BodyFrame::default(),
            jaeger_proto::build_request(request).encode_to_vec(),
        ),
        TraceProtocol::HttpJson => all(otlp_json::build_frame(), otlp_json::encode_items(request)),
        TraceProtocol::Zipkin => all(zipkin::build_frame(), zipkin::encode_items(request)),
        TraceProtocol::JaegerThrift => jaeger_thrift::encode_chunks(request),
    }
}

/// The whole body of one trace, or bodies.
pub fn encode_bodies(wire: TraceProtocol, request: &ExportTraceServiceRequest) -> Vec<(Vec<u8>, u32)> {
    encode_trace(wire, request)
        .into_iter()
        .map(|chunk| {
            let mut body = chunk.frame.head.clone();
            if let Some(at) = chunk.frame.count_at {
                body[at..at + 4].copy_from_slice(&chunk.spans.to_be_bytes());
            }
            body.extend(chunk.bytes);
            body.extend(chunk.frame.tail);
            (body, chunk.spans)
        })
        .collect()
}

/// `service.name` of a resource; what has none is called so by the specification.
fn find_service_name(resource: &Resource) -> &str {
    find_text(&resource.attributes, "service.name").unwrap_or("unknown_service")
}

/// A text attribute.
fn find_text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|pair| pair.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Any::StringValue(text) => Some(text),
        _ => None,
    }
}

/// The name of a kind in the older formats; internal spans have none.
fn render_kind(kind: i32) -> Option<&'static str> {
    match kind {
        2 => Some("server"),
        3 => Some("client"),
        4 => Some("producer"),
        5 => Some("consumer"),
        _ => None,
    }
}

/// A value as a text: lists and maps as JSON.
fn render_value(value: Option<&AnyValue>) -> String {
    match value.and_then(|value| value.value.as_ref()) {
        Some(Any::StringValue(text)) => text.clone(),
        Some(Any::BoolValue(flag)) => flag.to_string(),
        Some(Any::IntValue(number)) => number.to_string(),
        Some(Any::DoubleValue(number)) => number.to_string(),
        None => String::new(),
        Some(other) => otlp_json::to_plain_json(other).to_string(),
    }
}
