//! A trace made from a plan: the values that the plan leaves open, filled in.

use std::sync::Arc;

use crate::model::trace::{
    Attribute, AttributeValue, SpanEvent, SpanExtras, SpanId, SpanLink, SpanResource, SpanScope, SpanStatus, Trace,
    TraceId, TraceSpan,
};

use super::trace_plan::{PlannedAttributes, PlannedSpan, PlannedValue, TextPiece, TracePlan};

/// W3C trace flags: sampled, and a trace id that is random (trace-context level 2).
pub const SAMPLED_RANDOM: u32 = 0x03;
/// opentelemetry-proto, `SpanFlags`: the next bit says whether the parent is remote.
pub const HAS_IS_REMOTE: u32 = 0x100;
/// The parent, or the linked span, is in another process.
pub const IS_REMOTE: u32 = 0x200;

/// What a plan leaves open: ids, times, fresh texts.
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

/// The trace.
pub fn build_trace(plan: &TracePlan, values: &TraceValues) -> Trace {
    let scope = build_scope();
    let resources: Vec<Arc<SpanResource>> = plan
        .services
        .iter()
        .map(|service| build_resource(&service.name, build_attributes(&service.attributes, values)))
        .collect();
    let mut event_times = values.times[plan.spans.len() * 2..].iter().copied();
    let spans = plan.spans.iter().enumerate().map(|(at, span)| {
        let (parent, remote) = match span.parent {
            Some(parent) => (
                Some(values.span_ids[parent]),
                plan.spans[parent].service != span.service,
            ),
            None => (values.remote_parent, values.remote_parent.is_some()),
        };
        TraceSpan {
            id: SpanId(values.span_ids[at]),
            parent: parent.map(SpanId),
            name: span.name.as_str().into(),
            kind: span.kind,
            status: if span.error.is_some() {
                SpanStatus::Error
            } else {
                SpanStatus::Unset
            },
            status_message: span.error.as_deref().unwrap_or_default().into(),
            start_ns: values.times[at * 2],
            end_ns: values.times[at * 2 + 1],
            attributes: build_attributes(&span.attributes, values).into(),
            events: span
                .events
                .iter()
                .map(|event| SpanEvent {
                    at_ns: event_times.next().unwrap_or_default(),
                    name: event.name.as_str().into(),
                    attributes: build_attributes(&event.attributes, values).into(),
                    dropped_attributes: 0,
                })
                .collect(),
            links: build_links(span, values),
            resource: Arc::clone(&resources[span.service]),
            scope: Arc::clone(&scope),
            extra: build_extras(&values.trace_state, remote),
        }
    });
    Trace {
        id: TraceId(values.trace_id),
        spans: spans.collect(),
        partial: None,
    }
}

fn build_links(span: &PlannedSpan, values: &TraceValues) -> Box<[SpanLink]> {
    let links = span.links.iter().map(|link| {
        let (trace, spans) = if link.previous {
            (values.previous_trace, &values.previous_spans)
        } else {
            (values.trace_id, &values.span_ids)
        };
        SpanLink {
            trace_id: TraceId(trace),
            span_id: SpanId(spans[link.span]),
            trace_state: "".into(),
            attributes: Box::default(),
            dropped_attributes: 0,
            flags: SAMPLED_RANDOM | HAS_IS_REMOTE | IS_REMOTE,
        }
    });
    links.collect()
}

fn build_attributes(attributes: &PlannedAttributes, values: &TraceValues) -> Vec<Attribute> {
    let converted = attributes.iter().map(|(key, value)| Attribute {
        key: key.as_str().into(),
        value: match value {
            PlannedValue::Value(value) => value.clone(),
            PlannedValue::Text(pieces) => {
                let text: String = pieces
                    .iter()
                    .map(|piece| match piece {
                        TextPiece::Fixed(text) => text.as_str(),
                        TextPiece::Slot(slot) => values.fresh[*slot].as_str(),
                    })
                    .collect();
                AttributeValue::Text(text.into())
            }
        },
    });
    converted.collect()
}

/// The flags of a span of ours: whether its parent is in another process is known.
pub(super) fn build_extras(trace_state: &str, remote_parent: bool) -> Option<Box<SpanExtras>> {
    SpanExtras {
        trace_state: trace_state.into(),
        flags: SAMPLED_RANDOM | HAS_IS_REMOTE | if remote_parent { IS_REMOTE } else { 0 },
        ..SpanExtras::default()
    }
    .boxed()
}

/// A service and what else is known of it.
pub(super) fn build_resource(service: &str, more: impl IntoIterator<Item = Attribute>) -> Arc<SpanResource> {
    Arc::new(SpanResource {
        service: service.into(),
        attributes: std::iter::once(Attribute::text("service.name", service))
            .chain(more)
            .collect(),
        dropped_attributes: 0,
        schema_url: "".into(),
    })
}

/// What made the spans: this program.
pub(super) fn build_scope() -> Arc<SpanScope> {
    Arc::new(SpanScope {
        name: "tempoctl".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        attributes: Box::default(),
        schema_url: "".into(),
    })
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;
    use crate::load::encode::{otlp_json, otlp_proto};
    use crate::load::expand::expand_scenario;
    use crate::load::rng::Rng;
    use crate::load::scenario;
    use crate::load::trace_plan::ScenarioOverrides;
    use crate::parse::traces::{parse_recording, parse_v1_protobuf};

    /// What is written in either encoding of OTLP is read back.
    #[test]
    fn every_scenario_is_read_back() {
        for name in scenario::list_scenario_names() {
            let scenario = scenario::find_scenario(name).expect("built in");
            let plan = expand_scenario(&scenario, &ScenarioOverrides::default(), true, &mut Rng::new(1));
            let values = TraceValues {
                trace_id: [7; 16],
                span_ids: (0..plan.spans.len()).map(|at| [at as u8 + 1; 8]).collect(),
                previous_trace: [9; 16],
                previous_spans: (0..plan.spans.len()).map(|at| [at as u8 + 100; 8]).collect(),
                times: (0..plan.time_count() as u64)
                    .map(|time| 1_795_458_257_000_000_000 + time)
                    .collect(),
                fresh: plan.fresh.iter().map(|fresh| "0".repeat(fresh.len)).collect(),
                trace_state: "ot=th:8".to_owned(),
                remote_parent: Some([5; 8]),
            };
            let made = build_trace(&plan, &values);
            // Spans of one resource stand together.
            let sorted = |mut trace: Trace| {
                trace.spans.sort_by_key(|span| span.id);
                trace
            };
            let wanted = sorted(made.clone());
            let from_json = parse_recording(&otlp_json::write_document(std::slice::from_ref(&made))).expect(name);
            let from_protobuf =
                parse_v1_protobuf(&otlp_proto::build_request(&made).encode_to_vec(), &mut { u64::MAX }).expect(name);
            for mut read in [from_json, from_protobuf] {
                assert_eq!(read.len(), 1, "{name}");
                assert_eq!(sorted(read.remove(0)), wanted, "{name}");
            }
        }
    }
}
