//! The metrics that a dashboard asks for, with the line that names each first.

use serde_json::Value;

use crate::model::compose::{AskedMetric, FileLocation};
use crate::parse::spanned_yaml::YamlNode;

use super::TextPlace;

/// True for a dashboard as Grafana exports it, or as its API wraps it.
pub fn is_dashboard(root: &YamlNode) -> bool {
    let body = root.get("dashboard").or_else(|| root.get("spec")).unwrap_or(root);
    let has = |key: &str| {
        body.get(key)
            .is_some_and(|list| !list.items().is_empty() || !list.entries().is_empty())
    };
    let is_panel_list = has("panels") || has("rows") || has("elements");
    is_panel_list
        && ["title", "schemaVersion", "templating", "uid", "layout"]
            .iter()
            .any(|key| body.get(key).is_some())
}

/// Every metric of spans and of Tempo that the queries of a dashboard name.
pub fn find_dashboard_metrics(tree: &Value, text: &str, place: &TextPlace) -> Vec<AskedMetric> {
    let mut found: Vec<AskedMetric> = Vec::new();
    collect_queries(tree, &mut |query| {
        // Several names behind `or` serve several versions.
        let has_alternative = query.split_whitespace().any(|word| word.eq_ignore_ascii_case("or"));
        for name in list_names(query) {
            match found.iter_mut().find(|known| known.name == name) {
                Some(known) => known.has_alternative |= has_alternative,
                None => found.push(AskedMetric {
                    name: name.to_owned(),
                    has_alternative,
                    at: FileLocation::default(),
                }),
            }
        }
    });
    for metric in &mut found {
        let line = text
            .lines()
            .position(|line| list_names(line).any(|name| name == metric.name));
        metric.at = FileLocation {
            file: place.file.clone(),
            line: place.line(line.map_or(0, |line| u32::try_from(line + 1).unwrap_or(0))),
        };
    }
    found
}

/// Words that are names of metrics; one that goes on as a pattern or a variable is none.
fn list_names(text: &str) -> impl Iterator<Item = &str> {
    const STARTS: [&str; 3] = ["traces_", "tempo_", "tempodb_"];
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | ':' | '.' | '$' | '*' | '|');
    text.split(move |letter| !is_part(letter)).filter(|word| {
        let is_name = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_name && !word.ends_with('_') && STARTS.iter().any(|start| word.starts_with(start))
    })
}

/// The texts below `expr`, `query` and `definition`.
fn collect_queries(value: &Value, take: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(map) => {
            for (key, below) in map {
                match below {
                    Value::String(text) if matches!(key.as_str(), "expr" | "query" | "definition") => take(text),
                    _ => collect_queries(below, take),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_queries(item, take)),
        _ => {}
    }
}
