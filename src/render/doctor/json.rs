//! The report as JSON: one document, or one line.

use crate::render::sanitize;
use telemetry::model::DoctorReport;

/// The report as one document, indented, with a line break at its end.
pub fn render_json(report: &DoctorReport) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(sanitize::escape_json_line)
}

/// The report as one line, for `--watch`.
pub fn render_jsonl(report: &DoctorReport) -> Result<String, serde_json::Error> {
    serde_json::to_string(report).map(sanitize::escape_json_line)
}
