//! Charts of a query: an area for one series, a line each for several, bars for a moment.

use jiff::Timestamp;

use super::super::style::{Style, Tone};
use super::super::table::{Cell, draw, shortened};
use super::super::wrap::{columns, right};
use super::notes::{counted, empty, footer, lines as lines_of, notes};
use super::number::{self, stretch};
use super::{Page, spark};
use crate::model::plot::{Plot, PlotSeries};

/// Rows of a chart that stands alone, and of one among others.
const TALL: usize = 10;
const LOW: usize = 4;
/// Up to this many series get a chart of their own.
const FEW: usize = 4;
/// Columns where there is no terminal.
const USUAL_WIDTH: usize = 80;

/// The chart, and what stands below it.
pub fn human(plot: &Plot, page: Page) -> String {
    let style = page.style;
    if let Some(reason) = &plot.empty {
        return empty(reason, page) + &notes(&plot.notes, page);
    }
    let mut out = format!("{}\n", style.heading(&style.line(&plot.query)));
    let shared = said(plot);
    if !shared.is_empty() {
        let sign = style.sign("·", "-");
        let all = format!("{sign} all have {}", style.line(&shared.join(", ")));
        out.push_str(&lines_of(&all, 2, Tone::Dim, page));
    }
    if plot.series.iter().all(|series| series.points.len() <= 1) {
        out.push_str(&moments(plot, page));
    } else if plot.series.len() <= FEW {
        out.push_str(&charts(plot, page));
    } else {
        out.push_str(&lines(plot, page));
    }
    let parts = [
        format!(
            "{} from {}",
            plot.language,
            if plot.language == "TraceQL" {
                "Tempo"
            } else {
                "Prometheus"
            }
        ),
        counted(plot.series.len(), plot.total, "series", "series"),
        match plot.step_s {
            Some(step) => format!("{}, one point per {}", page.window_words(plot.window), stretch(step)),
            None => format!("at {}", plot.window.to.strftime("%F %H:%M:%S UTC")),
        },
    ];
    out + &footer(&parts, page) + &notes(&plot.notes, page)
}

/// Labels that all of several series have alike: said once.
fn shared(plot: &Plot) -> Vec<(String, String)> {
    let [first, others @ ..] = plot.series.as_slice() else {
        return Vec::new();
    };
    if others.is_empty() {
        return Vec::new();
    }
    let alike = |label: &&(String, String)| others.iter().all(|series| series.labels.contains(label));
    first.labels.iter().filter(alike).cloned().collect()
}

/// What is worth saying of them: the metric's name stands in the query already.
fn said(plot: &Plot) -> Vec<String> {
    let told = |label: &&(String, String)| label.0 != "__name__" || !plot.query.contains(&label.1);
    let shared = shared(plot);
    shared
        .iter()
        .filter(told)
        .map(|(key, value)| format!("{key}={value:?}"))
        .collect()
}

/// What tells a series from the others: `service="cart", kind="server"`.
fn names(plot: &Plot, style: Style) -> Vec<String> {
    let shared = shared(plot);
    let name = |series: &PlotSeries| {
        let own = PlotSeries {
            labels: series
                .labels
                .iter()
                .filter(|label| !shared.contains(label))
                .cloned()
                .collect(),
            ..PlotSeries::default()
        };
        let name = own.name();
        let bare = name
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
            .unwrap_or(&name);
        style.line(bare)
    };
    plot.series.iter().map(name).collect()
}

/// Values on the grid of steps.
fn on_grid(series: &PlotSeries, plot: &Plot) -> Vec<Option<f64>> {
    let step = plot.step_s.unwrap_or(1.0).max(1e-3);
    let count = ((plot.window.seconds() / step).round() as usize + 1).min(20_000);
    let mut grid = vec![None; count];
    for (at, value) in &series.points {
        let index = ((at - plot.window.start_s()) / step).round();
        if index >= 0.0
            && let Some(point) = grid.get_mut(index as usize)
        {
            *point = Some(*value);
        }
    }
    grid
}

/// Where the axis begins and ends: at 0, unless the values keep far from it.
fn scale<'a>(series: impl Iterator<Item = &'a PlotSeries> + Clone) -> (f64, f64) {
    let low = series.clone().filter_map(PlotSeries::min).fold(f64::INFINITY, f64::min);
    let high = series.filter_map(PlotSeries::max).fold(f64::NEG_INFINITY, f64::max);
    if !low.is_finite() || !high.is_finite() {
        return (0.0, 1.0);
    }
    let spread = high - low;
    let bottom = if low >= 0.0 && (low <= spread * 4.0 || spread == 0.0) {
        0.0
    } else {
        low - spread * 0.1
    };
    let top = if high > bottom { high } else { bottom + 1.0 };
    (bottom, top)
}

fn charts(plot: &Plot, page: Page) -> String {
    let (bottom, top) = scale(plot.series.iter());
    let height = if plot.series.len() == 1 { TALL } else { LOW };
    let labels = axis_labels(bottom, top, height);
    let margin = labels.iter().map(|label| columns(label)).max().unwrap_or(0);
    let width = page
        .width
        .unwrap_or(USUAL_WIDTH)
        .clamp(40, 200)
        .saturating_sub(margin + 3);
    let mut out = String::new();
    for (series, name) in plot.series.iter().zip(names(plot, page.style)) {
        if !name.is_empty() && name != plot.query {
            out.push_str(&format!("{name}\n"));
        }
        let cells = spark::resampled(&on_grid(series, plot), width);
        // Few points are drawn as broad columns.
        let broad = (width / cells.len().max(1)).clamp(1, 8);
        let cells: Vec<Option<f64>> = cells
            .iter()
            .flat_map(|cell| std::iter::repeat_n(*cell, broad))
            .collect();
        let rows = spark::area(&cells, bottom, top, height, page.style);
        for (row, label) in rows.iter().zip(&labels) {
            out.push_str(&axis(label, margin, row.trim_end(), page.style));
        }
        out.push_str(&time_axis(plot, margin, cells.len(), page.style));
        out.push_str(&format!(
            "{:margin$}   {}\n\n",
            "",
            page.style.dim(&page.style.text(&statistics(series)))
        ));
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn axis(label: &str, margin: usize, row: &str, style: Style) -> String {
    let tick = if label.is_empty() {
        style.sign("│", "|")
    } else {
        style.sign("┤", "+")
    };
    let line = format!(
        "{} {}{}",
        style.dim(&right(&style.text(label), margin)),
        style.dim(tick),
        style.tone(Tone::Paste, row)
    );
    format!("{}\n", line.trim_end())
}

/// A label on the topmost row and on the middle one.
fn axis_labels(bottom: f64, top: f64, height: usize) -> Vec<String> {
    (0..height)
        .map(|row| {
            let value = top - (top - bottom) * row as f64 / height as f64;
            if row == 0 || row == height / 2 {
                number::value(value)
            } else {
                String::new()
            }
        })
        .collect()
}

fn time_axis(plot: &Plot, margin: usize, width: usize, style: Style) -> String {
    let (corner, rule) = (style.sign("└", "+"), style.sign("─", "-"));
    let line = format!("{:margin$} {corner}{}", "", rule.repeat(width));
    let day_apart = plot.window.seconds() > 86_400.0;
    let shown = |at: Timestamp| {
        at.strftime(if day_apart { "%m-%d %H:%M" } else { "%H:%M:%S" })
            .to_string()
    };
    let (from, to) = (shown(plot.window.from), format!("{} UTC", shown(plot.window.to)));
    let gap = width.saturating_sub(columns(&from) + columns(&to)).max(1);
    let times = format!("{:margin$}  {from}{:gap$}{to}", "", "");
    format!("{}\n{}\n", style.dim(&line), style.dim(&times))
}

fn statistics(series: &PlotSeries) -> String {
    let part = |name: &str, value: Option<f64>| value.map(|value| format!("{name} {}", number::value(value)));
    let parts = [
        part("last", series.last()),
        part("min", series.min()),
        part("mean", series.mean()),
        part("max", series.max()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("   ")
}

/// Many series: a line each, all on one scale. Names too long for that stand on a line of their own.
fn lines(plot: &Plot, page: Page) -> String {
    const NUMBERS: usize = 4 * 10;
    const NARROWEST: usize = 12;
    let style = page.style;
    let head = |text: &str| Cell::text(text, style);
    let top = plot.series.iter().filter_map(PlotSeries::max).fold(0.0, f64::max);
    let names = names(plot, style);
    let longest = names.iter().map(|name| columns(name)).max().unwrap_or(0);
    let stacked = page.width.is_some_and(|width| longest + NUMBERS + NARROWEST > width);
    let beside = if stacked { 2 } else { longest + 2 };
    let trend = page
        .width
        .map_or(20, |width| width.saturating_sub(NUMBERS + beside).clamp(10, 60));
    let mut headings = vec![head(if stacked { "" } else { "SERIES" })];
    headings.push(head(&page.trend_heading(plot.window)));
    headings.extend(["LAST", "MIN", "MEAN", "MAX"].map(|text| head(text).right()));
    let rows = plot.series.iter().zip(&names).map(|(series, name)| {
        let cells = spark::resampled(&on_grid(series, plot), trend);
        let mut row = vec![
            Cell::signs(if stacked { String::new() } else { name.clone() }),
            Cell::signs(spark::line_up_to(&cells, top, style)),
        ];
        row.extend([series.last(), series.min(), series.mean(), series.max()].map(|value| {
            let text = value.map_or_else(|| style.sign("–", "-").to_owned(), number::value);
            Cell::text(&text, style).right()
        }));
        row
    });
    let drawn = draw(&headings, rows.collect(), style);
    if stacked {
        under_names(&drawn, 1, &names, page)
    } else {
        drawn
    }
}

/// Lines, each below its name; the first few belong to no name.
fn under_names(drawn: &str, headings: usize, names: &[String], page: Page) -> String {
    let mut out = String::new();
    for (index, line) in drawn.lines().enumerate() {
        if let Some(name) = index.checked_sub(headings).and_then(|index| names.get(index)) {
            let width = page.width.unwrap_or(usize::MAX);
            out.push_str(&format!("{}\n", shortened(name, width, page.style)));
        }
        out.push_str(&format!("{line}\n"));
    }
    out
}

/// One value each: bars, the longest for the largest.
fn moments(plot: &Plot, page: Page) -> String {
    const BAR: usize = 24;
    let style = page.style;
    let top = plot.series.iter().filter_map(PlotSeries::last).fold(0.0, f64::max);
    let names = names(plot, style);
    let longest = names.iter().map(|name| columns(name)).max().unwrap_or(0);
    let stacked = page.width.is_some_and(|width| longest + BAR + 14 > width);
    let rows = plot.series.iter().zip(&names).map(|(series, name)| {
        let mut row = vec![Cell::signs(if stacked { String::new() } else { name.clone() })];
        match (&series.text, series.last()) {
            (Some(text), _) => row.push(Cell::text(text, style)),
            (None, Some(value)) => {
                let share = if top > 0.0 { (value / top).clamp(0.0, 1.0) } else { 0.0 };
                row.push(Cell::text(&number::value(value), style).right());
                row.push(Cell::signs(bar(share, BAR, style)).tone(Tone::Paste));
            }
            (None, None) => row.push(Cell::signs(style.sign("–", "-").to_owned())),
        }
        row
    });
    let drawn = draw(&[], rows.collect(), style);
    if stacked {
        under_names(&drawn, 0, &names, page)
    } else {
        drawn
    }
}

/// A bar with eighths of a cell.
fn bar(share: f64, width: usize, style: Style) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share * (width * 8) as f64).round() as usize;
    if !style.unicode {
        return "#".repeat(eighths.div_ceil(8));
    }
    let shown = if share > 0.0 { eighths.max(1) } else { 0 };
    format!("{}{}", "█".repeat(shown / 8), EIGHTHS[shown % 8])
}
