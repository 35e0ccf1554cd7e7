//! A receiver that misbehaves as it is told, over HTTP/1.1 and gRPC, and remembers what it took.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;

/// What the receiver does with one push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Takes it.
    Take,
    /// Takes it and rejects one span.
    Partial,
    /// 429 or RESOURCE_EXHAUSTED, come back at once.
    Throttle,
    /// 429 or RESOURCE_EXHAUSTED, without a word on when.
    Exhausted,
    /// 503 or UNAVAILABLE.
    Unavailable,
    /// 400 or INVALID_ARGUMENT.
    Invalid,
    /// 401 or UNAUTHENTICATED.
    Unauthorised,
    /// Closes the connection without an answer.
    Reset,
    /// Never answers.
    Hang,
    /// An answer that is none.
    Garbage,
}

/// What was taken, by its own count.
#[derive(Debug, Default)]
pub struct Taken {
    pub accepted: u64,
    pub rejected: u64,
    pub pushes: u64,
    pub ids: Vec<Vec<u8>>,
}

pub struct Receiver {
    pub address: String,
    pub taken: Arc<Mutex<Taken>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    /// Does one act a push; after the last it takes everything.
    pub async fn start(acts: impl IntoIterator<Item = Act>) -> Receiver {
        Receiver::at("127.0.0.1:0", acts).await
    }

    pub async fn at(address: &str, acts: impl IntoIterator<Item = Act>) -> Receiver {
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let taken = Arc::new(Mutex::new(Taken::default()));
        let acts = Arc::new(Mutex::new(acts.into_iter().collect::<VecDeque<_>>()));
        let shared = taken.clone();
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    continue;
                };
                let (acts, taken) = (acts.clone(), shared.clone());
                connections.spawn(async move {
                    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                        answer(request.map(Body::new), acts.clone(), taken.clone())
                    });
                    let _ = Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Receiver { address, taken, task }
    }

    pub fn count(&self) -> (u64, u64) {
        let taken = self.taken.lock().unwrap();
        (taken.accepted, taken.rejected)
    }
}

async fn answer(
    request: Request,
    acts: Arc<Mutex<VecDeque<Act>>>,
    taken: Arc<Mutex<Taken>>,
) -> Result<Response, std::io::Error> {
    let is_grpc = request
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"));
    let body = request
        .into_body()
        .collect()
        .await
        .map(|body| body.to_bytes())
        .unwrap_or_default();
    let message = if is_grpc { body.slice(5.min(body.len())..) } else { body };
    let read = ExportTraceServiceRequest::decode(message).map_err(std::io::Error::other)?;
    let spans: Vec<Vec<u8>> = read
        .resource_spans
        .iter()
        .flat_map(|group| &group.scope_spans)
        .flat_map(|scope| &scope.spans)
        .map(|span| span.trace_id.clone())
        .collect();
    // An empty export asks who is there: it uses no act up.
    let act = match spans.is_empty() {
        true => Act::Take,
        false => acts.lock().unwrap().pop_front().unwrap_or(Act::Take),
    };
    {
        let mut taken = taken.lock().unwrap();
        taken.pushes += 1;
        if matches!(act, Act::Take | Act::Partial) {
            let rejected = u64::from(act == Act::Partial);
            taken.accepted += spans.len() as u64 - rejected;
            taken.rejected += rejected;
            taken.ids.extend(spans);
        }
    }
    match act {
        Act::Reset => Err(std::io::Error::other("as told")),
        Act::Hang => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            Err(std::io::Error::other("never"))
        }
        act if is_grpc => Ok(over_grpc(act)),
        act => Ok(over_http(act)),
    }
}

fn partial(rejected: i64) -> Vec<u8> {
    ExportTraceServiceResponse {
        partial_success: Some(ExportTracePartialSuccess {
            rejected_spans: rejected,
            error_message: if rejected > 0 {
                "one too old".to_owned()
            } else {
                String::new()
            },
        }),
    }
    .encode_to_vec()
}

fn over_http(act: Act) -> Response {
    let (status, body): (u16, Vec<u8>) = match act {
        Act::Take => (200, partial(0)),
        Act::Partial => (200, partial(1)),
        Act::Throttle | Act::Exhausted => (429, b"RATE_LIMITED: ingestion rate limit".to_vec()),
        Act::Unavailable => (503, b"unavailable".to_vec()),
        Act::Invalid => (400, b"invalid".to_vec()),
        Act::Unauthorised => (401, b"who are you".to_vec()),
        _ => (200, vec![0xff; 40]),
    };
    let mut response = Response::builder().status(status);
    if act == Act::Throttle {
        response = response.header("retry-after", "0");
    }
    response.body(Body::from(body)).unwrap()
}

/// `google.rpc.Status` with a `google.rpc.RetryInfo` of no delay, as base64 without padding.
const RETRY_INFO: &str = "CAgaLgoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxICCgA";

fn over_grpc(act: Act) -> Response {
    let (code, body): (&str, Vec<u8>) = match act {
        Act::Take => ("0", partial(0)),
        Act::Partial => ("0", partial(1)),
        Act::Throttle | Act::Exhausted => ("8", Vec::new()),
        Act::Unavailable => ("14", Vec::new()),
        Act::Invalid => ("3", Vec::new()),
        Act::Unauthorised => ("16", Vec::new()),
        _ => ("0", vec![0xff; 40]),
    };
    let mut framed = Vec::new();
    if code == "0" {
        framed.push(0);
        framed.extend((body.len() as u32).to_be_bytes());
        framed.extend(body);
    }
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_str(code).unwrap());
    trailers.insert("grpc-message", HeaderValue::from_static("as told"));
    if act == Act::Throttle {
        trailers.insert("grpc-status-details-bin", HeaderValue::from_static(RETRY_INFO));
    }
    let body = Full::new(Bytes::from(framed)).with_trailers(async { Some(Ok(trailers)) });
    Response::builder()
        .header("content-type", "application/grpc")
        .body(Body::new(body))
        .unwrap()
}
