//! A trace as official OTLP messages: the form that everything else is made from.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value as Any};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

use super::trace_plan::{PlannedAttributes, PlannedSpan, PlannedValue, TextPiece, TracePlan};

/// W3C trace flags: sampled, and a trace id that is random (trace-context level 2).
const SAMPLED_RANDOM: u32 = 0x03;
/// opentelemetry-proto, `SpanFlags`: the next bit says whether the parent is remote.
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// What a shape leaves open: ids, times, fresh texts.
#[derive(Debug, Clone, Default)]
pub struct TraceValues {
    /// The trace's id.
    pub trace_id: [u8; 16],
    /// The id of each span.
    pub span_ids: Vec<[u8; 8]>,
    /// The id of the trace before, for links.
    pub previous_trace: [u8; 16],
    /// The ids of its spans.
    pub previous_spans: Vec<[u8; 8]>,
    /// Start and end of each span, then the events, in nanoseconds since 1970.
    pub times: Vec<u64>,
    /// The fresh texts.
    pub fresh: Vec<String>,
    /// `tracestate` of every span.
    pub trace_state: String,
    /// The remote parent of the root, where a context came from outside.
    pub remote_parent: Option<[u8; 8]>,
}

/// A text attribute.
pub fn build_text_attribute(key: &str, value: impl Into<String>) -> KeyValue {
    build_attribute(key, Any::StringValue(value.into()))
}

/// An attribute.
pub fn build_attribute(key: &str, value: Any) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..Default::default()
    }
}

/// The trace: one resource a service, in the order in which they come in.
pub fn build_trace_request(shape: &TracePlan, filling: &TraceValues) -> ExportTraceServiceRequest {
    let mut event_at = shape.spans.len() * 2;
    let mut groups: Vec<(usize, Vec<Span>)> = Vec::new();
    for (at, span) in shape.spans.iter().enumerate() {
        let made = build_span(shape, filling, at, span, &mut event_at);
        match groups.iter_mut().find(|(service, _)| *service == span.service) {
            Some((_, spans)) => spans.push(made),
            None => groups.push((span.service, vec![made])),
        }
    }
    let resource_spans = groups
        .into_iter()
        .map(|(service, spans)| {
            let resource = &shape.services[service];
            let mut attributes = vec![build_text_attribute("service.name", &resource.name)];
            attributes.extend(build_attributes(&resource.attributes, filling));
            ResourceSpans {
                resource: Some(Resource {
                    attributes,
                    ..Default::default()
                }),
                scope_spans: vec![ScopeSpans {
                    scope: Some(InstrumentationScope {
                        name: "tempoctl".to_owned(),
                        version: env!("CARGO_PKG_VERSION").to_owned(),
                        ..Default::default()
                    }),
                    spans,
                    ..Default::default()
                }],
                ..Default::default()
            }
        })
        .collect();
    ExportTraceServiceRequest { resource_spans }
}

fn build_span(shape: &TracePlan, filling: &TraceValues, at: usize, span: &PlannedSpan, event_at: &mut usize) -> Span {
    let parent = match span.parent {
        Some(parent) => filling.span_ids[parent].to_vec(),
        None => filling.remote_parent.map(|id| id.to_vec()).unwrap_or_default(),
    };
    let remote = match span.parent {
        Some(parent) => shape.spans[parent].service != span.service,
        None => filling.remote_parent.is_some(),
    };
    let events = span
        .events
        .iter()
        .map(|event| {
            let time = filling.times[*event_at];
            *event_at += 1;
            Event {
                time_unix_nano: time,
                name: event.name.clone(),
                attributes: build_attributes(&event.attributes, filling),
                dropped_attributes_count: 0,
            }
        })
        .collect();
    let links = span
        .links
        .iter()
        .map(|link| Link {
            trace_id: if link.previous {
                filling.previous_trace
            } else {
                filling.trace_id
            }
            .to_vec(),
            span_id: if link.previous {
                filling.previous_spans[link.span]
            } else {
                filling.span_ids[link.span]
            }
            .to_vec(),
            flags: SAMPLED_RANDOM | HAS_IS_REMOTE | IS_REMOTE,
            ..Default::default()
        })
        .collect();
    Span {
        trace_id: filling.trace_id.to_vec(),
        span_id: filling.span_ids[at].to_vec(),
        trace_state: filling.trace_state.clone(),
        parent_span_id: parent,
        flags: SAMPLED_RANDOM | HAS_IS_REMOTE | if remote { IS_REMOTE } else { 0 },
        name: span.name.clone(),
        kind: span.kind as i32,
        start_time_unix_nano: filling.times[at * 2],
        end_time_unix_nano: filling.times[at * 2 + 1],
        attributes: build_attributes(&span.attributes, filling),
        events,
        links,
        status: span.error.as_ref().map(|message| Status {
            message: message.clone(),
            // 2 is ERROR.
            code: 2,
        }),
        ..Default::default()
    }
}

fn build_attributes(attributes: &PlannedAttributes, filling: &TraceValues) -> Vec<KeyValue> {
    attributes
        .iter()
        .map(|(key, value)| {
            let value = match value {
                PlannedValue::Int(number) => Any::IntValue(*number),
                PlannedValue::Float(number) => Any::DoubleValue(*number),
                PlannedValue::Bool(flag) => Any::BoolValue(*flag),
                PlannedValue::Text(pieces) => Any::StringValue(
                    pieces
                        .iter()
                        .map(|piece| match piece {
                            TextPiece::Fixed(text) => text.as_str(),
                            TextPiece::Slot(slot) => filling.fresh[*slot].as_str(),
                        })
                        .collect(),
                ),
            };
            build_attribute(key, value)
        })
        .collect()
}

/// How many spans a request holds.
pub fn iterate_spans(request: &ExportTraceServiceRequest) -> impl Iterator<Item = (&Resource, &Span)> {
    const NONE: &Resource = &Resource {
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        entity_refs: Vec::new(),
    };
    request.resource_spans.iter().flat_map(|group| {
        let resource = group.resource.as_ref().unwrap_or(NONE);
        group
            .scope_spans
            .iter()
            .flat_map(move |scope| scope.spans.iter().map(move |span| (resource, span)))
    })
}
