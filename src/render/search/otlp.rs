//! A trace as OTLP JSON, as `--save` writes it and every OTLP tool reads it (OTLP specification, «JSON Protobuf Encoding»:
//! ids in hex, 64-bit integers as strings, enums as numbers, bytes in base64).

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Map, Value as Json, json};

use crate::model::trace::{Attribute, AttributeValue, SpanResource, SpanScope, Trace, TraceId, TraceSpan};

/// The spans of one scope.
type SpansOfScope<'a> = (&'a Arc<SpanScope>, Vec<&'a TraceSpan>);

/// The document. Spans stay in the order in which they came, within their resource and scope.
pub fn render_otlp_json(trace: &Trace) -> String {
    let mut resources: Vec<(&Arc<SpanResource>, Vec<SpansOfScope<'_>>)> = Vec::new();
    let mut places: HashMap<*const SpanResource, usize> = HashMap::new();
    for span in &trace.spans {
        let place = *places.entry(Arc::as_ptr(&span.resource)).or_insert_with(|| {
            resources.push((&span.resource, Vec::new()));
            resources.len() - 1
        });
        let scopes = &mut resources[place].1;
        match scopes.iter_mut().find(|(scope, _)| Arc::ptr_eq(scope, &span.scope)) {
            Some((_, spans)) => spans.push(span),
            None => scopes.push((&span.scope, vec![span])),
        }
    }
    // Written piece by piece: the tree of a whole large trace would take many times its size.
    let mut out = String::from("{\"resourceSpans\":[");
    for (index, (resource, scopes)) in resources.iter().enumerate() {
        let separator = if index > 0 { "," } else { "" };
        out.push_str(&format!(
            "{separator}{{\"resource\":{},\"scopeSpans\":[",
            build_resource(resource)
        ));
        for (index, (scope, spans)) in scopes.iter().enumerate() {
            let separator = if index > 0 { "," } else { "" };
            out.push_str(&format!("{separator}{{\"scope\":{},\"spans\":[", build_scope(scope)));
            for (index, span) in spans.iter().enumerate() {
                let separator = if index > 0 { ",\n" } else { "\n" };
                out.push_str(&format!("{separator}{}", build_span(span, trace.id)));
            }
            out.push_str(&format!("\n]{}}}", format_schema_url(&scope.schema_url)));
        }
        out.push_str(&format!("]{}}}", format_schema_url(&resource.schema_url)));
    }
    out.push_str("]}");
    crate::render::sanitize::escape_json_line(out)
}

fn format_schema_url(url: &str) -> String {
    if url.is_empty() {
        String::new()
    } else {
        format!(",\"schemaUrl\":{}", json!(url))
    }
}

fn build_resource(resource: &SpanResource) -> Json {
    let mut object = Map::new();
    put_attributes(&mut object, &resource.attributes);
    put_count(&mut object, "droppedAttributesCount", resource.dropped_attributes);
    Json::Object(object)
}

fn build_scope(scope: &SpanScope) -> Json {
    let mut object = Map::new();
    put_text(&mut object, "name", &scope.name);
    put_text(&mut object, "version", &scope.version);
    put_attributes(&mut object, &scope.attributes);
    Json::Object(object)
}

fn build_span(span: &TraceSpan, trace_id: TraceId) -> Json {
    let mut object = Map::new();
    object.insert("traceId".to_owned(), json!(trace_id.to_string()));
    object.insert("spanId".to_owned(), json!(span.id.to_string()));
    if let Some(parent) = span.parent {
        object.insert("parentSpanId".to_owned(), json!(parent.to_string()));
    }
    object.insert("name".to_owned(), json!(&*span.name));
    put_count(&mut object, "kind", span.kind as u32);
    object.insert("startTimeUnixNano".to_owned(), json!(span.start_ns.to_string()));
    object.insert("endTimeUnixNano".to_owned(), json!(span.end_ns.to_string()));
    put_attributes(&mut object, &span.attributes);
    if let Some(extra) = &span.extra {
        put_text(&mut object, "traceState", &extra.trace_state);
        put_count(&mut object, "flags", extra.flags);
        put_count(&mut object, "droppedAttributesCount", extra.dropped_attributes);
        put_count(&mut object, "droppedEventsCount", extra.dropped_events);
        put_count(&mut object, "droppedLinksCount", extra.dropped_links);
    }
    if !span.events.is_empty() {
        let events = span.events.iter().map(|event| {
            let mut object = Map::new();
            object.insert("timeUnixNano".to_owned(), json!(event.at_ns.to_string()));
            object.insert("name".to_owned(), json!(&*event.name));
            put_attributes(&mut object, &event.attributes);
            put_count(&mut object, "droppedAttributesCount", event.dropped_attributes);
            Json::Object(object)
        });
        object.insert("events".to_owned(), events.collect());
    }
    if !span.links.is_empty() {
        let links = span.links.iter().map(|link| {
            let mut object = Map::new();
            object.insert("traceId".to_owned(), json!(link.trace_id.to_string()));
            object.insert("spanId".to_owned(), json!(link.span_id.to_string()));
            put_text(&mut object, "traceState", &link.trace_state);
            put_attributes(&mut object, &link.attributes);
            put_count(&mut object, "droppedAttributesCount", link.dropped_attributes);
            put_count(&mut object, "flags", link.flags);
            Json::Object(object)
        });
        object.insert("links".to_owned(), links.collect());
    }
    let mut status = Map::new();
    put_count(&mut status, "code", span.status as u32);
    put_text(&mut status, "message", &span.status_message);
    object.insert("status".to_owned(), Json::Object(status));
    Json::Object(object)
}

fn put_text(object: &mut Map<String, Json>, key: &str, text: &str) {
    if !text.is_empty() {
        object.insert(key.to_owned(), json!(text));
    }
}

fn put_count(object: &mut Map<String, Json>, key: &str, count: u32) {
    if count > 0 {
        object.insert(key.to_owned(), json!(count));
    }
}

fn put_attributes(object: &mut Map<String, Json>, pairs: &[Attribute]) {
    if !pairs.is_empty() {
        object.insert("attributes".to_owned(), build_attributes(pairs));
    }
}

fn build_attributes(pairs: &[Attribute]) -> Json {
    pairs
        .iter()
        .map(|pair| json!({"key": &*pair.key, "value": build_value(&pair.value)}))
        .collect()
}

fn build_value(value: &AttributeValue) -> Json {
    match value {
        AttributeValue::Empty => json!({}),
        AttributeValue::Text(text) => json!({"stringValue": &**text}),
        AttributeValue::Bool(flag) => json!({"boolValue": flag}),
        AttributeValue::Int(number) => json!({"intValue": number.to_string()}),
        AttributeValue::Double(number) if !number.is_finite() => {
            // proto3's JSON mapping writes these as texts.
            let text = if number.is_nan() {
                "NaN"
            } else if *number > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            };
            json!({"doubleValue": text})
        }
        AttributeValue::Double(number) => json!({"doubleValue": number}),
        AttributeValue::Bytes(bytes) => json!({"bytesValue": BASE64.encode(bytes)}),
        AttributeValue::List(items) => {
            json!({"arrayValue": {"values": items.iter().map(self::build_value).collect::<Vec<_>>()}})
        }
        AttributeValue::Map(pairs) => json!({"kvlistValue": {"values": build_attributes(pairs)}}),
    }
}
