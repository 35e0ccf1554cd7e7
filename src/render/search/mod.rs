//! What `search` shows: tables of traces, tags and values, why nothing was found, two traces compared; as text, JSON, JSON
//! lines or CSV.

mod csv;
mod diff;
mod empty;
mod json;
mod otlp;
mod span_json;
mod table;
mod tags;

pub use csv::{hits_csv, spans_csv, spans_csv_head};
pub use diff::{diff, diff_json};
pub use empty::empty;
pub use json::{hit_line, search_json, tags_json, values_json};
pub use otlp::otlp_json;
pub use span_json::{span_lines, trace_json};
pub use table::{Cut, Table, summary};
pub use tags::{tags, values};

use jiff::Timestamp;

/// A moment in RFC 3339 with milliseconds.
fn rfc3339(ns: u64) -> Option<String> {
    let at = Timestamp::from_nanosecond(i128::from(ns)).ok()?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// Nanoseconds as milliseconds, with what is left of them.
fn ms(ns: u64) -> f64 {
    ns as f64 / 1e6
}
