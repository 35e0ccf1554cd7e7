//! What Tempo answers to searches and to questions about tags (grafana/tempo v3.0.3: pkg/tempopb/tempo.proto as JSON:
//! 64-bit integers are strings, zero fields are left out, ids lose their leading zeros).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use telemetry::model::search::{InspectedCounts, SearchHit, SearchResult, ServiceCount, TagScope, TagValue};
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::trace::TraceId;
use telemetry::model::{Failure, FailureKind};
use telemetry::parse::tempo::parse_json;

/// What Tempo says in place of the root's service where it does not have the root.
pub const NO_ROOT: &str = "<root span not yet received>";

/// What every answer wraps: a list, which is left out where it is empty, and metrics.
#[derive(Deserialize)]
struct ListBody<T> {
    #[serde(rename = "traces", alias = "scopes", alias = "tagValues")]
    list: Option<Vec<T>>,
    metrics: Option<SearchBodyMetrics>,
}

fn parse_list<T: DeserializeOwned>(
    answer: HttpAnswer,
    answer_to: &str,
) -> Result<(Vec<T>, SearchBodyMetrics), Failure> {
    let request = answer.request.clone();
    let body: ListBody<T> = parse_json(answer)?;
    if body.list.is_none() && body.metrics.is_none() {
        let why = format!("JSON, but not a response to {answer_to}");
        return Err(Failure::new(FailureKind::Decode, request, why));
    }
    Ok((body.list.unwrap_or_default(), body.metrics.unwrap_or_default()))
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct SearchTraceRow {
    #[serde(rename = "traceID")]
    trace_id: String,
    root_service_name: Option<String>,
    root_trace_name: Option<String>,
    start_time_unix_nano: Value,
    duration_ms: Value,
    span_sets: Vec<SearchSpanSet>,
    span_set: Option<SearchSpanSet>,
    service_stats: BTreeMap<String, SearchServiceStats>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SearchSpanSet {
    matched: Value,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct SearchServiceStats {
    span_count: Value,
    error_count: Value,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct SearchBodyMetrics {
    inspected_traces: Value,
    inspected_spans: Value,
    inspected_bytes: Value,
    completed_jobs: Value,
    total_jobs: Value,
}

fn parse_number(value: &Value) -> u64 {
    value
        .as_u64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap_or_default()
}

/// `GET /api/search`
pub fn parse_search_result(answer: HttpAnswer) -> Result<SearchResult, Failure> {
    let (traces, metrics) = parse_list(answer, "a search")?;
    let mut hits: Vec<SearchHit> = traces.into_iter().map(convert_hit).collect();
    sort_newest_first(&mut hits);
    Ok(SearchResult {
        hits,
        inspected: InspectedCounts {
            traces: parse_number(&metrics.inspected_traces),
            spans: parse_number(&metrics.inspected_spans),
            bytes: parse_number(&metrics.inspected_bytes),
            completed_jobs: parse_number(&metrics.completed_jobs),
            total_jobs: parse_number(&metrics.total_jobs),
        },
    })
}

/// The order of a table of traces.
pub fn sort_newest_first(hits: &mut [SearchHit]) {
    hits.sort_by(|a, b| b.start_ns.cmp(&a.start_ns).then(a.trace_id.cmp(&b.trace_id)));
}

fn convert_hit(row: SearchTraceRow) -> SearchHit {
    let sets = row
        .span_sets
        .iter()
        .chain(row.span_set.iter().filter(|_| row.span_sets.is_empty()));
    SearchHit {
        trace_id: TraceId::from_hex(&row.trace_id).unwrap_or_default(),
        start_ns: parse_number(&row.start_time_unix_nano),
        duration_ms: parse_number(&row.duration_ms),
        matched: sets.map(|set| parse_number(&set.matched)).sum(),
        root_service: row.root_service_name.filter(|name| is_known_root(name)),
        root_name: row.root_trace_name.filter(|name| !name.is_empty()),
        services: row
            .service_stats
            .into_iter()
            .map(|(service, stats)| {
                let count = ServiceCount {
                    spans: parse_number(&stats.span_count),
                    errors: parse_number(&stats.error_count),
                };
                (service, count)
            })
            .collect(),
    }
}

/// The service of a root that Tempo has.
pub fn is_known_root(service: &str) -> bool {
    !service.is_empty() && service != NO_ROOT
}

/// `GET /api/v2/search/tags`
pub fn parse_tag_scopes(answer: HttpAnswer) -> Result<Vec<TagScope>, Failure> {
    const ORDER: [&str; 6] = ["resource", "span", "event", "link", "instrumentation", "intrinsic"];
    let (mut scopes, _) = parse_list::<TagScope>(answer, "a question for tags")?;
    for scope in &mut scopes {
        scope.tags.sort();
        scope.tags.dedup();
    }
    let place = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
    scopes.sort_by(|a, b| place(&a.name).cmp(&place(&b.name)).then(a.name.cmp(&b.name)));
    Ok(scopes)
}

/// `GET /api/v2/search/tag/{tag}/values`
pub fn parse_tag_values(answer: HttpAnswer) -> Result<Vec<TagValue>, Failure> {
    let (mut values, _) = parse_list::<TagValue>(answer, "a question for tag values")?;
    values.sort();
    values.dedup();
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::samples::answer;
    use proptest::prelude::*;

    #[test]
    fn rows_are_whole_and_newest_first() {
        let body = r#"{"traces":[
            {"traceID":"abc","rootServiceName":"<root span not yet received>","startTimeUnixNano":"5","spanSet":{"matched":2}},
            {"traceID":"def","rootServiceName":"frontend","rootTraceName":"GET /","startTimeUnixNano":"9","durationMs":18,
             "spanSets":[{"matched":4}],"spanSet":{"matched":4},
             "serviceStats":{"a":{"spanCount":2,"errorCount":1},"b":{"spanCount":3}}}],
            "metrics":{"inspectedBytes":"56705","completedJobs":3,"totalJobs":3}}"#;
        let found = parse_search_result(answer(body)).expect("a search");
        assert_eq!(found.hits[0].spans(), Some(5));
        assert_eq!((found.hits[0].errors(), found.hits[0].matched), (1, 4));
        assert_eq!(found.hits[1].trace_id.to_string(), format!("{:0>32}", "abc"));
        assert_eq!(
            (found.hits[1].root_service.as_deref(), found.hits[1].spans()),
            (None, None)
        );
        assert_eq!(found.inspected.bytes, 56_705);
    }

    #[test]
    fn another_document_is_no_answer() {
        for body in ["{}", "[]", "1", r#"{"error":"x"}"#] {
            assert!(parse_search_result(answer(body)).is_err(), "{body}");
            assert!(parse_tag_scopes(answer(body)).is_err(), "{body}");
            assert!(parse_tag_values(answer(body)).is_err(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,200}") {
            let _ = parse_search_result(answer(&body));
            let _ = parse_tag_scopes(answer(&body));
            let _ = parse_tag_values(answer(&body));
        }
    }
}
