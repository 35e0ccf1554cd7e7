//! Why a query has no data.

use crate::model::dashboard::{DashboardFacts, PanelFacts, Presence, QueryFacts, SourceFacts, SourceState};

use super::reason::{Reason, Weight};
use super::{absent, matched};

/// Why a query has no data.
pub fn why(dashboard: &DashboardFacts, panel: &PanelFacts, query: &QueryFacts) -> Reason {
    let source = match &query.source {
        SourceState::Found { uid } => dashboard.sources.iter().find(|source| source.uid == *uid),
        _ => None,
    };
    if query.language == "traceql" {
        return of_traces(dashboard, panel, query);
    }
    if let Some(part) = query.parts.iter().find(|part| part.presence == Presence::Never) {
        return absent::reason(part, source);
    }
    if let Some(part) = query
        .parts
        .iter()
        .find(|part| !part.culprits.is_empty() || part.together)
    {
        return matched::reason(part, dashboard);
    }
    if let Some(part) = query
        .parts
        .iter()
        .find(|part| part.samples.is_some_and(|samples| samples < 2.0))
    {
        return window(part, query, source);
    }
    if let Some(part) = query.parts.iter().find(|part| part.presence == Presence::Elsewhen) {
        return elsewhen(dashboard, panel, query, &part.metric, source);
    }
    if query.apart.quantile_without_le {
        return Reason::new(
            "dash-query-broken",
            Weight::Likely,
            "histogram_quantile needs the label le, but the sum inside drops it",
        )
        .fix("keep le in the sum: sum by (le) (…)", None);
    }
    if query.apart.at_end == Some(true) {
        return Reason::right(format!(
            "its data is newer than one step of the range ({:.0} s); a shorter range shows it",
            query.apart.step_s
        ));
    }
    if let Some(sides) = &query.apart.sides {
        return compared(sides, query);
    }
    if query.apart.wider == Some(true) {
        return elsewhen(dashboard, panel, query, "it", source);
    }
    if let Some(name) = query.empty_variables.first() {
        return Reason::new(
            "dash-variable-empty",
            Weight::Likely,
            format!("the variable {name} has no value"),
        );
    }
    if query.parts.is_empty() {
        return Reason::unknown("the query returns no data and could not be analysed");
    }
    Reason::unknown("every metric and label in the query exists, but it returns no data")
}

fn window(part: &crate::model::dashboard::SelectorFacts, query: &QueryFacts, source: Option<&SourceFacts>) -> Reason {
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
        return Reason::new(
            "app-none-sending",
            Weight::Guess,
            format!("{} has not been written for a while", part.metric),
        );
    }
    if part.interval_s.is_none() {
        return Reason::right(format!("{} has just appeared: a rate needs two samples", part.metric));
    }
    Reason::new(
        "sm-rate-window",
        Weight::Certain,
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

fn elsewhen(
    dashboard: &DashboardFacts,
    panel: &PanelFacts,
    query: &QueryFacts,
    what: &str,
    source: Option<&SourceFacts>,
) -> Reason {
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
        return Reason::new(
            "app-stopped",
            Weight::Guess,
            format!(
                "{what} was written earlier, but not in the range ({range}): most likely, applications stopped sending"
            ),
        );
    }
    Reason::new(
        "dash-time-range",
        Weight::Note,
        format!("{what} has no data in the range ({range}), but has some at other times"),
    )
    .seen("dashboard", "range", range)
}

fn compared(sides: &crate::model::dashboard::Sides, query: &QueryFacts) -> Reason {
    let comparison = ["==", "!=", ">", "<", ">=", "<="].contains(&sides.op.as_str());
    if comparison && sides.left {
        return Reason::right(format!(
            "no value is {} the value it is compared with, so no data is expected",
            sides.op
        ));
    }
    if sides.left && sides.right {
        return Reason::new(
            "dash-query-broken",
            Weight::Likely,
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
    Reason::unknown(format!("the {side} side of \"{}\" has no data", sides.op))
}

fn of_traces(dashboard: &DashboardFacts, panel: &PanelFacts, query: &QueryFacts) -> Reason {
    if query.expr.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Reason::new(
            "trace-v2-empty-200",
            Weight::Note,
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
        return Reason::new(
            "dash-matcher-empty",
            Weight::Likely,
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
        (Some(false), Some(true)) => elsewhen(dashboard, panel, query, "Tempo", None),
        (Some(false), _) => Reason::new(
            "app-none-sending",
            Weight::Guess,
            "Tempo has no trace at all in the range: no application sends",
        )
        .seen("Tempo search", "{}", "nothing"),
        (Some(true), _) => Reason::new(
            "explore-zero-series",
            Weight::Note,
            "there are traces in the range, but none matches all conditions",
        ),
        _ => Reason::unknown("the search found nothing and could not be analysed"),
    }
}
