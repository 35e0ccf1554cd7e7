//! What `search` shows: tables of traces, tags and values, why nothing was found, two traces compared; as text, JSON, JSON
//! lines or CSV.

mod csv;
mod diff;
mod empty;
mod json;
mod span_json;
mod table;
mod tags;

pub use csv::{render_hits_csv, render_spans_csv};
pub use diff::{render_diff, render_diff_json};
pub use empty::render_empty;
pub use json::{render_hit_line, render_search_json, render_tags_json, render_values_json};
pub use span_json::{render_span_lines, render_trace_json};
pub use table::{HitTable, HitsCut, render_summary};
pub use tags::{render_tags, render_values};

use jiff::Timestamp;

/// A moment in RFC 3339 with milliseconds.
fn format_rfc3339(ns: u64) -> Option<String> {
    let at = Timestamp::from_nanosecond(i128::from(ns)).ok()?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// Nanoseconds as milliseconds, with what is left of them.
fn convert_to_ms(ns: u64) -> f64 {
    ns as f64 / 1e6
}
