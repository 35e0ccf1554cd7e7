//! One run of `logs`: entries come, and go into the fold, to the screen, or both.

use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::args::{LogsArgs, LogsFormat, LogsOf, LogsOptions};
use crate::Exit;
use crate::command_error::CommandError;
use crate::render::logs::{self, LogLayout};
use crate::render::{Sink, Tone};
use probes::logs::LogEvent;
use stack::config::{Origin, Redactor, Settings};
use telemetry::model::logs::{LogLine, LogProblem, LogSummary, Nanos, UnreadableLog};
use telemetry::model::time_bounds::instant_after;
use telemetry::parse::logs::component::LogOwner;
use telemetry::parse::logs::fold::SourceInfo;
use telemetry::parse::logs::{FoldedEntry, LineHeader, LogFold, LogRecord, display};

/// Text that waits to be written.
const BUFFER: usize = 64 * 1024;
/// Following: for so long, what says the same again is counted and not shown.
const QUIET: Duration = Duration::from_secs(5);

/// An entry that is kept until it is clear whether it is among the last.
struct HeldEntry {
    text: Vec<u8>,
    head: LineHeader,
    time: Option<Nanos>,
    lines: u32,
    source: u32,
}

/// A template that was shown a moment ago.
struct MutedTemplate {
    until: Instant,
    /// What came since, not shown: the last of it, and how many entries and lines.
    last: Option<LogLine>,
    entries: u64,
    lines: u32,
}

/// One run.
pub(super) struct Session<'a> {
    args: &'a LogsArgs,
    sink: &'a mut Sink,
    fold: LogFold,
    layout: LogLayout,
    redactor: Redactor,
    buffer: String,
    unread: Vec<UnreadableLog>,
    unauthorised: bool,
    read_any: bool,
    tail: Option<usize>,
    held: VecDeque<HeldEntry>,
    muted: HashMap<u32, MutedTemplate>,
    broken: Option<CommandError>,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        args: &'a LogsArgs,
        asked: LogsOptions,
        sources: Vec<SourceInfo>,
        settings: &Settings,
        sink: &'a mut Sink,
    ) -> Self {
        let mut filter = asked.filter;
        // A tenant that only the environment names is that of queries: it hides no line.
        if matches!(settings.tenants.origin, Origin::Flag(_)) {
            filter.tenants.clone_from(&settings.tenants.value);
        }
        if args.of == LogsOf::Generator {
            filter.owner = Some(LogOwner::Generator);
        }
        let layout = LogLayout::new(sink.style_out(), sources.len() > 1, args.verbose, sink.stdout_is_tty());
        Session {
            args,
            sink,
            fold: LogFold::new(filter, sources),
            layout,
            redactor: settings.redactor(),
            buffer: String::new(),
            unread: Vec::new(),
            unauthorised: false,
            read_any: false,
            tail: asked.tail,
            held: VecDeque::new(),
            muted: HashMap::new(),
            broken: None,
        }
    }

    /// Takes in what happens.
    pub(super) fn take(&mut self, event: LogEvent<'_>) -> ControlFlow<()> {
        match event {
            LogEvent::Entry(entry) => self.entry(&entry),
            LogEvent::Note(note) => self.note(note),
            LogEvent::Failed {
                source,
                why,
                unauthorised,
            } => {
                let name = self.fold.sources.get(source).map(|source| source.name.clone());
                let unread = UnreadableLog {
                    source: name.unwrap_or_default(),
                    why: why.to_owned(),
                };
                self.unreadable(unread, unauthorised);
            }
            LogEvent::Idle => {}
        }
        if self.args.follow {
            self.flush_muted(false);
            self.flush();
        }
        if self.sink.is_closed() || self.broken.is_some() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// A source that cannot be read: said at once, and counted.
    pub(super) fn unreadable(&mut self, unread: UnreadableLog, unauthorised: bool) {
        self.fold.count_unreadable();
        self.unauthorised |= unauthorised;
        let text = format!("{}: {}", unread.source, unread.why);
        self.note(&text);
        self.unread.push(unread);
    }

    /// What is left is shown; the exit code says how it went.
    pub(super) fn finish(mut self, cancelled: bool) -> Result<Exit, CommandError> {
        for kept in std::mem::take(&mut self.held) {
            let entry = LogRecord {
                source: kept.source,
                text: &kept.text,
                lines: kept.lines,
                head: kept.head,
                time: kept.time,
            };
            self.count_entry(&entry);
        }
        self.flush_muted(true);
        self.end();
        self.flush();
        if let Some(error) = self.broken {
            return Err(error);
        }
        Ok(match () {
            () if cancelled && !self.args.follow => Exit::Cancelled,
            () if self.unread.is_empty() => Exit::Done,
            () if self.read_any || self.fold.sources.len() > 1 => Exit::Found,
            () if self.unauthorised => Exit::Refused,
            () => Exit::General,
        })
    }

    fn entry(&mut self, entry: &LogRecord<'_>) {
        self.read_any = true;
        let Some(most) = self.tail else {
            return self.count_entry(entry);
        };
        if !self.fold.filter.accepts(entry) {
            return self.fold.count_dropped(entry.lines);
        }
        if self.held.len() == most
            && let Some(old) = self.held.pop_front()
        {
            self.fold.count_dropped(old.lines);
        }
        self.held.push_back(HeldEntry {
            text: entry.text.to_vec(),
            head: entry.head,
            time: entry.time,
            lines: entry.lines,
            source: entry.source,
        });
    }

    fn count_entry(&mut self, entry: &LogRecord<'_>) {
        let FoldedEntry::Kept {
            template,
            first,
            causes,
        } = self.fold.add(entry)
        else {
            return;
        };
        let human = self.args.output == LogsFormat::Human;
        let folds = (human && !self.args.no_fold) || self.args.output == LogsFormat::Json;
        if folds && !self.args.follow {
            // The first of a template is shown at the end, with how many there were.
            return if first {
                self.fold.count_shown(entry.lines)
            } else {
                self.fold.count_folded(entry.lines)
            };
        }
        if folds && self.mute_repeat(template, entry, &causes) {
            return;
        }
        self.fold.count_shown(entry.lines);
        if self.args.output == LogsFormat::Raw {
            return self.show_raw(entry.text);
        }
        let line = self.line(entry, &causes);
        self.show(&line);
    }

    /// Most lines hold nothing that must not be shown: they go out as they came.
    fn show_raw(&mut self, text: &[u8]) {
        match std::str::from_utf8(text) {
            Ok(plain) if display::is_harmless(text) => {
                self.buffer.push_str(plain);
                self.buffer.push('\n');
            }
            _ => {
                let text = display::mask_raw_entry(text, self.args.show_secrets);
                self.buffer.push_str(&logs::render_raw(&text));
            }
        }
        if self.buffer.len() > BUFFER {
            self.flush();
        }
    }

    /// True where the entry is counted and not shown, as one like it was shown a moment ago.
    fn mute_repeat(&mut self, template: u32, entry: &LogRecord<'_>, causes: &[&'static str]) -> bool {
        let now = Instant::now();
        if self.muted.get(&template).is_some_and(|hushed| now < hushed.until) {
            let line = self.line(entry, causes);
            if let Some(hushed) = self.muted.get_mut(&template) {
                if hushed.last.replace(line).is_some() {
                    self.fold.count_folded(hushed.lines);
                }
                hushed.entries += 1;
                hushed.lines = entry.lines;
            }
            return true;
        }
        self.muted.insert(
            template,
            MutedTemplate {
                until: instant_after(now, QUIET),
                last: None,
                entries: 0,
                lines: 0,
            },
        );
        false
    }

    /// What was counted and not shown for long enough, or everything.
    fn flush_muted(&mut self, all: bool) {
        let now = Instant::now();
        let due: Vec<u32> = self
            .muted
            .iter()
            .filter(|(_, hushed)| all || now >= hushed.until)
            .map(|(template, _)| *template)
            .collect();
        let mut lines: Vec<(LogLine, u32)> = Vec::new();
        for template in due {
            if let Some(hushed) = self.muted.remove(&template)
                && let Some(mut line) = hushed.last
            {
                line.count = hushed.entries;
                lines.push((line, hushed.lines));
            }
        }
        lines.sort_by_key(|(line, _)| line.time);
        for (line, count) in lines {
            self.fold.count_shown(count);
            self.show(&line);
        }
    }

    fn line(&self, entry: &LogRecord<'_>, causes: &[&'static str]) -> LogLine {
        let source = self.source(entry.source);
        let mut line = display::build_log_line(entry.text, &entry.head, entry.time, &source, self.args.show_secrets);
        line.causes = causes.iter().map(|cause| (*cause).to_owned()).collect();
        self.redact_line(&mut line);
        line
    }

    /// The credentials of this run, before the layout breaks one of them into two lines.
    fn redact_line(&self, line: &mut LogLine) {
        if self.redactor.is_empty() {
            return;
        }
        let redact = |text: &mut String| *text = self.redactor.redact(text).into_owned();
        redact(&mut line.message);
        redact(&mut line.raw);
        line.fields.iter_mut().for_each(|(_, value)| redact(value));
        line.more.iter_mut().for_each(redact);
    }

    fn source(&self, at: u32) -> String {
        self.fold
            .sources
            .get(at as usize)
            .map(|source| source.name.clone())
            .unwrap_or_default()
    }

    fn show(&mut self, line: &LogLine) {
        let text = match self.args.output {
            LogsFormat::Human => self.layout.line(line),
            LogsFormat::Jsonl => logs::json::render_entry(line),
            LogsFormat::Logfmt => logs::render_logfmt(line),
            LogsFormat::Json | LogsFormat::Raw => return,
        };
        self.buffer.push_str(&text);
        if self.buffer.len() > BUFFER {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if !self.buffer.is_empty()
            && let Err(error) = self.sink.out(&self.buffer)
        {
            self.broken = Some(error.into());
        }
        self.buffer.clear();
    }

    fn note(&mut self, text: &str) {
        let style = self.sink.style_err();
        let text = style.line(text);
        let text = format!("{} {text}\n", style.tone(Tone::Degraded, "note:"));
        self.flush();
        self.sink.err(&text);
    }

    /// The summary: with everything where lines were folded, else what is known and where every line went.
    fn end(&mut self) {
        let folded = !self.args.follow && !self.args.no_fold;
        let summary = self.summary();
        match self.args.output {
            LogsFormat::Human if folded => {
                let text = self.layout.summary(&summary);
                self.buffer.push_str(&text);
                self.empty(&summary);
            }
            LogsFormat::Json => self.buffer.push_str(&logs::json::render_summary(&summary)),
            LogsFormat::Human => {
                let text = self.layout.problems(&summary) + &self.layout.account(&summary);
                let gap = if summary.problems.is_empty() { "" } else { "\n" };
                self.buffer.push_str(&format!("{gap}{text}"));
            }
            // Lines for a program: what they come to is a note.
            _ => {
                self.flush();
                let layout = LogLayout::new(self.sink.style_err(), false, false, false);
                let text = layout.problems(&summary) + &layout.account(&summary);
                self.sink.err(&text);
            }
        }
    }

    /// An empty result is never the last word.
    fn empty(&mut self, summary: &LogSummary) {
        let account = summary.account;
        if account.shown > 0 || !summary.unread.is_empty() {
            return;
        }
        let style = self.sink.style_out();
        let read = summary.sources.join(", ");
        let text = if account.read == 0 {
            format!("No log lines in this range: {read}. Look further back with --since 24h\n")
        } else {
            format!("No line matches the filters. Without them: tempoctl logs {read}\n")
        };
        self.buffer.push_str(&style.line(text.trim_end()));
        self.buffer.push('\n');
    }

    fn summary(&mut self) -> LogSummary {
        let templates = self.fold.templates().to_vec();
        let lines = templates
            .iter()
            .map(|template| {
                let head = display::parse_entry_header(&template.example);
                let source = self.source(template.source);
                let mut line = display::build_log_line(
                    &template.example,
                    &head,
                    template.first,
                    &source,
                    self.args.show_secrets,
                );
                line.raw = display::mask_raw_entry(&template.example, self.args.show_secrets);
                line.level = template.level;
                line.count = template.count;
                line.causes.clone_from(&template.causes);
                self.redact_line(&mut line);
                line
            })
            .collect();
        let mut problems: Vec<LogProblem> = self
            .fold
            .known()
            .into_iter()
            .map(super::known_problem::describe_known_problem)
            .collect();
        for problem in &mut problems {
            problem.reason = self.redactor.redact(&problem.reason).into_owned();
            problem.known.example = self.redactor.redact(&problem.known.example).into_owned();
        }
        LogSummary {
            account: self.fold.account(),
            problems,
            lines,
            templates,
            sources: self.fold.sources.iter().map(|source| source.name.clone()).collect(),
            unread: self.unread.clone(),
        }
    }
}
