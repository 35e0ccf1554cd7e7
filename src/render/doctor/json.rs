//! The report as JSON: one document, or one line.

use crate::model::Report;
use crate::render::clean;

/// The report as one document, indented, with a line break at its end.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(ended)
}

/// The report as one line, for `--watch`.
pub fn jsonl(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string(report).map(ended)
}

/// serde leaves characters above U+007E as they are; those that steer a terminal are escaped, which changes no value.
fn ended(document: String) -> String {
    let mut out = String::with_capacity(document.len() + 1);
    for c in document.chars() {
        if c != '\n' && clean::steers(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out.push('\n');
    out
}
