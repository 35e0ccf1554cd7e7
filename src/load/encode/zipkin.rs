//! Zipkin v2 JSON (openzipkin/zipkin-api: zipkin2-api.yaml), as OpenTelemetry maps itself to it (OpenTelemetry
//! specification, «Zipkin»): what Zipkin has no place for becomes tags. Links go as the collector's translator reads them
//! (opentelemetry-collector-contrib: pkg/translator/zipkin/zipkinv2).

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::Event;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{BodyFrame, find_service_name, find_text, otlp_json, render_kind, render_value};
use crate::load::message::iterate_spans;
use crate::load::rng::encode_hex;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ZipkinSpan<'a> {
    trace_id: String,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<String>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// Microseconds since 1970.
    timestamp: u64,
    /// Microseconds.
    duration: u64,
    local_endpoint: ZipkinEndpoint<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_endpoint: Option<ZipkinEndpoint<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<ZipkinAnnotation>,
    tags: Map<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ZipkinEndpoint<'a> {
    service_name: &'a str,
}

#[derive(Serialize)]
struct ZipkinAnnotation {
    /// Microseconds since 1970.
    timestamp: u64,
    value: String,
}

/// The frame of a body.
pub fn build_frame() -> BodyFrame {
    BodyFrame {
        head: b"[".to_vec(),
        separator: b",",
        tail: b"]",
        count_at: None,
    }
}

/// The spans, as they stand in a body.
pub fn encode_items(request: &ExportTraceServiceRequest) -> Vec<u8> {
    let spans: Vec<String> = iterate_spans(request)
        .filter_map(|(resource, span)| serde_json::to_string(&convert_span(resource, span)).ok())
        .collect();
    spans.join(",").into_bytes()
}

fn convert_span<'a>(resource: &'a Resource, span: &'a Span) -> ZipkinSpan<'a> {
    let micros = |nanos: u64| nanos / 1_000;
    let long = span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano);
    ZipkinSpan {
        trace_id: encode_hex(&span.trace_id),
        id: encode_hex(&span.span_id),
        parent_id: (!span.parent_span_id.is_empty()).then(|| encode_hex(&span.parent_span_id)),
        name: &span.name,
        kind: render_kind(span.kind).map(str::to_uppercase),
        timestamp: micros(span.start_time_unix_nano),
        duration: micros(long).max(1),
        local_endpoint: ZipkinEndpoint {
            service_name: find_service_name(resource),
        },
        remote_endpoint: find_text(&span.attributes, "peer.service")
            .map(|service_name| ZipkinEndpoint { service_name }),
        annotations: span
            .events
            .iter()
            .map(|event| ZipkinAnnotation {
                timestamp: micros(event.time_unix_nano),
                value: render_annotation(event),
            })
            .collect(),
        tags: build_tags(resource, span),
    }
}

/// An event's name; with attributes, `"name":{"key":value}`.
fn render_annotation(event: &Event) -> String {
    if event.attributes.is_empty() {
        return event.name.clone();
    }
    let attributes: Map<String, Value> = event
        .attributes
        .iter()
        .map(|pair| {
            let value = pair.value.as_ref().and_then(|value| value.value.as_ref());
            (pair.key.clone(), value.map_or(Value::Null, otlp_json::to_plain_json))
        })
        .collect();
    format!("{}:{}", Value::from(event.name.as_str()), Value::Object(attributes))
}

fn build_tags(resource: &Resource, span: &Span) -> Map<String, Value> {
    let mut tags: Map<String, Value> = resource
        .attributes
        .iter()
        .filter(|pair| pair.key != "service.name")
        .chain(&span.attributes)
        .map(|pair| (pair.key.clone(), render_value(pair.value.as_ref()).into()))
        .collect();
    if span.kind == 1 {
        // Zipkin has no such kind; the collector's translator reads it off this tag.
        tags.insert("span.kind".to_owned(), "internal".into());
    }
    if !span.trace_state.is_empty() {
        tags.insert("w3c.tracestate".to_owned(), span.trace_state.as_str().into());
    }
    if let Some(status) = span.status.as_ref().filter(|status| status.code == 2) {
        tags.insert("otel.status_code".to_owned(), "ERROR".into());
        tags.insert("error".to_owned(), status.message.as_str().into());
    }
    for (number, link) in span.links.iter().enumerate() {
        let text = format!(
            "{}|{}|{}|{{}}|0",
            encode_hex(&link.trace_id),
            encode_hex(&link.span_id),
            link.trace_state
        );
        tags.insert(format!("otlp.link.{number}"), text.into());
    }
    tags
}
