//! An entry as a line to be shown.

use crate::model::logs::{LogLevel, LogLine, Nanos};

use super::header::{self, LineHeader};
use super::{component, escape, fields, mask};

/// The longest reason.
const REASON: usize = 90;

/// An entry as it was written: secrets masked, unless they are to be shown.
pub fn mask_raw_entry(text: &[u8], secrets: bool) -> String {
    let text = String::from_utf8_lossy(text);
    if secrets {
        text.into_owned()
    } else {
        mask::mask_log_secrets(&text).into_owned()
    }
}

/// True where an entry can be shown as it was written: no secret in it, and nothing that steers a terminal.
pub fn is_harmless(text: &[u8]) -> bool {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n');
    let (words, rest) = text.as_chunks::<8>();
    let printable = |word: &[u8; 8]| is_printable(u64::from_ne_bytes(*word)) || word.iter().all(plain);
    words.iter().all(printable) && rest.iter().all(plain) && !mask::may_hold_secret(text)
}

/// True where each of the eight bytes is one from space to tilde.
fn is_printable(word: u64) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let below_space = word.wrapping_sub(ONES * 0x20) & !word;
    let not_delete = word ^ (ONES * 0x7f);
    let delete = not_delete.wrapping_sub(ONES) & !not_delete;
    (word | below_space | delete) & HIGH == 0
}

/// Takes an entry apart for showing, all but [`Line::raw`]. `secrets` leaves secrets as they stand.
pub fn build_log_line(text: &[u8], head: &LineHeader, time: Option<Nanos>, source: &str, secrets: bool) -> LogLine {
    let parts = fields::split_entry(text, head);
    let (message, more) = if secrets {
        (parts.message, parts.more)
    } else {
        mask_joined_lines(parts.message, parts.more)
    };
    LogLine {
        time,
        level: head.level,
        source: source.to_owned(),
        part: component::detect_component(text, head),
        message,
        fields: parts
            .rest
            .into_iter()
            .map(|(key, value)| mask_field(key, value, secrets))
            .collect(),
        more,
        count: 1,
        causes: Vec::new(),
        raw: String::new(),
    }
}

/// A message and the lines after it, masked as one text: a key in PEM has many lines.
fn mask_joined_lines(message: String, more: Vec<String>) -> (String, Vec<String>) {
    let masked = mask::mask_log_secrets(&message).into_owned();
    if !more.iter().any(|line| mask::may_hold_secret(line.as_bytes())) && masked == message {
        return (message, more);
    }
    let text = format!("{message}\n{}", more.join("\n"));
    let more = match mask::mask_log_secrets(&text).strip_prefix(&masked) {
        Some(rest) if !more.is_empty() => rest.trim_start_matches('\n').split('\n').map(str::to_owned).collect(),
        _ => more
            .iter()
            .map(|line| mask::mask_log_secrets(line).into_owned())
            .collect(),
    };
    (masked, more)
}

/// A value is secret by what it looks like, or by its key.
fn mask_field(key: String, value: String, secrets: bool) -> (String, String) {
    if secrets {
        return (key, value);
    }
    let value = mask::mask_field_value(&key, value);
    (key, value)
}

/// The head of an entry's first line.
pub fn parse_entry_header(text: &[u8]) -> LineHeader {
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    header::parse_line_header(first.strip_suffix(b"\r").unwrap_or(first))
}

/// What was the matter, in a few words: the end of the error, with the address it is about.
pub fn extract_reason(example: &str) -> String {
    let text = example.as_bytes();
    let head = parse_entry_header(text);
    let error = component::find_field(text, &head, "err")
        .or_else(|| component::find_field(text, &head, "error"))
        .filter(|error| !error.is_empty());
    let message = || match head.format {
        header::LineFormat::Plain | header::LineFormat::Console => {
            String::from_utf8_lossy(head.message.slice(text)).into_owned()
        }
        _ => escape::unescape_text(head.message.slice(text)).into_owned(),
    };
    let mut words = error.unwrap_or_else(message);
    if let Some(more) = example.lines().nth(1).filter(|_| head.level >= Some(LogLevel::Fatal)) {
        words = format!("{words} {}", more.trim());
    }
    if let Some((_, rest)) = words.split_once("dial tcp ")
        && let Some((address, what)) = rest.split_once(": ")
    {
        let what = what.rsplit(": ").next().unwrap_or(what);
        return format!("{} ({address})", what.trim_matches(['"', ' ']));
    }
    shorten_reason(&words)
}

/// The last parts of a chain of errors that fit.
fn shorten_reason(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let open = words.matches('"').count() % 2 == 1;
    let words = words.trim_end_matches(|c| open && c == '"').to_owned();
    let mut kept = words.as_str();
    while kept.chars().count() > REASON {
        match kept.split_once(": ") {
            Some((_, rest)) if rest.chars().count() >= 12 => kept = rest.trim_matches('"'),
            _ => break,
        }
    }
    if kept.chars().count() <= REASON {
        return kept.to_owned();
    }
    let cut: String = kept.chars().take(REASON).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_the_end_of_the_error() {
        for (line, expected) in [
            (
                r#"time=2026-11-22T13:06:45Z level=WARN msg="Failed to send batch, retrying" err="Post \"http://p:9090/w\": dial tcp 10.0.0.1:9090: connect: connection refused""#,
                "connection refused (10.0.0.1:9090)",
            ),
            (
                "level=warn ts=2026-11-22T09:30:54Z caller=a.go:1 msg=\"reached max active series\" n=1",
                "reached max active series",
            ),
            (
                "failed parsing config: yaml: unmarshal errors:\n  line 7: field x not found",
                "failed parsing config: yaml: unmarshal errors: line 7: field x not found",
            ),
        ] {
            assert_eq!(extract_reason(line), expected);
        }
        assert!(extract_reason(&"x".repeat(500)).chars().count() <= REASON + 1);
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let text = br#"level=warn caller=a.go:1 msg="push to http://me:pw@h" password=hunter2 token=abc1"#;
        let shown = build_log_line(text, &parse_entry_header(text), None, "x", false);
        assert_eq!(shown.message, "push to http://redacted@h");
        assert_eq!(
            shown.fields,
            [
                ("password".into(), "redacted".into()),
                ("token".into(), "redacted".into())
            ]
        );
        let pem = b"level=info msg=x password=\"two words\"\n-----BEGIN PRIVATE KEY-----\nMIIabc\ndef\n-----END PRIVATE KEY-----\nafter";
        let shown = build_log_line(pem, &parse_entry_header(pem), None, "x", false);
        assert_eq!(shown.fields, [("password".into(), "redacted".into())]);
        let kept = ["-----BEGIN PRIVATE KEY-----redacted-----END PRIVATE KEY-----", "after"];
        assert_eq!(shown.more, kept);
        let written = mask_raw_entry(text, false);
        assert!(!written.contains("hunter2") && !written.contains("pw@"), "{written}");
        assert!(mask_raw_entry(text, true).contains("hunter2"));
        assert!(is_harmless(b"level=info msg=\"a b\" url=http://h/x"));
        assert!(!is_harmless(text) && !is_harmless(b"\x1b[2J"));
    }

    proptest::proptest! {
        #[test]
        fn eight_bytes_at_once_are_as_one_by_one(bytes: [u8; 8], at in 0_usize..8, odd in 0_u8..=255) {
            for word in [bytes, { let mut word = *b"level=in"; word[at] = odd; word }] {
                let each = word.iter().all(|byte| matches!(byte, b' '..=b'~'));
                proptest::prop_assert_eq!(is_printable(u64::from_ne_bytes(word)), each, "{:?}", word);
            }
        }
    }
}
