//! Dashboards: which panel is empty, and why.

pub mod missing_metric;
pub mod compose_queries;
pub mod data_sources;
pub mod empty_query;
pub mod empty_matcher;
pub mod empty_variable;
pub mod panels;
pub mod reason;
pub mod panel_diagnosis;
pub mod variables;

pub use empty_variable::explain_empty_variable;
pub use panel_diagnosis::{PanelDiagnosis, PanelState, diagnose_panel};
pub use reason::{EmptinessReason, ReasonWeight};

use telemetry::model::dashboard::DashboardFacts;
use telemetry::model::{CheckOutcome, EvidenceLine, HopState};
use telemetry::text::pluralize;

use super::EvidenceView;
use super::grafana::GrafanaState;

/// The outcome of a check of dashboards where there are none to judge.
fn find_skip_outcome(view: &EvidenceView<'_>) -> Option<CheckOutcome> {
    match super::grafana::find_grafana_state(view) {
        GrafanaState::NotConfigured(why) => return Some(CheckOutcome::not_applicable(why)),
        GrafanaState::Unavailable => {
            return Some(CheckOutcome::not_applicable("Grafana's dashboards could not be read"));
        }
        GrafanaState::Available => {}
    }
    let facts = view.dashboards();
    if let Some(failure) = facts.listed.failure() {
        let needed = telemetry::parse::grafana::find_needed_permissions(&failure.detail);
        return Some(CheckOutcome::no_evidence(match needed {
            Some(needed) => format!("needs {needed}"),
            None => format!("the dashboards could not be listed: {failure}"),
        }));
    }
    if !facts.listed.was_asked() {
        return Some(CheckOutcome::no_evidence("the dashboards were not examined"));
    }
    if facts.examined.is_empty() {
        return Some(if facts.left_out > 0 {
            CheckOutcome::no_evidence("the dashboards could not be examined in time")
        } else {
            CheckOutcome::not_applicable("no dashboard queries Tempo or its metrics")
        });
    }
    None
}

/// A panel as evidence names it.
fn build_panel_evidence(dashboard: &DashboardFacts, title: &str, text: &str) -> EvidenceLine {
    EvidenceLine::new(format!("\"{}\"", dashboard.title), title, text)
}

/// `1 panel of "Tempo"`, `3 panels of "Tempo", "Services"`
fn describe_panels(count: usize, titles: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = titles.iter().map(|title| format!("\"{}\"", title.as_ref())).collect();
    format!("{} of {}", pluralize(count, "panel"), quoted.join(", "))
}

/// Lines of evidence at most.
const MAX_LINES: usize = 6;

/// The lines, and how many more there are.
fn truncate_lines(mut lines: Vec<EvidenceLine>) -> Vec<EvidenceLine> {
    if lines.len() > MAX_LINES + 1 {
        let more = lines.len() - MAX_LINES;
        lines.truncate(MAX_LINES);
        lines.push(EvidenceLine::new("", "and more panels", more));
    }
    lines
}

/// Where the hop stands: it has nothing of the marker's own, so it is judged by what the panels show.
pub fn find_hop_state(view: &EvidenceView<'_>) -> HopState {
    let facts = view.dashboards();
    if facts.examined.is_empty() {
        return HopState::NotConfigured;
    }
    let (empty, whole) = count_panels(view);
    if empty == 0 && whole > 0 {
        HopState::Passed
    } else {
        HopState::NotChecked
    }
}

/// Panels that are empty or broken, and all that ask something.
pub fn count_panels(view: &EvidenceView<'_>) -> (usize, usize) {
    let mut empty = 0;
    let mut whole = 0;
    for dashboard in &view.dashboards().examined {
        for one in &dashboard.panels {
            let judged = diagnose_panel(dashboard, one);
            match judged.state {
                PanelState::Skipped => continue,
                PanelState::Empty if !judged.is_expected => empty += 1,
                PanelState::Broken => empty += 1,
                PanelState::Empty | PanelState::Data => {}
            }
            whole += 1;
        }
    }
    (empty, whole)
}
