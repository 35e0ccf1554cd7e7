//! Values over time in one line, and in a chart of several.

use super::super::style::Style;

const BLOCKS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Levels that differ by how much ink they have: ASCII has no blocks.
const INK: [&str; 8] = [".", ":", "-", "=", "+", "*", "#", "@"];
/// How a chart's topmost cell is filled, by quarters.
const ASCII_TOPS: [&str; 4] = [".", ":", "=", "#"];

/// The points in `width` cells; a cell holds the mean of its points, a gap is a space. The scale begins at 0.
pub fn draw_line(points: &[Option<f64>], width: usize, style: Style) -> String {
    let cells = resample_points(points, width);
    let top = cells.iter().flatten().copied().fold(0.0, f64::max);
    draw_line_to(&cells, top, style)
}

/// The same on a scale that several lines share.
pub fn draw_line_to(cells: &[Option<f64>], top: f64, style: Style) -> String {
    let signs = if style.unicode { BLOCKS } else { INK };
    cells
        .iter()
        .map(|cell| match cell {
            None => " ",
            Some(value) if top > 0.0 => {
                let level = (value / top * 8.0).ceil() as usize;
                signs[level.clamp(1, 8) - 1]
            }
            Some(_) => signs[0],
        })
        .collect()
}

/// The points in at most `width` cells.
pub fn resample_points(points: &[Option<f64>], width: usize) -> Vec<Option<f64>> {
    if points.is_empty() || width == 0 {
        return Vec::new();
    }
    let cells = width.min(points.len());
    (0..cells)
        .map(|cell| {
            let (from, to) = (cell * points.len() / cells, (cell + 1) * points.len() / cells);
            let known: Vec<f64> = points[from..to].iter().flatten().copied().collect();
            (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
        })
        .collect()
}

/// Rows of a chart, the topmost first: columns filled from `bottom` up to each value. A value that is there shows at
/// least a sliver.
pub fn draw_area(cells: &[Option<f64>], bottom: f64, top: f64, height: usize, style: Style) -> Vec<String> {
    let steps = if style.unicode { 8 } else { 4 };
    let full = if style.unicode { "█" } else { "#" };
    let filled: Vec<Option<usize>> = cells
        .iter()
        .map(|cell| {
            let share = (cell.as_ref()? - bottom) / (top - bottom).max(f64::MIN_POSITIVE);
            let eighths = (share * (height * steps) as f64).round().max(1.0) as usize;
            Some(eighths.min(height * steps))
        })
        .collect();
    (0..height)
        .rev()
        .map(|row| {
            let signs = filled.iter().map(|filled| match filled {
                Some(filled) if *filled >= (row + 1) * steps => full,
                Some(filled) if *filled > row * steps => {
                    let part = filled - row * steps - 1;
                    if style.unicode { BLOCKS[part] } else { ASCII_TOPS[part] }
                }
                _ => " ",
            });
            signs.collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ASCII: Style = Style {
        unicode: false,
        ..Style::PLAIN
    };

    #[test]
    fn a_line_begins_at_zero_and_shows_gaps() {
        let points = [Some(0.0), Some(4.0), None, Some(8.0)];
        assert_eq!(draw_line(&points, 10, Style::PLAIN), "▁▄ █");
        assert_eq!(draw_line(&points, 10, ASCII), ".= @");
        assert_eq!(draw_line(&points, 2, Style::PLAIN), "▂█");
        assert_eq!(draw_line(&[Some(0.0)], 3, Style::PLAIN), "▁");
    }

    #[test]
    fn an_area_is_filled_from_below() {
        let cells = [Some(1.0), Some(8.0), None, Some(16.0)];
        assert_eq!(draw_area(&cells, 0.0, 16.0, 2, Style::PLAIN), ["   █", "▁█ █"]);
        assert_eq!(draw_area(&cells, 0.0, 16.0, 2, ASCII), ["   #", ".# #"]);
    }

    proptest! {
        #[test]
        fn a_line_is_as_wide_as_it_may_be(points in proptest::collection::vec(proptest::option::of(-1e9..1e9_f64), 0..200), width in 0usize..100) {
            let cells = resample_points(&points, width);
            prop_assert_eq!(cells.len(), width.min(points.len()));
            prop_assert_eq!(draw_line(&points, width, Style::PLAIN).chars().count(), cells.len());
            for row in draw_area(&cells, -5.0, 5.0, 4, ASCII) {
                prop_assert!(row.is_ascii() && row.len() == cells.len());
            }
        }
    }
}
