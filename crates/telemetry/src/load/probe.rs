//! One trace that is followed: of a scenario, or a span made by hand.

use std::sync::Arc;

use crate::model::marker::RUN_ATTRIBUTE;
use crate::model::trace::{
    Attribute, AttributeValue, SpanEvent, SpanId, SpanKind, SpanLink, SpanResource, SpanStatus, Trace, TraceId,
    TraceSpan,
};

use super::context::TraceContext;
use super::generator::{choose_failing_share, expand_plans};
use super::rng::{Rng, make_span_id, make_trace_id, mix_bits};
use super::scenario::LoadScenario;
use super::text::AttributeScalar;
use super::timeline::{Timeline, TimelineBuffer};
use super::trace_plan::{GENERATOR_ATTRIBUTE, ScenarioOverrides, TracePlan};
use super::trace_values::{
    HAS_IS_REMOTE, IS_REMOTE, SAMPLED_RANDOM, TraceValues, build_extras, build_resource, build_scope, build_trace,
};

/// A trace, and how to recognise it.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The trace; its first span is the root.
    pub trace: Trace,
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
        trace: build_trace(shape, &filling),
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
    let made = TraceSpan {
        id: SpanId(root),
        parent: origin.parent.map(|parent| SpanId(parent.span_id)),
        name: span.name.as_str().into(),
        kind: span.kind,
        status: match &span.status {
            None => SpanStatus::Unset,
            Some(None) => SpanStatus::Ok,
            Some(Some(_)) => SpanStatus::Error,
        },
        status_message: span.status.clone().flatten().unwrap_or_default().into(),
        start_ns: span.times.0,
        end_ns: span.times.1,
        attributes: convert_attributes(&span.attributes),
        events: span
            .events
            .iter()
            .map(|event| SpanEvent {
                at_ns: event.time,
                name: event.name.as_str().into(),
                attributes: convert_attributes(&event.attributes),
                dropped_attributes: 0,
            })
            .collect(),
        links: span
            .links
            .iter()
            .map(|link| SpanLink {
                trace_id: TraceId(link.trace_id),
                span_id: SpanId(link.span_id),
                trace_state: link.state.as_str().into(),
                attributes: Box::default(),
                dropped_attributes: 0,
                flags: HAS_IS_REMOTE | IS_REMOTE | u32::from(link.flags),
            })
            .collect(),
        resource: build_manual_resource(span),
        scope: build_scope(),
        // Where there is a parent, it is in another process.
        extra: build_extras(
            origin.parent.map(|parent| parent.state.as_str()).unwrap_or_default(),
            origin.parent.is_some(),
        ),
    };
    Probe {
        trace: Trace {
            id: TraceId(trace),
            spans: vec![made],
            partial: None,
        },
        end: span.times.1,
        services: (span.service.clone(), span.service.clone()),
        has_edge: false,
    }
}

fn build_manual_resource(span: &ManualSpan) -> Arc<SpanResource> {
    let mut service = span.service.clone();
    let mut attributes = vec![
        Attribute {
            key: GENERATOR_ATTRIBUTE.into(),
            value: AttributeValue::Bool(true),
        },
        Attribute::text("telemetry.sdk.name", "tempoctl"),
    ];
    for given in convert_attributes(&span.resource) {
        if &*given.key == "service.name" {
            service = given.value.to_string();
        } else {
            attributes.retain(|known| known.key != given.key);
            attributes.push(given);
        }
    }
    build_resource(&service, attributes)
}

fn convert_attributes(pairs: &[(String, AttributeScalar)]) -> Box<[Attribute]> {
    let converted = pairs.iter().map(|(key, scalar)| Attribute {
        key: key.as_str().into(),
        value: scalar.to_value(),
    });
    converted.collect()
}

impl Probe {
    /// The id in hex.
    pub fn id(&self) -> String {
        self.trace.id.to_string()
    }

    /// How many spans it has.
    pub fn span_count(&self) -> u32 {
        self.trace.spans.len() as u32
    }

    /// The context of its first span, to hand on.
    pub fn context(&self) -> TraceContext {
        TraceContext {
            trace_id: self.trace.id.0,
            span_id: self.trace.spans[0].id.0,
            flags: SAMPLED_RANDOM as u8,
            state: String::new(),
        }
    }

    /// Marks the first span with the id, so that search can ask for it as it asks for the marker of doctor.
    pub fn mark(&mut self) {
        let mark = Attribute::text(RUN_ATTRIBUTE, &self.id());
        let attributes = &mut self.trace.spans[0].attributes;
        *attributes = std::mem::take(attributes).into_iter().chain([mark]).collect();
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
        let root = &probe.trace.spans[0];
        assert_eq!(
            root.parent.map(|id| id.to_string()).as_deref(),
            Some("00f067aa0ba902b7")
        );
        assert_eq!(
            root.attributes.last(),
            Some(&Attribute::text(RUN_ATTRIBUTE, &probe.id()))
        );
        assert_eq!(probe.services, ("frontend".to_owned(), "order-api".to_owned()));
        assert!(
            probe
                .context()
                .traceparent()
                .starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-")
        );
        assert!(probe.trace.spans.iter().all(|span| span.trace_state() == Some("v=1")));
    }
}
