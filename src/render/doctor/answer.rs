//! The words and signs that every format shares: the verdict's sign, a check's sign, facts, sentences.

use crate::model::report::{CheckStatus, ReportCause, ReportCheck, SkipKind, Status};
use crate::model::{Confidence, EvidenceLine, Level};
use crate::render::style::{Style, Tone};

/// The sign that begins the first line.
pub(super) fn sign(status: Status, style: Style) -> &'static str {
    match status {
        Status::Healthy => style.sign("✓", "ok"),
        Status::Degraded => style.sign("!", "warn"),
        Status::Broken => style.sign("✗", "FAIL"),
        Status::Inconclusive => "?",
    }
}

/// The colour of the first line.
pub(super) fn tone(status: Status) -> Tone {
    match status {
        Status::Healthy => Tone::Good,
        Status::Degraded => Tone::Degraded,
        Status::Broken => Tone::Bad,
        Status::Inconclusive => Tone::Plain,
    }
}

/// The colour of a cause.
pub(super) fn level_tone(level: Level) -> Tone {
    match level {
        Level::Broken => Tone::Bad,
        Level::Degraded => Tone::Degraded,
    }
}

/// The word for a verdict.
pub(super) fn status_word(status: Status) -> &'static str {
    match status {
        Status::Healthy => "healthy",
        Status::Degraded => "degraded",
        Status::Broken => "broken",
        Status::Inconclusive => "not decided",
    }
}

/// The word for a level.
pub(super) fn level_word(level: Level) -> &'static str {
    match level {
        Level::Broken => "broken",
        Level::Degraded => "degraded",
    }
}

/// The sign before a check.
pub(super) fn check_sign(status: CheckStatus, style: Style) -> (&'static str, Tone) {
    match status {
        CheckStatus::Pass => (style.sign("✓", "ok"), Tone::Good),
        CheckStatus::Warn => (style.sign("!", "warn"), Tone::Degraded),
        CheckStatus::Fail => (style.sign("✗", "FAIL"), Tone::Bad),
        CheckStatus::Skip => (style.sign("–", "-"), Tone::Dim),
    }
}

/// Why a check was not judged: `not applicable: multi-tenancy is off`.
pub(super) fn not_judged(check: &ReportCheck) -> Option<String> {
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
pub(super) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    }
}

/// `prometheus, certain`
pub(super) fn place(cause: &ReportCause) -> String {
    format!("{}, {}", cause.hop, confidence(cause.confidence))
}

/// The name of something and its value: a key `= value`, a phrase `: value`, what grew `+122`.
pub(super) fn fact(line: &EvidenceLine) -> String {
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
pub(super) fn sentence(text: &str) -> String {
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

/// `1 hop`, `2 hops`
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_read_as_they_are_meant() {
        let fact = |name: &str, value: &str| super::fact(&EvidenceLine::new("", name, value));
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
        assert_eq!(sentence("it refuses remote write"), "It refuses remote write.");
        assert_eq!(sentence("web.enable is off."), "web.enable is off.");
        assert_eq!(sentence("traceparent"), "Traceparent.");
        assert_eq!(sentence(""), "");
    }
}
