//! The report as JUnit XML: one test case a check, for whatever collects test results.

use std::time::Duration;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::answer::{confidence, fact, status_word};
use super::fix;
use crate::model::report::{CheckStatus, Report, ReportCause, ReportCheck};
use crate::render::clean;

/// What the suite is called.
const SUITE: &str = "tempoctl doctor";

/// The report as JUnit XML.
pub fn junit(report: &Report) -> Result<String, quick_junit::SerializeError> {
    let mut suite = TestSuite::new(SUITE);
    suite.set_time(Duration::from_millis(report.duration_ms));
    suite
        .extra
        .insert("timestamp".into(), clean::line(&report.started_at).into());
    suite.add_property(("verdict", status_word(report.verdict.status)));
    suite.add_property(("summary", clean::line(&report.verdict.summary).as_str()));
    if let Some(marker) = &report.marker {
        suite.add_property(("trace_id", clean::line(&marker.trace_id).as_str()));
    }
    for check in &report.checks {
        suite.add_test_case(case(check, report));
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

fn case(check: &ReportCheck, report: &Report) -> TestCase {
    let summary = clean::line(&check.summary);
    let status = match check.status {
        CheckStatus::Pass | CheckStatus::Warn => TestCaseStatus::success(),
        CheckStatus::Skip => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(clean::line(check.skip.as_deref().unwrap_or(&check.summary)));
            status
        }
        CheckStatus::Fail => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(summary.clone());
            if let Some(cause) = &check.cause {
                status.set_type(clean::line(cause));
            }
            status.set_description(description(check, report));
            status
        }
    };
    let mut case = TestCase::new(clean::line(&check.id), status);
    case.set_classname(check.hop.name());
    case.set_time(Duration::from_millis(check.took_ms));
    match check.status {
        CheckStatus::Warn => {
            case.set_system_out(format!("warning: {summary}\n{}", evidence(check)));
        }
        CheckStatus::Pass => {
            case.set_system_out(summary);
        }
        _ => {}
    }
    case
}

/// Cause, summary, evidence and remedy; or the cause that this follows from.
fn description(check: &ReportCheck, report: &Report) -> String {
    let mut lines = vec![clean::line(&check.summary)];
    lines.extend(Some(evidence(check)).filter(|text| !text.is_empty()));
    let found_by = check.explained_by.as_deref().unwrap_or(&check.id);
    if let Some(cause) = report.verdict.causes.iter().find(|cause| cause.check == found_by) {
        lines.push(if check.explained_by.is_some() {
            format!("follows from {} ({})", cause.id, found_by)
        } else {
            format!("cause: {} ({}, {})", cause.id, cause.hop, confidence(cause.confidence))
        });
        lines.extend(remedy(cause));
    }
    clean::block(&lines.join("\n"))
}

fn evidence(check: &ReportCheck) -> String {
    let lines: Vec<String> = check
        .evidence
        .iter()
        .map(|line| clean::line(&format!("  {}: {}", line.source, fact(line))))
        .collect();
    lines.join("\n")
}

fn remedy(cause: &ReportCause) -> Vec<String> {
    let mut lines = vec![format!("fix: {}", clean::line(&cause.remedy.text))];
    for block in fix::blocks(&cause.remedy) {
        lines.extend(block.lines().map(|line| format!("  {line}")));
    }
    lines.push(format!("more: tempoctl explain {}", cause.id));
    lines
}
