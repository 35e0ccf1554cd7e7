//! `key=value key="quoted value"` in one pass, nothing copied.

use super::head::{Format, Head, Span};

/// The pairs of a line, in order. A word without `=` is a key without a value.
pub struct Pairs<'a> {
    line: &'a [u8],
    at: usize,
}

/// One pair, by its place: the key, the value without its quotes, and whether it had any.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// The key.
    pub key: Span,
    /// The value without quotes, escapes as they stand.
    pub value: Span,
    /// The value stands in quotes.
    pub quoted: bool,
    /// An equals sign follows the key.
    pub assigned: bool,
}

impl<'a> Pairs<'a> {
    /// The pairs of this line.
    pub fn of(line: &'a [u8]) -> Self {
        Pairs { line, at: 0 }
    }
}

impl Iterator for Pairs<'_> {
    type Item = Pair;

    #[inline]
    fn next(&mut self) -> Option<Pair> {
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
        let key = Span::new(at, at + length);
        at += length;
        if line.get(at) != Some(&b'=') {
            self.at = at;
            let value = Span::new(at, at);
            return Some(Pair {
                key,
                value,
                quoted: false,
                assigned: false,
            });
        }
        at += 1;
        if line.get(at) == Some(&b'"') {
            let (to, next) = quoted(line, at + 1);
            self.at = next;
            let value = Span::new(at + 1, to);
            return Some(Pair {
                key,
                value,
                quoted: true,
                assigned: true,
            });
        }
        let rest = line.get(at..).unwrap_or_default();
        let length = memchr::memchr3(b' ', b'\n', b'\t', rest).unwrap_or(rest.len());
        self.at = at + length;
        let value = Span::new(at, at + length);
        Some(Pair {
            key,
            value,
            quoted: false,
            assigned: true,
        })
    }
}

/// Where a quoted text ends, and where reading goes on. Quotes that are never closed end with the line.
fn quoted(line: &[u8], from: usize) -> (usize, usize) {
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
pub(super) fn head(line: &[u8]) -> Option<Head> {
    let mut head = Head {
        format: Format::Logfmt,
        ..Head::default()
    };
    let mut pairs = Pairs::of(line);
    let first = pairs.next().filter(|pair| pair.assigned)?;
    head.take(first.key.of(line), first.value.of(line), first.value);
    for pair in pairs {
        head.take(pair.key.of(line), pair.value.of(line), pair.value);
        if head.is_complete() {
            break;
        }
    }
    if head.message.is_empty() {
        head.message = Span::new(0, line.len());
    }
    Some(head)
}
