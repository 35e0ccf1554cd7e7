//! What it means that a matcher selects nothing: labels that only Kubernetes sets, another generator's label, an empty
//! variable, a value that the label does not have.

use crate::model::dashboard::{DashboardFacts, MatcherFacts, SelectorFacts};

use super::reason::{Reason, Weight};

/// Labels that a plain scrape does not set and the official dashboards select by.
const OF_KUBERNETES: [&str; 6] = ["cluster", "namespace", "container", "pod", "component", "job"];

/// What to give a plain scrape, so that the official dashboards find it.
pub const LABELS: &str = "scrape_configs:\n  - job_name: tempo\n    static_configs:\n      - targets: [\"tempo:3200\"]\n        labels: \
                          {cluster: dev, namespace: tempo, job: tempo/distributor, container: distributor}";

/// Why the matchers of a selector select nothing.
pub fn reason(part: &SelectorFacts, dashboard: &DashboardFacts) -> Reason {
    let Some(first) = part.culprits.iter().max_by_key(|one| rank(one)) else {
        return Reason::new(
            "dash-matcher-empty",
            Weight::Likely,
            format!(
                "each matcher of {} selects something, but no series matches all of them",
                part.metric
            ),
        )
        .seen(
            "Prometheus",
            part.metric.clone(),
            format!("{} series", part.total.unwrap_or(0)),
        );
    };
    let what = said(first);
    let evidence = |reason: Reason| {
        let mut reason = reason;
        for one in part.culprits.iter().take(3) {
            reason = reason.seen("Prometheus", format!("{} of {}", one.label, part.metric), values(one));
        }
        reason
    };
    if of_kubernetes(first) {
        return evidence(Reason::new("dash-mixin-labels", Weight::Certain, what).fix(
            "add these labels in the scrape config, or edit the dashboard's selectors:",
            Some(LABELS.to_owned()),
        ));
    }
    if part.metric.starts_with("tempo_receiver_") && first.label == "receiver" {
        return evidence(Reason::new("receiver-label-renamed", Weight::Certain, what));
    }
    let empty = |name: &&String| {
        dashboard
            .variables
            .iter()
            .any(|variable| variable.name == **name && variable.values.is_empty())
    };
    if let Some(name) = first.variables.iter().find(empty) {
        return evidence(Reason::new(
            "dash-variable-empty",
            Weight::Certain,
            format!("the variable {name} has no value, so {} selects nothing", first.shown()),
        ));
    }
    let generated =
        part.metric.starts_with("traces_") || part.metric.contains("calls") || part.metric.contains("duration");
    if generated && !first.has_label {
        let known = [
            "service",
            "service_name",
            "span_kind",
            "span_name",
            "status_code",
            "operation",
        ];
        if first.instead.is_some() || known.contains(&first.label.as_str()) {
            return evidence(Reason::new("sm-label-mismatch", Weight::Certain, what));
        }
        return evidence(Reason::new("sm-dimension-missing", Weight::Likely, what));
    }
    if generated && first.label == "span_kind" && first.value.contains("SERVER") {
        return evidence(Reason::new("sm-server-only-table", Weight::Likely, what));
    }
    if generated && ["service", "status_code", "span_kind"].contains(&first.label.as_str()) && spelled_otherwise(first)
    {
        return evidence(Reason::new("sm-label-mismatch", Weight::Certain, what));
    }
    evidence(Reason::new("dash-matcher-empty", Weight::Likely, what))
}

/// Which of several matchers says most: one whose label is nowhere.
fn rank(one: &MatcherFacts) -> (bool, bool) {
    (of_kubernetes(one), !one.has_label)
}

/// The label is one of those that Kubernetes sets, and is not set here; a job without a slash is none of theirs.
fn of_kubernetes(one: &MatcherFacts) -> bool {
    if one.label == "job" {
        return one.value.contains('/') && !one.values.iter().any(|value| value.contains('/'));
    }
    OF_KUBERNETES.contains(&one.label.as_str()) && !one.has_label
}

/// `server` against `SPAN_KIND_SERVER`: the value is there in another spelling.
fn spelled_otherwise(one: &MatcherFacts) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let wanted = plain(&one.value);
    !wanted.is_empty()
        && one
            .values
            .iter()
            .any(|value| plain(value).contains(&wanted) || wanted.contains(&plain(value)))
}

fn said(one: &MatcherFacts) -> String {
    let shown = one.shown();
    if one.has_label {
        let values = one.values.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        let more = if one.values.len() > 3 { " …" } else { "" };
        return format!("no series has {shown}: here it is {values}{more}");
    }
    match &one.instead {
        Some(other) => format!("no series has {shown}: the label is called {other} here"),
        None => format!("no series has {shown}: the label does not exist here"),
    }
}

fn values(one: &MatcherFacts) -> String {
    if one.values.is_empty() {
        "not set".to_owned()
    } else {
        one.values.join(", ")
    }
}
