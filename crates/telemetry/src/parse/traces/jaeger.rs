//! What Jaeger's UI saves and its `/api/traces` answers: `{"data": [{"traceID", "spans", "processes"}]}`; times in
//! microseconds, parents as references, the kind and the error as tags (jaegertracing/jaeger: internal/uimodel/model.go).

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::trace::{
    Attribute, AttributeValue, SpanEvent, SpanId, SpanKind, SpanLink, SpanResource, SpanScope, SpanStatus, TraceId,
    TraceSpan, find_attribute,
};
use crate::parse::parse_error::ParseError;

use super::builder::{Interner, TraceBuilder};
use super::otlp_json_messages::{JsonScalar, nullable};

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct JaegerUiTrace<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    spans: Vec<&'a RawValue>,
    #[serde(borrow)]
    processes: HashMap<Cow<'a, str>, JaegerUiProcess<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct JaegerUiProcess<'a> {
    #[serde(borrow)]
    service_name: Cow<'a, str>,
    #[serde(borrow, deserialize_with = "nullable")]
    tags: Vec<JaegerUiTag<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct JaegerUiSpan<'a> {
    #[serde(borrow, rename = "traceID")]
    trace_id: Cow<'a, str>,
    #[serde(borrow, rename = "spanID")]
    span_id: Cow<'a, str>,
    #[serde(borrow, rename = "parentSpanID")]
    parent_span_id: Cow<'a, str>,
    #[serde(borrow)]
    operation_name: Cow<'a, str>,
    #[serde(borrow, deserialize_with = "nullable")]
    references: Vec<JaegerUiReference<'a>>,
    #[serde(borrow)]
    start_time: JsonScalar<'a>,
    #[serde(borrow)]
    duration: JsonScalar<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    tags: Vec<JaegerUiTag<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    logs: Vec<JaegerUiLog<'a>>,
    #[serde(borrow, rename = "processID")]
    process_id: Cow<'a, str>,
    #[serde(borrow)]
    process: Option<JaegerUiProcess<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct JaegerUiReference<'a> {
    #[serde(borrow)]
    ref_type: Cow<'a, str>,
    #[serde(borrow, rename = "traceID")]
    trace_id: Cow<'a, str>,
    #[serde(borrow, rename = "spanID")]
    span_id: Cow<'a, str>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct JaegerUiTag<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct JaegerUiLog<'a> {
    #[serde(borrow)]
    timestamp: JsonScalar<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    fields: Vec<JaegerUiTag<'a>>,
}

pub(super) fn add_jaeger_traces(traces: Vec<JaegerUiTrace<'_>>, gather: &mut TraceBuilder) -> Result<(), ParseError> {
    for trace in traces {
        let processes: HashMap<Cow<str>, Arc<SpanResource>> = trace
            .processes
            .into_iter()
            .map(|(id, process)| (id, convert_resource(process, gather)))
            .collect();
        let nobody = gather.build_resource(Box::default(), 0, "");
        let scope = gather.build_scope("", "", Box::default(), "");
        for raw in trace.spans {
            let mut read: JaegerUiSpan = serde_json::from_str(raw.get())
                .map_err(|error| ParseError::new(format!("JSON, but not a trace: cannot read a span: {error}")))?;
            let owner = match read.process.take() {
                Some(process) => convert_resource(process, gather),
                None => Arc::clone(processes.get(&read.process_id).unwrap_or(&nobody)),
            };
            let trace_id = TraceId::from_hex(&read.trace_id).unwrap_or_default();
            let span = convert_span(read, trace_id, owner, &scope, &mut gather.texts);
            gather.add_span(trace_id, span);
        }
    }
    Ok(())
}

fn convert_resource(process: JaegerUiProcess<'_>, gather: &mut TraceBuilder) -> Arc<SpanResource> {
    let mut attributes = convert_tags(process.tags, &mut gather.texts);
    if find_attribute(&attributes, "service.name").is_none() {
        let service = Attribute {
            key: gather.texts.intern("service.name"),
            value: AttributeValue::Text(gather.texts.intern(&process.service_name)),
        };
        attributes.insert(0, service);
    }
    gather.build_resource(attributes.into(), 0, "")
}

fn convert_span(
    read: JaegerUiSpan<'_>,
    trace_id: TraceId,
    resource: Arc<SpanResource>,
    scope: &Arc<SpanScope>,
    texts: &mut Interner,
) -> TraceSpan {
    let mut attributes = convert_tags(read.tags, texts);
    let kind = take_attribute(&mut attributes, "span.kind");
    let kind = kind
        .as_ref()
        .and_then(AttributeValue::as_text)
        .and_then(SpanKind::from_name)
        .unwrap_or_default();
    let status = take_attribute(&mut attributes, "otel.status_code");
    let message = take_attribute(&mut attributes, "otel.status_description");
    let error = match find_attribute(&attributes, "error") {
        Some(AttributeValue::Bool(flag)) => *flag,
        Some(AttributeValue::Text(text)) => &**text == "true",
        _ => false,
    };
    let of_trace = |reference: &&JaegerUiReference| {
        let other = TraceId::from_hex(&reference.trace_id);
        other.is_none() || other == Some(trace_id)
    };
    // The span that waits for this one comes first; one that this one follows is the next best parent.
    let parent_of = |kind: &str| {
        let found = read.references.iter().filter(of_trace).find(|one| one.ref_type == kind);
        found.and_then(|reference| SpanId::from_hex(&reference.span_id))
    };
    let parent = parent_of("CHILD_OF")
        .or_else(|| parent_of("FOLLOWS_FROM"))
        .or_else(|| SpanId::from_hex(&read.parent_span_id))
        .filter(|id| !id.is_zero());
    let links = read.references.iter().filter_map(|reference| {
        let span_id = SpanId::from_hex(&reference.span_id)?;
        let other = TraceId::from_hex(&reference.trace_id).unwrap_or(trace_id);
        (Some(span_id) != parent || other != trace_id).then(|| SpanLink {
            trace_id: other,
            span_id,
            trace_state: texts.intern(""),
            attributes: Box::default(),
            dropped_attributes: 0,
            flags: 0,
        })
    });
    let links: Box<[SpanLink]> = links.collect();
    let start_ns = read.start_time.u64().unwrap_or(0).saturating_mul(1_000);
    let events = read.logs.into_iter().map(|log| convert_event(log, texts));
    let events: Box<[SpanEvent]> = events.collect();
    TraceSpan {
        id: SpanId::from_hex(&read.span_id).unwrap_or_default(),
        parent,
        name: texts.intern(&read.operation_name),
        kind,
        status: match status.as_ref().and_then(AttributeValue::as_text) {
            Some("OK") => SpanStatus::Ok,
            Some("ERROR") => SpanStatus::Error,
            _ if error => SpanStatus::Error,
            _ => SpanStatus::Unset,
        },
        status_message: texts.intern(message.as_ref().and_then(AttributeValue::as_text).unwrap_or_default()),
        start_ns,
        end_ns: start_ns.saturating_add(read.duration.u64().unwrap_or(0).saturating_mul(1_000)),
        attributes: attributes.into(),
        events,
        links,
        resource,
        scope: Arc::clone(scope),
        extra: None,
    }
}

/// The name of an event stands in the field `event`, or in `message`.
fn convert_event(log: JaegerUiLog<'_>, texts: &mut Interner) -> SpanEvent {
    let mut attributes = convert_tags(log.fields, texts);
    let name = take_attribute(&mut attributes, "event").or_else(|| take_attribute(&mut attributes, "message"));
    SpanEvent {
        at_ns: log.timestamp.u64().unwrap_or(0).saturating_mul(1_000),
        name: texts.intern(name.as_ref().and_then(AttributeValue::as_text).unwrap_or("log")),
        attributes: attributes.into(),
        dropped_attributes: 0,
    }
}

fn take_attribute(attributes: &mut Vec<Attribute>, key: &str) -> Option<AttributeValue> {
    let at = attributes.iter().position(|attribute| &*attribute.key == key)?;
    Some(attributes.remove(at).value)
}

fn convert_tags(tags: Vec<JaegerUiTag<'_>>, texts: &mut Interner) -> Vec<Attribute> {
    tags.into_iter()
        .map(|tag| Attribute {
            key: texts.intern(&tag.key),
            value: convert_tag_value(&tag, texts),
        })
        .collect()
}

fn convert_tag_value(tag: &JaegerUiTag<'_>, texts: &mut Interner) -> AttributeValue {
    let raw = tag.value.map_or("null", RawValue::get);
    let text = || match serde_json::from_str::<Cow<str>>(raw) {
        Ok(text) => text.into_owned(),
        Err(_) => raw.to_owned(),
    };
    match (&*tag.kind, raw) {
        (_, "null") => AttributeValue::Empty,
        ("bool", _) => AttributeValue::Bool(text() == "true"),
        ("int64" | "float64", _) => match (text().parse(), text().parse()) {
            (Ok(number), _) => AttributeValue::Int(number),
            (_, Ok(number)) => AttributeValue::Double(number),
            _ => AttributeValue::Text(texts.intern(&text())),
        },
        ("", "true" | "false") => AttributeValue::Bool(raw == "true"),
        _ => AttributeValue::Text(texts.intern(&text())),
    }
}
