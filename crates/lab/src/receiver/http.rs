//! `POST /v1/traces`.

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::trace::v1::{span::SpanKind, status::StatusCode as SpanStatusCode};
use prost::Message;
use serde_json::{Value, json};
use tempoctl_bounds::bounded_reads::read_beginning;

use super::super::answers::{build_answer, build_go_error};
use super::super::nuisance::{self, Nuisances};
use super::super::options::LabPart;
use super::super::tempo::{PushError, Transport};
use super::SpanSink;

const JSON: &str = "application/json";
const PROTOBUF: &str = "application/x-protobuf";
const MAX_BODY: usize = 20 * 1024 * 1024;

type ReceiverAnswer = axum::response::Response;

/// The receiver on 4318.
pub(crate) fn build_http_router<S: SpanSink>(sink: Arc<S>, part: LabPart, nuisances: Nuisances) -> Router {
    Router::new()
        .route("/v1/traces", axum::routing::any(serve_export::<S>))
        .fallback(async || build_go_error(StatusCode::NOT_FOUND, "404 page not found"))
        .layer(middleware::from_fn_with_state(
            (part, nuisances),
            nuisance::apply_nuisance,
        ))
        .with_state(sink)
}

async fn serve_export<S: SpanSink>(State(sink): State<Arc<S>>, request: Request) -> ReceiverAnswer {
    if request.method() != Method::POST {
        let problem = "405 method not allowed, supported: [POST]";
        return build_answer(StatusCode::METHOD_NOT_ALLOWED, "text/plain", problem);
    }
    let headers = request.headers().clone();
    let Some(kind) = detect_content_type(&headers) else {
        let problem = "415 unsupported media type, supported: [application/json, application/x-protobuf]";
        return build_answer(StatusCode::UNSUPPORTED_MEDIA_TYPE, "text/plain", problem);
    };
    let decoded = match to_bytes(request.into_body(), MAX_BODY).await {
        Err(error) => Err(error.to_string()),
        Ok(body) => decode_request(kind, &headers, &body),
    };
    match decoded {
        Err(problem) => build_status_answer(kind, StatusCode::BAD_REQUEST, 3, &problem, None),
        Ok(decoded) => {
            let tenant = headers.get("x-scope-orgid").and_then(|value| value.to_str().ok());
            let skip = headers.contains_key("no-generate-metrics");
            match sink.push(tenant, Transport::Http, decoded, skip) {
                Ok(()) => build_accepted_answer(kind),
                Err(error) => build_refused_answer(kind, &error),
            }
        }
    }
}

fn detect_content_type(headers: &HeaderMap) -> Option<&'static str> {
    let given = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    match given.split(';').next()?.trim() {
        JSON => Some(JSON),
        PROTOBUF => Some(PROTOBUF),
        _ => None,
    }
}

fn decode_request(kind: &str, headers: &HeaderMap, body: &Bytes) -> Result<ExportTraceServiceRequest, String> {
    let encoding = headers
        .get(header::CONTENT_ENCODING)
        .map_or("", |value| value.to_str().unwrap_or("?"));
    let body = match encoding {
        "" | "identity" => body.to_vec(),
        "gzip" => decompress_gzip(body)?,
        other => return Err(format!("unsupported \"Content-Encoding\": {other}")),
    };
    if kind == JSON {
        parse_json(&body).map_err(|error| format!("ReadObject: {error}"))
    } else {
        ExportTraceServiceRequest::decode(body.as_slice()).map_err(|error| error.to_string())
    }
}

fn parse_json(body: &[u8]) -> serde_json::Result<ExportTraceServiceRequest> {
    let mut document: Value = serde_json::from_slice(body)?;
    number_enums(&mut document);
    serde_json::from_value(document)
}

/// The collector takes the names of enumerations as well, the official messages only their numbers.
fn number_enums(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(number_enums),
        Value::Object(fields) => {
            for (key, field) in fields {
                let number = match (key.as_str(), field.as_str()) {
                    ("kind", Some(name)) => SpanKind::from_str_name(name).map(|kind| kind as i32),
                    ("code", Some(name)) => SpanStatusCode::from_str_name(name).map(|code| code as i32),
                    _ => None,
                };
                match number {
                    Some(number) => *field = json!(number),
                    None => number_enums(field),
                }
            }
        }
        _ => {}
    }
}

fn decompress_gzip(body: &[u8]) -> Result<Vec<u8>, String> {
    read_beginning(flate2::read::GzDecoder::new(body), MAX_BODY as u64).map_err(|error| error.to_string())
}

fn build_accepted_answer(kind: &'static str) -> ReceiverAnswer {
    if kind == JSON {
        return build_answer(StatusCode::OK, JSON, "{\"partialSuccess\":{}}");
    }
    let body = ExportTraceServiceResponse {
        partial_success: Some(ExportTracePartialSuccess::default()),
    };
    build_answer(StatusCode::OK, PROTOBUF, body.encode_to_vec())
}

fn build_refused_answer(kind: &'static str, error: &PushError) -> ReceiverAnswer {
    match error {
        PushError::NoOrgId => build_status_answer(kind, StatusCode::SERVICE_UNAVAILABLE, 14, "no org id", None),
        PushError::Unavailable(problem) => {
            build_status_answer(kind, StatusCode::SERVICE_UNAVAILABLE, 14, problem, None)
        }
        PushError::Invalid(problem) => build_status_answer(kind, StatusCode::BAD_REQUEST, 3, problem, None),
        PushError::RateLimited { message, retry_after_s } => {
            build_status_answer(kind, StatusCode::TOO_MANY_REQUESTS, 8, message, *retry_after_s)
        }
    }
}

/// `google.rpc.Status`, of which the lab writes code and message, and in JSON the delay too.
#[derive(Clone, PartialEq, Message)]
struct ReceiverRpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

fn build_status_answer(
    kind: &'static str,
    status: StatusCode,
    code: i32,
    problem: &str,
    retry_s: Option<u64>,
) -> ReceiverAnswer {
    let mut answer = if kind == JSON {
        let details = retry_s.map_or_else(String::new, |seconds| {
            format!(
                ", \"details\":[{{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\", \"retryDelay\":\"{seconds}s\"}}]"
            )
        });
        let body = format!("{{\"code\":{code}, \"message\":{}{details}}}", json!(problem));
        build_answer(status, JSON, body)
    } else {
        let message = problem.to_owned();
        build_answer(status, PROTOBUF, ReceiverRpcStatus { code, message }.encode_to_vec())
    };
    if let Some(seconds) = retry_s {
        answer
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}
