//! How two traces differ, by the path of their spans.

use super::trace::SharedText;

/// Spans that stand at one place of both traces: the same services and names from the root on.
#[derive(Debug, Clone, PartialEq)]
pub struct DiffRow {
    /// The service.
    pub service: SharedText,
    /// The span's name.
    pub name: SharedText,
    /// How deep it stands.
    pub depth: u32,
    /// In the first trace.
    pub a: DiffSide,
    /// In the second.
    pub b: DiffSide,
}

/// The spans of one trace at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiffSide {
    /// How many.
    pub count: u32,
    /// Those that report an error.
    pub errors: u32,
    /// Their time together, in nanoseconds.
    pub total_ns: u64,
    /// Their own time, without that of spans below.
    pub self_ns: u64,
}

/// Two traces compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TraceDiff {
    /// Places in the order of the first trace, those of the second alone where they belong.
    pub rows: Vec<DiffRow>,
    /// Length of the first trace, in nanoseconds.
    pub a_ns: u64,
    /// Length of the second.
    pub b_ns: u64,
    /// Spans of the first trace.
    pub a_spans: u32,
    /// Spans of the second.
    pub b_spans: u32,
}
