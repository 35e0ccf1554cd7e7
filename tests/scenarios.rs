//! Every scenario of the lab, judged by the program itself: the expected verdict, its hop, its cause, its exit code.

use serde_json::Value;
use tempoctl::lab::{LabOptions, LabScenario};
use tempoctl::model::Evidence;

use crate::contract::Account;
use crate::kept::{hidden_decides_nothing, no_canary_is_kept};
use crate::lab_kit::start;
use crate::product::run_beside;

/// Scenarios at a time; each waits far more than it works.
const AT_ONCE: usize = 6;

async fn judge(name: &'static str) -> Result<(), String> {
    let scenario = LabScenario::find(name).unwrap();
    let expected = scenario.expect().clone();
    let has_application = scenario.application;
    let lab = start(LabOptions::fast(scenario)).await;
    let mut args: Vec<String> = ["doctor", "-o", "json", "--timeout", "60s"].map(str::to_owned).to_vec();
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("evidence.json");
    args.extend(["--save".to_owned(), saved.display().to_string()]);
    args.extend(lab.doctor_args());
    let ran = run_beside(args).await;
    let report = ran.json();
    let mut account = Account::default();
    account.add(&serde_json::from_str(&std::fs::read_to_string(&saved).unwrap()).unwrap());
    if !account.undeclared.is_empty() {
        return Err(format!("{name}: {:?}", account.undeclared));
    }
    let replayed = run_beside(
        ["doctor", "-o", "json", "--input", saved.to_str().unwrap()]
            .map(str::to_owned)
            .to_vec(),
    )
    .await;
    if replayed.json() != report {
        return Err(format!(
            "{name}: judged again it is another report\n{}\n{report}",
            replayed.json()
        ));
    }
    let evidence: Evidence = serde_json::from_str(&std::fs::read_to_string(&saved).unwrap()).unwrap();
    hidden_decides_nothing(name, &evidence)?;
    no_canary_is_kept(name, &evidence)?;
    let verdict = &report["verdict"];
    let causes = verdict["causes"].as_array().unwrap();
    let ids: Vec<&str> = causes.iter().filter_map(|cause| cause["id"].as_str()).collect();
    let first = causes.first().unwrap_or(&Value::Null);
    let told = format!(
        "{name}: {} {ids:?} exit {}, expected {expected:?}\n{}",
        verdict["summary"],
        ran.exit.code(),
        serde_json::to_string_pretty(&report["checks"]).unwrap()
    );
    let status = verdict["status"] == format!("{:?}", expected.status).to_lowercase().as_str();
    let exit = ran.exit.code() == expected.exit;
    let cause = match expected.cause.is_empty() {
        true => ids.is_empty(),
        false => ids
            .first()
            .is_some_and(|id| expected.cause.iter().any(|cause| cause == id)),
    };
    let hop = expected.hop.as_ref().is_none_or(|hop| first["hop"] == hop.as_str());
    // Beside the fault only the absence of applications may be claimed, and only where it is true.
    let extra = ids
        .iter()
        .skip(1)
        .any(|id| *id != "app-none-sending" || has_application);
    if status && exit && cause && hop && !extra {
        Ok(())
    } else {
        Err(told)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_gets_its_verdict() {
    // `SCENARIO=grafana cargo test every_scenario` looks at some only.
    let wanted = std::env::var("SCENARIO").unwrap_or_default();
    let mut names: Vec<&'static str> = LabScenario::names().filter(|name| name.contains(&wanted)).collect();
    let mut running = tokio::task::JoinSet::new();
    let mut wrong = Vec::new();
    while !names.is_empty() || !running.is_empty() {
        while running.len() < AT_ONCE
            && let Some(name) = names.pop()
        {
            running.spawn(judge(name));
        }
        if let Some(done) = running.join_next().await
            && let Err(told) = done.unwrap()
        {
            wrong.push(told);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
