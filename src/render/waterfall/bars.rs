//! The bar of one row. Its height says what went on: full on the critical path, half while the span worked but nothing
//! waited for it, a line while it waited for spans below. Edges are drawn finer than a column, and nothing is too short to
//! be seen.

use crate::model::shape::Row;

use super::axis::Axis;

/// A share of a column below which nothing is drawn narrower.
const LEAST: f64 = 0.125;

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub(super) enum Ink {
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
pub(super) struct Cell {
    pub(super) ink: Ink,
    pub(super) glyph: char,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cover {
    running: f32,
    own: f32,
    critical: f32,
    low: f32,
    high: f32,
}

/// Draws bars on one axis; its memory is used again for every row.
pub(super) struct Brush<'a> {
    axis: &'a Axis,
    unicode: bool,
    covers: Vec<Cover>,
    cells: Vec<Cell>,
}

impl<'a> Brush<'a> {
    pub(super) fn new(axis: &'a Axis, unicode: bool) -> Brush<'a> {
        Brush {
            axis,
            unicode,
            covers: vec![Cover::default(); axis.width()],
            cells: vec![Cell::default(); axis.width()],
        }
    }

    /// The bar of a row, with the moments of its events.
    pub(super) fn bar(&mut self, row: &Row, guess: bool, events: &[(u64, bool)]) -> &[Cell] {
        self.covers.fill(Cover {
            low: 1.0,
            ..Cover::default()
        });
        self.cells.fill(Cell::default());
        for (stretches, part) in [(&row.running, 0), (&row.own, 1), (&row.critical, 2)] {
            for (start, end) in stretches {
                let (from, to) = (self.axis.column(*start), self.axis.column(*end));
                self.cover(from, to, part);
                if part == 0 && start == end {
                    // What takes no time waits for nothing.
                    self.cover(from, to, 1);
                }
            }
        }
        let tiny = match row.running.as_slice() {
            [(start, end)] => self.axis.column(*end) - self.axis.column(*start) < 0.3,
            _ => false,
        };
        for at in 0..self.covers.len() {
            self.cells[at] = self.cell(self.covers[at], guess, tiny);
        }
        self.break_axis();
        for (at, exception) in events {
            let column = (self.axis.column(*at) as usize).min(self.cells.len().saturating_sub(1));
            if let Some(cell) = self.cells.get_mut(column) {
                let ink = if *exception { Ink::Exception } else { Ink::Event };
                if ink > cell.ink {
                    let glyph = match (self.unicode, exception) {
                        (true, _) => '◆',
                        (false, true) => '!',
                        (false, false) => '*',
                    };
                    *cell = Cell { ink, glyph };
                }
            }
        }
        &self.cells
    }

    fn cover(&mut self, from: f64, to: f64, part: u8) {
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

    fn cell(&self, cover: Cover, guess: bool, tiny: bool) -> Cell {
        if cover.running <= 0.0 {
            return Cell::default();
        }
        let running = cover.running.min(1.0);
        let ink = match () {
            () if guess => Ink::Guess,
            () if cover.critical >= running * 0.4 => Ink::Critical,
            () if cover.own >= running * 0.4 => Ink::Own,
            () => Ink::Wait,
        };
        let glyph = if self.unicode {
            fine(ink, cover.low, cover.high, tiny)
        } else {
            coarse(ink, tiny)
        };
        Cell { ink, glyph }
    }

    /// What runs on over a break in the axis is drawn as broken.
    fn break_axis(&mut self) {
        let Some((from, to)) = self.axis.broken() else { return };
        for cell in self.cells.iter_mut().take(to).skip(from) {
            if cell.ink != Ink::None {
                cell.glyph = if self.unicode { '╌' } else { '~' };
            }
        }
    }
}

/// The sign that covers its column from `low` to `high` best; what is tiny as a whole is a thin line.
fn fine(ink: Ink, low: f32, high: f32, tiny: bool) -> char {
    const LEFT: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
    let starts_late = low > 0.3;
    let ends_early = high < 0.7;
    match ink {
        Ink::Critical => match () {
            () if !starts_late => LEFT[((high * 8.0).round() as usize).clamp(1, 8) - 1],
            () if high - low < 0.3 && high < 0.95 => '▏',
            () if 1.0 - low > 0.3 => '▐',
            () => '▕',
        },
        Ink::Own => match (starts_late, ends_early) {
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
        Ink::Wait => match (starts_late, ends_early) {
            (true, false) => '╺',
            (false, true) => '╸',
            _ => '━',
        },
        _ => '╌',
    }
}

fn coarse(ink: Ink, tiny: bool) -> char {
    match ink {
        Ink::Critical | Ink::Own if tiny => '|',
        Ink::Critical => '#',
        Ink::Own => '=',
        Ink::Wait => '-',
        _ => '~',
    }
}
