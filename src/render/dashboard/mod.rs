//! The report on a dashboard, for people and for programs.

mod human;

pub use human::render_human;

use telemetry::model::dashboard_report::DashboardReport;

/// The document.
pub fn render_json(report: &DashboardReport) -> serde_json::Result<String> {
    serde_json::to_string_pretty(report).map(super::sanitize::escape_json_line)
}
