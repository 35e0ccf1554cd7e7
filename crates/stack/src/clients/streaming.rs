//! Tempo's streaming search: gRPC without TLS (or with, for `https`) on the host and port of the query API, as Grafana
//! asks it. Tempo serves it there where `stream_over_http_enabled` is on.

use std::time::Duration;

use http::uri::PathAndQuery;
use tonic_prost::ProstCodec;

use crate::clients::tempo::search::{is_known_root, sort_newest_first};
use telemetry::model::search::{InspectedCounts, SearchHit, SearchResult, ServiceCount};
use telemetry::model::time_bounds::deadline_after;
use telemetry::model::trace::TraceId;
use telemetry::model::{Failure, FailureKind};

use super::connect::{ConnectOptions, Redact};
use super::failures::translate_status;
use super::grpc;
use super::tempopb::{SearchRequest, SearchResponse};

/// Bytes of one message that are read at most.
const MESSAGE_LIMIT: usize = 32 * 1024 * 1024;

/// What is searched for.
#[derive(Debug, Clone)]
pub struct StreamedSearch {
    /// TraceQL.
    pub query: String,
    /// Unix seconds.
    pub start: u32,
    /// Unix seconds.
    pub end: u32,
    /// Traces at most.
    pub limit: u32,
}

/// A search that is being answered.
pub struct SearchStream {
    inner: tonic::Streaming<SearchResponse>,
    target: String,
    deadline: tokio::time::Instant,
    limit: Duration,
    redact: Redact,
}

impl SearchStream {
    /// Asks. The whole answer has `connect.deadline` to come.
    pub async fn open(connect: &ConnectOptions, search: StreamedSearch) -> Result<SearchStream, Failure> {
        let target = format!("gRPC StreamingQuerier/Search to {}", connect.base());
        let limit = connect.deadline;
        let deadline = deadline_after(limit).into();
        let redact = connect.redact.clone();
        let asked = async {
            let channel = grpc::open_root_channel(connect, &target).await?;
            let mut client = tonic::client::Grpc::new(channel).max_decoding_message_size(MESSAGE_LIMIT);
            let mut request = tonic::Request::new(SearchRequest {
                limit: search.limit,
                start: search.start,
                end: search.end,
                query: search.query,
                spans_per_span_set: 1,
            });
            grpc::add_headers(connect, request.metadata_mut(), &target)?;
            let path = PathAndQuery::from_static("/tempopb.StreamingQuerier/Search");
            let answer = match client.ready().await {
                Ok(()) => client.server_streaming(request, path, ProstCodec::default()).await,
                Err(error) => Err(tonic::Status::unknown(format!("Service was not ready: {error}"))),
            };
            answer.map_err(|status| translate_search_status(&status, &target, &redact))
        };
        match tokio::time::timeout_at(deadline, asked).await {
            Ok(Ok(answer)) => Ok(SearchStream {
                inner: answer.into_inner(),
                target,
                deadline,
                limit,
                redact,
            }),
            Ok(Err(failure)) => Err(failure),
            Err(_) => Err(build_timeout_failure(&target, limit)),
        }
    }

    /// The next part of the answer; `None` after the last. A trace that came before may come again, more whole.
    pub async fn next(&mut self) -> Option<Result<SearchResult, Failure>> {
        match tokio::time::timeout_at(self.deadline, self.inner.message()).await {
            Ok(Ok(message)) => message.map(|message| Ok(convert_response(message))),
            Ok(Err(status)) => Some(Err(translate_search_status(&status, &self.target, &self.redact))),
            Err(_) => Some(Err(build_timeout_failure(&self.target, self.limit))),
        }
    }
}

fn build_timeout_failure(target: &str, limit: Duration) -> Failure {
    let detail = format!("no complete answer within {:.1} s", limit.as_secs_f64());
    Failure::new(FailureKind::TimedOut, target, detail)
}

fn translate_search_status(status: &tonic::Status, target: &str, redact: &Redact) -> Failure {
    let mut failure = translate_status(status, target).unwrap_or_else(|| {
        let kind = match status.code() {
            tonic::Code::Unauthenticated | tonic::Code::PermissionDenied => FailureKind::Unauthorised,
            tonic::Code::DeadlineExceeded => FailureKind::TimedOut,
            tonic::Code::OutOfRange => FailureKind::TooLarge,
            _ if status.message().contains("no org id") => FailureKind::Unauthorised,
            _ => FailureKind::Grpc,
        };
        Failure::new(kind, target, status.message()).with_status(status.code() as u16)
    });
    failure.detail = redact(&failure.detail);
    failure
}

fn convert_response(message: SearchResponse) -> SearchResult {
    let metrics = message.metrics.unwrap_or_default();
    let mut hits: Vec<SearchHit> = message
        .traces
        .into_iter()
        .map(|trace| SearchHit {
            trace_id: TraceId::from_hex(&trace.trace_id).unwrap_or_default(),
            start_ns: trace.start_time_unix_nano,
            duration_ms: trace.duration_ms.into(),
            root_service: Some(trace.root_service_name).filter(|name| is_known_root(name)),
            root_name: Some(trace.root_trace_name).filter(|name| !name.is_empty()),
            matched: trace.span_sets.iter().map(|set| u64::from(set.matched)).sum(),
            services: trace
                .service_stats
                .into_iter()
                .map(|(service, stats)| {
                    let count = ServiceCount {
                        spans: stats.span_count.into(),
                        errors: stats.error_count.into(),
                    };
                    (service, count)
                })
                .collect(),
        })
        .collect();
    sort_newest_first(&mut hits);
    SearchResult {
        hits,
        inspected: InspectedCounts {
            traces: metrics.inspected_traces.into(),
            spans: metrics.inspected_spans,
            bytes: metrics.inspected_bytes,
            completed_jobs: metrics.completed_jobs.into(),
            total_jobs: metrics.total_jobs.into(),
        },
    }
}
