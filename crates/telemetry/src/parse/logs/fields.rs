//! An entry taken apart for a person or a program: message and fields in order, escapes undone.

use super::component;
use super::escape::unescape_text;
use super::header::{ByteSpan, LineFormat, LineHeader};
use super::json::JsonMembers;
use super::logfmt::LogfmtPairs;

/// An entry taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryFields {
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
pub fn split_entry(entry: &[u8], head: &LineHeader) -> EntryFields {
    let mut lines = entry.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let first = first.strip_suffix(b"\r").unwrap_or(first);
    let rest = match head.format {
        LineFormat::Logfmt => collect_logfmt_fields(first),
        LineFormat::Json => collect_json_fields(first),
        LineFormat::Console => component::find_trailing_object(first)
            .map(collect_json_fields)
            .unwrap_or_default(),
        LineFormat::Plain => Vec::new(),
    };
    let whole = head.message.from == 0 && head.message.to as usize >= first.len();
    let message = head.message.slice(first);
    EntryFields {
        message: if whole || matches!(head.format, LineFormat::Console | LineFormat::Plain) {
            String::from_utf8_lossy(message).into_owned()
        } else {
            unescape_text(message).into_owned()
        },
        rest: if whole && head.format == LineFormat::Logfmt {
            Vec::new()
        } else {
            rest
        },
        more: lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect(),
    }
}

fn collect_logfmt_fields(line: &[u8]) -> Vec<(String, String)> {
    let pairs = LogfmtPairs::new(line).filter(|pair| pair.assigned);
    pairs
        .filter_map(|pair| decode_field(line, pair.key, pair.value, pair.quoted))
        .collect()
}

fn collect_json_fields(object: &[u8]) -> Vec<(String, String)> {
    let members = JsonMembers::new(object);
    members
        .filter_map(|member| decode_field(object, member.key, member.value, member.text))
        .collect()
}

/// A field that has no column of its own.
fn decode_field(line: &[u8], key: ByteSpan, value: ByteSpan, escaped: bool) -> Option<(String, String)> {
    let key = unescape_text(key.slice(line)).into_owned();
    let raw = value.slice(line);
    let value = if escaped {
        unescape_text(raw)
    } else {
        String::from_utf8_lossy(raw)
    };
    (!COLUMNS.contains(&key.as_str())).then(|| (key, value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::logs::header::parse_line_header;

    fn apart(entry: &str) -> EntryFields {
        split_entry(entry.as_bytes(), &parse_line_header(entry.as_bytes()))
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
