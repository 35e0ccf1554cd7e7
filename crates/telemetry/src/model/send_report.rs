//! What `send` sends, and what became of it: the account, the latencies, what was read back.

use super::receiver_path::OTLP_TRACES;
use serde::{Deserialize, Serialize};

pub use super::latencies::Latencies;
use super::marker::Protocol;
use super::report::{MarkerHop, ReportCause};

/// Trace ids that a report lists at most.
pub const LISTED_IDS: usize = 1_000;

/// What a receiver is spoken to in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TraceProtocol {
    /// OTLP over gRPC.
    #[serde(rename = "grpc")]
    Grpc,
    /// OTLP over HTTP, binary.
    #[serde(rename = "http/protobuf")]
    HttpProtobuf,
    /// OTLP over HTTP, JSON.
    #[serde(rename = "http/json")]
    HttpJson,
    /// Zipkin v2 JSON.
    #[serde(rename = "zipkin")]
    Zipkin,
    /// Jaeger Thrift over HTTP.
    #[serde(rename = "jaeger-thrift")]
    JaegerThrift,
    /// Jaeger over gRPC.
    #[serde(rename = "jaeger-grpc")]
    JaegerGrpc,
}

impl TraceProtocol {
    /// Every one.
    pub const ALL: [TraceProtocol; 6] = [
        TraceProtocol::Grpc,
        TraceProtocol::HttpProtobuf,
        TraceProtocol::HttpJson,
        TraceProtocol::Zipkin,
        TraceProtocol::JaegerThrift,
        TraceProtocol::JaegerGrpc,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            TraceProtocol::Grpc => "grpc",
            TraceProtocol::HttpProtobuf => "http/protobuf",
            TraceProtocol::HttpJson => "http/json",
            TraceProtocol::Zipkin => "zipkin",
            TraceProtocol::JaegerThrift => "jaeger-thrift",
            TraceProtocol::JaegerGrpc => "jaeger-grpc",
        }
    }

    /// The wire of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        TraceProtocol::ALL.into_iter().find(|wire| wire.name() == name)
    }

    /// The OTLP transport, where it is OTLP.
    pub fn otlp_protocol(self) -> Option<Protocol> {
        match self {
            TraceProtocol::Grpc => Some(Protocol::Grpc),
            TraceProtocol::HttpProtobuf => Some(Protocol::HttpProtobuf),
            TraceProtocol::HttpJson => Some(Protocol::HttpJson),
            _ => None,
        }
    }

    /// It is a gRPC call.
    pub fn is_grpc(self) -> bool {
        matches!(self, TraceProtocol::Grpc | TraceProtocol::JaegerGrpc)
    }

    /// The port its receiver listens on by default.
    pub fn default_port(self) -> u16 {
        match self {
            TraceProtocol::Grpc => 4317,
            TraceProtocol::HttpProtobuf | TraceProtocol::HttpJson => 4318,
            TraceProtocol::Zipkin => 9411,
            TraceProtocol::JaegerThrift => 14268,
            TraceProtocol::JaegerGrpc => 14250,
        }
    }

    /// Where it is posted to below the address of the receiver, or the gRPC method that is called.
    pub fn path(self) -> &'static str {
        match self {
            TraceProtocol::Grpc => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            TraceProtocol::HttpProtobuf | TraceProtocol::HttpJson => OTLP_TRACES,
            TraceProtocol::Zipkin => "api/v2/spans",
            TraceProtocol::JaegerThrift => "api/traces",
            TraceProtocol::JaegerGrpc => "/jaeger.api_v2.CollectorService/PostSpans",
        }
    }

    /// The media type of its body.
    pub fn content_type(self) -> &'static str {
        match self {
            TraceProtocol::Grpc | TraceProtocol::JaegerGrpc => "application/grpc",
            TraceProtocol::HttpProtobuf => "application/x-protobuf",
            TraceProtocol::HttpJson | TraceProtocol::Zipkin => "application/json",
            TraceProtocol::JaegerThrift => "application/x-thrift",
        }
    }
}

impl From<Protocol> for TraceProtocol {
    fn from(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Grpc => TraceProtocol::Grpc,
            Protocol::HttpProtobuf => TraceProtocol::HttpProtobuf,
            Protocol::HttpJson => TraceProtocol::HttpJson,
        }
    }
}

/// How bodies are packed on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyCompression {
    /// Not at all.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

impl BodyCompression {
    /// The name that `OTEL_EXPORTER_OTLP_COMPRESSION` takes.
    pub fn name(self) -> &'static str {
        match self {
            BodyCompression::None => "none",
            BodyCompression::Gzip => "gzip",
            BodyCompression::Zstd => "zstd",
        }
    }
}

/// Traces and spans, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendAccount {
    /// Traces generated.
    pub traces: u64,
    /// Their spans.
    pub spans: SpanAccount,
}

/// `generated = accepted + rejected + failed`, once a run is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanAccount {
    /// Made, and meant to be sent.
    pub generated: u64,
    /// The receiver said that it took them.
    pub accepted: u64,
    /// The receiver took their push and said that it rejected them (`partial_success`).
    pub rejected: u64,
    /// Their push was refused or never answered.
    pub failed: u64,
    /// Read back from the sample; `null` where nothing was read back.
    pub found: Option<u64>,
}

impl SpanAccount {
    /// Nothing is unaccounted for.
    pub fn adds_up(&self) -> bool {
        self.generated == self.accepted + self.rejected + self.failed
    }
}

/// From the moment a trace was due to the receiver's answer, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct LatencyMs {
    /// Median.
    pub p50: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
}

/// One reason why spans were not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRefusal {
    /// `429 RATE_LIMITED: …`
    pub reason: String,
    /// Spans it cost; 0 where a later attempt was taken.
    pub spans: u64,
    /// How many times it was heard.
    pub times: u64,
}

/// What was read back of a sample.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleVerification {
    /// Traces looked for.
    pub sampled: u64,
    /// Found whole.
    pub found: u64,
    /// Found with spans missing.
    pub incomplete: u64,
    /// Not found.
    pub missing: u64,
    /// Spans of the sample that were found.
    pub spans: u64,
    /// Ids of traces that are missing or incomplete, ten at most.
    pub examples: Vec<String>,
    /// Why reading back failed, where it did.
    pub problem: Option<String>,
}

/// What stepping the rate up found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SustainedRate {
    /// The highest rate that was taken whole, in traces a second.
    pub sustained: Option<f64>,
    /// The same in spans a second, as measured.
    pub sustained_spans: Option<f64>,
    /// The rate at which the first refusal came; `null` where none came.
    pub refused_at: Option<f64>,
    /// The refusal, or that the receiver fell behind.
    pub why: Option<String>,
}

/// Everything `send` has to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SendReport {
    /// [`super::report::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// At most [`LISTED_IDS`] traces that were accepted; of a probe its own, whatever became of it.
    pub trace_ids: Vec<String>,
    /// Where they went.
    pub sent_to: String,
    /// In what.
    pub protocol: TraceProtocol,
    /// The account.
    pub account: SendAccount,
    /// Wall time of the run.
    pub duration_ms: u64,
    /// Latencies; `null` where nothing was answered.
    pub latency_ms: Option<LatencyMs>,
    /// Every latency of a load, as [`Latencies::text`] writes them, so that several runs can be put together exactly.
    #[serde(default)]
    pub latency_histogram: Option<String>,
    /// Where a probe got to; empty for load.
    pub hops: Vec<MarkerHop>,
    /// What was read back of a sample.
    pub verified: Option<SampleVerification>,
    /// Why spans were not taken, the costliest first.
    pub refusals: Vec<SendRefusal>,
    /// What `--until-rejected` found.
    pub limit: Option<SustainedRate>,
    /// Traces that were due and never made, because the receiver was slower than the rate.
    pub behind: u64,
    /// Traces that head sampling left out.
    pub unsampled: u64,
    /// How long refusals and the pauses they asked for held the sender up, in milliseconds.
    pub held_up_ms: u64,
    /// Why nothing arrived, where that is known.
    pub cause: Option<ReportCause>,
    /// Ended by Ctrl-C or SIGTERM.
    pub cancelled: bool,
    /// Things worth knowing.
    pub notes: Vec<String>,
}

/// What is noted where there are more workers than traces.
pub const EMPTY_SHARE: &str = "this worker's share is empty: --count is smaller than the number of workers";

impl SendReport {
    /// There was nothing to send, and that is as it should be.
    pub fn has_empty_share(&self) -> bool {
        self.account.spans.generated == 0 && self.notes.iter().any(|note| note == EMPTY_SHARE)
    }
}
