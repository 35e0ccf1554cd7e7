//! From evidence to a report: run the checks, mute symptoms behind their cause, name the break. Pure.

pub mod no_metrics;
pub mod worker_reports;
pub mod root_causes;
pub mod static_findings;
pub mod dashboard;
pub mod no_traces;
pub mod health;
pub mod check_run;
pub mod report;
mod log_evidence;
pub mod verdict;

pub use check_run::{CheckResult, CheckSelection};
pub use report::build_report;

use telemetry::model::DoctorReport;
use telemetry::model::evidence::Evidence;

/// The report on this evidence.
pub fn diagnose_evidence(evidence: &Evidence) -> DoctorReport {
    let mut judged = check_run::run_checks(evidence, &CheckSelection::from_request(&evidence.request));
    log_evidence::apply_log_evidence(evidence, &mut judged);
    build_report(evidence, &judged)
}
