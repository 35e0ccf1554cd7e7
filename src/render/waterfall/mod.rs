//! A trace as a waterfall: one row a span, one time axis for all of them, as wide as the terminal. Works in a pipe, in 80
//! columns, without colour and in ASCII: names say the service, the height of a bar says what went on.

mod axis;
mod bars;
mod details;
mod labels;
mod palette;
mod row;
mod summary;

use crate::model::shape::{Row, Shape, Subject};
use crate::model::trace::{Span, Trace};

use super::style::{Style, Tone};
use super::time;
use super::wrap::{columns, cut, left, right};

use axis::Axis;
use labels::Label;
use palette::Palette;

/// Narrower than this there is no drawing.
const NARROWEST: usize = 60;
/// Wider than this the eye loses the row.
const WIDEST: usize = 320;
/// From this width on there is room for a column of own time.
const SHOWS_SELF: usize = 110;

/// How a waterfall is drawn.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Attributes, events, links and resources below each row.
    pub verbose: bool,
    /// Nothing is cut: names that are too long stand on a line of their own. For pipes and files.
    pub whole: bool,
}

/// The columns of the table.
#[derive(Debug, Clone, Copy)]
struct Layout {
    service: usize,
    label: usize,
    took: usize,
    own: usize,
    bar: usize,
}

/// What every part of the drawing needs.
struct Page<'a> {
    trace: &'a Trace,
    shape: &'a Shape,
    style: Style,
    options: Options,
    palette: Palette<'a>,
    layout: Layout,
}

impl<'a> Page<'a> {
    fn span(&self, row: &Row) -> Option<&'a Span> {
        match row.subject {
            Subject::Span(index) => self.trace.spans.get(index as usize),
            Subject::Missing(_) => None,
        }
    }

    /// A text on one line, cut to so many columns where things may be cut.
    fn fit(&self, text: &str, width: usize) -> String {
        if self.options.whole {
            return text.to_owned();
        }
        cut(text, width, self.style.sign("…", ".."))
    }
}

/// The whole picture.
pub fn waterfall(trace: &Trace, shape: &Shape, options: Options, style: Style) -> String {
    let style = Style {
        width: style.width.clamp(NARROWEST, WIDEST),
        ..style
    };
    let services = shape.rows.iter().filter_map(|row| match row.subject {
        Subject::Span(index) => trace.spans.get(index as usize).map(Span::service),
        Subject::Missing(_) => None,
    });
    let palette = Palette::new(services, style);
    let levels = labels::levels(style);
    let labels: Vec<Label> = shape
        .rows
        .iter()
        .map(|row| Label::of(trace, row, levels, style))
        .collect();
    let layout = layout(trace, shape, &labels, style);
    let page = Page {
        trace,
        shape,
        style,
        options,
        palette,
        layout,
    };
    let mut out = summary::head(&page);
    if shape.rows.is_empty() {
        return out;
    }
    let axis = Axis::new(shape, layout.bar);
    out.push_str(&ruler(&page, &axis));
    row::rows(&page, &axis, &labels, &mut out);
    out.push_str(&summary::foot(&page, &axis));
    out
}

/// Bars get what names leave, and at least two fifths of the line.
fn layout(trace: &Trace, shape: &Shape, labels: &[Label], style: Style) -> Layout {
    let services = shape.rows.iter().filter_map(|row| match row.subject {
        Subject::Span(index) => trace.spans.get(index as usize),
        Subject::Missing(_) => None,
    });
    let mut service = "SERVICE".len();
    let mut last = "";
    for span in services {
        if span.service() != last {
            last = span.service();
            service = service.max(columns(&style.line(last)));
        }
    }
    let service = service.min((style.width / 6).max(10));
    let took = shape
        .rows
        .iter()
        .map(|row| columns(&row::took(row)))
        .max()
        .unwrap_or(0)
        .max("TOOK".len());
    let own = shape.rows.iter().map(|row| columns(&time::span(row.self_ns))).max();
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
    Layout {
        service,
        label,
        took,
        own,
        bar: room - label,
    }
}

/// The names of the columns, and the time axis.
fn ruler(page: &Page<'_>, axis: &Axis) -> String {
    let Layout {
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
        let gap = at.saturating_sub(columns(&scale));
        scale.push_str(&" ".repeat(gap));
        scale.push_str(&style.text(&text));
    }
    let own = if own > 0 {
        format!("  {}", right("SELF", own))
    } else {
        String::new()
    };
    let line = format!(
        "{}  {} {}{own} {scale}",
        left("SERVICE", service),
        left("SPAN", label),
        right("TOOK", took),
    );
    format!("{}\n", style.tone(Tone::Dim, line.trim_end()))
}
