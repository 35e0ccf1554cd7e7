//! OTLP as protobuf: a trace as the official messages.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

use crate::model::trace::{Attribute, AttributeValue, SpanScope, Trace, TraceId, TraceSpan};

/// The request that hands a trace over.
pub fn build_request(trace: &Trace) -> ExportTraceServiceRequest {
    let groups = trace.group_spans().into_iter().map(|(resource, scopes)| ResourceSpans {
        resource: Some(Resource {
            attributes: convert_attributes(&resource.attributes),
            dropped_attributes_count: resource.dropped_attributes,
            ..Default::default()
        }),
        scope_spans: scopes
            .into_iter()
            .map(|(scope, spans)| ScopeSpans {
                scope: convert_scope(scope),
                spans: spans.into_iter().map(|span| convert_span(span, trace.id)).collect(),
                schema_url: scope.schema_url.to_string(),
            })
            .collect(),
        schema_url: resource.schema_url.to_string(),
    });
    ExportTraceServiceRequest {
        resource_spans: groups.collect(),
    }
}

fn convert_scope(scope: &SpanScope) -> Option<InstrumentationScope> {
    scope.is_named().then(|| InstrumentationScope {
        name: scope.name.to_string(),
        version: scope.version.to_string(),
        attributes: convert_attributes(&scope.attributes),
        ..Default::default()
    })
}

fn convert_span(span: &TraceSpan, trace_id: TraceId) -> Span {
    let extra = span.extra.as_deref().cloned().unwrap_or_default();
    Span {
        trace_id: trace_id.0.to_vec(),
        span_id: span.id.0.to_vec(),
        trace_state: extra.trace_state.to_string(),
        parent_span_id: span.parent.map(|id| id.0.to_vec()).unwrap_or_default(),
        flags: extra.flags,
        name: span.name.to_string(),
        kind: span.kind as i32,
        start_time_unix_nano: span.start_ns,
        end_time_unix_nano: span.end_ns,
        attributes: convert_attributes(&span.attributes),
        dropped_attributes_count: extra.dropped_attributes,
        events: span
            .events
            .iter()
            .map(|event| Event {
                time_unix_nano: event.at_ns,
                name: event.name.to_string(),
                attributes: convert_attributes(&event.attributes),
                dropped_attributes_count: event.dropped_attributes,
            })
            .collect(),
        dropped_events_count: extra.dropped_events,
        links: span
            .links
            .iter()
            .map(|link| Link {
                trace_id: link.trace_id.0.to_vec(),
                span_id: link.span_id.0.to_vec(),
                trace_state: link.trace_state.to_string(),
                attributes: convert_attributes(&link.attributes),
                dropped_attributes_count: link.dropped_attributes,
                flags: link.flags,
            })
            .collect(),
        dropped_links_count: extra.dropped_links,
        status: span.has_status().then(|| Status {
            message: span.status_message.to_string(),
            code: span.status as i32,
        }),
    }
}

fn convert_attributes(attributes: &[Attribute]) -> Vec<KeyValue> {
    let converted = attributes.iter().map(|pair| KeyValue {
        key: pair.key.to_string(),
        value: Some(convert_value(&pair.value)),
        ..Default::default()
    });
    converted.collect()
}

fn convert_value(value: &AttributeValue) -> AnyValue {
    AnyValue {
        value: match value {
            AttributeValue::Empty => None,
            AttributeValue::Text(text) => Some(Any::StringValue(text.to_string())),
            AttributeValue::Bool(flag) => Some(Any::BoolValue(*flag)),
            AttributeValue::Int(number) => Some(Any::IntValue(*number)),
            AttributeValue::Double(number) => Some(Any::DoubleValue(*number)),
            AttributeValue::Bytes(bytes) => Some(Any::BytesValue(bytes.to_vec())),
            AttributeValue::List(items) => Some(Any::ArrayValue(ArrayValue {
                values: items.iter().map(convert_value).collect(),
            })),
            AttributeValue::Map(pairs) => Some(Any::KvlistValue(KeyValueList {
                values: convert_attributes(pairs),
            })),
        },
    }
}
