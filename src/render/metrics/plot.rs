//! Charts of a query: an area for one series, a line each for several, bars for a moment.

use jiff::Timestamp;

use super::super::style::{Style, Tone};
use super::super::table::{TableCell, draw_table, shorten_middle};
use super::super::wrap::{count_columns, pad_left};
use super::notes::{count_shown, render_empty, render_footer, render_notes, render_paragraph as lines_of};
use super::{MetricsPage, sparkline};
use telemetry::model::plot::{Plot, PlotSeries};
use telemetry::model::time_bounds::wait_of_seconds;
use telemetry::text::{duration, number};

/// Rows of a chart that stands alone, and of one among others.
const TALL: usize = 10;
const LOW: usize = 4;
/// Up to this many series get a chart of their own.
const FEW: usize = 4;
/// Columns where there is no terminal.
const USUAL_WIDTH: usize = 80;

/// The chart, and what stands below it.
pub fn render_human(plot: &Plot, page: MetricsPage) -> String {
    let style = page.style;
    if let Some(reason) = &plot.empty {
        return render_empty(reason, page) + &render_notes(&plot.notes, page);
    }
    let mut out = format!("{}\n", style.heading(&style.line(&plot.query)));
    let shared = describe_shared_labels(plot);
    if !shared.is_empty() {
        let sign = style.sign("·", "-");
        let all = format!("{sign} all have {}", style.line(&shared.join(", ")));
        out.push_str(&lines_of(&all, 2, Tone::Dim, page));
    }
    if plot.series.iter().all(|series| series.points.len() <= 1) {
        out.push_str(&render_bars(plot, page));
    } else if plot.series.len() <= FEW {
        out.push_str(&render_charts(plot, page));
    } else {
        out.push_str(&render_sparklines(plot, page));
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
        count_shown(plot.series.len(), plot.total, "series", "series"),
        match plot.step_s {
            Some(step) => format!(
                "{}, one point per {}",
                page.window_words(plot.window),
                duration::format_length_word(wait_of_seconds(step))
            ),
            None => format!("at {}", plot.window.to.strftime("%F %H:%M:%S UTC")),
        },
    ];
    out + &render_footer(&parts, page) + &render_notes(&plot.notes, page)
}

/// Labels that all of several series have alike: said once.
fn find_shared_labels(plot: &Plot) -> Vec<(String, String)> {
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
fn describe_shared_labels(plot: &Plot) -> Vec<String> {
    let told = |label: &&(String, String)| label.0 != "__name__" || !plot.query.contains(&label.1);
    let shared = find_shared_labels(plot);
    shared
        .iter()
        .filter(told)
        .map(|(key, value)| format!("{key}={value:?}"))
        .collect()
}

/// What tells a series from the others: `service="cart", kind="server"`.
fn name_series(plot: &Plot, style: Style) -> Vec<String> {
    let shared = find_shared_labels(plot);
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
fn align_to_grid(series: &PlotSeries, plot: &Plot) -> Vec<Option<f64>> {
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
fn choose_scale<'a>(series: impl Iterator<Item = &'a PlotSeries> + Clone) -> (f64, f64) {
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

fn render_charts(plot: &Plot, page: MetricsPage) -> String {
    let (bottom, top) = choose_scale(plot.series.iter());
    let height = if plot.series.len() == 1 { TALL } else { LOW };
    let labels = build_axis_labels(bottom, top, height);
    let margin = labels.iter().map(|label| count_columns(label)).max().unwrap_or(0);
    let width = page
        .width
        .unwrap_or(USUAL_WIDTH)
        .clamp(40, 200)
        .saturating_sub(margin + 3);
    let mut out = String::new();
    for (series, name) in plot.series.iter().zip(name_series(plot, page.style)) {
        if !name.is_empty() && name != plot.query {
            out.push_str(&format!("{name}\n"));
        }
        let cells = sparkline::resample_points(&align_to_grid(series, plot), width);
        // Few points are drawn as broad columns.
        let broad = (width / cells.len().max(1)).clamp(1, 8);
        let cells: Vec<Option<f64>> = cells
            .iter()
            .flat_map(|cell| std::iter::repeat_n(*cell, broad))
            .collect();
        let rows = sparkline::draw_area(&cells, bottom, top, height, page.style);
        for (row, label) in rows.iter().zip(&labels) {
            out.push_str(&render_axis_row(label, margin, row.trim_end(), page.style));
        }
        out.push_str(&render_time_axis(plot, margin, cells.len(), page.style));
        out.push_str(&format!(
            "{:margin$}   {}\n\n",
            "",
            page.style.dim(&page.style.text(&describe_statistics(series)))
        ));
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn render_axis_row(label: &str, margin: usize, row: &str, style: Style) -> String {
    let tick = if label.is_empty() {
        style.sign("│", "|")
    } else {
        style.sign("┤", "+")
    };
    let line = format!(
        "{} {}{}",
        style.dim(&pad_left(&style.text(label), margin)),
        style.dim(tick),
        style.tone(Tone::Command, row)
    );
    format!("{}\n", line.trim_end())
}

/// A label on the topmost row and on the middle one.
fn build_axis_labels(bottom: f64, top: f64, height: usize) -> Vec<String> {
    (0..height)
        .map(|row| {
            let value = top - (top - bottom) * row as f64 / height as f64;
            if row == 0 || row == height / 2 {
                number::format_value(value)
            } else {
                String::new()
            }
        })
        .collect()
}

fn render_time_axis(plot: &Plot, margin: usize, width: usize, style: Style) -> String {
    let (corner, rule) = (style.sign("└", "+"), style.sign("─", "-"));
    let line = format!("{:margin$} {corner}{}", "", rule.repeat(width));
    let day_apart = plot.window.seconds() > 86_400.0;
    let shown = |at: Timestamp| {
        at.strftime(if day_apart { "%m-%d %H:%M" } else { "%H:%M:%S" })
            .to_string()
    };
    let (from, to) = (shown(plot.window.from), format!("{} UTC", shown(plot.window.to)));
    let gap = width.saturating_sub(count_columns(&from) + count_columns(&to)).max(1);
    let times = format!("{:margin$}  {from}{:gap$}{to}", "", "");
    format!("{}\n{}\n", style.dim(&line), style.dim(&times))
}

fn describe_statistics(series: &PlotSeries) -> String {
    let part = |name: &str, value: Option<f64>| value.map(|value| format!("{name} {}", number::format_value(value)));
    let parts = [
        part("last", series.last()),
        part("min", series.min()),
        part("mean", series.mean()),
        part("max", series.max()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("   ")
}

/// Many series: a line each, all on one scale. Names too long for that stand on a line of their own.
fn render_sparklines(plot: &Plot, page: MetricsPage) -> String {
    const NUMBERS: usize = 4 * 10;
    const NARROWEST: usize = 12;
    let style = page.style;
    let head = |text: &str| TableCell::text(text, style);
    let top = plot.series.iter().filter_map(PlotSeries::max).fold(0.0, f64::max);
    let names = name_series(plot, style);
    let longest = names.iter().map(|name| count_columns(name)).max().unwrap_or(0);
    let stacked = page.width.is_some_and(|width| longest + NUMBERS + NARROWEST > width);
    let beside = if stacked { 2 } else { longest + 2 };
    let trend = page
        .width
        .map_or(20, |width| width.saturating_sub(NUMBERS + beside).clamp(10, 60));
    let mut headings = vec![head(if stacked { "" } else { "SERIES" })];
    headings.push(head(&page.trend_heading(plot.window)));
    headings.extend(["LAST", "MIN", "MEAN", "MAX"].map(|text| head(text).right()));
    let rows = plot.series.iter().zip(&names).map(|(series, name)| {
        let cells = sparkline::resample_points(&align_to_grid(series, plot), trend);
        let mut row = vec![
            TableCell::signs(if stacked { String::new() } else { name.clone() }),
            TableCell::signs(sparkline::draw_line_to(&cells, top, style)),
        ];
        row.extend([series.last(), series.min(), series.mean(), series.max()].map(|value| {
            let text = value.map_or_else(|| style.sign("–", "-").to_owned(), number::format_value);
            TableCell::text(&text, style).right()
        }));
        row
    });
    let drawn = draw_table(&headings, rows.collect(), style);
    if stacked {
        render_under_names(&drawn, 1, &names, page)
    } else {
        drawn
    }
}

/// Lines, each below its name; the first few belong to no name.
fn render_under_names(drawn: &str, headings: usize, names: &[String], page: MetricsPage) -> String {
    let mut out = String::new();
    for (index, line) in drawn.lines().enumerate() {
        if let Some(name) = index.checked_sub(headings).and_then(|index| names.get(index)) {
            let width = page.width.unwrap_or(usize::MAX);
            out.push_str(&format!("{}\n", shorten_middle(name, width, page.style)));
        }
        out.push_str(&format!("{line}\n"));
    }
    out
}

/// One value each: bars, the longest for the largest.
fn render_bars(plot: &Plot, page: MetricsPage) -> String {
    const BAR: usize = 24;
    let style = page.style;
    let top = plot.series.iter().filter_map(PlotSeries::last).fold(0.0, f64::max);
    let names = name_series(plot, style);
    let longest = names.iter().map(|name| count_columns(name)).max().unwrap_or(0);
    let stacked = page.width.is_some_and(|width| longest + BAR + 14 > width);
    let rows = plot.series.iter().zip(&names).map(|(series, name)| {
        let mut row = vec![TableCell::signs(if stacked { String::new() } else { name.clone() })];
        match (&series.text, series.last()) {
            (Some(text), _) => row.push(TableCell::text(text, style)),
            (None, Some(value)) => {
                let share = if top > 0.0 { (value / top).clamp(0.0, 1.0) } else { 0.0 };
                row.push(TableCell::text(&number::format_value(value), style).right());
                row.push(TableCell::signs(draw_bar(share, BAR, style)).tone(Tone::Command));
            }
            (None, None) => row.push(TableCell::signs(style.sign("–", "-").to_owned())),
        }
        row
    });
    let drawn = draw_table(&[], rows.collect(), style);
    if stacked {
        render_under_names(&drawn, 0, &names, page)
    } else {
        drawn
    }
}

/// A bar with eighths of a cell.
fn draw_bar(share: f64, width: usize, style: Style) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share * (width * 8) as f64).round() as usize;
    if !style.unicode {
        return "#".repeat(eighths.div_ceil(8));
    }
    let shown = if share > 0.0 { eighths.max(1) } else { 0 };
    format!("{}{}", "█".repeat(shown / 8), EIGHTHS[shown % 8])
}
