//! A trace as Tempo gives it back, compared field by field with what was sent.

use serde_json::Value;

use crate::model::evidence::RootCounts;
use crate::model::marker::TraceRead;
use crate::model::tempo::HttpAnswer;
use crate::model::trace::{AttributeValue, Trace, TraceId, TraceSpan, find_attribute};
use crate::model::{Failure, FailureKind};

use super::tempo::expect_ok;
use super::traces::{TraceForm, parse_json_traces};

/// Reads a trace and compares it with `sent`. An unknown id is no failure: v2 says 200 with an empty trace, v1 says 404.
pub fn compare_with_sent(answer: HttpAnswer, sent: &Trace) -> Result<TraceRead, Failure> {
    let request = answer.request.clone();
    let empty = answer.body.trim().is_empty();
    let traces = if answer.status == 404 && empty {
        Vec::new()
    } else {
        let answer = expect_ok(answer)?;
        let unread = |why: String| Failure::new(FailureKind::Decode, request.clone(), why).with_status(answer.status);
        match parse_json_traces(answer.body.as_bytes()) {
            _ if empty => Vec::new(),
            Ok((_, TraceForm::Jaeger)) => return Err(unread("JSON, but not a trace".to_owned())),
            Ok((traces, _)) => traces,
            Err(error) => return Err(unread(error.message)),
        }
    };
    let partial = traces.iter().find_map(|trace| trace.partial.clone());
    let spans: Vec<(TraceId, &TraceSpan)> = traces
        .iter()
        .flat_map(|trace| trace.spans.iter().map(|span| (trace.id, span)))
        .collect();
    Ok(TraceRead {
        request,
        spans: u32::try_from(spans.len()).unwrap_or(u32::MAX),
        // Nothing is known of what somebody else sent.
        differences: if spans.is_empty() || sent.spans.is_empty() {
            Vec::new()
        } else {
            find_differences(&spans, sent)
        },
        partial,
    })
}

/// Every field that is not what was sent. Added attributes are no difference: a collector may enrich.
fn find_differences(read: &[(TraceId, &TraceSpan)], sent: &Trace) -> Vec<String> {
    let mut found = Vec::new();
    for want in &sent.spans {
        let who = &want.resource.service;
        let Some((trace_id, got)) = read.iter().find(|(_, got)| got.id == want.id) else {
            found.push(format!("{who}: span {} is missing", want.id));
            continue;
        };
        let mut check = |field: &str, sent: &str, read: &str| {
            if read != sent {
                found.push(format!("{who} {field}: sent {sent}, read {read}"));
            }
        };
        let parent = |span: &TraceSpan| span.parent.map(|id| id.to_string()).unwrap_or_default();
        let kind = |span: &TraceSpan| span.kind.name().to_uppercase();
        check("service.name", who, &got.resource.service);
        check("trace id", &sent.id.to_string(), &trace_id.to_string());
        check("name", &want.name, &got.name);
        check("kind", &kind(want), &kind(got));
        check("parent", &parent(want), &parent(got));
        check("start", &want.start_ns.to_string(), &got.start_ns.to_string());
        check("end", &want.end_ns.to_string(), &got.end_ns.to_string());
        for attribute in &want.attributes {
            if let AttributeValue::Text(text) = &attribute.value {
                let read = find_attribute(&got.attributes, &attribute.key);
                check(&attribute.key, text, &read.map(ToString::to_string).unwrap_or_default());
            }
        }
    }
    if read.len() > sent.spans.len() {
        found.push(format!("{} spans sent, {} read", sent.spans.len(), read.len()));
    }
    found
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
    for trace in body["traces"].as_array().into_iter().flatten() {
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
                compare_with_sent(answer(status, body), &Trace::default())
                    .expect("no failure")
                    .spans,
                0
            );
        }
        assert!(compare_with_sent(answer(404, "404 page not found"), &Trace::default()).is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,200}", status in 100u16..600) {
            let _ = compare_with_sent(answer(status, &body), &Trace::default());
            let _ = parse_search_ids(answer(status, &body));
            let _ = parse_plain_tag_values(answer(status, &body));
        }
    }
}
