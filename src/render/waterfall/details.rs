//! Everything a span carries, below its row: for `-v`. Texts stand in quotes, so that types show.

use std::collections::HashSet;
use std::sync::Arc;

use crate::render::sanitize;
use crate::render::style::Tone;
use crate::render::wrap::{count_columns, hang_lines, pad_right, wrap_text};
use telemetry::model::trace::{Attribute, AttributeValue, SpanResource, TraceSpan};
use telemetry::model::waterfall_layout::WaterfallRow;
use telemetry::text::duration;

use super::WaterfallPage;

/// Keys are lined up as far as this.
const KEYS: usize = 28;

/// Resources that were shown already: each is shown once.
#[derive(Default)]
pub(super) struct ShownResources {
    resources: HashSet<*const SpanResource>,
}

pub(super) fn write_details(
    page: &WaterfallPage<'_>,
    span: &TraceSpan,
    row: &WaterfallRow,
    guide: &str,
    known: &mut ShownResources,
    out: &mut String,
) {
    let mut pen = DetailsPen { page, guide, out };
    let mut about = format!("span {} · {}", span.id, span.kind.name());
    if row.group.is_some() {
        about.insert_str(0, "the longest: ");
    }
    about.push_str(&match row.critical_ns {
        0 => format!(" · self time {}", duration::format_ns(row.self_ns)),
        ns if ns == row.self_ns => format!(" · self time {}, critical", duration::format_ns(ns)),
        ns => format!(
            " · self time {}, critical {}",
            duration::format_ns(row.self_ns),
            duration::format_ns(ns)
        ),
    });
    if !span.scope.name.is_empty() {
        about.push_str(&format!(" · {} {}", span.scope.name, span.scope.version));
    }
    pen.heading(about.trim_end());
    pen.attributes(&span.attributes);
    for event in &span.events {
        let after = match event.at_ns.checked_sub(span.start_ns) {
            Some(ns) => format!("after {}", duration::format_ns(ns)),
            None => format!("{} before the start", duration::format_ns(span.start_ns - event.at_ns)),
        };
        pen.heading(&format!("event {} {after}", event.name));
        pen.attributes(&event.attributes);
    }
    for link in &span.links {
        pen.heading(&format!("link to trace {} span {}", link.trace_id, link.span_id));
        pen.attributes(&link.attributes);
    }
    if let Some(extra) = &span.extra {
        let counts = [
            (extra.dropped_attributes, "attributes"),
            (extra.dropped_events, "events"),
            (extra.dropped_links, "links"),
        ];
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            pen.heading(&format!("the sender dropped {count} {what}"));
        }
    }
    if known.resources.insert(Arc::as_ptr(&span.resource)) {
        pen.heading(&format!("resource {}", span.service()));
        pen.attributes(&span.resource.attributes);
    }
}

struct DetailsPen<'a, 'b> {
    page: &'a WaterfallPage<'a>,
    guide: &'b str,
    out: &'b mut String,
}

impl DetailsPen<'_, '_> {
    fn line(&mut self, text: &str) {
        let style = self.page.style;
        self.out.push_str(&" ".repeat(self.page.layout.service + 2));
        self.out.push_str(&style.dim(self.guide));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn room(&self, margin: usize) -> usize {
        let used = self.page.layout.service + 2 + count_columns(self.guide) + margin;
        self.page.style.width.saturating_sub(used).max(20)
    }

    fn heading(&mut self, text: &str) {
        let style = self.page.style;
        for line in wrap_text(&style.line(text), self.room(0)) {
            self.line(&style.tone(Tone::Dim, &line));
        }
    }

    fn attributes(&mut self, attributes: &[Attribute]) {
        let style = self.page.style;
        let keys: Vec<String> = attributes.iter().map(|attribute| style.line(&attribute.key)).collect();
        let width = keys
            .iter()
            .map(|key| count_columns(key))
            .filter(|width| *width <= KEYS)
            .max()
            .unwrap_or(0);
        for (attribute, key) in attributes.iter().zip(keys) {
            let key = pad_right(&key, width);
            let hang = 4 + count_columns(&key);
            let room = self.room(hang);
            let lines = format_value(&attribute.value);
            let pieces = lines.iter().flat_map(|line| wrap_text(&style.text(line), room));
            for line in hang_lines(&format!("  {}  ", style.dim(&key)), hang, pieces) {
                self.line(&line);
            }
        }
    }
}

/// A value as TraceQL would write it; a text of several lines keeps them.
fn format_value(value: &AttributeValue) -> Vec<String> {
    match value {
        AttributeValue::Text(text) if text.trim_end().contains('\n') => sanitize::sanitize_block(text)
            .lines()
            .map(|line| {
                if line.is_empty() {
                    " ".to_owned()
                } else {
                    line.to_owned()
                }
            })
            .collect(),
        AttributeValue::Text(text) => vec![format!("\"{}\"", sanitize::sanitize_line(text))],
        other => vec![sanitize::sanitize_line(&other.to_string())],
    }
}
