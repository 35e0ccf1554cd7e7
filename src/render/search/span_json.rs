//! One trace as a JSON document of version 1: its spans in the order of the waterfall. Written straight from the trace, so
//! that a large one is not there twice.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::render::json::{render_document, render_line};
use telemetry::model::report::SCHEMA_VERSION;
use telemetry::model::trace::{AttributeMap, SpanEvent, SpanLink, Trace, TraceSpan};
use telemetry::model::waterfall_layout::{TraceLayout, WaterfallRow};

use super::{convert_to_ms, format_rfc3339};

/// The whole trace. `shape` has a row for every span.
pub fn render_trace_json(trace: &Trace, shape: &TraceLayout) -> String {
    let document = TraceDocument {
        schema_version: SCHEMA_VERSION,
        trace_id: trace.id.to_string(),
        complete: trace.partial.is_none(),
        partial: trace.partial.as_deref(),
        spans: SpansJson { trace, shape },
    };
    render_document(&document)
}

/// One span a line.
pub fn render_span_lines(trace: &Trace, shape: &TraceLayout) -> String {
    shape
        .drawn_spans(trace)
        .map(|(row, span)| render_line(&SpanJson { row, span }))
        .collect()
}

#[derive(Serialize)]
struct TraceDocument<'a> {
    schema_version: u32,
    trace_id: String,
    complete: bool,
    partial: Option<&'a str>,
    spans: SpansJson<'a>,
}

struct SpansJson<'a> {
    trace: &'a Trace,
    shape: &'a TraceLayout,
}

impl Serialize for SpansJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for (row, span) in self.shape.drawn_spans(self.trace) {
            list.serialize_element(&SpanJson { row, span })?;
        }
        list.end()
    }
}

struct SpanJson<'a> {
    row: &'a WaterfallRow,
    span: &'a TraceSpan,
}

impl Serialize for SpanJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let SpanJson { row, span } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("span_id", &span.id.to_string())?;
        map.serialize_entry("parent_span_id", &span.parent.map(|id| id.to_string()))?;
        map.serialize_entry("depth", &row.depth)?;
        map.serialize_entry("service", span.service())?;
        map.serialize_entry("name", &*span.name)?;
        map.serialize_entry("kind", span.kind.name())?;
        map.serialize_entry("start", &format_rfc3339(span.start_ns).filter(|_| span.start_ns > 0))?;
        map.serialize_entry("duration_ms", &convert_to_ms(span.duration_ns()))?;
        map.serialize_entry("self_ms", &convert_to_ms(row.self_ns))?;
        map.serialize_entry("status", span.status.name())?;
        map.serialize_entry("status_message", &*span.status_message)?;
        map.serialize_entry("critical", &(row.critical_ns > 0))?;
        map.serialize_entry("critical_ms", &convert_to_ms(row.critical_ns))?;
        map.serialize_entry("attributes", &AttributeMap(&span.attributes))?;
        map.serialize_entry("resource", &AttributeMap(&span.resource.attributes))?;
        map.serialize_entry("events", &span.events.iter().map(EventJson).collect::<Vec<_>>())?;
        map.serialize_entry("links", &span.links.iter().map(LinkJson).collect::<Vec<_>>())?;
        map.end()
    }
}

struct EventJson<'a>(&'a SpanEvent);

impl Serialize for EventJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("time", &format_rfc3339(self.0.at_ns))?;
        map.serialize_entry("name", &*self.0.name)?;
        map.serialize_entry("attributes", &AttributeMap(&self.0.attributes))?;
        map.end()
    }
}

struct LinkJson<'a>(&'a SpanLink);

impl Serialize for LinkJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("trace_id", &self.0.trace_id.to_string())?;
        map.serialize_entry("span_id", &self.0.span_id.to_string())?;
        map.serialize_entry("attributes", &AttributeMap(&self.0.attributes))?;
        map.end()
    }
}
