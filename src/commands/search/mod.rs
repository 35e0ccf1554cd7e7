//! `tempoctl search`: find traces, look at one, ask what there is to search for, compare two.

mod by_id;
mod compare;
mod complete;
mod find;
mod follow;
mod from_file;
mod streaming;
mod error;
mod tags;

use crate::Exit;
use crate::app::App;
use crate::command_error::CommandError;
use crate::commands::range_args::RangeArgs;
use crate::commands::values::positive_duration;
use clap::{Args, Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;
use stack::Stack;
use stack::config::Server;
use std::path::PathBuf;
use std::time::Duration;
use telemetry::model::time_bounds::wait_of_seconds;
use telemetry::model::trace::SpanId;
use telemetry::parse::amount::parse_limit;
use telemetry::parse::trace_id;
use telemetry::text::quote::quote_argument;

/// Arguments of `search`.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_precedence_over_arg = true)]
pub struct SearchArgs {
    #[command(subcommand)]
    command: Option<SearchCommand>,
    /// TraceQL query, or a trace ID
    #[arg(value_name = "QUERY")]
    query: Option<String>,
    /// Show one trace; accepts any form of its ID (prefix, traceparent, Explore URL)
    #[arg(long, value_name = "ID", conflicts_with = "query")]
    id: Option<String>,
    /// Match spans of this service
    #[arg(long, value_name = "NAME", help_heading = "Filter", add = ArgValueCompleter::new(complete::complete_services))]
    service: Option<String>,
    /// Match spans with this name
    #[arg(long, value_name = "NAME", help_heading = "Filter", add = ArgValueCompleter::new(complete::complete_names))]
    name: Option<String>,
    /// Match spans that took at least DURATION
    #[arg(long, value_name = "DURATION", help_heading = "Filter")]
    min_duration: Option<String>,
    /// Match spans with this status: error, ok or unset
    #[arg(long, value_name = "STATUS", help_heading = "Filter")]
    status: Option<String>,
    /// Match spans with this attribute; also !=, =~, > and < (repeatable)
    #[arg(long = "attribute", value_name = "K=V", help_heading = "Filter", add = ArgValueCompleter::new(complete::complete_attributes))]
    attributes: Vec<String>,
    #[command(flatten)]
    range: RangeArgs,
    /// Show at most COUNT traces, or rows of a waterfall; 0 for no limit [default: 20, or 2000 rows on a terminal]
    #[arg(long, value_name = "COUNT", value_parser = parse_limit)]
    limit: Option<usize>,
    /// Show new traces as they appear
    #[arg(long, conflicts_with_all = ["id", "input", "save", "to"])]
    follow: bool,
    /// Stream results over gRPC and show each trace as Tempo finds it
    #[arg(long, conflicts_with_all = ["id", "input", "save", "follow"])]
    stream: bool,
    /// Print the TraceQL query built from the filters, and do not send it
    #[arg(long, conflicts_with_all = ["id", "input", "save", "follow", "stream"])]
    explain_query: bool,
    /// Show only this span and its descendants
    #[arg(long, value_name = "SPAN", help_heading = "Waterfall", value_parser = by_id::parse_span_id)]
    focus: Option<SpanId>,
    /// Show at most LEVELS levels of spans
    #[arg(long, value_name = "LEVELS", help_heading = "Waterfall", value_parser = clap::value_parser!(u32).range(1..))]
    depth: Option<u32>,
    /// Collapse COUNT or more siblings of one kind into a row; 0 to never collapse
    #[arg(long, value_name = "COUNT", default_value_t = 5, help_heading = "Waterfall")]
    collapse: usize,
    /// Also show the traces that links point to
    #[arg(long, help_heading = "Waterfall")]
    follow_links: bool,
    /// Show attributes, events, links and resources of every span
    #[arg(long, short)]
    verbose: bool,
    /// Write the trace to a file as OTLP JSON
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Read traces from a file: OTLP, Tempo or Jaeger JSON, or OTLP protobuf; - for standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Read Tempo through Grafana's data source
    #[arg(long, conflicts_with_all = ["input", "stream"])]
    via_grafana: bool,
    /// Time limit for each query
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = positive_duration("30s"))]
    timeout: Duration,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    output: SearchFormat,
}

impl SearchArgs {
    /// The time that one query may take.
    pub(crate) fn time_limit(&self) -> Duration {
        match &self.command {
            Some(SearchCommand::Tags(args)) => args.asking.timeout,
            Some(SearchCommand::Values(args)) => args.asking.timeout,
            Some(SearchCommand::Diff(args)) => args.asking.timeout,
            None => self.timeout,
        }
    }

    /// The first filter that was given.
    fn first_filter(&self) -> Option<&'static str> {
        [
            ("--service", self.service.is_some()),
            ("--name", self.name.is_some()),
            ("--min-duration", self.min_duration.is_some()),
            ("--status", self.status.is_some()),
            ("--attribute", !self.attributes.is_empty()),
        ]
        .into_iter()
        .find_map(|(flag, given)| given.then_some(flag))
    }
}

#[derive(Debug, Clone, Subcommand)]
enum SearchCommand {
    /// List attributes and their types
    Tags(tags::TagsArgs),
    /// List the values of an attribute and their types
    Values(tags::ValuesArgs),
    /// Compare two traces, matching spans by their path
    Diff(compare::DiffArgs),
}

/// Output formats of a search and of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SearchFormat {
    /// Text for a terminal.
    Human,
    /// Text for a wide terminal.
    Wide,
    /// One JSON document.
    Json,
    /// One JSON document per line.
    Jsonl,
    /// CSV for spreadsheets.
    Csv,
}

/// How Tempo is asked and answers are shown, in the subcommands.
#[derive(Debug, Clone, Args)]
struct AskArgs {
    /// Read Tempo through Grafana's data source
    #[arg(long)]
    via_grafana: bool,
    /// Time limit for each query
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = positive_duration("30s"))]
    timeout: Duration,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    output: ShortFormat,
}

/// Output formats of everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShortFormat {
    /// Text for a terminal.
    Human,
    /// One JSON document.
    Json,
}

/// Runs `search`.
pub fn run_search(args: &SearchArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    match &args.command {
        None => dispatch_search(args, app),
        Some(SearchCommand::Tags(args)) => tags::run_tags(args, app),
        Some(SearchCommand::Values(args)) => tags::run_values(args, app),
        Some(SearchCommand::Diff(args)) => compare::run_diff(args, app),
    }
}

/// One trace where an id was given, else a search.
fn dispatch_search(args: &SearchArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let id = args
        .id
        .as_deref()
        .or(args.query.as_deref().filter(|query| trace_id::is_trace_id_like(query)));
    if let (Some(id), Some(filter)) = (id, args.first_filter()) {
        return Err(
            CommandError::usage(format!("{filter} cannot be combined with a trace id: {id}"))
                .advising(format!("tempoctl search {}", quote_argument(id))),
        );
    }
    if let Some(path) = &args.input {
        return from_file::show_file(args, path, id, app.sink);
    }
    if let Some(word @ ("tags" | "values" | "diff")) = args.query.as_deref() {
        let advice = format!("tempoctl search {word} --help");
        return Err(CommandError::usage(format!("{word} is a command: put it first")).advising(advice));
    }
    match id {
        Some(id) => by_id::show_trace_by_id(args, id, app),
        None if args.save.is_some() => {
            Err(CommandError::usage("--save writes one trace: give its id").advising("--id ID"))
        }
        None => find::find_traces(args, app),
    }
}

/// Clients for what flags, environment and file say.
fn build_stack(timeout: Duration, app: &mut App<'_>) -> Result<Stack, CommandError> {
    let settings = app.load_settings(&[Server::Tempo, Server::Grafana])?;
    Ok(Stack::new(&settings, timeout)?.for_all_tenants()?)
}

/// The window, as a sentence goes on with it: `in the last 15 min`, `from … to …`.
fn describe_window(range: &RangeArgs, window: &telemetry::model::time_window::TimeWindow) -> String {
    if range.to.is_none() && range.from.is_none() {
        let length = wait_of_seconds(window.seconds().round().max(1.0));
        return format!("in the last {}", telemetry::text::duration::format_length(length));
    }
    let shown = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    format!("from {} to {} UTC", shown(window.from), shown(window.to))
}
