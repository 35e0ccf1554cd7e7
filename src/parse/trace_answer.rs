//! Trace JSON as Tempo gives it back, compared field by field with what was sent.
//!
//! v2 answers `{"trace":{"resourceSpans":[…]}}`, v1 `{"batches":[…]}`; ids are base64, 64-bit integers are strings, zero
//! fields are left out, kinds are names (grafana/tempo v3.0.3: pkg/tempopb/trace/v1).

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::Value;

use crate::model::evidence::RootCounts;
use crate::model::marker::{SpanSpec, TraceRead};
use crate::model::tempo::HttpAnswer;
use crate::model::trace::SpanKind;
use crate::model::{Failure, FailureKind};

use super::tempo::expect_ok;

/// One span as read.
struct ReadSpan<'a> {
    resource: &'a Value,
    span: &'a Value,
}

/// Reads a trace and compares it with `sent`. An unknown id is no failure: v2 says 200 with an empty trace, v1 says 404.
pub fn compare_with_sent(answer: HttpAnswer, trace_id: &str, sent: &[SpanSpec]) -> Result<TraceRead, Failure> {
    let request = answer.request.clone();
    let nothing = |request| TraceRead {
        request,
        spans: 0,
        differences: Vec::new(),
        partial: None,
    };
    if answer.status == 404 && answer.body.trim().is_empty() {
        return Ok(nothing(request));
    }
    let answer = expect_ok(answer)?;
    if answer.body.trim().is_empty() {
        return Ok(nothing(request));
    }
    let body: Value = serde_json::from_str(&answer.body).map_err(|error| {
        Failure::new(FailureKind::Decode, request.clone(), format!("not a trace: {error}")).with_status(answer.status)
    })?;
    let batches = body["trace"]["resourceSpans"]
        .as_array()
        .or_else(|| body["batches"].as_array())
        .or_else(|| body["resourceSpans"].as_array());
    if batches.is_none() && body.get("trace").is_none() {
        return Err(Failure::new(FailureKind::Decode, request, "JSON, but not a trace").with_status(answer.status));
    }
    let spans = collect_spans(batches.map_or(&[][..], Vec::as_slice));
    let partial = (body["status"] == "PARTIAL").then(|| body["message"].as_str().unwrap_or("partial").to_owned());
    Ok(TraceRead {
        request,
        spans: u32::try_from(spans.len()).unwrap_or(u32::MAX),
        differences: if spans.is_empty() {
            Vec::new()
        } else {
            find_differences(&spans, trace_id, sent)
        },
        partial,
    })
}

fn collect_spans(batches: &[Value]) -> Vec<ReadSpan<'_>> {
    let mut spans = Vec::new();
    for batch in batches {
        let scopes = iterate_items(&batch["scopeSpans"]).chain(iterate_items(&batch["instrumentationLibrarySpans"]));
        for span in scopes.flat_map(|scope| iterate_items(&scope["spans"])) {
            spans.push(ReadSpan {
                resource: &batch["resource"],
                span,
            });
        }
    }
    spans
}

fn iterate_items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

/// Every field that is not what was sent. Added attributes are no difference: a collector may enrich.
fn find_differences(read: &[ReadSpan<'_>], trace_id: &str, sent: &[SpanSpec]) -> Vec<String> {
    let mut found = Vec::new();
    for want in sent {
        let who = &want.service;
        let Some(got) = read.iter().find(|got| decode_id(&got.span["spanId"]) == want.span_id) else {
            found.push(format!("{who}: span {} is missing", want.span_id));
            continue;
        };
        let mut check = |field: &str, sent: &str, read: String| {
            if read != sent {
                found.push(format!("{who} {field}: sent {sent}, read {read}"));
            }
        };
        check(
            "service.name",
            &want.service,
            find_attribute_text(&got.resource["attributes"], "service.name"),
        );
        check("trace id", trace_id, decode_id(&got.span["traceId"]));
        check("name", &want.name, stringify_value(&got.span["name"]));
        let kind = parse_span_kind(&got.span["kind"]);
        check("kind", &want.kind.name().to_uppercase(), kind.name().to_uppercase());
        check(
            "parent",
            want.parent_span_id.as_deref().unwrap_or(""),
            decode_id(&got.span["parentSpanId"]),
        );
        check(
            "start",
            &want.start_ns.to_string(),
            stringify_value(&got.span["startTimeUnixNano"]),
        );
        check(
            "end",
            &want.end_ns.to_string(),
            stringify_value(&got.span["endTimeUnixNano"]),
        );
        for (key, value) in &want.attributes {
            check(key, value, find_attribute_text(&got.span["attributes"], key));
        }
    }
    if read.len() > sent.len() {
        found.push(format!("{} spans sent, {} read", sent.len(), read.len()));
    }
    found
}

fn stringify_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn find_attribute_text(list: &Value, key: &str) -> String {
    list.as_array()
        .and_then(|items| items.iter().find(|item| item["key"] == key))
        .map(|item| {
            item["value"]
                .as_object()
                .and_then(|value| value.values().next())
                .map(stringify_value)
                .unwrap_or_default()
        })
        .unwrap_or_default()
}

fn parse_span_kind(value: &Value) -> SpanKind {
    match value {
        Value::String(name) => SpanKind::from_name(name).unwrap_or_default(),
        other => SpanKind::from_number(other.as_i64().unwrap_or_default()),
    }
}

/// An id as lower-case hex, from base64 (Tempo's JSON) or hex (OTLP JSON).
fn decode_id(value: &Value) -> String {
    let Some(text) = value.as_str() else {
        return String::new();
    };
    let is_hex =
        |text: &str| (text.len() == 16 || text.len() == 32) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex(text) {
        return text.to_ascii_lowercase();
    }
    match BASE64.decode(text) {
        Ok(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(_) => text.to_owned(),
    }
}

/// Trace ids of a search answer, padded to 32 digits: Tempo drops leading zeros.
pub fn parse_search_ids(answer: HttpAnswer) -> Result<Vec<String>, Failure> {
    let request = answer.request.clone();
    let body: Value = super::tempo::parse_json(answer)?;
    let Some(object) = body.as_object() else {
        return Err(Failure::new(FailureKind::Decode, request, "not a search answer"));
    };
    if !object.contains_key("traces") && !object.contains_key("metrics") {
        return Err(Failure::new(
            FailureKind::Decode,
            request,
            "JSON, but not a search answer",
        ));
    }
    Ok(body["traces"]
        .as_array()
        .map(|traces| {
            traces
                .iter()
                .filter_map(|trace| trace["traceID"].as_str())
                .map(|id| format!("{id:0>32}"))
                .collect()
        })
        .unwrap_or_default())
}

/// The newest start of the traces in a search answer, in seconds since 1970.
pub fn find_newest_start(answer: &HttpAnswer) -> Option<f64> {
    let body: Value = serde_json::from_str(&answer.body).ok()?;
    body["traces"]
        .as_array()?
        .iter()
        .filter_map(|trace| trace["startTimeUnixNano"].as_str()?.parse::<f64>().ok())
        .map(|nanos| nanos / 1e9)
        .max_by(f64::total_cmp)
}

/// Of the traces that started before that moment, how many have no root span: search says `<root span not yet received>`.
pub fn count_roots(answer: &HttpAnswer, before: f64) -> RootCounts {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let mut roots = RootCounts { traces: 0, without: 0 };
    for trace in iterate_items(&body["traces"]) {
        let started = trace["startTimeUnixNano"]
            .as_str()
            .and_then(|text| text.parse::<f64>().ok());
        if started.is_none_or(|nanos| nanos / 1e9 >= before) {
            continue;
        }
        roots.traces += 1;
        let root = trace["rootServiceName"].as_str().unwrap_or_default();
        roots.without += u32::from(root.starts_with("<root span not yet received"));
    }
    roots
}

/// The values of a tag: `GET /api/v2/search/tag/{tag}/values`.
pub fn parse_plain_tag_values(answer: HttpAnswer) -> Result<Vec<String>, Failure> {
    let request = answer.request.clone();
    let body: Value = super::tempo::parse_json(answer)?;
    if !body.is_object() {
        return Err(Failure::new(FailureKind::Decode, request, "not a list of tag values"));
    }
    Ok(body["tagValues"]
        .as_array()
        .map(|values| {
            values
                .iter()
                .map(|value| {
                    value["value"]
                        .as_str()
                        .or(value.as_str())
                        .unwrap_or_default()
                        .to_owned()
                })
                .collect()
        })
        .unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::marker::build_live_trace;
    use proptest::prelude::*;

    fn answer(status: u16, body: &str) -> HttpAnswer {
        HttpAnswer {
            request: "GET /api/v2/traces/x".into(),
            status,
            headers: Default::default(),
            body: body.into(),
        }
    }

    #[test]
    fn absence_has_two_shapes() {
        for (status, body) in [(200, r#"{"trace":{},"metrics":{}}"#), (404, "")] {
            assert_eq!(
                compare_with_sent(answer(status, body), "x", &[])
                    .expect("no failure")
                    .spans,
                0
            );
        }
        assert!(compare_with_sent(answer(404, "404 page not found"), "x", &[]).is_err());
    }

    #[test]
    fn base64_ids_become_hex() {
        assert_eq!(
            decode_id(&Value::from("VZdCNZdLpQbJxoPcCJ7sNw==")),
            "55974235974ba506c9c683dc089eec37"
        );
    }

    #[test]
    fn every_changed_field_is_named() {
        let id = "55974235974ba506c9c683dc089eec37";
        let sent = build_live_trace(id, 1_000_000_000);
        let body = serde_json::json!({"trace": {"resourceSpans": [{
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": sent[0].service}}]},
            "scopeSpans": [{"spans": [{"traceId": id, "spanId": sent[0].span_id, "name": "renamed", "kind": "SPAN_KIND_CLIENT",
                "startTimeUnixNano": sent[0].start_ns.to_string(), "endTimeUnixNano": sent[0].end_ns.to_string()}]}]}]}});
        let read = compare_with_sent(answer(200, &body.to_string()), id, &sent).expect("a trace");
        assert!(
            read.differences.iter().any(|text| text.contains("renamed")),
            "{:?}",
            read.differences
        );
        assert!(
            read.differences.iter().any(|text| text.contains("missing")),
            "{:?}",
            read.differences
        );
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,200}", status in 100u16..600) {
            let _ = compare_with_sent(answer(status, &body), "x", &[]);
            let _ = parse_search_ids(answer(status, &body));
            let _ = parse_plain_tag_values(answer(status, &body));
        }
    }
}
