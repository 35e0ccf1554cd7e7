//! Traces in every encoding that receivers take. What several traces share stands in the frame of a body, so that bodies
//! can be put together from traces that were encoded one by one.

pub mod jaeger_proto;
pub mod jaeger_thrift;
pub mod otlp_json;
pub mod otlp_proto;
pub mod zipkin;

use prost::Message;

use crate::model::send_report::TraceProtocol;
use crate::model::trace::{Attribute, AttributeValue, SpanResource, Trace, find_attribute};

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

/// The number of a frame among those that are known; a new one is added.
pub fn number_frame(frames: &mut Vec<BodyFrame>, frame: BodyFrame) -> usize {
    frames.iter().position(|known| *known == frame).unwrap_or_else(|| {
        frames.push(frame);
        frames.len() - 1
    })
}

/// Encodes a trace.
pub fn encode_trace(wire: TraceProtocol, trace: &Trace) -> Vec<EncodedChunk> {
    let all = |frame: BodyFrame, bytes: Vec<u8>| {
        vec![EncodedChunk {
            frame,
            bytes,
            spans: u32::try_from(trace.spans.len()).unwrap_or(u32::MAX),
        }]
    };
    match wire {
        // Protobuf: a list is the concatenation of its parts, and so is a message with nothing but lists.
        TraceProtocol::Grpc | TraceProtocol::HttpProtobuf => {
            all(BodyFrame::default(), otlp_proto::build_request(trace).encode_to_vec())
        }
        TraceProtocol::JaegerGrpc => all(BodyFrame::default(), jaeger_proto::build_request(trace).encode_to_vec()),
        TraceProtocol::HttpJson => all(
            otlp_json::build_frame(),
            otlp_json::write_items(trace, ",").into_bytes(),
        ),
        TraceProtocol::Zipkin => all(zipkin::build_frame(), zipkin::encode_items(trace)),
        TraceProtocol::JaegerThrift => jaeger_thrift::encode_chunks(trace),
    }
}

/// The whole body of one trace, or bodies.
pub fn encode_bodies(wire: TraceProtocol, trace: &Trace) -> Vec<Vec<u8>> {
    encode_trace(wire, trace)
        .into_iter()
        .map(|chunk| {
            let mut body = chunk.frame.head.clone();
            if let Some(at) = chunk.frame.count_at {
                body[at..at + 4].copy_from_slice(&chunk.spans.to_be_bytes());
            }
            body.extend(chunk.bytes);
            body.extend(chunk.frame.tail);
            body
        })
        .collect()
}

/// `service.name` of a resource; what has none is called so by the specification.
fn find_service_name(resource: &SpanResource) -> &str {
    find_text(&resource.attributes, "service.name").unwrap_or("unknown_service")
}

/// A text attribute.
fn find_text<'a>(attributes: &'a [Attribute], key: &str) -> Option<&'a str> {
    find_attribute(attributes, key).and_then(AttributeValue::as_text)
}

/// A value as a text: bytes, lists and maps as JSON.
fn render_value(value: &AttributeValue) -> String {
    match value {
        AttributeValue::Empty => String::new(),
        AttributeValue::Bytes(_) | AttributeValue::List(_) | AttributeValue::Map(_) => {
            serde_json::to_string(value).unwrap_or_default()
        }
        plain => plain.to_string(),
    }
}
