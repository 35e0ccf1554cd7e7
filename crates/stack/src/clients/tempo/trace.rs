//! One trace by its id: v2, and v1 where there is no v2.

use std::time::Instant;

use http::Method;

use crate::clients::ConnectOptions;
use crate::clients::http::{HttpClient, RawAnswer};
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::time_window::TimeWindow;
use telemetry::model::trace::{Trace, TraceId};
use telemetry::model::{Failure, FailureKind, Slot};
use telemetry::parse::{tempo, traces};

use super::TempoClient;

/// Bytes of a trace that are read at most: Tempo's own limit on a trace is 5 MB by default, people raise it tenfold.
const TRACE_LIMIT: usize = 1024 * 1024 * 1024;
const PROTOBUF: &str = "application/protobuf";
const V2: &str = "/api/v2/traces/";
const V1: &str = "/api/traces/";
/// A Tempo may collapse similar spans unless asked not to (grafana/tempo afe3816c05: docs/sources/tempo/api_docs/_index.md);
/// those that cannot, ignore it.
const WHOLE: &str = "?span_pruning=false";

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

impl TempoClient {
    /// A trace by its id.
    pub async fn fetch_trace(&self, id: TraceId) -> Slot<FetchedTrace> {
        let api = self.api.with_body_limit(TRACE_LIMIT);
        let answer = ask_trace(&api, &id.to_string(), None, &[("accept", PROTOBUF)]).await;
        answer.and_then(|(answer, protobuf)| parse_answer(answer, protobuf, self.api.connect()))
    }

    /// A trace by its id, as the JSON that is answered; with a window, only blocks of that time are opened for it.
    pub async fn ask_trace_json(&self, id: &str, window: Option<TimeWindow>) -> Slot<HttpAnswer> {
        let answer = ask_trace(&self.api, id, window, &[]).await;
        answer.and_then(|(answer, _)| Ok(answer.into_text(&self.api.connect().redact)))
    }
}

/// Asks v2, and v1 where there is no v2, as before 2.6. Where v1 is not there either, the first answer says more.
async fn ask_trace(
    api: &HttpClient,
    id: &str,
    window: Option<TimeWindow>,
    headers: &[(&'static str, &str)],
) -> Slot<(RawAnswer, TraceParser)> {
    let ask = async |path: &str, query: &str| {
        let path = format!("{path}{id}{}", build_query(query, window));
        api.ask_raw(Method::GET, &path, headers, None).await
    };
    // An id that v1 does not know is a 404 with nothing in it.
    let is_missing = |slot: &Slot<RawAnswer>| {
        slot.get()
            .is_some_and(|answer| answer.status == 404 && !answer.body.trim_ascii().is_empty())
    };
    let v2 = ask(V2, WHOLE).await;
    if is_missing(&v2) {
        let v1 = ask(V1, "").await;
        if !is_missing(&v1) {
            return v1.and_then(|answer| Ok((answer, traces::parse_v1_protobuf as TraceParser)));
        }
    }
    v2.and_then(|answer| Ok((answer, traces::parse_v2_protobuf as TraceParser)))
}

/// `?a=b`, nothing or a window behind an id; both are one query.
fn build_query(first: &str, window: Option<TimeWindow>) -> String {
    let Some(window) = window else {
        return first.to_owned();
    };
    let joint = if first.is_empty() { '?' } else { '&' };
    format!("{first}{joint}start={:.0}&end={:.0}", window.start_s(), window.end_s())
}

/// The address at which v1 gives the bare trace, as files hold it, where `url` is that of a trace.
pub fn find_bare_trace_url(url: &str) -> Option<String> {
    Some(url.replace(V2, V1).replace(WHOLE, "")).filter(|url| url.contains(V1))
}

type TraceParser = fn(&[u8], &mut u64) -> Result<Vec<Trace>, telemetry::parse::ParseError>;

fn parse_answer(answer: RawAnswer, protobuf: TraceParser, connect: &ConnectOptions) -> Result<FetchedTrace, Failure> {
    let redact = &connect.redact;
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
        let failure = tempo::expect_ok(answer.into_text(redact)).err();
        return Err(failure.unwrap_or_else(|| Failure::new(FailureKind::Decode, request, "no trace")));
    }
    let kind = answer
        .headers
        .get("content-type")
        .map(String::as_str)
        .unwrap_or_default();
    let parsed = if kind.starts_with(PROTOBUF) {
        connect.answers.lend(|memory| protobuf(&answer.body, memory))
    } else {
        // A gateway or an older Tempo may answer in JSON all the same.
        traces::parse_traces(&answer.body).map(|(traces, _)| traces)
    };
    let found = match parsed {
        Ok(found) => found,
        Err(refused) => {
            if connect.answers.is_exhausted() {
                let why = format!(
                    "a trace of {} bytes whose {}",
                    answer.body.len(),
                    refused.message.trim_start_matches("its ")
                );
                return Err(Failure::new(FailureKind::TooLarge, request, why).with_status(answer.status));
            }
            let (status, bytes) = (answer.status, answer.body.len().min(400));
            let mut start = answer;
            start.body.truncate(bytes);
            let why = match start.into_text(redact).is_html() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_joins_the_query_that_is_there() {
        let window = Some(TimeWindow::from_seconds(100.0, 200.0));
        assert_eq!(build_query(WHOLE, window), "?span_pruning=false&start=100&end=200");
        assert_eq!(build_query("", window), "?start=100&end=200");
        assert_eq!(build_query(WHOLE, None), WHOLE);
    }
}
