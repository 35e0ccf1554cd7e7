//! Why a query has no data.

use telemetry::model::dashboard::{
    DashboardFacts, DashboardSourceFacts, DataSourceState, MetricPresence, PanelFacts, PanelQueryFacts,
};

use super::reason::{EmptinessReason, ReasonWeight};
use super::{empty_matcher, missing_metric};

/// Why a query has no data.
pub fn explain_empty_query(dashboard: &DashboardFacts, panel: &PanelFacts, query: &PanelQueryFacts) -> EmptinessReason {
    let source = match &query.source {
        DataSourceState::Found { uid } => dashboard.sources.iter().find(|source| source.uid == *uid),
        _ => None,
    };
    if query.language == "traceql" {
        return explain_empty_traces(dashboard, panel, query);
    }
    if let Some(part) = query.parts.iter().find(|part| part.presence == MetricPresence::Never) {
        return missing_metric::explain_missing_metric(part, source);
    }
    if let Some(part) = query
        .parts
        .iter()
        .find(|part| !part.culprits.is_empty() || part.together)
    {
        return empty_matcher::explain_empty_matcher(part, dashboard);
    }
    if let Some(part) = query
        .parts
        .iter()
        .find(|part| part.samples.is_some_and(|samples| samples < 2.0))
    {
        return explain_short_window(part, query, source);
    }
    if let Some(part) = query
        .parts
        .iter()
        .find(|part| part.presence == MetricPresence::Elsewhen)
    {
        return explain_other_time_range(dashboard, panel, query, &part.metric, source);
    }
    if query.apart.quantile_without_le {
        return EmptinessReason::new(
            "dash-query-broken",
            ReasonWeight::Likely,
            "histogram_quantile needs the label le, but the sum inside drops it",
        )
        .fix("keep le in the sum: sum by (le) (…)", None);
    }
    if query.apart.at_end == Some(true) {
        return EmptinessReason::expected(format!(
            "its data is newer than one step of the range ({:.0} s); a shorter range shows it",
            query.apart.step_s
        ));
    }
    if let Some(sides) = &query.apart.sides {
        return explain_comparison(sides, query);
    }
    if query.apart.wider == Some(true) {
        return explain_other_time_range(dashboard, panel, query, "it", source);
    }
    if let Some(name) = query.empty_variables.first() {
        return EmptinessReason::new(
            "dash-variable-empty",
            ReasonWeight::Likely,
            format!("the variable {name} has no value"),
        );
    }
    if query.parts.is_empty() {
        return EmptinessReason::unknown("the query returns no data and could not be analysed");
    }
    EmptinessReason::unknown("every metric and label in the query exists, but it returns no data")
}

fn explain_short_window(
    part: &telemetry::model::dashboard::SelectorFacts,
    query: &PanelQueryFacts,
    source: Option<&DashboardSourceFacts>,
) -> EmptinessReason {
    let range = part.range_s.unwrap_or(0.0);
    let often = part.interval_s.map_or_else(String::new, |interval| {
        format!("; one arrives about every {interval:.0} s")
    });
    let wanted = part
        .interval_s
        .map_or(60.0, |interval| (4.0 * interval / 15.0).ceil() * 15.0);
    let idle = part.interval_s.is_none()
        && part.samples == Some(0.0)
        && source
            .and_then(|source| source.spans_per_s)
            .is_none_or(|rate| rate <= 0.0);
    if idle && part.metric.starts_with("traces_") {
        return EmptinessReason::new(
            "app-none-sending",
            ReasonWeight::Guess,
            format!("{} has not been written for a while", part.metric),
        );
    }
    if part.interval_s.is_none() {
        return EmptinessReason::expected(format!("{} has just appeared: a rate needs two samples", part.metric));
    }
    EmptinessReason::new(
        "sm-rate-window",
        ReasonWeight::Certain,
        format!("a window of {range:.0} s holds fewer than two samples{often}"),
    )
    .seen(
        "Prometheus",
        format!("samples in [{range:.0}s]"),
        part.samples.unwrap_or(0.0),
    )
    .fix(
        "use a window of four samples, or Grafana's own, and set the data source's scrape interval (timeInterval):",
        Some(format!(
            "[$__rate_interval]   # here at least [{wanted:.0}s]; timeInterval: {:.0}s",
            part.interval_s.unwrap_or(15.0)
        )),
    )
    .seen("query", query.ref_id.clone(), &query.expr)
}

fn explain_other_time_range(
    dashboard: &DashboardFacts,
    panel: &PanelFacts,
    query: &PanelQueryFacts,
    what: &str,
    source: Option<&DashboardSourceFacts>,
) -> EmptinessReason {
    let range = match &panel.own_range {
        Some(own) => own.clone(),
        None => format!("{} to {}", dashboard.range.0, dashboard.range.1),
    };
    let recent = dashboard.range.1.starts_with("now") && panel.own_range.is_none();
    let generated = query.parts.iter().any(|part| part.metric.starts_with("traces_"));
    let idle = source
        .and_then(|source| source.spans_per_s)
        .is_none_or(|rate| rate <= 0.0);
    if recent && generated && idle {
        return EmptinessReason::new(
            "app-stopped",
            ReasonWeight::Guess,
            format!(
                "{what} was written earlier, but not in the range ({range}): most likely, applications stopped sending"
            ),
        );
    }
    EmptinessReason::new(
        "dash-time-range",
        ReasonWeight::Note,
        format!("{what} has no data in the range ({range}), but has some at other times"),
    )
    .seen("dashboard", "range", range)
}

fn explain_comparison(sides: &telemetry::model::dashboard::OperatorSides, query: &PanelQueryFacts) -> EmptinessReason {
    let comparison = ["==", "!=", ">", "<", ">=", "<="].contains(&sides.op.as_str());
    if comparison && sides.left {
        return EmptinessReason::expected(format!(
            "no value is {} the value it is compared with, so no data is expected",
            sides.op
        ));
    }
    if sides.left && sides.right {
        return EmptinessReason::new(
            "dash-query-broken",
            ReasonWeight::Likely,
            format!(
                "both sides of \"{}\" have data, but no two of their series share all labels",
                sides.op
            ),
        )
        .seen("query", query.ref_id.clone(), &query.expr)
        .fix(
            "set the labels on which the sides are matched: on (…), ignoring (…)",
            None,
        );
    }
    let side = if sides.left { "right" } else { "left" };
    EmptinessReason::unknown(format!("the {side} side of \"{}\" has no data", sides.op))
}

fn explain_empty_traces(dashboard: &DashboardFacts, panel: &PanelFacts, query: &PanelQueryFacts) -> EmptinessReason {
    if query.expr.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return EmptinessReason::new(
            "trace-v2-empty-200",
            ReasonWeight::Note,
            format!("Tempo has no trace {}", query.expr),
        );
    }
    if let Some((condition, values)) = &query.apart.condition {
        let here = if values.is_empty() {
            "the attribute does not occur in the range".to_owned()
        } else {
            format!(
                "here it is {}",
                values.iter().take(3).cloned().collect::<Vec<_>>().join(", ")
            )
        };
        return EmptinessReason::new(
            "dash-matcher-empty",
            ReasonWeight::Likely,
            format!("nothing matches {condition}: {here}"),
        )
        .seen(
            "Tempo search",
            condition.clone(),
            if values.is_empty() {
                "none".to_owned()
            } else {
                values.join(", ")
            },
        );
    }
    match (query.apart.anything, query.apart.wider) {
        (Some(false), Some(true)) => explain_other_time_range(dashboard, panel, query, "Tempo", None),
        (Some(false), _) => EmptinessReason::new(
            "app-none-sending",
            ReasonWeight::Guess,
            "Tempo has no trace at all in the range: no application sends",
        )
        .seen("Tempo search", "{}", "nothing"),
        (Some(true), _) => EmptinessReason::new(
            "explore-zero-series",
            ReasonWeight::Note,
            "there are traces in the range, but none matches all conditions",
        ),
        _ => EmptinessReason::unknown("the search found nothing and could not be analysed"),
    }
}
