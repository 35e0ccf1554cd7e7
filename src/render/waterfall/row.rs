//! The rows themselves: service, name, time, bar, and what a row has to say for itself below it.

use crate::render::style::Tone;
use crate::render::wrap::{count_columns, cut_text, pad_left, pad_right, wrap_text};
use telemetry::model::trace::TraceSpan;
use telemetry::model::waterfall_layout::{NanosRange, WaterfallRow};
use telemetry::text::duration;

use super::axis::Axis;
use super::bars::{BarCell, BarInk, BarPainter};
use super::details;
use super::labels::{RowLabel, TreeGuides};
use super::{WaterfallLayout, WaterfallPage};

/// Every row.
pub(super) fn render_rows(page: &WaterfallPage<'_>, axis: &Axis, labels: &[RowLabel], out: &mut String) {
    let mut brush = BarPainter::new(axis, page.style.unicode);
    let mut guides = TreeGuides::new(page.style);
    let mut ticks = vec![false; axis.width()];
    for (at, _) in axis.ticks().into_iter().skip(1) {
        if let Some(tick) = ticks.get_mut(at) {
            *tick = true;
        }
    }
    let mut known = details::ShownResources::default();
    for (index, (row, label)) in page.shape.rows.iter().zip(labels).enumerate() {
        guides.enter(row);
        let has_children = page
            .shape
            .rows
            .get(index + 1)
            .is_some_and(|next| next.depth > row.depth);
        let span = page.span(row);
        let events: Vec<(u64, bool)> = match span {
            Some(span) if row.group.is_none() => span
                .events
                .iter()
                .map(|event| (event.at_ns, &*event.name == "exception"))
                .collect(),
            _ => Vec::new(),
        };
        let cells = brush.draw_bar(row, span.is_none(), &events);
        render_row(page, row, label, &guides, cells, &ticks, out);
        let below = guides.below_guide(has_children, page.style);
        if let Some(group) = describe_group(row)
            && !has_room(cells, &group)
        {
            render_note(page, &below, Tone::Dim, &group, out);
        }
        if let Some(span) = span {
            for text in describe_errors(span) {
                render_note(page, &below, Tone::Bad, &text, out);
            }
            for text in describe_oddities(row, span) {
                render_note(page, &below, Tone::Degraded, &text, out);
            }
            if page.options.verbose {
                details::write_details(page, span, row, &below, &mut known, out);
            }
        }
    }
}

fn render_row(
    page: &WaterfallPage<'_>,
    row: &WaterfallRow,
    label: &RowLabel,
    guides: &TreeGuides,
    cells: &[BarCell],
    ticks: &[bool],
    out: &mut String,
) {
    let style = page.style;
    let WaterfallLayout {
        service: service_width,
        label: label_width,
        took: took_width,
        own,
        ..
    } = page.layout;
    let span = page.span(row);
    let service = span.map_or("", TraceSpan::service);
    let guide = guides.row_guide(style);
    let shown = style.line(service);
    let mark = style.sign("…", "..");
    let mut room = label_width.saturating_sub(count_columns(&guide));
    // Where nothing may be cut, what does not fit stands on a line of its own, above its bar.
    let too_long = count_columns(&label.name) + count_columns(label.sign) + count_columns(&label.suffix) > room;
    let apart = page.options.whole && (too_long || count_columns(&shown) > service_width);
    let name = if apart {
        label.name.clone()
    } else {
        label.name_in(room, style)
    };
    let tone = match span {
        None => Tone::Degraded,
        Some(span) if span.is_error() => Tone::Bad,
        Some(_) => Tone::Plain,
    };
    let text = format!("{}{name}", label.sign);
    let named = format!(
        "{}{}{}",
        style.dim(&guide),
        style.tone(tone, &text),
        style.dim(&label.suffix)
    );
    let service_text = if apart {
        shown.clone()
    } else {
        cut_text(&shown, service_width, mark)
    };
    out.push_str(&page.palette.paint(service, &pad_right(&service_text, service_width)));
    out.push_str("  ");
    out.push_str(&named);
    if apart {
        out.push('\n');
        out.push_str(&" ".repeat(service_width + 2 + label_width));
    } else {
        room = room.saturating_sub(count_columns(&text) + count_columns(&label.suffix));
        out.push_str(&" ".repeat(room));
    }
    out.push(' ');
    out.push_str(&pad_left(&style.text(&format_took(row)), took_width));
    if own > 0 {
        let text = if span.is_some() {
            duration::format_ns(row.self_ns)
        } else {
            String::new()
        };
        out.push_str("  ");
        out.push_str(&style.dim(&pad_left(&style.text(&text), own)));
    }
    out.push(' ');
    let group = describe_group(row).filter(|text| has_room(cells, text));
    out.push_str(render_bar(page, service, cells, ticks, group.as_deref()).trim_end());
    while out.ends_with(' ') {
        out.pop();
    }
    out.push('\n');
}

/// The bar in colour, with marks of the ruler where nothing ran and what is said of a group where there is room.
fn render_bar(
    page: &WaterfallPage<'_>,
    service: &str,
    cells: &[BarCell],
    ticks: &[bool],
    said: Option<&str>,
) -> String {
    let style = page.style;
    let mut out = String::new();
    let text = said.map(|text| (find_room(cells, text), style.text(text)));
    let mut at = 0;
    while at < cells.len() {
        if let Some((Some(start), text)) = &text
            && *start == at
        {
            out.push_str(&style.dim(text));
            at += count_columns(text).max(1);
            continue;
        }
        let ink = cells[at].ink;
        let stop = match &text {
            Some((Some(start), _)) if *start > at => *start,
            _ => cells.len(),
        };
        let same = |cell: &BarCell| match ink {
            BarInk::None | BarInk::Guess | BarInk::Event | BarInk::Exception => cell.ink == ink,
            _ => matches!(cell.ink, BarInk::Wait | BarInk::Own | BarInk::Critical),
        };
        let end = (at..stop).find(|next| !same(&cells[*next])).unwrap_or(stop);
        if ink == BarInk::None {
            for tick in &ticks[at..end] {
                match tick {
                    true if style.unicode => out.push_str(&style.dim("┊")),
                    true => out.push_str(&style.dim(":")),
                    false => out.push(' '),
                }
            }
        } else {
            let piece: String = cells[at..end].iter().map(|cell| cell.glyph).collect();
            out.push_str(&match ink {
                BarInk::Exception => style.tone(Tone::Bad, &piece),
                BarInk::Event => style.heading(&piece),
                BarInk::Guess => style.dim(&piece),
                _ => page.palette.paint(service, &piece),
            });
        }
        at = end.max(at + 1);
    }
    out
}

/// Where a text fits beside what is drawn: to the right, else to the left.
fn find_room(cells: &[BarCell], text: &str) -> Option<usize> {
    let length = count_columns(text);
    let first = cells.iter().position(|cell| cell.ink != BarInk::None)?;
    let last = cells.iter().rposition(|cell| cell.ink != BarInk::None)?;
    if last + 2 + length <= cells.len() {
        Some(last + 2)
    } else if first > length {
        Some(first - length - 1)
    } else {
        None
    }
}

fn has_room(cells: &[BarCell], text: &str) -> bool {
    find_room(cells, text).is_some()
}

fn describe_group(row: &WaterfallRow) -> Option<String> {
    let group = row.group?;
    Some(format!(
        "p50 {}, max {}",
        duration::format_ns(group.p50_ns),
        duration::format_ns(group.max_ns)
    ))
}

/// A line below a row.
pub(super) fn render_note(page: &WaterfallPage<'_>, guide: &str, tone: Tone, text: &str, out: &mut String) {
    let style = page.style;
    let margin = page.layout.service + 2;
    let text = style.line(text);
    let room = style.width.saturating_sub(margin + count_columns(guide)).max(20);
    let lines = if page.options.whole || page.options.verbose {
        wrap_text(&text, room)
    } else {
        vec![cut_text(&text, room, style.sign("…", ".."))]
    };
    for line in lines {
        out.push_str(&" ".repeat(margin));
        out.push_str(&style.dim(guide));
        out.push_str(&style.tone(tone, &line));
        out.push('\n');
    }
}

/// What an error says: the span's own words, and every exception that says something else.
fn describe_errors(span: &TraceSpan) -> Vec<String> {
    use telemetry::model::trace::find_attribute;
    if !span.is_error() {
        return Vec::new();
    }
    let mut said: Vec<String> = Vec::new();
    for event in span.events.iter().filter(|event| &*event.name == "exception") {
        let text = |key| {
            find_attribute(&event.attributes, key)
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        let (kind, message) = (text("exception.type"), text("exception.message"));
        let line = match (kind.is_empty(), message.is_empty()) {
            (false, false) => format!("{kind}: {message}"),
            _ => format!("{kind}{message}"),
        };
        if !line.is_empty() && !said.contains(&line) {
            said.push(line);
        }
    }
    let own = span.status_message.trim();
    if !own.is_empty() && !said.iter().any(|line| line.contains(own)) {
        said.insert(0, own.to_owned());
    }
    said
}

fn describe_oddities(row: &WaterfallRow, span: &TraceSpan) -> Vec<String> {
    let mut said = Vec::new();
    if row.anomalies.circular {
        said.push("its parents form a loop".to_owned());
    }
    if row.anomalies.negative {
        let by = duration::format_ns(span.start_ns - span.end_ns);
        said.push(format!("ends {by} before it starts"));
    }
    if row.anomalies.timeless {
        said.push(
            if span.start_ns == 0 {
                "has no start"
            } else {
                "has no end"
            }
            .to_owned(),
        );
    }
    said
}

/// How long a row took; of a group, how long any of it was running.
pub(super) fn format_took(row: &WaterfallRow) -> String {
    if row.running.len() <= 1 {
        let ns = row.running.first().map_or(0, |(start, end)| end.saturating_sub(*start));
        return duration::format_ns(ns);
    }
    duration::format_ns(sum_covered_time(&row.running))
}

/// The time that sorted stretches cover together.
fn sum_covered_time(stretches: &[NanosRange]) -> u64 {
    let mut sum = 0;
    let mut until = 0;
    for (start, end) in stretches {
        let from = (*start).max(until);
        if *end > from {
            sum += end - from;
            until = *end;
        }
    }
    sum
}
