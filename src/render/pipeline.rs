//! The pipeline as a drawing: names and edges on one line, what was seen at each hop below it, the second branch under
//! the first. The finished report and the live view are drawn by the same hand.

use super::style::{Style, Tone};
use super::wrap::{count_columns, pad_right};
use telemetry::model::{Branch, Hop};

/// Where every line begins.
const INDENT: usize = 2;
/// The least space between what is said at two hops.
const GAP: usize = 2;
/// Where the drawing ends at the right when there is reason to stretch it.
const RIGHT: usize = 78;

/// What stands at a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The marker was seen.
    Passed,
    /// The marker was lost.
    Lost,
    /// It passed, and something is wrong.
    Degraded,
    /// Others pass, the marker was kept out.
    Excluded,
    /// Nothing comes out of here.
    Nothing,
    /// Not yet seen.
    Waiting,
    /// Not looked at.
    Unseen,
    /// Nothing to say yet.
    Blank,
}

impl Mark {
    /// Its sign, where there is nothing better to say.
    pub fn sign(self, style: Style) -> &'static str {
        match self {
            Mark::Passed => style.sign("✓", "ok"),
            Mark::Lost => "lost",
            Mark::Degraded => "!",
            Mark::Excluded => "excluded",
            Mark::Nothing => style.sign("╳", "X"),
            Mark::Waiting => style.sign("…", "..."),
            Mark::Unseen => style.sign("–", "-"),
            Mark::Blank => "",
        }
    }

    /// Its colour.
    pub fn tone(self) -> Tone {
        match self {
            Mark::Passed => Tone::Good,
            Mark::Lost => Tone::Bad,
            Mark::Degraded | Mark::Excluded | Mark::Nothing => Tone::Degraded,
            Mark::Waiting | Mark::Blank => Tone::Plain,
            Mark::Unseen => Tone::Dim,
        }
    }

    fn name_tone(self) -> Tone {
        match self {
            Mark::Passed | Mark::Waiting => Tone::Plain,
            Mark::Unseen | Mark::Blank => Tone::Dim,
            other => other.tone(),
        }
    }
}

/// One hop of the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HopView {
    /// Which hop.
    pub hop: Hop,
    /// What stands there.
    pub mark: Mark,
    /// Said below the name instead of the sign, line by line.
    pub says: Vec<String>,
    /// Said where there is no room for that.
    pub short: Option<String>,
    /// The edge before it is where the data is lost.
    pub broken: bool,
}

impl HopView {
    /// A hop of which only the mark is known.
    pub fn new(hop: Hop, mark: Mark) -> Self {
        HopView {
            hop,
            mark,
            says: Vec::new(),
            short: None,
            broken: false,
        }
    }

    /// A note as it is said below a name: every part on a line of its own, a comma showing that it goes on.
    pub fn note_lines(note: &str) -> Vec<String> {
        let mut parts: Vec<String> = note.split(", ").map(str::to_owned).collect();
        let last = parts.len().saturating_sub(1);
        parts[..last].iter_mut().for_each(|part| part.push(','));
        parts
    }

    /// What is said below the name, in full or short.
    pub fn lines(&self, full: bool, style: Style) -> Vec<String> {
        let said: Vec<String> = match (full, &self.short) {
            (true, _) => self.says.iter().map(|text| style.line(text)).collect(),
            (false, Some(short)) => vec![style.line(short)],
            (false, None) => Vec::new(),
        };
        let said: Vec<String> = said.into_iter().filter(|text| !text.trim().is_empty()).collect();
        match self.mark.sign(style) {
            "" if said.is_empty() => Vec::new(),
            sign if said.is_empty() => vec![sign.to_owned()],
            _ => said,
        }
    }
}

/// The drawing, line by line, no wider than the style where that is possible at all.
pub fn draw_pipeline(stops: &[HopView], style: Style) -> Vec<String> {
    let fits = |lines: &[PipelineRow]| lines.iter().all(|row| row.end() <= style.width);
    for full in [true, false] {
        let rows = draw_rows(stops, full, style);
        if fits(&rows) {
            return rows.iter().map(|row| row.finish(style)).collect();
        }
    }
    draw_list(stops, style)
}

/// One hop a line, for terminals too narrow for the drawing.
fn draw_list(stops: &[HopView], style: Style) -> Vec<String> {
    let width = stops.iter().map(|stop| stop.hop.name().len()).max().unwrap_or(0);
    stops
        .iter()
        .map(|stop| {
            let edge = if stop.broken {
                style.sign("╳", "X")
            } else {
                style.sign("│", "|")
            };
            let tone = if stop.broken { Tone::Bad } else { Tone::Dim };
            let name = pad_right(stop.hop.name(), width);
            let said = stop.lines(true, style).join(" ");
            let fits = 6 + width + count_columns(&said) <= style.width;
            let said = if fits { said } else { stop.lines(false, style).join(" ") };
            format!(
                "  {} {}  {}",
                style.tone(tone, edge),
                style.tone(stop.mark.name_tone(), &name),
                style.tone(stop.mark.tone(), &said)
            )
        })
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// The two branches where the pipeline forks: what leads to the fork, the upper branch with what follows it, the lower.
fn draw_rows(stops: &[HopView], full: bool, style: Style) -> Vec<PipelineRow> {
    let of = |branch: Branch| {
        stops
            .iter()
            .filter(move |stop| stop.hop.branch() == branch)
            .collect::<Vec<_>>()
    };
    let (trunk, traces, metrics, view) = (
        of(Branch::Trunk),
        of(Branch::Traces),
        of(Branch::Metrics),
        of(Branch::View),
    );
    let mut pen = PipelinePen::new(full, style);
    if traces.is_empty() || metrics.is_empty() {
        pen.branch(&[trunk, traces, metrics, view].concat(), None);
        return pen.rows;
    }
    pen.branch(&trunk, None);
    let fork = pen.fork(traces[0]);
    let stretch = view
        .first()
        .map(|first| (first.hop, RIGHT.saturating_sub(measure_names(&view))));
    pen.branch(&[traces, view].concat(), stretch);
    pen.lower(fork, metrics[0]);
    pen.branch(&metrics, None);
    pen.rows
}

/// The columns that these names and the edges between them take.
fn measure_names(stops: &[&HopView]) -> usize {
    stops.iter().map(|stop| stop.hop.name().len()).sum::<usize>() + 3 * stops.len().saturating_sub(1)
}

/// Puts names, edges and words into rows, from left to right.
struct PipelinePen {
    rows: Vec<PipelineRow>,
    /// The row of the names of this branch.
    base: usize,
    /// Where the last name ends.
    x: usize,
    /// Where the last words end.
    said: usize,
    /// Where the names of this branch begin.
    names: Vec<usize>,
    /// The edge to the next name is drawn already.
    joined: bool,
    full: bool,
    style: Style,
}

impl PipelinePen {
    fn new(full: bool, style: Style) -> Self {
        PipelinePen {
            rows: vec![PipelineRow::default(), PipelineRow::default()],
            base: 0,
            x: INDENT,
            said: 0,
            names: Vec::new(),
            joined: true,
            full,
            style,
        }
    }

    /// The hops one after the other. `stretch` names the hop that begins no further left than there.
    fn branch(&mut self, stops: &[&HopView], stretch: Option<(Hop, usize)>) {
        for (index, stop) in stops.iter().enumerate() {
            // Words may run on below what follows as long as nothing is said there.
            let speaks = stops[index..]
                .iter()
                .any(|stop| !stop.lines(self.full, self.style).is_empty());
            let clear = if speaks && self.said > 0 { self.said + GAP } else { 0 };
            let wanted = stretch.filter(|(hop, _)| *hop == stop.hop).map_or(0, |(_, at)| at);
            if self.joined {
                self.joined = false;
            } else {
                let name_at = (self.x + 3).max(clear).max(wanted);
                self.edge(self.x + 1, name_at - self.x - 2, stop.broken);
                self.x = name_at;
            }
            self.draw_hop(stop);
        }
    }

    /// A run of line with the break at its end.
    fn edge(&mut self, at: usize, length: usize, broken: bool) {
        let line = self.style.sign("─", "-");
        if !broken {
            self.rows[self.base].put(at, line.repeat(length), Tone::Dim);
            return;
        }
        self.rows[self.base].put(at, line.repeat(length - 1), Tone::Dim);
        self.rows[self.base].put(at + length - 1, self.style.sign("╳", "X").to_owned(), Tone::Bad);
    }

    fn draw_hop(&mut self, stop: &HopView) {
        let name = stop.hop.name();
        let at = self.x;
        self.rows[self.base].put(at, name.to_owned(), stop.mark.name_tone());
        let lines = stop.lines(self.full, self.style);
        let widest = lines.iter().map(|line| count_columns(line)).max().unwrap_or(0);
        let mut from = at + (name.len().saturating_sub(widest)).div_ceil(2);
        if from + widest > self.style.width.saturating_sub(INDENT) {
            from = self.find_column_left(widest).min(from);
        }
        self.names.push(at);
        for (index, line) in lines.into_iter().enumerate() {
            let row = self.base + 1 + index;
            while self.rows.len() <= row {
                self.rows.push(PipelineRow::default());
            }
            self.rows[row].put(from, line, stop.mark.tone());
        }
        self.said = if widest > 0 { from + widest } else { self.said };
        self.x = at + name.len();
    }

    /// Words that would cross the right edge begin below an earlier name of the branch, where nothing is said there.
    fn find_column_left(&self, widest: usize) -> usize {
        let edge = self.style.width.saturating_sub(INDENT + widest);
        let free = if self.said > 0 { self.said + GAP } else { 0 };
        let below = self.names.iter().rev().find(|name| (free..=edge).contains(name));
        let first = self.names.first().copied().unwrap_or(usize::MAX);
        below.copied().unwrap_or(edge.max(free).max(first))
    }

    /// Where the way forks; the upper branch goes on from there.
    fn fork(&mut self, first: &HopView) -> usize {
        let at = if self.x == INDENT {
            INDENT
        } else {
            (self.x + 2).max(self.said + GAP)
        };
        if self.x > INDENT {
            self.edge(self.x + 1, at - self.x - 1, false);
        }
        self.rows[self.base].put(at, self.style.sign("┬", "+").to_owned(), Tone::Dim);
        self.edge(at + 1, 1, first.broken);
        self.x = at + 3;
        self.names.clear();
        self.said = 0;
        self.joined = true;
        at
    }

    /// Goes down to the lower branch, below everything said so far.
    fn lower(&mut self, fork: usize, first: &HopView) {
        for row in &mut self.rows[1..] {
            row.put(fork, self.style.sign("│", "|").to_owned(), Tone::Dim);
        }
        self.base = self.rows.len();
        self.rows.extend([PipelineRow::default(), PipelineRow::default()]);
        self.rows[self.base].put(fork, self.style.sign("└", "+").to_owned(), Tone::Dim);
        self.edge(fork + 1, 1, first.broken);
        self.x = fork + 3;
        self.names.clear();
        self.said = 0;
        self.joined = true;
    }
}

/// One line of the drawing: pieces at columns.
#[derive(Debug, Default)]
struct PipelineRow {
    pieces: Vec<(usize, String, Tone)>,
}

impl PipelineRow {
    fn put(&mut self, at: usize, text: String, tone: Tone) {
        if !text.is_empty() {
            self.pieces.push((at, text, tone));
        }
    }

    fn end(&self) -> usize {
        self.pieces
            .iter()
            .map(|(at, text, _)| at + count_columns(text))
            .max()
            .unwrap_or(0)
    }

    fn finish(&self, style: Style) -> String {
        let mut pieces: Vec<&(usize, String, Tone)> = self.pieces.iter().collect();
        pieces.sort_by_key(|(at, _, _)| *at);
        let mut out = String::new();
        let mut x = 0;
        for (at, text, tone) in pieces {
            out.push_str(&" ".repeat(at.saturating_sub(x)));
            out.push_str(&style.tone(*tone, text));
            x = at.max(&x) + count_columns(text);
        }
        out
    }
}

#[cfg(test)]
mod tests;
