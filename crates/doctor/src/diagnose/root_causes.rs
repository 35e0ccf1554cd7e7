//! Which failures are causes, and which follow from one.
//!
//! A failing check explained by another failing check is a symptom. Of the rest, the most upstream broken hop on each
//! branch is the break; what fails further down on the same branch follows from it. Something degraded stands beside a
//! break unless a cause explains it.

use std::cmp::Reverse;

use crate::causes;
use telemetry::model::catalogue::CauseHints;
use telemetry::model::{Branch, Cause, Confidence, Evidence, Finding, FindingLevel, Hop};
use telemetry::parse::authority::is_same_place;
use telemetry::parse::glob;

use super::check_run::CheckResult;
use super::static_findings;

/// One failure.
#[derive(Debug)]
pub struct FailedCheck<'a> {
    /// Check id.
    pub check: &'static str,
    /// The finding.
    pub finding: &'a Finding,
    /// The hop it is charged to.
    pub hop: Hop,
    /// The check whose cause explains it; `None` for a cause.
    pub explained_by: Option<&'static str>,
    /// The check's own hop.
    check_hop: Hop,
    /// The checks that its cause explains.
    explains: Vec<String>,
    /// What the catalogue says of weighing its cause.
    pub hints: CauseHints,
    /// It was about a server that was to be asked, before a log said more.
    about_target: bool,
}

impl FailedCheck<'_> {
    /// The catalogue says that its cause brings about the failure of that check.
    pub fn explains_check(&self, check: &str) -> bool {
        self.explains.iter().any(|pattern| glob::matches_glob(pattern, check))
    }

    /// Sort key: broken before degraded, upstream first, surest first; then by check, so that the order of the registry
    /// decides nothing.
    fn rank(&self) -> (Reverse<FindingLevel>, Hop, Reverse<Confidence>, Hop, &'static str) {
        (
            Reverse(self.finding.level),
            self.hop,
            Reverse(self.finding.confidence),
            self.check_hop,
            self.check,
        )
    }
}

/// Which way the questions of a run took: what fails beside it follows from nothing on it.
#[derive(Debug, Clone, Copy)]
struct ProbeRoute {
    /// Tempo and Prometheus are read through Grafana.
    via_grafana: bool,
    /// What stands behind the collector was judged by a marker that did not pass it.
    past_collector: bool,
}

impl ProbeRoute {
    fn from_evidence(evidence: &Evidence) -> Self {
        ProbeRoute {
            via_grafana: evidence.request.via_grafana,
            past_collector: evidence.collector.lost.is_some(),
        }
    }

    /// False where the failing question did not pass the place that the cause broke.
    fn passes(self, cause: &FailedCheck<'_>, failing: &FailedCheck<'_>) -> bool {
        let hop = failing.check_hop;
        match cause.hop {
            Hop::Grafana | Hop::Dashboard => self.via_grafana || matches!(hop, Hop::Grafana | Hop::Dashboard),
            // What a receiver refuses comes from everybody, the collector among them.
            Hop::Collector => {
                !self.past_collector
                    || matches!(hop, Hop::App | Hop::Collector | Hop::Dashboard)
                    || failing.check == "receiver.refused"
            }
            _ => true,
        }
    }
}

/// Every failure, causes first in the order in which a report names them.
pub fn attribute_failures<'a>(evidence: &Evidence, judged: &'a [CheckResult]) -> Vec<FailedCheck<'a>> {
    let route = ProbeRoute::from_evidence(evidence);
    let mut failing: Vec<FailedCheck<'_>> = judged
        .iter()
        .filter_map(|judged| {
            let finding = judged.failure()?;
            let named = [finding.instead_of, Some(finding.cause)];
            let known: Vec<Cause> = named.into_iter().flatten().filter_map(causes::find_cause).collect();
            Some(FailedCheck {
                about_target: known.first().is_some_and(|cause| cause.hints.target.is_some()),
                hints: known.last().map(|cause| cause.hints.clone()).unwrap_or_default(),
                explains: known.into_iter().flat_map(|cause| cause.explains).collect(),
                check: judged.check.id,
                finding,
                hop: finding.hop.unwrap_or(judged.check.hop()),
                explained_by: None,
                check_hop: judged.check.hop(),
            })
        })
        .collect();
    failing.sort_by_key(FailedCheck::rank);
    explain_by_catalogue(&mut failing, route);
    explain_guesses(&mut failing);
    explain_by_position(&mut failing, route);
    failing.sort_by_key(|failing| (failing.explained_by.is_some(), failing.rank()));
    failing
}

/// A cause declares the checks it explains.
fn explain_by_catalogue(failing: &mut [FailedCheck<'_>], route: ProbeRoute) {
    let explains = |one: usize, other: usize, failing: &[FailedCheck<'_>]| {
        one != other
            && !is_both_static(&failing[one], &failing[other])
            && has_precedence(failing[one].finding, failing[other].finding)
            && failing[one].finding.cause != failing[other].finding.cause
            && failing[one].finding.confidence >= failing[other].finding.confidence.min(Confidence::Likely)
            && route.passes(&failing[one], &failing[other])
            && has_effect_on(&failing[one], &failing[other])
            && failing[one].explains_check(failing[other].check)
    };
    for other in 0..failing.len() {
        let found = (0..failing.len())
            .find(|one| explains(*one, other, failing) && (!explains(other, *one, failing) || *one < other));
        failing[other].explained_by = found.map(|one| failing[one].check);
    }
    // A chain of explanations ends at its root.
    for index in 0..failing.len() {
        let mut root = failing[index].explained_by;
        for _ in 0..failing.len() {
            let next = root
                .and_then(|id| failing.iter().find(|one| one.check == id))
                .and_then(|one| one.explained_by);
            if next.is_none() || next == Some(failing[index].check) {
                break;
            }
            root = next;
        }
        failing[index].explained_by = root;
    }
    // Where everything explains everything else, the first is the cause.
    if !failing.is_empty() && failing.iter().all(|failing| failing.explained_by.is_some()) {
        failing[0].explained_by = None;
    }
}

/// What is only degraded explains no break, unless the break is a guess: a marker that was kept out alone is not seen
/// further down either.
fn has_precedence(cause: &Finding, symptom: &Finding) -> bool {
    cause.level >= symptom.level
        || symptom.confidence == Confidence::Possible && cause.confidence > Confidence::Possible
}

/// A guess gives way to anything surer that breaks the same branch, wherever it stands on it.
fn explain_guesses(failing: &mut [FailedCheck<'_>]) {
    for index in 0..failing.len() {
        let guess = &failing[index];
        if guess.explained_by.is_some() || guess.finding.confidence > Confidence::Possible {
            continue;
        }
        let branch = guess.hop.branch();
        let surer = failing.iter().find(|other| {
            other.explained_by.is_none()
                && other.finding.level == FindingLevel::Broken
                && other.finding.confidence > Confidence::Possible
                && (other.hop.branch() == branch || other.hop.branch() == Branch::Trunk)
        });
        failing[index].explained_by = surer.map(|other| other.check);
    }
}

/// The catalogue has one entry for every target that does not answer; what it explains depends on which target it is.
fn has_effect_on(cause: &FailedCheck<'_>, other: &FailedCheck<'_>) -> bool {
    if !cause.about_target {
        return true;
    }
    // These are judged only where the server itself answers, or is reached through Grafana alone.
    if ["grafana.read", "grafana.prometheus"].contains(&other.check) {
        return false;
    }
    if cause.hop == Hop::Grafana {
        return matches!(other.check_hop, Hop::Grafana | Hop::Dashboard);
    }
    if cause.hop != Hop::Prometheus {
        return !["prometheus.reachable", "grafana.reachable"].contains(&other.check);
    }
    if other.check_hop == Hop::Dashboard {
        return true;
    }
    // Failed sends follow from it only where they go to its host and port.
    other.check.starts_with("prometheus.")
        || other.check.starts_with("remote-write.") && is_same_destination(cause, other)
}

fn is_same_destination(cause: &FailedCheck<'_>, other: &FailedCheck<'_>) -> bool {
    other.finding.evidence.iter().any(|line| {
        line.name == "remote_write.url"
            && (cause.finding.evidence.iter()).any(|here| is_same_place(&line.value, &here.name))
    })
}

/// What fails behind a break on the same branch follows from it.
fn explain_by_position(failing: &mut [FailedCheck<'_>], route: ProbeRoute) {
    for index in 0..failing.len() {
        if failing[index].explained_by.is_some() {
            continue;
        }
        let found = (0..index)
            .filter(|before| failing[*before].explained_by.is_none())
            .find(|before| {
                let (first, second) = (&failing[*before], &failing[index]);
                // One cause that several checks name is one.
                let same = first.finding.cause == second.finding.cause && !is_both_static(first, second);
                same || route.passes(first, second) && is_consequence(first, second)
            });
        failing[index].explained_by = found.map(|before| failing[before].check);
    }
}

/// What is written in one line of a file never follows from what is written in another: each has to be changed.
fn is_both_static(one: &FailedCheck<'_>, other: &FailedCheck<'_>) -> bool {
    static_findings::is_static_check(one.check) && static_findings::is_static_check(other.check)
}

fn is_consequence(first: &FailedCheck<'_>, second: &FailedCheck<'_>) -> bool {
    if is_both_static(first, second) {
        return false;
    }
    // That another given address does not answer never follows from a break elsewhere.
    if first.hop != second.hop && second.hints.target.is_some() {
        return false;
    }
    // Panels are empty behind any break.
    if first.finding.level == FindingLevel::Broken
        && second.check_hop == Hop::Dashboard
        && first.check_hop != Hop::Dashboard
    {
        return true;
    }
    if first.finding.level != FindingLevel::Broken || second.finding.level != FindingLevel::Broken {
        // A guess is no finding of its own beside something surer on the same branch.
        return second.finding.confidence == Confidence::Possible && first.hop.branch() == second.hop.branch();
    }
    match (first.hop.branch(), second.hop.branch()) {
        (Branch::Trunk, _) => first.hop <= second.hop,
        (one, other) => one == other && first.hop <= second.hop,
    }
}
