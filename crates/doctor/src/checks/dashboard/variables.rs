//! Dashboard variables have values.

use telemetry::model::{CheckOutcome, Fact, Finding};

use super::reason::EmptinessReason;
use super::{build_panel_evidence, explain_empty_variable, find_skip_outcome, truncate_lines};
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "dashboard.variables",
    title: "dashboard variables have values",
    needs: &[&[Fact::Dashboards, Fact::Grafana, Fact::Targets]],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let mut found: Vec<(EmptinessReason, String)> = Vec::new();
    let mut lines = Vec::new();
    for dashboard in &view.dashboards().examined {
        for one in &dashboard.variables {
            let Some(reason) = explain_empty_variable(dashboard, one) else {
                continue;
            };
            if reason.is_about_missing_source() {
                continue;
            }
            lines.push(build_panel_evidence(dashboard, &format!("${}", one.name), &reason.text));
            found.push((reason, dashboard.title.clone()));
        }
    }
    // The first that nothing else explains, the surest of them.
    let Some((reason, title)) = found.into_iter().max_by_key(|(reason, _)| reason.weight) else {
        return CheckOutcome::pass("every variable that panels use has a value");
    };
    let own = ["dash-mixin-labels", "dash-renamed-metrics", "scrape-missing"];
    let cause = reason
        .cause
        .filter(|cause| own.contains(cause))
        .unwrap_or("dash-variable-empty");
    let mut finding = Finding::degraded(cause, format!("in \"{title}\", {}", reason.text))
        .with_confidence(reason.weight.confidence())
        .with_evidence_lines(if lines.len() > 1 {
            truncate_lines(lines)
        } else {
            Vec::new()
        })
        .with_evidence_lines(reason.evidence);
    finding.remedy = reason.remedy;
    finding.into()
}
