//! Evidence that `doctor --save` wrote on real stacks with one fault each, judged again: the same verdict.
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
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

/// Every recorded run, of every list in the folder.
pub fn cases() -> Vec<Case> {
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
pub fn evidence(case: &Case) -> Evidence {
    let path = root().join(format!("tests/evidence/{}.json.gz", case.name));
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let saved = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // As `--input` reads it: older versions saved more of configuration than is judged.
    keep_evidence(saved).unwrap()
}

#[test]
fn every_saved_run_gets_its_verdict_again() {
    let mut wrong = Vec::new();
    for case in cases() {
        let verdict = diagnose_evidence(&evidence(&case)).verdict;
        let first = verdict.causes.first();
        let cause = first.map_or("", |cause| cause.id.as_str());
        let hop = first.map_or("", |cause| cause.hop.name());
        let status = format!("{:?}", verdict.status).to_lowercase();
        let backed = |cause: &ReportCause| !cause.evidence.is_empty() && !cause.remedy.text.is_empty();
        if (status.as_str(), hop, cause) != (case.status.as_str(), case.hop.as_str(), case.cause.as_str())
            || !verdict.causes.iter().all(backed)
        {
            wrong.push(format!(
                "{} (Tempo {}, {}): {status} {hop} {cause}, expected {} {} {}",
                case.name, case.tempo, case.fault, case.status, case.hop, case.cause
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_no_check_reads_of_saved_runs_is_not_kept() {
    let wrong: Vec<String> = cases()
        .iter()
        .flat_map(|case| {
            let evidence = evidence(case);
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
    let cases = cases();
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
        let text = serde_json::to_string(&evidence(case)).unwrap();
        assert!(!text.contains("/tmp/"), "{}", case.name);
    }
}
