//! Why a variable has no value.

use telemetry::model::dashboard::{DashboardFacts, MetricPresence, VariableFacts, VariableKind};

use super::reason::{EmptinessReason, ReasonWeight};
use super::{empty_matcher, missing_metric};

/// Why a variable has no value; `None` where it has one, or nobody uses it.
pub fn explain_empty_variable(dashboard: &DashboardFacts, variable: &VariableFacts) -> Option<EmptinessReason> {
    let named = format!("${}", variable.name);
    if variable.used == 0 {
        return None;
    }
    if variable.cyclic {
        return Some(EmptinessReason::new(
            "dash-variable-empty",
            ReasonWeight::Certain,
            format!("the variable {named} depends on itself"),
        ));
    }
    if !variable.values.is_empty()
        || matches!(
            variable.kind,
            VariableKind::Text | VariableKind::AdHoc | VariableKind::Other
        )
    {
        return None;
    }
    if let Some(wanted) = &variable.missing {
        let cause = if wanted.starts_with("${") {
            "dash-unresolved-input"
        } else {
            "dash-uid-hardcoded"
        };
        return Some(EmptinessReason::new(
            cause,
            ReasonWeight::Certain,
            format!("the variable {named} uses the data source {wanted}, which does not exist"),
        ));
    }
    let asked =
        |reason: EmptinessReason| reason.seen(format!("\"{}\"", dashboard.title), named.clone(), &variable.query);
    if let Some(other) = &variable.behind {
        let first = dashboard
            .variables
            .iter()
            .find(|one| one.name == *other && one.behind.is_none())
            .and_then(|one| self::explain_empty_variable(dashboard, one));
        return Some(asked(EmptinessReason::new(
            first.and_then(|reason| reason.cause).unwrap_or("dash-variable-empty"),
            ReasonWeight::Guess,
            format!("the variable {named} has no value because ${other} has none"),
        )));
    }
    if let Some(failure) = &variable.failure {
        return Some(asked(EmptinessReason::new(
            "dash-variable-empty",
            ReasonWeight::Likely,
            format!("the variable {named} has no value: its query is rejected: {failure}"),
        )));
    }
    if variable.kind == VariableKind::DataSource {
        return Some(asked(EmptinessReason::new(
            "dash-variable-empty",
            ReasonWeight::Certain,
            format!(
                "the variable {named} has no value: there is no data source of type {}",
                variable.query
            ),
        )));
    }
    let part = variable.part.as_ref();
    if let Some(part) = part.filter(|part| part.presence == MetricPresence::Never) {
        let source = dashboard.sources.first();
        let mut reason = missing_metric::explain_missing_metric(part, source);
        reason.text = format!("the variable {named} has no value: {}", reason.text);
        if reason.cause.is_none() || reason.weight < ReasonWeight::Likely {
            reason.cause = Some("dash-variable-empty");
            reason.weight = ReasonWeight::Likely;
        }
        return Some(asked(reason));
    }
    if let Some(part) = part.filter(|part| !part.culprits.is_empty() || part.together) {
        let mut reason = empty_matcher::explain_empty_matcher(part, dashboard);
        reason.text = format!("the variable {named} has no value: {}", reason.text);
        return Some(asked(reason));
    }
    let label = variable.label.as_deref().unwrap_or_default();
    let metric = part.map_or("any series", |part| part.metric.as_str());
    if ["cluster", "namespace", "container", "pod", "component"].contains(&label) {
        return Some(asked(
            EmptinessReason::new(
                "dash-mixin-labels",
                ReasonWeight::Certain,
                format!("the variable {named} has no value: no series of {metric} has the label {label}, which a plain scrape does not set"),
            )
            .seen("Prometheus", format!("{label} of {metric}"), "not set")
            .fix(
                "add these labels in the scrape config, or edit the dashboard's selectors:",
                Some(empty_matcher::LABELS_SNIPPET.to_owned()),
            ),
        ));
    }
    Some(asked(EmptinessReason::new(
        "dash-variable-empty",
        ReasonWeight::Certain,
        if label.is_empty() {
            format!("the variable {named} has no value: its query finds nothing")
        } else {
            format!("the variable {named} has no value: no series of {metric} has the label {label}")
        },
    )))
}
