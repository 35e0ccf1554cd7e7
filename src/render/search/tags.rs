//! Attribute names and values as text.

use std::collections::BTreeMap;
use telemetry::text::pluralize;

use crate::render::style::{Style, Tone};
use crate::render::wrap::{count_columns, pad_right};
use telemetry::model::search::{TagScope, TagValue};

/// Names by scope, each with its type where it is known.
pub fn render_tags(scopes: &[TagScope], types: &BTreeMap<String, String>, told: &str, style: Style) -> String {
    let mut out = String::new();
    let mut count = 0;
    for scope in scopes {
        out.push_str(&format!("{}\n", style.heading(&style.line(&scope.name))));
        let full = |tag: &str| {
            if scope.name == "intrinsic" {
                tag.to_owned()
            } else {
                format!("{}.{tag}", scope.name)
            }
        };
        let width = scope
            .tags
            .iter()
            .map(|tag| count_columns(&style.line(&full(tag))))
            .max()
            .unwrap_or(0)
            .min(60);
        for tag in &scope.tags {
            count += 1;
            let name = full(tag);
            let kind = types.get(&name).map(String::as_str).unwrap_or_default();
            let line = format!(
                "  {}  {}",
                pad_right(&style.line(&name), width),
                style.dim(&style.line(kind))
            );
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    let text = format!("{} {told}", pluralize(count, "attribute"));
    out.push_str(&format!("{}\n", style.dim(&style.text(&text))));
    out
}

/// Values of one attribute with their types.
pub fn render_values(tag: &str, values: &[TagValue], told: &str, cut: bool, style: Style) -> String {
    let mut out = String::new();
    let kinds = values.iter().map(|value| count_columns(&value.kind)).max().unwrap_or(0);
    for value in values {
        let kind = pad_right(&style.line(&value.kind), kinds);
        out.push_str(&format!("{}  {}\n", style.dim(&kind), style.line(&value.value)));
    }
    let count = values.len();
    let text = format!("{} of {tag} {told}", pluralize(count, "value"));
    if cut {
        let text = format!("{text}: cut at --limit {count}");
        out.push_str(&format!("{}\n", style.tone(Tone::Degraded, &style.text(&text))));
    } else {
        out.push_str(&format!("{}\n", style.dim(&style.line(&text))));
    }
    out
}
