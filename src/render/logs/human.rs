//! Logs for a person: known problems first, then a line a template, then where every line went.

use jiff::tz::TimeZone;
use telemetry::text::{group_thousands, pluralize};

use crate::render::style::{Style, Tone};
use crate::render::wrap::{count_columns, pad_right, wrap_text};
use telemetry::model::logs::{LogLevel, LogLine, LogSummary, Nanos};

/// The widest column of parts and of sources, and what it is on a narrow screen.
const WIDEST: usize = 18;
const NARROW: usize = 12;
/// Where the lines of a stack trace begin.
const TRACE: usize = 10;
/// Fields that say nothing to a person who looks at the line.
const SILENT: [&str; 6] = ["insight", "remote_name", "component", "queue", "grpc_log", "resource"];

/// How lines are laid out. Columns are as wide as the widest that was shown.
#[derive(Debug, Clone)]
pub struct LogLayout {
    style: Style,
    zone: TimeZone,
    /// Dates stand before times: the log covers more than a day.
    dated: bool,
    /// Sources stand before parts: there are several.
    several: bool,
    /// Every field of every line.
    all_fields: bool,
    /// Lines are cut to the width of the screen; on no screen they are whole.
    wraps: bool,
    source: usize,
    part: usize,
}

/// A file with a time zone is a few kilobytes long.
const MOST_ZONE: u64 = 1 << 20;

/// The time zone of this machine, or of `TZ`; a file without an end is none (tzset(3)).
fn find_time_zone() -> TimeZone {
    let named = std::env::var("TZ").unwrap_or_default();
    let path = named.strip_prefix(':').unwrap_or(&named);
    let about = path.starts_with('/').then(|| std::fs::metadata(path));
    match about {
        Some(Ok(about)) if !about.is_file() || about.len() > MOST_ZONE => TimeZone::UTC,
        _ => TimeZone::system(),
    }
}

impl LogLayout {
    /// A layout for this screen.
    pub fn new(style: Style, several: bool, all_fields: bool, wraps: bool) -> Self {
        LogLayout {
            style,
            zone: find_time_zone(),
            dated: false,
            several,
            all_fields,
            wraps,
            source: 0,
            part: 0,
        }
    }

    /// The same in another zone, for tests.
    #[must_use]
    pub fn in_zone(mut self, zone: TimeZone) -> Self {
        self.zone = zone;
        self
    }

    /// Fits columns to these lines.
    pub fn fit(&mut self, lines: &[LogLine]) {
        let times = || lines.iter().filter_map(|line| line.time);
        if let (Some(first), Some(last)) = (times().min(), times().max()) {
            self.dated |= self.day(first) != self.day(last);
        }
        for line in lines {
            self.widen(line);
        }
    }

    fn widen(&mut self, line: &LogLine) {
        if self.several {
            self.source = self.source.max(count_columns(&line.source).min(self.max_column()));
        }
        self.part = self.part.max(count_columns(&line.part).min(self.max_column()));
    }

    /// The whole summary.
    pub fn summary(&mut self, summary: &LogSummary) -> String {
        self.fit(&summary.lines);
        let mut out = self.problems(summary);
        for line in &summary.lines {
            out.push_str(&self.line(line));
        }
        out.push_str(&self.account(summary));
        out
    }

    /// The known problems, each with the way on; nothing where there are none.
    pub fn problems(&self, summary: &LogSummary) -> String {
        let style = self.style;
        if summary.problems.is_empty() {
            return String::new();
        }
        let mut out = format!("{}\n", style.heading("Known problems"));
        let width = summary
            .problems
            .iter()
            .map(|problem| count_columns(&problem.known.cause))
            .max()
            .unwrap_or(0);
        for problem in &summary.problems {
            let known = &problem.known;
            let count = format!("{}{}", style.sign("×", "x"), group_thousands(known.count));
            let when = self.range(known.first, known.last);
            let head = format!(
                "  {}  {count}{}",
                style.headline(Tone::Degraded, &pad_right(&style.line(&known.cause), width)),
                when.map(|when| format!("  {when}")).unwrap_or_default(),
            );
            out.push_str(head.trim_end());
            out.push('\n');
            for line in wrap_text(
                &style.line(&format!("{}: {}", problem.title, problem.reason)),
                style.page_width() - 4,
            ) {
                out.push_str(&format!("    {line}\n"));
            }
            let commands =
                [problem.command.clone(), format!("tempoctl explain {}", known.cause)].map(|text| style.line(&text));
            let apart = commands.iter().map(|text| count_columns(text) + 4).sum::<usize>() > style.page_width();
            let commands = commands
                .map(|text| style.command(&text))
                .join(if apart { "\n    " } else { "    " });
            out.push_str(&format!("    {commands}\n"));
        }
        out.push('\n');
        out
    }

    /// One line; where it wraps, further lines stand under its message.
    pub fn line(&mut self, line: &LogLine) -> String {
        self.widen(line);
        let style = self.style;
        let time = line
            .time
            .map_or_else(|| " ".repeat(if self.dated { 14 } else { 8 }), |time| self.clock(time));
        let level = line.level.map_or_else(
            || "     ".to_owned(),
            |level| pad_right(&level.name().to_uppercase(), 5),
        );
        let mut before = format!(
            "{}  {}  ",
            style.dim(&time),
            style.tone(choose_level_tone(line.level), &level)
        );
        let mut used = count_columns(&time) + 2 + 5 + 2;
        if self.several {
            let source = pad_right(&self.fit_column(&line.source), self.source);
            used += count_columns(&source) + 2;
            before.push_str(&format!("{}  ", style.dim(&source)));
        }
        if self.part > 0 {
            let part = pad_right(&self.fit_column(&line.part), self.part);
            used += count_columns(&part) + 2;
            before.push_str(&format!("{part}  "));
        }
        let message = style.line(&line.message);
        let fields = self.fields(line);
        let mut text = message.clone();
        if !fields.is_empty() {
            text.push_str("  ");
            text.push_str(&fields);
        }
        let tail = self.render_tail(line);
        let mut out = before;
        let room = if self.wraps {
            style.width.saturating_sub(used).max(24)
        } else {
            usize::MAX
        };
        if count_columns(&text) + count_columns(&tail.0) <= room {
            out.push_str(&self.join_fields(&message, &fields));
            out.push_str(&tail.1);
            out.push('\n');
        } else {
            let mut wrapped = wrap_text(&text, room).into_iter();
            out.push_str(&wrapped.next().unwrap_or_default());
            let mut last = count_columns(&text).min(room);
            for more in wrapped {
                last = count_columns(&more);
                out.push_str(&format!("\n{:used$}{}", "", style.dim(&more)));
            }
            if last + count_columns(&tail.0) > room && !tail.0.is_empty() {
                out.push_str(&format!("\n{:gap$}", "", gap = used.saturating_sub(3)));
            }
            out.push_str(&tail.1);
            out.push('\n');
        }
        for more in self.continuation_lines(line) {
            out.push_str(&format!("{:TRACE$}{}\n", "", style.dim(&style.text(&more))));
        }
        out
    }

    /// The lines after the first: all, or the first few of a long trace.
    fn continuation_lines(&self, line: &LogLine) -> Vec<String> {
        const FEW: usize = 12;
        let clean = |text: &String| crate::render::sanitize::sanitize_block(text);
        if self.all_fields || line.more.len() <= FEW + 1 {
            return line.more.iter().map(clean).collect();
        }
        let mut shown: Vec<String> = line.more.iter().take(FEW).map(clean).collect();
        shown.push(format!("… {} more lines (-v)", line.more.len() - FEW));
        shown
    }

    fn join_fields(&self, message: &str, fields: &str) -> String {
        if fields.is_empty() {
            return message.to_owned();
        }
        format!("{message}  {}", self.style.dim(fields))
    }

    fn fields(&self, line: &LogLine) -> String {
        let serious = line.level.is_none_or(|level| level >= LogLevel::Warn);
        if !self.all_fields && !serious {
            return String::new();
        }
        let shown = line
            .fields
            .iter()
            .filter(|(key, value)| {
                self.all_fields || (!SILENT.contains(&key.as_str()) && !value.is_empty() && value != "null")
            })
            .filter(|(key, _)| self.all_fields || !key.starts_with("otelcol."))
            .map(|(key, value)| {
                let value = self.style.line(value);
                if value.contains(' ') || value.is_empty() {
                    format!("{}=\"{}\"", self.style.line(key), value.replace('"', "'"))
                } else {
                    format!("{}={value}", self.style.line(key))
                }
            });
        shown.collect::<Vec<_>>().join(" ")
    }

    /// How often, and which cause: plain to be measured, and in colour.
    fn render_tail(&self, line: &LogLine) -> (String, String) {
        let style = self.style;
        let mut plain = String::new();
        let mut shown = String::new();
        if line.count > 1 {
            let count = format!("   {}{}", style.sign("×", "x"), group_thousands(line.count));
            plain.push_str(&count);
            shown.push_str(&count);
        }
        if !line.causes.is_empty() {
            let causes = style.line(&line.causes.join(", "));
            let arrow = style.sign("→", "->");
            plain.push_str(&format!("   {arrow} {causes}"));
            shown.push_str(&format!("   {arrow} {}", style.tone(Tone::Degraded, &causes)));
        }
        (plain, shown)
    }

    /// `461 lines read · 4 shown · 457 folded`
    pub fn account(&self, summary: &LogSummary) -> String {
        let account = &summary.account;
        let dot = self.style.sign(" · ", " - ");
        let mut parts = vec![format!("{} read", pluralize(account.read, "line"))];
        for (number, word) in [
            (account.shown, "shown"),
            (account.folded, "folded"),
            (account.filtered, "filtered out"),
        ] {
            if number > 0 || word == "shown" {
                parts.push(format!("{} {word}", group_thousands(number)));
            }
        }
        if account.unreadable > 0 {
            parts.push(format!("{} not read", pluralize(account.unreadable, "source")));
        }
        format!("{}\n", self.style.dim(&parts.join(dot)))
    }

    /// The widest column of parts and of sources; on no screen they are whole.
    fn max_column(&self) -> usize {
        if !self.wraps {
            usize::MAX
        } else if self.style.width < 100 {
            NARROW
        } else {
            WIDEST
        }
    }

    /// A name that fits its column: its end, where it is too long.
    fn fit_column(&self, text: &str) -> String {
        let text = self.style.line(text);
        let most = self.max_column();
        if count_columns(&text) <= most {
            return text;
        }
        let cut = self.style.sign("…", "..");
        let end: Vec<char> = text.chars().rev().take(most - count_columns(cut)).collect();
        cut.chars().chain(end.into_iter().rev()).collect()
    }

    fn range(&self, first: Option<Nanos>, last: Option<Nanos>) -> Option<String> {
        let (first, last) = (first?, last?);
        let dash = self.style.sign("–", "-");
        let dated = self.day(first) != self.day(last);
        let show = |nanos| {
            self.format_time(
                nanos,
                if dated || self.dated {
                    "%m-%d %H:%M:%S"
                } else {
                    "%H:%M:%S"
                },
            )
        };
        Some(if first == last {
            show(first)
        } else {
            format!("{}{dash}{}", show(first), show(last))
        })
    }

    fn clock(&self, time: Nanos) -> String {
        self.format_time(time, if self.dated { "%m-%d %H:%M:%S" } else { "%H:%M:%S" })
    }

    fn day(&self, time: Nanos) -> String {
        self.format_time(time, "%Y-%m-%d")
    }

    fn format_time(&self, nanos: Nanos, format: &str) -> String {
        match jiff::Timestamp::from_nanosecond(i128::from(nanos)) {
            Ok(time) => time.to_zoned_datetime(self.zone.clone()).strftime(format).to_string(),
            Err(_) => String::new(),
        }
    }
}

fn choose_level_tone(level: Option<LogLevel>) -> Tone {
    match level {
        Some(LogLevel::Error | LogLevel::Fatal) => Tone::Bad,
        Some(LogLevel::Warn) => Tone::Degraded,
        Some(LogLevel::Debug | LogLevel::Trace) => Tone::Dim,
        _ => Tone::Plain,
    }
}
