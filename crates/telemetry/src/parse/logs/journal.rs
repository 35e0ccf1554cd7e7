//! `journalctl -o json`: an object a line, whose fields are texts, lists of bytes, or null where they are too long.
//!
//! Source: systemd, «Journal JSON Format».

use serde_json::Value;

use crate::model::logs::Nanos;

/// True where the text begins as an exported journal does.
pub fn is_journal_export(beginning: &[u8]) -> bool {
    let line = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    beginning.first() == Some(&b'{') && memchr::memmem::find(line, b"\"__REALTIME_TIMESTAMP\"").is_some()
}

/// A line of an export as the line that the service wrote, with its time before it. `None` where it holds no message.
pub fn convert_export_line(text: &[u8]) -> Option<Vec<u8>> {
    let entry: Value = serde_json::from_slice(text).ok()?;
    let message = extract_message(entry.get("MESSAGE")?)?;
    let micros: i64 = entry.get("__REALTIME_TIMESTAMP")?.as_str()?.parse().ok()?;
    let stamp = format_timestamp(micros.checked_mul(1_000)?)?;
    let mut out = Vec::with_capacity(message.len() + 32);
    // A message may have several lines; each belongs to the same moment.
    for (at, part) in message.split(|byte| *byte == b'\n').enumerate() {
        if at > 0 {
            out.push(b'\n');
        }
        out.extend_from_slice(stamp.as_bytes());
        out.push(b' ');
        out.extend_from_slice(part);
    }
    out.push(b'\n');
    Some(out)
}

fn extract_message(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(text.clone().into_bytes()),
        // What is no UTF-8 is written as a list of bytes; a field that stands twice, as a list of values.
        Value::Array(list) => match list.first()? {
            Value::Number(_) => list
                .iter()
                .map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok()))
                .collect(),
            first => extract_message(first),
        },
        _ => None,
    }
}

/// A moment as RFC 3339.
pub fn format_timestamp(nanos: Nanos) -> Option<String> {
    jiff::Timestamp::from_nanosecond(i128::from(nanos))
        .ok()
        .map(|time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_becomes_lines_with_their_times() {
        let entry = br#"{"__REALTIME_TIMESTAMP":"1795332060570508","_SYSTEMD_UNIT":"tempo.service","PRIORITY":"6","MESSAGE":"level=info msg=a"}"#;
        assert!(is_journal_export(entry));
        assert_eq!(
            convert_export_line(entry).as_deref(),
            Some(&b"2026-11-22T07:21:00.570508Z level=info msg=a\n"[..])
        );
        let bytes = br#"{"__REALTIME_TIMESTAMP":"1795332060000000","MESSAGE":[104,105,255]}"#;
        assert_eq!(
            convert_export_line(bytes).as_deref(),
            Some(&b"2026-11-22T07:21:00Z hi\xff\n"[..])
        );
        let lines = br#"{"__REALTIME_TIMESTAMP":"1795332060000000","MESSAGE":"panic: x\n\tat y"}"#;
        assert_eq!(
            convert_export_line(lines).map(|text| text.iter().filter(|byte| **byte == b'\n').count()),
            Some(2)
        );
        for no in [
            &b"{}"[..],
            b"",
            br#"{"MESSAGE":null,"__REALTIME_TIMESTAMP":"1"}"#,
            b"level=info",
        ] {
            assert_eq!(convert_export_line(no), None);
        }
        assert!(!is_journal_export(b"level=info"));
    }
}
