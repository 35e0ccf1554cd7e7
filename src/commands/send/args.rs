//! The arguments of `send`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum, value_parser};

use crate::commands::values::{offering, positive_duration};
use probes::sending::SendRate;
use telemetry::load::context::TraceContext;
use telemetry::load::text::AttributeScalar;
use telemetry::model::send_report::{BodyCompression, TraceProtocol};
use telemetry::parse::amount::{self, parse_count, parse_share};
use telemetry::parse::duration::parse_duration;
use telemetry::parse::{ParseError, find_nearest};

use super::manual_span::{parse_attribute, parse_link};
use super::worker::Worker;

use telemetry::model::trace::SpanKind;

/// Send one probe trace and follow it, or generate realistic load
#[derive(Debug, Clone, Args)]
pub struct SendArgs {
    #[command(subcommand)]
    pub(crate) command: Option<SendCommand>,
    #[command(flatten)]
    pub(super) span: SpanArgs,
    #[command(flatten)]
    pub(super) traces: TraceArgs,
    #[command(flatten)]
    pub(super) load: LoadArgs,
    #[command(flatten)]
    pub(super) replay: ReplayArgs,
    #[command(flatten)]
    pub(super) wire: WireArgs,
    /// How far to follow the probe trace
    #[arg(long, value_name = "HOP", default_value = "by-id", help_heading = "Following")]
    pub(super) wait: WaitArg,
    /// Time limit for following and reading back
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "90s",
        help_heading = "Following",
        value_parser = positive_duration("90s")
    )]
    pub(crate) timeout: Duration,
    /// Print only trace IDs on standard output, and the report on standard error
    #[arg(long, help_heading = "Following")]
    pub(super) print_id: bool,
    /// Print only TRACEPARENT=… on standard output, and the report on standard error
    #[arg(long, conflicts_with = "print_id", help_heading = "Following")]
    pub(super) print_traceparent: bool,
    /// Print OTLP JSON instead of sending it
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "human", conflicts_with_all = ["print_id", "print_traceparent", "dry_run"])]
    pub(super) output: SendFormat,
}

impl SendArgs {
    /// A flag that was given before `exec` and does not concern it; where everything is is told by flags that stand
    /// anywhere.
    pub(super) fn misplaced_flag(&self) -> Option<&'static str> {
        let traces = &self.traces;
        let others = [
            ("--attribute", !self.span.attribute.is_empty()),
            ("--resource-attribute", !self.span.resource_attribute.is_empty()),
            ("--scenario", !traces.scenario.is_empty()),
            ("--scenario-file", !traces.scenario_file.is_empty()),
            ("--services", traces.services.is_some()),
            ("--depth", traces.depth.is_some()),
            ("--seed", traces.seed.is_some()),
            ("--input", self.replay.input.is_some()),
            ("--protocol", self.wire.protocol.is_some()),
            ("--compression", self.wire.compression.is_some()),
            ("--print-id", self.print_id),
            ("--print-traceparent", self.print_traceparent),
            ("--dry-run", self.dry_run),
        ];
        let given = self.span.first_given().or(self.load.first_given());
        given.or_else(|| find_given(&others))
    }
}

/// The first flag that was given.
fn find_given(flags: &[(&'static str, bool)]) -> Option<&'static str> {
    flags.iter().find(|(_, given)| *given).map(|(flag, _)| *flag)
}

impl SpanArgs {
    /// The first flag that makes a span by hand.
    pub(super) fn first_given(&self) -> Option<&'static str> {
        find_given(&[
            ("--name", self.name.is_some()),
            ("--kind", self.kind.is_some()),
            ("--service", self.service.is_some()),
            ("--status", self.status.is_some()),
            ("--event", !self.event.is_empty()),
            ("--link", !self.link.is_empty()),
            ("--start", self.start.is_some()),
            ("--end", self.end.is_some()),
        ])
    }
}

impl LoadArgs {
    /// The first flag that asks for load.
    pub(super) fn first_given(&self) -> Option<&'static str> {
        find_given(&[
            ("--rate", self.rate.is_some()),
            ("--duration", self.duration.is_some()),
            ("--count", self.count.is_some()),
            ("--worker", self.worker.is_some()),
            ("--until-rejected", self.until_rejected),
            ("--verify", self.verify.is_some()),
        ])
    }
}

/// The subcommands of `send`.
#[derive(Debug, Clone, Subcommand)]
pub enum SendCommand {
    /// Run a command inside a span, pass it TRACEPARENT, and exit with its exit code
    Exec(Box<ExecArgs>),
    /// Add up the reports of several workers: files written by send -o json, or logs that contain them
    Report(ReportArgs),
}

/// Arguments of `send report`.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Files, or - for standard input; each can contain several reports
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    pub(super) output: SendFormat,
}

/// Arguments of `send exec`.
#[derive(Debug, Clone, Args)]
pub struct ExecArgs {
    #[command(flatten)]
    pub(super) span: SpanArgs,
    #[command(flatten)]
    pub(super) wire: WireArgs,
    /// Print the trace ID on standard error
    #[arg(long)]
    pub(super) print_id: bool,
    /// Print TRACEPARENT=… on standard error
    #[arg(long)]
    pub(super) print_traceparent: bool,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(super) command: Vec<OsString>,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SendFormat {
    /// Text for a terminal.
    Human,
    /// One JSON document.
    Json,
}

/// How far to follow a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WaitArg {
    /// Until the receiver answers.
    None,
    /// Until a query by ID finds it.
    ById,
    /// Until search finds it.
    Search,
    /// Until its span metrics are in Prometheus.
    Metrics,
    /// Through every hop.
    All,
}

/// One span made by hand.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "One span by hand")]
pub(super) struct SpanArgs {
    /// Span name; sends one span instead of a scenario's trace
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Span kind [default: internal; exec: client]
    #[arg(long, value_name = "KIND")]
    pub(super) kind: Option<SpanKind>,
    /// service.name of the span [env: OTEL_SERVICE_NAME] [default: tempoctl]
    #[arg(long, value_name = "NAME")]
    pub(super) service: Option<String>,
    /// Span status: ok, error or error:DESCRIPTION
    #[arg(long, value_name = "STATUS")]
    pub(super) status: Option<String>,
    /// Add an event: NAME or NAME@TIME, with attributes after commas: retry@now-1s,attempt=2 (repeatable)
    #[arg(long, value_name = "EVENT")]
    pub(super) event: Vec<String>,
    /// Add a link to another span, given as a traceparent (repeatable)
    #[arg(long, value_name = "TRACEPARENT", value_parser = parse_link)]
    pub(super) link: Vec<TraceContext>,
    /// Start of the span [default: 10 ms before its end]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) start: Option<String>,
    /// End of the span [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) end: Option<String>,
    /// Add an attribute to every span (repeatable)
    #[arg(long, value_name = "K=V", help_heading = "Traces", value_parser = parse_attribute)]
    pub(super) attribute: Vec<(String, AttributeScalar)>,
    /// Add an attribute to every resource (repeatable) [env: OTEL_RESOURCE_ATTRIBUTES]
    #[arg(long, value_name = "K=V", help_heading = "Traces", value_parser = parse_attribute)]
    pub(super) resource_attribute: Vec<(String, AttributeScalar)>,
}

/// What traces look like.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Traces")]
pub(super) struct TraceArgs {
    /// Scenarios with weights: order,queue=20 [default: user-request=50,order=35,error=15]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(super) scenario: Vec<String>,
    /// Add a scenario from a file (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(super) scenario_file: Vec<PathBuf>,
    /// List the scenarios
    #[arg(long)]
    pub(super) list: bool,
    /// Number of services in a trace; services are removed or added to match
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=500))]
    pub(super) services: Option<u64>,
    /// Number of span levels in a trace; levels are removed or added to match
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=200))]
    pub(super) depth: Option<u64>,
    /// Share of failing traces, in scenarios that do not always fail
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub(super) error_rate: Option<f64>,
    /// Prefix for every service name
    #[arg(long, value_name = "TEXT")]
    pub(super) service_prefix: Option<String>,
    /// Generate the same traces for the same seed (except their times)
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Date traces this far in the past; metrics-generators accept up to 30 s
    #[arg(long, value_name = "DURATION", value_parser = offering(parse_duration, "1h"))]
    pub(super) backdate: Option<Duration>,
    /// Share of traces that head sampling keeps, recorded in tracestate (ot=th:…)
    #[arg(long, value_name = "SHARE", value_parser = parse_sample_ratio)]
    pub(super) sample_ratio: Option<f64>,
}

/// How much, how fast.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Load")]
pub(super) struct LoadArgs {
    /// Traces per second for the whole run, or max: as fast as the receiver accepts them [default: 10]
    #[arg(long, value_name = "RATE", allow_hyphen_values = true, value_parser = offering(parse_send_rate, "200"))]
    pub(super) rate: Option<SendRate>,
    /// Stop after DURATION
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, value_parser = positive_duration("1m"))]
    pub(super) duration: Option<Duration>,
    /// Stop after N traces
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = offering(parse_count, "1000"))]
    pub(super) count: Option<u64>,
    /// Run as worker INDEX of COUNT, with its share of --rate and --count and its own seed; INDEX starts at 0
    #[arg(
        long,
        value_name = "INDEX/COUNT",
        conflicts_with = "until_rejected",
        value_parser = offering(Worker::parse, "0/4")
    )]
    pub(super) worker: Option<Worker>,
    /// Raise the rate step by step until the receiver rejects something
    #[arg(long, conflicts_with = "count")]
    pub(super) until_rejected: bool,
    /// Length of each --until-rejected step
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "5s",
        requires = "until_rejected",
        value_parser = positive_duration("5s")
    )]
    pub(super) step: Duration,
    /// Read back a share of the accepted traces, for example 5% (at most 10,000 traces)
    #[arg(long, value_name = "SHARE", value_parser = parse_share)]
    pub(super) verify: Option<f64>,
    /// Number of connections to the receiver
    #[arg(
        long,
        value_name = "N",
        default_value = "4",
        hide_short_help = true,
        value_parser = value_parser!(u64).range(1..=256)
    )]
    pub(super) connections: u64,
    /// Send a request body at the latest when it reaches this size
    #[arg(
        long,
        value_name = "SIZE",
        default_value = "512KiB",
        hide_short_help = true,
        value_parser = parse_batch_bytes
    )]
    pub(super) batch_bytes: u64,
    /// How long to retry a request that was rejected temporarily; 0 to never retry
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "10s",
        hide_short_help = true,
        value_parser = offering(parse_duration, "10s")
    )]
    pub(super) retry_for: Duration,
}

/// What was recorded.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Replay")]
pub(super) struct ReplayArgs {
    /// Send the traces in an OTLP JSON file (- for standard input)
    #[arg(long, value_name = "FILE")]
    pub(super) input: Option<PathBuf>,
    /// Replace their IDs
    #[arg(long, requires = "input")]
    pub(super) new_ids: bool,
    /// Shift their times so that the last one ends now
    #[arg(long, requires = "input")]
    pub(super) new_times: bool,
}

/// In what.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Protocol")]
pub(super) struct WireArgs {
    /// Protocol: grpc, http/protobuf, http/json, zipkin, jaeger-thrift or jaeger-grpc [default: --otlp-protocol]
    #[arg(long, value_name = "PROTOCOL", value_parser = parse_protocol)]
    pub(super) protocol: Option<TraceProtocol>,
    /// Compression: none, gzip or zstd [env: OTEL_EXPORTER_OTLP_COMPRESSION]
    #[arg(long, value_name = "CODEC", value_parser = parse_compression)]
    pub(super) compression: Option<BodyCompression>,
}

fn parse_send_rate(text: &str) -> Result<SendRate, ParseError> {
    match text {
        "max" => Ok(SendRate::Max),
        text => amount::parse_rate(text).map(SendRate::PerSecond),
    }
}

fn parse_sample_ratio(text: &str) -> Result<f64, ParseError> {
    match parse_share(text)? {
        0.0 => Err(ParseError::new("0 keeps no traces").with_suggestion("10%")),
        share => Ok(share),
    }
}

fn parse_batch_bytes(text: &str) -> Result<u64, ParseError> {
    let bytes = amount::parse_bytes(text)?;
    if bytes > 16 * 1024 * 1024 {
        return Err(ParseError::new("receivers accept a few MiB at most").with_suggestion("1MiB"));
    }
    Ok(bytes)
}

fn parse_protocol(name: &str) -> Result<TraceProtocol, ParseError> {
    TraceProtocol::from_name(name).ok_or_else(|| {
        let names = TraceProtocol::ALL.map(TraceProtocol::name);
        let near = find_nearest(name, names).unwrap_or("http/protobuf");
        ParseError::new(format!("'{name}' is not one of {}", names.join(", "))).with_suggestion(near)
    })
}

fn parse_compression(name: &str) -> Result<BodyCompression, ParseError> {
    match name {
        "none" => Ok(BodyCompression::None),
        "gzip" => Ok(BodyCompression::Gzip),
        "zstd" => Ok(BodyCompression::Zstd),
        other => Err(ParseError::new(format!("'{other}' is not one of none, gzip, zstd")).with_suggestion("gzip")),
    }
}
