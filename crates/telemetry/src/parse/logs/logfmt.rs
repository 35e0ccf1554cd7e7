//! `key=value key="quoted value"` in one pass, nothing copied.

use super::header::{ByteSpan, LineFormat, LineHeader};

/// The pairs of a line, in order. A word without `=` is a key without a value.
pub struct LogfmtPairs<'a> {
    line: &'a [u8],
    at: usize,
}

/// One pair, by its place: the key, the value without its quotes, and whether it had any.
#[derive(Debug, Clone, Copy)]
pub struct LogfmtPair {
    /// The key.
    pub key: ByteSpan,
    /// The value without quotes, escapes as they stand.
    pub value: ByteSpan,
    /// The value stands in quotes.
    pub quoted: bool,
    /// An equals sign follows the key.
    pub assigned: bool,
}

impl<'a> LogfmtPairs<'a> {
    /// The pairs of this line.
    pub fn new(line: &'a [u8]) -> Self {
        LogfmtPairs { line, at: 0 }
    }
}

impl Iterator for LogfmtPairs<'_> {
    type Item = LogfmtPair;

    #[inline]
    fn next(&mut self) -> Option<LogfmtPair> {
        let line = self.line;
        let mut at = self.at;
        while line.get(at).is_some_and(|byte| *byte <= b' ') {
            at += 1;
        }
        let rest = line.get(at..).filter(|rest| !rest.is_empty())?;
        let length = rest
            .iter()
            .position(|byte| *byte == b'=' || *byte <= b' ')
            .unwrap_or(rest.len());
        let key = ByteSpan::new(at, at + length);
        at += length;
        let assigned = line.get(at) == Some(&b'=');
        at += usize::from(assigned);
        let quoted = assigned && line.get(at) == Some(&b'"');
        at += usize::from(quoted);
        let (to, next) = if quoted {
            find_quote_end(line, at)
        } else if assigned {
            let rest = line.get(at..).unwrap_or_default();
            let length = memchr::memchr3(b' ', b'\n', b'\t', rest).unwrap_or(rest.len());
            (at + length, at + length)
        } else {
            (at, at)
        };
        self.at = next;
        Some(LogfmtPair {
            key,
            value: ByteSpan::new(at, to),
            quoted,
            assigned,
        })
    }
}

/// Where a quoted text ends, and where reading goes on. Quotes that are never closed end with the line.
fn find_quote_end(line: &[u8], from: usize) -> (usize, usize) {
    let mut at = from;
    loop {
        match memchr::memchr2(b'"', b'\\', line.get(at..).unwrap_or_default()) {
            Some(found) if line.get(at + found) == Some(&b'"') => return (at + found, at + found + 1),
            Some(found) => at = (at + found + 2).min(line.len()),
            None => return (line.len(), line.len()),
        }
    }
}

/// The head of a line that begins with a pair.
pub(super) fn parse_logfmt_header(line: &[u8]) -> Option<LineHeader> {
    let mut head = LineHeader {
        format: LineFormat::Logfmt,
        ..LineHeader::default()
    };
    let mut pairs = LogfmtPairs::new(line);
    let first = pairs.next().filter(|pair| pair.assigned)?;
    head.record_field(first.key.slice(line), first.value.slice(line), first.value);
    for pair in pairs {
        head.record_field(pair.key.slice(line), pair.value.slice(line), pair.value);
        if head.is_complete() {
            break;
        }
    }
    if head.message.is_empty() {
        head.message = ByteSpan::new(0, line.len());
    }
    Some(head)
}
