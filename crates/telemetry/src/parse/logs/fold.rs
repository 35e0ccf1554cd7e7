//! From entries to what a log says: alike ones folded, known ones named, every line accounted for.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::model::logs::{KnownProblem, LineCounts, LogLevel, LogTemplate, Nanos};

use super::filter::LogFilter;
use super::splitter::LogRecord;
use super::templates::{TemplateStore, UnfiledEntry};
use super::{fingerprint, mask, signatures};

/// Shapes that are remembered; beyond them the memory of shapes begins anew, templates and counts stay.
const SHAPES: usize = 50_000;

/// A shape is a hash already.
#[derive(Default)]
struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// What is known of a shape.
#[derive(Debug, Clone, Copy)]
struct FingerprintState {
    template: u32,
    /// Entries of it are looked at whole for known messages.
    look: bool,
}

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoldedEntry {
    /// No filter let it through.
    Filtered,
    /// It counts.
    Kept {
        /// The template it belongs to.
        template: u32,
        /// It is the first of its template.
        first: bool,
        /// The causes it tells of.
        causes: Vec<&'static str>,
    },
}

/// What is known of a source.
#[derive(Debug, Clone, Default)]
pub struct SourceInfo {
    /// As a person named it.
    pub name: String,
    /// It is the log of a container.
    pub container: bool,
}

/// A log on its way to a summary. What it holds does not grow with the log.
#[derive(Default)]
pub struct LogFold {
    /// Which entries count.
    pub filter: LogFilter,
    /// Where lines come from, by their number.
    pub sources: Vec<SourceInfo>,
    shapes: HashMap<u64, FingerprintState, BuildHasherDefault<IdentityHasher>>,
    templates: TemplateStore,
    known: Vec<KnownCount>,
    account: LineCounts,
}

struct KnownCount {
    cause: &'static str,
    count: u64,
    first: Option<Nanos>,
    last: Option<Nanos>,
    example: Vec<u8>,
    source: u32,
}

impl LogFold {
    /// A fold of what these filters let through.
    pub fn new(filter: LogFilter, sources: Vec<SourceInfo>) -> Self {
        LogFold {
            filter,
            sources,
            ..LogFold::default()
        }
    }

    /// Takes an entry in. What becomes of its lines is for the caller to say: [`Fold::shown`] or [`Fold::folded`].
    pub fn add(&mut self, entry: &LogRecord<'_>) -> FoldedEntry {
        self.account.read += u64::from(entry.lines);
        if !self.filter.accepts(entry) {
            self.account.filtered += u64::from(entry.lines);
            return FoldedEntry::Filtered;
        }
        let hash = fingerprint::fingerprint_line(entry.text, &entry.head);
        let shape = match self.shapes.get(&hash) {
            Some(shape) => *shape,
            None => self.learn_fingerprint(hash, entry),
        };
        self.templates.count(shape.template, entry.time);
        let first = self
            .templates
            .get(shape.template)
            .is_some_and(|template| template.count == 1);
        let causes = if shape.look {
            self.find_causes(entry, shape.template)
        } else {
            Vec::new()
        };
        FoldedEntry::Kept {
            template: shape.template,
            first,
            causes,
        }
    }

    /// These lines stand in the output.
    pub fn count_shown(&mut self, lines: u32) {
        self.account.shown += u64::from(lines);
    }

    /// These lines are counted with one that is shown.
    pub fn count_folded(&mut self, lines: u32) {
        self.account.folded += u64::from(lines);
    }

    /// These lines had been taken in and are not wanted after all.
    pub fn count_dropped(&mut self, lines: u32) {
        self.account.read += u64::from(lines);
        self.account.filtered += u64::from(lines);
    }

    /// A source could not be read, or not to its end.
    pub fn count_unreadable(&mut self) {
        self.account.unreadable += 1;
    }

    /// Where every line went.
    pub fn account(&self) -> LineCounts {
        self.account
    }

    /// Every template, in order of first appearance.
    pub fn templates(&self) -> &[LogTemplate] {
        self.templates.all()
    }

    /// The template of that number.
    pub fn template(&self, at: u32) -> Option<&LogTemplate> {
        self.templates.get(at)
    }

    /// The known problems, the most frequent first.
    pub fn known(&self) -> Vec<KnownProblem> {
        let mut known: Vec<&KnownCount> = self.known.iter().collect();
        known.sort_by_key(|counted| (std::cmp::Reverse(counted.count), counted.cause));
        known
            .into_iter()
            .map(|counted| KnownProblem {
                cause: counted.cause.to_owned(),
                count: counted.count,
                first: counted.first,
                last: counted.last,
                example: mask::mask_log_secrets(&String::from_utf8_lossy(&counted.example)).into_owned(),
                source: self
                    .sources
                    .get(counted.source as usize)
                    .map(|source| source.name.clone())
                    .unwrap_or_default(),
            })
            .collect()
    }

    #[cold]
    fn learn_fingerprint(&mut self, hash: u64, entry: &LogRecord<'_>) -> FingerprintState {
        if self.shapes.len() >= SHAPES {
            self.shapes.clear();
        }
        let head = &entry.head;
        let message = head.message.slice(entry.text);
        let serious = head.level.is_none_or(|level| level >= LogLevel::Warn);
        let mut words = fingerprint::mask_words(&String::from_utf8_lossy(message));
        if serious && !head.error.is_empty() {
            let error = super::escape::unescape_text(head.error.slice(entry.text));
            words.extend(fingerprint::mask_words(&error));
        }
        let caller = head.caller.slice(entry.text);
        let writer = caller.split(|byte| *byte == b':').next().unwrap_or_default();
        let template = self.templates.file_entry(UnfiledEntry {
            level: head.level,
            writer,
            words,
            text: entry.text,
            time: entry.time,
            source: entry.source,
        });
        let shape = FingerprintState {
            template,
            look: serious || entry.lines > 1 || signatures::has_fragment(message),
        };
        self.shapes.insert(hash, shape);
        shape
    }

    fn find_causes(&mut self, entry: &LogRecord<'_>, template: u32) -> Vec<&'static str> {
        let container = self
            .sources
            .get(entry.source as usize)
            .is_some_and(|source| source.container);
        let causes = signatures::find_causes(entry.text, container);
        if causes.is_empty() {
            return causes;
        }
        self.templates.add_causes(template, &causes);
        for cause in &causes {
            match self.known.iter_mut().find(|known| known.cause == *cause) {
                Some(known) => {
                    known.count += 1;
                    known.first = known.first.or(entry.time);
                    known.last = entry.time.or(known.last);
                }
                None => self.known.push(KnownCount {
                    cause,
                    count: 1,
                    first: entry.time,
                    last: entry.time,
                    example: entry.text.get(..4_096).unwrap_or(entry.text).to_vec(),
                    source: entry.source,
                }),
            }
        }
        causes
    }
}

/// Reads a whole text as one source; for tests, and for the last lines of a container.
pub fn fold_text(text: &[u8], stamped: bool, source: SourceInfo) -> LogFold {
    let mut fold = LogFold::new(LogFilter::default(), vec![source]);
    let mut cursor = super::EntrySplitter::new(0, stamped);
    cursor.push(text);
    cursor.end();
    while let Some(entry) = cursor.next_entry() {
        let lines = entry.lines;
        match fold.add(&entry) {
            FoldedEntry::Kept { first: true, .. } => fold.count_shown(lines),
            FoldedEntry::Kept { .. } => fold.count_folded(lines),
            FoldedEntry::Filtered => {}
        }
    }
    fold
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn repeats_are_folded_and_known_ones_named() {
        let mut log = String::new();
        for second in 10..30 {
            log.push_str(&format!(
                "time=2026-11-22T09:00:{second}Z level=WARN source=a/storage/remote/queue_manager.go:2084 msg=\"Failed to send batch, retrying\" err=\"dial tcp 127.0.0.1:{second}: connect: connection refused\"\n"
            ));
            log.push_str(&format!("level=info ts=2026-11-22T09:00:{second}Z caller=poller.go:249 msg=\"poll complete\" seconds=0.{second}\n"));
        }
        let fold = fold_text(log.as_bytes(), false, SourceInfo::default());
        assert_eq!(fold.templates().len(), 2);
        assert_eq!(fold.templates()[0].count, 20);
        assert!(fold.templates()[0].first < fold.templates()[0].last);
        let known = fold.known();
        assert_eq!(
            (known.len(), known[0].cause.as_str(), known[0].count),
            (1, "rw-unreachable", 20)
        );
        let account = fold.account();
        assert_eq!((account.read, account.shown, account.folded), (40, 2, 38));
    }

    #[test]
    fn different_errors_are_told_apart_although_the_message_is_one() {
        let line =
            |error: &str| format!("level=error ts=2026-11-22T09:00:00Z caller=a.go:1 msg=failed err=\"{error}\"\n");
        let log = line("connection refused by peer") + &line("no such host is known here, sorry");
        assert_eq!(
            fold_text(log.as_bytes(), false, SourceInfo::default())
                .templates()
                .len(),
            2
        );
    }

    proptest! {
        #[test]
        fn every_line_is_accounted_for(
            lines in proptest::collection::vec(prop_oneof![
                "level=(info|warn|error) caller=[a-c]\\.go:[0-9]{1,3} msg=\"[a-z ]{0,20}[0-9]{0,3}\"",
                "\\{\"level\":\"(info|warn)\",\"msg\":\"[a-z]{0,9}\"\\}",
                "[ \\t]{0,2}\\PC{0,30}",
                "panic: [a-z]{0,5}",
            ], 0..60),
            level in prop_oneof![Just(None), Just(Some(LogLevel::Warn))],
        ) {
            let text = lines.join("\n");
            let mut fold = LogFold::new(LogFilter { level, ..LogFilter::default() }, vec![SourceInfo::default()]);
            let mut cursor = crate::parse::logs::EntrySplitter::new(0, false);
            cursor.push(text.as_bytes());
            cursor.end();
            while let Some(entry) = cursor.next_entry() {
                let lines = entry.lines;
                match fold.add(&entry) {
                    FoldedEntry::Kept { first: true, .. } => fold.count_shown(lines),
                    FoldedEntry::Kept { .. } => fold.count_folded(lines),
                    FoldedEntry::Filtered => {}
                }
            }
            let account = fold.account();
            prop_assert_eq!(account.read, account.shown + account.folded + account.filtered);
            prop_assert_eq!(account.read as usize, text.split_inclusive('\n').count());
        }

        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let fold = fold_text(&bytes, false, SourceInfo::default());
            let stamped = fold_text(&bytes, true, SourceInfo::default());
            prop_assert_eq!(fold.account().read, stamped.account().read);
            let _ = (fold.known(), stamped.known());
        }
    }
}
