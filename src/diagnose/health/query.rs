//! What is asked, and how much of it is answered.

use crate::model::health::{Reading, Standing, Unit};
use crate::model::tempo::Sample;

use super::reading::{Counters, rate, reading, thousands};

const PART: &str = "query";

pub(super) fn readings(counters: &Counters<'_>) -> Vec<Reading> {
    let mut all = Vec::new();
    all.extend(queries(counters));
    all.extend(failed(counters));
    all.extend(within_slo(counters));
    all.extend(turned_away(counters));
    all
}

fn queries(counters: &Counters<'_>) -> Option<Reading> {
    let name = "tempo_query_frontend_queries_total";
    let mut queries = rate(counters, PART, "queries", "queries", &[name], "queries")?;
    let by_op = counters.grown_by(name, "op");
    if !by_op.is_empty() {
        let parts: Vec<String> = by_op
            .iter()
            .map(|(op, count)| format!("{op} {}", thousands(*count)))
            .collect();
        queries.detail = format!("{} {}", parts.join(", "), counters.stretch());
    }
    Some(queries)
}

/// Requests to the API, whatever became of them.
fn is_api(sample: &Sample) -> bool {
    let route = sample.labels.get("route").map_or("", String::as_str);
    route.starts_with("api_") && route != "api_echo" && !route.starts_with("api_status")
}

fn failed(counters: &Counters<'_>) -> Option<Reading> {
    let name = "tempo_request_duration_seconds_count";
    let is_failure = |sample: &Sample| {
        sample
            .labels
            .get("status_code")
            .is_some_and(|code| code.starts_with('5'))
    };
    let all = counters.grown_where(name, is_api)?;
    let failed = counters
        .grown_where(name, |sample| is_api(sample) && is_failure(sample))
        .unwrap_or(0.0);
    let ratio = if all > 0.0 { failed / all } else { 0.0 };
    let routes: Vec<String> = counters
        .now_by(name, "route")
        .into_keys()
        .filter(|route| {
            let here =
                |sample: &Sample| is_api(sample) && is_failure(sample) && sample.labels.get("route") == Some(route);
            counters.grown_where(name, here).is_some_and(|failed| failed > 0.0)
        })
        .collect();
    let of = if routes.is_empty() {
        String::new()
    } else {
        format!(": {}", routes.join(", "))
    };
    Some(Reading {
        value: Some(ratio),
        unit: Unit::Ratio,
        detail: format!("{} of {} {}{of}", thousands(failed), thousands(all), counters.stretch()),
        standing: if failed > 0.0 { Standing::Worth } else { Standing::Good },
        ..reading(PART, "query-errors", "requests that failed (5xx)", name)
    })
}

fn within_slo(counters: &Counters<'_>) -> Option<Reading> {
    let name = "tempo_query_frontend_queries_within_slo_total";
    let within = counters.grown(name)?;
    let all = counters
        .grown("tempo_query_frontend_queries_total")
        .filter(|all| *all > 0.0)?;
    Some(Reading {
        value: Some((within / all).min(1.0)),
        unit: Unit::Ratio,
        ..reading(PART, "queries-within-slo", "queries within their objective", name)
    })
}

fn turned_away(counters: &Counters<'_>) -> Option<Reading> {
    let name = "tempo_query_frontend_discarded_requests_total";
    let grown = counters.grown(name).unwrap_or(0.0);
    let queue = counters.sum("tempo_query_frontend_queue_length");
    counters.present(&["tempo_query_frontend_connected_clients", name])?;
    Some(Reading {
        value: Some(grown),
        detail: match queue {
            Some(length) => format!("{}; {} in the queue now", counters.stretch(), thousands(length)),
            None => counters.stretch(),
        },
        standing: if grown > 0.0 { Standing::Worth } else { Standing::Good },
        cause: (grown > 0.0).then_some("query-queue-full"),
        ..reading(PART, "queries-discarded", "requests turned away (queue full)", name)
    })
}
