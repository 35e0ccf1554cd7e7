//! Logs: laid out for a person, or as documents and lines for programs.

pub mod human;
pub mod json;

pub use human::LogLayout;

use telemetry::model::logs::{LogLine, Nanos};

/// A moment as RFC 3339, UTC.
pub fn format_moment(nanos: Nanos) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(nanos)).map_or_else(|_| String::new(), |time| time.to_string())
}

/// An entry as logfmt, keys in a fixed order first.
pub fn render_logfmt(line: &LogLine) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if let Some(time) = line.time {
        pairs.push(("ts", format_moment(time)));
    }
    if let Some(level) = line.level {
        pairs.push(("level", level.name().to_owned()));
    }
    pairs.push(("log", line.source.clone()));
    if !line.part.is_empty() {
        pairs.push(("part", line.part.clone()));
    }
    let mut message = line.message.clone();
    for more in &line.more {
        message.push('\n');
        message.push_str(more);
    }
    pairs.push(("msg", message));
    let fields = line.fields.iter().map(|(key, value)| (key.as_str(), value.clone()));
    pairs.extend(fields);
    if !line.causes.is_empty() {
        pairs.push(("cause", line.causes.join(",")));
    }
    let words: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{}={}", sanitize_key(key), quote_value(value)))
        .collect();
    words.join(" ") + "\n"
}

/// A key that nothing in it ends.
fn sanitize_key(key: &str) -> String {
    key.chars()
        .map(|c| {
            if c <= ' ' || matches!(c, '=' | '"') || super::sanitize::is_control_sign(c) {
                '_'
            } else {
                c
            }
        })
        .collect()
}

/// A value in quotes where it needs them; what steers a terminal is spelt out.
fn quote_value(value: &str) -> String {
    let plain = !value.is_empty()
        && !value
            .chars()
            .any(|c| c <= ' ' || matches!(c, '"' | '=' | '\\') || super::sanitize::is_control_sign(c));
    if plain {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if super::sanitize::is_control_sign(c) => out.push_str(&format!("\\u{:04x}", u32::from(c).min(0xffff))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Text as it was written, each of its lines harmless.
pub fn render_raw(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 1);
    for part in text.split('\n') {
        let part = part.strip_suffix('\r').unwrap_or(part);
        for (at, piece) in part.split('\t').enumerate() {
            if at > 0 {
                out.push('\t');
            }
            out.push_str(&super::sanitize::sanitize_line(piece));
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use telemetry::model::logs::LogLevel;

    #[test]
    fn logfmt_can_be_read_again() {
        let line = LogLine {
            time: Some(1_795_332_060_000_000_000),
            level: Some(LogLevel::Warn),
            source: "docker:tempo".into(),
            part: "remote write".into(),
            message: "a \"b\"\u{1b}[2J".into(),
            fields: vec![("k y".into(), "v=1".into()), ("n".into(), "1".into())],
            more: vec!["second".into()],
            causes: vec!["rw-unreachable".into()],
            ..LogLine::default()
        };
        assert_eq!(
            render_logfmt(&line),
            "ts=2026-11-22T07:21:00Z level=warn log=docker:tempo part=\"remote write\" msg=\"a \\\"b\\\"\\u001b[2J\\nsecond\" k_y=\"v=1\" n=1 cause=rw-unreachable\n"
        );
    }

    #[test]
    fn raw_is_the_line_and_harmless() {
        assert_eq!(render_raw("a\tb\r\n\u{1b}[31mred"), "a\tb\n\\x1b[31mred\n");
    }
}
