//! Two faults at once: both are named, or the one upstream that hides the other, and nothing else.

use std::path::Path;

use libtest_mimic::{Failed, Trial};
use tempoctl::lab::{LabOptions, LabScenario};
use toml::Table;

use crate::accuracy::{self, CaseKind, JudgedCase};
use crate::block_on;
use crate::lab_kit::start;
use crate::product::run_beside;

/// One of each kind, upstream first: each is tried with each.
const SCENARIOS: [&str; 16] = [
    "app-sdk-disabled",
    "collector-filter-marker",
    "collector-retrying",
    "tenant-header-missing",
    "ingestion-rate-limited",
    "trace-too-large",
    "http-api-prefix",
    "search-end-cutoff-5m",
    "generator-processors-none",
    "generator-slack",
    "remote-write-missing",
    "remote-write-relabel-drop",
    "remote-write-receiver-off",
    "exemplar-storage-off",
    "grafana-tempo-wrong-port",
    "dashboard-wants-cluster",
];

/// Pairs of which only the one downstream is named, and why.
const HIDDEN: [(&str, &str, &str); 3] = [
    (
        "app-sdk-disabled",
        "tenant-header-missing",
        "a setting is a warning while nobody can send",
    ),
    (
        "app-sdk-disabled",
        "ingestion-rate-limited",
        "a setting is a warning while nobody can send",
    ),
    (
        "collector-retrying",
        "ingestion-rate-limited",
        "what is refused is retried",
    ),
];

pub fn list_trials() -> impl Iterator<Item = Trial> {
    SCENARIOS.iter().enumerate().flat_map(|(at, first)| {
        SCENARIOS[at + 1..].iter().filter_map(move |second| {
            let both = combine_scenarios(first, second)?;
            let names = (*first, *second);
            Some(Trial::test(format!("pair::{first}+{second}"), move || {
                block_on(judge(names, both))
            }))
        })
    })
}

/// A stack with both faults; none where both bend the same setting.
fn combine_scenarios(first: &str, second: &str) -> Option<LabScenario> {
    let mut both = read_scenario(first);
    let other = read_scenario(second);
    for (section, value) in other {
        match (both.get_mut(&section), value) {
            (None, value) => drop(both.insert(section, value)),
            (Some(toml::Value::Table(there)), toml::Value::Table(more)) if section == "fault" => {
                for (key, value) in more {
                    if there.insert(key, value).is_some() {
                        return None;
                    }
                }
            }
            (Some(toml::Value::Boolean(there)), toml::Value::Boolean(more)) => *there = *there && more,
            (Some(_), _) if ["grafana", "doctor_args", "files"].contains(&section.as_str()) => return None,
            _ => {}
        }
    }
    Some(both.try_into().unwrap())
}

pub fn read_scenario(name: &str) -> Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("crates/lab/scenarios/{name}.toml"));
    toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

async fn judge((first, second): (&str, &str), both: LabScenario) -> Result<(), Failed> {
    let has_application = both.application;
    let lab = start(LabOptions::fast(both)).await;
    let mut args: Vec<String> = ["doctor", "-o", "json", "--timeout", "60s"].map(str::to_owned).to_vec();
    args.extend(lab.doctor_args());
    let report = run_beside(args).await.json();
    let found: Vec<&str> = report["verdict"]["causes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|cause| cause["id"].as_str())
        .collect();
    let [upstream, downstream] = [first, second].map(|name| LabScenario::find(name).unwrap().expect().cause.clone());
    let names = |causes: &[String]| found.iter().any(|id| causes.iter().any(|cause| cause == id));
    // That nobody sends is true of some of these stacks as well.
    let more: Vec<_> = found
        .iter()
        .filter(|id| !upstream.iter().chain(&downstream).any(|cause| cause == *id))
        .filter(|id| **id != "app-none-sending" || has_application)
        .collect();
    let is_right = names(&upstream) && more.is_empty();
    accuracy::record(JudgedCase {
        kind: CaseKind::Pair,
        name: format!("{first}+{second}"),
        is_sound: false,
        status: report["verdict"]["status"] != "healthy",
        hop: is_right,
        cause: is_right,
        found: found.iter().map(|id| (*id).to_owned()).collect(),
    });
    let hidden = HIDDEN.iter().find(|(one, other, _)| (*one, *other) == (first, second));
    let is_named = match hidden {
        None => names(&upstream),
        Some(_) => !names(&upstream) && names(&downstream),
    };
    if is_named && more.is_empty() {
        return Ok(());
    }
    let failed = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["status"] == "fail");
    let failed: Vec<String> = failed
        .map(|check| format!("{} {} {}", check["id"], check["cause"], check["explained_by"]))
        .collect();
    Err(format!("{found:?}, expected {upstream:?} and {downstream:?} {hidden:?}: {failed:#?}").into())
}
