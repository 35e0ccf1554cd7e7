//! Bytes in, entries out: lines are put together across chunks, and what belongs to a panic or a stack trace stays with it.

use crate::model::logs::Nanos;

use super::header::{self, LineFormat, LineHeader};
use super::timestamp;

/// A longer line is cut: the rest of it is read and dropped.
pub const LONGEST_LINE: usize = 1024 * 1024;
/// What is kept of one that was cut.
pub const KEPT: usize = 64 * 1024;
/// Lines that one entry may have.
const MOST_LINES: u32 = 1_000;

/// One entry: a line, or a line and what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct LogRecord<'a> {
    /// The source it was read from.
    pub source: u32,
    /// Its text without the last line break. Further lines follow line breaks.
    pub text: &'a [u8],
    /// How many lines it has.
    pub lines: u32,
    /// What its first line says of itself.
    pub head: LineHeader,
    /// When it was written: as it says, else as whoever kept it says.
    pub time: Option<Nanos>,
}

/// The next entry, found and not yet taken.
#[derive(Debug, Clone, Copy)]
struct ReadyEntry {
    from: usize,
    to: usize,
    lines: u32,
    head: LineHeader,
    time: Option<Nanos>,
}

/// One source's bytes on their way to entries.
#[derive(Debug, Default)]
pub struct EntrySplitter {
    source: u32,
    /// Every line begins with the time at which it was kept, and a blank.
    stamped: bool,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
    settled: bool,
    cutting: bool,
    /// A line was cut, and nobody was told.
    cut: bool,
    ready: Option<ReadyEntry>,
    /// An entry of several stamped lines, stamps taken out.
    joined: Vec<u8>,
    /// The newest time seen: an entry without one belongs there, and none goes before it.
    newest: Option<Nanos>,
}

impl EntrySplitter {
    /// A source of that number.
    pub fn new(source: u32, stamped: bool) -> Self {
        EntrySplitter {
            source,
            stamped,
            ..EntrySplitter::default()
        }
    }

    /// More bytes; they may end anywhere.
    pub fn push(&mut self, chunk: &[u8]) {
        let mut chunk = chunk;
        if self.cutting {
            match memchr::memchr(b'\n', chunk) {
                Some(found) => {
                    self.cutting = false;
                    chunk = chunk.get(found..).unwrap_or_default();
                }
                None => return,
            }
        }
        self.ended = false;
        self.settled = false;
        self.buffer.drain(..self.at);
        self.at = 0;
        self.ready = None;
        self.buffer.extend_from_slice(chunk);
        let open = memchr::memrchr(b'\n', &self.buffer).map_or(0, |found| found + 1);
        if self.buffer.len() - open > LONGEST_LINE {
            self.buffer.truncate(open + KEPT);
            self.cutting = true;
            self.cut = true;
        }
    }

    /// True where a line was cut since this was asked the last time.
    pub fn has_cut(&mut self) -> bool {
        std::mem::take(&mut self.cut)
    }

    /// Nothing more comes: what is here is whole.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// For now nothing more comes: what ends with a line break is whole.
    pub fn settle(&mut self) {
        self.settled = true;
    }

    /// The time of the next entry for merging: never before that of an earlier one. `None` where more bytes are needed.
    pub fn peek(&mut self) -> Option<Nanos> {
        self.prepare()?;
        Some(self.newest.unwrap_or(Nanos::MIN))
    }

    /// The next entry. `None` where more bytes are needed.
    pub fn next_entry(&mut self) -> Option<LogRecord<'_>> {
        let ready = self.prepare()?;
        self.ready = None;
        // The line break goes with it.
        self.at = (ready.to + 1).min(self.buffer.len());
        let text = if self.stamped && ready.lines > 1 {
            self.join_lines(ready.from, ready.to);
            &self.joined
        } else {
            self.buffer.get(ready.from..ready.to).unwrap_or_default()
        };
        Some(LogRecord {
            source: self.source,
            text,
            lines: ready.lines,
            head: ready.head,
            time: ready.time.or(self.newest),
        })
    }

    fn prepare(&mut self) -> Option<ReadyEntry> {
        if self.ready.is_none() {
            let ready = self.find_entry()?;
            self.newest = self.newest.max(ready.time);
            self.ready = Some(ready);
        }
        self.ready
    }

    /// Where the line that begins there ends; `None` where its end has not been read.
    fn find_line_end(&self, from: usize) -> Option<usize> {
        let rest = self.buffer.get(from..).filter(|rest| !rest.is_empty())?;
        match memchr::memchr(b'\n', rest) {
            Some(found) => Some(from + found),
            None => self.ended.then_some(self.buffer.len()),
        }
    }

    /// Where the text of a line begins, and the stamp before it.
    fn skip_stamp(&self, from: usize, to: usize) -> (usize, Option<Nanos>) {
        let line = self.buffer.get(from..to).unwrap_or_default();
        match timestamp::parse_rfc3339(line).filter(|_| self.stamped) {
            Some((time, used)) => (from + used + usize::from(line.get(used) == Some(&b' ')), Some(time)),
            None => (from, None),
        }
    }

    fn find_entry(&mut self) -> Option<ReadyEntry> {
        let end = self.find_line_end(self.at)?;
        let (from, kept) = self.skip_stamp(self.at, end);
        let text = trim_line_end(self.buffer.get(from..end).unwrap_or_default());
        let head = header::parse_line_header(text);
        let mut lines = 1;
        let mut to = end;
        let mut open = is_block_start(text, &head);
        loop {
            let next = to + 1;
            let Some(first) = self.buffer.get(next) else {
                // Whether the next line belongs to this one shows only once it is here.
                if self.ended || self.settled {
                    break;
                }
                return None;
            };
            let full = lines >= MOST_LINES || to - from > LONGEST_LINE;
            if full || (!open && !self.stamped && !matches!(first, b' ' | b'\t')) {
                break;
            }
            let Some(end) = self.find_line_end(next) else {
                if self.settled {
                    break;
                }
                return None;
            };
            let (start, _) = self.skip_stamp(next, end);
            let line = trim_line_end(self.buffer.get(start..end).unwrap_or_default());
            if !is_continuation(line, open) {
                break;
            }
            open |= is_block_start(line, &LineHeader::default());
            lines += 1;
            to = end;
        }
        Some(ReadyEntry {
            from,
            to,
            lines,
            head,
            time: head.time.or(kept),
        })
    }

    fn join_lines(&mut self, from: usize, to: usize) {
        let mut joined = std::mem::take(&mut self.joined);
        joined.clear();
        let mut at = from;
        let mut first = true;
        while at < to {
            let end = self
                .buffer
                .get(at..to)
                .and_then(|rest| memchr::memchr(b'\n', rest))
                .map_or(to, |found| at + found);
            let start = if first { at } else { self.skip_stamp(at, end).0 };
            if !first {
                joined.push(b'\n');
            }
            joined.extend_from_slice(self.buffer.get(start..end).unwrap_or_default());
            first = false;
            at = end + 1;
        }
        self.joined = joined;
    }
}

fn trim_line_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// True where everything that does not begin an entry of its own belongs to this line: a panic, a usage text.
fn is_block_start(line: &[u8], head: &LineHeader) -> bool {
    if !matches!(head.format, LineFormat::Plain | LineFormat::Console) {
        return false;
    }
    line.starts_with(b"panic:")
        || line.starts_with(b"fatal error:")
        || line.starts_with(b"goroutine ")
        || line.starts_with(b"flag provided but not defined")
        || memchr::memmem::find(line, b"http: panic serving").is_some()
}

/// True where this line belongs to the one before.
fn is_continuation(line: &[u8], open: bool) -> bool {
    match line.first() {
        Some(b' ' | b'\t') => true,
        None => open,
        Some(_) => open && !header::is_entry_start(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entries(text: &[u8], sizes: &[usize]) -> Vec<(String, u32)> {
        let mut cursor = EntrySplitter::new(0, false);
        let mut out = Vec::new();
        let mut rest = text;
        let mut sizes = sizes.iter().cycle();
        loop {
            while let Some(entry) = cursor.next_entry() {
                out.push((String::from_utf8_lossy(entry.text).into_owned(), entry.lines));
            }
            if rest.is_empty() {
                break;
            }
            let (now, later) = rest.split_at((*sizes.next().unwrap_or(&7)).clamp(1, rest.len()));
            cursor.push(now);
            rest = later;
        }
        cursor.end();
        while let Some(entry) = cursor.next_entry() {
            out.push((String::from_utf8_lossy(entry.text).into_owned(), entry.lines));
        }
        out
    }

    const PANIC: &str = "level=info msg=a\n\
        2026/11/22 09:38:21 http: panic serving 127.0.0.1:45588: nil\n\
        goroutine 920 [running]:\n\
        net/http.(*conn).serve.func1()\n\
        \t/usr/local/go/src/net/http/server.go:1959 +0xbb\n\
        \n\
        created by net/http.(*Server).Serve\n\
        level=info msg=b\n\
        failed parsing config: yaml:\n  line 7: field x not found\nlast";

    #[test]
    fn a_panic_stays_together() {
        let found = entries(PANIC.as_bytes(), &[PANIC.len()]);
        assert_eq!(
            found.iter().map(|(_, lines)| *lines).collect::<Vec<_>>(),
            [1, 6, 1, 2, 1]
        );
        assert!(found[3].0.ends_with("field x not found"));
    }

    #[test]
    fn stamps_are_taken_off_every_line() {
        let mut cursor = EntrySplitter::new(3, true);
        cursor.push(b"2026-11-22T09:00:00Z failed parsing config: yaml:\n2026-11-22T09:00:01Z   line 7: x\n2026-11-22T09:00:02Z b");
        cursor.end();
        let entry = cursor.next_entry().expect("an entry");
        assert_eq!(entry.text, b"failed parsing config: yaml:\n  line 7: x");
        assert_eq!(
            (entry.source, entry.lines, entry.time),
            (3, 2, timestamp::parse_rfc3339(b"2026-11-22T09:00:00Z").map(|t| t.0))
        );
        assert_eq!(cursor.next_entry().expect("another").text, b"b");
        assert!(cursor.next_entry().is_none());
    }

    #[test]
    fn a_line_without_end_is_cut_and_still_one() {
        let mut cursor = EntrySplitter::new(0, false);
        cursor.push(b"first\n");
        for _ in 0..30 {
            cursor.push(&vec![b'x'; 100_000]);
        }
        assert!(cursor.buffer.capacity() < 8 * LONGEST_LINE);
        assert!(cursor.has_cut() && !cursor.has_cut());
        cursor.push(b"end\nlast\n");
        cursor.end();
        let lengths: Vec<usize> = std::iter::from_fn(|| cursor.next_entry().map(|entry| entry.text.len())).collect();
        assert_eq!(lengths, [5, KEPT, 4]);
    }

    #[test]
    fn time_never_goes_back_in_a_source() {
        let mut cursor = EntrySplitter::new(0, false);
        cursor.push(b"ts=2026-11-22T09:00:05Z level=info msg=a\nts=2026-11-22T09:00:01Z level=info msg=b\nc\n");
        cursor.end();
        let mut keys = Vec::new();
        while let Some(key) = cursor.peek() {
            keys.push(key);
            cursor.next_entry();
        }
        assert_eq!(keys.len(), 3);
        assert!(keys.is_sorted());
    }

    proptest! {
        #[test]
        fn no_line_is_lost_or_moved_however_it_is_cut(
            text in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b' '), Just(b'\t'), any::<u8>(), Just(b'p')], 0..400),
            sizes in proptest::collection::vec(1_usize..60, 1..8),
        ) {
            let whole = entries(&text, &[text.len().max(1)]);
            let pieces = entries(&text, &sizes);
            prop_assert_eq!(&whole, &pieces);
            let joined: Vec<String> = whole.iter().map(|(text, _)| text.clone()).collect();
            let expected = String::from_utf8_lossy(text.strip_suffix(b"\n").unwrap_or(&text)).into_owned();
            prop_assert_eq!(joined.join("\n"), expected);
            let lines: u32 = whole.iter().map(|(_, lines)| *lines).sum();
            let count = text.split_inclusive(|byte| *byte == b'\n').count();
            prop_assert_eq!(lines as usize, count);
        }
    }
}
