//! Dashboard variables have values.

use crate::model::evidence::Fact;
use crate::model::{Confidence, Finding, Hop, Outcome};

use super::reason::{Reason, Weight};
use super::{closed, cut, line, variable};
use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "dashboard.variables",
    hop: Hop::Dashboard,
    title: "dashboard variables have values",
    needs: &[&[Fact::Dashboards, Fact::Grafana, Fact::Targets]],
    causes: &[
        "dash-mixin-labels",
        "dash-variable-empty",
        "dash-renamed-metrics",
        "scrape-missing",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if let Some(outcome) = closed(view) {
        return outcome;
    }
    let mut found: Vec<(Reason, String)> = Vec::new();
    let mut lines = Vec::new();
    for dashboard in &view.dashboards().examined {
        for one in &dashboard.variables {
            let Some(reason) = variable(dashboard, one) else {
                continue;
            };
            if ["dash-unresolved-input", "dash-uid-hardcoded"].contains(&reason.cause.unwrap_or_default()) {
                continue;
            }
            lines.push(line(dashboard, &format!("${}", one.name), &reason.text));
            found.push((reason, dashboard.title.clone()));
        }
    }
    // The first that nothing else explains, the surest of them.
    let Some((reason, title)) = found.into_iter().max_by_key(|(reason, _)| reason.weight) else {
        return Outcome::pass("every variable that panels use has a value");
    };
    let cause = CHECK
        .causes
        .iter()
        .find(|cause| reason.cause == Some(**cause))
        .copied()
        .unwrap_or("dash-variable-empty");
    let mut finding = Finding::degraded(cause, format!("in \"{title}\", {}", reason.text))
        .with_confidence(match reason.weight {
            Weight::Certain => Confidence::Certain,
            Weight::Likely => Confidence::Likely,
            _ => Confidence::Possible,
        })
        .seen_all(if lines.len() > 1 { cut(lines) } else { Vec::new() })
        .seen_all(reason.evidence);
    finding.remedy = reason.remedy;
    finding.into()
}
