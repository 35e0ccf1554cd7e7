//! A remedy heals: whoever puts what `doctor` prints into the file that it names has one fault less.

use std::path::{Path, PathBuf};

use doctor::diagnose::diagnose_evidence;
use libtest_mimic::{Failed, Trial};
use serde_json::{Map, Value};
use telemetry::model::report::ReportCause;
use telemetry::parse::duration::parse_duration;
use tempoctl::lab::LabOptions;
use toml::Table;

use crate::block_on;
use crate::compose_cases::{ComposeCase, STACK, examine_stack, lay_out_stack, list_compose_cases};
use crate::lab_kit::start;
use crate::pairs::read_scenario;
use crate::product::run_beside;

/// Cases whose remedy is no piece of YAML to put into a file, and why.
const UNAPPLIED: &[(&str, &str)] = &[
    ("a-component-that-no-collector-has", DELETES),
    ("a-flag-of-tempo-1", DELETES),
    ("alloy-names-what-is-not-configured", DELETES),
    ("alloy-receives-nothing", "Alloy's configuration is no YAML"),
    ("alloy-traces-end-in-a-filter", "Alloy's configuration is no YAML"),
    (
        "collector-later-config-replaces-the-exporters",
        "the configuration stands in a flag",
    ),
    ("collector-component-of-another-release", DELETES),
    ("collector-component-of-contrib-in-core", "an image is replaced"),
    ("collector-key-of-an-older-release", DELETES),
    (
        "compose-project-refused-by-a-dependency",
        "Compose's own message says it",
    ),
    ("compose-project-refused-by-a-network", "Compose's own message says it"),
    ("compose-project-refused-by-a-volume", "Compose's own message says it"),
    ("config-file-misspelt", "a flag or a mount is corrected"),
    ("config-no-yaml", "the file is broken"),
    ("config-unknown-key", DELETES),
    ("config-unreadable", "the file is broken"),
    ("ds-provisioning-escape", "a part of a text is replaced"),
    ("ds-settings-misplaced", "lines move"),
    ("each-refused-key-is-named", DELETES),
    ("mounted-file-missing", "a file is created"),
    ("mounted-folder-missing", "a folder is created"),
    ("receiver-localhost-bind-by-flags-alone", "a file is created"),
    ("receiver-type-unsupported", DELETES),
    ("rw-receiver-disabled-in-a-shell", "a shell's line is changed"),
    ("up-removed-flags", DELETES),
    ("up-removed-keys", DELETES),
];

const DELETES: &str = "something is deleted";

pub fn list_trials() -> impl Iterator<Item = Trial> {
    list_compose_cases()
        .into_iter()
        .map(|case| Trial::test(format!("healed::{}", case.name), move || judge(&case)))
}

/// Scenarios whose fault is a setting of Tempo that a remedy can change.
const SCENARIOS: [&str; 12] = [
    "generator-dry-run",
    "generator-not-configured",
    "generator-only-service-graphs",
    "generator-only-span-metrics",
    "generator-processors-none",
    "generator-processors-none-2.10",
    "generator-series-limit",
    "generator-slack",
    "grafana-streams",
    "ingestion-rate-limited",
    "search-end-cutoff-5m",
    "trace-too-large",
];

/// Settings of Tempo, and what the lab calls them.
const SETTINGS: [(&str, &str); 9] = [
    ("/metrics_generator/metrics_ingestion_time_range_slack", "slack_us"),
    ("/metrics_generator/storage/path", "generator_off"),
    ("/overrides/defaults/global/max_bytes_per_trace", "max_bytes_per_trace"),
    ("/overrides/defaults/ingestion/burst_size_bytes", "burst_size_bytes"),
    ("/overrides/defaults/metrics_generator/disable_collection", "dry_run"),
    (
        "/overrides/defaults/metrics_generator/max_active_series",
        "max_active_series",
    ),
    ("/overrides/defaults/metrics_generator/processors", "processors"),
    ("/query_frontend/query_end_cutoff", "query_end_cutoff_s"),
    ("/stream_over_http_enabled", "stream_over_http"),
];

pub fn list_trials_of_labs() -> impl Iterator<Item = Trial> {
    SCENARIOS
        .into_iter()
        .map(|name| Trial::test(format!("healed-lab::{name}"), move || block_on(judge_scenario(name))))
}

/// The same stack with what the remedy sets is judged again.
async fn judge_scenario(name: &str) -> Result<(), Failed> {
    let mut scenario = read_scenario(name);
    let before = examine_lab(scenario.clone()).await;
    let cause = before.first().ok_or("nothing is named")?;
    let config = cause["remedy"]["config"]
        .as_str()
        .ok_or("the remedy has no configuration")?;
    // An alternative begins with `# or`.
    let config = config.split("\n# or").next().unwrap_or_default();
    let remedy: Value = serde_saphyr::from_str(config)?;
    let mut fault = scenario
        .get("fault")
        .and_then(toml::Value::as_table)
        .cloned()
        .unwrap_or_default();
    let mut changed = 0;
    for (pointer, setting) in SETTINGS {
        let Some(value) = remedy.pointer(pointer) else {
            continue;
        };
        fault.insert(setting.to_owned(), convert_setting(setting, value)?);
        changed += 1;
    }
    if changed == 0 {
        return Err(format!("no setting of the lab: {config}").into());
    }
    scenario.insert("fault".to_owned(), fault.into());
    let after = examine_lab(scenario).await;
    match after.iter().find(|one| one["id"] == cause["id"]) {
        Some(left) => Err(format!("{left:#} is left after\n{config}").into()),
        None => Ok(()),
    }
}

fn convert_setting(setting: &str, value: &Value) -> Result<toml::Value, Failed> {
    let duration = || {
        let text = value.as_str().unwrap_or_default();
        parse_duration(text).map_err(|error| format!("{text}: {error:?}"))
    };
    Ok(match setting {
        "generator_off" => value.as_str().is_none_or(str::is_empty).into(),
        "slack_us" => i64::try_from(duration()?.as_micros())?.into(),
        "query_end_cutoff_s" => i64::try_from(duration()?.as_secs())?.into(),
        _ => toml::Value::try_from(value)?,
    })
}

async fn examine_lab(scenario: Table) -> Vec<Value> {
    let lab = start(LabOptions::fast(scenario.try_into().unwrap())).await;
    let mut args: Vec<String> = ["doctor", "-o", "json", "--timeout", "60s"].map(str::to_owned).to_vec();
    args.extend(lab.doctor_args());
    let report = run_beside(args).await.json();
    report["verdict"]["causes"].as_array().cloned().unwrap_or_default()
}

fn judge(case: &ComposeCase) -> Result<(), Failed> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    lay_out_stack(folder);
    case.bend(folder);
    let causes = diagnose_evidence(&examine_stack(folder)).verdict.causes;
    let unapplied = UNAPPLIED.iter().find(|(name, _)| *name == case.name);
    let mut ill = Vec::new();
    for cause in &causes {
        // One at a time, in the file as it was.
        lay_out_stack(folder);
        case.bend(folder);
        match apply_remedy(folder, cause) {
            Ok(file) => {
                let left = diagnose_evidence(&examine_stack(folder)).verdict.causes;
                // Two data sources may have the same fault.
                let count = |all: &[ReportCause]| all.iter().filter(|one| one.id == cause.id).count();
                if count(&left) >= count(&causes) {
                    let left: Vec<_> = left.iter().map(|one| (&one.id, &one.evidence)).collect();
                    let text = std::fs::read_to_string(&file).unwrap();
                    ill.push(format!("{} is not healed: {left:?}\n{text}", cause.id));
                }
            }
            Err(reason) => ill.push(format!("{}: {reason}", cause.id)),
        }
    }
    match (unapplied, ill.is_empty()) {
        (None, true) | (Some(_), false) => Ok(()),
        (None, false) => Err(ill.join("\n").into()),
        (Some((_, reason)), true) => Err(format!("it is healed, though it is listed as {reason}").into()),
    }
}

/// Puts the remedy's configuration where its finding lies, and returns the file that was changed.
fn apply_remedy(folder: &Path, cause: &ReportCause) -> Result<PathBuf, String> {
    let config = cause.remedy.config.as_deref().ok_or("it has no configuration")?;
    let (file, place) = find_place(folder, cause)?;
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut tree: Value = serde_saphyr::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let fragment: Value = serde_saphyr::from_str(config).map_err(|error| format!("{config}\n{error}"))?;
    match fragment {
        Value::Object(map) if is_rooted(&map, &tree) => merge(&mut tree, Value::Object(map)),
        // Without the way there it belongs where the finding lies.
        Value::Object(map) => {
            let (first, _) = map.iter().next().ok_or("it is empty")?;
            let parent = find_parent(&mut tree, &place, first).ok_or_else(|| format!("{place} has no {first}"))?;
            merge(parent, Value::Object(map));
        }
        Value::Array(items) => {
            let seen: Vec<&str> = cause.evidence.iter().map(|line| line.value.as_str()).collect();
            replace_items(&mut tree, &place, items, &seen)?;
        }
        _ => return Err(format!("this is no piece of a file: {config}")),
    }
    // JSON is YAML as well.
    std::fs::write(&file, serde_json::to_string_pretty(&tree).unwrap()).unwrap();
    Ok(file)
}

/// The file that the remedy names, or else that of the first finding in a file, and the path of keys there.
fn find_place(folder: &Path, cause: &ReportCause) -> Result<(PathBuf, String), String> {
    let root = folder.to_str().unwrap();
    let places = || {
        cause.evidence.iter().filter_map(|line| {
            let (file, number) = line.source.rsplit_once(':').unwrap_or((&line.source, ""));
            let is_line = number.parse::<u32>().is_ok();
            (is_line && file.starts_with(root)).then(|| (PathBuf::from(file), line.name.clone()))
        })
    };
    let is_named = |file: &Path| cause.remedy.text.contains(file.file_name().unwrap().to_str().unwrap());
    // A remedy may lie in a file in which nothing is wrong.
    let stack = || Some((folder.join(STACK), String::new())).filter(|(file, _)| is_named(file));
    let named = places().find(|(file, _)| is_named(file)).or_else(stack);
    named
        .or_else(|| places().next())
        .ok_or_else(|| "no file is named".to_owned())
}

/// True where the fragment begins at the top of such a file.
fn is_rooted(fragment: &Map<String, Value>, tree: &Value) -> bool {
    const TOP: [&str; 6] = [
        "services",
        "overrides",
        "metrics_generator",
        "stream_over_http_enabled",
        "exporters",
        "datasources",
    ];
    fragment
        .keys()
        .all(|key| tree.get(key).is_some() || TOP.contains(&key.as_str()))
}

/// The innermost mapping on the way to `place` that has this key, or else the one in which an environment or a service is kept.
fn find_parent<'a>(tree: &'a mut Value, place: &str, key: &str) -> Option<&'a mut Value> {
    let keys: Vec<&str> = place.split('.').collect();
    let pointer = |length: usize| format!("/{}", keys[..length].join("/"));
    let depth = (1..=keys.len())
        .rev()
        .find(|length| {
            tree.pointer(&pointer(*length))
                .is_some_and(|found| found.get(key).is_some())
        })
        .or_else(|| (keys.first() == Some(&"services") && keys.len() > 1).then_some(2))?;
    tree.pointer_mut(&pointer(depth))
}

/// Puts the items into the list in which the finding lies: in the place of the one that was found, or at the end.
fn replace_items(tree: &mut Value, place: &str, items: Vec<Value>, seen: &[&str]) -> Result<(), String> {
    let keys: Vec<&str> = place.split('.').collect();
    for length in (1..=keys.len()).rev() {
        let list = tree.pointer_mut(&format!("/{}", keys[..length].join("/")));
        let Some(list) = list.and_then(Value::as_array_mut) else {
            continue;
        };
        // A list of other things is a part of an item of the one that is meant.
        if list.iter().any(|there| there.is_object() != items[0].is_object()) {
            continue;
        }
        let index = keys.get(length).and_then(|index| index.parse::<usize>().ok());
        let found = list
            .iter()
            .position(|there| there.as_str().is_some_and(|text| seen.contains(&text)));
        match (index.or(found), items.len()) {
            (Some(index), 1) => merge(&mut list[index], items.into_iter().next().unwrap()),
            _ => list.extend(items),
        }
        return Ok(());
    }
    Err(format!("there is no list at {place}"))
}

/// As a person would: keys are added, values replaced; an item of a list that has a name changes the one called so.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                match into.get_mut(&key) {
                    Some(there) if key == "volumes" && there.is_array() => {
                        there
                            .as_array_mut()
                            .unwrap()
                            .extend(value.as_array().cloned().unwrap_or_default());
                    }
                    Some(there) => merge(there, value),
                    None => drop(into.insert(key, value)),
                }
            }
        }
        (Value::Array(into), Value::Array(from)) if from.iter().all(Value::is_object) => {
            for item in from {
                let name = |item: &Value| ["name", "job_name"].iter().find_map(|key| item.get(key).cloned());
                let same = into
                    .iter_mut()
                    .find(|there| name(there).is_some() && name(there) == name(&item));
                match same {
                    Some(there) => merge(there, item),
                    None => into.push(item),
                }
            }
        }
        (into, from) => *into = from,
    }
}
