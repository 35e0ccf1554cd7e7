//! The report in one paragraph, for a chat.

use super::labels::{choose_sign, choose_tone, format_sentence, name_confidence, name_level, name_status};
use super::remedy;
use crate::render::style::Style;
use telemetry::model::report::{DoctorReport, ReportCause, VerdictStatus};

/// One line: the answer, the causes, what to change, which marker.
pub fn render_short(report: &DoctorReport, style: Style) -> String {
    let verdict = &report.verdict;
    let mut parts = Vec::new();
    if verdict.causes.is_empty() {
        let summary = format_sentence(&verdict.summary);
        let word = name_status(verdict.status);
        // The summary begins with the word already.
        let said = summary.to_lowercase().starts_with(word);
        parts.push(if said {
            lowercase_first(&summary)
        } else {
            format!("{word}: {}", lowercase_first(&summary))
        });
        if let Some(next) = verdict
            .next_step
            .as_ref()
            .filter(|_| verdict.status == VerdictStatus::Inconclusive)
        {
            parts.push(format_sentence(next));
        }
    } else {
        parts.push(format!("{}.", describe_causes(&verdict.causes)));
        let fixes: Vec<String> = verdict
            .causes
            .iter()
            .map(|cause| remedy::summarize_remedy(&cause.remedy))
            .collect();
        match fixes.as_slice() {
            [one] if one.is_empty() => {}
            [one] => parts.push(format!("Fix: {one}.")),
            many => {
                let numbered = many
                    .iter()
                    .enumerate()
                    .map(|(index, fix)| format!("({}) {fix}", index + 1));
                parts.push(format!("Fix: {}.", numbered.collect::<Vec<_>>().join(" ")));
            }
        }
    }
    if let Some(marker) = &report.marker {
        parts.push(format!("Marker {}.", abbreviate_id(&marker.trace_id)));
    }
    let sign = style.headline(choose_tone(verdict.status), choose_sign(verdict.status, style));
    format!("{sign} tempoctl: {}\n", style.line(&parts.join(" ")))
}

/// `broken at prometheus (rw-receiver-disabled, certain); degraded at app (…)`
fn describe_causes(causes: &[ReportCause]) -> String {
    let mut out: Vec<String> = Vec::new();
    for cause in causes {
        let name = format!("{} ({}, {})", cause.hop, cause.id, name_confidence(cause.confidence));
        let word = name_level(cause.level);
        let same = causes.first().is_some_and(|first| first.level == cause.level);
        out.push(match out.last() {
            Some(_) if same => format!("and {name}"),
            _ => format!("{word} at {name}"),
        });
    }
    out.join(", ").replace(", and ", " and ")
}

/// Only the first letter of a word changes; a name keeps its own.
fn lowercase_first(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let rest = chars.as_str();
    if rest.starts_with(|c: char| c.is_lowercase()) && !rest.starts_with("empo") {
        format!("{}{rest}", first.to_lowercase())
    } else {
        text.to_owned()
    }
}

/// `4f0c…e2a1`: enough to recognise an id by.
fn abbreviate_id(id: &str) -> String {
    let chars: Vec<char> = id.chars().collect();
    if chars.len() <= 12 {
        return id.to_owned();
    }
    let head: String = chars[..4].iter().collect();
    let tail: String = chars[chars.len() - 4..].iter().collect();
    format!("{head}…{tail}")
}
