//! What was typed after `logs`, read and checked before anything is opened.

use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use regex::bytes::{Regex, RegexBuilder};

use crate::command_error::CommandError;
use crate::commands::range_args::RangeArgs;
use crate::commands::values::offering;
use stack::clients::logs::LogWindow;
use telemetry::model::logs::{LogLevel, Nanos};
use telemetry::parse::amount::parse_limit;
use telemetry::parse::logs::component::LogOwner;
use telemetry::parse::logs::filter::TraceIdFinder;
use telemetry::parse::logs::{LogFilter, LogSource};
use telemetry::parse::parse_error::ParseError;

/// Lines that are shown of the past where a log is followed and nothing is said.
const BEFORE: usize = 10;

/// Read logs, group repeated lines, and explain known errors
#[derive(Debug, Clone, Args)]
pub struct LogsArgs {
    /// A path or pattern, -, docker:NAME, compose:SERVICE, kube:SELECTOR, loki:QUERY, journald:UNIT [default: find what runs
    /// here]
    #[arg(value_name = "SOURCE", value_parser = LogSource::parse)]
    pub sources: Vec<LogSource>,
    /// Component to find logs of
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    pub of: LogsOf,
    /// The time range.
    #[command(flatten)]
    pub range: RangeArgs,
    /// Show only the last COUNT entries
    #[arg(long, short = 'n', value_name = "COUNT", value_parser = offering(parse_tail, "100"))]
    pub tail: Option<usize>,
    /// Keep printing new entries
    #[arg(long, short, conflicts_with = "to")]
    pub follow: bool,
    /// Show only entries of this level or above
    #[arg(long, short = 'l', value_name = "LEVEL", value_parser = level_parser())]
    pub level: Option<LogLevel>,
    /// Show only entries that match this regular expression
    #[arg(long, short = 'g', value_name = "REGEX", value_parser = parse_regex)]
    pub grep: Option<Regex>,
    /// Show only entries that mention this trace
    #[arg(long, value_name = "ID", value_parser = offering(parse_trace, "4f0c5b8e9d2a4c61b7f3a90c1d5ee2a1"))]
    pub trace_id: Option<TraceIdFinder>,
    /// Show every entry instead of grouping repeated ones
    #[arg(long)]
    pub no_fold: bool,
    /// Show every field, and full stack traces
    #[arg(long, short)]
    pub verbose: bool,
    /// Show secrets instead of masking them
    #[arg(long)]
    pub show_secrets: bool,
    /// kubectl context to use
    #[arg(long, value_name = "NAME")]
    pub kube_context: Option<String>,
    /// Kubernetes namespace to search
    #[arg(long, value_name = "NAME")]
    pub kube_namespace: Option<String>,
    /// Output format
    #[arg(long, short, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: LogsFormat,
}

/// Components to find logs of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogsOf {
    /// Tempo
    #[default]
    Tempo,
    /// Prometheus
    Prometheus,
    /// Grafana
    Grafana,
    /// The collector or Alloy
    Collector,
    /// Tempo's metrics-generator
    Generator,
}

impl LogsOf {
    /// The same in the words of the parser.
    pub fn owner(self) -> LogOwner {
        match self {
            LogsOf::Tempo => LogOwner::Tempo,
            LogsOf::Prometheus => LogOwner::Prometheus,
            LogsOf::Grafana => LogOwner::Grafana,
            LogsOf::Collector => LogOwner::Collector,
            LogsOf::Generator => LogOwner::Generator,
        }
    }
}

/// Output formats.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogsFormat {
    /// Text for a terminal
    #[default]
    Human,
    /// One JSON document: grouped entries and known errors
    Json,
    /// One JSON object per entry
    Jsonl,
    /// Lines as they were logged
    Raw,
    /// Every entry as logfmt
    Logfmt,
}

/// What was asked for.
pub(super) struct LogsOptions {
    pub(super) filter: LogFilter,
    pub(super) wanted: LogWindow,
    pub(super) tail: Option<usize>,
    pub(super) now: Nanos,
}

impl LogsArgs {
    /// What was asked for, at this moment.
    pub(super) fn parse_options(&self, now: Timestamp) -> Result<LogsOptions, CommandError> {
        let (from, to) = self.parse_times(now)?;
        if self.follow && self.output == LogsFormat::Json {
            return Err(
                CommandError::usage("-o: json is a single document, and --follow never ends").advising("-o jsonl"),
            );
        }
        let filter = LogFilter {
            from,
            to,
            level: self.level,
            grep: self.grep.clone(),
            trace: self.trace_id.clone(),
            ..LogFilter::default()
        };
        Ok(self.build_options(filter, convert_to_nanos(now)))
    }

    fn build_options(&self, filter: LogFilter, now: Nanos) -> LogsOptions {
        let past = self.follow && self.tail.is_none() && filter.from.is_none();
        let tail = self.tail.or(past.then_some(BEFORE));
        // A filter may drop any of the last lines: then more of them are needed than are shown.
        let all =
            filter.level.is_none() && filter.grep.is_none() && filter.trace.is_none() && self.of != LogsOf::Generator;
        let wanted = LogWindow {
            from: filter.from,
            to: filter.to,
            tail: tail.filter(|_| all || past),
            follow: self.follow,
        };
        LogsOptions {
            filter,
            wanted,
            tail: tail.filter(|_| !self.follow),
            now,
        }
    }

    fn parse_times(&self, now: Timestamp) -> Result<(Option<Nanos>, Option<Nanos>), CommandError> {
        let end = self.range.to.map(|to| convert_to_nanos(to.resolve(now)));
        if self.range.since.is_none() && self.range.from.is_none() {
            return Ok((None, end));
        }
        let window = self.range.window(Duration::ZERO, now)?;
        Ok((Some(convert_to_nanos(window.from)), end))
    }
}

fn parse_tail(text: &str) -> Result<usize, ParseError> {
    match parse_limit(text)? {
        0 => Err(ParseError::new("'0' shows no lines")),
        tail => Ok(tail),
    }
}

fn parse_regex(text: &str) -> Result<Regex, ParseError> {
    let read = RegexBuilder::new(text).size_limit(4 * 1024 * 1024).build();
    read.map_err(|problem| {
        let told = problem.to_string();
        let told = told.lines().last().unwrap_or_default().trim_start_matches("error: ");
        ParseError::new(format!("'{text}' is not a regular expression: {told}")).with_suggestion(regex::escape(text))
    })
}

fn parse_trace(id: &str) -> Result<TraceIdFinder, ParseError> {
    TraceIdFinder::new(id).ok_or_else(|| ParseError::new(format!("'{id}' is not a trace id (up to 32 hex digits)")))
}

fn convert_to_nanos(time: Timestamp) -> Nanos {
    i64::try_from(time.as_nanosecond()).unwrap_or(Nanos::MAX)
}

fn level_parser() -> impl clap::builder::TypedValueParser<Value = LogLevel> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(LogLevel::ALL.map(LogLevel::name))
        .try_map(|name| LogLevel::from_word(name.as_bytes()).ok_or("unknown level"))
}
