//! Panels that query Tempo or its metrics have data.

use std::collections::BTreeMap;

use telemetry::model::{CheckOutcome, EvidenceLine, Fact, Finding, Slot};

use super::panel_diagnosis::PanelState;
use super::reason::{EmptinessReason, ReasonWeight};
use super::{build_panel_evidence, count_panels, describe_panels, diagnose_panel, find_skip_outcome, truncate_lines};
use crate::checks::app::sending::{list_known_services, list_other_services};
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "dashboard.panels",
    title: "panels about Tempo and its spans have data",
    needs: &[&[
        Fact::Dashboards,
        Fact::Grafana,
        Fact::Targets,
        Fact::AppServices,
        Fact::Marker,
    ]],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

/// Causes that checks of other hops report, or none: what a panel shows of them is a note.
const REPORTED_ELSEWHERE: [&str; 10] = [
    "app-stopped",
    "ds-missing-tenant-header",
    "ds-wrong-port",
    "explore-zero-series",
    "gen-processors-not-enabled",
    "sg-processor-missing",
    "sm-dimension-missing",
    "sm-processor-missing",
    "sm-target-info-absent",
    "trace-v2-empty-200",
];

/// One cause over all panels.
#[derive(Default)]
struct CauseGroup {
    first: Option<EmptinessReason>,
    lines: Vec<EvidenceLine>,
    titles: Vec<String>,
}

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let (empty, whole) = count_panels(view);
    let mut groups: BTreeMap<&'static str, CauseGroup> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for dashboard in &view.dashboards().examined {
        for one in &dashboard.panels {
            let judged = diagnose_panel(dashboard, one);
            if !matches!(judged.state, PanelState::Empty | PanelState::Broken) || judged.is_expected {
                continue;
            }
            let Some(reason) = judged.reasons.into_iter().next() else {
                continue;
            };
            let line = build_panel_evidence(dashboard, &one.title, &reason.text);
            let Some(cause) = reason.cause else {
                unexplained.push(line);
                continue;
            };
            let group = groups.entry(cause).or_default();
            group.lines.push(line);
            if !group.titles.contains(&dashboard.title) {
                group.titles.push(dashboard.title.clone());
            }
            if group.first.as_ref().is_none_or(|first| first.weight < reason.weight) {
                group.first = Some(reason);
            }
        }
    }
    if empty == 0 {
        return CheckOutcome::pass(format!("{whole} panels have data, or are empty as expected"));
    }
    // Other checks name these.
    for other in ["dash-unresolved-input", "dash-uid-hardcoded"] {
        groups.remove(other);
    }
    // Without a marker the second look is not taken, and the first may have come too early.
    let none = |slot: &Slot<Vec<String>>| {
        slot.get()
            .is_some_and(|list| list_other_services(view, list).is_empty())
    };
    let later = view.later_services();
    let nobody = !view.request().no_marker && none(view.app_services()) && (!later.was_asked() || none(later));
    let somebody = |slot: &Slot<Vec<String>>| !list_known_services(view, slot).is_empty();
    if somebody(view.app_services()) || somebody(later) {
        // The panel was asked before what they sent could be found.
        groups.remove("app-none-sending");
    }
    let idle = ["app-none-sending", "app-stopped"];
    if nobody && groups.keys().any(|cause| idle.contains(cause)) {
        let lines: Vec<EvidenceLine> = idle
            .iter()
            .filter_map(|cause| groups.remove(cause))
            .flat_map(|group| group.lines)
            .collect();
        if groups.values().all(|group| {
            group
                .first
                .as_ref()
                .is_none_or(|first| first.weight < ReasonWeight::Likely)
        }) {
            return Finding::degraded(
                "app-none-sending",
                format!(
                    "{} of {whole} panels are empty because no application sends",
                    lines.len()
                ),
            )
            .possible()
            .with_evidence_lines(truncate_lines(lines))
            .into();
        }
    }
    match groups.into_iter().max_by_key(|(_, group)| {
        let weight = group.first.as_ref().map(|first| first.weight);
        (weight, group.lines.len())
    }) {
        Some((cause, group)) => build_outcome(cause, group, unexplained),
        None if unexplained.is_empty() => CheckOutcome::pass("the rest of the panels have data"),
        None => {
            let finding = Finding::degraded(
                "dash-metric-missing",
                format!("{} panels are empty; no cause found", unexplained.len()),
            )
            .possible();
            CheckOutcome::Warn(finding.with_evidence_lines(truncate_lines(unexplained)))
        }
    }
}

fn build_outcome(cause: &'static str, group: CauseGroup, unexplained: Vec<EvidenceLine>) -> CheckOutcome {
    let Some(first) = group.first else {
        return CheckOutcome::no_evidence("no panel was judged");
    };
    let named = Some(cause).filter(|cause| !REPORTED_ELSEWHERE.contains(cause));
    let of = describe_panels(group.lines.len(), &group.titles);
    let verb = if group.lines.len() == 1 { "is" } else { "are" };
    let mut finding = Finding::degraded(
        named.unwrap_or("dash-metric-missing"),
        format!("{of} {verb} empty: {}", first.text),
    )
    .with_confidence(first.weight.confidence())
    .with_evidence_lines(truncate_lines(group.lines))
    .with_evidence_lines(first.evidence)
    .with_evidence_lines(truncate_lines(unexplained));
    finding.remedy = first.remedy;
    if named.is_none() || first.weight < ReasonWeight::Likely {
        return CheckOutcome::Warn(finding);
    }
    finding.into()
}
