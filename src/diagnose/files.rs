//! What files say, weighed against what was seen.
//!
//! A judgement over files alone fails no pipeline that runs. Where something was lost, a line of a file that explains it
//! stands with it, or is its cause; every other line is a note. Where nothing of the project answers, reading is all
//! there is, and what is visible is the answer.

use crate::causes;
use crate::checks::{View, compose, facts};
use crate::model::{Confidence, EvidenceLine, Finding, Outcome, Slot};
use crate::parse::glob;

use super::judged::Judged;

/// Causes that only say that something does not get there: a line of a file may say why.
const UNEXPLAINED: [&str; 9] = [
    "target-unreachable",
    "net-unreachable",
    "rw-unreachable",
    "scrape-target-down",
    "collector-retrying",
    "collector-send-failed",
    "ds-wrong-port",
    "docker-port-not-published",
    "rw-wrong-url",
];

/// True for a judgement over files.
pub fn is_reading(check: &str) -> bool {
    check.contains(compose::MARK)
}

/// True where files were given and nothing of what they describe answers, or nobody asked.
pub fn is_all_there_is(view: &View<'_>) -> bool {
    if view.compose().get().is_none() {
        return false;
    }
    let answers = |asked: bool, unreachable: bool| asked && !unreachable;
    let tempo = answers(
        view.ready().was_asked() || view.echo().was_asked(),
        facts::tempo_unreachable(view),
    );
    let receiver = view.push().get().is_some();
    let prometheus = view.prometheus_ready().get().is_some() || view.query_probe().get().is_some();
    let grafana = view.grafana().health.get().is_some();
    !tempo && !receiver && !prometheus && !grafana && !is_given(view)
}

/// A person gave an address themselves: that it does not answer is a failure of its own.
fn is_given(view: &View<'_>) -> bool {
    let targets = view.targets();
    [&targets.tempo, &targets.otlp, &targets.prometheus, &targets.grafana]
        .iter()
        .any(|target| target.origin != "default" && !target.origin.starts_with("published in "))
}

/// Weighs what files say.
pub fn weigh(judged: &mut [Judged], view: &View<'_>) {
    if view.compose().get().is_none() {
        return;
    }
    if is_all_there_is(view) {
        silence(judged);
        return;
    }
    for index in 0..judged.len() {
        let Some(read) = judged[index]
            .failure()
            .filter(|_| is_reading(judged[index].check.id))
            .cloned()
        else {
            continue;
        };
        let all = || 0..judged.len();
        let explained = all()
            .find(|other| names(&judged[*other], read.cause))
            .or_else(|| all().find(|other| explains(&read, &judged[*other])));
        match explained {
            Some(other) => join(judged, index, other, &read),
            None => judged[index].outcome = Outcome::Warn(read),
        }
    }
}

/// That nothing answers follows from nothing running, which is no fault of the files.
fn silence(judged: &mut [Judged]) {
    for one in judged.iter_mut().filter(|one| !is_reading(one.check.id)) {
        if let Outcome::Fail(_) = one.outcome {
            one.outcome = Outcome::no_evidence("no service of the project runs here");
        }
    }
}

/// The same was seen where it runs.
fn names(seen: &Judged, cause: &str) -> bool {
    !is_reading(seen.check.id) && seen.failure().is_some_and(|finding| finding.cause == cause)
}

fn explains(read: &Finding, seen: &Judged) -> bool {
    let Some(finding) = seen.failure().filter(|_| !is_reading(seen.check.id)) else {
        return false;
    };
    let open = finding.confidence < Confidence::Certain || UNEXPLAINED.contains(&finding.cause);
    let patterns = causes::lookup(read.cause)
        .map(|cause| cause.explains)
        .unwrap_or_default();
    open && patterns.iter().any(|pattern| glob::matches(pattern, seen.check.id))
}

/// Puts what a file says to what was seen.
fn join(judged: &mut [Judged], index: usize, other: usize, read: &Finding) {
    let Outcome::Fail(seen) = &mut judged[other].outcome else {
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
        if let Outcome::Fail(own) = &mut judged[index].outcome {
            own.confidence = Confidence::Likely;
        }
        return;
    }
    let (level, lines) = (seen.level, seen.evidence.clone());
    if let Outcome::Fail(own) = &mut judged[index].outcome {
        own.level = own.level.max(level);
        own.confidence = Confidence::Certain;
        own.evidence.extend(lines.into_iter().take(2));
    }
}

/// What reading comes to where nothing runs: one sentence.
pub fn summary(view: &View<'_>) -> Option<String> {
    let Slot::Known { value: project, .. } = view.compose() else {
        return None;
    };
    let configs: usize = project.services.iter().map(|service| service.configs.len()).sum();
    let count = |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    Some(format!(
        "no fault found in {} ({}, {} read)",
        compose::file_name(project),
        count(project.services.len(), "service", "services"),
        count(configs, "configuration file", "configuration files")
    ))
}
