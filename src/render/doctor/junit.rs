//! The report as JUnit XML: one test case a check, for whatever collects test results.

use std::time::Duration;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::labels::{describe_fact, name_confidence, name_status};
use super::remedy;
use crate::render::sanitize;
use telemetry::model::report::{CheckStatus, DoctorReport, ReportCause, ReportCheck};

/// What the suite is called.
const SUITE: &str = "tempoctl doctor";

/// The report as JUnit XML.
pub fn render_junit(report: &DoctorReport) -> Result<String, quick_junit::SerializeError> {
    let mut suite = TestSuite::new(SUITE);
    suite.set_time(Duration::from_millis(report.duration_ms));
    suite
        .extra
        .insert("timestamp".into(), sanitize::sanitize_line(&report.started_at).into());
    suite.add_property(("verdict", name_status(report.verdict.status)));
    suite.add_property(("summary", sanitize::sanitize_line(&report.verdict.summary).as_str()));
    if let Some(marker) = &report.marker {
        suite.add_property(("trace_id", sanitize::sanitize_line(&marker.trace_id).as_str()));
    }
    for check in &report.checks {
        suite.add_test_case(build_test_case(check, report));
    }
    let mut document = quick_junit::Report::new(SUITE);
    document.set_time(Duration::from_millis(report.duration_ms));
    document.add_test_suite(suite);
    let mut text = document.to_string()?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

fn build_test_case(check: &ReportCheck, report: &DoctorReport) -> TestCase {
    let summary = sanitize::sanitize_line(&check.summary);
    let status = match check.status {
        CheckStatus::Pass | CheckStatus::Warn => TestCaseStatus::success(),
        CheckStatus::Skip => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(sanitize::sanitize_line(check.skip.as_deref().unwrap_or(&check.summary)));
            status
        }
        CheckStatus::Fail => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(summary.clone());
            if let Some(cause) = &check.cause {
                status.set_type(sanitize::sanitize_line(cause));
            }
            status.set_description(describe_failure(check, report));
            status
        }
    };
    let mut case = TestCase::new(sanitize::sanitize_line(&check.id), status);
    case.set_classname(check.hop.name());
    case.set_time(Duration::from_millis(check.took_ms));
    match check.status {
        CheckStatus::Warn => {
            case.set_system_out(format!("warning: {summary}\n{}", describe_evidence(check)));
        }
        CheckStatus::Pass => {
            case.set_system_out(summary);
        }
        _ => {}
    }
    case
}

/// Cause, summary, evidence and remedy; or the cause that this follows from.
fn describe_failure(check: &ReportCheck, report: &DoctorReport) -> String {
    let mut lines = vec![sanitize::sanitize_line(&check.summary)];
    lines.extend(Some(describe_evidence(check)).filter(|text| !text.is_empty()));
    let found_by = check.explained_by.as_deref().unwrap_or(&check.id);
    if let Some(cause) = report.verdict.causes.iter().find(|cause| cause.check == found_by) {
        lines.push(if check.explained_by.is_some() {
            format!("follows from {} ({})", cause.id, found_by)
        } else {
            format!(
                "cause: {} ({}, {})",
                cause.id,
                cause.hop,
                name_confidence(cause.confidence)
            )
        });
        lines.extend(describe_remedy(cause));
    }
    sanitize::sanitize_block(&lines.join("\n"))
}

fn describe_evidence(check: &ReportCheck) -> String {
    let lines: Vec<String> = check
        .evidence
        .iter()
        .map(|line| sanitize::sanitize_line(&format!("  {}: {}", line.source, describe_fact(line))))
        .collect();
    lines.join("\n")
}

fn describe_remedy(cause: &ReportCause) -> Vec<String> {
    let mut lines = vec![format!("fix: {}", sanitize::sanitize_line(&cause.remedy.text))];
    for block in remedy::list_paste_blocks(&cause.remedy) {
        lines.extend(block.lines().map(|line| format!("  {line}")));
    }
    lines.push(format!("more: tempoctl explain {}", cause.id));
    lines
}
