//! Who asks for Tempo's own metrics: dashboards and alerts that Grafana provisions, rules that Prometheus loads.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model::compose::{ComposeRole, ComposeService, FileLocation, LocatedValue};
use crate::parse::spanned_yaml::{self, YamlNode};

use super::TextPlace;
use super::config_file::{find_host_path, list_provisioned_files};
use super::load::ComposeReading;

/// More files than a project brings along; what is behind them is not looked at.
const MOST_FILES: usize = 200;
/// How Tempo's own metrics begin. Those that it makes from spans are called `traces_`.
const PREFIXES: [&str; 2] = ["tempo_", "tempodb_"];

/// The metrics of Tempo that the files of this service ask for, each where it stands first.
pub(super) fn find_asked_metrics(reading: &ComposeReading<'_>, service: &ComposeService) -> Vec<LocatedValue<String>> {
    let files = match service.role {
        ComposeRole::Grafana => list_dashboards(reading, service),
        ComposeRole::Prometheus => list_rule_files(reading, service),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for path in files.iter().take(MOST_FILES) {
        if let Ok(text) = reading.folder.read(path) {
            let place = reading.folder.place(path);
            collect_metrics(&place.unwrap_or_else(|| TextPlace::of_file(path)), &text, &mut found);
        }
    }
    found
}

fn collect_metrics(place: &TextPlace, text: &str, found: &mut Vec<LocatedValue<String>>) {
    // A dashboard is YAML too, as far as this goes.
    let Ok(tree) = spanned_yaml::parse_yaml(text, 0) else {
        return;
    };
    let mut names = Vec::new();
    collect_names(&tree.json(), false, &mut names);
    for name in names {
        let line = text.lines().position(|line| line.contains(&name)).unwrap_or(0);
        found.push(LocatedValue {
            value: name,
            at: FileLocation {
                file: place.file.clone(),
                line: place.line(u32::try_from(line + 1).unwrap_or(0)),
            },
        });
    }
}

/// Names in texts that are queries: below `expr`, `query` or `definition`.
fn collect_names(value: &Value, is_query: bool, names: &mut Vec<String>) {
    match value {
        Value::String(text) if is_query => {
            let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':';
            let words = text.split(|letter| !is_part(letter));
            for word in words.filter(|word| PREFIXES.iter().any(|prefix| word.starts_with(prefix))) {
                if !names.iter().any(|name| name == word) {
                    names.push(word.to_owned());
                }
            }
        }
        Value::Object(map) => {
            for (key, below) in map {
                let is_query = is_query || matches!(key.as_str(), "expr" | "query" | "definition");
                collect_names(below, is_query, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_names(item, is_query, names)),
        _ => {}
    }
}

/// Files of alerts, and of the folders that Grafana's dashboard providers name.
fn list_dashboards(reading: &ComposeReading<'_>, service: &ComposeService) -> Vec<PathBuf> {
    let alerts = list_provisioned_files(reading, service, "alerting");
    let mut all: Vec<PathBuf> = alerts.into_iter().map(|(file, _)| file).collect();
    for (file, _) in list_provisioned_files(reading, service, "dashboards") {
        let Some(tree) = read_yaml(reading, &file) else {
            continue;
        };
        for provider in tree.get("providers").map(YamlNode::items).unwrap_or_default() {
            let folder = provider.at(&["options", "path"]).and_then(YamlNode::text);
            if let Some(path) = folder.and_then(|folder| find_host_path(service, &folder)) {
                let files = reading.folder.list(&path).into_iter();
                all.extend(files.filter(|file| file.extension().is_some_and(|end| end == "json")));
            }
        }
    }
    all
}

/// The files that `rule_files` names: a path, or a pattern with `*` in its last part.
fn list_rule_files(reading: &ComposeReading<'_>, service: &ComposeService) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for config in &service.configs {
        let folder = Path::new(&config.target).parent().unwrap_or(Path::new("/"));
        let listed = config.tree.get("rule_files").and_then(Value::as_array);
        for pattern in listed.into_iter().flatten().filter_map(Value::as_str) {
            let target = folder.join(pattern);
            let (Some(name), Some(folder)) = (target.file_name(), target.parent()) else {
                continue;
            };
            let name = name.to_string_lossy();
            if !name.contains('*') {
                all.extend(find_host_path(service, &target.to_string_lossy()));
            } else if let Some(folder) = find_host_path(service, &folder.to_string_lossy()) {
                let fits = |path: &PathBuf| {
                    path.file_name()
                        .is_some_and(|file| crate::parse::glob::matches_glob(&name, &file.to_string_lossy()))
                };
                all.extend(reading.folder.list(&folder).into_iter().filter(fits));
            }
        }
    }
    all
}

fn read_yaml(reading: &ComposeReading<'_>, path: &Path) -> Option<YamlNode> {
    spanned_yaml::parse_yaml(&reading.folder.read(path).ok()?, 0).ok()
}
