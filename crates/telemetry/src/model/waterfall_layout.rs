//! A trace as it is drawn: one row after the other, with what each stands for and where its time went.

use super::trace::{SharedText, SpanId, Trace, TraceSpan};

/// A stretch of time, in nanoseconds since 1970.
pub type NanosRange = (u64, u64);

/// How much of a trace is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaterfallView {
    /// Only this span and what lies below it.
    pub focus: Option<SpanId>,
    /// Levels that are shown.
    pub depth: Option<u32>,
    /// So many siblings of the same kind become one row; 0: none do.
    pub collapse: usize,
    /// Rows that are shown; 0: all.
    pub rows: usize,
}

impl Default for WaterfallView {
    fn default() -> Self {
        WaterfallView {
            focus: None,
            depth: None,
            collapse: 5,
            rows: 0,
        }
    }
}

/// Siblings of one service and name that share a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiblingGroup {
    /// How many.
    pub count: u32,
    /// The middle one's duration, in nanoseconds.
    pub p50_ns: u64,
    /// The longest one's duration, in nanoseconds.
    pub max_ns: u64,
}

/// What a row draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowSubject {
    /// A span, by its index in the trace; of a group, the longest one.
    Span(u32),
    /// A span that others name as their parent and that is not there.
    Missing(SpanId),
}

/// What is odd about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowAnomalies {
    /// Its ancestors lead back to itself.
    pub circular: bool,
    /// It ends before it starts.
    pub negative: bool,
    /// It has no start, or no end.
    pub timeless: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct WaterfallRow {
    /// What it draws.
    pub subject: RowSubject,
    /// How deep it stands.
    pub depth: u32,
    /// No sibling follows.
    pub last: bool,
    /// Spans it stands for: its own, those of its group, and all that are folded away below it.
    pub stands_for: u32,
    /// Spans folded away below it.
    pub hidden: u32,
    /// The group, where it is one.
    pub group: Option<SiblingGroup>,
    /// When it was running: one stretch, or one for each member of a group.
    pub running: Vec<NanosRange>,
    /// When it worked itself, not waiting for spans below that have rows of their own.
    pub own: Vec<NanosRange>,
    /// When the trace waited for it.
    pub critical: Vec<NanosRange>,
    /// Time of its own work, in nanoseconds.
    pub self_ns: u64,
    /// Time on the critical path, in nanoseconds.
    pub critical_ns: u64,
    /// What is odd about it.
    pub anomalies: RowAnomalies,
}

/// A place on the critical path.
#[derive(Debug, Clone, PartialEq)]
pub struct CriticalStep {
    /// The service.
    pub service: SharedText,
    /// The span's name.
    pub name: SharedText,
    /// Spans of that name one after the other.
    pub count: u32,
    /// Time on the path, in nanoseconds.
    pub ns: u64,
}

/// One service's part.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceShare {
    /// The service.
    pub service: SharedText,
    /// Its spans.
    pub spans: u32,
    /// Those that report an error.
    pub errors: u32,
    /// Its time on the critical path, in nanoseconds.
    pub critical_ns: u64,
}

/// What is worth saying about the whole.
#[derive(Debug, Clone, PartialEq)]
pub enum TraceNote {
    /// Tempo says that this is not all.
    Partial(String),
    /// No root: the span that began the trace is not there.
    RootMissing,
    /// Several spans have no parent.
    Roots(u32),
    /// Spans name parents that are not there: spans, parents.
    MissingParents(u32, u32),
    /// The clocks of two services differ: the one that runs behind, the other, by at least so many nanoseconds.
    Skew(SharedText, SharedText, u64),
    /// Spans share an id with another span.
    SharedIds(u32),
    /// Spans whose ancestors lead back to themselves.
    Circular(u32),
    /// Spans that end before they start.
    Negative(u32),
    /// Spans without a start or an end.
    Timeless(u32),
    /// Work goes on after the root has ended, in nanoseconds.
    Tail(u64),
    /// The span to focus on is not there.
    NoFocus(SpanId),
}

/// A trace, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TraceLayout {
    /// The rows, top to bottom.
    pub rows: Vec<WaterfallRow>,
    /// Spans of the whole trace.
    pub spans: u32,
    /// Those that report an error.
    pub errors: u32,
    /// Spans beyond the last row.
    pub cut: u32,
    /// Start and end of what is shown.
    pub extent: NanosRange,
    /// Start and end of the main root.
    pub main: NanosRange,
    /// Names of the spans above the one in focus, from the root.
    pub above: Vec<SharedText>,
    /// Services, most spans first.
    pub services: Vec<ServiceShare>,
    /// The critical path, in order.
    pub path: Vec<CriticalStep>,
    /// What is worth saying.
    pub notes: Vec<TraceNote>,
}

impl WaterfallRow {
    /// The span that it draws, of the trace it was made from; none where a parent is missing.
    pub fn span<'a>(&self, trace: &'a Trace) -> Option<&'a TraceSpan> {
        match self.subject {
            RowSubject::Span(index) => trace.spans.get(index as usize),
            RowSubject::Missing(_) => None,
        }
    }
}

impl TraceLayout {
    /// The rows that draw a span, each with it.
    pub fn drawn_spans<'a>(&'a self, trace: &'a Trace) -> impl Iterator<Item = (&'a WaterfallRow, &'a TraceSpan)> {
        self.rows.iter().filter_map(|row| Some((row, row.span(trace)?)))
    }
}
