//! What stands left of a bar: where the span belongs, its name, how many it stands for.

use crate::render::style::Style;
use crate::render::wrap::{count_columns, cut_text, pad_right};
use telemetry::model::trace::Trace;
use telemetry::model::waterfall_layout::{RowSubject, WaterfallRow};

/// The levels for which guides are drawn: what stands deeper begins at the same column, and says how deep it is.
pub(super) fn count_levels(style: Style) -> usize {
    (style.width / 9).min(16)
}

/// The name of a row and what goes with it, without its guides.
pub(super) struct RowLabel {
    /// Columns of its guides.
    guides: usize,
    /// `✗ `, `? `, or nothing.
    pub(super) sign: &'static str,
    /// The span's name, harmless.
    pub(super) name: String,
    /// ` ×48`, ` ▸12`, ` ↗`
    pub(super) suffix: String,
}

impl RowLabel {
    pub(super) fn for_row(trace: &Trace, row: &WaterfallRow, levels: usize, style: Style) -> RowLabel {
        let guides = (row.depth as usize).min(levels) * 2;
        let mut suffix = String::new();
        if let Some(group) = row.group {
            suffix.push_str(&format!(" {}{}", style.sign("×", "x"), group.count));
        }
        if row.hidden > 0 {
            suffix.push_str(&format!(" {}{}", style.sign("▸", "+"), row.hidden));
        }
        let Some(span) = row.span(trace) else {
            let (sign, name) = match row.subject {
                RowSubject::Missing(id) => ("? ", format!("missing {id}")),
                RowSubject::Span(_) => ("", String::new()),
            };
            return RowLabel {
                guides,
                sign,
                name,
                suffix,
            };
        };
        if !span.links.is_empty() {
            suffix.push_str(style.sign(" ↗", " ^"));
        }
        RowLabel {
            guides,
            sign: if span.is_error() { style.sign("✗ ", "X ") } else { "" },
            name: if span.name.is_empty() {
                "(no name)".to_owned()
            } else {
                style.line(&span.name)
            },
            suffix,
        }
    }

    /// How wide it is with its guides.
    pub(super) fn columns(&self) -> usize {
        self.guides + count_columns(self.sign) + count_columns(&self.name) + count_columns(&self.suffix)
    }

    /// The name in so many columns, without sign and suffix.
    pub(super) fn name_in(&self, width: usize, style: Style) -> String {
        let room = width.saturating_sub(count_columns(self.sign) + count_columns(&self.suffix));
        cut_text(&self.name, room, style.sign("…", ".."))
    }
}

/// The lines that lead from a row to those above it.
pub(super) struct TreeGuides {
    /// Whether siblings follow at each level.
    open: Vec<bool>,
    /// Levels that are drawn.
    most: usize,
}

impl TreeGuides {
    pub(super) fn new(style: Style) -> TreeGuides {
        TreeGuides {
            open: Vec::new(),
            most: count_levels(style),
        }
    }

    /// Moves on to the next row.
    pub(super) fn enter(&mut self, row: &WaterfallRow) {
        self.open.truncate(row.depth as usize);
        self.open.push(!row.last);
    }

    /// Left of the row's name.
    pub(super) fn row_guide(&self, style: Style) -> String {
        let depth = self.open.len() - 1;
        if depth == 0 {
            return String::new();
        }
        let mut text = self.draw_levels(1, depth, style);
        text.push_str(match self.open[depth] {
            true => style.sign("├ ", "|-"),
            false => style.sign("└ ", "`-"),
        });
        text
    }

    /// Left of what is said below the row.
    pub(super) fn below_guide(&self, has_children: bool, style: Style) -> String {
        let depth = self.open.len() - 1;
        let mut text = self.draw_levels(1, depth + 1, style);
        text.push_str(if has_children { style.sign("│ ", "| ") } else { "  " });
        text
    }

    fn draw_levels(&self, from: usize, to: usize, style: Style) -> String {
        let line = style.sign("│ ", "| ");
        // The first levels give way to a number where there are too many.
        let hidden = (to + 1).saturating_sub(self.most);
        let mut text = String::new();
        if hidden > 0 {
            text = pad_right(&format!("{}{}", style.sign("⋯", ":"), self.open.len() - 1), 4);
        }
        let first = if hidden > 0 { hidden + 2 } else { 0 };
        for level in from.max(first)..to {
            text.push_str(if self.open[level] { line } else { "  " });
        }
        text
    }
}
