//! What is asked, and how much of it is answered.

use telemetry::model::health::{HealthReading, ReadingUnit};
use telemetry::model::tempo::MetricSample;
use telemetry::text::group_thousands;

use super::counters::{HealthCounters, assess_rate, grade_reading, new_reading};

const PART: &str = "query";

pub(super) fn collect_readings(counters: &HealthCounters<'_>) -> Vec<HealthReading> {
    let mut all = Vec::new();
    all.extend(assess_queries(counters));
    all.extend(assess_failed_requests(counters));
    all.extend(assess_slo(counters));
    all.extend(assess_rejected_requests(counters));
    all
}

fn assess_queries(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = "tempo_query_frontend_queries_total";
    let mut queries = assess_rate(counters, PART, "queries", "queries", &[name], "queries")?;
    let by_op = counters.growth_by(name, "op");
    if !by_op.is_empty() {
        let parts: Vec<String> = by_op
            .iter()
            .map(|(op, count)| format!("{op} {}", group_thousands(*count)))
            .collect();
        queries.detail = format!("{} {}", parts.join(", "), counters.describe_window());
    }
    Some(queries)
}

/// Requests to the API, whatever became of them.
fn is_api_request(sample: &MetricSample) -> bool {
    let route = sample.labels.get("route").map_or("", String::as_str);
    route.starts_with("api_") && route != "api_echo" && !route.starts_with("api_status")
}

fn assess_failed_requests(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = "tempo_request_duration_seconds_count";
    let is_failure = |sample: &MetricSample| {
        sample
            .labels
            .get("status_code")
            .is_some_and(|code| code.starts_with('5'))
    };
    let all = counters.growth_where(name, is_api_request)?;
    let failed = counters
        .growth_where(name, |sample| is_api_request(sample) && is_failure(sample))
        .unwrap_or(0.0);
    let ratio = if all > 0.0 { failed / all } else { 0.0 };
    let routes: Vec<String> = counters
        .now_by(name, "route")
        .into_keys()
        .filter(|route| {
            let here = |sample: &MetricSample| {
                is_api_request(sample) && is_failure(sample) && sample.labels.get("route") == Some(route)
            };
            counters.growth_where(name, here).is_some_and(|failed| failed > 0.0)
        })
        .collect();
    let of = if routes.is_empty() {
        String::new()
    } else {
        format!(": {}", routes.join(", "))
    };
    Some(HealthReading {
        value: Some(ratio),
        unit: ReadingUnit::Ratio,
        detail: format!(
            "{} of {} {}{of}",
            group_thousands(failed),
            group_thousands(all),
            counters.describe_window()
        ),
        standing: grade_reading(false, failed > 0.0),
        ..new_reading(PART, "query-errors", "requests that failed (5xx)", name)
    })
}

fn assess_slo(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = "tempo_query_frontend_queries_within_slo_total";
    let within = counters.growth(name)?;
    let all = counters
        .growth("tempo_query_frontend_queries_total")
        .filter(|all| *all > 0.0)?;
    Some(HealthReading {
        value: Some((within / all).min(1.0)),
        unit: ReadingUnit::Ratio,
        ..new_reading(PART, "queries-within-slo", "queries within their objective", name)
    })
}

fn assess_rejected_requests(counters: &HealthCounters<'_>) -> Option<HealthReading> {
    let name = "tempo_query_frontend_discarded_requests_total";
    let grown = counters.growth(name).unwrap_or(0.0);
    let queue = counters.sum("tempo_query_frontend_queue_length");
    counters.find_metric(&["tempo_query_frontend_connected_clients", name])?;
    Some(HealthReading {
        value: Some(grown),
        detail: match queue {
            Some(length) => format!(
                "{}; {} in the queue now",
                counters.describe_window(),
                group_thousands(length)
            ),
            None => counters.describe_window(),
        },
        standing: grade_reading(false, grown > 0.0),
        cause: (grown > 0.0).then_some("query-queue-full"),
        ..new_reading(PART, "queries-discarded", "requests turned away (queue full)", name)
    })
}
