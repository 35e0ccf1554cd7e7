//! Answers of an OTLP receiver (OTLP specification, «OTLP/HTTP Response», «OTLP/gRPC Throttling»).

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;

use crate::model::marker::{Protocol, PushAnswer};
use crate::model::tempo::Answer;

/// An OTLP/HTTP answer: JSON, or a message in the encoding of the request.
pub fn http_answer(answer: Answer, protocol: Protocol, endpoint: &str) -> PushAnswer {
    let (mut grpc_code, mut message, mut rejected_spans) = (None, String::new(), 0);
    match serde_json::from_str::<serde_json::Value>(&answer.body) {
        Ok(body) => {
            grpc_code = body["code"].as_i64().and_then(|code| i32::try_from(code).ok());
            let partial = &body["partialSuccess"];
            message = body["message"]
                .as_str()
                .or(partial["errorMessage"].as_str())
                .unwrap_or_default()
                .to_owned();
            rejected_spans = number(&partial["rejectedSpans"]);
        }
        Err(_) if answer.is_success() => {
            if let Ok(response) = ExportTraceServiceResponse::decode(answer.body.as_bytes())
                && let Some(partial) = response.partial_success
            {
                rejected_spans = partial.rejected_spans;
                message = partial.error_message;
            }
        }
        Err(_) => match RpcStatus::decode(answer.body.as_bytes()) {
            Ok(status) if protocol == Protocol::HttpProtobuf && !status.message.is_empty() => {
                grpc_code = Some(status.code);
                message = status.message;
            }
            _ => message = answer.body.trim().to_owned(),
        },
    }
    PushAnswer {
        protocol,
        endpoint: endpoint.to_owned(),
        http_status: Some(answer.status),
        grpc_code,
        message,
        rejected_spans,
        retry_after_s: answer.header("retry-after").and_then(|text| text.parse().ok()),
        server: answer.header("server").map(str::to_owned),
    }
}

/// The delay that the details of a `RESOURCE_EXHAUSTED` ask for, in seconds.
pub fn retry_delay(details: &[u8]) -> Option<f64> {
    let details = RpcStatus::decode(details).ok()?.details;
    let info = details
        .iter()
        .find(|any| any.type_url.ends_with("google.rpc.RetryInfo"))?;
    let delay = RetryInfo::decode(info.value.as_slice()).ok()?.delay?;
    Some(delay.seconds as f64 + f64::from(delay.nanos) / 1e9)
}

fn number(value: &serde_json::Value) -> i64 {
    value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
        .unwrap_or(0)
}

/// `google.rpc.Status`, as far as it is read.
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<RpcAny>,
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

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            request: "POST /v1/traces".into(),
            status,
            headers: Default::default(),
            body: body.into(),
        }
    }

    #[test]
    fn a_partial_success_is_no_acceptance() {
        let body = r#"{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}"#;
        let read = http_answer(answer(200, body), Protocol::HttpJson, "x");
        assert!(!read.accepted());
        assert_eq!((read.rejected_spans, read.message.as_str()), (2, "too old"));
    }

    #[test]
    fn an_error_in_protobuf_is_read() {
        let status = RpcStatus {
            code: 14,
            message: "no org id".into(),
            details: Vec::new(),
        };
        let body = String::from_utf8(status.encode_to_vec()).expect("ASCII");
        let read = http_answer(answer(503, &body), Protocol::HttpProtobuf, "x");
        assert_eq!((read.grpc_code, read.message.as_str()), (Some(14), "no org id"));
    }

    proptest! {
        #[test]
        fn nothing_panics(status in 100u16..600, body in "\\PC{0,100}", details in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = http_answer(answer(status, &body), Protocol::HttpProtobuf, "x");
            let _ = retry_delay(&details);
        }
    }
}
