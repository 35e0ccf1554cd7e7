//! Services and operations: rate, errors, durations, the course over the window, the slowest trace.

use super::super::style::{Style, Tone};
use super::super::table::{TableCell, draw_table, shorten_middle};
use super::super::wrap::count_columns;
use super::notes::{count_shown, describe_data_start, render_empty, render_footer, render_notes};
use super::{MetricsPage, sparkline};
use telemetry::model::red::{RedGrouping, RedRow, RedSource, RedTable, SlowestTrace};
use telemetry::text::duration::format_seconds;
use telemetry::text::number::{format_percent, format_rate};

/// From this share of failed spans on, a row is marked.
const MANY_ERRORS: f64 = 0.01;
/// The narrowest trend worth drawing, and the widest.
const TREND: (usize, usize) = (10, 60);
/// A trend where there is no terminal to fill.
const USUAL_TREND: usize = 20;
/// The narrowest a name may become.
const NARROWEST_NAME: usize = 12;

/// The table, and what stands below it.
pub fn render_human(table: &RedTable, page: MetricsPage) -> String {
    let mut out = String::new();
    if let Some(reason) = &table.empty {
        out.push_str(&render_empty(reason, page));
        return out + &render_below(&[], table, page);
    }
    let layout = TableLayout::for_table(table, page);
    let rows = table.rows.iter().map(|row| layout.row(row, page)).collect();
    out.push_str(&draw_table(&layout.headings(table, page), rows, page.style));
    out + &render_below(&[describe_rows(table)], table, page)
}

fn render_below(parts: &[String], table: &RedTable, page: MetricsPage) -> String {
    let mut all = vec![describe_source(table)];
    all.extend(parts.iter().cloned());
    all.extend([
        page.window_words(table.window),
        describe_data_start(table.data_from, table.window.to),
    ]);
    let mut out = String::new();
    if table.empty.is_none() {
        out.push_str(&render_footer(&all, page));
        out.push_str(&render_slowest(table, page));
    }
    out + &render_notes(&table.notes, page)
}

fn describe_source(table: &RedTable) -> String {
    match table.source {
        RedSource::Prometheus => {
            let entry = table.grouping == RedGrouping::Service && table.rows.iter().any(|row| row.kind.is_entry());
            let kind = if entry { " (server spans)" } else { "" };
            format!("from Prometheus, {}{kind}", table.read)
        }
        RedSource::Traceql => "from Tempo by TraceQL metrics".to_owned(),
    }
}

fn describe_rows(table: &RedTable) -> String {
    match table.grouping {
        RedGrouping::Service => count_shown(table.rows.len(), table.total, "service", "services"),
        RedGrouping::Operation => count_shown(table.rows.len(), table.total, "operation", "operations"),
    }
}

/// The command that shows the slowest trace that is known by id, whole: in the table its id may be shortened. Slower ones
/// may have left no exemplar.
fn render_slowest(table: &RedTable, page: MetricsPage) -> String {
    let slowest = table.rows.iter().filter_map(|row| Some((row, row.slowest.as_ref()?)));
    let Some((row, slowest)) = slowest.max_by(|a, b| a.1.seconds.total_cmp(&b.1.seconds)) else {
        return String::new();
    };
    let style = page.style;
    let lead = style.line(&format!(
        "slowest exemplar: {} in {}",
        format_seconds(slowest.seconds),
        row.service
    ));
    let command = format!("tempoctl search --id {}", slowest.trace_id);
    // The command stays whole, so that it can be copied.
    let fits = page
        .width
        .is_none_or(|width| count_columns(&lead) + 3 + count_columns(&command) <= width);
    let gap = if fits {
        style.dim(style.sign(" · ", " - "))
    } else {
        "\n  ".to_owned()
    };
    format!("{}{gap}{}\n", style.dim(&lead), style.command(&command))
}

/// Which columns are shown, and how wide those are that can give.
struct TableLayout {
    name: Option<usize>,
    operation: Option<usize>,
    kinds: bool,
    trend: usize,
    slowest: SlowestColumn,
}

#[derive(Clone, Copy, PartialEq)]
enum SlowestColumn {
    Whole,
    Short,
    None,
}

impl SlowestColumn {
    fn width(self, style: Style) -> usize {
        match self {
            SlowestColumn::Whole => 32,
            SlowestColumn::Short => 12 + count_columns(style.sign("…", "..")),
            SlowestColumn::None => 0,
        }
    }
}

impl TableLayout {
    fn for_table(table: &RedTable, page: MetricsPage) -> TableLayout {
        let by_operation = table.grouping == RedGrouping::Operation;
        let has_slowest = table.rows.iter().any(|row| row.slowest.is_some());
        let has_trend = table.rows.iter().any(|row| row.trend.iter().flatten().next().is_some());
        let mut layout = TableLayout {
            name: None,
            operation: None,
            kinds: by_operation,
            trend: if has_trend { USUAL_TREND } else { 0 },
            slowest: if has_slowest {
                SlowestColumn::Whole
            } else {
                SlowestColumn::None
            },
        };
        let Some(width) = page.width else { return layout };
        let measured = |layout: &TableLayout| {
            let rows = table.rows.iter().map(|row| layout.row(row, page));
            measure_width(layout.headings(table, page), rows)
        };
        layout.trend = if has_trend { TREND.0 } else { 0 };
        // What is given up, in that order: whole ids, the trend, long names, the ids.
        if measured(&layout) > width && has_slowest {
            layout.slowest = SlowestColumn::Short;
        }
        let longest = |of: &dyn Fn(&RedRow) -> usize| table.rows.iter().map(of).max().unwrap_or(0);
        let service = longest(&|row| count_columns(&row.service));
        let operation = longest(&|row| count_columns(row.operation.as_deref().unwrap_or("")));
        for give_up in 0..3 {
            let excess = measured(&layout).saturating_sub(width);
            if excess == 0 {
                break;
            }
            let give = (service + operation).saturating_sub(2 * NARROWEST_NAME);
            if excess <= give || give_up == 2 {
                let of_operation = excess.min(operation.saturating_sub(NARROWEST_NAME));
                layout.operation = by_operation.then(|| operation - of_operation);
                layout.name = Some(
                    service
                        .saturating_sub(excess - of_operation)
                        .max(NARROWEST_NAME.min(service)),
                );
            } else if give_up == 0 {
                layout.trend = 0;
            } else {
                layout.slowest = SlowestColumn::None;
            }
        }
        if layout.trend > 0 {
            let spare = width.saturating_sub(measured(&layout));
            let widest = TREND.1.min(table.steps.count.max(TREND.0));
            layout.trend = (layout.trend + spare).min(widest);
        }
        layout
    }

    fn headings(&self, table: &RedTable, page: MetricsPage) -> Vec<TableCell> {
        let head = |text: &str| TableCell::text(text, page.style);
        let mut heads = vec![head("SERVICE")];
        if table.grouping == RedGrouping::Operation {
            heads.push(head("OPERATION"));
        }
        if self.kinds {
            heads.push(head("KIND"));
        }
        heads.extend(["RATE", "ERRORS"].map(|text| head(text).right()));
        heads.push(head(""));
        heads.extend(["p50", "p95", "p99"].map(|text| head(text).right()));
        if self.trend > 0 {
            heads.push(head(&page.trend_heading(table.window)));
        }
        if self.slowest != SlowestColumn::None {
            heads.push(head("SLOWEST"));
        }
        heads
    }

    fn row(&self, row: &RedRow, page: MetricsPage) -> Vec<TableCell> {
        let style = page.style;
        let named = |name: &str, width: Option<usize>| match width {
            Some(width) => TableCell::signs(shorten_middle(name, width, style)),
            None => TableCell::text(name, style),
        };
        let mut cells = vec![named(&row.service, self.name)];
        if let Some(operation) = &row.operation {
            cells.push(named(operation, self.operation));
        }
        if self.kinds {
            cells.push(TableCell::text(row.kind.name(), style).tone(Tone::Dim));
        }
        let many = row.error_ratio.is_some_and(|ratio| ratio >= MANY_ERRORS);
        let errors = row.error_ratio.map_or_else(|| format_nothing(style), format_percent);
        let tone = if many { Tone::Bad } else { Tone::Plain };
        cells.push(TableCell::text(&format_rate(row.rate), style).right());
        cells.push(TableCell::signs(errors).right().tone(tone));
        cells.push(
            TableCell::signs(if many {
                style.sign("✗", "!").to_owned()
            } else {
                String::new()
            })
            .tone(tone),
        );
        let quantiles = [row.quantiles.p50, row.quantiles.p95, row.quantiles.p99];
        cells.extend(quantiles.map(|seconds| {
            let text = seconds.map_or_else(|| format_nothing(style), format_seconds);
            TableCell::text(&text, style).right()
        }));
        if self.trend > 0 {
            cells.push(TableCell::signs(sparkline::draw_line(&row.trend, self.trend, style)));
        }
        if self.slowest != SlowestColumn::None {
            cells.push(self.slowest_cell(row.slowest.as_ref(), style).tone(Tone::Command));
        }
        cells
    }

    fn slowest_cell(&self, slowest: Option<&SlowestTrace>, style: Style) -> TableCell {
        let Some(SlowestTrace { trace_id, .. }) = slowest else {
            return TableCell::signs(String::new());
        };
        TableCell::signs(match self.slowest {
            SlowestColumn::Whole => trace_id.clone(),
            _ => shorten_middle(trace_id, self.slowest.width(style), style),
        })
    }
}

/// Where there is no number.
fn format_nothing(style: Style) -> String {
    style.sign("–", "-").to_owned()
}

fn measure_width(headings: Vec<TableCell>, rows: impl Iterator<Item = Vec<TableCell>>) -> usize {
    let mut widest: Vec<usize> = headings.iter().map(TableCell::width).collect();
    for row in rows {
        for (known, cell) in widest.iter_mut().zip(&row) {
            *known = (*known).max(cell.width());
        }
    }
    widest.iter().sum::<usize>() + 2 * widest.len().saturating_sub(1)
}
