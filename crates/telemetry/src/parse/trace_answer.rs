//! A trace as Tempo gives it back, compared field by field with what was sent.

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
        }
    }
}
