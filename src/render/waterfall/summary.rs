//! What stands above and below the rows: which trace this is, what is odd about it, where its time went, what the signs
//! mean.

use crate::render::style::Tone;
use crate::render::wrap::{count_columns, hang_lines, join_parts, wrap_text};
use telemetry::model::waterfall_layout::TraceNote;
use telemetry::text::duration;
use telemetry::text::pluralize;

use super::WaterfallPage;
use super::axis::Axis;

/// The first lines.
pub(super) fn render_head(page: &WaterfallPage<'_>) -> String {
    let (trace, shape, style) = (page.trace, page.shape, page.style);
    let mut parts = Vec::new();
    let root = shape
        .drawn_spans(trace)
        .find(|(row, _)| row.depth == 0)
        .map(|(_, span)| span);
    parts.push(match root {
        Some(span) if span.parent.is_none() || !shape.above.is_empty() => format!("{} {}", span.service(), span.name),
        Some(span) => format!("{} {} (parent missing)", span.service(), span.name),
        None if shape.spans == 0 => "no spans".to_owned(),
        None => "root span missing".to_owned(),
    });
    parts.push(duration::format_ns(shape.extent.1 - shape.extent.0));
    let errors = match shape.errors {
        0 => String::new(),
        count => format!(", {count} {}", style.sign("✗", "errors")),
    };
    parts.push(format!(
        "{}, {}{errors}",
        pluralize(shape.spans, "span"),
        pluralize(shape.services.len(), "service")
    ));
    if let Some(start) = format_start(page) {
        parts.push(start);
    }
    let separator = style.sign(" · ", " - ");
    let id = trace.id.to_string();
    let mut lines = vec![style.heading(&id)];
    let mut used = count_columns(&id);
    for part in parts {
        let part = page.fit(&style.line(&part), style.width);
        if used + count_columns(separator) + count_columns(&part) > style.width && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push_str(&style.dim(separator));
                used += count_columns(separator);
            }
            line.push_str(&part);
            used += count_columns(&part);
        }
    }
    if !shape.above.is_empty() {
        let above: Vec<&str> = shape.above.iter().map(|name| &**name).collect();
        let text = format!("in {}", above.join(style.sign(" › ", " > ")));
        lines.extend(
            wrap_text(&style.line(&text), style.width)
                .iter()
                .map(|line| style.dim(&page.fit(line, style.width))),
        );
    }
    for note in &shape.notes {
        let text = style.line(&describe_note(note));
        let told = hang_lines("! ", 2, wrap_text(&text, style.width - 2));
        lines.extend(
            told.iter()
                .map(|line| style.tone(Tone::Degraded, &page.fit(line, style.width))),
        );
    }
    lines.join("\n") + "\n"
}

/// `2026-11-24 23:12:04.220 UTC`
fn format_start(page: &WaterfallPage<'_>) -> Option<String> {
    let start = page.shape.extent.0;
    let at = jiff::Timestamp::from_nanosecond(i128::from(start))
        .ok()
        .filter(|_| start > 0)?;
    Some(at.strftime("%Y-%m-%d %H:%M:%S%.3f UTC").to_string())
}

/// The last lines.
pub(super) fn render_foot(page: &WaterfallPage<'_>, axis: &Axis) -> String {
    let (shape, style) = (page.shape, page.style);
    let mut out = String::new();
    if shape.cut > 0 {
        let text = format!(
            "{} below not shown: --limit 0 shows all; --depth, --focus and --collapse show less",
            pluralize(shape.cut, "span")
        );
        for line in wrap_text(&style.text(&text), style.width) {
            out.push_str(&format!("{}\n", style.tone(Tone::Degraded, &line)));
        }
    }
    let all: u64 = shape.services.iter().map(|share| share.critical_ns).sum();
    if !shape.path.is_empty() && shape.rows.len() > 1 {
        let mut service = None;
        let steps: Vec<String> = shape
            .path
            .iter()
            .map(|step| {
                let times = if step.count > 1 {
                    format!(" ×{}", step.count)
                } else {
                    String::new()
                };
                let elsewhere = shape.services.len() > 1 && service.replace(&step.service) != Some(&step.service);
                let of = if elsewhere {
                    format!("{} ", step.service)
                } else {
                    String::new()
                };
                format!("{of}{}{times} {}", step.name, format_share(step.ns, all))
            })
            .collect();
        push_titled(page, "critical path", &steps, " → ", &mut out);
    }
    let mut services: Vec<_> = shape.services.iter().filter(|share| share.critical_ns > 0).collect();
    services.sort_by_key(|share| std::cmp::Reverse(share.critical_ns));
    if shape.services.len() > 1 && !services.is_empty() {
        let shares: Vec<String> = services
            .iter()
            .take(8)
            .map(|one| format!("{} {}", one.service, format_share(one.critical_ns, all)))
            .collect();
        push_titled(page, "by service", &shares, " · ", &mut out);
    }
    if axis.broken().is_some() {
        let text = match axis.left_out() {
            0 => "the axis breaks where the root ends; the rest has its own scale".to_owned(),
            ns => format!("the axis is broken: {} of idle time left out", duration::format_ns(ns)),
        };
        push_titled(page, "time", &[text], "", &mut out);
    }
    push_titled(page, "bars", &build_legend(page), "   ", &mut out);
    out
}

fn push_titled(page: &WaterfallPage<'_>, title: &str, parts: &[String], separator: &str, out: &mut String) {
    const TITLE: usize = 14;
    let style = page.style;
    let room = style.width - TITLE;
    let parts: Vec<String> = parts
        .iter()
        .map(|part| page.fit(&style.line(part), room.saturating_sub(count_columns(separator))))
        .collect();
    let lines = join_parts(&parts, &style.text(separator), room);
    for line in hang_lines(&style.dim(&format!("{title:TITLE$}")), TITLE, lines) {
        out.push_str(&format!("{line}\n"));
    }
}

fn build_legend(page: &WaterfallPage<'_>) -> Vec<String> {
    let style = page.style;
    let mut parts = vec![
        format!("{} on the critical path", if style.unicode { "█" } else { "#" }),
        format!("{} self time", if style.unicode { "▄" } else { "=" }),
        format!("{} waits for child spans", if style.unicode { "━" } else { "-" }),
    ];
    let drawn = || page.shape.drawn_spans(page.trace);
    if drawn().any(|(row, span)| row.group.is_none() && !span.events.is_empty()) {
        parts.push(format!("{} event", if style.unicode { "◆" } else { "*" }));
    }
    if page.shape.rows.iter().any(|row| row.hidden > 0) {
        parts.push(format!("{} collapsed", if style.unicode { "▸" } else { "+" }));
    }
    if drawn().any(|(_, span)| !span.links.is_empty()) {
        parts.push(format!("{} links", if style.unicode { "↗" } else { "^" }));
    }
    parts
}

/// A part of the whole, in percent.
fn format_share(part: u64, all: u64) -> String {
    if all == 0 {
        return "0 %".to_owned();
    }
    let percent = part as f64 * 100.0 / all as f64;
    if percent < 1.0 {
        "<1 %".to_owned()
    } else {
        format!("{percent:.0} %")
    }
}

fn describe_note(note: &TraceNote) -> String {
    match note {
        TraceNote::Partial(message) => format!("Tempo returned a partial trace: {message}"),
        TraceNote::RootMissing => {
            "the root span was not received: it is late, was sampled out, or its service sends elsewhere".to_owned()
        }
        TraceNote::Roots(count) => {
            format!("{count} spans have no parent: trace context is lost between them, or they share a trace id")
        }
        TraceNote::MissingParents(spans, parents) => format!(
            "{} below {} not received: late, sampled out or sent elsewhere",
            pluralize(spans, "span"),
            if *parents == 1 {
                "a parent that was".to_owned()
            } else {
                format!("{parents} parents that were")
            }
        ),
        TraceNote::Skew(behind, other, ns) => format!(
            "the clock of {behind} is at least {} behind the clock of {other}: times are drawn as reported",
            duration::format_ns(*ns)
        ),
        TraceNote::SharedIds(count) => format!("{} with the id of another span", pluralize(count, "span")),
        TraceNote::Circular(count) => format!("{} in a parent loop", pluralize(count, "span")),
        TraceNote::Negative(1) => "1 span ends before it starts".to_owned(),
        TraceNote::Negative(count) => format!("{count} spans each end before it starts"),
        TraceNote::Timeless(count) => format!("{} without a start or an end", pluralize(count, "span")),
        TraceNote::Tail(ns) => format!("work continues for {} after the root ends", duration::format_ns(*ns)),
        TraceNote::NoFocus(id) => format!("no span {id} in this trace: showing the whole trace"),
    }
}
