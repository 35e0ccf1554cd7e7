//! A trace as a waterfall: one row a span, one time axis for all of them, as wide as the terminal. Works in a pipe, in 80
//! columns, without colour and in ASCII: names say the service, the height of a bar says what went on.

mod axis;
mod bars;
mod details;
mod labels;
mod palette;
mod row;
mod summary;

use telemetry::model::trace::{Trace, TraceSpan};
use telemetry::model::waterfall_layout::{TraceLayout, WaterfallRow};

use super::style::{Style, Tone};
use super::wrap::{count_columns, cut_text, pad_left, pad_right};
use telemetry::text::duration;

use axis::Axis;
use labels::RowLabel;
use palette::Palette;

/// Narrower than this there is no drawing.
const NARROWEST: usize = 60;
/// Wider than this the eye loses the row.
const WIDEST: usize = 320;
/// From this width on there is room for a column of own time.
const SHOWS_SELF: usize = 110;

/// How a waterfall is drawn.
#[derive(Debug, Clone, Copy, Default)]
pub struct WaterfallOptions {
    /// Attributes, events, links and resources below each row.
    pub verbose: bool,
    /// Nothing is cut: names that are too long stand on a line of their own. For pipes and files.
    pub whole: bool,
}

/// The columns of the table.
#[derive(Debug, Clone, Copy)]
struct WaterfallLayout {
    service: usize,
    label: usize,
    took: usize,
    own: usize,
    bar: usize,
}

/// What every part of the drawing needs.
struct WaterfallPage<'a> {
    trace: &'a Trace,
    shape: &'a TraceLayout,
    style: Style,
    options: WaterfallOptions,
    palette: Palette<'a>,
    layout: WaterfallLayout,
}

impl<'a> WaterfallPage<'a> {
    fn span(&self, row: &WaterfallRow) -> Option<&'a TraceSpan> {
        row.span(self.trace)
    }

    /// A text on one line, cut to so many columns where things may be cut.
    fn fit(&self, text: &str, width: usize) -> String {
        if self.options.whole {
            return text.to_owned();
        }
        cut_text(text, width, self.style.sign("…", ".."))
    }
}

/// The whole picture.
pub fn render_waterfall(trace: &Trace, shape: &TraceLayout, options: WaterfallOptions, style: Style) -> String {
    let style = Style {
        width: style.width.clamp(NARROWEST, WIDEST),
        ..style
    };
    let palette = Palette::new(shape.drawn_spans(trace).map(|(_, span)| span.service()), style);
    let levels = labels::count_levels(style);
    let labels: Vec<RowLabel> = shape
        .rows
        .iter()
        .map(|row| RowLabel::for_row(trace, row, levels, style))
        .collect();
    let layout = compute_layout(trace, shape, &labels, style);
    let page = WaterfallPage {
        trace,
        shape,
        style,
        options,
        palette,
        layout,
    };
    let mut out = summary::render_head(&page);
    if shape.rows.is_empty() {
        return out;
    }
    let axis = Axis::new(shape, layout.bar);
    out.push_str(&render_ruler(&page, &axis));
    row::render_rows(&page, &axis, &labels, &mut out);
    out.push_str(&summary::render_foot(&page, &axis));
    out
}

/// Bars get what names leave, and at least two fifths of the line.
fn compute_layout(trace: &Trace, shape: &TraceLayout, labels: &[RowLabel], style: Style) -> WaterfallLayout {
    let mut service = "SERVICE".len();
    let mut last = "";
    for (_, span) in shape.drawn_spans(trace) {
        if span.service() != last {
            last = span.service();
            service = service.max(count_columns(&style.line(last)));
        }
    }
    let service = service.min((style.width / 6).max(10));
    let took = shape
        .rows
        .iter()
        .map(|row| count_columns(&row::format_took(row)))
        .max()
        .unwrap_or(0)
        .max("TOOK".len());
    let own = shape
        .rows
        .iter()
        .map(|row| count_columns(&duration::format_ns(row.self_ns)))
        .max();
    let own = match own.unwrap_or(0).max("SELF".len()) {
        own if style.width >= SHOWS_SELF => own,
        _ => 0,
    };
    let fixed = service + 2 + 1 + took + 1 + if own > 0 { own + 2 } else { 0 };
    let room = style.width.saturating_sub(fixed);
    let least_bar = room * 9 / 20;
    let wanted = labels
        .iter()
        .map(|label| label.columns())
        .max()
        .unwrap_or(0)
        .max("SPAN".len());
    let label = wanted.min(room - least_bar);
    WaterfallLayout {
        service,
        label,
        took,
        own,
        bar: room - label,
    }
}

/// The names of the columns, and the time axis.
fn render_ruler(page: &WaterfallPage<'_>, axis: &Axis) -> String {
    let WaterfallLayout {
        service,
        label,
        took,
        own,
        ..
    } = page.layout;
    let style = page.style;
    let mut scale = String::new();
    let mut ticks = axis.ticks();
    if let Some((from, _)) = axis.broken() {
        ticks.push((from, style.sign("╱╱", "//").to_owned()));
        ticks.sort_by_key(|(at, _)| *at);
    }
    for (at, text) in ticks {
        let gap = at.saturating_sub(count_columns(&scale));
        scale.push_str(&" ".repeat(gap));
        scale.push_str(&style.text(&text));
    }
    let own = if own > 0 {
        format!("  {}", pad_left("SELF", own))
    } else {
        String::new()
    };
    let line = format!(
        "{}  {} {}{own} {scale}",
        pad_right("SERVICE", service),
        pad_right("SPAN", label),
        pad_left("TOOK", took),
    );
    format!("{}\n", style.tone(Tone::Dim, line.trim_end()))
}
