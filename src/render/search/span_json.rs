//! One trace as a JSON document of version 1: its spans in the order of the waterfall. Written straight from the trace, so
//! that a large one is not there twice.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::model::report::SCHEMA_VERSION;
use crate::model::shape::{Row, Shape, Subject};
use crate::model::trace::{Attribute, Link, Span, SpanEvent, Trace, Value};
use crate::render::clean;

use super::{ms, rfc3339};

/// The whole trace. `shape` has a row for every span.
pub fn trace_json(trace: &Trace, shape: &Shape) -> Result<String, serde_json::Error> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        trace_id: trace.id.to_string(),
        complete: trace.partial.is_none(),
        partial: trace.partial.as_deref(),
        spans: Spans { trace, shape },
    };
    serde_json::to_string_pretty(&document).map(clean::json_line)
}

/// One span a line.
pub fn span_lines(trace: &Trace, shape: &Shape) -> Result<String, serde_json::Error> {
    let mut out = String::new();
    for (row, span) in drawn(trace, shape) {
        out.push_str(&clean::json_line(serde_json::to_string(&OneSpan { row, span })?));
    }
    Ok(out)
}

fn drawn<'a>(trace: &'a Trace, shape: &'a Shape) -> impl Iterator<Item = (&'a Row, &'a Span)> {
    shape.rows.iter().filter_map(|row| match row.subject {
        Subject::Span(index) => trace.spans.get(index as usize).map(|span| (row, span)),
        Subject::Missing(_) => None,
    })
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    trace_id: String,
    complete: bool,
    partial: Option<&'a str>,
    spans: Spans<'a>,
}

struct Spans<'a> {
    trace: &'a Trace,
    shape: &'a Shape,
}

impl Serialize for Spans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for (row, span) in drawn(self.trace, self.shape) {
            list.serialize_element(&OneSpan { row, span })?;
        }
        list.end()
    }
}

struct OneSpan<'a> {
    row: &'a Row,
    span: &'a Span,
}

impl Serialize for OneSpan<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let OneSpan { row, span } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("span_id", &span.id.to_string())?;
        map.serialize_entry("parent_span_id", &span.parent.map(|id| id.to_string()))?;
        map.serialize_entry("depth", &row.depth)?;
        map.serialize_entry("service", span.service())?;
        map.serialize_entry("name", &*span.name)?;
        map.serialize_entry("kind", span.kind.name())?;
        map.serialize_entry("start", &rfc3339(span.start_ns).filter(|_| span.start_ns > 0))?;
        map.serialize_entry("duration_ms", &ms(span.duration_ns()))?;
        map.serialize_entry("self_ms", &ms(row.self_ns))?;
        map.serialize_entry("status", span.status.name())?;
        map.serialize_entry("status_message", &*span.status_message)?;
        map.serialize_entry("critical", &(row.critical_ns > 0))?;
        map.serialize_entry("critical_ms", &ms(row.critical_ns))?;
        map.serialize_entry("attributes", &Attributes(&span.attributes))?;
        map.serialize_entry("resource", &Attributes(&span.resource.attributes))?;
        map.serialize_entry("events", &span.events.iter().map(OneEvent).collect::<Vec<_>>())?;
        map.serialize_entry("links", &span.links.iter().map(OneLink).collect::<Vec<_>>())?;
        map.end()
    }
}

struct OneEvent<'a>(&'a SpanEvent);

impl Serialize for OneEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("time", &rfc3339(self.0.at_ns))?;
        map.serialize_entry("name", &*self.0.name)?;
        map.serialize_entry("attributes", &Attributes(&self.0.attributes))?;
        map.end()
    }
}

struct OneLink<'a>(&'a Link);

impl Serialize for OneLink<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("trace_id", &self.0.trace_id.to_string())?;
        map.serialize_entry("span_id", &self.0.span_id.to_string())?;
        map.serialize_entry("attributes", &Attributes(&self.0.attributes))?;
        map.end()
    }
}

/// Attributes as an object. Of a key that is there twice the last counts, as everywhere in JSON.
struct Attributes<'a>(&'a [Attribute]);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (index, pair) in self.0.iter().enumerate() {
            let again = self.0[index + 1..].iter().any(|later| later.key == pair.key);
            if !again {
                map.serialize_entry(&*pair.key, &Plain(&pair.value))?;
            }
        }
        map.end()
    }
}

/// A value in JSON's own types.
struct Plain<'a>(&'a Value);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Empty => serializer.serialize_none(),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Int(number) => serializer.serialize_i64(*number),
            // JSON has no NaN and no infinity.
            Value::Double(number) if !number.is_finite() => serializer.serialize_str(&number.to_string()),
            Value::Double(number) => serializer.serialize_f64(*number),
            Value::Bytes(bytes) => serializer.serialize_str(&BASE64.encode(bytes)),
            Value::List(items) => serializer.collect_seq(items.iter().map(Plain)),
            Value::Map(pairs) => Attributes(pairs).serialize(serializer),
        }
    }
}
