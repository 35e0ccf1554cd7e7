//! The words and signs that every format shares: the verdict's sign, a check's sign, facts, sentences.

use crate::render::style::{Style, Tone};
use telemetry::model::report::{CheckStatus, ReportCause, ReportCheck, SkipKind, VerdictStatus};
use telemetry::model::{Confidence, EvidenceLine, FindingLevel};

/// The sign that begins the first line.
pub(super) fn choose_sign(status: VerdictStatus, style: Style) -> &'static str {
    match status {
        VerdictStatus::Healthy => style.sign("✓", "ok"),
        VerdictStatus::Degraded => style.sign("!", "warn"),
        VerdictStatus::Broken => style.sign("✗", "FAIL"),
        VerdictStatus::Inconclusive => "?",
    }
}

/// The colour of the first line.
pub(super) fn choose_tone(status: VerdictStatus) -> Tone {
    match status {
        VerdictStatus::Healthy => Tone::Good,
        VerdictStatus::Degraded => Tone::Degraded,
        VerdictStatus::Broken => Tone::Bad,
        VerdictStatus::Inconclusive => Tone::Plain,
    }
}

/// The colour of a cause.
pub(super) fn choose_level_tone(level: FindingLevel) -> Tone {
    match level {
        FindingLevel::Broken => Tone::Bad,
        FindingLevel::Degraded => Tone::Degraded,
    }
}

/// The word for a verdict.
pub(super) fn name_status(status: VerdictStatus) -> &'static str {
    match status {
        VerdictStatus::Healthy => "healthy",
        VerdictStatus::Degraded => "degraded",
        VerdictStatus::Broken => "broken",
        VerdictStatus::Inconclusive => "not decided",
    }
}

/// The word for a level.
pub(super) fn name_level(level: FindingLevel) -> &'static str {
    match level {
        FindingLevel::Broken => "broken",
        FindingLevel::Degraded => "degraded",
    }
}

/// The sign before a check.
pub(super) fn choose_check_sign(status: CheckStatus, style: Style) -> (&'static str, Tone) {
    match status {
        CheckStatus::Pass => (style.sign("✓", "ok"), Tone::Good),
        CheckStatus::Warn => (style.sign("!", "warn"), Tone::Degraded),
        CheckStatus::Fail => (style.sign("✗", "FAIL"), Tone::Bad),
        CheckStatus::Skip => (style.sign("–", "-"), Tone::Dim),
    }
}

/// Why a check was not judged: `not applicable: multi-tenancy is off`.
pub(super) fn describe_skip(check: &ReportCheck) -> Option<String> {
    let why = check.skip.as_ref()?;
    let kind = match check.skip_kind {
        Some(SkipKind::NotApplicable) => "not applicable",
        Some(SkipKind::NoEvidence) => "no evidence",
        Some(SkipKind::Waiting) => "waiting",
        None => "not judged",
    };
    Some(format!("{kind}: {why}"))
}

/// `certain`, `likely`, `possible`
pub(super) fn name_confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    }
}

/// `prometheus, certain`
pub(super) fn describe_place(cause: &ReportCause) -> String {
    format!("{}, {}", cause.hop, name_confidence(cause.confidence))
}

/// The name of something and its value: a key `= value`, a phrase `: value`, what grew `+122`.
pub(super) fn describe_fact(line: &EvidenceLine) -> String {
    let (name, value) = (line.name.trim(), line.value.trim());
    if name.is_empty() || value.is_empty() {
        return format!("{name}{value}");
    }
    let phrase = name.contains(char::is_whitespace) || name.contains("://") || name.chars().all(char::is_alphanumeric);
    if value.starts_with('+') {
        format!("{name} {value}")
    } else if phrase && !name.contains('{') {
        format!("{name}: {value}")
    } else {
        format!("{name} = {value}")
    }
}

/// A sentence: its first letter large, a full stop behind it.
pub(super) fn format_sentence(text: &str) -> String {
    let text = text.trim();
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    // `tempo.yaml` and `web.enable-…` are names, not words.
    let is_word = text
        .split_whitespace()
        .next()
        .is_some_and(|word| word.chars().all(char::is_alphabetic));
    let head: String = if is_word {
        first.to_uppercase().collect()
    } else {
        first.to_string()
    };
    let stop = if text.ends_with(['.', '!', '?', ':', '…']) {
        ""
    } else {
        "."
    };
    format!("{head}{}{stop}", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_read_as_they_are_meant() {
        let fact = |name: &str, value: &str| super::describe_fact(&EvidenceLine::new("", name, value));
        assert_eq!(fact("web.enable", "false"), "web.enable = false");
        assert_eq!(fact("services", "none"), "services: none");
        assert_eq!(fact("an empty write", "404"), "an empty write: 404");
        assert_eq!(
            fact("samples_failed_total", "+122 since"),
            "samples_failed_total +122 since"
        );
        assert_eq!(
            fact("http://localhost:4318", "refused"),
            "http://localhost:4318: refused"
        );
        assert_eq!(fact("", "404 Not Found"), "404 Not Found");
    }

    #[test]
    fn sentences_begin_large_and_end() {
        assert_eq!(format_sentence("it refuses remote write"), "It refuses remote write.");
        assert_eq!(format_sentence("web.enable is off."), "web.enable is off.");
        assert_eq!(format_sentence("traceparent"), "Traceparent.");
        assert_eq!(format_sentence(""), "");
    }
}
