//! The arguments of `send`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Push one probe trace and follow it, or generate load that looks like real services
#[derive(Debug, Clone, Args)]
pub struct SendArgs {
    #[command(subcommand)]
    pub(super) command: Option<SendCommand>,
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
    /// How far to follow a probe
    #[arg(long, value_name = "HOP", default_value = "by-id", help_heading = "Following")]
    pub(super) wait: WaitArg,
    /// How long following and reading back may take
    #[arg(long, value_name = "DURATION", default_value = "90s", help_heading = "Following")]
    pub(super) timeout: String,
    /// Print trace ids alone on standard output, the report on standard error
    #[arg(long, help_heading = "Following")]
    pub(super) print_id: bool,
    /// Print TRACEPARENT=… alone on standard output, the report on standard error
    #[arg(long, conflicts_with = "print_id", help_heading = "Following")]
    pub(super) print_traceparent: bool,
    /// Print OTLP JSON instead of sending it
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Format
    #[arg(long, short, value_name = "FORMAT", default_value = "human", conflicts_with_all = ["print_id", "print_traceparent", "dry_run"])]
    pub(super) output: Format,
}

impl SendArgs {
    /// A flag that was given before `exec` and does not concern it; where everything is is told by flags that stand
    /// anywhere.
    pub(super) fn stray(&self) -> Option<&'static str> {
        let (span, traces, load) = (&self.span, &self.traces, &self.load);
        [
            ("--name", span.name.is_some()),
            ("--kind", span.kind.is_some()),
            ("--service", span.service.is_some()),
            ("--status", span.status.is_some()),
            ("--event", !span.event.is_empty()),
            ("--link", !span.link.is_empty()),
            ("--start", span.start.is_some()),
            ("--end", span.end.is_some()),
            ("--attribute", !span.attribute.is_empty()),
            ("--resource-attribute", !span.resource_attribute.is_empty()),
            ("--scenario", !traces.scenario.is_empty()),
            ("--scenario-file", !traces.scenario_file.is_empty()),
            ("--services", traces.services.is_some()),
            ("--depth", traces.depth.is_some()),
            ("--seed", traces.seed.is_some()),
            ("--rate", load.rate.is_some()),
            ("--duration", load.duration.is_some()),
            ("--count", load.count.is_some()),
            ("--until-rejected", load.until_rejected),
            ("--verify", load.verify.is_some()),
            ("--input", self.replay.input.is_some()),
            ("--protocol", self.wire.protocol.is_some()),
            ("--compression", self.wire.compression.is_some()),
            ("--print-id", self.print_id),
            ("--print-traceparent", self.print_traceparent),
            ("--dry-run", self.dry_run),
        ]
        .into_iter()
        .find(|(_, given)| *given)
        .map(|(flag, _)| flag)
    }
}

/// What `send` can do beside sending.
#[derive(Debug, Clone, Subcommand)]
pub enum SendCommand {
    /// Run a command inside a span; its exit code is kept and TRACEPARENT is handed on
    Exec(Box<ExecArgs>),
    /// Put the accounts of several workers together: files that send -o json wrote, or logs that hold them
    Report(ReportArgs),
}

/// Arguments of `send report`.
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Files, or - for standard input; each may hold several accounts
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Format
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    pub(super) output: Format,
}

/// Arguments of `send exec`.
#[derive(Debug, Clone, Args)]
pub struct ExecArgs {
    #[command(flatten)]
    pub(super) span: SpanArgs,
    #[command(flatten)]
    pub(super) wire: WireArgs,
    /// Print the trace id on standard error
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
pub enum Format {
    /// For people.
    Human,
    /// One document.
    Json,
}

/// How far to follow a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WaitArg {
    /// Until the receiver has answered.
    None,
    /// Until it is found by its id.
    ById,
    /// Until search finds it.
    Search,
    /// Until metrics made from it are in Prometheus.
    Metrics,
    /// All of it.
    All,
}

/// One span made by hand.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "One span by hand")]
pub(super) struct SpanArgs {
    /// Name of the span; makes one span instead of a scenario's trace
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Kind of the span [default: internal; exec: client]
    #[arg(long, value_name = "KIND")]
    pub(super) kind: Option<KindArg>,
    /// service.name of the span [env: OTEL_SERVICE_NAME] [default: tempoctl]
    #[arg(long, value_name = "NAME")]
    pub(super) service: Option<String>,
    /// ok, error, or error:DESCRIPTION
    #[arg(long, value_name = "STATUS")]
    pub(super) status: Option<String>,
    /// Event: NAME or NAME@TIME, with attributes after commas: retry@now-1s,attempt=2 (repeatable)
    #[arg(long, value_name = "EVENT")]
    pub(super) event: Vec<String>,
    /// Link to another span, as a traceparent (repeatable)
    #[arg(long, value_name = "TRACEPARENT")]
    pub(super) link: Vec<String>,
    /// When the span begins [default: 10 ms before its end]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) start: Option<String>,
    /// When the span ends [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) end: Option<String>,
    /// Attribute of every span, repeatable
    #[arg(long, value_name = "K=V", help_heading = "Traces")]
    pub(super) attribute: Vec<String>,
    /// Attribute of every resource, repeatable [env: OTEL_RESOURCE_ATTRIBUTES]
    #[arg(long, value_name = "K=V", help_heading = "Traces")]
    pub(super) resource_attribute: Vec<String>,
}

/// Span kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the names of the OTLP enumeration")]
pub enum KindArg {
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

/// What traces look like.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Traces")]
pub(super) struct TraceArgs {
    /// Scenarios with weights: order,queue=20 [default: user-request=50,order=35,error=15]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(super) scenario: Vec<String>,
    /// A scenario of one's own, repeatable
    #[arg(long, value_name = "FILE")]
    pub(super) scenario_file: Vec<PathBuf>,
    /// List the scenarios
    #[arg(long)]
    pub(super) list: bool,
    /// Services in a trace: cut off, or more added
    #[arg(long, value_name = "N")]
    pub(super) services: Option<u64>,
    /// Levels of spans in a trace: cut off, or more added
    #[arg(long, value_name = "N")]
    pub(super) depth: Option<u64>,
    /// Share of failing traces, in scenarios that do not always fail
    #[arg(long, value_name = "SHARE")]
    pub(super) error_rate: Option<String>,
    /// Before the name of every service
    #[arg(long, value_name = "TEXT")]
    pub(super) service_prefix: Option<String>,
    /// Same seed, same traces (their times aside)
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// How far traces lie in the past; metrics-generators take 30 s
    #[arg(long, value_name = "DURATION")]
    pub(super) backdate: Option<String>,
    /// Share of traces that head sampling keeps, told in tracestate (ot=th:…)
    #[arg(long, value_name = "SHARE")]
    pub(super) sample_ratio: Option<String>,
}

/// How much, how fast.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Load")]
pub(super) struct LoadArgs {
    /// Traces a second of the whole run, or max: as fast as they are taken [default: 10]
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    pub(super) rate: Option<String>,
    /// End after so long
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true)]
    pub(super) duration: Option<String>,
    /// End after so many traces
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) count: Option<String>,
    /// This is worker INDEX of COUNT: it makes its share of --rate and --count, with a seed of its own. INDEX counts from 0
    #[arg(long, value_name = "INDEX/COUNT", conflicts_with = "until_rejected")]
    pub(super) worker: Option<String>,
    /// Step the rate up until something is refused
    #[arg(long, conflicts_with = "count")]
    pub(super) until_rejected: bool,
    /// How long each step of --until-rejected takes
    #[arg(long, value_name = "DURATION", default_value = "5s", requires = "until_rejected")]
    pub(super) step: String,
    /// Read a share of the accepted traces back: 5% (at most 10,000 traces)
    #[arg(long, value_name = "SHARE")]
    pub(super) verify: Option<String>,
    /// Connections to the receiver
    #[arg(long, value_name = "N", default_value = "4", hide_short_help = true)]
    pub(super) connections: u64,
    /// A body is sent once it is this large, at the latest
    #[arg(long, value_name = "SIZE", default_value = "512KiB", hide_short_help = true)]
    pub(super) batch_bytes: String,
    /// How long a body that was refused for now is tried again; 0 for never
    #[arg(long, value_name = "DURATION", default_value = "10s", hide_short_help = true)]
    pub(super) retry_for: String,
}

/// What was recorded.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Replay")]
pub(super) struct ReplayArgs {
    /// Send the traces of an OTLP JSON file (- for standard input)
    #[arg(long, value_name = "FILE")]
    pub(super) input: Option<PathBuf>,
    /// Give them new ids
    #[arg(long, requires = "input")]
    pub(super) new_ids: bool,
    /// Move them so that the last ends now
    #[arg(long, requires = "input")]
    pub(super) new_times: bool,
}

/// In what.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Protocol")]
pub(super) struct WireArgs {
    /// grpc, http/protobuf, http/json, zipkin, jaeger-thrift or jaeger-grpc [default: --otlp-protocol]
    #[arg(long, value_name = "PROTOCOL")]
    pub(super) protocol: Option<String>,
    /// none, gzip or zstd [env: OTEL_EXPORTER_OTLP_COMPRESSION]
    #[arg(long, value_name = "CODEC")]
    pub(super) compression: Option<String>,
}
