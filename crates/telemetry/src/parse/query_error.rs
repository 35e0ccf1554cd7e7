//! What a server says of a query it does not take: the message, the place in the query, the limit it speaks of.
//!
//! Texts: grafana/tempo v3.0.3 pkg/traceql/parse.go, modules/frontend/metrics_query_range_handler.go, search_handlers.go and
//! metrics_query_range_sharder.go, modules/frontend/search_sharder.go; prometheus/prometheus promql/parser/posrange and
//! web/api/v1/api.go.

use std::time::Duration;

use serde::Deserialize;

use crate::model::Failure;
use crate::model::tempo::HttpAnswer;

use super::duration;

/// A query that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// What is wrong, without the place.
    pub message: String,
    /// Line and column, both counted from 1.
    pub place: Option<(usize, usize)>,
}

/// A limit that a query exceeded, as its message names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryLimit {
    /// The longest range allowed.
    Range(Duration),
    /// The smallest step allowed for that range.
    Step(Duration),
    /// The most traces that one search may ask for.
    Traces(u32),
}

/// Queries up to this long pass every server: nginx takes addresses of 8 kB where nobody said otherwise.
const ALWAYS_PASSES: usize = 2_000;

/// That a query is too long for who is asked at `place`, where that is what the failure says: by its status (413, 414,
/// 431), by its words, or as a web page in answer to a long address, as gateways give it.
pub fn describe_too_long(failure: &Failure, query: &str, place: &str) -> Option<String> {
    let says = |text: &str| failure.detail.contains(text);
    let long = match failure.status {
        None => says("the limit for an address is"),
        Some(413 | 414 | 431) => true,
        Some(400) => says("exceeds the configured maximum size") || says("a web page") && query.len() > ALWAYS_PASSES,
        Some(_) => false,
    };
    let why = match failure.status {
        Some(_) => failure.to_string(),
        None => failure.detail.clone(),
    };
    long.then(|| format!("the query is too long for {place} ({} bytes): {why}", query.len()))
}

/// What Tempo says in the body of a 400: `invalid TraceQL query: parse error at line 1, col 24: syntax error: …`
pub fn parse_tempo_error(body: &str) -> QueryError {
    let text = body.trim().trim_start_matches("invalid TraceQL query: ");
    let placed = text.split_once("parse error at line ").and_then(|(_, rest)| {
        let (place, message) = rest.split_once(": ")?;
        let (line, column) = place.split_once(", col ")?;
        Some((message, (line.parse().ok()?, column.parse().ok()?)))
    });
    match placed {
        Some((message, place)) => QueryError {
            message: message
                .trim_start_matches("syntax error: ")
                .replace("$end", "end of the query"),
            place: Some(place),
        },
        None => QueryError {
            message: text.to_owned(),
            place: None,
        },
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct PromErrorBody {
    error_type: String,
    error: String,
}

/// What Prometheus says of a query it does not take: `invalid parameter "query": 1:5: parse error: …`. `None` where the
/// answer is no such refusal.
pub fn parse_prometheus_error(answer: &HttpAnswer) -> Option<QueryError> {
    if !matches!(answer.status, 400 | 422 | 503) {
        return None;
    }
    let refusal: PromErrorBody = serde_json::from_str(&answer.body).ok()?;
    if refusal.error.is_empty() || refusal.error_type.is_empty() {
        return None;
    }
    Some(parse_promql_error(&refusal.error))
}

fn parse_promql_error(text: &str) -> QueryError {
    let text = text.trim_start_matches("invalid parameter \"query\": ");
    let placed = text.split_once(": parse error: ").and_then(|(place, message)| {
        let (line, column) = place.split_once(':')?;
        Some((message, (line.parse().ok()?, column.parse().ok()?)))
    });
    match placed {
        Some((message, place)) => QueryError {
            message: message.to_owned(),
            place: Some(place),
        },
        None => QueryError {
            message: text.to_owned(),
            place: None,
        },
    }
}

/// The limit that a message of Tempo names.
pub fn parse_query_limit(message: &str) -> Option<QueryLimit> {
    let after = |words: &str| {
        let (_, rest) = message.split_once(words)?;
        let word = rest.split_whitespace().next()?.trim_end_matches(['.', ',']);
        duration::parse_duration(word).ok().filter(|limit| !limit.is_zero())
    };
    after("exceeds the maximum allowed duration of ")
        .or_else(|| after("range specified by start and end exceeds "))
        .map(QueryLimit::Range)
        .or_else(|| after("minimum step for given range is ").map(QueryLimit::Step))
        .or_else(|| parse_trace_limit(message).map(QueryLimit::Traces))
}

/// `limit 100001 exceeds max limit 500`
fn parse_trace_limit(message: &str) -> Option<u32> {
    let (_, rest) = message.split_once(" exceeds max limit ")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok().filter(|most| *most > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FailureKind;
    use proptest::prelude::*;

    fn refused(status: u16, body: &str) -> HttpAnswer {
        HttpAnswer {
            request: "GET /x".into(),
            status,
            headers: Default::default(),
            body: body.into(),
        }
    }

    #[test]
    fn tempo_names_the_place() {
        let error =
            parse_tempo_error("invalid TraceQL query: parse error at line 1, col 24: syntax error: unexpected $end\n");
        assert_eq!(error.place, Some((1, 24)));
        assert_eq!(error.message, "unexpected end of the query");
        let error = parse_tempo_error("not a metrics query");
        assert_eq!((error.place, error.message.as_str()), (None, "not a metrics query"));
    }

    #[test]
    fn prometheus_names_the_place() {
        let body = r#"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis"}"#;
        let error = parse_prometheus_error(&refused(400, body)).expect("a refusal");
        assert_eq!(error.place, Some((1, 5)));
        assert_eq!(error.message, "unclosed left parenthesis");
        assert_eq!(parse_prometheus_error(&refused(404, "404 page not found")), None);
        assert_eq!(parse_prometheus_error(&refused(400, "<html>")), None);
    }

    #[test]
    fn limits_are_read_off_the_message() {
        let hours = |hours: u64| Some(QueryLimit::Range(Duration::from_secs(hours * 3_600)));
        assert_eq!(
            parse_query_limit("metrics query time range exceeds the maximum allowed duration of 24h0m0s"),
            hours(24)
        );
        assert_eq!(
            parse_query_limit("range specified by start and end exceeds 168h0m0s. received start=1 end=2"),
            hours(168)
        );
        assert_eq!(
            parse_query_limit("step of 1s is too small, minimum step for given range is 7.2s"),
            Some(QueryLimit::Step(Duration::from_millis(7_200)))
        );
        assert_eq!(
            parse_query_limit("limit 25 exceeds max limit 20\n"),
            Some(QueryLimit::Traces(20))
        );
        assert_eq!(parse_query_limit("something else"), None);
    }

    #[test]
    fn a_query_that_is_too_long_is_told_by_its_length() {
        let failure = |status, text: &str| Failure::new(FailureKind::Http, "GET /api/search", text).with_status(status);
        let long = "(".repeat(9_000);
        let said = describe_too_long(&failure(414, "a web page"), &long, "http://t").unwrap_or_default();
        assert_eq!(said, "the query is too long for http://t (9000 bytes): 414 a web page");
        assert!(describe_too_long(&failure(400, "a web page"), &long, "http://t").is_some());
        assert!(describe_too_long(&failure(400, "a web page"), "{}", "http://t").is_none());
        assert!(describe_too_long(&failure(400, "parse error"), &long, "http://t").is_none());
        assert!(describe_too_long(&failure(502, "a web page"), &long, "http://t").is_none());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(invalid TraceQL query: )?(parse error at line )?\\PC{0,80}", status in 399u16..504) {
            let error = parse_tempo_error(&text);
            prop_assert!(error.message.len() <= text.len() + 40);
            let _ = parse_query_limit(&text);
            let _ = parse_promql_error(&text);
            let _ = parse_prometheus_error(&refused(status, &text));
        }
    }
}
