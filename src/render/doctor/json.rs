//! The report as JSON: one document, or one line.

use crate::model::Report;
use crate::render::clean;

/// The report as one document, indented, with a line break at its end.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(clean::json_line)
}

/// The report as one line, for `--watch`.
pub fn jsonl(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string(report).map(clean::json_line)
}
