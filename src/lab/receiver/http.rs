//! `POST /v1/traces`.

use std::io::Read as _;
use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use serde_json::json;

use super::super::nuisance::{self, Nuisances};
use super::super::options::Part;
use super::super::tempo::{PushError, Transport};
use super::Sink;
use super::json::read;

const JSON: &str = "application/json";
const PROTOBUF: &str = "application/x-protobuf";
const MAX_BODY: usize = 20 * 1024 * 1024;

type Answer = axum::response::Response;

/// The receiver on 4318.
pub(crate) fn router<S: Sink>(sink: Arc<S>, part: Part, nuisances: Nuisances) -> Router {
    Router::new()
        .route("/v1/traces", axum::routing::any(export::<S>))
        .fallback(async || {
            text(
                StatusCode::NOT_FOUND,
                "text/plain; charset=utf-8",
                "404 page not found\n".to_owned(),
            )
        })
        .layer(middleware::from_fn_with_state((part, nuisances), nuisance::layer))
        .with_state(sink)
}

async fn export<S: Sink>(State(sink): State<Arc<S>>, request: Request) -> Answer {
    if request.method() != Method::POST {
        let problem = "405 method not allowed, supported: [POST]".to_owned();
        return text(StatusCode::METHOD_NOT_ALLOWED, "text/plain", problem);
    }
    let headers = request.headers().clone();
    let Some(kind) = content_type(&headers) else {
        let problem = "415 unsupported media type, supported: [application/json, application/x-protobuf]".to_owned();
        return text(StatusCode::UNSUPPORTED_MEDIA_TYPE, "text/plain", problem);
    };
    let decoded = match to_bytes(request.into_body(), MAX_BODY).await {
        Err(error) => Err(error.to_string()),
        Ok(body) => decode(kind, &headers, &body),
    };
    match decoded {
        Err(problem) => status_answer(kind, StatusCode::BAD_REQUEST, 3, &problem, None),
        Ok(decoded) => {
            let tenant = headers.get("x-scope-orgid").and_then(|value| value.to_str().ok());
            let skip = headers.contains_key("no-generate-metrics");
            match sink.push(tenant, Transport::Http, decoded, skip) {
                Ok(()) => accepted(kind),
                Err(error) => refused(kind, &error),
            }
        }
    }
}

fn content_type(headers: &HeaderMap) -> Option<&'static str> {
    let given = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    match given.split(';').next()?.trim() {
        JSON => Some(JSON),
        PROTOBUF => Some(PROTOBUF),
        _ => None,
    }
}

fn decode(kind: &str, headers: &HeaderMap, body: &Bytes) -> Result<ExportTraceServiceRequest, String> {
    let encoding = headers
        .get(header::CONTENT_ENCODING)
        .map_or("", |value| value.to_str().unwrap_or("?"));
    let body = match encoding {
        "" | "identity" => body.to_vec(),
        "gzip" => gunzip(body)?,
        other => return Err(format!("unsupported \"Content-Encoding\": {other}")),
    };
    if kind == JSON {
        read(&body)
    } else {
        ExportTraceServiceRequest::decode(body.as_slice()).map_err(|error| error.to_string())
    }
}

fn gunzip(body: &[u8]) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(body)
        .take(MAX_BODY as u64)
        .read_to_end(&mut plain)
        .map_err(|error| error.to_string())?;
    Ok(plain)
}

fn accepted(kind: &'static str) -> Answer {
    if kind == JSON {
        return text(StatusCode::OK, JSON, "{\"partialSuccess\":{}}".to_owned());
    }
    let body = ExportTraceServiceResponse {
        partial_success: Some(ExportTracePartialSuccess::default()),
    };
    answer(StatusCode::OK, PROTOBUF, body.encode_to_vec())
}

fn refused(kind: &'static str, error: &PushError) -> Answer {
    match error {
        PushError::NoOrgId => status_answer(kind, StatusCode::SERVICE_UNAVAILABLE, 14, "no org id", None),
        PushError::Unavailable(problem) => status_answer(kind, StatusCode::SERVICE_UNAVAILABLE, 14, problem, None),
        PushError::Invalid(problem) => status_answer(kind, StatusCode::BAD_REQUEST, 3, problem, None),
        PushError::RateLimited { message, retry_after_s } => {
            status_answer(kind, StatusCode::TOO_MANY_REQUESTS, 8, message, *retry_after_s)
        }
    }
}

/// `google.rpc.Status`, of which the lab writes code and message, and in JSON the delay too.
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

fn status_answer(kind: &'static str, status: StatusCode, code: i32, problem: &str, retry_s: Option<u64>) -> Answer {
    let mut answer = if kind == JSON {
        let details = retry_s.map_or_else(String::new, |seconds| {
            format!(
                ", \"details\":[{{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\", \"retryDelay\":\"{seconds}s\"}}]"
            )
        });
        let body = format!("{{\"code\":{code}, \"message\":{}{details}}}", json!(problem));
        text(status, JSON, body)
    } else {
        let message = problem.to_owned();
        answer(status, PROTOBUF, RpcStatus { code, message }.encode_to_vec())
    };
    if let Some(seconds) = retry_s {
        answer
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

fn text(status: StatusCode, kind: &'static str, body: String) -> Answer {
    let mut answer = answer(status, kind, body.into_bytes());
    if kind.contains("charset") {
        answer
            .headers_mut()
            .insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    }
    answer
}

fn answer(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Answer {
    let mut answer = Answer::new(axum::body::Body::from(body));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
