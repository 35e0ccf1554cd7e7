//! Logs for programs: one document, or an object an entry.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::format_moment;
use crate::render::json;
use telemetry::model::logs::{LineCounts, LogLevel, LogLine, LogSummary};
use telemetry::model::report::SCHEMA_VERSION;

#[derive(Serialize)]
struct LogDocument<'a> {
    schema_version: u32,
    sources: &'a [String],
    unread: Vec<Value>,
    account: LineCounts,
    known: Vec<Value>,
    templates: Vec<Value>,
}

/// The summary as one document.
pub fn render_summary(summary: &LogSummary) -> String {
    let known = summary.problems.iter().map(|problem| {
        json!({
            "cause": problem.known.cause,
            "title": problem.title,
            "count": problem.known.count,
            "first": problem.known.first.map(format_moment),
            "last": problem.known.last.map(format_moment),
            "source": problem.known.source,
            "reason": problem.reason,
            "example": problem.known.example,
            "command": problem.command,
        })
    });
    let templates = summary.templates.iter().zip(&summary.lines).map(|(template, line)| {
        json!({
            "text": template.text,
            "level": template.level,
            "count": template.count,
            "first": template.first.map(format_moment),
            "last": template.last.map(format_moment),
            "source": line.source,
            "part": line.part,
            "causes": template.causes,
            "example": line.raw,
        })
    });
    let unread = summary
        .unread
        .iter()
        .map(|unread| json!({"source": unread.source, "why": unread.why}));
    let document = LogDocument {
        schema_version: SCHEMA_VERSION,
        sources: &summary.sources,
        unread: unread.collect(),
        account: summary.account,
        known: known.collect(),
        templates: templates.collect(),
    };
    json::render_document(&document)
}

/// An entry as it is written, field by field: a log has many.
#[derive(Serialize)]
struct LogEntry<'a> {
    time: Option<String>,
    level: Option<LogLevel>,
    source: &'a str,
    part: &'a str,
    message: Cow<'a, str>,
    #[serde(serialize_with = "as_object")]
    fields: &'a [(String, String)],
    causes: &'a [String],
}

fn as_object<S: Serializer>(fields: &&[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    // A key that stands twice keeps its last value, as in every reader of JSON.
    let last = fields
        .iter()
        .enumerate()
        .filter(|(at, (key, _))| !fields.iter().skip(at + 1).any(|(other, _)| other == key));
    serializer.collect_map(last.map(|(_, (key, value))| (key, value)))
}

/// An entry as an object on one line.
pub fn render_entry(line: &LogLine) -> String {
    let message = if line.more.is_empty() {
        Cow::Borrowed(line.message.as_str())
    } else {
        Cow::Owned(format!("{}\n{}", line.message, line.more.join("\n")))
    };
    let entry = LogEntry {
        time: line.time.map(format_moment),
        level: line.level,
        source: &line.source,
        part: &line.part,
        message,
        fields: &line.fields,
        causes: &line.causes,
    };
    json::render_line(&entry)
}
