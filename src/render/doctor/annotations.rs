//! The findings of a report for a code review: SARIF 2.1.0 (docs.oasis-open.org/sarif) and GitHub's workflow commands
//! (docs.github.com, «Workflow commands»). Each is shown at the line of the file that its evidence names.

use serde_json::{Value, json};

use super::labels::describe_fact;
use super::remedy;
use crate::render::json::render_document;
use crate::render::sanitize;
use telemetry::model::check::{EvidenceLine, FindingLevel};
use telemetry::model::report::{CheckStatus, DoctorReport};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AnnotationLevel {
    Error,
    Warning,
    Note,
}

/// One finding at one place.
struct Annotation<'a> {
    cause: &'a str,
    severity: AnnotationLevel,
    text: String,
    place: Option<(&'a str, u32)>,
}

/// Findings as a SARIF log.
pub fn render_sarif(report: &DoctorReport) -> String {
    let annotations = list_annotations(report);
    let mut ids: Vec<&str> = annotations.iter().map(|one| one.cause).collect();
    ids.sort_unstable();
    ids.dedup();
    let rules: Vec<Value> = ids.iter().filter_map(|id| describe_rule(id)).collect();
    let results: Vec<Value> = annotations.iter().map(build_result).collect();
    render_document(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": report.tool.name, "version": report.tool.version, "rules": rules}},
            "results": results,
        }],
    }))
}

fn describe_rule(id: &str) -> Option<Value> {
    let cause = doctor::causes::find_cause(id)?;
    Some(json!({
        "id": id,
        "shortDescription": {"text": cause.title},
        "help": {"text": format!("tempoctl explain {id}")},
    }))
}

fn build_result(one: &Annotation<'_>) -> Value {
    let level = match one.severity {
        AnnotationLevel::Error => "error",
        AnnotationLevel::Warning => "warning",
        AnnotationLevel::Note => "note",
    };
    let locations: Vec<Value> = one
        .place
        .map(|(file, line)| {
            json!({"physicalLocation": {
                "artifactLocation": {"uri": sanitize::sanitize_line(file)},
                "region": {"startLine": line.max(1)},
            }})
        })
        .into_iter()
        .collect();
    json!({"ruleId": one.cause, "level": level, "message": {"text": one.text}, "locations": locations})
}

/// Findings as workflow commands, one per line. A job that prints them marks the lines in its pull request.
pub fn render_github(report: &DoctorReport) -> String {
    let mut text = String::new();
    for one in list_annotations(report) {
        let command = match one.severity {
            AnnotationLevel::Error => "error",
            AnnotationLevel::Warning => "warning",
            AnnotationLevel::Note => "notice",
        };
        let place = one.place.map_or(String::new(), |(file, line)| {
            format!("file={},line={},", escape_property(file), line.max(1))
        });
        let (title, message) = (escape_property(one.cause), escape_message(&one.text));
        text.push_str(&format!("::{command} {place}title={title}::{message}\n"));
    }
    text
}

fn escape_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_message(&sanitize::sanitize_line(text))
        .replace(':', "%3A")
        .replace(',', "%2C")
}

/// Causes of the verdict, then warnings that are none; one for each line of a file, or one where none is named.
fn list_annotations(report: &DoctorReport) -> Vec<Annotation<'_>> {
    let mut list = Vec::new();
    let causes = &report.verdict.causes;
    for cause in causes {
        let severity = match cause.level {
            FindingLevel::Broken => AnnotationLevel::Error,
            FindingLevel::Degraded => AnnotationLevel::Warning,
        };
        let mut text = format!("{}\nFix: {}", cause.summary, cause.remedy.text);
        for block in remedy::list_paste_blocks(&cause.remedy) {
            text.push('\n');
            text.push_str(&block);
        }
        push_annotations(&mut list, &cause.id, severity, &text, &cause.evidence);
    }
    for check in report.checks.iter().filter(|check| check.status == CheckStatus::Warn) {
        if let Some(id) = check
            .cause
            .as_deref()
            .filter(|id| causes.iter().all(|cause| cause.id != *id))
        {
            push_annotations(&mut list, id, AnnotationLevel::Note, &check.summary, &check.evidence);
        }
    }
    list
}

fn push_annotations<'a>(
    list: &mut Vec<Annotation<'a>>,
    cause: &'a str,
    severity: AnnotationLevel,
    text: &str,
    evidence: &'a [EvidenceLine],
) {
    let mut places: Vec<((&str, u32), String)> = evidence
        .iter()
        .filter_map(|line| Some((parse_place(&line.source)?, describe_fact(line))))
        .collect();
    places.dedup_by_key(|(place, _)| *place);
    // The first line is where the fault is; one that stands in several lines of a file is marked at each of them.
    let first = places.first().map(|((file, _), _)| *file);
    let same_file = places.iter().all(|((file, _), _)| Some(*file) == first);
    places.truncate(if same_file { places.len() } else { 1 });
    let build = |place, text: &str| Annotation {
        cause,
        severity,
        text: sanitize::sanitize_block(text),
        place,
    };
    if places.is_empty() {
        list.push(build(None, text));
    }
    list.extend(
        places
            .into_iter()
            .map(|(place, fact)| build(Some(place), &format!("{fact}\n{text}"))),
    );
}

/// `obs/tempo.yaml:12`, or a file without a line; nothing for a request.
fn parse_place(source: &str) -> Option<(&str, u32)> {
    if source.contains(char::is_whitespace) || source.contains("://") {
        return None;
    }
    match source.rsplit_once(':').map(|(file, line)| (file, line.parse())) {
        Some((file, Ok(line))) => Some((file, line)),
        _ => source.contains('.').then_some((source, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_files_with_lines() {
        assert_eq!(parse_place("obs/t.yaml:12"), Some(("obs/t.yaml", 12)));
        assert_eq!(parse_place("c.yaml"), Some(("c.yaml", 0)));
        assert_eq!(parse_place("GET /status/config"), None);
        assert_eq!(parse_place("http://tempo:3200"), None);
        assert_eq!(escape_property("a,b:c%"), "a%2Cb%3Ac%25");
    }
}
