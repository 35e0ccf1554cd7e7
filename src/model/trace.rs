//! A trace as it was received: spans, the resources and scopes they belong to, typed attributes, events, links.
//!
//! Names and keys repeat over thousands of spans, so texts are shared (`Arc<str>`). Times are nanoseconds since 1970, as
//! they were reported: nothing is corrected here.

use std::sync::Arc;

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

/// OTLP's kinds, with their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OtlpSpanKind {
    /// Not said.
    #[default]
    Unspecified = 0,
    /// Work inside a process.
    Internal = 1,
    /// A request served.
    Server = 2,
    /// A request made.
    Client = 3,
    /// A message sent.
    Producer = 4,
    /// A message worked on.
    Consumer = 5,
}

impl OtlpSpanKind {
    /// Every kind, by number.
    pub const ALL: [OtlpSpanKind; 6] = [
        OtlpSpanKind::Unspecified,
        OtlpSpanKind::Internal,
        OtlpSpanKind::Server,
        OtlpSpanKind::Client,
        OtlpSpanKind::Producer,
        OtlpSpanKind::Consumer,
    ];

    /// As TraceQL writes it.
    pub fn name(self) -> &'static str {
        match self {
            OtlpSpanKind::Unspecified => "unspecified",
            OtlpSpanKind::Internal => "internal",
            OtlpSpanKind::Server => "server",
            OtlpSpanKind::Client => "client",
            OtlpSpanKind::Producer => "producer",
            OtlpSpanKind::Consumer => "consumer",
        }
    }

    /// The kind of a number; one that nobody knows is not said.
    pub fn from_number(number: i64) -> OtlpSpanKind {
        usize::try_from(number)
            .ok()
            .and_then(|number| OtlpSpanKind::ALL.get(number).copied())
            .unwrap_or_default()
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
    pub kind: OtlpSpanKind,
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
