//! What the drawing says at each hop, read off the report.

use super::answer::time;
use crate::model::report::{CheckStatus, HopState, MarkerHop, Report};
use crate::model::{Branch, Hop, Level};
use crate::render::pipeline::{Mark, Stop};

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

fn stop(report: &Report, seen: &MarkerHop) -> Stop {
    let mark = mark(report, seen);
    let took = seen.seen_after_ms.filter(|_| seen.state == HopState::Passed).map(time);
    let note: Vec<String> = seen
        .note
        .iter()
        .flat_map(|note| note.split(", "))
        .map(str::to_owned)
        .collect();
    let mut says: Vec<String> = match mark {
        Mark::Passed | Mark::Degraded if note.is_empty() => took.iter().cloned().collect(),
        Mark::Lost | Mark::Excluded => std::iter::once(word(mark).to_owned()).chain(note).collect(),
        _ => note,
    };
    // A comma shows that the line below goes on.
    let last = says.len().saturating_sub(1);
    says[..last].iter_mut().for_each(|line| line.push(','));
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

fn word(mark: Mark) -> &'static str {
    if mark == Mark::Lost { "lost" } else { "excluded" }
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
        HopState::NotChecked | HopState::NotConfigured => Mark::Unseen,
        HopState::Passed if has_degraded_cause(report, hop) || has_failure(report, hop) => Mark::Degraded,
        HopState::Passed => Mark::Passed,
    }
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

/// Marks the edge before the first hop of each way at which the data is lost.
fn break_edges(report: &Report, stops: &mut [Stop]) {
    for branch in [Branch::Trunk, Branch::Traces, Branch::Metrics, Branch::View] {
        if branch != Branch::Trunk
            && stops
                .iter()
                .any(|stop| stop.broken && stop.hop.branch() == Branch::Trunk)
        {
            return;
        }
        let here = |stop: &&mut Stop| stop.hop.branch() == branch;
        let root = report.verdict.broken_hops.iter().find(|root| root.branch() == branch);
        let found = stops
            .iter_mut()
            .filter(here)
            .find(|stop| Some(&stop.hop) == root || root.is_none() && stop.mark == Mark::Lost);
        if let Some(stop) = found {
            stop.broken = stop.mark != Mark::Nothing;
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
