//! Why a variable has no value.

use crate::model::dashboard::{DashboardFacts, Presence, VariableFacts, VariableKind};

use super::reason::{Reason, Weight};
use super::{absent, matched};

/// Why a variable has no value; `None` where it has one, or nobody uses it.
pub fn variable(dashboard: &DashboardFacts, variable: &VariableFacts) -> Option<Reason> {
    let named = format!("${}", variable.name);
    if variable.used == 0 {
        return None;
    }
    if variable.cyclic {
        return Some(Reason::new(
            "dash-variable-empty",
            Weight::Certain,
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
        return Some(Reason::new(
            cause,
            Weight::Certain,
            format!("the variable {named} uses the data source {wanted}, which does not exist"),
        ));
    }
    let asked = |reason: Reason| reason.seen(format!("\"{}\"", dashboard.title), named.clone(), &variable.query);
    if let Some(other) = &variable.behind {
        let first = dashboard
            .variables
            .iter()
            .find(|one| one.name == *other && one.behind.is_none())
            .and_then(|one| self::variable(dashboard, one));
        return Some(asked(Reason::new(
            first.and_then(|reason| reason.cause).unwrap_or("dash-variable-empty"),
            Weight::Guess,
            format!("the variable {named} has no value because ${other} has none"),
        )));
    }
    if let Some(failure) = &variable.failure {
        return Some(asked(Reason::new(
            "dash-variable-empty",
            Weight::Likely,
            format!("the variable {named} has no value: its query is rejected: {failure}"),
        )));
    }
    if variable.kind == VariableKind::DataSource {
        return Some(asked(Reason::new(
            "dash-variable-empty",
            Weight::Certain,
            format!(
                "the variable {named} has no value: there is no data source of type {}",
                variable.query
            ),
        )));
    }
    let part = variable.part.as_ref();
    if let Some(part) = part.filter(|part| part.presence == Presence::Never) {
        let source = dashboard.sources.first();
        let mut reason = absent::reason(part, source);
        reason.text = format!("the variable {named} has no value: {}", reason.text);
        if reason.cause.is_none() || reason.weight < Weight::Likely {
            reason.cause = Some("dash-variable-empty");
            reason.weight = Weight::Likely;
        }
        return Some(asked(reason));
    }
    if let Some(part) = part.filter(|part| !part.culprits.is_empty() || part.together) {
        let mut reason = matched::reason(part, dashboard);
        reason.text = format!("the variable {named} has no value: {}", reason.text);
        return Some(asked(reason));
    }
    let label = variable.label.as_deref().unwrap_or_default();
    let metric = part.map_or("any series", |part| part.metric.as_str());
    if ["cluster", "namespace", "container", "pod", "component"].contains(&label) {
        return Some(asked(
            Reason::new(
                "dash-mixin-labels",
                Weight::Certain,
                format!("the variable {named} has no value: no series of {metric} has the label {label}, which a plain scrape does not set"),
            )
            .seen("Prometheus", format!("{label} of {metric}"), "not set")
            .fix(
                "add these labels in the scrape config, or edit the dashboard's selectors:",
                Some(matched::LABELS.to_owned()),
            ),
        ));
    }
    Some(asked(Reason::new(
        "dash-variable-empty",
        Weight::Certain,
        if label.is_empty() {
            format!("the variable {named} has no value: its query finds nothing")
        } else {
            format!("the variable {named} has no value: no series of {metric} has the label {label}")
        },
    )))
}
