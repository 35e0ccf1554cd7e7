//! One trace that is followed: of a scenario, or a span made by hand.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

use super::context::TraceContext;
use super::encode;
use super::generator::{choose_failing_share, expand_plans};
use super::message::{TraceValues, build_attribute, build_text_attribute, build_trace_request, iterate_spans};
use super::rng::{Rng, encode_hex, make_span_id, make_trace_id, mix_bits};
use super::scenario::LoadScenario;
use super::text::{AttributeScalar, TextPart};
use super::timeline::{Timeline, TimelineBuffer};
use super::trace_plan::{GENERATOR_ATTRIBUTE, ScenarioOverrides, TracePlan};
use crate::model::marker::{RUN_ATTRIBUTE, SpanSpec};
use crate::model::send_report::TraceProtocol;
use crate::model::trace::SpanKind;

/// A trace, and how to recognise it.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Its messages.
    pub request: ExportTraceServiceRequest,
    /// Its id.
    pub trace_id: [u8; 16],
    /// The id of its first span.
    pub root: [u8; 8],
    /// Its spans.
    pub spans: u32,
    /// When it ends, in nanoseconds since 1970.
    pub end: u64,
    /// A client of it and the service that answers; the same service twice where it has no such pair.
    pub services: (String, String),
    /// There is such a pair.
    pub has_edge: bool,
}

/// What a probe takes from outside.
#[derive(Debug, Clone, Copy)]
pub struct ProbeOrigin<'a> {
    /// Same seed, same content.
    pub seed: u64,
    /// When it ends, in nanoseconds since 1970.
    pub end: u64,
    /// The context it continues.
    pub parent: Option<&'a TraceContext>,
}

/// One event of a span made by hand.
#[derive(Debug, Clone)]
pub struct ManualEvent {
    /// Name.
    pub name: String,
    /// Nanoseconds since 1970.
    pub time: u64,
    /// Attributes.
    pub attributes: Vec<(String, AttributeScalar)>,
}

/// One span made by hand.
#[derive(Debug, Clone)]
pub struct ManualSpan {
    /// `service.name`
    pub service: String,
    /// Span name.
    pub name: String,
    /// Span kind.
    pub kind: SpanKind,
    /// Attributes.
    pub attributes: Vec<(String, AttributeScalar)>,
    /// Resource attributes.
    pub resource: Vec<(String, AttributeScalar)>,
    /// Status: `Some(None)` is OK, `Some(Some(text))` an error.
    pub status: Option<Option<String>>,
    /// Events.
    pub events: Vec<ManualEvent>,
    /// Contexts it links to.
    pub links: Vec<TraceContext>,
    /// Start and end, in nanoseconds since 1970.
    pub times: (u64, u64),
}

/// One trace of a scenario.
pub fn build_scenario_probe(
    scenario: &LoadScenario,
    wishes: &ScenarioOverrides,
    error_rate: Option<f64>,
    origin: ProbeOrigin<'_>,
) -> Probe {
    let mut rng = Rng::new(mix_bits(origin.seed));
    let (sound, failed) = expand_plans(scenario, wishes, origin.seed);
    let list = if rng.unit() < choose_failing_share(scenario, error_rate) {
        failed
    } else {
        sound
    };
    let shape = &list[rng.below(list.len())];
    let trace = origin
        .parent
        .map_or_else(|| make_trace_id(origin.seed, 0), |parent| parent.trace_id);
    let ids = |trace: &[u8; 16], salt: usize| -> Vec<[u8; 8]> {
        (0..shape.spans.len())
            .map(|at| make_span_id(trace, at + salt))
            .collect()
    };
    let past = make_trace_id(origin.seed, 1);
    let mut room = TimelineBuffer::default();
    Timeline::from_plan(shape).place(&mut rng, origin.end, &mut room);
    // Where the trace is another's, its span ids must not meet those of a second probe in it.
    let salt = if origin.parent.is_some() {
        (mix_bits(origin.seed) >> 16) as usize
    } else {
        0
    };
    let filling = TraceValues {
        trace_id: trace,
        span_ids: ids(&trace, salt),
        previous_trace: past,
        previous_spans: ids(&past, 0),
        times: room.times,
        fresh: shape.fresh.iter().map(|fresh| fresh.draw(&mut rng)).collect(),
        trace_state: origin.parent.map(|parent| parent.state.clone()).unwrap_or_default(),
        remote_parent: origin.parent.map(|parent| parent.span_id),
    };
    let (services, has_edge) = find_client_and_server(shape);
    Probe {
        request: build_trace_request(shape, &filling),
        trace_id: trace,
        root: filling.span_ids[0],
        spans: shape.spans.len() as u32,
        end: origin.end,
        services,
        has_edge,
    }
}

/// A client and the service that answers it.
fn find_client_and_server(shape: &TracePlan) -> ((String, String), bool) {
    let name = |span: usize| shape.services[shape.spans[span].service].name.clone();
    let found = shape.spans.iter().enumerate().find_map(|(at, span)| {
        let parent = span.parent?;
        let asks = matches!(shape.spans[parent].kind, SpanKind::Client | SpanKind::Producer);
        let answers = matches!(span.kind, SpanKind::Server | SpanKind::Consumer);
        (asks && answers && shape.spans[parent].service != span.service).then(|| (name(parent), name(at)))
    });
    match found {
        Some(services) => (services, true),
        None => ((name(0), name(0)), false),
    }
}

/// A span made by hand.
pub fn build_span_probe(span: &ManualSpan, origin: ProbeOrigin<'_>) -> Probe {
    let trace = origin
        .parent
        .map_or_else(|| make_trace_id(origin.seed, 0), |parent| parent.trace_id);
    let root = make_span_id(&trace, (mix_bits(origin.seed) >> 16) as usize);
    let mut resource = vec![
        build_text_attribute("service.name", &span.service),
        build_attribute(GENERATOR_ATTRIBUTE, Any::BoolValue(true)),
        build_text_attribute("telemetry.sdk.name", "tempoctl"),
    ];
    for (key, value) in &span.resource {
        resource.retain(|known| known.key != *key);
        resource.push(convert_attribute(key, value));
    }
    let made = Span {
        trace_id: trace.to_vec(),
        span_id: root.to_vec(),
        parent_span_id: origin.parent.map(|parent| parent.span_id.to_vec()).unwrap_or_default(),
        trace_state: origin.parent.map(|parent| parent.state.clone()).unwrap_or_default(),
        // Sampled and random; whether the parent is remote is known, and it is where there is one.
        flags: 0x103 | if origin.parent.is_some() { 0x200 } else { 0 },
        name: span.name.clone(),
        kind: span.kind as i32,
        start_time_unix_nano: span.times.0,
        end_time_unix_nano: span.times.1,
        attributes: span
            .attributes
            .iter()
            .map(|(key, value)| convert_attribute(key, value))
            .collect(),
        events: span
            .events
            .iter()
            .map(|event| Event {
                time_unix_nano: event.time,
                name: event.name.clone(),
                attributes: event
                    .attributes
                    .iter()
                    .map(|(key, value)| convert_attribute(key, value))
                    .collect(),
                dropped_attributes_count: 0,
            })
            .collect(),
        links: span
            .links
            .iter()
            .map(|link| Link {
                trace_id: link.trace_id.to_vec(),
                span_id: link.span_id.to_vec(),
                trace_state: link.state.clone(),
                flags: 0x300 | u32::from(link.flags),
                ..Default::default()
            })
            .collect(),
        status: span.status.as_ref().map(|error| Status {
            message: error.clone().unwrap_or_default(),
            code: if error.is_some() { 2 } else { 1 },
        }),
        ..Default::default()
    };
    Probe {
        request: ExportTraceServiceRequest {
            resource_spans: vec![ResourceSpans {
                resource: Some(Resource {
                    attributes: resource,
                    ..Default::default()
                }),
                scope_spans: vec![ScopeSpans {
                    scope: Some(InstrumentationScope {
                        name: "tempoctl".to_owned(),
                        version: env!("CARGO_PKG_VERSION").to_owned(),
                        ..Default::default()
                    }),
                    spans: vec![made],
                    ..Default::default()
                }],
                ..Default::default()
            }],
        },
        trace_id: trace,
        root,
        spans: 1,
        end: span.times.1,
        services: (span.service.clone(), span.service.clone()),
        has_edge: false,
    }
}

fn convert_attribute(key: &str, value: &AttributeScalar) -> KeyValue {
    match value {
        AttributeScalar::Int(number) => build_attribute(key, Any::IntValue(*number)),
        AttributeScalar::Float(number) => build_attribute(key, Any::DoubleValue(*number)),
        AttributeScalar::Bool(flag) => build_attribute(key, Any::BoolValue(*flag)),
        AttributeScalar::Text(parts) => build_text_attribute(
            key,
            parts
                .iter()
                .map(|part| match part {
                    TextPart::Fixed(text) => text.clone(),
                    TextPart::Placeholder(fresh, _) => "0".repeat(fresh.len),
                })
                .collect::<String>(),
        ),
    }
}

impl Probe {
    /// The id in hex.
    pub fn id(&self) -> String {
        encode_hex(&self.trace_id)
    }

    /// The context of its first span, to hand on.
    pub fn context(&self) -> TraceContext {
        TraceContext {
            trace_id: self.trace_id,
            span_id: self.root,
            // Sampled and random.
            flags: 3,
            state: String::new(),
        }
    }

    /// Marks the first span with the id, so that search can ask for it as it asks for the marker of doctor.
    pub fn mark(&mut self) {
        let id = self.id();
        let root = self.root;
        let spans = self
            .request
            .resource_spans
            .iter_mut()
            .flat_map(|group| &mut group.scope_spans)
            .flat_map(|scope| &mut scope.spans);
        for span in spans.filter(|span| span.span_id == root) {
            span.attributes.push(build_text_attribute(RUN_ATTRIBUTE, &id));
        }
    }

    /// Its bodies, each with its spans.
    pub fn bodies(&self, wire: TraceProtocol) -> Vec<(Vec<u8>, u32)> {
        encode::encode_bodies(wire, &self.request)
    }

    /// What must be read back, field by field.
    pub fn sent_spans(&self) -> Vec<SpanSpec> {
        iterate_spans(&self.request)
            .map(|(resource, span)| SpanSpec {
                service: find_text(&resource.attributes, "service.name"),
                name: span.name.clone(),
                kind: SpanKind::from_number(span.kind.into()),
                span_id: encode_hex(&span.span_id),
                parent_span_id: (!span.parent_span_id.is_empty()).then(|| encode_hex(&span.parent_span_id)),
                start_ns: span.start_time_unix_nano,
                end_ns: span.end_time_unix_nano,
                attributes: span
                    .attributes
                    .iter()
                    .filter(|pair| is_text(pair))
                    .map(|pair| (pair.key.clone(), find_text(&span.attributes, &pair.key)))
                    .collect(),
            })
            .collect()
    }
}

fn is_text(pair: &KeyValue) -> bool {
    let value = pair.value.as_ref().and_then(|value| value.value.as_ref());
    matches!(value, Some(Any::StringValue(_)))
}

fn find_text(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|pair| pair.key == key);
    match found
        .and_then(|pair| pair.value.as_ref())
        .and_then(|value| value.value.as_ref())
    {
        Some(Any::StringValue(text)) => text.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scenario;
    use super::*;

    #[test]
    fn a_probe_continues_the_context_it_was_given() {
        let parent =
            TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "v=1").expect("a context");
        let scenario = scenario::find_scenario("order").expect("built in");
        let origin = ProbeOrigin {
            seed: 3,
            end: 1_795_458_257_000_000_000,
            parent: Some(&parent),
        };
        let mut probe = build_scenario_probe(&scenario, &ScenarioOverrides::default(), None, origin);
        assert_eq!(probe.id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        probe.mark();
        let sent = probe.sent_spans();
        assert_eq!(sent.len(), probe.spans as usize);
        assert_eq!(sent[0].parent_span_id.as_deref(), Some("00f067aa0ba902b7"));
        assert!(sent[0].attributes.contains(&(RUN_ATTRIBUTE.to_owned(), probe.id())));
        assert_eq!(probe.services, ("frontend".to_owned(), "order-api".to_owned()));
        assert!(
            probe
                .context()
                .traceparent()
                .starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-")
        );
        assert!(iterate_spans(&probe.request).all(|(_, span)| span.trace_state == "v=1"));
    }
}
