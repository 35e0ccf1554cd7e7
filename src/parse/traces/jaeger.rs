//! What Jaeger's UI saves and its `/api/traces` answers: `{"data": [{"traceID", "spans", "processes"}]}`; times in
//! microseconds, parents as references, the kind and the error as tags (jaegertracing/jaeger: internal/uimodel/model.go).

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::trace::{
    Attribute, Kind, Link, Resource, Scope, Span, SpanEvent, SpanId, SpanStatus, TraceId, Value, find,
};
use crate::parse::rejected::Rejected;

use super::gather::{Gather, Interner};
use super::wire::{Scalar, nullable};

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Trace<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    spans: Vec<&'a RawValue>,
    #[serde(borrow)]
    processes: HashMap<Cow<'a, str>, Process<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Process<'a> {
    #[serde(borrow)]
    service_name: Cow<'a, str>,
    #[serde(borrow, deserialize_with = "nullable")]
    tags: Vec<Tag<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct JaegerSpan<'a> {
    #[serde(borrow, rename = "traceID")]
    trace_id: Cow<'a, str>,
    #[serde(borrow, rename = "spanID")]
    span_id: Cow<'a, str>,
    #[serde(borrow, rename = "parentSpanID")]
    parent_span_id: Cow<'a, str>,
    #[serde(borrow)]
    operation_name: Cow<'a, str>,
    #[serde(borrow, deserialize_with = "nullable")]
    references: Vec<Reference<'a>>,
    #[serde(borrow)]
    start_time: Scalar<'a>,
    #[serde(borrow)]
    duration: Scalar<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    tags: Vec<Tag<'a>>,
    #[serde(borrow, deserialize_with = "nullable")]
    logs: Vec<Log<'a>>,
    #[serde(borrow, rename = "processID")]
    process_id: Cow<'a, str>,
    #[serde(borrow)]
    process: Option<Process<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Reference<'a> {
    #[serde(borrow)]
    ref_type: Cow<'a, str>,
    #[serde(borrow, rename = "traceID")]
    trace_id: Cow<'a, str>,
    #[serde(borrow, rename = "spanID")]
    span_id: Cow<'a, str>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tag<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Log<'a> {
    #[serde(borrow)]
    timestamp: Scalar<'a>,
    #[serde(borrow, deserialize_with = "nullable")]
    fields: Vec<Tag<'a>>,
}

pub(super) fn read(traces: Vec<Trace<'_>>, gather: &mut Gather) -> Result<(), Rejected> {
    for trace in traces {
        let processes: HashMap<Cow<str>, Arc<Resource>> = trace
            .processes
            .into_iter()
            .map(|(id, process)| (id, resource(process, gather)))
            .collect();
        let nobody = gather.resource(Box::default(), 0, "");
        let scope = gather.scope("", "", Box::default(), "");
        for raw in trace.spans {
            let mut read: JaegerSpan = serde_json::from_str(raw.get())
                .map_err(|error| Rejected::new(format!("JSON, but not a trace: cannot read a span: {error}")))?;
            let owner = match read.process.take() {
                Some(process) => resource(process, gather),
                None => Arc::clone(processes.get(&read.process_id).unwrap_or(&nobody)),
            };
            let trace_id = TraceId::from_hex(&read.trace_id).unwrap_or_default();
            let span = span(read, trace_id, owner, &scope, &mut gather.texts);
            gather.span(trace_id, span);
        }
    }
    Ok(())
}

fn resource(process: Process<'_>, gather: &mut Gather) -> Arc<Resource> {
    let mut attributes = tags(process.tags, &mut gather.texts);
    if find(&attributes, "service.name").is_none() {
        let service = Attribute {
            key: gather.texts.text("service.name"),
            value: Value::Text(gather.texts.text(&process.service_name)),
        };
        attributes.insert(0, service);
    }
    gather.resource(attributes.into(), 0, "")
}

fn span(
    read: JaegerSpan<'_>,
    trace_id: TraceId,
    resource: Arc<Resource>,
    scope: &Arc<Scope>,
    texts: &mut Interner,
) -> Span {
    let mut attributes = tags(read.tags, texts);
    let kind = take(&mut attributes, "span.kind");
    let kind = Kind::ALL
        .into_iter()
        .find(|known| kind.as_ref().and_then(Value::as_text) == Some(known.name()))
        .unwrap_or_default();
    let status = take(&mut attributes, "otel.status_code");
    let message = take(&mut attributes, "otel.status_description");
    let error = match find(&attributes, "error") {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Text(text)) => &**text == "true",
        _ => false,
    };
    let of_trace = |reference: &&Reference| {
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
        .filter(|id| !id.is_none());
    let links = read.references.iter().filter_map(|reference| {
        let span_id = SpanId::from_hex(&reference.span_id)?;
        let other = TraceId::from_hex(&reference.trace_id).unwrap_or(trace_id);
        (Some(span_id) != parent || other != trace_id).then(|| Link {
            trace_id: other,
            span_id,
            trace_state: texts.text(""),
            attributes: Box::default(),
            dropped_attributes: 0,
            flags: 0,
        })
    });
    let links: Box<[Link]> = links.collect();
    let start_ns = read.start_time.u64().saturating_mul(1_000);
    let events = read.logs.into_iter().map(|log| event(log, texts));
    let events: Box<[SpanEvent]> = events.collect();
    Span {
        id: SpanId::from_hex(&read.span_id).unwrap_or_default(),
        parent,
        name: texts.text(&read.operation_name),
        kind,
        status: match status.as_ref().and_then(Value::as_text) {
            Some("OK") => SpanStatus::Ok,
            Some("ERROR") => SpanStatus::Error,
            _ if error => SpanStatus::Error,
            _ => SpanStatus::Unset,
        },
        status_message: texts.text(message.as_ref().and_then(Value::as_text).unwrap_or_default()),
        start_ns,
        end_ns: start_ns.saturating_add(read.duration.u64().saturating_mul(1_000)),
        attributes: attributes.into(),
        events,
        links,
        resource,
        scope: Arc::clone(scope),
        extra: None,
    }
}

/// The name of an event stands in the field `event`, or in `message`.
fn event(log: Log<'_>, texts: &mut Interner) -> SpanEvent {
    let mut attributes = tags(log.fields, texts);
    let name = take(&mut attributes, "event").or_else(|| take(&mut attributes, "message"));
    SpanEvent {
        at_ns: log.timestamp.u64().saturating_mul(1_000),
        name: texts.text(name.as_ref().and_then(Value::as_text).unwrap_or("log")),
        attributes: attributes.into(),
        dropped_attributes: 0,
    }
}

fn take(attributes: &mut Vec<Attribute>, key: &str) -> Option<Value> {
    let at = attributes.iter().position(|attribute| &*attribute.key == key)?;
    Some(attributes.remove(at).value)
}

fn tags(tags: Vec<Tag<'_>>, texts: &mut Interner) -> Vec<Attribute> {
    tags.into_iter()
        .map(|tag| Attribute {
            key: texts.text(&tag.key),
            value: value(&tag, texts),
        })
        .collect()
}

fn value(tag: &Tag<'_>, texts: &mut Interner) -> Value {
    let raw = tag.value.map_or("null", RawValue::get);
    let text = || match serde_json::from_str::<Cow<str>>(raw) {
        Ok(text) => text.into_owned(),
        Err(_) => raw.to_owned(),
    };
    match (&*tag.kind, raw) {
        (_, "null") => Value::Empty,
        ("bool", _) => Value::Bool(text() == "true"),
        ("int64" | "float64", _) => match (text().parse(), text().parse()) {
            (Ok(number), _) => Value::Int(number),
            (_, Ok(number)) => Value::Double(number),
            _ => Value::Text(texts.text(&text())),
        },
        ("", "true" | "false") => Value::Bool(raw == "true"),
        _ => Value::Text(texts.text(&text())),
    }
}
