//! Answers of `search`, `search tags` and `search values` as JSON documents of version 1.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use telemetry::model::report::SCHEMA_VERSION;
use telemetry::model::search::{EmptyReason, SearchHit, TagScope, TagValue};
use telemetry::model::time_window::TimeWindow;

use super::format_rfc3339;
use crate::render::json::{render_document, render_line};

fn build_window(window: &TimeWindow) -> Value {
    json!({"from": window.from.to_string(), "to": window.to.to_string()})
}

fn build_hit(hit: &SearchHit) -> Value {
    json!({
        "trace_id": hit.trace_id.to_string(),
        "start": format_rfc3339(hit.start_ns),
        "duration_ms": hit.duration_ms,
        "root_service": hit.root_service,
        "root_name": hit.root_name,
        "spans": hit.spans(),
        "errors": hit.errors(),
        "matched": hit.matched,
        "services": hit.services.iter().map(|(name, count)| json!({
            "service": name, "spans": count.spans, "errors": count.errors,
        })).collect::<Vec<_>>(),
    })
}

/// A whole search.
pub fn render_search_json(
    query: &str,
    range: &TimeWindow,
    hits: &[SearchHit],
    truncated: bool,
    empty: Option<&EmptyReason>,
) -> String {
    render_document(&json!({
        "schema_version": SCHEMA_VERSION,
        "query": query,
        "window": build_window(range),
        "truncated": truncated,
        "traces": hits.iter().map(build_hit).collect::<Vec<_>>(),
        "empty_reason": empty.map(|reason| json!({
            "text": reason.lines.join(" "),
            "causes": reason.causes,
            "try": reason.advice,
        })),
    }))
}

/// One trace on one line.
pub fn render_hit_line(one: &SearchHit) -> String {
    let mut value = build_hit(one);
    value["schema_version"] = SCHEMA_VERSION.into();
    render_line(&value)
}

/// Attribute names by scope, with the types that are known by full name.
pub fn render_tags_json(range: &TimeWindow, scopes: &[TagScope], types: &BTreeMap<String, String>) -> String {
    let tags: Vec<Value> = scopes
        .iter()
        .flat_map(|scope| {
            scope.tags.iter().map(|tag| {
                let full = if scope.name == "intrinsic" {
                    tag.clone()
                } else {
                    format!("{}.{tag}", scope.name)
                };
                let kind = types.get(&full);
                json!({"scope": scope.name, "name": tag, "full_name": full, "type": kind})
            })
        })
        .collect();
    render_document(&json!({"schema_version": SCHEMA_VERSION, "window": build_window(range), "tags": tags}))
}

/// Values of one attribute.
pub fn render_values_json(range: &TimeWindow, tag: &str, values: &[TagValue], truncated: bool) -> String {
    let values: Vec<Value> = values
        .iter()
        .map(|one| json!({"type": one.kind, "value": one.value}))
        .collect();
    render_document(&json!({
        "schema_version": SCHEMA_VERSION,
        "window": build_window(range),
        "tag": tag,
        "truncated": truncated,
        "values": values,
    }))
}
