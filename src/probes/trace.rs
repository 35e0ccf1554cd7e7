//! One trace by its id: v2 in protobuf, v1 where there is no v2; and the id that a prefix stands for.

use std::time::Instant;

use http::Method;

use crate::clients::http::RawAnswer;
use crate::model::time_window::TimeWindow;
use crate::model::trace::{Trace, TraceId};
use crate::model::{Failure, FailureKind, Slot};
use crate::parse::{tempo, traces};

use super::search::{self, SearchQuestion};
use super::tempo_reader::TempoReader;

/// Bytes of a trace that are read at most: Tempo's own limit on a trace is 5 MB by default, people raise it tenfold.
const TRACE_LIMIT: usize = 1024 * 1024 * 1024;
const PROTOBUF: &str = "application/protobuf";

/// What came of asking for a trace.
#[derive(Debug)]
pub struct FetchedTrace {
    /// The trace; `None` where Tempo does not know the id.
    pub trace: Option<Trace>,
    /// What was asked: `GET /api/v2/traces/…`.
    pub request: String,
    /// Bytes of the answer.
    pub bytes: usize,
    /// How long reading the answer took once it was there, in milliseconds.
    pub read_ms: u64,
}

/// Asks for a trace.
pub async fn fetch_trace(reader: &TempoReader, id: TraceId) -> Slot<FetchedTrace> {
    let api = reader.api.with_body_limit(TRACE_LIMIT);
    let accept = [("accept", PROTOBUF)];
    let v2 = api
        .ask_raw(Method::GET, &format!("/api/v2/traces/{id}"), &accept, None)
        .await;
    let no_v2 = v2
        .get()
        .is_some_and(|answer| answer.status == 404 && !answer.body.trim_ascii().is_empty());
    if !no_v2 {
        return v2.and_then(|answer| parse_answer(reader, answer, traces::parse_v2_protobuf));
    }
    // Before 2.6 there is no v2. Where v1 is not there either, the first answer says more.
    let v1 = api
        .ask_raw(Method::GET, &format!("/api/traces/{id}"), &accept, None)
        .await;
    let no_v1 = v1
        .get()
        .is_some_and(|answer| answer.status == 404 && !answer.body.trim_ascii().is_empty());
    if no_v1 {
        return v2.and_then(|answer| parse_answer(reader, answer, traces::parse_v2_protobuf));
    }
    v1.and_then(|answer| parse_answer(reader, answer, traces::parse_v1_protobuf))
}

type TraceParser = fn(&[u8]) -> Result<Vec<Trace>, crate::parse::ParseError>;

fn parse_answer(reader: &TempoReader, answer: RawAnswer, protobuf: TraceParser) -> Result<FetchedTrace, Failure> {
    let began = Instant::now();
    let request = answer.request.clone();
    let nothing = answer.body.trim_ascii().is_empty();
    if nothing && matches!(answer.status, 200 | 404) {
        return Ok(FetchedTrace {
            trace: None,
            request,
            bytes: 0,
            read_ms: 0,
        });
    }
    if answer.status != 200 {
        let failure = tempo::expect_ok(answer.into_text(&reader.redact)).err();
        return Err(failure.unwrap_or_else(|| Failure::new(FailureKind::Decode, request, "no trace")));
    }
    let kind = answer
        .headers
        .get("content-type")
        .map(String::as_str)
        .unwrap_or_default();
    let parsed = if kind.starts_with(PROTOBUF) {
        protobuf(&answer.body)
    } else {
        // A gateway or an older Tempo may answer in JSON all the same.
        traces::parse_traces(&answer.body).map(|(traces, _)| traces)
    };
    let found = match parsed {
        Ok(found) => found,
        Err(refused) => {
            let (status, bytes) = (answer.status, answer.body.len().min(400));
            let mut start = answer;
            start.body.truncate(bytes);
            let why = match start.into_text(&reader.redact).is_html() {
                true => "a web page, not an API answer".to_owned(),
                false => refused.message,
            };
            return Err(Failure::new(FailureKind::Decode, request, why).with_status(status));
        }
    };
    let trace = found.into_iter().next().filter(|trace| !trace.spans.is_empty());
    Ok(FetchedTrace {
        trace,
        request,
        bytes: answer.body.len(),
        read_ms: began.elapsed().as_millis() as u64,
    })
}

/// The ids in a window that begin with these digits, the newest first; at most `most`.
pub async fn find_ids_with_prefix(
    reader: &TempoReader,
    digits: &str,
    window: TimeWindow,
    most: u32,
) -> Slot<Vec<TraceId>> {
    let trimmed = digits.trim_start_matches('0');
    // Ids are compared as text, with or without their leading zeros: both are let through and looked at here. Zeros that the
    // expression itself begins with are cut off before it is read, so they stand in brackets.
    let mut question = SearchQuestion {
        query: format!("{{ trace:id =~ \"[0]*{trimmed}.*\" }}"),
        window,
        limit: most.saturating_mul(4),
    };
    search::search_up_to_limit(&reader.api, &mut question)
        .await
        .and_then(|found| {
            let ids = found.hits.iter().map(|hit| hit.trace_id);
            Ok(ids
                .filter(|id| id.to_string().starts_with(digits))
                .take(most as usize)
                .collect())
        })
}
