//! Dashboards: which panel is empty, and why.

pub mod absent;
pub mod data_sources;
pub mod empty;
pub mod matched;
pub mod of_variable;
pub mod panels;
pub mod reason;
pub mod state;
pub mod variables;

pub use of_variable::variable;
pub use reason::{Reason, Weight};
pub use state::{Judged, PanelState, panel};

use crate::model::dashboard::DashboardFacts;
use crate::model::{EvidenceLine, HopState, Outcome};

use super::View;
use super::grafana::State;

/// The outcome of a check of dashboards where there are none to judge.
fn closed(view: &View<'_>) -> Option<Outcome> {
    match super::grafana::state(view) {
        State::NotConfigured(why) => return Some(Outcome::not_applicable(why)),
        State::Shut => return Some(Outcome::not_applicable("Grafana's dashboards could not be read")),
        State::Open => {}
    }
    let facts = view.dashboards();
    if let Some(failure) = facts.listed.failure() {
        let needed = crate::parse::grafana::permissions_needed(&failure.detail);
        return Some(Outcome::no_evidence(match needed {
            Some(needed) => format!("needs {needed}"),
            None => format!("the dashboards could not be listed: {failure}"),
        }));
    }
    if !facts.listed.was_asked() {
        return Some(Outcome::no_evidence("the dashboards were not examined"));
    }
    if facts.examined.is_empty() {
        return Some(if facts.left_out > 0 {
            Outcome::no_evidence("the dashboards could not be examined in time")
        } else {
            Outcome::not_applicable("no dashboard queries Tempo or its metrics")
        });
    }
    None
}

/// A panel as evidence names it.
fn line(dashboard: &DashboardFacts, title: &str, text: &str) -> EvidenceLine {
    EvidenceLine::new(format!("\"{}\"", dashboard.title), title, text)
}

/// Lines of evidence at most.
const MOST_LINES: usize = 6;

/// The lines, and how many more there are.
fn cut(mut lines: Vec<EvidenceLine>) -> Vec<EvidenceLine> {
    if lines.len() > MOST_LINES + 1 {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(EvidenceLine::new("", "and more panels", more));
    }
    lines
}

/// Where the hop stands: it has nothing of the marker's own, so it is judged by what the panels show.
pub fn hop_state(view: &View<'_>) -> HopState {
    let facts = view.dashboards();
    if facts.examined.is_empty() {
        return HopState::NotConfigured;
    }
    let (empty, whole) = counts(view);
    if empty == 0 && whole > 0 {
        HopState::Passed
    } else {
        HopState::NotChecked
    }
}

/// Panels that are empty or broken, and all that ask something.
pub fn counts(view: &View<'_>) -> (usize, usize) {
    let mut empty = 0;
    let mut whole = 0;
    for dashboard in &view.dashboards().examined {
        for one in &dashboard.panels {
            let judged = panel(dashboard, one);
            match judged.state {
                PanelState::Skipped => continue,
                PanelState::Empty if !judged.rightly => empty += 1,
                PanelState::Broken => empty += 1,
                PanelState::Empty | PanelState::Data => {}
            }
            whole += 1;
        }
    }
    (empty, whole)
}
