//! Evidence of real stacks with one fault each, judged again: the same verdict. `doctor --save` wrote it, or it was made of
//! what the servers answered.
//!
//! The `.toml` files in `tests/evidence` name each file, the versions, what was wrong and what must be said of it.

use std::io::Read;

use serde::Deserialize;
use tempoctl::diagnose::diagnose_evidence;
use tempoctl::model::Evidence;
use tempoctl::model::report::ReportCause;
use tempoctl::parse::kept::keep_evidence;

use crate::generated::root;
use crate::kept::{hidden_decides_nothing, no_canary_is_kept};

/// One recorded run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `tests/evidence/NAME.json.gz`
    pub name: String,
    /// The Tempo that was examined.
    pub tempo: String,
    /// What was bent.
    pub fault: String,
    status: String,
    #[serde(default)]
    hop: String,
    /// The first cause; empty where nothing may be found.
    #[serde(default)]
    pub cause: String,
    /// The causes after it; where they are not listed, any may follow.
    pub also: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

/// Every case, of every list in the folder.
pub fn list_cases() -> Vec<Case> {
    let mut lists: Vec<_> = std::fs::read_dir(root().join("tests/evidence"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    lists.sort();
    lists
        .into_iter()
        .flat_map(|list| {
            let text = std::fs::read_to_string(&list).unwrap();
            toml::from_str::<Cases>(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", list.display()))
                .case
        })
        .collect()
}

/// What was saved.
pub fn read_evidence(name: &str) -> Evidence {
    let path = root().join(format!("tests/evidence/{name}.json.gz"));
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let saved = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // As `--input` reads it: older versions saved more of configuration than is judged.
    keep_evidence(saved).unwrap()
}

/// The evidence of `recorded.toml`, with its name: all the kinds of faults, few enough to bend each in many ways.
pub fn read_recorded() -> Vec<(String, Evidence)> {
    list_cases()
        .into_iter()
        .filter(|case| case.name.starts_with("recorded-"))
        .map(|case| {
            let evidence = read_evidence(&case.name);
            (case.name, evidence)
        })
        .collect()
}

#[test]
fn every_saved_run_gets_its_verdict_again() {
    let mut wrong = Vec::new();
    for case in list_cases() {
        let verdict = diagnose_evidence(&read_evidence(&case.name)).verdict;
        let causes: Vec<&str> = verdict.causes.iter().map(|cause| cause.id.as_str()).collect();
        let cause = causes.first().copied().unwrap_or_default();
        let hop = verdict.causes.first().map_or("", |cause| cause.hop.name());
        let status = format!("{:?}", verdict.status).to_lowercase();
        let backed = |cause: &ReportCause| !cause.evidence.is_empty() && !cause.remedy.text.is_empty();
        let others = case
            .also
            .as_ref()
            .is_none_or(|also| also.iter().eq(causes.iter().skip(1)));
        if (status.as_str(), hop, cause) != (case.status.as_str(), case.hop.as_str(), case.cause.as_str())
            || !others
            || !verdict.causes.iter().all(backed)
        {
            wrong.push(format!(
                "{} (Tempo {}, {}): {status} {hop} {causes:?}, expected {} {} {} {:?}",
                case.name, case.tempo, case.fault, case.status, case.hop, case.cause, case.also
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_no_check_reads_of_saved_runs_is_not_kept() {
    let wrong: Vec<String> = list_cases()
        .iter()
        .flat_map(|case| {
            let evidence = read_evidence(&case.name);
            [
                hidden_decides_nothing(&case.name, &evidence),
                no_canary_is_kept(&case.name, &evidence),
            ]
        })
        .filter_map(Result::err)
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_saved_run_is_a_case_and_holds_no_path_of_the_machine_it_was_made_on() {
    let cases = list_cases();
    let mut files: Vec<String> = std::fs::read_dir(root().join("tests/evidence"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".json.gz").map(str::to_owned))
        .collect();
    files.sort();
    let mut named: Vec<String> = cases.iter().map(|case| case.name.clone()).collect();
    named.sort();
    assert_eq!(files, named);
    for case in &cases {
        let text = serde_json::to_string(&read_evidence(&case.name)).unwrap();
        assert!(!text.contains("/tmp/"), "{}", case.name);
    }
}
