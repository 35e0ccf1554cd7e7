//! Columns without lines. comfy-table lays the text out: widths, alignment, wrapping. Colour and what fits are decided
//! here, by the style of whoever opened the stream; the crate is built without its own look at the terminal.

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle,
};

use super::style::{Style, Tone};
use super::wrap::count_columns;

/// Stands between two columns while the layout is read, as between two rows. No cell holds either: text is made
/// harmless first.
const COLUMN: char = '\u{1f}';
const ROW: char = '\u{1e}';
/// The narrowest that a wrapped column gets: below it, lines run over the edge instead.
const NARROWEST: usize = 24;

/// One cell.
#[derive(Debug, Clone)]
pub struct TableCell {
    text: String,
    tone: Tone,
    right: bool,
}

impl TableCell {
    /// A text, to the left. It is made harmless here: callers hand in what servers say.
    pub fn text(text: &str, style: Style) -> TableCell {
        TableCell {
            text: style.line(text),
            tone: Tone::Plain,
            right: false,
        }
    }

    /// Signs that are ready to be shown.
    pub fn signs(text: String) -> TableCell {
        TableCell {
            text,
            tone: Tone::Plain,
            right: false,
        }
    }

    /// The same to the right.
    #[must_use]
    pub fn right(mut self) -> TableCell {
        self.right = true;
        self
    }

    /// The same with a meaning.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> TableCell {
        self.tone = tone;
        self
    }

    /// At most that wide; the end is left out.
    pub fn cut(&mut self, width: usize, style: Style) {
        if self.width() > width {
            let dots = style.sign("…", "..");
            let keep = width.saturating_sub(count_columns(dots));
            self.text = format!("{}{dots}", take_columns(self.text.chars(), keep).trim_end());
        }
    }

    /// How many columns it takes.
    pub fn width(&self) -> usize {
        count_columns(&self.text)
    }

    fn to_comfy_cell(&self) -> comfy_table::Cell {
        let alignment = match self.right {
            true => CellAlignment::Right,
            false => CellAlignment::Left,
        };
        comfy_table::Cell::new(&self.text).set_alignment(alignment)
    }
}

/// Headings and rows as lines of text, two spaces between columns, nothing wrapped or cut. Rows may be shorter than
/// others.
pub fn draw_table(headings: &[TableCell], rows: Vec<Vec<TableCell>>, style: Style) -> String {
    let heads: Vec<TableCell> = headings.iter().map(|cell| cell.clone().tone(Tone::Dim)).collect();
    let rows = std::iter::once(heads).filter(|heads| !heads.is_empty()).chain(rows);
    paint_table(build_bare_table(), &rows.collect::<Vec<_>>(), style)
}

/// Rows alone, the last column wrapped so that lines stay within the style's width.
pub fn draw_wrapped(rows: &[Vec<TableCell>], style: Style) -> String {
    let last = rows.iter().map(Vec::len).max().unwrap_or(0).saturating_sub(1);
    let widest = |at: usize| {
        rows.iter()
            .filter_map(|row| row.get(at))
            .map(TableCell::width)
            .max()
            .unwrap_or(0)
    };
    let used: usize = (0..last).map(|at| widest(at) + 2).sum();
    // A word cannot be broken anywhere: it runs over the edge, whole.
    let words = rows
        .iter()
        .filter_map(|row| row.get(last))
        .flat_map(|cell| cell.text.split(' '));
    let longest = words.map(count_columns).max().unwrap_or(0);
    let room = style.width.saturating_sub(used).max(NARROWEST).max(longest);
    let mut table = build_bare_table();
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(clamp_width(used + room + 1));
    paint_table(table, rows, style)
}

/// No lines, but signs between columns and rows by which the layout is read.
fn build_bare_table() -> Table {
    let lines = ContentLineStyle::none().junction(COLUMN);
    let mut table = Table::new();
    table.load_style(
        TableStyle::new()
            .content_lines(lines)
            .row_separator(LineStyle::none().fill(ROW).junction(ROW)),
    );
    table
}

/// The layout, every cell in the colour of its meaning. A column without a text keeps its gap: comfy-table would make it
/// one wide.
fn paint_table(mut table: Table, rows: &[Vec<TableCell>], style: Style) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let is_filled = |at: usize| rows.iter().filter_map(|row| row.get(at)).any(|cell| cell.width() > 0);
    let filled: Vec<usize> = (0..count).filter(|at| is_filled(*at)).collect();
    let rows: Vec<Vec<TableCell>> = rows.iter().map(|row| pick_cells(row, &filled)).collect();
    table.add_rows(
        rows.iter()
            .map(|row| row.iter().map(TableCell::to_comfy_cell).collect::<Vec<_>>()),
    );
    let last = table.column_count().saturating_sub(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        let before = at.checked_sub(1).map_or(0, |before| filled[before] + 1);
        column.set_padding((clamp_width(2 * (filled[at] - before)), 1));
        if at < last {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let mut out = String::new();
    let mut row = rows.iter();
    let mut cells = row.next();
    for line in table.lines() {
        if line.starts_with(ROW) {
            cells = row.next();
            continue;
        }
        let tones = cells
            .into_iter()
            .flatten()
            .map(|cell| cell.tone)
            .chain(std::iter::repeat(Tone::Plain));
        let parts: Vec<String> = line
            .split(COLUMN)
            .zip(tones)
            .map(|(part, tone)| tint_part(part, tone, style))
            .collect();
        out.push_str(parts.join(" ").trim_end());
        out.push('\n');
    }
    out
}

/// Those of a row's cells, as far as it has them.
fn pick_cells(row: &[TableCell], columns: &[usize]) -> Vec<TableCell> {
    columns.iter().filter_map(|at| row.get(*at)).cloned().collect()
}

/// The text in its colour, the blanks round it as they are.
fn tint_part(part: &str, tone: Tone, style: Style) -> String {
    let text = part.trim();
    match part.find(text) {
        Some(at) if !text.is_empty() => {
            format!("{}{}{}", &part[..at], style.tone(tone, text), &part[at + text.len()..])
        }
        _ => part.to_owned(),
    }
}

/// A name in at most `width` columns, its middle left out.
pub fn shorten_middle(name: &str, width: usize, style: Style) -> String {
    let name = style.line(name);
    if count_columns(&name) <= width {
        return name;
    }
    let dots = style.sign("…", "..");
    let keep = width.saturating_sub(count_columns(dots));
    let (head, tail) = (keep.div_ceil(2), keep / 2);
    let front = take_columns(name.chars(), head);
    let back: String = take_columns(name.chars().rev(), tail).chars().rev().collect();
    format!("{front}{dots}{back}")
}

fn clamp_width(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

fn take_columns(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut out = String::new();
    for c in chars {
        out.push(c);
        if count_columns(&out) > width {
            out.pop();
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_stand_under_their_headings() {
        let style = Style::PLAIN;
        let heads = [TableCell::text("NAME", style), TableCell::text("RATE", style).right()];
        let rows = vec![
            vec![TableCell::text("a", style), TableCell::text("12/s", style).right()],
            vec![TableCell::text("longer", style), TableCell::text("1/s", style).right()],
        ];
        assert_eq!(
            draw_table(&heads, rows, style),
            "NAME    RATE\na       12/s\nlonger   1/s\n"
        );
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        assert_eq!(shorten_middle("checkout-service", 9, Style::PLAIN), "chec…vice");
        assert_eq!(shorten_middle("short", 9, Style::PLAIN), "short");
    }

    proptest! {
        #[test]
        fn a_name_fits_and_steers_nothing(name in "\\PC{0,30}[\\x00-\\x1f]{0,3}\\PC{0,10}", width in 4usize..40) {
            let shown = shorten_middle(&name, width, Style::PLAIN);
            prop_assert!(crate::render::wrap::count_columns(&shown) <= width, "{shown:?}");
            prop_assert!(!shown.chars().any(char::is_control));
        }
    }
}
