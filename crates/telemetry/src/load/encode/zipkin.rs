//! Zipkin v2 JSON (openzipkin/zipkin-api: zipkin2-api.yaml), as OpenTelemetry maps itself to it (OpenTelemetry
//! specification, «Zipkin»): what Zipkin has no place for becomes tags. Links go as the collector's translator reads them
//! (opentelemetry-collector-contrib: pkg/translator/zipkin/zipkinv2).

use serde::Serialize;
use serde_json::{Map, Value};

use super::{BodyFrame, find_service_name, find_text, render_value};
use crate::model::trace::{AttributeMap, SpanEvent, SpanKind, Trace, TraceId, TraceSpan};

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
pub fn encode_items(trace: &Trace) -> Vec<u8> {
    let spans = trace.spans.iter().map(|span| convert_span(span, trace.id));
    let spans: Vec<String> = spans.filter_map(|span| serde_json::to_string(&span).ok()).collect();
    spans.join(",").into_bytes()
}

fn convert_span(span: &TraceSpan, trace_id: TraceId) -> ZipkinSpan<'_> {
    let micros = |nanos: u64| nanos / 1_000;
    ZipkinSpan {
        trace_id: trace_id.to_string(),
        id: span.id.to_string(),
        parent_id: span.parent.map(|id| id.to_string()),
        name: &span.name,
        kind: match span.kind {
            SpanKind::Unspecified | SpanKind::Internal => None,
            kind => Some(kind.name().to_uppercase()),
        },
        timestamp: micros(span.start_ns),
        duration: micros(span.duration_ns()).max(1),
        local_endpoint: ZipkinEndpoint {
            service_name: find_service_name(&span.resource),
        },
        remote_endpoint: find_text(&span.attributes, "peer.service")
            .map(|service_name| ZipkinEndpoint { service_name }),
        annotations: span
            .events
            .iter()
            .map(|event| ZipkinAnnotation {
                timestamp: micros(event.at_ns),
                value: render_annotation(event),
            })
            .collect(),
        tags: build_tags(span),
    }
}

/// An event's name; with attributes, `"name":{"key":value}`.
fn render_annotation(event: &SpanEvent) -> String {
    if event.attributes.is_empty() {
        return event.name.to_string();
    }
    let attributes = serde_json::to_string(&AttributeMap(&event.attributes)).unwrap_or_default();
    format!("{}:{attributes}", Value::from(&*event.name))
}

fn build_tags(span: &TraceSpan) -> Map<String, Value> {
    let mut tags: Map<String, Value> = span
        .resource
        .attributes
        .iter()
        .filter(|pair| &*pair.key != "service.name")
        .chain(&span.attributes)
        .map(|pair| (pair.key.to_string(), render_value(&pair.value).into()))
        .collect();
    if span.kind == SpanKind::Internal {
        // Zipkin has no such kind; the collector's translator reads it off this tag.
        tags.insert("span.kind".to_owned(), "internal".into());
    }
    if let Some(state) = span.trace_state() {
        tags.insert("w3c.tracestate".to_owned(), state.into());
    }
    if span.is_error() {
        tags.insert("otel.status_code".to_owned(), "ERROR".into());
        tags.insert("error".to_owned(), (*span.status_message).into());
    }
    for (number, link) in span.links.iter().enumerate() {
        let text = format!("{}|{}|{}|{{}}|0", link.trace_id, link.span_id, link.trace_state);
        tags.insert(format!("otlp.link.{number}"), text.into());
    }
    tags
}
