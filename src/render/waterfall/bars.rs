//! The bar of one row. Its height says what went on: full on the critical path, half while the span worked but nothing
//! waited for it, a line while it waited for spans below. Edges are drawn finer than a column, and nothing is too short to
//! be seen.

use telemetry::model::waterfall_layout::WaterfallRow;

use super::axis::Axis;

/// A share of a column below which nothing is drawn narrower.
const LEAST: f64 = 0.125;

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub(super) enum BarInk {
    /// Nothing ran.
    #[default]
    None,
    /// A parent that is not there ran at least so long.
    Guess,
    /// It waited for spans below.
    Wait,
    /// It worked.
    Own,
    /// The trace waited for it.
    Critical,
    /// Something happened.
    Event,
    /// An exception happened.
    Exception,
}

/// A column of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct BarCell {
    pub(super) ink: BarInk,
    pub(super) glyph: char,
}

#[derive(Debug, Clone, Copy, Default)]
struct BarCoverage {
    running: f32,
    own: f32,
    critical: f32,
    low: f32,
    high: f32,
}

/// Draws bars on one axis; its memory is used again for every row.
pub(super) struct BarPainter<'a> {
    axis: &'a Axis,
    unicode: bool,
    covers: Vec<BarCoverage>,
    cells: Vec<BarCell>,
}

impl<'a> BarPainter<'a> {
    pub(super) fn new(axis: &'a Axis, unicode: bool) -> BarPainter<'a> {
        BarPainter {
            axis,
            unicode,
            covers: vec![BarCoverage::default(); axis.width()],
            cells: vec![BarCell::default(); axis.width()],
        }
    }

    /// The bar of a row, with the moments of its events.
    pub(super) fn draw_bar(&mut self, row: &WaterfallRow, guess: bool, events: &[(u64, bool)]) -> &[BarCell] {
        self.covers.fill(BarCoverage {
            low: 1.0,
            ..BarCoverage::default()
        });
        self.cells.fill(BarCell::default());
        for (stretches, part) in [(&row.running, 0), (&row.own, 1), (&row.critical, 2)] {
            for (start, end) in stretches {
                let (from, to) = (self.axis.column(*start), self.axis.column(*end));
                self.add_coverage(from, to, part);
                if part == 0 && start == end {
                    // What takes no time waits for nothing.
                    self.add_coverage(from, to, 1);
                }
            }
        }
        let tiny = match row.running.as_slice() {
            [(start, end)] => self.axis.column(*end) - self.axis.column(*start) < 0.3,
            _ => false,
        };
        for at in 0..self.covers.len() {
            self.cells[at] = self.choose_cell(self.covers[at], guess, tiny);
        }
        self.break_axis();
        for (at, exception) in events {
            let column = (self.axis.column(*at) as usize).min(self.cells.len().saturating_sub(1));
            if let Some(cell) = self.cells.get_mut(column) {
                let ink = if *exception { BarInk::Exception } else { BarInk::Event };
                if ink > cell.ink {
                    let glyph = match (self.unicode, exception) {
                        (true, _) => '◆',
                        (false, true) => '!',
                        (false, false) => '*',
                    };
                    *cell = BarCell { ink, glyph };
                }
            }
        }
        &self.cells
    }

    fn add_coverage(&mut self, from: f64, to: f64, part: u8) {
        let width = self.covers.len() as f64;
        let from = from.min(width - LEAST).max(0.0);
        let to = to.max(from + LEAST).min(width);
        let mut at = from.floor() as usize;
        while (at as f64) < to && at < self.covers.len() {
            let low = (from - at as f64).max(0.0);
            let high = (to - at as f64).min(1.0);
            let cover = &mut self.covers[at];
            let share = (high - low).max(0.0) as f32;
            match part {
                0 => {
                    cover.running += share;
                    cover.low = cover.low.min(low as f32);
                    cover.high = cover.high.max(high as f32);
                }
                1 => cover.own += share,
                _ => cover.critical += share,
            }
            at += 1;
        }
    }

    fn choose_cell(&self, cover: BarCoverage, guess: bool, tiny: bool) -> BarCell {
        if cover.running <= 0.0 {
            return BarCell::default();
        }
        let running = cover.running.min(1.0);
        let ink = match () {
            () if guess => BarInk::Guess,
            () if cover.critical >= running * 0.4 => BarInk::Critical,
            () if cover.own >= running * 0.4 => BarInk::Own,
            () => BarInk::Wait,
        };
        let glyph = if self.unicode {
            choose_unicode_glyph(ink, cover.low, cover.high, tiny)
        } else {
            choose_ascii_glyph(ink, tiny)
        };
        BarCell { ink, glyph }
    }

    /// What runs on over a break in the axis is drawn as broken.
    fn break_axis(&mut self) {
        let Some((from, to)) = self.axis.broken() else { return };
        for cell in self.cells.iter_mut().take(to).skip(from) {
            if cell.ink != BarInk::None {
                cell.glyph = if self.unicode { '╌' } else { '~' };
            }
        }
    }
}

/// The sign that covers its column from `low` to `high` best; what is tiny as a whole is a thin line.
fn choose_unicode_glyph(ink: BarInk, low: f32, high: f32, tiny: bool) -> char {
    const LEFT: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
    let starts_late = low > 0.3;
    let ends_early = high < 0.7;
    match ink {
        BarInk::Critical => match () {
            () if !starts_late => LEFT[((high * 8.0).round() as usize).clamp(1, 8) - 1],
            () if high - low < 0.3 && high < 0.95 => '▏',
            () if 1.0 - low > 0.3 => '▐',
            () => '▕',
        },
        BarInk::Own => match (starts_late, ends_early) {
            _ if tiny => {
                if low < 0.5 {
                    '▏'
                } else {
                    '▕'
                }
            }
            (true, _) => '▗',
            (false, true) => '▖',
            (false, false) => '▄',
        },
        BarInk::Wait => match (starts_late, ends_early) {
            (true, false) => '╺',
            (false, true) => '╸',
            _ => '━',
        },
        _ => '╌',
    }
}

fn choose_ascii_glyph(ink: BarInk, tiny: bool) -> char {
    match ink {
        BarInk::Critical | BarInk::Own if tiny => '|',
        BarInk::Critical => '#',
        BarInk::Own => '=',
        BarInk::Wait => '-',
        _ => '~',
    }
}
