//! A trace as it was received: spans, the resources and scopes they belong to, typed attributes, events, links.
//!
//! Names and keys repeat over thousands of spans, so texts are shared (`Arc<str>`). Times are nanoseconds since 1970, as
//! they were reported: nothing is corrected here.

use std::sync::Arc;

use clap::ValueEnum;
use serde::Deserialize;

use super::ids::write_hex;
pub use super::ids::{SpanId, TraceId};

/// A text that many spans share.
pub type SharedText = Arc<str>;

/// The value of an attribute, with its type.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum AttributeValue {
    /// Present without a value.
    #[default]
    Empty,
    /// A string.
    Text(SharedText),
    /// A boolean.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A floating-point number.
    Double(f64),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A list.
    List(Box<[AttributeValue]>),
    /// A map.
    Map(Box<[Attribute]>),
}

impl AttributeValue {
    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            AttributeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What the type is called in TraceQL.
    pub fn type_name(&self) -> &'static str {
        match self {
            AttributeValue::Empty => "nil",
            AttributeValue::Text(_) => "string",
            AttributeValue::Bool(_) => "bool",
            AttributeValue::Int(_) => "int",
            AttributeValue::Double(_) => "float",
            AttributeValue::Bytes(_) => "bytes",
            AttributeValue::List(_) => "list",
            AttributeValue::Map(_) => "map",
        }
    }
}

impl std::fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            AttributeValue::Empty => f.write_str("nil"),
            AttributeValue::Text(text) => f.write_str(text),
            AttributeValue::Bool(flag) => write!(f, "{flag}"),
            AttributeValue::Int(number) => write!(f, "{number}"),
            AttributeValue::Double(number) => write!(f, "{number}"),
            AttributeValue::Bytes(bytes) => {
                f.write_str("0x")?;
                write_hex(bytes, f)
            }
            AttributeValue::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            AttributeValue::Map(pairs) => {
                f.write_str("{")?;
                for (index, pair) in pairs.iter().enumerate() {
                    write!(f, "{}{}: {}", if index == 0 { "" } else { ", " }, pair.key, pair.value)?;
                }
                f.write_str("}")
            }
        }
    }
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The key.
    pub key: SharedText,
    /// The value.
    pub value: AttributeValue,
}

/// The value of a key.
pub fn find_attribute<'a>(attributes: &'a [Attribute], key: &str) -> Option<&'a AttributeValue> {
    attributes
        .iter()
        .find(|attribute| &*attribute.key == key)
        .map(|attribute| &attribute.value)
}

/// Who sent spans: one process of a service.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanResource {
    /// `service.name`; empty where nobody said.
    pub service: SharedText,
    /// Its attributes.
    pub attributes: Box<[Attribute]>,
    /// Attributes that the sender left out.
    pub dropped_attributes: u32,
    /// Schema of the attributes, or empty.
    pub schema_url: SharedText,
}

/// The instrumentation that made spans.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanScope {
    /// Its name, or empty.
    pub name: SharedText,
    /// Its version, or empty.
    pub version: SharedText,
    /// Its attributes.
    pub attributes: Box<[Attribute]>,
    /// Schema of the spans' attributes, or empty.
    pub schema_url: SharedText,
}

/// Kinds of spans with their OTLP numbers (opentelemetry-proto: trace/v1/trace.proto).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names of the OTLP enumeration; --help would print more")]
pub enum SpanKind {
    #[default]
    #[serde(skip)]
    #[value(skip)]
    Unspecified = 0,
    Internal = 1,
    Server = 2,
    Client = 3,
    Producer = 4,
    Consumer = 5,
}

impl SpanKind {
    /// Every kind, by number.
    pub const ALL: [SpanKind; 6] = [
        SpanKind::Unspecified,
        SpanKind::Internal,
        SpanKind::Server,
        SpanKind::Client,
        SpanKind::Producer,
        SpanKind::Consumer,
    ];

    /// As TraceQL writes it.
    pub fn name(self) -> &'static str {
        match self {
            SpanKind::Unspecified => "unspecified",
            SpanKind::Internal => "internal",
            SpanKind::Server => "server",
            SpanKind::Client => "client",
            SpanKind::Producer => "producer",
            SpanKind::Consumer => "consumer",
        }
    }

    /// The kind of a name: `server` as TraceQL writes it, `SPAN_KIND_SERVER` as protobuf and metrics do.
    pub fn from_name(name: &str) -> Option<SpanKind> {
        let name = name.trim_start_matches("SPAN_KIND_");
        SpanKind::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// The kind of a number; one that nobody knows is not said.
    pub fn from_number(number: i64) -> SpanKind {
        usize::try_from(number)
            .ok()
            .and_then(|number| SpanKind::ALL.get(number).copied())
            .unwrap_or_default()
    }

    /// The kind that a label of a metric names; without one, spans count as internal.
    pub fn from_label(label: &str) -> SpanKind {
        match SpanKind::from_name(label) {
            None | Some(SpanKind::Unspecified) => SpanKind::Internal,
            Some(kind) => kind,
        }
    }

    /// Work that the service was asked for: what its rate, errors and duration are about.
    pub fn is_entry(self) -> bool {
        matches!(self, SpanKind::Server | SpanKind::Consumer)
    }
}

/// How a span ended, by its own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SpanStatus {
    /// Not said.
    #[default]
    Unset = 0,
    /// Well.
    Ok = 1,
    /// With an error.
    Error = 2,
}

impl SpanStatus {
    /// As TraceQL writes it.
    pub fn name(self) -> &'static str {
        match self {
            SpanStatus::Unset => "unset",
            SpanStatus::Ok => "ok",
            SpanStatus::Error => "error",
        }
    }

    /// The status of a number; one that nobody knows is not said.
    pub fn from_number(number: i64) -> SpanStatus {
        match number {
            1 => SpanStatus::Ok,
            2 => SpanStatus::Error,
            _ => SpanStatus::Unset,
        }
    }
}

/// Something that happened during a span.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanEvent {
    /// When, in nanoseconds since 1970.
    pub at_ns: u64,
    /// What.
    pub name: SharedText,
    /// Its attributes.
    pub attributes: Box<[Attribute]>,
    /// Attributes that the sender left out.
    pub dropped_attributes: u32,
}

/// A span elsewhere that belongs to this one.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanLink {
    /// Its trace.
    pub trace_id: TraceId,
    /// The span.
    pub span_id: SpanId,
    /// W3C trace state, or empty.
    pub trace_state: SharedText,
    /// The link's attributes.
    pub attributes: Box<[Attribute]>,
    /// Attributes that the sender left out.
    pub dropped_attributes: u32,
    /// W3C flags and OTLP's remote bits.
    pub flags: u32,
}

/// What is rarely there: kept apart so that a span stays small.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanExtras {
    /// W3C trace state, or empty.
    pub trace_state: SharedText,
    /// W3C flags and OTLP's remote bits.
    pub flags: u32,
    /// Attributes that the sender left out.
    pub dropped_attributes: u32,
    /// Events that the sender left out.
    pub dropped_events: u32,
    /// Links that the sender left out.
    pub dropped_links: u32,
}

/// One span.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceSpan {
    /// Its id.
    pub id: SpanId,
    /// The span it belongs under; none for a root.
    pub parent: Option<SpanId>,
    /// What it did.
    pub name: SharedText,
    /// Its kind.
    pub kind: SpanKind,
    /// How it ended.
    pub status: SpanStatus,
    /// Its own words about that, or empty.
    pub status_message: SharedText,
    /// Start, in nanoseconds since 1970; 0 where nobody said.
    pub start_ns: u64,
    /// End, in nanoseconds since 1970; may lie before the start.
    pub end_ns: u64,
    /// Its attributes.
    pub attributes: Box<[Attribute]>,
    /// What happened meanwhile.
    pub events: Box<[SpanEvent]>,
    /// Where else it belongs.
    pub links: Box<[SpanLink]>,
    /// Who sent it.
    pub resource: Arc<SpanResource>,
    /// What made it.
    pub scope: Arc<SpanScope>,
    /// What is rarely there.
    pub extra: Option<Box<SpanExtras>>,
}

impl TraceSpan {
    /// The name of its service, or that there is none.
    pub fn service(&self) -> &str {
        if self.resource.service.is_empty() {
            "(no service.name)"
        } else {
            &self.resource.service
        }
    }

    /// How long it took; 0 where it ends before it starts.
    pub fn duration_ns(&self) -> u64 {
        self.end_ns.saturating_sub(self.start_ns)
    }

    /// The error it reports.
    pub fn is_error(&self) -> bool {
        self.status == SpanStatus::Error
    }
}

/// A trace.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Trace {
    /// Its id.
    pub id: TraceId,
    /// Its spans, in the order in which they were read.
    pub spans: Vec<TraceSpan>,
    /// Why this is not all of it, in the server's words.
    pub partial: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_however_it_is_spelt() {
        assert_eq!(SpanKind::from_name("SPAN_KIND_SERVER"), Some(SpanKind::Server));
        assert_eq!(SpanKind::from_name("Client"), Some(SpanKind::Client));
        assert_eq!(SpanKind::from_name("sever"), None);
        assert_eq!(SpanKind::from_label("SPAN_KIND_UNSPECIFIED"), SpanKind::Internal);
        assert_eq!(SpanKind::from_label(""), SpanKind::Internal);
    }
}
