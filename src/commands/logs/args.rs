//! What was typed after `logs`, read and checked before anything is opened.

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use crate::clients::logs::LogWindow;
use crate::command_error::reject_value;
use crate::commands::range_args::RangeArgs;
use crate::model::Problem;
use crate::model::logs::{LogLevel, Nanos};
use crate::parse::logs::component::LogOwner;
use crate::parse::logs::filter::TraceIdFinder;
use crate::parse::logs::{LogFilter, LogSource};
use crate::parse::{duration, limit, parse_error::ParseError, time_range};

/// Lines that are shown of the past where a log is followed and nothing is said.
const BEFORE: usize = 10;

/// Read logs, group repeated lines, and explain known errors
#[derive(Debug, Clone, Args)]
pub struct LogsArgs {
    /// A path or pattern, -, docker:NAME, compose:SERVICE, kube:SELECTOR, loki:QUERY, journald:UNIT [default: find what runs
    /// here]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Component to find logs of
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    pub of: LogsOf,
    /// The time range.
    #[command(flatten)]
    pub range: RangeArgs,
    /// Show only the last COUNT entries
    #[arg(long, short = 'n', value_name = "COUNT")]
    pub tail: Option<String>,
    /// Keep printing new entries
    #[arg(long, short)]
    pub follow: bool,
    /// Show only entries of this level or above
    #[arg(long, short = 'l', value_name = "LEVEL", value_parser = level_parser())]
    pub level: Option<LogLevel>,
    /// Show only entries that match this regular expression
    #[arg(long, short = 'g', value_name = "REGEX")]
    pub grep: Option<String>,
    /// Show only entries that mention this trace
    #[arg(long, value_name = "ID")]
    pub trace_id: Option<String>,
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
    pub(super) sources: Vec<LogSource>,
    pub(super) filter: LogFilter,
    pub(super) wanted: LogWindow,
    pub(super) tail: Option<usize>,
    pub(super) now: Nanos,
}

impl LogsArgs {
    /// Everything that is wrong is told at once.
    pub(super) fn parse_options(&self, now: Timestamp) -> Result<LogsOptions, Vec<Problem>> {
        let mut problems: Vec<Problem> = Vec::new();
        let mut refuse = |flag: &str, refused: ParseError| problems.push(reject_value(flag, refused));
        let mut sources = Vec::new();
        for text in &self.sources {
            match LogSource::parse(text) {
                Ok(source) => sources.push(source),
                Err(refused) => refuse("logs", refused),
            }
        }
        let (from, to) = self.parse_times(now, &mut refuse);
        let tail = self.tail.as_ref().and_then(|text| match limit::parse_limit(text) {
            Ok(0) => {
                refuse("--tail", ParseError::new("'0' shows no lines").with_suggestion("100"));
                None
            }
            Ok(tail) => Some(tail),
            Err(refused) => {
                refuse("--tail", refused.with_suggestion("100"));
                None
            }
        });
        let grep = self.grep.as_ref().and_then(|text| {
            let read = regex::bytes::RegexBuilder::new(text)
                .size_limit(4 * 1024 * 1024)
                .build();
            read.map_err(|problem| {
                let told = problem.to_string();
                let told = told.lines().last().unwrap_or_default().trim_start_matches("error: ");
                refuse(
                    "--grep",
                    ParseError::new(format!("'{text}' is not a regular expression: {told}"))
                        .with_suggestion(regex::escape(text)),
                );
            })
            .ok()
        });
        let trace = self.trace_id.as_ref().and_then(|id| {
            let trace = TraceIdFinder::new(id);
            if trace.is_none() {
                let refused = ParseError::new(format!("'{id}' is not a trace id (up to 32 hex digits)"));
                refuse(
                    "--trace-id",
                    refused.with_suggestion("4f0c5b8e9d2a4c61b7f3a90c1d5ee2a1"),
                );
            }
            trace
        });
        if self.follow && self.output == LogsFormat::Json {
            refuse(
                "-o",
                ParseError::new("json is a single document, and --follow never ends").with_suggestion("jsonl"),
            );
        }
        if self.follow && self.range.to.is_some() {
            refuse("--follow", ParseError::new("cannot be combined with --to"));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let filter = LogFilter {
            from,
            to,
            level: self.level,
            grep,
            trace,
            ..LogFilter::default()
        };
        Ok(self.build_options(sources, filter, tail, convert_to_nanos(now)))
    }

    fn build_options(
        &self,
        sources: Vec<LogSource>,
        filter: LogFilter,
        tail: Option<usize>,
        now: Nanos,
    ) -> LogsOptions {
        let past = self.follow && tail.is_none() && filter.from.is_none();
        let tail = tail.or(past.then_some(BEFORE));
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
            sources,
            filter,
            wanted,
            tail: tail.filter(|_| !self.follow),
            now,
        }
    }

    fn parse_times(&self, now: Timestamp, refuse: &mut impl FnMut(&str, ParseError)) -> (Option<Nanos>, Option<Nanos>) {
        let moment = |flag: &str, text: &Option<String>, refuse: &mut dyn FnMut(&str, ParseError)| {
            let read = time_range::parse_instant(text.as_ref()?, now);
            read.map_err(|refused| refuse(flag, refused)).ok().map(convert_to_nanos)
        };
        let mut from = moment("--from", &self.range.from, refuse);
        let to = moment("--to", &self.range.to, refuse);
        if let Some(since) = &self.range.since {
            match duration::parse_duration(since) {
                Ok(since) if since.is_zero() => refuse(
                    "--since",
                    ParseError::new("'0' is not a usable duration").with_suggestion("1h"),
                ),
                Ok(since) => {
                    if self.range.from.is_some() {
                        refuse(
                            "--since",
                            ParseError::new("set the start with --since or --from, not both"),
                        );
                    }
                    let back = i64::try_from(since.as_nanos()).unwrap_or(i64::MAX);
                    from = Some(to.unwrap_or_else(|| convert_to_nanos(now)).saturating_sub(back));
                }
                Err(refused) => refuse("--since", refused),
            }
        }
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            refuse(
                "--to",
                ParseError::new("the range ends before it starts").with_suggestion("now"),
            );
        }
        (from, to)
    }
}

fn convert_to_nanos(time: Timestamp) -> Nanos {
    i64::try_from(time.as_nanosecond()).unwrap_or(Nanos::MAX)
}

fn level_parser() -> impl clap::builder::TypedValueParser<Value = LogLevel> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(LogLevel::ALL.map(LogLevel::name))
        .try_map(|name| LogLevel::from_word(name.as_bytes()).ok_or("unknown level"))
}
