//! What the query endpoints share: answers, windows, tenants; and reading one trace.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use opentelemetry_proto::tonic::trace::v1::TracesData;
use prost::Message;
use serde_json::{Map, Value, json};

use super::super::answers::{build_answer, build_go_error};
use super::super::settings::SINGLE_TENANT;
use super::store::TraceBatches;
use super::{LabTempo, trace_json, unix_seconds_now};

pub(crate) type TempoAnswer = Response<Body>;
pub(crate) type SharedTempo = State<Arc<LabTempo>>;
pub(crate) type QueryParams = Query<HashMap<String, String>>;

/// What the frontend answers with: JSON that says it varies by encoding.
pub(crate) fn build_json_answer(value: &Value) -> TempoAnswer {
    let mut answer = build_answer(StatusCode::OK, "application/json", value.to_string());
    add_vary_header(&mut answer);
    answer
}

/// A query that is not answered as asked, and the line of text that says why.
#[derive(Debug)]
pub(crate) struct RefusedQuery {
    status: StatusCode,
    text: String,
    /// Refused before the frontend saw it, in the words of Go's `http.Error`.
    before_frontend: bool,
}

impl RefusedQuery {
    /// Its status and its line.
    pub(super) fn status_and_text(&self) -> (StatusCode, &str) {
        (self.status, &self.text)
    }

    /// An error of the frontend.
    pub(crate) fn by_frontend(status: StatusCode, text: impl Into<String>) -> RefusedQuery {
        RefusedQuery {
            status,
            text: text.into(),
            before_frontend: false,
        }
    }
}

impl IntoResponse for RefusedQuery {
    fn into_response(self) -> TempoAnswer {
        if self.before_frontend {
            return build_go_error(self.status, &self.text);
        }
        let mut answer = build_answer(self.status, "text/plain; charset=utf-8", self.text);
        add_vary_header(&mut answer);
        answer
    }
}

fn add_vary_header(answer: &mut TempoAnswer) {
    answer
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
}

impl LabTempo {
    /// The tenant that reads, or the answer to one who names none.
    pub(crate) fn reading_tenant(&self, headers: &HeaderMap) -> Result<String, RefusedQuery> {
        if !self.settings.fault.multitenancy {
            return Ok(SINGLE_TENANT.to_owned());
        }
        headers
            .get("x-scope-orgid")
            .and_then(|value| value.to_str().ok())
            .filter(|tenant| !tenant.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| RefusedQuery {
                status: StatusCode::UNAUTHORIZED,
                text: "no org id".to_owned(),
                before_frontend: true,
            })
    }

    /// Counts a query as the frontend does.
    pub(crate) fn count_query(&self, tenant: &str, op: &str, bytes: u64) {
        let queries = [("op", op), ("result", "completed"), ("tenant", tenant)];
        self.metrics.add("tempo_query_frontend_queries_total", &queries, 1.0);
        self.metrics
            .add("tempo_query_frontend_queries_within_slo_total", &queries, 1.0);
        self.metrics.add(
            "tempo_query_frontend_bytes_inspected_total",
            &[("op", op), ("tenant", tenant)],
            bytes as f64,
        );
        self.metrics
            .set("tempo_query_frontend_queue_length", &[("user", tenant)], 0.0);
        self.metrics
            .add("tempo_querier_worker_request_executed_total", &[], 1.0);
        if !self.settings.is_v3() {
            self.metrics.set("tempo_querier_ingester_clients", &[], 1.0);
        }
    }

    /// The window of a search, moved and filled in as the frontend does; seconds since 1970.
    pub(crate) fn search_window(
        &self,
        params: &HashMap<String, String>,
        default_s: f64,
    ) -> Result<(f64, f64), RefusedQuery> {
        let bad = |text: &str| {
            RefusedQuery::by_frontend(StatusCode::BAD_REQUEST, format!("error parsing date range: {text}"))
        };
        let now = unix_seconds_now();
        let latest = now - self.settings.query_end_cutoff.as_secs_f64();
        let given = |key: &str| params.get(key).filter(|text| !text.is_empty());
        let (start, end) = match (given("start"), given("end")) {
            (None, None) => (now - default_s, latest),
            (Some(start), Some(end)) => {
                let read = |name: &str, text: &str| {
                    parse_time(text).ok_or_else(|| bad(&format!("could not parse '{name}' parameter: {text}")))
                };
                let (start, end) = (read("start", start)?, read("end", end)?);
                match () {
                    () if end <= latest => (start, end),
                    () if start > latest => (now - default_s, latest),
                    () => (start, latest),
                }
            }
            _ => return Err(bad("only one of start and end provided: must provide both or neither")),
        };
        if end < start {
            let (start, end) = (start.floor(), end.floor());
            return Err(RefusedQuery::by_frontend(
                StatusCode::BAD_REQUEST,
                format!("http parameter start must be before end. received start={start} end={end}"),
            ));
        }
        Ok((start.floor(), end.floor()))
    }
}

/// Unix seconds or nanoseconds, or RFC 3339.
fn parse_time(text: &str) -> Option<f64> {
    match text.parse::<f64>() {
        Ok(number) if number > 1e15 => Some(number / 1e9),
        Ok(number) if number.is_finite() => Some(number),
        _ => {
            let stamp: jiff::Timestamp = text.parse().ok()?;
            Some(stamp.as_microsecond() as f64 / 1e6)
        }
    }
}

/// `metrics` of an answer: what was inspected, left out where it is nothing.
pub(crate) fn render_inspected(bytes: u64, jobs: u64) -> Value {
    let mut object = Map::new();
    if bytes > 0 {
        object.insert("inspectedBytes".to_owned(), json!(bytes.to_string()));
    }
    if jobs > 0 {
        object.insert("completedJobs".to_owned(), json!(jobs));
        object.insert("totalJobs".to_owned(), json!(jobs));
    }
    Value::Object(object)
}

/// `GET /api/v2/traces/{id}`
pub(crate) async fn serve_trace_v2(
    State(tempo): SharedTempo,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<TempoAnswer, RefusedQuery> {
    let (tenant, id) = parse_trace_request(&tempo, &headers, &id)?;
    let found = tempo.store.trace(&tenant, &id);
    let bytes = found.as_ref().map_or(0, count_encoded_bytes);
    tempo.count_query(&tenant, "traces", bytes);
    if wants_protobuf(&headers) {
        let trace = found.map(|batches| TracesData {
            resource_spans: batches.iter().map(|batch| batch.as_ref().clone()).collect(),
        });
        let body = TraceByIdResponse {
            trace: Some(trace.unwrap_or_default()),
        };
        return Ok(build_answer(
            StatusCode::OK,
            "application/protobuf",
            body.encode_to_vec(),
        ));
    }
    let trace = found.map_or(
        json!({}),
        |batches| json!({"resourceSpans": trace_json::render_batches(&batches)}),
    );
    Ok(build_json_answer(
        &json!({"trace": trace, "metrics": render_inspected(bytes, 0)}),
    ))
}

/// `GET /api/traces/{id}` and the querier's own.
pub(crate) async fn serve_trace_v1(
    State(tempo): SharedTempo,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<TempoAnswer, RefusedQuery> {
    let (tenant, id) = parse_trace_request(&tempo, &headers, &id)?;
    let found = tempo.store.trace(&tenant, &id);
    tempo.count_query(&tenant, "traces", found.as_ref().map_or(0, count_encoded_bytes));
    let Some(batches) = found else {
        let mut answer = StatusCode::NOT_FOUND.into_response();
        add_vary_header(&mut answer);
        return Ok(answer);
    };
    if wants_protobuf(&headers) {
        let resource_spans = batches.iter().map(|batch| batch.as_ref().clone()).collect();
        let body = TracesData { resource_spans }.encode_to_vec();
        return Ok(build_answer(StatusCode::OK, "application/protobuf", body));
    }
    Ok(build_json_answer(
        &json!({"batches": trace_json::render_batches(&batches)}),
    ))
}

fn wants_protobuf(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/protobuf"))
}

/// `TraceByIDResponse` (grafana/tempo v3.0.3: pkg/tempopb/tempo.proto), as far as the lab fills it.
#[derive(Clone, PartialEq, Message)]
struct TraceByIdResponse {
    #[prost(message, optional, tag = "1")]
    trace: Option<TracesData>,
}

pub(crate) fn count_encoded_bytes(batches: &TraceBatches) -> u64 {
    batches.iter().map(|batch| batch.encoded_len() as u64).sum()
}

fn parse_trace_request(tempo: &LabTempo, headers: &HeaderMap, id: &str) -> Result<(String, [u8; 16]), RefusedQuery> {
    let tenant = tempo.reading_tenant(headers)?;
    let id = parse_trace_id(id).map_err(|text| RefusedQuery::by_frontend(StatusCode::BAD_REQUEST, text))?;
    Ok((tenant, id))
}

/// Reads an id as Tempo does: hex, padded on the left.
fn parse_trace_id(text: &str) -> Result<[u8; 16], String> {
    for (at, letter) in text.chars().enumerate() {
        if !letter.is_ascii_hexdigit() {
            let position = at + 1;
            return Err(format!(
                "trace IDs can only contain hex characters: invalid character '{letter}' at position {position}"
            ));
        }
    }
    if text.len() > 32 {
        return Err("trace IDs can't be larger than 128 bits".to_owned());
    }
    u128::from_str_radix(text, 16)
        .map(u128::to_be_bytes)
        .map_err(|error| error.to_string())
}
