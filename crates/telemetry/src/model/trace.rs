//! A trace as it was received: spans, the resources and scopes they belong to, typed attributes, events, links.
//!
//! Names and keys repeat over thousands of spans, so texts are shared (`Arc<str>`). Times are nanoseconds since 1970, as
//! they were reported: nothing is corrected here.

use std::collections::HashMap;
use std::sync::Arc;

use clap::ValueEnum;
use serde::Deserialize;

pub use super::attributes::{Attribute, AttributeMap, AttributeValue, find_attribute};
pub use super::ids::{SpanId, TraceId};

/// A text that many spans share.
pub type SharedText = Arc<str>;

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

impl SpanScope {
    /// Anything is known of it.
    pub fn is_named(&self) -> bool {
        !(self.name.is_empty() && self.version.is_empty() && self.attributes.is_empty())
    }
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
#[derive(Debug, Clone, PartialEq, Default)]
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

impl SpanExtras {
    /// None where there is nothing in them.
    pub fn boxed(self) -> Option<Box<SpanExtras>> {
        (self != SpanExtras::default()).then(|| Box::new(self))
    }
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

    /// Its W3C trace state, where it has one.
    pub fn trace_state(&self) -> Option<&str> {
        let extra = self.extra.as_deref()?;
        (!extra.trace_state.is_empty()).then_some(&*extra.trace_state)
    }

    /// It says how it ended.
    pub fn has_status(&self) -> bool {
        self.status != SpanStatus::Unset || !self.status_message.is_empty()
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

/// Spans of one resource, by the scope that made them.
pub type SpanGroup<'a> = (&'a Arc<SpanResource>, Vec<(&'a Arc<SpanScope>, Vec<&'a TraceSpan>)>);

impl Trace {
    /// The spans by resource and scope, as OTLP nests them; within one they stay in their order.
    pub fn group_spans(&self) -> Vec<SpanGroup<'_>> {
        let mut groups: Vec<SpanGroup<'_>> = Vec::new();
        let mut places: HashMap<*const SpanResource, usize> = HashMap::new();
        for span in &self.spans {
            let place = *places.entry(Arc::as_ptr(&span.resource)).or_insert_with(|| {
                groups.push((&span.resource, Vec::new()));
                groups.len() - 1
            });
            let scopes = &mut groups[place].1;
            match scopes.iter_mut().find(|(scope, _)| Arc::ptr_eq(scope, &span.scope)) {
                Some((_, spans)) => spans.push(span),
                None => scopes.push((&span.scope, vec![span])),
            }
        }
        groups
    }
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
