//! Evidence in a file: written by `--save`, judged again by `--input`.

use std::path::Path;

use crate::Exit;
use crate::command_error::CommandError;
use crate::render::Sink;
use doctor::diagnose::diagnose_evidence;
use stack::config::{Disk, MOST_DOCUMENT, explain_io_error};
use telemetry::model::evidence::{DoctorRequest, EVIDENCE_VERSION, Evidence};
use telemetry::parse::kept::keep_evidence;

use super::{DoctorArgs, choose_exit, print_report};

/// Judges saved evidence; the checks asked for now count, the rest is as it was.
pub(super) fn replay_evidence(
    path: &Path,
    request: &DoctorRequest,
    args: &DoctorArgs,
    sink: &mut Sink,
) -> Result<Exit, CommandError> {
    let mut evidence = load_evidence(path)
        .map_err(|problem| CommandError::usage(problem).advising("tempoctl doctor --save evidence.json"))?;
    evidence.request.only.clone_from(&request.only);
    evidence.request.skip.clone_from(&request.skip);
    let report = diagnose_evidence(&evidence);
    print_report(&report, args, false, sink)?;
    Ok(choose_exit(&report, args.fail_on))
}

fn load_evidence(path: &Path) -> Result<Evidence, String> {
    let shown = path.display();
    let text = Disk
        .text_or_stdin(path, MOST_DOCUMENT)
        .map_err(|problem| format!("--input: cannot read {shown}: {problem}"))?;
    let tree: serde_json::Value = serde_json::from_str(&text).map_err(|problem| {
        if problem.is_eof() {
            format!("--input: {shown} is truncated at line {}", problem.line())
        } else {
            format!("--input: {shown} is not JSON: {problem}")
        }
    })?;
    match tree["evidence_version"].as_u64() {
        Some(version) if version == u64::from(EVIDENCE_VERSION) => {}
        Some(version) => {
            return Err(format!(
                "--input: {shown} has evidence version {version}; this tempoctl reads version {EVIDENCE_VERSION}"
            ));
        }
        None if tree["schema_version"].is_u64() => {
            return Err(format!(
                "--input: {shown} is a report, not evidence: --save writes evidence"
            ));
        }
        None => {
            return Err(format!(
                "--input: {shown} is not saved evidence: it has no evidence_version"
            ));
        }
    }
    // Whoever saved it may have kept more.
    serde_json::from_value(tree)
        .and_then(keep_evidence)
        .map_err(|problem| format!("--input: {shown} is not complete evidence: {problem}"))
}

/// Writes the evidence, and says so.
pub(super) fn save_evidence(path: &Path, evidence: &Evidence, sink: &mut Sink) -> Result<(), CommandError> {
    serde_json::to_string_pretty(evidence)
        .map_err(|problem| problem.to_string())
        .and_then(|text| {
            Disk.save(path, &sink.masked(&(text + "\n")))
                .map_err(|problem| explain_io_error(&problem))
        })
        .map_err(|problem| CommandError::general(format!("--save: cannot write {}: {problem}", path.display())))?;
    let text = crate::render::doctor::describe_saved_evidence(path, evidence, sink.style_err());
    sink.err(&text);
    Ok(())
}
