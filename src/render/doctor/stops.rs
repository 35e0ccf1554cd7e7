//! What the drawing says at each hop, read off the report.

use crate::model::report::{CheckStatus, HopState, MarkerHop, Report, ReportCheck, SkipKind};
use crate::model::{Branch, Hop, Level};
use crate::render::pipeline::{Mark, Stop};
use crate::render::time;

/// The hops that this installation has, with what became of the marker there.
pub(super) fn stops(report: &Report) -> Vec<Stop> {
    let hops = match &report.marker {
        Some(marker) => marker.hops.clone(),
        None => without_marker(report),
    };
    let mut stops: Vec<Stop> = hops
        .iter()
        .filter(|hop| hop.state != HopState::NotConfigured)
        .map(|hop| stop(report, hop))
        .collect();
    stops.sort_by_key(|stop| stop.hop);
    break_edges(report, &mut stops);
    stops
}

/// The hops that are drawn as not looked at, and why they were not.
pub(super) fn unseen(report: &Report) -> Vec<(Hop, String)> {
    let why = |hop: Hop| {
        let mut of_hop = report.checks.iter().filter(|check| check.hop == hop).peekable();
        if root_on_the_way(report, hop).is_some_and(|root| root < hop) {
            "downstream of the break".to_owned()
        } else if of_hop.peek().is_none() {
            "none of its checks was selected".to_owned()
        } else {
            // What is read in files says nothing of a hop that runs.
            let seen = of_hop.filter(|check| !check.id.contains(".compose-"));
            seen.filter(|check| hop != Hop::App || check.id == "app.sending")
                .filter(|check| check.skip.is_some())
                .min_by_key(|check| check.skip_kind == Some(SkipKind::NotApplicable))
                .and_then(|check| check.skip.clone())
                .unwrap_or_else(|| "no check reached a result".to_owned())
        }
    };
    stops(report)
        .iter()
        .filter(|stop| stop.mark == Mark::Unseen && stop.says.is_empty())
        .map(|stop| (stop.hop, why(stop.hop)))
        .collect()
}

fn stop(report: &Report, seen: &MarkerHop) -> Stop {
    let mark = mark(report, seen);
    let took = seen
        .seen_after_ms
        .filter(|_| seen.state == HopState::Passed)
        .map(time::exact);
    let note = seen.note.as_deref().filter(|note| !note.trim().is_empty());
    let mut says = match (mark, note) {
        (Mark::Passed | Mark::Degraded, None) => took.iter().cloned().collect(),
        (Mark::Lost, Some(note)) => Stop::note_lines(&format!("lost, {note}")),
        (Mark::Excluded, Some(note)) => Stop::note_lines(&format!("excluded, {note}")),
        (_, Some(note)) => Stop::note_lines(note),
        (_, None) => Vec::new(),
    };
    if mark == Mark::Degraded {
        match says.first_mut() {
            Some(first) => first.insert_str(0, "! "),
            None if seen.state == HopState::Lost => says.push("! failing".to_owned()),
            None => {}
        }
    }
    Stop {
        says,
        short: took,
        ..Stop::new(seen.hop, mark)
    }
}

fn mark(report: &Report, seen: &MarkerHop) -> Mark {
    let hop = seen.hop;
    match seen.state {
        HopState::Lost if hop == Hop::App => Mark::Nothing,
        // What fails before the break only shows it; the break is where the verdict says.
        HopState::Lost if root_on_the_way(report, hop).is_some_and(|root| root > hop) => Mark::Degraded,
        HopState::Lost => Mark::Lost,
        HopState::Excluded => Mark::Excluded,
        HopState::Waiting => Mark::Waiting,
        HopState::NotChecked if has_degraded_cause(report, hop) => Mark::Degraded,
        // The marker leaves no sign of its own there: where it was read back, the hop's own counters say.
        HopState::NotChecked if hop == Hop::Storage && storage_is_sound(report) => Mark::Passed,
        HopState::NotChecked | HopState::NotConfigured => Mark::Unseen,
        HopState::Passed if has_degraded_cause(report, hop) || has_failure(report, hop) => Mark::Degraded,
        HopState::Passed => Mark::Passed,
    }
}

fn storage_is_sound(report: &Report) -> bool {
    let read_back = report.marker.as_ref().is_some_and(|marker| {
        let passed = |seen: &MarkerHop| seen.hop == Hop::Query && seen.state == HopState::Passed;
        marker.hops.iter().any(passed)
    });
    let passed = |check: &ReportCheck| check.hop == Hop::Storage && check.status == CheckStatus::Pass;
    read_back && report.checks.iter().any(passed) && !has_failure(report, Hop::Storage)
}

fn has_degraded_cause(report: &Report, hop: Hop) -> bool {
    report
        .verdict
        .causes
        .iter()
        .any(|cause| cause.hop == hop && cause.level == Level::Degraded)
}

/// A check of the hop failed and is not charged to another one.
fn has_failure(report: &Report, hop: Hop) -> bool {
    let charged_elsewhere = |id: &str| {
        report
            .verdict
            .causes
            .iter()
            .any(|cause| cause.check == id && cause.hop != hop)
    };
    report
        .checks
        .iter()
        .any(|check| check.hop == hop && check.status == CheckStatus::Fail && !charged_elsewhere(&check.id))
}

/// The hop at which the verdict says that the way to and through `hop` is broken.
fn root_on_the_way(report: &Report, hop: Hop) -> Option<Hop> {
    report
        .verdict
        .broken_hops
        .iter()
        .copied()
        .filter(|root| same_way(*root, hop))
        .min()
}

/// The trunk belongs to both branches.
fn same_way(one: Hop, other: Hop) -> bool {
    one.branch() == other.branch() || one.branch() == Branch::Trunk || other.branch() == Branch::Trunk
}

/// Marks the edge before the hop at which each branch is broken: the one that the verdict names, else the first at which
/// the marker was lost, unless the trunk explains that.
fn break_edges(report: &Report, stops: &mut [Stop]) {
    let mut trunk_broken = false;
    for branch in [Branch::Trunk, Branch::Traces, Branch::Metrics, Branch::View] {
        let here: Vec<usize> = (0..stops.len())
            .filter(|index| stops[*index].hop.branch() == branch)
            .collect();
        let root = here
            .iter()
            .find(|index| report.verdict.broken_hops.contains(&stops[**index].hop));
        let lost = here.iter().find(|index| stops[**index].mark == Mark::Lost);
        if let Some(index) = root.or(lost.filter(|_| !trunk_broken)) {
            stops[*index].broken = stops[*index].mark != Mark::Nothing;
            trunk_broken |= branch == Branch::Trunk;
        }
    }
}

/// Where no marker was sent, the checks say where the data passes.
fn without_marker(report: &Report) -> Vec<MarkerHop> {
    let state = |hop: Hop| {
        let mut of_hop = report.checks.iter().filter(|check| check.hop == hop).peekable();
        if report.verdict.broken_hops.contains(&hop) {
            HopState::Lost
        } else if of_hop.peek().is_none() || report.not_examined.iter().any(|missing| missing.hop == hop) {
            HopState::NotConfigured
        } else if of_hop.any(|check| matches!(check.status, CheckStatus::Pass | CheckStatus::Warn)) {
            HopState::Passed
        } else {
            HopState::NotChecked
        }
    };
    Hop::ALL
        .into_iter()
        .map(|hop| MarkerHop {
            hop,
            state: state(hop),
            seen_after_ms: None,
            note: None,
        })
        .collect()
}
