//! Every scenario of the lab, judged by the program itself: the expected verdict, its hop, its cause, its exit code.

use std::sync::Mutex;

use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use telemetry::model::Evidence;
use tempoctl::lab::{LabOptions, LabScenario};

use crate::accuracy::{self, CaseKind, JudgedCase};
use crate::block_on;
use crate::fact_account::FactAccount;
use crate::kept::{hidden_decides_nothing, no_canary_is_kept};
use crate::lab_kit::start;
use crate::product::{run, run_beside};
use crate::recording::Recording;

/// What the scenarios left that were judged rightly.
static JUDGED: Mutex<Vec<Judged>> = Mutex::new(Vec::new());

/// What a run of a scenario left: its report and what it saved.
struct Judged {
    name: &'static str,
    report: Value,
    evidence: String,
}

impl Judged {
    /// What was saved is judged as it was live, and holds nothing that no check reads.
    fn is_kept_well(&self) -> Result<(), Failed> {
        let name = self.name;
        let folder = tempfile::tempdir().unwrap();
        let saved = folder.path().join("evidence.json");
        std::fs::write(&saved, &self.evidence).unwrap();
        let replayed = run(&["doctor", "-o", "json", "--input", saved.to_str().unwrap()]).json();
        if replayed != self.report {
            let live = &self.report;
            return Err(format!("judged again it is another report\n{replayed}\n{live}").into());
        }
        let evidence: Evidence = serde_json::from_str(&self.evidence).unwrap();
        hidden_decides_nothing(name, &evidence)?;
        Ok(no_canary_is_kept(name, &evidence)?)
    }
}

pub fn list_trials() -> impl Iterator<Item = Trial> {
    LabScenario::names().map(|name| Trial::test(format!("scenario::{name}"), move || block_on(judge(name))))
}

/// A trial for each scenario that has run, for when no lab is left that would have had to wait for it.
pub fn list_trials_of_what_was_saved() -> impl Iterator<Item = Trial> {
    let judged = std::mem::take(&mut *JUDGED.lock().unwrap());
    judged
        .into_iter()
        .map(|judged| Trial::test(format!("saved::{}", judged.name), move || judged.is_kept_well()))
}

async fn judge(name: &'static str) -> Result<(), Failed> {
    let scenario = LabScenario::find(name).unwrap();
    // The other form is a place in a real program's source: it has a space.
    if !scenario.backed_by.contains(' ') {
        Recording::read(&scenario.backed_by);
    }
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
    let evidence = std::fs::read_to_string(&saved).unwrap();
    let mut account = FactAccount::default();
    account.add(&serde_json::from_str(&evidence).unwrap());
    if !account.undeclared.is_empty() {
        return Err(format!("{:?}", account.undeclared).into());
    }
    let verdict = &report["verdict"];
    let causes = verdict["causes"].as_array().unwrap();
    let ids: Vec<&str> = causes.iter().filter_map(|cause| cause["id"].as_str()).collect();
    let first = causes.first().unwrap_or(&Value::Null);
    let told = format!(
        "{} {ids:?} exit {}, expected {expected:?}\n{}",
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
    accuracy::record(JudgedCase {
        kind: CaseKind::Scenario,
        name: name.to_owned(),
        is_sound: expected.cause.is_empty(),
        status,
        hop,
        cause: cause && !extra,
        found: ids.iter().map(|id| (*id).to_owned()).collect(),
    });
    if status && exit && cause && hop && !extra {
        JUDGED.lock().unwrap().push(Judged { name, report, evidence });
        Ok(())
    } else {
        Err(told.into())
    }
}
