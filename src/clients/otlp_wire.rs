//! A marker as OTLP messages: the official ones for gRPC and HTTP/protobuf, their JSON mapping for HTTP/JSON
//! (OTLP specification, «JSON Protobuf Encoding»: ids are hex, 64-bit integers are strings).

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use serde_json::json;

use crate::model::marker::{RESOURCE_ATTRIBUTES, SpanSpec};

const SCOPE: &str = "tempoctl";

fn build_text_attribute(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(value.to_owned())),
        }),
        ..Default::default()
    }
}

fn decode_hex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .filter_map(|at| u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok())
        .collect()
}

/// The message of a trace; each span gets a resource of its own, because each belongs to another service.
pub fn build_request(trace_id: &str, spans: &[SpanSpec]) -> ExportTraceServiceRequest {
    let resource_spans = spans
        .iter()
        .map(|spec| ResourceSpans {
            resource: Some(Resource {
                attributes: std::iter::once(build_text_attribute("service.name", &spec.service))
                    .chain(
                        RESOURCE_ATTRIBUTES
                            .iter()
                            .map(|(key, value)| build_text_attribute(key, value)),
                    )
                    .collect(),
                ..Default::default()
            }),
            scope_spans: vec![ScopeSpans {
                scope: Some(InstrumentationScope {
                    name: SCOPE.to_owned(),
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    ..Default::default()
                }),
                spans: vec![Span {
                    trace_id: decode_hex(trace_id),
                    span_id: decode_hex(&spec.span_id),
                    parent_span_id: spec.parent_span_id.as_deref().map(decode_hex).unwrap_or_default(),
                    name: spec.name.clone(),
                    kind: spec.kind as i32,
                    start_time_unix_nano: spec.start_ns,
                    end_time_unix_nano: spec.end_ns,
                    attributes: spec
                        .attributes
                        .iter()
                        .map(|(key, value)| build_text_attribute(key, value))
                        .collect(),
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        })
        .collect();
    ExportTraceServiceRequest { resource_spans }
}

/// The same as OTLP JSON.
pub fn build_json_request(trace_id: &str, spans: &[SpanSpec]) -> serde_json::Value {
    let attribute = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let resource_spans: Vec<_> = spans
        .iter()
        .map(|spec| {
            let resource: Vec<_> = std::iter::once(attribute("service.name", &spec.service))
                .chain(RESOURCE_ATTRIBUTES.iter().map(|(key, value)| attribute(key, value)))
                .collect();
            let mut span = json!({
                "traceId": trace_id,
                "spanId": spec.span_id,
                "name": spec.name,
                "kind": spec.kind as i32,
                "startTimeUnixNano": spec.start_ns.to_string(),
                "endTimeUnixNano": spec.end_ns.to_string(),
                "attributes": spec.attributes.iter().map(|(key, value)| attribute(key, value)).collect::<Vec<_>>(),
            });
            if let Some(parent) = &spec.parent_span_id {
                span["parentSpanId"] = parent.as_str().into();
            }
            json!({
                "resource": {"attributes": resource},
                "scopeSpans": [{"scope": {"name": SCOPE, "version": env!("CARGO_PKG_VERSION")}, "spans": [span]}],
            })
        })
        .collect();
    json!({"resourceSpans": resource_spans})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::marker::build_live_trace;

    #[test]
    fn both_encodings_say_the_same() {
        let id = "55974235974ba506c9c683dc089eec37";
        let spans = build_live_trace(id, 1_700_000_000_000_000_000);
        let message = build_request(id, &spans);
        let json = build_json_request(id, &spans);
        for (index, spec) in spans.iter().enumerate() {
            let span = &message.resource_spans[index].scope_spans[0].spans[0];
            assert_eq!(span.trace_id.len(), 16);
            assert_eq!(span.span_id.len(), 8);
            assert_eq!(span.name, spec.name);
            assert_eq!(
                json["resourceSpans"][index]["scopeSpans"][0]["spans"][0]["spanId"],
                spec.span_id.as_str()
            );
        }
    }
}
