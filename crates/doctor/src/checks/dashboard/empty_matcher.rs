//! What it means that a matcher selects nothing: labels that only Kubernetes sets, another generator's label, an empty
//! variable, a value that the label does not have.

use telemetry::model::dashboard::{DashboardFacts, MatcherFacts, SelectorFacts};

use super::reason::{EmptinessReason, ReasonWeight};

/// Labels that a plain scrape does not set and the official dashboards select by.
const KUBERNETES_LABELS: [&str; 6] = ["cluster", "namespace", "container", "pod", "component", "job"];

/// What to give a plain scrape, so that the official dashboards find it.
pub const LABELS_SNIPPET: &str = "scrape_configs:\n  - job_name: tempo\n    static_configs:\n      - targets: [\"tempo:3200\"]\n        labels: \
                          {cluster: dev, namespace: tempo, job: tempo/distributor, container: distributor}";

/// Why the matchers of a selector select nothing.
pub fn explain_empty_matcher(part: &SelectorFacts, dashboard: &DashboardFacts) -> EmptinessReason {
    let Some(first) = part.culprits.iter().max_by_key(|one| rank_matcher(one)) else {
        return EmptinessReason::new(
            "dash-matcher-empty",
            ReasonWeight::Likely,
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
    let what = describe_matcher(first);
    let evidence = |reason: EmptinessReason| {
        let mut reason = reason;
        for one in part.culprits.iter().take(3) {
            reason = reason.seen(
                "Prometheus",
                format!("{} of {}", one.label, part.metric),
                render_values(one),
            );
        }
        reason
    };
    if is_kubernetes_label(first) {
        return evidence(
            EmptinessReason::new("dash-mixin-labels", ReasonWeight::Certain, what).fix(
                "add these labels in the scrape config, or edit the dashboard's selectors:",
                Some(LABELS_SNIPPET.to_owned()),
            ),
        );
    }
    if part.metric.starts_with("tempo_receiver_") && first.label == "receiver" {
        return evidence(EmptinessReason::new(
            "receiver-label-renamed",
            ReasonWeight::Certain,
            what,
        ));
    }
    let empty = |name: &&String| {
        dashboard
            .variables
            .iter()
            .any(|variable| variable.name == **name && variable.values.is_empty())
    };
    if let Some(name) = first.variables.iter().find(empty) {
        return evidence(EmptinessReason::new(
            "dash-variable-empty",
            ReasonWeight::Certain,
            format!(
                "the variable {name} has no value, so {} selects nothing",
                first.to_promql()
            ),
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
            return evidence(EmptinessReason::new("sm-label-mismatch", ReasonWeight::Certain, what));
        }
        return evidence(EmptinessReason::new("sm-dimension-missing", ReasonWeight::Likely, what));
    }
    if generated && first.label == "span_kind" && first.value.contains("SERVER") {
        return evidence(EmptinessReason::new("sm-server-only-table", ReasonWeight::Likely, what));
    }
    if generated && ["service", "status_code", "span_kind"].contains(&first.label.as_str()) && has_other_spelling(first)
    {
        return evidence(EmptinessReason::new("sm-label-mismatch", ReasonWeight::Certain, what));
    }
    evidence(EmptinessReason::new("dash-matcher-empty", ReasonWeight::Likely, what))
}

/// Which of several matchers says most: one whose label is nowhere.
fn rank_matcher(one: &MatcherFacts) -> (bool, bool) {
    (is_kubernetes_label(one), !one.has_label)
}

/// The label is one of those that Kubernetes sets, and is not set here; a job without a slash is none of theirs.
fn is_kubernetes_label(one: &MatcherFacts) -> bool {
    if one.label == "job" {
        return one.value.contains('/') && !one.values.iter().any(|value| value.contains('/'));
    }
    KUBERNETES_LABELS.contains(&one.label.as_str()) && !one.has_label
}

/// `server` against `SPAN_KIND_SERVER`: the value is there in another spelling.
fn has_other_spelling(one: &MatcherFacts) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let wanted = plain(&one.value);
    !wanted.is_empty()
        && one
            .values
            .iter()
            .any(|value| plain(value).contains(&wanted) || wanted.contains(&plain(value)))
}

fn describe_matcher(one: &MatcherFacts) -> String {
    let shown = one.to_promql();
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

fn render_values(one: &MatcherFacts) -> String {
    if one.values.is_empty() {
        "not set".to_owned()
    } else {
        one.values.join(", ")
    }
}
