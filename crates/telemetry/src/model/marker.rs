//! The marker: the trace that doctor sends through the pipeline, and what became of it.

use serde::{Deserialize, Serialize};

use super::failure::format_status_text;

/// Services whose names start so are ours and never count as applications.
pub const OUR_SERVICES: [&str; 2] = ["tempoctl-marker-", "tempoctl-canary-"];

/// OTLP transports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Protocol {
    /// OTLP over gRPC.
    #[serde(rename = "grpc")]
    Grpc,
    /// OTLP over HTTP, binary.
    #[default]
    #[serde(rename = "http/protobuf")]
    HttpProtobuf,
    /// OTLP over HTTP, JSON.
    #[serde(rename = "http/json")]
    HttpJson,
}

impl Protocol {
    /// The name that `OTEL_EXPORTER_OTLP_PROTOCOL` takes.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Grpc => "grpc",
            Protocol::HttpProtobuf => "http/protobuf",
            Protocol::HttpJson => "http/json",
        }
    }

    /// The protocol of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Protocol::Grpc, Protocol::HttpProtobuf, Protocol::HttpJson]
            .into_iter()
            .find(|protocol| protocol.name() == name)
    }

    /// The port that receivers of this protocol listen on by default.
    pub fn default_port(self) -> u16 {
        if self == Protocol::Grpc { 4317 } else { 4318 }
    }
}

/// What identifies the marker. A replay of recordings passes another identity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Marker {
    /// 32 lower-case hex digits, the first not 0.
    pub trace_id: String,
    /// `service.name` of the client half.
    pub client_service: String,
    /// `service.name` of the server half.
    pub server_service: String,
    /// Spans in the live trace.
    pub spans: u32,
    /// The end of its last span, in nanoseconds since 1970, by Tempo's clock.
    #[serde(default)]
    pub end_ns: u64,
    /// When it was pushed, in seconds since 1970, by our clock.
    pub sent_at: f64,
    /// Milliseconds from the start of the run to the push.
    pub sent_after_ms: u64,
    /// The trace that was dated back for search.
    pub backdated: Option<BackdatedTrace>,
}

/// A trace of one INTERNAL span, dated back so that search may show it at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackdatedTrace {
    /// 32 lower-case hex digits.
    pub trace_id: String,
    /// How far its end lies in the past, in seconds.
    pub age_s: f64,
}

/// The receiver's own answer to a push.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushAnswer {
    /// Over which transport.
    pub protocol: Protocol,
    /// The address it went to, as shown in evidence.
    pub endpoint: String,
    /// The HTTP status; 200 stands for gRPC `OK` as well.
    pub http_status: Option<u16>,
    /// The gRPC status code, from a gRPC answer or the body of an OTLP/HTTP error.
    pub grpc_code: Option<i32>,
    /// The receiver's message.
    pub message: String,
    /// Spans that the receiver says it rejected.
    pub rejected_spans: i64,
    /// How long it asks the sender to wait, in seconds.
    pub retry_after_s: Option<f64>,
    /// The `Server` header of whoever answered.
    pub server: Option<String>,
}

impl PushAnswer {
    /// The receiver took every span.
    pub fn is_accepted(&self) -> bool {
        let status_ok = match (self.http_status, self.grpc_code) {
            (Some(status), _) => (200..300).contains(&status),
            (None, code) => code == Some(0),
        };
        status_ok && self.rejected_spans == 0
    }

    /// Of so many spans sent those that were not taken. Where the receiver's number is impossible nobody knows which it took, so
    /// none counts as taken.
    pub fn count_rejected(&self, sent: u64) -> u64 {
        match u64::try_from(self.rejected_spans) {
            Ok(rejected) if rejected <= sent => rejected,
            _ => sent,
        }
    }

    /// The HTTP status that whoever answered used: its own, or behind a gRPC status, where a gateway that knows no gRPC
    /// answered (tonic 0.14: `Status` from a response without `grpc-status`).
    pub fn underlying_http_status(&self) -> Option<u16> {
        self.http_status.or_else(|| {
            ["HTTP status code ", "response with status: "]
                .iter()
                .find_map(|before| {
                    let (_, after) = self.message.split_once(before)?;
                    after.get(..3)?.parse().ok()
                })
        })
    }

    /// `429 RATE_LIMITED: …`
    pub fn summary_line(&self) -> String {
        let code = match (self.http_status, self.grpc_code) {
            (Some(status), _) => status.to_string(),
            (None, Some(code)) => format!("gRPC {}", grpc_code_name(code)),
            (None, None) => String::new(),
        };
        let mut message: String = self.message.split_whitespace().collect::<Vec<_>>().join(" ");
        if message.chars().count() > 220 {
            message = message.chars().take(219).collect::<String>() + "…";
        }
        if self.rejected_spans != 0 {
            message = format!("partial success, {} spans rejected {message}", self.rejected_spans);
        }
        match self.http_status {
            Some(status) => format_status_text(status, &message).trim().to_owned(),
            None => format!("{code} {message}").trim().to_owned(),
        }
    }
}

/// The canonical name of a gRPC status code (gRPC core, `statuscodes.md`).
pub fn grpc_code_name(code: i32) -> &'static str {
    match code {
        0 => "OK",
        1 => "CANCELLED",
        2 => "UNKNOWN",
        3 => "INVALID_ARGUMENT",
        4 => "DEADLINE_EXCEEDED",
        5 => "NOT_FOUND",
        6 => "ALREADY_EXISTS",
        7 => "PERMISSION_DENIED",
        8 => "RESOURCE_EXHAUSTED",
        9 => "FAILED_PRECONDITION",
        10 => "ABORTED",
        11 => "OUT_OF_RANGE",
        12 => "UNIMPLEMENTED",
        13 => "INTERNAL",
        14 => "UNAVAILABLE",
        15 => "DATA_LOSS",
        16 => "UNAUTHENTICATED",
        _ => "?",
    }
}

/// A listener other than the one that was asked, found when the push failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlternativeListener {
    /// The transport tried.
    pub protocol: Protocol,
    /// The address tried.
    pub endpoint: String,
    /// What answered an empty export there, which moves no counter; or why nothing did.
    pub result: super::Slot<PushAnswer>,
}

/// How waiting for something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WatchEnd {
    /// It was seen.
    Seen,
    /// It was not seen within the time after which it is lost.
    Deadline,
    /// Something decisive said that it is lost, so waiting on was pointless.
    Decided,
    /// `--timeout` ended the wait before the deadline.
    Timeout,
    /// Ctrl-C ended it.
    Cancelled,
    /// `--fast` asks once and does not wait.
    AskedOnce,
}

/// How long something was waited for, and what came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// Milliseconds from push to first seen.
    pub seen_after_ms: Option<u64>,
    /// Milliseconds from push to the last look.
    pub waited_ms: u64,
    /// Milliseconds after which its absence is a loss.
    pub deadline_ms: u64,
    /// How it ended.
    pub ended: WatchEnd,
}

impl Watch {
    /// It was seen.
    pub fn is_seen(&self) -> bool {
        self.seen_after_ms.is_some()
    }

    /// Long enough to call it lost.
    pub fn is_lost(&self) -> bool {
        matches!(self.ended, WatchEnd::Deadline | WatchEnd::Decided)
    }
}

/// The marker as read back by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceRead {
    /// `GET /api/v2/traces/…`
    pub request: String,
    /// Spans found; 0 is absent, whatever the status said.
    pub spans: u32,
    /// Every field that is not what was sent: `server span kind: sent SERVER, read INTERNAL`.
    pub differences: Vec<String>,
    /// Tempo said the trace is partial, and why.
    pub partial: Option<String>,
}

/// The span attribute that holds the run's id; search asks by it, because 2.6 does not find padded ids by `trace:id`.
pub const RUN_ATTRIBUTE: &str = "tempoctl.run";
/// Resource attributes of every marker, the same in every run, so that repeated runs add no series.
pub const RESOURCE_ATTRIBUTES: [(&str, &str); 2] = [("tempoctl.marker", "true"), ("telemetry.sdk.name", "tempoctl")];
/// The service of the marker's client span.
pub const CLIENT_SERVICE: &str = "tempoctl-marker-client";
/// The service of its server span.
pub const SERVER_SERVICE: &str = "tempoctl-marker-server";
/// The service of its back-dated companion.
pub const BACKDATED_SERVICE: &str = "tempoctl-marker-backdated";

/// The service names of the live marker: client, then server.
pub fn list_live_services() -> (&'static str, &'static str) {
    (CLIENT_SERVICE, SERVER_SERVICE)
}

/// True for a service that is a marker or a canary of ours.
pub fn is_own_service(service: &str) -> bool {
    OUR_SERVICES.iter().any(|prefix| service.starts_with(prefix))
}
