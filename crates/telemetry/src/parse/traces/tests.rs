use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value as Any};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span as OtlpSpan, Status, TracesData};
use proptest::prelude::*;
use prost::Message;
use serde_json::json;

use super::*;
use crate::model::trace::{AttributeValue, SpanKind, SpanStatus};

const ID: &str = "9d8ec14607908efdeae47a0febe68235";

/// The same span in every dialect of JSON.
#[test]
fn every_dialect_says_the_same() {
    let otlp = json!({"traceId": ID, "spanId": "c33ebec02fcc5f10", "parentSpanId": "d4e444d5c37def1d", "name": "GET /",
        "kind": 2, "startTimeUnixNano": "1000000", "endTimeUnixNano": "3000000", "status": {"code": 2, "message": "boom"},
        "attributes": [{"key": "code", "value": {"intValue": "200"}}]});
    let tempo = json!({"traceId": "nY7BRgeQjv3q5HoP6+aCNQ==", "spanId": "wz6+wC/MXxA=", "parentSpanId": "1ORE1cN97x0=",
        "name": "GET /", "kind": "SPAN_KIND_SERVER", "startTimeUnixNano": "1000000", "endTimeUnixNano": 3000000,
        "status": {"code": "STATUS_CODE_ERROR", "message": "boom"},
        "attributes": [{"key": "code", "value": {"intValue": 200}}]});
    let snake = json!({"trace_id": ID, "span_id": "c33ebec02fcc5f10", "parent_span_id": "d4e444d5c37def1d", "name": "GET /",
        "kind": "SERVER", "start_time_unix_nano": "1000000", "end_time_unix_nano": "3000000",
        "status": {"code": "ERROR", "message": "boom"}, "attributes": [{"key": "code", "value": {"int_value": "200"}}]});
    let resource = json!({"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]});
    let documents = [
        (
            json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [otlp]}]}]}),
            TraceForm::OtlpJson,
        ),
        (
            json!({"batches": [{"resource": resource, "scopeSpans": [{"spans": [tempo]}]}]}),
            TraceForm::TempoV1,
        ),
        (
            json!({"trace": {"resourceSpans": [{"resource": resource, "instrumentationLibrarySpans": [{"spans": [tempo]}]}]}, "metrics": {}}),
            TraceForm::TempoV2,
        ),
        (
            json!({"resource_spans": [{"resource": resource, "scope_spans": [{"spans": [snake]}]}]}),
            TraceForm::OtlpJson,
        ),
    ];
    let all: Vec<Trace> = documents
        .into_iter()
        .map(|(document, form)| {
            let (mut traces, found) = parse_traces(document.to_string().as_bytes()).expect("a trace");
            assert_eq!((traces.len(), found), (1, form), "{document}");
            traces.remove(0)
        })
        .collect();
    assert!(all.windows(2).all(|two| two[0] == two[1]), "{all:#?}");
    let span = &all[0].spans[0];
    assert_eq!(all[0].id.to_string(), ID);
    assert_eq!(
        (span.kind, span.status, span.duration_ns()),
        (SpanKind::Server, SpanStatus::Error, 2_000_000)
    );
    assert_eq!(
        span.parent.map(|id| id.to_string()).as_deref(),
        Some("d4e444d5c37def1d")
    );
    assert_eq!(span.attributes[0].value, AttributeValue::Int(200));
    assert_eq!(span.service(), "shop");
}

#[test]
fn jaegers_own_words_are_understood() {
    let document = json!({"data": [{"traceID": "abc", "spans": [{
        "traceID": "abc", "spanID": "1", "operationName": "GET /", "flags": 1, "warnings": null,
        "references": [{"refType": "CHILD_OF", "traceID": "abc", "spanID": "2"}, {"refType": "FOLLOWS_FROM", "traceID": "def", "spanID": "3"}],
        "startTime": 1000, "duration": 25, "processID": "p1",
        "tags": [{"key": "span.kind", "type": "string", "value": "client"}, {"key": "error", "type": "bool", "value": true},
                 {"key": "http.status_code", "type": "int64", "value": 503}, {"key": "ratio", "type": "float64", "value": 0.5}],
        "logs": [{"timestamp": 1010, "fields": [{"key": "event", "type": "string", "value": "retry"}, {"key": "n", "type": "int64", "value": 2}]}],
    }], "processes": {"p1": {"serviceName": "shop", "tags": [{"key": "host", "type": "string", "value": "h1"}]}}}], "total": 0});
    let (traces, form) = parse_traces(document.to_string().as_bytes()).expect("a trace");
    assert_eq!(form, TraceForm::Jaeger);
    let span = &traces[0].spans[0];
    assert_eq!(
        (span.kind, span.status, span.service()),
        (SpanKind::Client, SpanStatus::Error, "shop")
    );
    assert_eq!((span.start_ns, span.duration_ns()), (1_000_000, 25_000));
    assert_eq!(
        span.parent.map(|id| id.to_string()).as_deref(),
        Some("0000000000000002")
    );
    assert_eq!(span.links[0].trace_id.to_string(), format!("{:0>32}", "def"));
    let values: Vec<String> = span
        .attributes
        .iter()
        .map(|one| format!("{}={}", one.key, one.value))
        .collect();
    assert_eq!(values, ["error=true", "http.status_code=503", "ratio=0.5"]);
    assert_eq!((&*span.events[0].name, span.events[0].at_ns), ("retry", 1_010_000));
}

fn message() -> TracesData {
    let string = |key: &str, value: &str| KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Any::StringValue(value.to_owned())),
        }),
        ..Default::default()
    };
    TracesData {
        resource_spans: vec![ResourceSpans {
            resource: Some(Resource {
                attributes: vec![string("service.name", "shop")],
                ..Default::default()
            }),
            scope_spans: vec![ScopeSpans {
                spans: vec![OtlpSpan {
                    trace_id: vec![7; 16],
                    span_id: vec![1; 8],
                    name: "GET /".to_owned(),
                    kind: 2,
                    start_time_unix_nano: 5,
                    end_time_unix_nano: 9,
                    attributes: vec![string("a", "b")],
                    status: Some(Status {
                        code: 2,
                        message: "boom".to_owned(),
                    }),
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        }],
    }
}

#[test]
fn protobuf_is_read_bare_and_in_tempos_answer() {
    let bare = message().encode_to_vec();
    // Field 1 is the trace, 3 the status «partial», 4 its message.
    let mut answer = vec![0x0a];
    prost::encoding::encode_varint(bare.len() as u64, &mut answer);
    answer.extend_from_slice(&bare);
    answer.extend_from_slice(&[0x18, 1, 0x22, 3, b'c', b'u', b't']);
    let by_id = parse_v2_protobuf(&answer, &mut { u64::MAX }).expect("an answer");
    assert_eq!(by_id[0].partial.as_deref(), Some("cut"));
    let whole = parse_v1_protobuf(&bare, &mut { u64::MAX }).expect("a trace");
    assert_eq!(whole[0].spans, by_id[0].spans);
    assert_eq!(
        (&*whole[0].spans[0].name, whole[0].spans[0].service()),
        ("GET /", "shop")
    );
    for (bytes, what) in [(&bare, "bare"), (&answer, "answer")] {
        let (traces, form) = parse_traces(bytes).expect(what);
        assert_eq!(
            (traces.len(), form, traces[0].spans.len()),
            (1, TraceForm::Protobuf, 1),
            "{what}"
        );
    }
    assert!(parse_v1_protobuf(&bare[..bare.len() - 1], &mut { u64::MAX }).is_err());
}

#[test]
fn says_why_a_text_is_no_trace() {
    for (text, why) in [
        ("", "it is empty"),
        ("{\"resourceSpans\":[", "it is truncated at line 1"),
        (
            "{\"verdict\":1}",
            "JSON, but not a trace: it has no resourceSpans, batches, trace or data",
        ),
        ("<html>", "it is neither JSON nor an OTLP message"),
    ] {
        assert_eq!(parse_traces(text.as_bytes()).expect_err(text).message, why);
    }
}

#[test]
fn documents_may_stand_one_a_line() {
    let one = |id: &str| json!({"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": id, "spanId": "01", "name": "n"}]}]}]});
    let text = format!("{}\n{}\n", one(ID), one("0af7651916cd43dd8448eb211c80319c"));
    let (traces, _) = parse_traces(text.as_bytes()).expect("two traces");
    assert_eq!(traces.len(), 2);
}

/// A span with an attribute of so many levels, lists and maps in turn.
fn nested(levels: usize) -> String {
    let mut value = r#"{"stringValue":"x"}"#.to_owned();
    for level in 0..levels {
        value = if level % 2 == 0 {
            format!(r#"{{"arrayValue":{{"values":[{value}]}}}}"#)
        } else {
            format!(r#"{{"kvlistValue":{{"values":[{{"key":"k","value":{value}}}]}}}}"#)
        };
    }
    format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{:032x}","spanId":"{:016x}","attributes":[{{"key":"deep","value":{value}}}]}}]}}]}}]}}"#,
        7, 8
    )
}

#[test]
fn deep_attributes_are_read_and_bounded() {
    for levels in [1, 40, 100] {
        let read = parse_recording(&nested(levels)).expect("read");
        let mut value = &read[0].spans[0].attributes[0].value;
        let mut found = 0;
        loop {
            value = match value {
                AttributeValue::List(items) => &items[0],
                AttributeValue::Map(pairs) => &pairs[0].value,
                _ => break,
            };
            found += 1;
        }
        assert_eq!(found, levels);
    }
    for (levels, says) in [
        (101, "spans[0].attributes has lists and maps nested more than 100 deep"),
        (
            100_000,
            "cannot read a span: lists and objects are nested more than 420 deep",
        ),
    ] {
        let refused = parse_recording(&nested(levels)).expect_err("too deep").message;
        assert!(refused.contains(says) && refused.len() < 200, "{refused}");
    }
}

/// What is to be sent again is sent as it stands, or not at all; what is only to be shown is shown as far as it goes.
#[test]
fn a_recording_is_refused_by_its_place() {
    let whole =
        json!({"traceId": ID, "spanId": "c33ebec02fcc5f10", "startTimeUnixNano": "5", "kind": "SPAN_KIND_SERVER"});
    let document =
        |span: &serde_json::Value| json!({"resourceSpans": [{"scopeSpans": [{"spans": [whole, span]}]}]}).to_string();
    let value = |value: serde_json::Value| json!([{"key": "k", "value": value}]);
    assert_eq!(parse_recording(&document(&whole)).expect("whole")[0].spans.len(), 2);
    for (field, wrong, says) in [
        ("traceId", json!("12"), "traceId is not an id of 32 hex digits"),
        (
            "traceId",
            json!("0".repeat(32)),
            "traceId is not an id of 32 hex digits",
        ),
        ("spanId", json!(""), "spanId is not an id of 16 hex digits"),
        (
            "parentSpanId",
            json!("parent"),
            "parentSpanId is not an id of 16 hex digits",
        ),
        (
            "startTimeUnixNano",
            json!("soon"),
            "startTimeUnixNano is not a time in nanoseconds",
        ),
        ("kind", json!("SPAN_KIND_SEVER"), "kind cannot be 'SPAN_KIND_SEVER'"),
        ("kind", json!(6), "kind cannot be 6"),
        ("status", json!({"code": 9}), "status.code cannot be 9"),
        (
            "attributes",
            value(json!({"intValue": "many"})),
            "attributes has the intValue 'many'",
        ),
        (
            "attributes",
            value(json!({"bytesValue": "?"})),
            "attributes has the bytesValue '?'",
        ),
    ] {
        let mut span = whole.clone();
        span[field] = wrong;
        let text = document(&span);
        let refused = parse_recording(&text).expect_err(says).message;
        assert_eq!(
            refused,
            format!("document 1, resourceSpans[0].scopeSpans[0].spans[1].{says}")
        );
        assert_eq!(
            parse_traces(text.as_bytes()).map(|(traces, _)| traces.is_empty()),
            Ok(false),
            "{field}"
        );
    }
    assert_eq!(
        parse_recording("{\"resourceSpans\":[]}").expect_err("empty").message,
        "contains no spans"
    );
}

proptest! {
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,200}") {
        let _ = parse_traces(&bytes);
        let _ = parse_traces(text.as_bytes());
        let _ = parse_recording(&text);
        let _ = parse_v2_protobuf(&bytes, &mut { u64::MAX });
        let _ = parse_v1_protobuf(&bytes, &mut { u64::MAX });
    }

    /// A message that is cut or changed anywhere is read or refused.
    #[test]
    fn a_damaged_message_is_read_or_refused(cut in 0usize..90, at in 0usize..90, byte in any::<u8>()) {
        let mut bytes = message().encode_to_vec();
        let place = at % bytes.len();
        bytes[place] = byte;
        bytes.truncate(bytes.len() - cut % bytes.len());
        let _ = parse_traces(&bytes);
    }
}
