//! The time axis that all rows share: from nanoseconds to columns, its ruler, and where it is broken.
//!
//! Work that goes on long after the root has ended would squeeze everything else into a few columns. There the axis is
//! broken: time in which nothing ran is left out, and the tail has a scale of its own. The ruler says so.

use telemetry::model::waterfall_layout::{NanosRange, TraceLayout};
use telemetry::text::duration;

/// Marks on one piece, at most: more are a fence.
const MARKS: f64 = 8.0;
/// The share of the columns that a tail may take.
const TAIL: f64 = 0.3;
/// A tail is long from so many times the root's length on.
const LONG_TAIL: u64 = 3;
/// Columns of a break.
const BREAK: f64 = 2.0;

/// A part of the axis with one scale.
#[derive(Debug, Clone, Copy, PartialEq)]
struct AxisPiece {
    time: NanosRange,
    from: f64,
    to: f64,
    broken: bool,
}

/// The axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pieces: Vec<AxisPiece>,
    width: usize,
    start: u64,
}

impl Axis {
    pub(super) fn new(shape: &TraceLayout, width: usize) -> Axis {
        let (start, end) = shape.extent;
        let whole = width as f64;
        let main_end = shape.main.1.clamp(start, end);
        let (main, tail) = (main_end - start, end - main_end);
        let piece = |time: NanosRange, from: f64, to: f64, broken: bool| AxisPiece { time, from, to, broken };
        let pieces = if tail / LONG_TAIL <= main.max(1) || width < 20 {
            vec![piece((start, end), 0.0, whole, false)]
        } else {
            // The longest time after the root in which nothing ran, where it is most of the tail.
            let idle = find_longest_idle(shape, main_end).filter(|(from, to)| (to - from) > tail / 2);
            let (gap, rest) = idle.map_or(((main_end, main_end), (main_end, end)), |gap| (gap, (gap.1, end)));
            let scale = (rest.1 - rest.0) as f64 / ((rest.1 - rest.0) + (gap.0 - start)).max(1) as f64;
            let share = whole * if idle.is_some() { scale.clamp(0.1, TAIL) } else { TAIL };
            let knee = (whole - share - BREAK).floor();
            vec![
                piece((start, gap.0), 0.0, knee, false),
                piece(gap, knee, knee + BREAK, true),
                piece(rest, knee + BREAK, whole, false),
            ]
        };
        Axis { pieces, width, start }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The column of a moment, with what lies between two columns.
    pub(super) fn column(&self, at: u64) -> f64 {
        let piece = self
            .pieces
            .iter()
            .find(|piece| at <= piece.time.1)
            .or(self.pieces.last());
        let Some(piece) = piece else { return 0.0 };
        let (start, end) = piece.time;
        let length = end.saturating_sub(start);
        if length == 0 {
            return piece.from;
        }
        let share = at.saturating_sub(start) as f64 / length as f64;
        piece.from + share.min(1.0) * (piece.to - piece.from)
    }

    /// The columns in which the axis is broken.
    pub(super) fn broken(&self) -> Option<(usize, usize)> {
        let piece = self.pieces.iter().find(|piece| piece.broken)?;
        Some((piece.from.round() as usize, piece.to.round() as usize))
    }

    /// How much time the break leaves out, in nanoseconds.
    pub(super) fn left_out(&self) -> u64 {
        let broken = self.pieces.iter().find(|piece| piece.broken);
        broken.map_or(0, |piece| piece.time.1 - piece.time.0)
    }

    /// Marks and what they say, from left to right, without overlap.
    pub(super) fn ticks(&self) -> Vec<(usize, String)> {
        let mut ticks: Vec<(usize, String)> = Vec::new();
        for piece in self.pieces.iter().filter(|piece| !piece.broken) {
            let columns = piece.to - piece.from;
            let length = piece.time.1.saturating_sub(piece.time.0);
            let step = choose_step(length as f64 / (columns / 12.0).clamp(1.0, MARKS));
            let first = piece.time.0 - self.start;
            // A later piece begins with its own time, whatever the step.
            let mut marks = vec![first];
            let mut next = (first - first % step).saturating_add(step);
            while next < first.saturating_add(length) && marks.len() < 64 {
                marks.push(next);
                next = next.saturating_add(step);
            }
            for mark in marks {
                let column = self.column(self.start.saturating_add(mark)).floor() as usize;
                let column = column.max(piece.from.ceil() as usize);
                let text = format_tick(mark, step);
                let free = ticks
                    .last()
                    .is_none_or(|(at, text)| at + text.chars().count() + 2 <= column);
                let fits = column + text.chars().count() <= piece.to.round() as usize;
                if free && fits {
                    ticks.push((column, text));
                }
            }
        }
        ticks
    }
}

/// The longest time after `from` in which no row runs.
fn find_longest_idle(shape: &TraceLayout, from: u64) -> Option<NanosRange> {
    let mut all: Vec<NanosRange> = shape.rows.iter().flat_map(|row| row.running.iter().copied()).collect();
    all.sort_unstable();
    let mut longest: Option<NanosRange> = None;
    let mut end = from;
    for (start, stop) in all {
        if start > end && longest.is_none_or(|(a, b)| start - end > b - a) {
            longest = Some((end, start));
        }
        end = end.max(stop);
    }
    longest
}

/// The next of 1, 2, 5, 10 … nanoseconds; of seconds beyond a minute 15, 30, 60 and so on.
fn choose_step(at_least: f64) -> u64 {
    const LONG: [u64; 12] = [15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];
    let mut unit = 1_u64;
    while unit <= 10_000_000_000 {
        for factor in [1, 2, 5] {
            let step = unit * factor;
            if step as f64 >= at_least && step <= 10_000_000_000 {
                return step;
            }
        }
        unit *= 10;
    }
    LONG.into_iter()
        .map(|seconds| seconds * 1_000_000_000)
        .find(|step| *step as f64 >= at_least)
        .unwrap_or_else(|| (at_least / 86_400e9).ceil().max(1.0) as u64 * 86_400_000_000_000)
}

/// `0`, `300 ms`, `1.2 s`
fn format_tick(ns: u64, step: u64) -> String {
    if ns == 0 {
        return "0".to_owned();
    }
    if ns >= 100_000_000_000 {
        return duration::format_ns(ns);
    }
    const UNITS: [(u64, &str); 4] = [(1, "ns"), (1_000, "µs"), (1_000_000, "ms"), (1_000_000_000, "s")];
    let (unit, name) = UNITS
        .into_iter()
        .rev()
        .find(|(unit, _)| ns >= *unit)
        .unwrap_or((1, "ns"));
    // As many digits as tell one mark from the next.
    let mut digits = 0;
    let mut part = unit;
    while part > step && digits < 3 {
        part /= 10;
        digits += 1;
    }
    let text = format!("{:.digits$}", ns as f64 / unit as f64);
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    };
    format!("{text} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use telemetry::model::trace::SpanId;
    use telemetry::model::waterfall_layout::{RowSubject, WaterfallRow};

    const MS: u64 = 1_000_000;

    fn of(extent: NanosRange, main: NanosRange, running: &[NanosRange]) -> TraceLayout {
        let row = |stretch: &NanosRange| WaterfallRow {
            subject: RowSubject::Missing(SpanId::default()),
            depth: 0,
            last: true,
            stands_for: 0,
            hidden: 0,
            group: None,
            running: vec![*stretch],
            own: Vec::new(),
            critical: Vec::new(),
            self_ns: 0,
            critical_ns: 0,
            anomalies: Default::default(),
        };
        TraceLayout {
            rows: running.iter().map(row).collect(),
            extent,
            main,
            ..TraceLayout::default()
        }
    }

    fn texts(axis: &Axis) -> Vec<String> {
        axis.ticks()
            .into_iter()
            .map(|(at, text)| format!("{at}:{text}"))
            .collect()
    }

    #[test]
    fn marks_are_round_and_apart() {
        let axis = Axis::new(&of((0, 1_204 * MS), (0, 1_204 * MS), &[]), 44);
        assert_eq!(texts(&axis), ["0:0", "18:500 ms", "36:1 s"]);
        let axis = Axis::new(&of((7, 18 * MS + 7), (7, 18 * MS + 7), &[]), 60);
        assert_eq!(texts(&axis), ["0:0", "16:5 ms", "33:10 ms", "50:15 ms"]);
        let axis = Axis::new(&of((5, 5), (5, 5), &[]), 40);
        assert_eq!(texts(&axis), ["0:0"]);
    }

    #[test]
    fn a_long_tail_breaks_the_axis() {
        let late = (31_000 * MS, 31_900 * MS);
        let axis = Axis::new(&of((0, late.1), (0, 310 * MS), &[(0, 310 * MS), late]), 60);
        let (from, to) = axis.broken().expect("a break");
        assert_eq!(to - from, 2);
        assert_eq!(axis.left_out(), late.0 - 310 * MS);
        assert!(axis.column(300 * MS) > 35.0, "the root keeps most of the columns");
        assert!(axis.column(late.0) >= to as f64 - 0.5);
        assert_eq!(axis.column(late.1), 60.0);
        assert!(
            texts(&axis).iter().any(|text| text.ends_with(":31 s")),
            "{:?}",
            texts(&axis)
        );
    }

    #[test]
    fn the_axis_never_runs_back() {
        let axis = Axis::new(&of((0, 9_000), (0, 1_000), &[(0, 1_000), (500, 9_000)]), 77);
        let columns: Vec<f64> = (0..=90).map(|at| axis.column(at * 100)).collect();
        assert!(columns.windows(2).all(|two| two[0] <= two[1]), "{columns:?}");
        assert_eq!(axis.column(u64::MAX), 77.0);
    }
}
