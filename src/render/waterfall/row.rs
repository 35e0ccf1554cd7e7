//! The rows themselves: service, name, time, bar, and what a row has to say for itself below it.

use crate::model::shape::{Row, Stretch};
use crate::model::trace::Span;
use crate::render::style::Tone;
use crate::render::time;
use crate::render::wrap::{columns, cut, left, right, wrap};

use super::axis::Axis;
use super::bars::{Brush, Cell, Ink};
use super::details;
use super::labels::{Guides, Label};
use super::{Layout, Page};

/// Every row.
pub(super) fn rows(page: &Page<'_>, axis: &Axis, labels: &[Label], out: &mut String) {
    let mut brush = Brush::new(axis, page.style.unicode);
    let mut guides = Guides::new(page.style);
    let mut ticks = vec![false; axis.width()];
    for (at, _) in axis.ticks().into_iter().skip(1) {
        if let Some(tick) = ticks.get_mut(at) {
            *tick = true;
        }
    }
    let mut known = details::Known::default();
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
        let cells = brush.bar(row, span.is_none(), &events);
        line(page, row, label, &guides, cells, &ticks, out);
        let below = guides.below_row(has_children, page.style);
        if let Some(group) = group_text(row)
            && !fits(cells, &group)
        {
            note(page, &below, Tone::Dim, &group, out);
        }
        if let Some(span) = span {
            for text in errors(span) {
                note(page, &below, Tone::Bad, &text, out);
            }
            for text in oddities(row, span) {
                note(page, &below, Tone::Degraded, &text, out);
            }
            if page.options.verbose {
                details::write(page, span, row, &below, &mut known, out);
            }
        }
    }
}

fn line(page: &Page<'_>, row: &Row, label: &Label, guides: &Guides, cells: &[Cell], ticks: &[bool], out: &mut String) {
    let style = page.style;
    let Layout {
        service: service_width,
        label: label_width,
        took: took_width,
        own,
        ..
    } = page.layout;
    let span = page.span(row);
    let service = span.map_or("", Span::service);
    let guide = guides.of_row(style);
    let shown = style.line(service);
    let mark = style.sign("…", "..");
    let mut room = label_width.saturating_sub(columns(&guide));
    // Where nothing may be cut, what does not fit stands on a line of its own, above its bar.
    let too_long = columns(&label.name) + columns(label.sign) + columns(&label.suffix) > room;
    let apart = page.options.whole && (too_long || columns(&shown) > service_width);
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
        cut(&shown, service_width, mark)
    };
    out.push_str(&page.palette.paint(service, &left(&service_text, service_width)));
    out.push_str("  ");
    out.push_str(&named);
    if apart {
        out.push('\n');
        out.push_str(&" ".repeat(service_width + 2 + label_width));
    } else {
        room = room.saturating_sub(columns(&text) + columns(&label.suffix));
        out.push_str(&" ".repeat(room));
    }
    out.push(' ');
    out.push_str(&right(&style.text(&took(row)), took_width));
    if own > 0 {
        let text = if span.is_some() {
            time::span(row.self_ns)
        } else {
            String::new()
        };
        out.push_str("  ");
        out.push_str(&style.dim(&right(&style.text(&text), own)));
    }
    out.push(' ');
    let group = group_text(row).filter(|text| fits(cells, text));
    out.push_str(bar(page, service, cells, ticks, group.as_deref()).trim_end());
    while out.ends_with(' ') {
        out.pop();
    }
    out.push('\n');
}

/// The bar in colour, with marks of the ruler where nothing ran and what is said of a group where there is room.
fn bar(page: &Page<'_>, service: &str, cells: &[Cell], ticks: &[bool], said: Option<&str>) -> String {
    let style = page.style;
    let mut out = String::new();
    let text = said.map(|text| (place(cells, text), style.text(text)));
    let mut at = 0;
    while at < cells.len() {
        if let Some((Some(start), text)) = &text
            && *start == at
        {
            out.push_str(&style.dim(text));
            at += columns(text).max(1);
            continue;
        }
        let ink = cells[at].ink;
        let stop = match &text {
            Some((Some(start), _)) if *start > at => *start,
            _ => cells.len(),
        };
        let same = |cell: &Cell| match ink {
            Ink::None | Ink::Guess | Ink::Event | Ink::Exception => cell.ink == ink,
            _ => matches!(cell.ink, Ink::Wait | Ink::Own | Ink::Critical),
        };
        let end = (at..stop).find(|next| !same(&cells[*next])).unwrap_or(stop);
        if ink == Ink::None {
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
                Ink::Exception => style.tone(Tone::Bad, &piece),
                Ink::Event => style.heading(&piece),
                Ink::Guess => style.dim(&piece),
                _ => page.palette.paint(service, &piece),
            });
        }
        at = end.max(at + 1);
    }
    out
}

/// Where a text fits beside what is drawn: to the right, else to the left.
fn place(cells: &[Cell], text: &str) -> Option<usize> {
    let length = columns(text);
    let first = cells.iter().position(|cell| cell.ink != Ink::None)?;
    let last = cells.iter().rposition(|cell| cell.ink != Ink::None)?;
    if last + 2 + length <= cells.len() {
        Some(last + 2)
    } else if first > length {
        Some(first - length - 1)
    } else {
        None
    }
}

fn fits(cells: &[Cell], text: &str) -> bool {
    place(cells, text).is_some()
}

fn group_text(row: &Row) -> Option<String> {
    let group = row.group?;
    Some(format!(
        "p50 {}, max {}",
        time::span(group.p50_ns),
        time::span(group.max_ns)
    ))
}

/// A line below a row.
pub(super) fn note(page: &Page<'_>, guide: &str, tone: Tone, text: &str, out: &mut String) {
    let style = page.style;
    let margin = page.layout.service + 2;
    let text = style.line(text);
    let room = style.width.saturating_sub(margin + columns(guide)).max(20);
    let lines = if page.options.whole || page.options.verbose {
        wrap(&text, room)
    } else {
        vec![cut(&text, room, style.sign("…", ".."))]
    };
    for line in lines {
        out.push_str(&" ".repeat(margin));
        out.push_str(&style.dim(guide));
        out.push_str(&style.tone(tone, &line));
        out.push('\n');
    }
}

/// What an error says: the span's own words, and every exception that says something else.
fn errors(span: &Span) -> Vec<String> {
    use crate::model::trace::find;
    if !span.is_error() {
        return Vec::new();
    }
    let mut said: Vec<String> = Vec::new();
    for event in span.events.iter().filter(|event| &*event.name == "exception") {
        let text = |key| {
            find(&event.attributes, key)
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

fn oddities(row: &Row, span: &Span) -> Vec<String> {
    let mut said = Vec::new();
    if row.odd.circular {
        said.push("its parents form a loop".to_owned());
    }
    if row.odd.negative {
        let by = time::span(span.start_ns - span.end_ns);
        said.push(format!("ends {by} before it starts"));
    }
    if row.odd.timeless {
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
pub(super) fn took(row: &Row) -> String {
    if row.running.len() <= 1 {
        let ns = row.running.first().map_or(0, |(start, end)| end.saturating_sub(*start));
        return time::span(ns);
    }
    time::span(covered(&row.running))
}

/// The time that sorted stretches cover together.
fn covered(stretches: &[Stretch]) -> u64 {
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
