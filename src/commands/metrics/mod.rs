//! `tempoctl metrics`: what was typed, one look or one every few seconds, and how it ends.

mod empty;
mod plots;
mod error;
mod tables;

use super::proxy_error;
use super::range_args::RangeArgs;
use crate::Exit;
use crate::app::{App, block_on};
use crate::command_error::CommandError;
use crate::commands::values::positive_duration;
use crate::render::json::{render_document, render_line};
use crate::render::metrics::{MetricsPage, csv, json};
use crate::render::sink::OutputError;
use crate::render::{Sink, metrics};
use crate::signal::wait_for_signal;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use stack::Stack;
use stack::config::Server;
use std::time::Duration;
use telemetry::model::health::HealthReport;
use telemetry::model::plot::Plot;
use telemetry::model::red::{RedGrouping, RedTable, ServiceGraph};
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::amount::parse_limit;

/// Arguments of `metrics`.
#[derive(Debug, Clone, Args)]
pub struct MetricsArgs {
    #[command(subcommand)]
    view: Option<MetricsView>,
    #[command(flatten)]
    range: RangeArgs,
    /// Show only this service
    #[arg(long, value_name = "NAME", global = true)]
    service: Option<String>,
    /// Sort rows by COLUMN
    #[arg(long, value_name = "COLUMN", default_value = "rate", global = true)]
    sort: MetricsSort,
    /// Show at most COUNT rows or series; 0 for all
    #[arg(
        long,
        value_name = "COUNT",
        default_value = "50",
        global = true,
        value_parser = parse_limit
    )]
    limit: usize,
    /// Include tempoctl's own marker traces
    #[arg(long, global = true)]
    markers: bool,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "human", global = true)]
    output: MetricsFormat,
    /// Repeat every DURATION
    #[arg(long, value_name = "DURATION", global = true, value_parser = positive_duration("10s"))]
    watch: Option<Duration>,
    /// Read Tempo and Prometheus through Grafana's data sources
    #[arg(long, global = true)]
    via_grafana: bool,
    /// Time limit for each query
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "30s",
        global = true,
        value_parser = positive_duration("30s")
    )]
    pub(crate) timeout: Duration,
}

/// The views of `metrics`.
#[derive(Debug, Clone, Subcommand)]
enum MetricsView {
    /// Show rate, errors and durations by service (default)
    Services,
    /// Show rate, errors and durations by operation
    Operations,
    /// Show the edges of the service graph as a table and as a tree
    Graph,
    /// Show Tempo's own health against the thresholds of its official alerts
    Tempo,
    /// Chart a PromQL expression
    Query {
        /// PromQL expression
        #[arg(value_name = "EXPR")]
        expression: String,
        #[command(flatten)]
        steps: StepArgs,
    },
    /// Chart a TraceQL metrics query, answered by Tempo itself
    Traceql {
        /// TraceQL metrics query
        #[arg(value_name = "QUERY")]
        query: String,
        #[command(flatten)]
        steps: StepArgs,
    },
}

/// Where a chart has its points.
#[derive(Debug, Clone, Args)]
struct StepArgs {
    /// Show only the value at the end of the range
    #[arg(long, conflicts_with = "step")]
    instant: bool,
    /// Interval between two points
    #[arg(long, value_name = "DURATION", value_parser = positive_duration("15s"))]
    step: Option<Duration>,
}

/// Columns to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MetricsSort {
    /// Busiest first.
    Rate,
    /// Largest share of errors first.
    Errors,
    /// Slowest first.
    P95,
    /// By name.
    Name,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MetricsFormat {
    /// Text for a terminal.
    Human,
    /// Text with nothing truncated.
    Wide,
    /// One JSON document.
    Json,
    /// CSV for spreadsheets.
    Csv,
    /// Graphviz (graph only).
    Dot,
    /// Mermaid (graph only).
    Mermaid,
}

/// What was asked for, read and checked before anything is sent.
struct MetricsOptions<'a> {
    args: &'a MetricsArgs,
    view: MetricsView,
    /// The step of a chart; `None` for an instant query and for views without one.
    step_s: Option<f64>,
    page: MetricsPage,
}

/// What a look came to.
enum MetricsResult {
    Table(RedTable),
    Graph(ServiceGraph),
    Health(HealthReport),
    Plot(Plot),
}

/// How far back is looked where nobody says.
const USUAL: Duration = Duration::from_secs(3_600);

/// Runs `metrics`.
pub fn run_metrics(args: &MetricsArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let asked = parse_options(args, app.sink)?;
    let settings = app.load_settings(&[Server::Tempo, Server::Prometheus, Server::Grafana])?;
    let mut stack = Stack::new(&settings, args.timeout)?;
    block_on(async {
        proxy_error::route_via_grafana(&mut stack, args.via_grafana).await?;
        watch_view(&asked, &stack, app).await
    })
}

async fn watch_view(asked: &MetricsOptions<'_>, stack: &Stack, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let mut first = true;
    loop {
        // The flags were read before: only the present has moved.
        let window = asked.args.range.window(USUAL, Timestamp::now())?;
        let shown = tokio::select! {
            biased;
            () = wait_for_signal() => return if asked.args.watch.is_some() { Ok(Exit::Done) } else { Err(CommandError::cancelled()) },
            shown = fetch_view(asked, stack, window) => shown,
        };
        match shown {
            Ok(shown) => print_view(&shown, asked.args.output, asked, first, app.sink)?,
            // Who watches wants to see it come back.
            Err(stop) if asked.args.watch.is_some() && stop.exit == Exit::General => app.report(&stop),
            Err(stop) => return Err(stop),
        }
        let Some(pause) = asked.args.watch else {
            return Ok(Exit::Done);
        };
        if app.sink.is_closed() {
            return Ok(Exit::Done);
        }
        first = false;
        tokio::select! {
            biased;
            () = wait_for_signal() => return Ok(Exit::Done),
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn fetch_view(
    asked: &MetricsOptions<'_>,
    stack: &Stack,
    window: TimeWindow,
) -> Result<MetricsResult, CommandError> {
    match &asked.view {
        MetricsView::Services => tables::fetch_red(asked, stack, RedGrouping::Service, window)
            .await
            .map(MetricsResult::Table),
        MetricsView::Operations => tables::fetch_red(asked, stack, RedGrouping::Operation, window)
            .await
            .map(MetricsResult::Table),
        MetricsView::Graph => tables::fetch_graph(asked, stack, window)
            .await
            .map(MetricsResult::Graph),
        MetricsView::Tempo => tables::fetch_health(asked, stack, window)
            .await
            .map(MetricsResult::Health),
        MetricsView::Query { expression, .. } => plots::fetch_promql(asked, stack, expression, window)
            .await
            .map(MetricsResult::Plot),
        MetricsView::Traceql { query, .. } => plots::fetch_traceql(asked, stack, query, window)
            .await
            .map(MetricsResult::Plot),
    }
}

fn print_view(
    shown: &MetricsResult,
    format: MetricsFormat,
    asked: &MetricsOptions<'_>,
    first: bool,
    sink: &mut Sink,
) -> Result<(), OutputError> {
    let page = asked.page;
    let text = match (format, shown) {
        (MetricsFormat::Json, shown) => render_json(shown, asked.args.watch.is_some()),
        (MetricsFormat::Csv, MetricsResult::Table(table)) => csv::render_table(table),
        (MetricsFormat::Csv, MetricsResult::Graph(graph)) => csv::render_graph(graph),
        (MetricsFormat::Csv, MetricsResult::Health(health)) => csv::render_health(health),
        (MetricsFormat::Csv, MetricsResult::Plot(plot)) => csv::render_plot(plot),
        (MetricsFormat::Dot, MetricsResult::Graph(graph)) => metrics::graph::render_dot(graph),
        (MetricsFormat::Mermaid, MetricsResult::Graph(graph)) => metrics::graph::render_mermaid(graph),
        (_, MetricsResult::Table(table)) => metrics::table::render_human(table, page),
        (_, MetricsResult::Graph(graph)) => metrics::graph::render_human(graph, page),
        (_, MetricsResult::Health(health)) => metrics::health::render_human(health, page),
        (_, MetricsResult::Plot(plot)) => metrics::plot::render_human(plot, page),
    };
    if matches!(format, MetricsFormat::Csv | MetricsFormat::Dot | MetricsFormat::Mermaid) {
        print_to_stderr(shown, page, sink);
    }
    let redraws = asked.args.watch.is_some()
        && sink.stdout_is_tty()
        && matches!(format, MetricsFormat::Human | MetricsFormat::Wide);
    sink.out(&if redraws { redraw_frame(&text, first) } else { text })
}

/// What a format for programs has no place for is said beside it.
fn print_to_stderr(shown: &MetricsResult, page: MetricsPage, sink: &mut Sink) {
    let (empty, notes, cut) = match shown {
        MetricsResult::Table(table) => (&table.empty, &table.notes, (table.rows.len(), table.total)),
        MetricsResult::Graph(graph) => (&graph.empty, &graph.notes, (graph.edges.len(), graph.total)),
        MetricsResult::Plot(plot) => (&plot.empty, &plot.notes, (plot.series.len(), plot.total)),
        MetricsResult::Health(health) => (&None, &health.notes, (0, 0)),
    };
    let style = sink.style_err();
    let page = MetricsPage { style, ..page };
    if let Some(empty) = empty {
        sink.err(&metrics::notes::render_empty(empty, page));
    }
    let mut text = metrics::notes::render_notes(notes, page);
    let cut = metrics::notes::describe_cut(cut.0, cut.1);
    if !cut.is_empty() {
        text.push_str(&format!("{cut}\n"));
    }
    sink.err(&text);
}

fn render_json(shown: &MetricsResult, watching: bool) -> String {
    let document = match shown {
        MetricsResult::Table(table) => json::build_table(table),
        MetricsResult::Graph(graph) => json::build_graph(graph),
        MetricsResult::Health(health) => json::build_health(health),
        MetricsResult::Plot(plot) => json::build_plot(plot),
    };
    match watching {
        true => render_line(&document),
        false => render_document(&document),
    }
}

/// Over what stood there before, line by line, so that nothing flickers.
fn redraw_frame(text: &str, first: bool) -> String {
    let clear = if first { "\u{1b}[2J" } else { "" };
    let lines: String = text.lines().map(|line| format!("{line}\u{1b}[K\n")).collect();
    format!("{clear}\u{1b}[H{lines}\u{1b}[J")
}

fn parse_options<'a>(args: &'a MetricsArgs, sink: &Sink) -> Result<MetricsOptions<'a>, CommandError> {
    let window = args.range.window(USUAL, Timestamp::now())?;
    let view = args.view.clone().unwrap_or(MetricsView::Services);
    if matches!(args.output, MetricsFormat::Dot | MetricsFormat::Mermaid) && !matches!(view, MetricsView::Graph) {
        return Err(CommandError::usage("-o: dot and mermaid work for `metrics graph` only")
            .advising("tempoctl metrics graph -o dot"));
    }
    let step_s = match &view {
        MetricsView::Query { steps, .. } | MetricsView::Traceql { steps, .. } if !steps.instant => {
            Some(plots::choose_step(window, steps.step)?)
        }
        _ => None,
    };
    if let MetricsView::Query { expression, steps } = &view {
        plots::check_promql(expression, steps.instant)?;
    }
    Ok(MetricsOptions {
        args,
        view,
        step_s,
        page: MetricsPage {
            style: sink.style_out(),
            width: (sink.stdout_is_tty() && args.output != MetricsFormat::Wide).then_some(sink.style_out().width),
            ends_now: args.range.ends_now(),
        },
    })
}
