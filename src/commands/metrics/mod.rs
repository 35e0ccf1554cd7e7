//! `tempoctl metrics`: what was typed, one look or one every few seconds, and how it ends.

mod empty;
mod plots;
mod stop;
mod tables;

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::Exit;
use crate::cli::write;
use crate::commands::time_flag;
use crate::config::{ConnectionArgs, Disk, Environment, Settings};
use crate::model::evidence::Request;
use crate::model::health::Health;
use crate::model::plot::Plot;
use crate::model::red::{Graph, Grouping, Table};
use crate::model::window::Window;
use crate::parse::limit;
use crate::probes::Setup;
use crate::probes::via_grafana;
use crate::render::metrics::{Page, csv, json};
use crate::render::{Sink, metrics};

use super::doctor::stop as cancelled;
use super::held_back::tell_held_back;
use super::no_way;
use super::range_args::RangeArgs;
use stop::Stop;

/// Arguments of `metrics`.
#[derive(Debug, Clone, Args)]
pub struct MetricsArgs {
    #[command(subcommand)]
    view: Option<View>,
    #[command(flatten)]
    range: RangeArgs,
    /// Show only this service
    #[arg(long, value_name = "NAME", global = true)]
    service: Option<String>,
    /// Sort rows by COLUMN
    #[arg(long, value_name = "COLUMN", default_value = "rate", global = true)]
    sort: Sort,
    /// Show at most COUNT rows or series; 0 for all
    #[arg(
        long,
        value_name = "COUNT",
        default_value = "50",
        global = true,
        value_parser = limit::parse
    )]
    limit: usize,
    /// Include tempoctl's own marker traces
    #[arg(long, global = true)]
    markers: bool,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "human", global = true)]
    output: Format,
    /// Repeat every DURATION
    #[arg(long, value_name = "DURATION", global = true)]
    watch: Option<String>,
    /// Read Tempo and Prometheus through Grafana's data sources
    #[arg(long, global = true)]
    via_grafana: bool,
    /// Time limit for each query
    #[arg(long, value_name = "DURATION", default_value = "30s", global = true)]
    timeout: String,
}

/// The views of `metrics`.
#[derive(Debug, Clone, Subcommand)]
enum View {
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
        steps: Steps,
    },
    /// Chart a TraceQL metrics query, answered by Tempo itself
    Traceql {
        /// TraceQL metrics query
        #[arg(value_name = "QUERY")]
        query: String,
        #[command(flatten)]
        steps: Steps,
    },
}

/// Where a chart has its points.
#[derive(Debug, Clone, Args)]
struct Steps {
    /// Show only the value at the end of the range
    #[arg(long, conflicts_with = "step")]
    instant: bool,
    /// Interval between two points
    #[arg(long, value_name = "DURATION")]
    step: Option<String>,
}

/// Columns to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
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
enum Format {
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
struct Asked {
    view: View,
    service: Option<String>,
    sort: Sort,
    limit: usize,
    markers: bool,
    watch: Option<Duration>,
    timeout: Duration,
    /// The step of a chart; `None` for an instant query and for views without one.
    step_s: Option<f64>,
    page: Page,
}

/// What a look came to.
enum Shown {
    Table(Table),
    Graph(Graph),
    Health(Health),
    Plot(Plot),
}

/// How far back is looked where nobody says.
const USUAL: Duration = Duration::from_secs(3_600);

/// Runs `metrics`.
pub fn run(args: &MetricsArgs, connection: &ConnectionArgs, env: &Environment, sink: &mut Sink) -> Exit {
    let asked = match read(args, sink) {
        Ok(asked) => asked,
        Err(problems) => return Stop::Usage(problems).tell(args.output == Format::Json, sink),
    };
    let as_json = args.output == Format::Json;
    let settings = match Settings::load(connection, env, &Disk) {
        Ok(settings) => settings,
        Err(problems) => return Stop::settings(problems).tell(as_json, sink),
    };
    tell_held_back(&settings, sink);
    let request = Request {
        fast: true,
        no_marker: true,
        via_grafana: args.via_grafana,
        app_window_s: USUAL.as_secs(),
        timeout_s: asked.timeout.as_secs_f64(),
        only: Vec::new(),
        skip: Vec::new(),
        logs: Vec::new(),
    };
    let setup = match Setup::new(&settings, request) {
        Ok(setup) => setup,
        Err(problem) => return Stop::Usage(vec![(problem.to_string(), Vec::new())]).tell(as_json, sink),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => {
            return Stop::general(format!("cannot start the async runtime: {problem}"), Vec::new()).tell(as_json, sink);
        }
    };
    let exit = runtime.block_on(Box::pin(async {
        let setup = via_grafana::chosen(patient(setup, asked.timeout), &settings).await;
        if args.via_grafana && !setup.request.via_grafana {
            return unled(&setup).await.tell(as_json, sink);
        }
        looks(args, &asked, &setup, sink).await
    }));
    runtime.shutdown_timeout(Duration::from_millis(50));
    exit
}

/// The same clients with the time that one question may take.
fn patient(mut setup: Setup, timeout: Duration) -> Setup {
    setup.tempo = setup.tempo.within(timeout);
    setup.tempo_root = setup.tempo_root.within(timeout);
    setup.prometheus = setup.prometheus.within(timeout);
    setup.grafana = setup.grafana.within(timeout);
    setup
}

/// Grafana was to be read through, and cannot be.
async fn unled(setup: &Setup) -> Stop {
    let grafana = setup.grafana.base();
    match via_grafana::ways(&setup.grafana).await {
        Err(found) => match no_way::told(grafana, setup.grafana_login, &found) {
            (Exit::Refused, problem) => Stop::Refused(problem),
            (_, problem) => Stop::General(problem),
        },
        Ok(_) => Stop::general(format!("Grafana at {grafana} did not answer at first"), Vec::new()),
    }
}

async fn looks(args: &MetricsArgs, asked: &Asked, setup: &Setup, sink: &mut Sink) -> Exit {
    let as_json = args.output == Format::Json;
    let mut first = true;
    loop {
        // The flags were read before: only the present has moved.
        let window = match args.range.window(USUAL, Timestamp::now()) {
            Ok(window) => window,
            Err(problems) => return Stop::Usage(problems).tell(as_json, sink),
        };
        let shown = tokio::select! {
            shown = look(asked, setup, window) => shown,
            () = cancelled() => return if asked.watch.is_some() { Exit::Done } else { Exit::Cancelled },
        };
        let exit = match shown {
            Ok(shown) => show(&shown, args.output, asked, first, sink).err(),
            // Who watches wants to see it come back.
            Err(stop) if asked.watch.is_some() && stop.may_pass() => {
                stop.tell(as_json, sink);
                None
            }
            Err(stop) => return stop.tell(as_json, sink),
        };
        if let Some(exit) = exit {
            return exit;
        }
        let Some(pause) = asked.watch else { return Exit::Done };
        if sink.is_closed() {
            return Exit::Done;
        }
        first = false;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = cancelled() => return Exit::Done,
        }
    }
}

async fn look(asked: &Asked, setup: &Setup, window: Window) -> Result<Shown, Stop> {
    match &asked.view {
        View::Services => tables::red(asked, setup, Grouping::Service, window)
            .await
            .map(Shown::Table),
        View::Operations => tables::red(asked, setup, Grouping::Operation, window)
            .await
            .map(Shown::Table),
        View::Graph => tables::graph(asked, setup, window).await.map(Shown::Graph),
        View::Tempo => tables::health(asked, setup, window).await.map(Shown::Health),
        View::Query { expression, .. } => plots::promql(asked, setup, expression, window).await.map(Shown::Plot),
        View::Traceql { query, .. } => plots::traceql(asked, setup, query, window).await.map(Shown::Plot),
    }
}

fn show(shown: &Shown, format: Format, asked: &Asked, first: bool, sink: &mut Sink) -> Result<(), Exit> {
    let page = asked.page;
    let text = match (format, shown) {
        (Format::Json, shown) => document(shown, asked.watch.is_some()),
        (Format::Csv, Shown::Table(table)) => csv::table(table),
        (Format::Csv, Shown::Graph(graph)) => csv::graph(graph),
        (Format::Csv, Shown::Health(health)) => csv::health(health),
        (Format::Csv, Shown::Plot(plot)) => csv::plot(plot),
        (Format::Dot, Shown::Graph(graph)) => metrics::graph::dot(graph),
        (Format::Mermaid, Shown::Graph(graph)) => metrics::graph::mermaid(graph),
        (_, Shown::Table(table)) => metrics::table::human(table, page),
        (_, Shown::Graph(graph)) => metrics::graph::human(graph, page),
        (_, Shown::Health(health)) => metrics::health::human(health, page),
        (_, Shown::Plot(plot)) => metrics::plot::human(plot, page),
    };
    if matches!(format, Format::Csv | Format::Dot | Format::Mermaid) {
        aside(shown, page, sink);
    }
    let redraws = asked.watch.is_some() && sink.stdout_is_tty() && matches!(format, Format::Human | Format::Wide);
    write(sink, &if redraws { redrawn(&text, first) } else { text })
}

/// What a format for programs has no place for is said beside it.
fn aside(shown: &Shown, page: Page, sink: &mut Sink) {
    let (empty, notes, cut) = match shown {
        Shown::Table(table) => (&table.empty, &table.notes, (table.rows.len(), table.total)),
        Shown::Graph(graph) => (&graph.empty, &graph.notes, (graph.edges.len(), graph.total)),
        Shown::Plot(plot) => (&plot.empty, &plot.notes, (plot.series.len(), plot.total)),
        Shown::Health(health) => (&None, &health.notes, (0, 0)),
    };
    let style = sink.style_err();
    let page = Page { style, ..page };
    if let Some(empty) = empty {
        sink.err(&metrics::notes::empty(empty, page));
    }
    let mut text = metrics::notes::notes(notes, page);
    let cut = metrics::notes::cut(cut.0, cut.1);
    if !cut.is_empty() {
        text.push_str(&format!("{cut}\n"));
    }
    sink.err(&text);
}

fn document(shown: &Shown, watching: bool) -> String {
    let document = match shown {
        Shown::Table(table) => json::table(table),
        Shown::Graph(graph) => json::graph(graph),
        Shown::Health(health) => json::health(health),
        Shown::Plot(plot) => json::plot(plot),
    };
    let text = if watching {
        document.to_string()
    } else {
        format!("{document:#}")
    };
    crate::render::clean::json_line(text)
}

/// Over what stood there before, line by line, so that nothing flickers.
fn redrawn(text: &str, first: bool) -> String {
    let clear = if first { "\u{1b}[2J" } else { "" };
    let lines: String = text.lines().map(|line| format!("{line}\u{1b}[K\n")).collect();
    format!("{clear}\u{1b}[H{lines}\u{1b}[J")
}

fn read(args: &MetricsArgs, sink: &Sink) -> Result<Asked, Vec<stop::Problem>> {
    let mut problems = Vec::new();
    let window = args.range.window(USUAL, Timestamp::now());
    let window = window.map_err(|found| problems.extend(found)).ok();
    let mut time = |flag: &str, text: &str, example: &str| time_flag::read(flag, text, example, &mut problems);
    let watch = args.watch.as_ref().map(|text| time("--watch", text, "10s"));
    let timeout = time("--timeout", &args.timeout, "30s");
    let view = args.view.clone().unwrap_or(View::Services);
    let steps = match &view {
        View::Query { steps, .. } | View::Traceql { steps, .. } => Some(steps),
        _ => None,
    };
    let typed_step = steps
        .and_then(|steps| steps.step.as_ref())
        .map(|text| time("--step", text, "15s"));
    if matches!(args.output, Format::Dot | Format::Mermaid) && !matches!(view, View::Graph) {
        problems.push((
            "-o: dot and mermaid work for `metrics graph` only".to_owned(),
            vec!["tempoctl metrics graph -o dot".to_owned()],
        ));
    }
    let step_s = match (&window, steps, typed_step) {
        (Some(window), Some(steps), step) if !steps.instant => plots::step(*window, step.flatten())
            .map_err(|problem| problems.push(problem))
            .ok(),
        _ => None,
    };
    if let View::Query { expression, steps } = &view {
        problems.extend(plots::wrong_promql(expression, steps.instant));
    }
    match (window, timeout) {
        (Some(_), Some(timeout)) if problems.is_empty() => Ok(Asked {
            view,
            service: args.service.clone(),
            sort: args.sort,
            limit: args.limit,
            markers: args.markers,
            watch: watch.flatten(),
            timeout,
            step_s,
            page: Page {
                style: sink.style_out(),
                width: (sink.stdout_is_tty() && args.output != Format::Wide).then_some(sink.style_out().width),
                ends_now: args.range.follows_now() && args.range.to.as_deref().is_none_or(|to| to.trim() == "now"),
            },
        }),
        _ => Err(problems),
    }
}
