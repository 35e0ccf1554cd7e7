//! What a search finds, and what is known around a search that finds nothing.

use serde::Deserialize;

use std::collections::BTreeMap;

use super::trace::TraceId;

/// One trace that matches.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    /// The trace.
    pub trace_id: TraceId,
    /// Start, in nanoseconds since 1970.
    pub start_ns: u64,
    /// How long the whole trace took, in milliseconds, as Tempo rounds it.
    pub duration_ms: u64,
    /// The service of its root span; `None` where the root was not received.
    pub root_service: Option<String>,
    /// The name of its root span.
    pub root_name: Option<String>,
    /// Spans and errors by service.
    pub services: BTreeMap<String, ServiceCount>,
    /// Spans that match the query.
    pub matched: u64,
}

/// Spans of one service in one trace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ServiceCount {
    /// All of them.
    pub spans: u64,
    /// Those that report an error.
    pub errors: u64,
}

impl SearchHit {
    /// Spans of the trace; `None` where Tempo did not count.
    pub fn spans(&self) -> Option<u64> {
        (!self.services.is_empty()).then(|| self.services.values().map(|count| count.spans).sum())
    }

    /// Start, in seconds since 1970, where Tempo knows it.
    pub fn start_s(&self) -> Option<f64> {
        (self.start_ns > 0).then_some(self.start_ns as f64 / 1e9)
    }

    /// Spans that report an error.
    pub fn errors(&self) -> u64 {
        self.services.values().map(|count| count.errors).sum()
    }
}

/// How much Tempo looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InspectedCounts {
    /// Traces.
    pub traces: u64,
    /// Spans, where this Tempo counts them.
    pub spans: u64,
    /// Bytes.
    pub bytes: u64,
    /// Parts of the work that are done.
    pub completed_jobs: u64,
    /// All parts of the work.
    pub total_jobs: u64,
}

/// An answer to a search, or a part of one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchResult {
    /// The traces, newest first.
    pub hits: Vec<SearchHit>,
    /// How much was looked at.
    pub inspected: InspectedCounts,
}

impl SearchResult {
    /// The newest start, in seconds since 1970.
    pub fn newest_start_s(&self) -> Option<f64> {
        self.hits.iter().filter_map(SearchHit::start_s).reduce(f64::max)
    }
}

/// Attribute names of one scope: `resource`, `span`, `event`, `link`, `instrumentation`, `intrinsic`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TagScope {
    /// The scope.
    pub name: String,
    /// The names.
    pub tags: Vec<String>,
}

/// A value of an attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(default)]
pub struct TagValue {
    /// `string`, `int`, `float`, `bool`, `keyword`, `duration` …
    #[serde(rename = "type")]
    pub kind: String,
    /// As TraceQL writes it, without quotes.
    pub value: String,
}

/// What a window holds, for whoever found nothing in it. Each part may be unknown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WindowContents {
    /// Services and their spans, most first; 0 where they were not counted.
    pub services: Vec<(String, u64)>,
    /// The counts are whole: not of a sample of traces only.
    pub counted: bool,
    /// What was looked at, where nothing could be counted.
    pub sampled_traces: u64,
    /// Attribute names by scope; `None` where they could not be read.
    pub tags: Option<Vec<TagScope>>,
    /// Values of the attributes that the query names, by the attribute's full name.
    pub values: BTreeMap<String, Vec<TagValue>>,
    /// Seconds that Tempo hides from search, where its configuration could be read.
    pub cutoff_s: Option<f64>,
    /// Why the services could not be read.
    pub unreadable: Option<String>,
}

/// Why a search found nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmptyReason {
    /// Sentences, the most telling first.
    pub lines: Vec<String>,
    /// Causes of the catalogue that explain it.
    pub causes: Vec<String>,
    /// Commands that would tell or find more.
    pub advice: Vec<String>,
}
