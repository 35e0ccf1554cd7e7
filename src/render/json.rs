//! JSON for programs: every document of every command is written here.

use serde::Serialize;

use super::error::render_error_json;
use super::sanitize::escape_json_line;
use telemetry::model::Problem;

/// A document, indented, with a line break at its end.
pub fn render_document(document: &impl Serialize) -> String {
    finish(serde_json::to_string_pretty(document))
}

/// A document on one line.
pub fn render_line(document: &impl Serialize) -> String {
    finish(serde_json::to_string(document))
}

/// A document that cannot be written is one that says so: whoever reads the output finds one in any case.
fn finish(text: serde_json::Result<String>) -> String {
    match text {
        Ok(text) => escape_json_line(text),
        Err(problem) => render_error_json(&[Problem::new(format!("cannot write the output as JSON: {problem}"))]),
    }
}
