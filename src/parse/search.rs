//! What Tempo answers to searches and to questions about tags (grafana/tempo v3.0.3: pkg/tempopb/tempo.proto as JSON:
//! 64-bit integers are strings, zero fields are left out, ids lose their leading zeros).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::search::{Found, Hit, Inspected, ServiceCount, TagScope, TagValue};
use crate::model::tempo::Answer;
use crate::model::trace::TraceId;
use crate::model::{Failure, FailureKind};

/// What Tempo says in place of the root's service where it does not have the root.
pub const NO_ROOT: &str = "<root span not yet received>";

#[derive(Deserialize, Default)]
#[serde(default)]
struct SearchBody {
    traces: Option<Vec<Row>>,
    metrics: Option<Metrics>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Row {
    #[serde(rename = "traceID")]
    trace_id: String,
    root_service_name: Option<String>,
    root_trace_name: Option<String>,
    start_time_unix_nano: Value,
    duration_ms: Value,
    span_sets: Vec<SpanSet>,
    span_set: Option<SpanSet>,
    service_stats: BTreeMap<String, Stats>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SpanSet {
    matched: Value,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Stats {
    span_count: Value,
    error_count: Value,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Metrics {
    inspected_traces: Value,
    inspected_spans: Value,
    inspected_bytes: Value,
    completed_jobs: Value,
    total_jobs: Value,
}

fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap_or_default()
}

fn not(answer_to: &str, request: String) -> Failure {
    Failure::new(
        FailureKind::Decode,
        request,
        format!("JSON, but not a response to {answer_to}"),
    )
}

/// `GET /api/search`
pub fn found(answer: Answer) -> Result<Found, Failure> {
    let request = answer.request.clone();
    let body: SearchBody = super::tempo::json(answer)?;
    if body.traces.is_none() && body.metrics.is_none() {
        return Err(not("a search", request));
    }
    let metrics = body.metrics.unwrap_or_default();
    let mut hits: Vec<Hit> = body.traces.unwrap_or_default().into_iter().map(hit).collect();
    newest_first(&mut hits);
    Ok(Found {
        hits,
        inspected: Inspected {
            traces: number(&metrics.inspected_traces),
            spans: number(&metrics.inspected_spans),
            bytes: number(&metrics.inspected_bytes),
            completed_jobs: number(&metrics.completed_jobs),
            total_jobs: number(&metrics.total_jobs),
        },
    })
}

/// The order of a table of traces.
pub fn newest_first(hits: &mut [Hit]) {
    hits.sort_by(|a, b| b.start_ns.cmp(&a.start_ns).then(a.trace_id.cmp(&b.trace_id)));
}

fn hit(row: Row) -> Hit {
    let sets = row
        .span_sets
        .iter()
        .chain(row.span_set.iter().filter(|_| row.span_sets.is_empty()));
    Hit {
        trace_id: TraceId::from_hex(&row.trace_id).unwrap_or_default(),
        start_ns: number(&row.start_time_unix_nano),
        duration_ms: number(&row.duration_ms),
        matched: sets.map(|set| number(&set.matched)).sum(),
        root_service: row.root_service_name.filter(|name| known_root(name)),
        root_name: row.root_trace_name.filter(|name| !name.is_empty()),
        services: row
            .service_stats
            .into_iter()
            .map(|(service, stats)| {
                let count = ServiceCount {
                    spans: number(&stats.span_count),
                    errors: number(&stats.error_count),
                };
                (service, count)
            })
            .collect(),
    }
}

/// The service of a root that Tempo has.
pub fn known_root(service: &str) -> bool {
    !service.is_empty() && service != NO_ROOT
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ScopesBody {
    scopes: Option<Vec<ScopeBody>>,
    metrics: Option<Value>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ScopeBody {
    name: String,
    tags: Vec<String>,
}

/// `GET /api/v2/search/tags`
pub fn tags(answer: Answer) -> Result<Vec<TagScope>, Failure> {
    const ORDER: [&str; 6] = ["resource", "span", "event", "link", "instrumentation", "intrinsic"];
    let request = answer.request.clone();
    let body: ScopesBody = super::tempo::json(answer)?;
    if body.scopes.is_none() && body.metrics.is_none() {
        return Err(not("a question for tags", request));
    }
    let mut scopes: Vec<TagScope> = body
        .scopes
        .unwrap_or_default()
        .into_iter()
        .map(|scope| {
            let mut tags = scope.tags;
            tags.sort();
            tags.dedup();
            TagScope { name: scope.name, tags }
        })
        .collect();
    let place = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
    scopes.sort_by(|a, b| place(&a.name).cmp(&place(&b.name)).then(a.name.cmp(&b.name)));
    Ok(scopes)
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct ValuesBody {
    tag_values: Option<Vec<ValueBody>>,
    metrics: Option<Value>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ValueBody {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

/// `GET /api/v2/search/tag/{tag}/values`
pub fn values(answer: Answer) -> Result<Vec<TagValue>, Failure> {
    let request = answer.request.clone();
    let body: ValuesBody = super::tempo::json(answer)?;
    if body.tag_values.is_none() && body.metrics.is_none() {
        return Err(not("a question for tag values", request));
    }
    let mut values: Vec<TagValue> = body
        .tag_values
        .unwrap_or_default()
        .into_iter()
        .map(|value| TagValue {
            kind: value.kind,
            value: value.value,
        })
        .collect();
    values.sort();
    values.dedup();
    Ok(values)
}

/// Services and their spans, most first: the answer of `GET /api/metrics/query` to
/// `{} | count_over_time() by (resource.service.name)`.
pub fn span_counts(answer: Answer) -> Result<Vec<(String, u64)>, Failure> {
    let request = answer.request.clone();
    let body: Value = super::tempo::json(answer)?;
    if body.get("series").is_none() && body.get("metrics").is_none() {
        return Err(not("a metrics query", request));
    }
    let mut counts: Vec<(String, u64)> = body["series"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter_map(|series| {
            let labels = series["labels"].as_array()?;
            let service = labels.iter().find(|label| label["key"] == "resource.service.name")?;
            let name = service["value"]["stringValue"].as_str().unwrap_or("(no service.name)");
            Some((name.to_owned(), series["value"].as_f64().unwrap_or_default() as u64))
        })
        .collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(counts)
}

/// Services and their spans in these traces, most first: what a sample says where nothing counts.
pub fn sample_counts(hits: &[Hit]) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for hit in hits {
        for (service, count) in &hit.services {
            *counts.entry(service).or_default() += count.spans;
        }
    }
    let mut counts: Vec<(String, u64)> = counts
        .into_iter()
        .map(|(name, spans)| (name.to_owned(), spans))
        .collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(body: &str) -> Answer {
        Answer {
            request: "GET /x".into(),
            status: 200,
            headers: Default::default(),
            body: body.into(),
        }
    }

    #[test]
    fn rows_are_whole_and_newest_first() {
        let body = r#"{"traces":[
            {"traceID":"abc","rootServiceName":"<root span not yet received>","startTimeUnixNano":"5","spanSet":{"matched":2}},
            {"traceID":"def","rootServiceName":"frontend","rootTraceName":"GET /","startTimeUnixNano":"9","durationMs":18,
             "spanSets":[{"matched":4}],"spanSet":{"matched":4},
             "serviceStats":{"a":{"spanCount":2,"errorCount":1},"b":{"spanCount":3}}}],
            "metrics":{"inspectedBytes":"56705","completedJobs":3,"totalJobs":3}}"#;
        let found = found(answer(body)).expect("a search");
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
            assert!(found(answer(body)).is_err(), "{body}");
            assert!(tags(answer(body)).is_err(), "{body}");
            assert!(values(answer(body)).is_err(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,200}") {
            let _ = found(answer(&body));
            let _ = tags(answer(&body));
            let _ = values(answer(&body));
            let _ = span_counts(answer(&body));
        }
    }
}
