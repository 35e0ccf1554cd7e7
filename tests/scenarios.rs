//! Every scenario of the lab, judged by the program itself: the expected verdict, its hop, its cause, its exit code.

use serde_json::Value;
use tempoctl::lab::{LabOptions, LabScenario};
use tempoctl::model::Evidence;

use crate::contract::Account;
use crate::kept::{hidden_decides_nothing, no_canary_is_kept};
use crate::lab_kit::start;
use crate::product::{run, run_beside};

/// Scenarios at a time; each waits far more than it works, and one that gets no processor for long is judged wrongly.
const AT_ONCE: usize = 4;

/// What a run of a scenario left: its report and what it saved.
struct Judged {
    name: &'static str,
    report: Value,
    evidence: String,
}

impl Judged {
    /// What was saved is judged as it was live, and holds nothing that no check reads.
    fn is_kept_well(&self) -> Result<(), String> {
        let name = self.name;
        let folder = tempfile::tempdir().unwrap();
        let saved = folder.path().join("evidence.json");
        std::fs::write(&saved, &self.evidence).unwrap();
        let replayed = run(&["doctor", "-o", "json", "--input", saved.to_str().unwrap()]).json();
        if replayed != self.report {
            let live = &self.report;
            return Err(format!("{name}: judged again it is another report\n{replayed}\n{live}"));
        }
        let evidence: Evidence = serde_json::from_str(&self.evidence).unwrap();
        hidden_decides_nothing(name, &evidence)?;
        no_canary_is_kept(name, &evidence)
    }
}

async fn judge(name: &'static str) -> Result<Judged, String> {
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
    let evidence = std::fs::read_to_string(&saved).unwrap();
    account.add(&serde_json::from_str(&evidence).unwrap());
    if !account.undeclared.is_empty() {
        return Err(format!("{name}: {:?}", account.undeclared));
    }
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
        Ok(Judged { name, report, evidence })
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
    let (mut wrong, mut judged) = (Vec::new(), Vec::new());
    while !names.is_empty() || !running.is_empty() {
        while running.len() < AT_ONCE
            && let Some(name) = names.pop()
        {
            running.spawn(judge(name));
        }
        match running.join_next().await {
            Some(done) => match done.unwrap() {
                Ok(done) => judged.push(done),
                Err(told) => wrong.push(told),
            },
            None => break,
        }
    }
    // Only now: the labs that ran beside would have had to wait for it.
    let kept = tokio::task::spawn_blocking(move || judged.iter().map(Judged::is_kept_well).collect::<Vec<_>>());
    wrong.extend(kept.await.unwrap().into_iter().filter_map(Result::err));
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
