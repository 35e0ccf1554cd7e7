//! The report on a dashboard, for people and for programs.

mod human;

pub use human::human;

use crate::model::dashboard_report::DashboardReport;

/// The document.
pub fn json(report: &DashboardReport) -> serde_json::Result<String> {
    serde_json::to_string_pretty(report).map(super::clean::json_line)
}
