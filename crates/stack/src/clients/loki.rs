//! Loki's HTTP API (Grafana Loki HTTP API; shapes recorded from Loki 3.7.6), directly and behind a data source of Grafana.

use serde::Deserialize;

use telemetry::model::logs::Nanos;
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::{FailureKind, Slot};

use super::connect::ConnectOptions;
use super::http::{BuildError, HttpClient};
use super::request_path::RequestPath;

/// One Loki.
#[derive(Clone)]
pub struct LokiClient {
    http: HttpClient,
}

/// A part of a log.
#[derive(Debug, Clone, Copy)]
pub struct LokiPage {
    /// From when to when.
    pub range: (Nanos, Nanos),
    /// Lines at most.
    pub limit: usize,
    /// Those at the end, where there are more.
    pub newest: bool,
}

/// Why there are no lines.
pub enum LokiRefusal {
    /// It allows so many lines a query.
    Page(usize),
    /// It does not answer for the moment.
    Gone(String),
    /// It refuses the credentials.
    Login(String),
    /// It says no.
    Other(String),
}

impl LokiClient {
    /// A Loki at this address.
    pub fn new(connect: ConnectOptions) -> Result<Self, BuildError> {
        HttpClient::new(connect).map(LokiClient::from_http)
    }

    /// The Loki that this client reaches.
    pub(super) fn from_http(http: HttpClient) -> Self {
        LokiClient { http }
    }

    /// Names of labels, as they are answered.
    pub async fn fetch_labels(&self) -> Slot<HttpAnswer> {
        self.http.get("/loki/api/v1/labels").await
    }

    /// The lines of a query, by time.
    pub async fn query_lines(&self, query: &str, page: LokiPage) -> Result<Vec<(Nanos, String)>, LokiRefusal> {
        let path = RequestPath::new("/loki/api/v1/query_range")
            .with("query", query)
            .with("direction", if page.newest { "backward" } else { "forward" })
            .with("limit", page.limit)
            .with("start", page.range.0)
            .with("end", page.range.1);
        match self.http.get(path.as_str()).await {
            Slot::Known { value, .. } if value.status == 200 => {
                parse_loki_lines(&value.body).map_err(LokiRefusal::Other)
            }
            Slot::Known { value, .. } => Err(explain_refusal(&value)),
            Slot::Failed { failure } => {
                let told = format!("{}: {}", failure.kind.description(), failure.detail);
                Err(match failure.kind {
                    FailureKind::Tls | FailureKind::TooLarge => LokiRefusal::Other(told),
                    _ => LokiRefusal::Gone(told),
                })
            }
            Slot::NotAsked => Err(LokiRefusal::Other("not asked".to_owned())),
        }
    }
}

fn explain_refusal(answer: &HttpAnswer) -> LokiRefusal {
    let status = answer.status;
    let told = answer.body.lines().next().unwrap_or_default();
    match (find_line_limit(told), status) {
        (Some(most), _) if most > 0 => LokiRefusal::Page(most),
        (_, 429 | 500..=599) => LokiRefusal::Gone(format!("HTTP {status}: {told}")),
        (_, 401 | 403) => LokiRefusal::Login(format!("HTTP {status}: {told} (--loki-org-id, --loki-token-file)")),
        _ => LokiRefusal::Other(format!("HTTP {status}: {told}")),
    }
}

#[derive(Deserialize)]
struct LokiAnswer {
    data: LokiData,
}

#[derive(Deserialize)]
struct LokiData {
    #[serde(rename = "resultType")]
    kind: String,
    #[serde(default)]
    result: Vec<LokiStream>,
}

#[derive(Deserialize)]
struct LokiStream {
    #[serde(default)]
    values: Vec<LokiEntry>,
}

/// Time and line; newer servers add structured metadata as a third.
#[derive(Deserialize)]
struct LokiEntry(String, String, #[serde(default)] serde::de::IgnoredAny);

/// The lines of every stream, by time; those of the same moment in the order in which they came.
fn parse_loki_lines(body: &str) -> Result<Vec<(Nanos, String)>, String> {
    let kind: Option<String> = serde_json::from_str::<serde_json::Value>(body)
        .ok()
        .and_then(|answer| Some(answer.get("data")?.get("resultType")?.as_str()?.to_owned()));
    if let Some(kind) = kind.filter(|kind| kind != "streams") {
        return Err(format!("the query returns a {kind}, not log lines"));
    }
    let answer: LokiAnswer = serde_json::from_str(body).map_err(|problem| format!("not a Loki response: {problem}"))?;
    debug_assert_eq!(answer.data.kind, "streams");
    let mut lines = Vec::new();
    for LokiEntry(time, line, _) in answer.data.result.into_iter().flat_map(|stream| stream.values) {
        let time = time
            .parse()
            .map_err(|_| format!("not a Loki response: '{time}' is not a time"))?;
        lines.push((time, line));
    }
    lines.sort_by_key(|(time, _)| *time);
    Ok(lines)
}

/// The most lines that a query may ask for, where Loki refused more: `limit > max_entries_limit_per_query (5000 > 1000)`.
fn find_line_limit(message: &str) -> Option<usize> {
    let (_, rest) = message.split_once("max_entries_limit_per_query (")?;
    let (_, most) = rest.split_once('>')?;
    most.trim().trim_end_matches(')').trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_of_all_streams_are_in_order() {
        let body = r#"{"status":"success","data":{"resultType":"streams","result":[
            {"stream":{"a":"b"},"values":[["3","c"],["1","a"]]},
            {"stream":{},"values":[["2","b",{"structuredMetadata":{"x":"y"}}]]}],"stats":{}}}"#;
        let read = parse_loki_lines(body).expect("lines");
        assert_eq!(read, [(1, "a".into()), (2, "b".into()), (3, "c".into())]);
        let empty = r#"{"status":"success","data":{"resultType":"streams","result":[]}}"#;
        assert_eq!(parse_loki_lines(empty), Ok(Vec::new()));
        let matrix =
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]}]}}"#;
        assert_eq!(
            parse_loki_lines(matrix),
            Err("the query returns a matrix, not log lines".into())
        );
    }

    #[test]
    fn the_limit_is_read_off_the_refusal() {
        let message = "max entries limit per query exceeded, limit > max_entries_limit_per_query (1000000 > 5000)";
        assert_eq!(find_line_limit(message), Some(5_000));
        assert_eq!(find_line_limit("parse error"), None);
    }

    proptest! {
        #[test]
        fn any_body_is_read_or_refused(body in "\\PC{0,80}") {
            let _ = (parse_loki_lines(&body), find_line_limit(&body));
        }
    }
}
