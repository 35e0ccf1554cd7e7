//! What files say, weighed against what was seen.
//!
//! A judgement over files alone fails no pipeline that runs. Where something was lost, a line of a file that explains it
//! stands with it, or is its cause; every other line is a note. Where nothing of the project answers, reading is all
//! there is, and what is visible is the answer.

use crate::causes;
use crate::checks::{CHECKS, EvidenceView, compose, installation};
use telemetry::model::catalogue::ReasonSource;
use telemetry::model::evidence::DoctorRequest;
use telemetry::model::{CheckOutcome, Confidence, EvidenceLine, Finding, Slot};
use telemetry::parse::glob;

use super::CheckSelection;
use super::check_run::CheckResult;

/// True for a judgement over files.
pub fn is_static_check(check: &str) -> bool {
    check.contains(compose::COMPOSE_ID_PART)
}

/// Only judgements over files were asked for: no server has to be asked.
pub fn is_files_only(request: &DoctorRequest) -> bool {
    let selection = CheckSelection::from_request(request);
    CHECKS
        .iter()
        .filter(|check| selection.includes(check.id))
        .all(|check| is_static_check(check.id))
}

/// True where files were given and nothing of what they describe answers, or nobody asked.
pub fn is_static_only(view: &EvidenceView<'_>) -> bool {
    if view.compose().get().is_none() {
        return false;
    }
    let answers = |asked: bool, unreachable: bool| asked && !unreachable;
    let tempo = answers(
        view.ready().was_asked() || view.echo().was_asked(),
        installation::is_tempo_unreachable(view),
    );
    let receiver = view.push().get().is_some();
    let prometheus = view.prometheus_ready().get().is_some() || view.query_probe().get().is_some();
    let grafana = view.grafana().health.get().is_some();
    !tempo && !receiver && !prometheus && !grafana && !has_explicit_target(view)
}

/// A person gave an address themselves: that it does not answer is a failure of its own.
fn has_explicit_target(view: &EvidenceView<'_>) -> bool {
    let targets = view.targets();
    [&targets.tempo, &targets.otlp, &targets.prometheus, &targets.grafana]
        .iter()
        .any(|target| !["", "default"].contains(&target.origin.as_str()) && !target.origin.starts_with("published in "))
}

/// Weighs what files say.
pub fn merge_static_findings(judged: &mut [CheckResult], view: &EvidenceView<'_>) {
    if view.compose().get().is_none() {
        return;
    }
    if is_static_only(view) {
        mute_live_failures(judged);
        return;
    }
    for index in 0..judged.len() {
        let Some(read) = judged[index]
            .failure()
            .filter(|_| is_static_check(judged[index].check.id))
            .cloned()
        else {
            continue;
        };
        let all = || 0..judged.len();
        let explained = all()
            .find(|other| has_live_cause(&judged[*other], read.cause))
            .or_else(|| all().find(|other| is_explained_by_file(&read, &judged[*other])));
        match explained {
            Some(other) => merge_finding(judged, index, other, &read),
            None => judged[index].outcome = CheckOutcome::Warn(read),
        }
    }
}

/// That nothing answers follows from nothing running, which is no fault of the files.
fn mute_live_failures(judged: &mut [CheckResult]) {
    for one in judged.iter_mut().filter(|one| !is_static_check(one.check.id)) {
        if let CheckOutcome::Fail(_) = one.outcome {
            one.outcome = CheckOutcome::no_evidence("no service of the project runs here");
        }
    }
}

/// The same was seen where it runs.
fn has_live_cause(seen: &CheckResult, cause: &str) -> bool {
    !is_static_check(seen.check.id) && seen.failure().is_some_and(|finding| finding.cause == cause)
}

fn is_explained_by_file(read: &Finding, seen: &CheckResult) -> bool {
    let Some(finding) = seen.failure().filter(|_| !is_static_check(seen.check.id)) else {
        return false;
    };
    let open = finding.confidence < Confidence::Certain
        || causes::find_hints(finding.cause)
            .reason_in
            .contains(&ReasonSource::File);
    let patterns = causes::find_cause(read.cause)
        .map(|cause| cause.explains)
        .unwrap_or_default();
    open && patterns
        .iter()
        .any(|pattern| glob::matches_glob(pattern, seen.check.id))
}

/// Puts what a file says to what was seen.
fn merge_finding(judged: &mut [CheckResult], index: usize, other: usize, read: &Finding) {
    let CheckOutcome::Fail(seen) = &mut judged[other].outcome else {
        return;
    };
    if seen.cause == read.cause {
        let new: Vec<EvidenceLine> = read
            .evidence
            .iter()
            .filter(|line| !seen.evidence.contains(line))
            .cloned()
            .collect();
        seen.evidence.extend(new);
        seen.confidence = Confidence::Certain;
        if read.remedy.is_some() {
            seen.remedy = read.remedy.clone();
        }
        // It is said there; here it only follows.
        if let CheckOutcome::Fail(own) = &mut judged[index].outcome {
            own.confidence = Confidence::Likely;
        }
        return;
    }
    let (level, lines) = (seen.level, seen.evidence.clone());
    if let CheckOutcome::Fail(own) = &mut judged[index].outcome {
        own.level = own.level.max(level);
        own.confidence = Confidence::Certain;
        own.evidence.extend(lines.into_iter().take(2));
    }
}

/// The file of a project of which no service starts.
pub fn find_idle_project<'a>(view: &EvidenceView<'a>) -> Option<&'a str> {
    let project = view.compose().get()?;
    (project.services.is_empty() && !project.behind_profiles.is_empty()).then(|| compose::find_file_name(project))
}

/// What reading comes to where nothing runs: one sentence.
pub fn summarize_files(view: &EvidenceView<'_>) -> Option<String> {
    let Slot::Known { value: project, .. } = view.compose() else {
        return None;
    };
    let all = project.services.iter().flat_map(|service| &service.configs);
    let configs = all.filter(|config| !config.is_defaults()).count();
    let count = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    let manifests = project.files.len() > 1 && project.services.iter().any(|service| service.cluster.is_some());
    let named = match manifests {
        true => count(project.files.len(), "file", "files"),
        false => compose::find_file_name(project).to_owned(),
    };
    Some(format!(
        "no fault found in {named} ({}, {} read)",
        count(project.services.len(), "service", "services"),
        count(configs, "configuration file", "configuration files")
    ))
}
