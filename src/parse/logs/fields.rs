//! An entry taken apart for a person or a program: message and fields in order, escapes undone.

use super::escape::unescape;
use super::head::{Format, Head};
use super::json::Members;
use super::logfmt::Pairs;
use super::part;

/// An entry taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// What it says.
    pub message: String,
    /// Everything else that it says of itself, in order; level, time, writer and message are not repeated.
    pub rest: Vec<(String, String)>,
    /// The lines after its first.
    pub more: Vec<String>,
}

/// Keys that stand in columns of their own.
const COLUMNS: [&str; 14] = [
    "level",
    "lvl",
    "severity",
    "ts",
    "time",
    "t",
    "timestamp",
    "caller",
    "source",
    "logger",
    "msg",
    "message",
    "component",
    "resource",
];

/// Takes an entry apart.
pub fn fields(entry: &[u8], head: &Head) -> Fields {
    let mut lines = entry.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let first = first.strip_suffix(b"\r").unwrap_or(first);
    let rest = match head.format {
        Format::Logfmt => pairs(first),
        Format::Json => members(first),
        Format::Console => part::object(first).map(members).unwrap_or_default(),
        Format::Plain => Vec::new(),
    };
    let whole = head.message.from == 0 && head.message.to as usize >= first.len();
    let message = head.message.of(first);
    Fields {
        message: if whole || matches!(head.format, Format::Console | Format::Plain) {
            String::from_utf8_lossy(message).into_owned()
        } else {
            unescape(message).into_owned()
        },
        rest: if whole && head.format == Format::Logfmt {
            Vec::new()
        } else {
            rest
        },
        more: lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect(),
    }
}

fn pairs(line: &[u8]) -> Vec<(String, String)> {
    Pairs::of(line)
        .filter(|pair| pair.assigned)
        .map(|pair| {
            let key = String::from_utf8_lossy(pair.key.of(line)).into_owned();
            let raw = pair.value.of(line);
            let value = if pair.quoted {
                unescape(raw)
            } else {
                String::from_utf8_lossy(raw)
            };
            (key, value.into_owned())
        })
        .filter(|(key, _)| !COLUMNS.contains(&key.as_str()))
        .collect()
}

fn members(object: &[u8]) -> Vec<(String, String)> {
    Members::of(object)
        .map(|member| {
            let key = unescape(member.key.of(object)).into_owned();
            let raw = member.value.of(object);
            let value = if member.text {
                unescape(raw)
            } else {
                String::from_utf8_lossy(raw)
            };
            (key, value.into_owned())
        })
        .filter(|(key, _)| !COLUMNS.contains(&key.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::logs::head::head;

    fn apart(entry: &str) -> Fields {
        fields(entry.as_bytes(), &head(entry.as_bytes()))
    }

    #[test]
    fn an_entry_comes_apart() {
        let read = apart(r#"level=warn ts=2026-11-22T09:00:00Z caller=a.go:1 msg="a \"b\"" err="Post \"x\"" n=1"#);
        assert_eq!(read.message, "a \"b\"");
        assert_eq!(
            read.rest,
            [("err".into(), "Post \"x\"".into()), ("n".into(), "1".into())]
        );
        let read = apart(r#"{"level":"info","ts":1.5,"msg":"é","a":{"b":[1,"}"]},"c":"d"}"#);
        assert_eq!(read.message, "é");
        assert_eq!(
            read.rest,
            [("a".into(), "{\"b\":[1,\"}\"]}".into()), ("c".into(), "d".into())]
        );
        let read = apart("panic: no\ngoroutine 1 [running]:\n\tmain.go:1");
        assert_eq!((read.message.as_str(), read.more.len()), ("panic: no", 2));
        assert_eq!(apart("a=b c d").message, "a=b c d");
    }
}
