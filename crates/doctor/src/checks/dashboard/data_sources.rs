//! Panels use data sources that exist.

use telemetry::model::{CheckOutcome, Fact, Finding};

use super::reason::EmptinessReason;
use super::{
    build_panel_evidence, describe_panels, diagnose_panel, explain_empty_variable, find_skip_outcome, truncate_lines,
};
use crate::checks::grafana::list_data_sources;
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "dashboard.data-sources",
    title: "panels use data sources that exist",
    needs: &[&[Fact::Dashboards, Fact::Grafana, Fact::Targets]],
    judge: |view| find_skip_outcome(view).unwrap_or_else(|| judge(view)),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let mut first: Option<EmptinessReason> = None;
    let mut lines = Vec::new();
    let mut titles: Vec<&str> = Vec::new();
    for dashboard in &view.dashboards().examined {
        let of_panels = dashboard.panels.iter().flat_map(|one| {
            diagnose_panel(dashboard, one)
                .reasons
                .into_iter()
                .map(|reason| (one.title.as_str(), reason))
        });
        let of_variables = dashboard
            .variables
            .iter()
            .filter_map(|one| explain_empty_variable(dashboard, one).map(|reason| (one.name.as_str(), reason)));
        for (title, reason) in of_panels.chain(of_variables) {
            if !reason.is_about_missing_source() {
                continue;
            }
            if !titles.contains(&dashboard.title.as_str()) {
                titles.push(&dashboard.title);
            }
            lines.push(build_panel_evidence(dashboard, title, &reason.text));
            first.get_or_insert(reason);
        }
    }
    let Some(reason) = first else {
        return CheckOutcome::pass("every panel uses a data source that exists");
    };
    let cause = reason.cause.unwrap_or("dash-uid-hardcoded");
    let of = describe_panels(lines.len(), &titles);
    let there: Vec<String> = list_data_sources(view)
        .iter()
        .map(|source| format!("{} ({})", source.uid, source.kind))
        .collect();
    Finding::degraded(cause, format!("{of} cannot be drawn: {}", reason.text))
        .with_evidence_lines(truncate_lines(lines))
        .with_evidence("GET /api/datasources", "uids", there.join(", "))
        .into()
}
