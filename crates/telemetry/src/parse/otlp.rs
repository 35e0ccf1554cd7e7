//! Answers of an OTLP receiver (OTLP specification, «OTLP/HTTP Response», «OTLP/gRPC Throttling»).

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;

use crate::model::marker::{Protocol, PushAnswer};
use crate::model::time_bounds::bounded_seconds;

/// An OTLP/HTTP answer: JSON, or a message in the encoding of the request. It is read from bytes, because a message of 128
/// characters or more is no text. Errors say why this is no answer of an OTLP receiver.
pub fn parse_http_answer(
    status: u16,
    headers: &BTreeMap<String, String>,
    body: &[u8],
    protocol: Protocol,
    endpoint: &str,
) -> Result<PushAnswer, String> {
    let header = |name: &str| headers.get(name).map(String::as_str);
    let mut read = PushAnswer {
        protocol,
        endpoint: endpoint.to_owned(),
        http_status: Some(status),
        grpc_code: None,
        message: String::new(),
        rejected_spans: 0,
        retry_after_s: header("retry-after")
            .and_then(|text| text.parse().ok())
            .and_then(bounded_seconds),
        server: header("server").map(str::to_owned),
    };
    if (200..300).contains(&status) {
        (read.rejected_spans, read.message) = parse_success_body(body, header("content-type").unwrap_or_default())?;
    } else if let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) {
        read.grpc_code = json["code"].as_i64().and_then(|code| i32::try_from(code).ok());
        read.message = json["message"].as_str().unwrap_or_default().to_owned();
    } else if let Ok(refusal) = OtlpRpcStatus::decode(body)
        && protocol == Protocol::HttpProtobuf
        && !refusal.message.is_empty()
    {
        read.grpc_code = Some(refusal.code);
        read.retry_after_s = read.retry_after_s.or(refusal.retry_delay());
        read.message = refusal.message;
    } else {
        read.message = String::from_utf8_lossy(body).trim().to_owned();
    }
    Ok(read)
}

/// What an OTLP/HTTP success says in its body. A protobuf is read from bytes: from 128 rejected spans on it is no text.
/// Errors say why this is no answer of an OTLP receiver.
fn parse_success_body(body: &[u8], content_type: &str) -> Result<(i64, String), String> {
    if content_type.starts_with("application/grpc") {
        return Err("a gRPC server answered".to_owned());
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok((0, String::new()));
    }
    if let Ok(read) = serde_json::from_slice::<serde_json::Value>(body) {
        let partial = &read["partialSuccess"];
        let message = partial["errorMessage"].as_str().unwrap_or_default().to_owned();
        return Ok((parse_integer(&partial["rejectedSpans"]), message));
    }
    match ExportTraceServiceResponse::decode(body) {
        Ok(read) => Ok(read.partial_success.map_or((0, String::new()), |partial| {
            (partial.rejected_spans, partial.error_message)
        })),
        Err(_) => {
            let text: String = String::from_utf8_lossy(body)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let start: String = text.chars().take(80).collect();
            Err(format!("a success, but not an OTLP receiver's response: {start}"))
        }
    }
}

/// The delay that the details of a `RESOURCE_EXHAUSTED` ask for, in seconds.
pub fn parse_retry_delay(details: &[u8]) -> Option<f64> {
    OtlpRpcStatus::decode(details).ok()?.retry_delay()
}

fn parse_integer(value: &serde_json::Value) -> i64 {
    value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
        .unwrap_or(0)
}

/// `google.rpc.Status`, as far as it is read.
#[derive(Clone, PartialEq, Message)]
struct OtlpRpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<RpcAny>,
}

impl OtlpRpcStatus {
    /// The delay that `google.rpc.RetryInfo` asks for, in seconds.
    fn retry_delay(&self) -> Option<f64> {
        let info = self
            .details
            .iter()
            .find(|any| any.type_url.ends_with("google.rpc.RetryInfo"))?;
        let delay = RetryInfo::decode(info.value.as_slice()).ok()?.delay?;
        bounded_seconds(delay.seconds as f64 + f64::from(delay.nanos) / 1e9)
    }
}

/// `google.protobuf.Any`
#[derive(Clone, PartialEq, Message)]
struct RpcAny {
    #[prost(string, tag = "1")]
    type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `google.rpc.RetryInfo` with its `google.protobuf.Duration`.
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    delay: Option<RetryDelay>,
}

/// `google.protobuf.Duration`
#[derive(Clone, PartialEq, Message)]
struct RetryDelay {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(status: u16, body: &[u8], protocol: Protocol) -> Result<PushAnswer, String> {
        parse_http_answer(status, &BTreeMap::new(), body, protocol, "x")
    }

    #[test]
    fn a_partial_success_is_no_acceptance() {
        let body = r#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}"#;
        let read = read(200, body.as_bytes(), Protocol::HttpJson).expect("an answer");
        assert!(!read.is_accepted());
        assert_eq!((read.rejected_spans, read.message.as_str()), (2, "too old"));
    }

    #[test]
    fn an_error_in_protobuf_is_read_whole() {
        // The length of a long message is no ASCII, and neither is the delay beside it.
        let message = "batch size exceeds ingestion limit ".repeat(8);
        let delay = RetryInfo {
            delay: Some(RetryDelay { seconds: 5, nanos: 0 }),
        };
        let status = OtlpRpcStatus {
            code: 8,
            message: message.clone(),
            details: vec![RpcAny {
                type_url: "type.googleapis.com/google.rpc.RetryInfo".into(),
                value: delay.encode_to_vec(),
            }],
        };
        let read = read(429, &status.encode_to_vec(), Protocol::HttpProtobuf).expect("an answer");
        assert_eq!((read.grpc_code, read.message), (Some(8), message));
        assert_eq!(read.retry_after_s, Some(5.0));
    }

    #[test]
    fn a_delay_that_no_clock_holds_is_bounded_or_none() {
        let asked = |text: &str| {
            let headers = BTreeMap::from([("retry-after".to_owned(), text.to_owned())]);
            parse_http_answer(429, &headers, b"", Protocol::HttpJson, "x").map(|answer| answer.retry_after_s)
        };
        let longest = Some(crate::model::time_bounds::LONGEST.as_secs_f64());
        for (text, delay) in [
            ("3", Some(3.0)),
            ("1e300", longest),
            ("99999999999999999999", longest),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ] {
            assert_eq!(asked(text), Ok(delay), "{text}");
        }
        for (seconds, nanos, delay) in [(i64::MAX, i32::MAX, longest), (i64::MIN, 0, None), (0, -1, None)] {
            let delay_of = RetryInfo {
                delay: Some(RetryDelay { seconds, nanos }),
            };
            let status = OtlpRpcStatus {
                code: 8,
                message: "later".into(),
                details: vec![RpcAny {
                    type_url: "type.googleapis.com/google.rpc.RetryInfo".into(),
                    value: delay_of.encode_to_vec(),
                }],
            };
            assert_eq!(parse_retry_delay(&status.encode_to_vec()), delay, "{seconds}.{nanos}");
        }
    }

    #[test]
    fn a_success_is_read_from_bytes_and_only_from_a_receivers() {
        use opentelemetry_proto::tonic::collector::trace::v1::ExportTracePartialSuccess;
        let many = ExportTraceServiceResponse {
            partial_success: Some(ExportTracePartialSuccess {
                rejected_spans: 300,
                error_message: "too old".into(),
            }),
        };
        let read = parse_success_body(&many.encode_to_vec(), "application/x-protobuf");
        assert_eq!(read, Ok((300, "too old".to_owned())));
        assert_eq!(parse_success_body(b"", "").map(|read| read.0), Ok(0));
        assert_eq!(
            parse_success_body(br#"{"partialSuccess":{"rejectedSpans":"2"}}"#, "application/json").map(|read| read.0),
            Ok(2)
        );
        assert!(parse_success_body(b"<html>Welcome</html>", "text/html").is_err());
        assert!(parse_success_body(b"", "application/grpc").is_err());
    }

    proptest! {
        #[test]
        fn a_success_never_panics(body in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = parse_success_body(&body, "");
        }

        #[test]
        fn nothing_panics(
            status in 100u16..600,
            body in proptest::collection::vec(any::<u8>(), 0..100),
            details in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            let _ = read(status, &body, Protocol::HttpProtobuf);
            let _ = parse_retry_delay(&details);
        }
    }
}
