//! Evidence of real stacks with one fault each, judged again: the same verdict. `doctor --save` wrote it, or it was made of
//! what the servers answered.
//!
//! The `.toml` files in `tests/evidence` name each file, the versions, what was wrong and what must be said of it.

use std::io::Read;
use std::path::{Path, PathBuf};

use doctor::diagnose::diagnose_evidence;
use libtest_mimic::{Failed, Trial};
use serde::Deserialize;
use telemetry::model::Evidence;
use telemetry::model::report::ReportCause;
use telemetry::parse::kept::keep_evidence;

use crate::accuracy::{self, CaseKind, JudgedCase};
use crate::kept::{hidden_decides_nothing, no_canary_is_kept};

/// One recorded run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceCase {
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
struct EvidenceCases {
    case: Vec<EvidenceCase>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/evidence")
}

/// Every case, of every list in the folder.
pub fn list_evidence_cases() -> Vec<EvidenceCase> {
    let mut lists: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    lists.sort();
    lists
        .into_iter()
        .flat_map(|list| {
            let text = std::fs::read_to_string(&list).unwrap();
            toml::from_str::<EvidenceCases>(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", list.display()))
                .case
        })
        .collect()
}

/// What was saved.
pub fn read_evidence(name: &str) -> Evidence {
    let path = folder().join(format!("{name}.json.gz"));
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let saved = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // As `--input` reads it: older versions saved more of configuration than is judged.
    keep_evidence(saved).unwrap()
}

/// The evidence of `recorded.toml`, with its name: all the kinds of faults, few enough to bend each in many ways.
pub fn read_recorded() -> Vec<(String, Evidence)> {
    list_evidence_cases()
        .into_iter()
        .filter(|case| case.name.starts_with("recorded-"))
        .map(|case| {
            let evidence = read_evidence(&case.name);
            (case.name, evidence)
        })
        .collect()
}

/// Every case, and that every file is one.
pub fn list_trials() -> impl Iterator<Item = Trial> {
    let every_file = Trial::test("evidence::every_file_is_a_case", every_file_is_a_case);
    list_evidence_cases()
        .into_iter()
        .map(|case| Trial::test(format!("evidence::{}", case.name), move || judge(&case)))
        .chain([every_file])
}

fn judge(case: &EvidenceCase) -> Result<(), Failed> {
    let evidence = read_evidence(&case.name);
    let text = serde_json::to_string(&evidence).unwrap();
    if text.contains("/tmp/") {
        return Err("it holds a path of the machine it was made on".into());
    }
    hidden_decides_nothing(&case.name, &evidence)?;
    no_canary_is_kept(&case.name, &evidence)?;
    let verdict = diagnose_evidence(&evidence).verdict;
    let causes: Vec<&str> = verdict.causes.iter().map(|cause| cause.id.as_str()).collect();
    let cause = causes.first().copied().unwrap_or_default();
    let hop = verdict.causes.first().map_or("", |cause| cause.hop.name());
    let status = format!("{:?}", verdict.status).to_lowercase();
    let backed = |cause: &ReportCause| !cause.evidence.is_empty() && !cause.remedy.text.is_empty();
    let is_sound = case.cause.is_empty();
    accuracy::record(JudgedCase {
        kind: CaseKind::Evidence,
        name: case.name.clone(),
        is_sound,
        status: status == case.status,
        hop: hop == case.hop,
        cause: cause == case.cause,
        found: causes.iter().map(|cause| (*cause).to_owned()).collect(),
    });
    let others = case
        .also
        .as_ref()
        .is_none_or(|also| also.iter().eq(causes.iter().skip(1)));
    if (status.as_str(), hop, cause) == (case.status.as_str(), case.hop.as_str(), case.cause.as_str())
        && others
        && verdict.causes.iter().all(backed)
    {
        return Ok(());
    }
    let EvidenceCase { tempo, fault, also, .. } = case;
    Err(format!(
        "Tempo {tempo}, {fault}: {status} {hop} {causes:?}, expected {} {} {} {also:?}",
        case.status, case.hop, case.cause
    )
    .into())
}

fn every_file_is_a_case() -> Result<(), Failed> {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".json.gz").map(str::to_owned))
        .collect();
    files.sort();
    let mut named: Vec<String> = list_evidence_cases().into_iter().map(|case| case.name).collect();
    named.sort();
    if files != named {
        return Err(format!("the files {files:?} are not the cases {named:?}").into());
    }
    Ok(())
}
