//! What `tempoctl dashboard` says, ready to be shown. Keys of its JSON may be added, never removed or renamed.

use serde::{Deserialize, Serialize};

use super::catalogue::Remedy;
use super::check::EvidenceLine;
use super::report::Tool;

/// The version of this document.
pub const DASHBOARD_VERSION: u32 = 1;

/// What a person sees in a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PanelStatus {
    /// Something.
    Data,
    /// Nothing.
    Empty,
    /// An error.
    Broken,
    /// It was not asked.
    Skipped,
}

/// The whole document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DashboardReport {
    /// [`DASHBOARD_VERSION`]
    pub schema_version: u32,
    /// Who made it.
    pub tool: Tool,
    /// Which dashboard.
    pub dashboard: DashboardName,
    /// The range that was looked at.
    pub window: RangeText,
    /// Who was asked: Grafana's address, or Prometheus'.
    pub asked: String,
    /// One sentence.
    pub summary: String,
    /// Its variables.
    pub variables: Vec<VariableReport>,
    /// Its panels, in order.
    pub panels: Vec<PanelReport>,
    /// Every cause once.
    pub causes: Vec<DashboardCause>,
    /// Panels that were not examined, because there are too many.
    pub left_out: usize,
    /// How many requests were sent.
    pub requests: usize,
    /// How long it took.
    pub duration_ms: u64,
    /// Worth knowing.
    pub notes: Vec<String>,
}

/// Which dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardName {
    /// Its uid; empty for a file without one.
    pub uid: String,
    /// Its title.
    pub title: String,
    /// Where it is seen.
    pub url: Option<String>,
}

/// A range as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeText {
    /// `now-1h`
    pub from: String,
    /// `now`
    pub to: String,
}

/// A variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariableReport {
    /// Without `$`.
    pub name: String,
    /// `query`, `custom`, …
    pub kind: String,
    /// Values in use, at most 50.
    pub values: Vec<String>,
    /// How many there are to choose from.
    pub options: usize,
    /// A saved value that is not among the options.
    pub stale: Option<String>,
    /// Why it is empty, where it is.
    pub why: Option<String>,
    /// The cause of that.
    pub cause: Option<String>,
}

/// A panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PanelReport {
    /// Its number.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The visualisation.
    pub kind: String,
    /// What a person sees.
    pub state: PanelStatus,
    /// Empty as it should be.
    pub rightly: bool,
    /// Empty or broken for a cause that is a fault.
    pub fault: bool,
    /// One sentence; empty where there is data.
    pub why: String,
    /// Ids of the catalogue, the weightiest first.
    pub causes: Vec<String>,
    /// What that rests on.
    pub evidence: Vec<EvidenceLine>,
    /// Its queries as they were asked.
    pub queries: Vec<QueryReport>,
    /// The first query in Explore.
    pub explore: Option<String>,
}

/// A query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueryReport {
    /// `A`
    pub ref_id: String,
    /// `promql`, `traceql`, …
    pub language: String,
    /// As it was asked.
    pub query: String,
    /// `data`, `empty`, `failed`, `skipped`
    pub outcome: String,
    /// Series, traces or spans.
    pub count: usize,
}

/// A cause, and the panels and variables that it empties.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DashboardCause {
    /// A catalogue id.
    pub id: String,
    /// Its title in the catalogue.
    pub title: String,
    /// Panels it empties.
    pub panels: usize,
    /// Variables it empties.
    pub variables: usize,
    /// It counts as a fault: exit 4.
    pub fault: bool,
    /// What to change.
    pub remedy: Remedy,
}
