//! What the drawing says at each hop, read off the report.

use crate::render::pipeline::{HopView, Mark};
use telemetry::model::report::{CheckStatus, DoctorReport, HopState, MarkerHop, ReportCheck, SkipKind};
use telemetry::model::{Branch, FindingLevel, Hop};
use telemetry::text::duration;

/// The hops that this installation has, with what became of the marker there.
pub(super) fn build_hop_views(report: &DoctorReport) -> Vec<HopView> {
    let hops = match &report.marker {
        Some(marker) => marker.hops.clone(),
        None => infer_marker_hops(report),
    };
    let mut stops: Vec<HopView> = hops
        .iter()
        .filter(|hop| hop.state != HopState::NotConfigured)
        .map(|hop| build_hop_view(report, hop))
        .collect();
    stops.sort_by_key(|stop| stop.hop);
    mark_broken_edges(report, &mut stops);
    stops
}

/// The hops that are drawn as not looked at, and why they were not.
pub(super) fn find_unseen_hops(report: &DoctorReport) -> Vec<(Hop, String)> {
    let why = |hop: Hop| {
        let mut of_hop = report.checks.iter().filter(|check| check.hop == hop).peekable();
        if find_root_on_path(report, hop).is_some_and(|root| root < hop) {
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
                .unwrap_or_else(|| match report.targets.is_empty() {
                    true => "the files do not describe it".to_owned(),
                    false => "no check reached a result".to_owned(),
                })
        }
    };
    build_hop_views(report)
        .iter()
        .filter(|stop| stop.mark == Mark::Unseen && stop.says.is_empty())
        .map(|stop| (stop.hop, why(stop.hop)))
        .collect()
}

fn build_hop_view(report: &DoctorReport, seen: &MarkerHop) -> HopView {
    let mark = choose_mark(report, seen);
    let took = seen
        .seen_after_ms
        .filter(|_| seen.state == HopState::Passed)
        .map(duration::format_ms);
    let note = seen.note.as_deref().filter(|note| !note.trim().is_empty());
    let mut says = match (mark, note) {
        (Mark::Passed | Mark::Degraded, None) => took.iter().cloned().collect(),
        (Mark::Lost, Some(note)) => HopView::note_lines(&format!("lost, {note}")),
        (Mark::Excluded, Some(note)) => HopView::note_lines(&format!("excluded, {note}")),
        (_, Some(note)) => HopView::note_lines(note),
        (_, None) => Vec::new(),
    };
    if mark == Mark::Degraded {
        match says.first_mut() {
            Some(first) => first.insert_str(0, "! "),
            None if seen.state == HopState::Lost => says.push("! failing".to_owned()),
            None => {}
        }
    }
    HopView {
        says,
        short: took,
        ..HopView::new(seen.hop, mark)
    }
}

fn choose_mark(report: &DoctorReport, seen: &MarkerHop) -> Mark {
    let hop = seen.hop;
    match seen.state {
        HopState::Lost if hop == Hop::App => Mark::Nothing,
        // What fails before the break only shows it; the break is where the verdict says.
        HopState::Lost if find_root_on_path(report, hop).is_some_and(|root| root > hop) => Mark::Degraded,
        HopState::Lost => Mark::Lost,
        HopState::Excluded => Mark::Excluded,
        HopState::Waiting => Mark::Waiting,
        HopState::NotChecked if has_degraded_cause(report, hop) => Mark::Degraded,
        // The marker leaves no sign of its own there: where it was read back, the hop's own counters say.
        HopState::NotChecked if hop == Hop::Storage && is_storage_sound(report) => Mark::Passed,
        HopState::NotChecked | HopState::NotConfigured => Mark::Unseen,
        HopState::Passed if has_degraded_cause(report, hop) || has_failure(report, hop) => Mark::Degraded,
        HopState::Passed => Mark::Passed,
    }
}

fn is_storage_sound(report: &DoctorReport) -> bool {
    let read_back = report.marker.as_ref().is_some_and(|marker| {
        let passed = |seen: &MarkerHop| seen.hop == Hop::Query && seen.state == HopState::Passed;
        marker.hops.iter().any(passed)
    });
    let passed = |check: &ReportCheck| check.hop == Hop::Storage && check.status == CheckStatus::Pass;
    read_back && report.checks.iter().any(passed) && !has_failure(report, Hop::Storage)
}

fn has_degraded_cause(report: &DoctorReport, hop: Hop) -> bool {
    report
        .verdict
        .causes
        .iter()
        .any(|cause| cause.hop == hop && cause.level == FindingLevel::Degraded)
}

/// A check of the hop failed and is not charged to another one.
fn has_failure(report: &DoctorReport, hop: Hop) -> bool {
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
fn find_root_on_path(report: &DoctorReport, hop: Hop) -> Option<Hop> {
    report
        .verdict
        .broken_hops
        .iter()
        .copied()
        .filter(|root| is_same_path(*root, hop))
        .min()
}

/// The trunk belongs to both branches.
fn is_same_path(one: Hop, other: Hop) -> bool {
    one.branch() == other.branch() || one.branch() == Branch::Trunk || other.branch() == Branch::Trunk
}

/// Marks the edge before the hop at which each branch is broken: the one that the verdict names, else the first at which
/// the marker was lost, unless the trunk explains that.
fn mark_broken_edges(report: &DoctorReport, stops: &mut [HopView]) {
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
fn infer_marker_hops(report: &DoctorReport) -> Vec<MarkerHop> {
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
