//! Traces as a table. Rows can be written one at a time, so that what is found late comes late.

use crate::render::style::{Style, Tone};
use crate::render::wrap::{count_columns, cut_text, pad_left, pad_right, wrap_text};
use telemetry::model::search::SearchHit;
use telemetry::text::duration;
use telemetry::text::pluralize;

const ID: usize = 32;
const TOOK: usize = 7;
const SPANS: usize = 5;
/// `  12 ✗`
const ERRORS: usize = 5;
/// Names get no less, even where the line becomes longer than the terminal.
const LEAST_ROOT: usize = 10;
/// Narrower than this, dates have no seconds.
const SECONDS: usize = 90;
/// Where nothing is cut, names are lined up as far as this.
const USUAL_ROOT: usize = 32;

/// How rows are laid out.
#[derive(Debug, Clone, Copy)]
pub struct HitTable {
    /// Dates as well as times: the window is longer than a day, or not of today.
    pub dated: bool,
    /// Services and matched spans as well.
    pub wide: bool,
    /// Nothing is cut.
    pub whole: bool,
    /// What can be shown.
    pub style: Style,
    /// Columns that names need, where the rows are known beforehand.
    pub names: Option<usize>,
    /// No row has errors, and that is known beforehand.
    pub sound: bool,
}

impl HitTable {
    /// As wide as these rows need.
    #[must_use]
    pub fn fitted(mut self, hits: &[SearchHit]) -> HitTable {
        self.names = hits.iter().map(|hit| count_columns(&self.root(hit))).max();
        self.sound = hits.iter().all(|hit| hit.errors() == 0);
        self
    }

    fn start_width(self) -> usize {
        match (self.dated, self.style.width < SECONDS && !self.whole) {
            (false, _) => 12,
            (true, true) => 11,
            (true, false) => 19,
        }
    }

    fn root_width(self) -> usize {
        let fixed = self.start_width() + 2 + ID + 2 + 1 + TOOK + 1 + SPANS + if self.sound { 0 } else { ERRORS };
        let room = match (self.whole, self.wide) {
            (true, _) => USUAL_ROOT.max(self.names.unwrap_or(0).min(60)),
            (false, true) => USUAL_ROOT,
            (false, false) => self.style.width.saturating_sub(fixed).max(LEAST_ROOT),
        };
        room.min(self.names.unwrap_or(room).max("ROOT".len())).max("ROOT".len())
    }

    fn root(self, hit: &SearchHit) -> String {
        match (&hit.root_service, &hit.root_name) {
            (None, _) => "(root not received)".to_owned(),
            (Some(service), None) => self.style.line(service),
            (Some(service), Some(name)) => self.style.line(&format!("{service} {name}")),
        }
    }

    /// The names of the columns.
    pub fn head(self) -> String {
        let start = "START UTC";
        let mut line = format!(
            "{}  {}  {} {} {}",
            pad_right(start, self.start_width()),
            pad_right("TRACE", ID),
            pad_right("ROOT", self.root_width()),
            pad_left("TOOK", TOOK),
            pad_left("SPANS", SPANS),
        );
        if self.wide {
            line.push_str("  ERRORS  MATCHED  SERVICES");
        }
        format!("{}\n", self.style.tone(Tone::Dim, line.trim_end()))
    }

    /// One trace.
    pub fn row(self, hit: &SearchHit) -> String {
        let style = self.style;
        let start = format_start(hit.start_ns, self.start_width());
        let width = self.root_width();
        let root = self.root(hit);
        let root = if self.whole {
            root
        } else {
            cut_text(&root, width, style.sign("…", ".."))
        };
        let known = hit.root_service.is_some();
        let root = style.tone(
            if known { Tone::Plain } else { Tone::Degraded },
            &pad_right(&root, width),
        );
        let spans = hit
            .spans()
            .map_or_else(|| style.sign("–", "-").to_owned(), |spans| spans.to_string());
        let mut line = format!(
            "{}  {}  {root} {} {}",
            style.dim(&pad_right(&start, self.start_width())),
            style.command(&hit.trace_id.to_string()),
            pad_left(
                &style.text(&duration::format_ns(hit.duration_ms.saturating_mul(1_000_000))),
                TOOK
            ),
            pad_left(&spans, SPANS),
        );
        let errors = hit.errors();
        if self.wide {
            let count = pad_left(&errors.to_string(), 6);
            line.push_str(&format!(
                "  {}  {}  {}",
                if errors > 0 {
                    style.tone(Tone::Bad, &count)
                } else {
                    count
                },
                pad_left(&hit.matched.to_string(), 7),
                style.line(&describe_services(hit))
            ));
        } else if errors > 0 {
            let text = format!("{} {}", pad_left(&errors.to_string(), ERRORS - 2), style.sign("✗", "X"));
            line.push_str(&style.tone(Tone::Bad, &text));
        }
        format!("{}\n", line.trim_end())
    }
}

/// `frontend 2, orders 2`
fn describe_services(hit: &SearchHit) -> String {
    let counts: Vec<String> = hit
        .services
        .iter()
        .map(|(name, count)| format!("{name} {}", count.spans))
        .collect();
    counts.join(", ")
}

fn format_start(ns: u64, width: usize) -> String {
    let Ok(at) = jiff::Timestamp::from_nanosecond(i128::from(ns)) else {
        return "unknown".to_owned();
    };
    let form = match width {
        12 => "%H:%M:%S%.3f",
        11 => "%m-%d %H:%M",
        _ => "%Y-%m-%d %H:%M:%S",
    };
    at.strftime(form).to_string()
}

/// What a table leaves out.
#[derive(Debug, Clone)]
pub struct HitsCut {
    /// The query asks for the newest traces, so that these are they.
    pub newest: bool,
    /// The command that shows more; `None` where Tempo gives no more at once.
    pub more: Option<String>,
}

/// What stands below a table: how many, of how many, and what to do next.
pub fn render_summary(hits: &[SearchHit], told: &str, limit: u32, cut: Option<&HitsCut>, style: Style) -> String {
    let traces = format!("{} {told}", pluralize(hits.len(), "trace"));
    let first = hits.first().map(|hit| format!("tempoctl search --id {}", hit.trace_id));
    let separator = style.sign(" · ", " - ");
    let mut out = String::new();
    if let Some(cut) = cut {
        let mut text = format!("{traces}: cut at --limit {limit}");
        if cut.more.is_none() {
            text.push_str(", the most that this Tempo returns at once");
        }
        if !cut.newest {
            text.push_str(
                "; Tempo returns the newest first only if the query ends in with (most_recent=true), since 2.8",
            );
        }
        for line in wrap_text(&style.text(&text), style.prose_width()) {
            out.push_str(&format!("{}\n", style.tone(Tone::Degraded, &line)));
        }
        for command in first.iter().chain(&cut.more) {
            out.push_str(&format!("{}\n", style.command(&style.line(command))));
        }
        return out;
    }
    let line = format!("{traces} (limit {limit})");
    match first {
        Some(first)
            if count_columns(&line) + count_columns(separator) + count_columns(&first) <= style.width.max(80) =>
        {
            out.push_str(&format!(
                "{}{}\n",
                style.dim(&format!("{}{separator}", style.text(&line))),
                style.command(&first)
            ));
        }
        Some(first) => out.push_str(&format!(
            "{}\n{}\n",
            style.dim(&style.text(&line)),
            style.command(&first)
        )),
        None => out.push_str(&format!("{}\n", style.dim(&style.text(&line)))),
    }
    out
}
