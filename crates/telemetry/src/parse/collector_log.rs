//! Known messages in the log of a collector or Alloy: what keeps its exporters from sending stands there and nowhere else.
//! Texts as of opentelemetry-collector v0.161.0 (exporter/exporterhelper/internal/retry_sender.go, queue_sender.go,
//! base_exporter.go, internal/memorylimiter/memorylimiter.go) and grpc-go v1.83 (clientconn.go).

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::model::collector::LogMatch;

use super::logs::timestamp;

/// What a line must be about, lower case; everything else is passed over.
const ABOUT: [&str; 7] = [
    "exporting failed",
    "failed to connect to {addr",
    "sending queue is full",
    "no more retries left",
    "memory usage is above",
    "data refused due to high memory usage",
    "starting ",
];

/// What an exporter's line says where it is about metrics, lower case: since v0.126, and before.
const METRICS_SIGNAL: [&str; 4] = [
    "\"otelcol.signal\": \"metrics\"",
    "\"otelcol.signal\":\"metrics\"",
    "\"data_type\": \"metrics\"",
    "\"data_type\":\"metrics\"",
];

/// Fragments, lower case, and the cause each names. The first that fits decides.
const REASONS: [(&str, &str); 27] = [
    ("no org id", "collector-missing-org-header"),
    (
        "first record does not look like a tls handshake",
        "collector-tls-default",
    ),
    (
        "frame header looked like an http/1.1 header",
        "collector-exporter-protocol-mixup",
    ),
    (
        "server gave http response to https client",
        "collector-exporter-protocol-mixup",
    ),
    ("malformed http response", "collector-exporter-protocol-mixup"),
    (
        "unknown service opentelemetry.proto",
        "collector-exporter-protocol-mixup",
    ),
    ("http status code 404", "collector-exporter-protocol-mixup"),
    ("http status code 405", "collector-exporter-protocol-mixup"),
    ("from server: 404", "collector-exporter-protocol-mixup"),
    ("unsupported protocol scheme", "collector-exporter-protocol-mixup"),
    ("decompressor is not installed", "collector-compression-unsupported"),
    ("received message larger than max", "collector-batch-too-large"),
    ("request body too large", "collector-batch-too-large"),
    ("http status code 413", "collector-batch-too-large"),
    ("exceeds ingestion limit", "collector-batch-too-large"),
    ("rate_limited", "collector-permanent-429"),
    ("sending queue is full", "collector-queue-full"),
    ("memory usage is above", "collector-memory-limiter"),
    ("data refused due to high memory usage", "collector-memory-limiter"),
    ("connection refused", "collector-send-failed"),
    ("no such host", "collector-send-failed"),
    ("produced zero addresses", "collector-send-failed"),
    ("i/o timeout", "collector-send-failed"),
    ("timeout", "collector-export-timeout"),
    ("deadline", "collector-export-timeout"),
    ("certificate", "collector-send-failed"),
    ("no more retries left", "collector-send-failed"),
];

static ABOUT_IT: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(ABOUT).ok());

/// The longest example that is kept.
const LONGEST: usize = 400;

/// The cause that one line names, where it is about something that keeps spans from leaving.
pub fn find_line_cause(line: &str) -> Option<&'static str> {
    if ABOUT_IT.as_ref().is_some_and(|about| !about.is_match(line)) {
        return None;
    }
    let lower = line.to_lowercase();
    if METRICS_SIGNAL.iter().any(|said| lower.contains(said)) {
        let is_delta = lower.contains("invalid temporality");
        return lower
            .contains("exporting failed. dropping data")
            .then_some(if is_delta {
                "collector-delta-temporality"
            } else {
                "collector-metrics-undelivered"
            });
    }
    if lower.contains("starting ") {
        return is_localhost_listener(&lower).then_some("collector-receiver-localhost");
    }
    match classify_export_error(&lower) {
        // A rate limit that is waited for is no loss yet; given up at once it is.
        Some("collector-permanent-429") if !lower.contains("dropping data") => Some("rate-limited"),
        Some(cause) => Some(cause),
        None => lower.contains("exporting failed").then_some("collector-send-failed"),
    }
}

/// The cause that an exporter's error names, whoever passes it on.
pub fn classify_export_error(error: &str) -> Option<&'static str> {
    let lower = error.to_lowercase();
    let known = REASONS.iter().find(|(fragment, _)| lower.contains(fragment));
    known.map(|(_, cause)| *cause)
}

/// `Starting GRPC server … "endpoint": "localhost:4317"`
fn is_localhost_listener(lower: &str) -> bool {
    (lower.contains("starting grpc server") || lower.contains("starting http server"))
        && ["localhost:", "127.0.0.1:", "[::1]:"].iter().any(|host| {
            lower.contains(&format!("\"endpoint\": \"{host}"))
                || lower.contains(&format!("\"endpoint\":\"{host}"))
                || lower.contains(&format!("endpoint={host}"))
        })
}

/// Takes a line up, the newest first; `since` is the moment of the push in seconds since 1970. A line without a time counts as
/// older.
pub fn record_line(matches: &mut Vec<LogMatch>, source: &str, line: &str, since: Option<f64>) {
    let Some(cause) = find_line_cause(line) else { return };
    let young = since.is_some_and(|since| find_timestamp(line).is_some_and(|at| at + 1.0 >= since));
    let at = matches.iter().position(|known| known.cause == cause);
    let mut known = at.map_or_else(
        || LogMatch {
            cause: cause.to_owned(),
            source: source.to_owned(),
            example: String::new(),
            count: 0,
            since_marker: 0,
        },
        |at| matches.remove(at),
    );
    known.count += 1;
    known.since_marker += u64::from(young);
    known.example = shorten_line(line);
    matches.insert(0, known);
}

/// One line without control characters and without what every line repeats about the process, cut to length.
fn shorten_line(line: &str) -> String {
    let line = match (line.find("{\"resource\": {"), line.find("}, ")) {
        (Some(from), Some(to)) if from < to => format!("{}{{{}", &line[..from], &line[to + 3..]),
        _ => line.to_owned(),
    };
    let line: String = line
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if line.chars().count() > LONGEST {
        line.chars().take(LONGEST - 1).collect::<String>() + "…"
    } else {
        line
    }
}

/// When a line was written, in seconds since 1970: RFC 3339 near its start, or `"ts":1732…` of JSON.
pub fn find_timestamp(line: &str) -> Option<f64> {
    let near = line.as_bytes();
    let near = &near[..near.len().min(120)];
    let dated = (0..near.len()).find_map(|at| timestamp::parse_rfc3339(&near[at..]));
    let nanos = match dated {
        Some((nanos, _)) => nanos,
        None => {
            let at = memchr::memmem::find(near, b"\"ts\":")? + 5;
            let number = near[at..].trim_ascii_start();
            let end = number.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.');
            timestamp::parse_epoch(&number[..end.unwrap_or(number.len())])?
        }
    };
    Some(nanos as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TLS: &str = "2026-11-22T11:56:38.300Z\tinfo\tinternal/retry_sender.go:136\tExporting failed. Will retry the request after interval.\t{\"resource\": {\"service.name\": \"otelcol\"}, \"otelcol.component.id\": \"otlp\", \"error\": \"rpc error: code = Unavailable desc = connection error: desc = \\\"transport: authentication handshake failed: tls: first record does not look like a TLS handshake\\\"\", \"interval\": \"2.6s\"}";

    #[test]
    fn recorded_lines_name_their_cause() {
        let line = |error: &str| {
            format!("error\tinternal/queue_sender.go:62\tExporting failed. Dropping data.\t{{\"error\": \"{error}\"}}")
        };
        let cases = [
            (TLS.to_owned(), Some("collector-tls-default")),
            (line("rpc error: code = Unavailable desc = no org id"), Some("collector-missing-org-header")),
            (
                line("Permanent error: rpc error: code = Unimplemented desc = unknown service opentelemetry.proto.collector.trace.v1.TraceService"),
                Some("collector-exporter-protocol-mixup"),
            ),
            (line("connect: connection refused"), Some("collector-send-failed")),
            (line("dial tcp 10.0.0.9:4317: i/o timeout"), Some("collector-send-failed")),
            (
                line("rpc error: code = DeadlineExceeded desc = context deadline exceeded"),
                Some("collector-export-timeout"),
            ),
            (line("something new"), Some("collector-send-failed")),
            (line("rpc error: code = ResourceExhausted desc = RATE_LIMITED: ingestion rate limit"), Some("collector-permanent-429")),
            (
                "info\tExporting failed. Will retry the request after interval.\t{\"error\": \"RATE_LIMITED: ingestion rate limit\"}".to_owned(),
                Some("rate-limited"),
            ),
            ("warn\tMemory usage is above soft limit. Refusing data.".to_owned(), Some("collector-memory-limiter")),
            (
                "info\tStarting GRPC server\t{\"endpoint\": \"localhost:4317\"}".to_owned(),
                Some("collector-receiver-localhost"),
            ),
            ("info\tStarting GRPC server\t{\"endpoint\": \"0.0.0.0:4317\"}".to_owned(), None),
            ("info\tsomebody's connection refused".to_owned(), None),
            (
                "error\tExporting failed. Dropping data.\t{\"otelcol.signal\": \"metrics\", \"error\": \"connection refused\"}".to_owned(),
                Some("collector-metrics-undelivered"),
            ),
            (
                "error\tExporting failed. Dropping data.\t{\"data_type\": \"metrics\", \"error\": \"400: invalid temporality and type combination\"}".to_owned(),
                Some("collector-delta-temporality"),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(find_line_cause(&text), expected, "{text}");
        }
    }

    #[test]
    fn lines_younger_than_the_push_are_counted_apart() {
        let at = find_timestamp(TLS).expect("a time");
        let mut young = Vec::new();
        record_line(&mut young, "collector.log", TLS, Some(at - 1.0));
        record_line(&mut young, "collector.log", TLS, Some(at - 1.0));
        assert_eq!((young[0].count, young[0].since_marker), (2, 2));
        let mut old = Vec::new();
        record_line(&mut old, "collector.log", TLS, Some(at + 10.0));
        assert_eq!(old[0].since_marker, 0);
        assert!(!old[0].example.contains("service.name"), "{}", old[0].example);
    }

    #[test]
    fn times_are_read_in_the_usual_spellings() {
        let wanted = 1_795_348_598.0;
        for line in [
            "2026-11-22T11:56:38Z info x",
            "2026-11-22T12:56:38.000+0100\tinfo\tx",
            "collector-1  | 2026-11-22T11:56:38.000Z info x",
            "ts=2026-11-22T11:56:38Z level=info",
            "{\"level\":\"info\",\"ts\":1795348598.0,\"msg\":\"x\"}",
        ] {
            assert_eq!(find_timestamp(line), Some(wanted), "{line}");
        }
        assert_eq!(find_timestamp("no time here, Tuesday"), None);
    }

    proptest! {
        #[test]
        fn never_panics(line in "\\PC{0,200}", start in ".{0,12}") {
            for line in [&line, &start] {
                record_line(&mut Vec::new(), "x", line, Some(1.0));
            }
            let _ = find_timestamp(&format!("{start}T{line}"));
        }
    }
}
