//! `StreamingQuerier/Search` on the HTTP port: what Tempo serves there with `stream_over_http_enabled`. The frames of gRPC
//! are put together by hand, and the messages are the lab's own (grafana/tempo v3.0.3: pkg/tempopb/tempo.proto): a fake
//! that shared them with the client would share its mistakes.

use std::collections::HashMap;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use prost::Message;
use serde_json::Value;

use super::query::{SharedTempo, TempoAnswer};
use super::search;

#[derive(Clone, PartialEq, Message)]
struct StreamedRequest {
    #[prost(uint32, tag = "4")]
    limit: u32,
    #[prost(uint32, tag = "5")]
    start: u32,
    #[prost(uint32, tag = "6")]
    end: u32,
    #[prost(string, tag = "8")]
    query: String,
    #[prost(uint32, tag = "9")]
    spans_per_span_set: u32,
}

#[derive(Clone, PartialEq, Message)]
struct StreamedPart {
    #[prost(message, repeated, tag = "1")]
    traces: Vec<StreamedRow>,
    #[prost(message, optional, tag = "2")]
    metrics: Option<StreamedMetrics>,
}

#[derive(Clone, PartialEq, Message)]
struct StreamedRow {
    #[prost(string, tag = "1")]
    trace_id: String,
    #[prost(string, tag = "2")]
    root_service_name: String,
    #[prost(string, tag = "3")]
    root_trace_name: String,
    #[prost(uint64, tag = "4")]
    start_time_unix_nano: u64,
    #[prost(uint32, tag = "5")]
    duration_ms: u32,
    #[prost(map = "string, message", tag = "8")]
    service_stats: HashMap<String, StreamedStats>,
}

#[derive(Clone, PartialEq, Message)]
struct StreamedStats {
    #[prost(uint32, tag = "1")]
    span_count: u32,
    #[prost(uint32, tag = "2")]
    error_count: u32,
}

#[derive(Clone, PartialEq, Message)]
struct StreamedMetrics {
    #[prost(uint32, tag = "4")]
    completed_jobs: u32,
    #[prost(uint32, tag = "5")]
    total_jobs: u32,
}

/// Answers in two parts, as a search over live and stored traces does.
pub(super) async fn serve_search(State(tempo): SharedTempo, headers: HeaderMap, body: Bytes) -> TempoAnswer {
    let Some(request) = body.get(5..).and_then(|message| StreamedRequest::decode(message).ok()) else {
        return build_answer(Vec::new(), 13, "no request message");
    };
    let params = HashMap::from([
        ("q".to_owned(), request.query),
        ("start".to_owned(), request.start.to_string()),
        ("end".to_owned(), request.end.to_string()),
        ("limit".to_owned(), request.limit.to_string()),
        ("spss".to_owned(), request.spans_per_span_set.to_string()),
    ]);
    let found = match search::find_traces(&tempo, &headers, &params) {
        Ok(found) => found,
        Err(refused) => {
            let code = match refused.status_and_text().0 {
                StatusCode::UNAUTHORIZED => 16,
                StatusCode::BAD_REQUEST => 3,
                _ => 2,
            };
            return build_answer(Vec::new(), code, refused.status_and_text().1);
        }
    };
    let rows: Vec<StreamedRow> = found["traces"]
        .as_array()
        .into_iter()
        .flatten()
        .map(parse_row)
        .collect();
    let (first, second) = rows.split_at(rows.len() / 2);
    let part = |traces: &[StreamedRow], done| StreamedPart {
        traces: traces.to_vec(),
        metrics: Some(StreamedMetrics {
            completed_jobs: done,
            total_jobs: 2,
        }),
    };
    build_answer(vec![part(first, 1), part(second, 2)], 0, "")
}

fn parse_row(row: &Value) -> StreamedRow {
    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let stats = row["serviceStats"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(service, stats)| {
            let count = |key: &str| stats[key].as_u64().unwrap_or_default() as u32;
            let stats = StreamedStats {
                span_count: count("spanCount"),
                error_count: count("errorCount"),
            };
            (service.clone(), stats)
        });
    StreamedRow {
        trace_id: text("traceID"),
        root_service_name: text("rootServiceName"),
        root_trace_name: text("rootTraceName"),
        start_time_unix_nano: text("startTimeUnixNano").parse().unwrap_or_default(),
        duration_ms: row["durationMs"].as_u64().unwrap_or_default() as u32,
        service_stats: stats.collect(),
    }
}

/// The parts, each in its frame, and the status as trailers.
fn build_answer(parts: Vec<StreamedPart>, code: u32, message: &str) -> TempoAnswer {
    let mut frames = Vec::new();
    for part in parts {
        let message = part.encode_to_vec();
        frames.push(0);
        frames.extend_from_slice(&(message.len() as u32).to_be_bytes());
        frames.extend_from_slice(&message);
    }
    let mut trailers = HeaderMap::new();
    trailers.insert(HeaderName::from_static("grpc-status"), HeaderValue::from(code));
    if let Ok(message) = HeaderValue::from_str(&message.replace('\n', " ")) {
        trailers.insert(HeaderName::from_static("grpc-message"), message);
    }
    let body = Full::new(Bytes::from(frames)).with_trailers(async move { Some(Ok(trailers)) });
    let mut answer = Response::new(Body::new(body));
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    answer
}
