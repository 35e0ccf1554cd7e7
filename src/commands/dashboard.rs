//! `tempoctl dashboard`: read a dashboard, ask its panels, say why they are empty.

use crate::Exit;
use crate::app::{App, block_on};
use crate::command_error::CommandError;
use clap::{Args, ValueEnum};
use doctor::diagnose::dashboard::{DashboardRun, build_dashboard_report, is_faulty};
use probes::dashboard::examine::{DashboardContext, VariableOverrides};
use probes::dashboard::variables::describe_left_out_values;
use probes::dashboard::{DashboardLimits, DataSources, examine_dashboard};
use probes::{EvidenceRecorder, clock};
use stack::config::{ComposeDefaults, Disk, MOST_DOCUMENT, Server, Settings};
use stack::{Stack, limit_question};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use telemetry::model::dashboard::Dashboard;
use telemetry::model::dashboard_report::DashboardReport;
use telemetry::parse;
use telemetry::parse::dashboard_ref::DashboardRef;
use telemetry::parse::parse_error::quote_text;
use telemetry::parse::{ParseError, dashboard_ref, duration, panel_range};

mod connect;

use super::values::offering;
use connect::{check_prometheus, connect_grafana, load_dashboard};

/// Arguments of `dashboard`.
#[derive(Debug, Clone, Args)]
pub struct DashboardArgs {
    /// UID, URL or JSON file of the dashboard
    #[arg(value_name = "REF", required_unless_present = "input", conflicts_with = "input")]
    pub reference: Option<String>,
    /// Read the dashboard from a file, or - for standard input; without --grafana-url, query Prometheus and Tempo directly
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Start of the time range, instead of the dashboard's own
    #[arg(long, value_name = "TIME", value_parser = parse_panel_time)]
    pub from: Option<String>,
    /// End of the time range
    #[arg(long, visible_alias = "until", value_name = "TIME", value_parser = parse_panel_time)]
    pub to: Option<String>,
    /// How far back to look, instead of the dashboard's own time range
    #[arg(long, value_name = "DURATION", conflicts_with_all = ["from", "to"], value_parser = parse_panel_since)]
    pub since: Option<String>,
    /// Set a dashboard variable (repeatable)
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = offering(parse_variable, "cluster=prod"))]
    pub variables: Vec<(String, String)>,
    /// Time limit for the whole run
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = offering(duration::parse_duration, "60s"))]
    pub timeout: Duration,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    pub output: DashboardFormat,
    /// Show queries, evidence and links into Explore
    #[arg(long, short)]
    pub verbose: bool,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DashboardFormat {
    /// Text for a terminal.
    Human,
    /// The whole report as JSON.
    Json,
}

/// What is to be read.
enum DashboardSource {
    /// A file, read already.
    File(Box<Dashboard>),
    /// A uid in Grafana.
    Uid(String),
}

/// Runs `dashboard`.
pub fn run_dashboard(args: &DashboardArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let report = run_examination(args, app)?;
    let style = app.sink.style_out();
    let text = match args.output {
        DashboardFormat::Human => crate::render::dashboard::render_human(&report, style, args.verbose),
        DashboardFormat::Json => crate::render::json::render_document(&report),
    };
    app.sink.out(&text)?;
    Ok(if is_faulty(&report) { Exit::Found } else { Exit::Done })
}

fn run_examination(args: &DashboardArgs, app: &mut App<'_>) -> Result<DashboardReport, CommandError> {
    let timeout = args.timeout;
    let mut overrides = parse_overrides(args);
    let (wanted, base) = resolve_reference(args, &mut overrides)?;
    let own = app
        .connection
        .asking(&[Server::Grafana, Server::Prometheus, Server::Tempo]);
    app.connection = match &base {
        Some(base) => own.with_grafana_url(base),
        None => own.clone(),
    };
    let settings = app.load_settings_quietly(&ComposeDefaults::default())?;
    if let Some(base) = &base {
        check_same_grafana(&settings, base)?;
        if let Ok(own) = Settings::load(&own, app.env, &Disk) {
            keep_credentials_home(&own, &settings, base)?;
        }
    }
    app.tell_held_back(&settings);
    let stack = Stack::new(&settings, limit_question(timeout))?;
    block_on(async {
        tokio::select! {
            outcome = ask_panels(&stack, wanted, overrides, timeout) => outcome,
            () = tokio::time::sleep(timeout) => {
                let message = format!("timed out after {}", duration::format_duration(timeout));
                Err(CommandError::new(Exit::Inconclusive, message).advising("--timeout 5m"))
            }
        }
    })
}

/// Range and variables as they were typed.
fn parse_overrides(args: &DashboardArgs) -> VariableOverrides {
    let mut found = VariableOverrides::new();
    for (name, text) in [("from", &args.from), ("to", &args.to), ("from", &args.since)] {
        if let Some(text) = text {
            found.insert(name.to_owned(), vec![text.clone()]);
        }
    }
    if args.since.is_some() {
        found.insert("to".to_owned(), vec!["now".to_owned()]);
    }
    for (name, value) in &args.variables {
        found.entry(name.clone()).or_default().push(value.clone());
    }
    found
}

/// A time as Grafana writes it.
fn parse_panel_time(text: &str) -> Result<String, ParseError> {
    let length = text
        .trim()
        .strip_prefix("now")
        .map(|rest| rest.trim().trim_start_matches(['-', '+']));
    let why = match panel_range::parse_moment(text, 0.0) {
        None => "is not a time",
        Some(_) if length.is_some_and(panel_range::is_too_long) => "is longer than 100 years",
        Some(_) => return Ok(text.to_owned()),
    };
    Err(ParseError::new(format!("{} {why}", quote_text(text))).with_suggestion("now-6h"))
}

/// How far back, as the time that it is.
fn parse_panel_since(text: &str) -> Result<String, ParseError> {
    let why = match panel_range::parse_interval(text) {
        None => "is not a duration",
        Some(_) if panel_range::is_too_long(text) => "is longer than 100 years",
        Some(_) => return Ok(format!("now-{text}")),
    };
    Err(ParseError::new(format!("{} {why}", quote_text(text))).with_suggestion("6h"))
}

/// A variable's name and its value.
fn parse_variable(text: &str) -> Result<(String, String), ParseError> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => {
            let name = name.trim_start_matches('$').trim_start_matches("var-");
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err(ParseError::new(format!("'{text}' is not NAME=VALUE"))),
    }
}

/// What the reference names, and the Grafana it names.
fn resolve_reference(
    args: &DashboardArgs,
    overrides: &mut VariableOverrides,
) -> Result<(DashboardSource, Option<String>), CommandError> {
    if let Some(path) = &args.input {
        return read_dashboard_file(path).map(|dashboard| (DashboardSource::File(Box::new(dashboard)), None));
    }
    let text = args.reference.as_deref().unwrap_or_default();
    match dashboard_ref::parse_dashboard_ref(text) {
        Ok(DashboardRef::Address { base, uid, parameters }) => {
            for (name, values) in parameters {
                overrides.entry(name).or_insert(values);
            }
            Ok((DashboardSource::Uid(uid), Some(base)))
        }
        Ok(DashboardRef::File(path)) => {
            read_dashboard_file(Path::new(&path)).map(|dashboard| (DashboardSource::File(Box::new(dashboard)), None))
        }
        Ok(DashboardRef::Uid(uid)) => Ok((DashboardSource::Uid(uid), None)),
        Err(why) => Err(CommandError::usage(why).advising("tempoctl dashboard tempo-overview")),
    }
}

fn read_dashboard_file(path: &Path) -> Result<Dashboard, CommandError> {
    let shown = path.display();
    let text = Disk
        .text_or_stdin(path, MOST_DOCUMENT)
        .map_err(|problem| CommandError::usage(format!("cannot read {shown}: {problem}")))?;
    parse::dashboard::parse_dashboard(&text).map_err(|problem| {
        CommandError::usage(format!("{shown} is not a dashboard: {problem}"))
            .advising("export one in Grafana: Share, Export, Save to file")
    })
}

/// An address may not lead the credentials of one Grafana to another.
fn check_same_grafana(settings: &Settings, base: &str) -> Result<(), CommandError> {
    let given = settings.grafana.url.value.as_str().trim_end_matches('/');
    let origin = |text: &str| {
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default().to_ascii_lowercase()
    };
    if origin(given) == origin(base) {
        return Ok(());
    }
    Err(other_grafana(given, base))
}

/// Credentials belong to the Grafana that a variable or the configuration names, and a link that was pasted may lead to another.
fn keep_credentials_home(own: &Settings, settings: &Settings, base: &str) -> Result<(), CommandError> {
    let grafana = &settings.grafana;
    let has_credentials = grafana.auth.origin().is_some() || !grafana.headers.is_empty() || grafana.tls.key.is_some();
    let home = &own.grafana.url;
    if has_credentials && home.is_given() && home.value.origin() != grafana.url.value.origin() {
        return Err(other_grafana(home.value.as_str().trim_end_matches('/'), base));
    }
    Ok(())
}

fn other_grafana(given: &str, base: &str) -> CommandError {
    CommandError::usage(format!(
        "the dashboard link points to {base}, but the configured Grafana is {given}"
    ))
    .advising(format!("--grafana-url {base}"))
}

async fn ask_panels(
    stack: &Stack,
    wanted: DashboardSource,
    overrides: VariableOverrides,
    timeout: Duration,
) -> Result<DashboardReport, CommandError> {
    let started = Instant::now();
    let board = EvidenceRecorder::new(stack, timeout);
    let through = matches!(wanted, DashboardSource::Uid(_)) || stack.targets.grafana.given;
    let mut notes = Vec::new();
    let (places, old) = if through {
        let (places, old, told) = connect_grafana(stack, &board).await?;
        notes.extend(told);
        (places, old)
    } else {
        check_prometheus(stack).await?;
        (
            DataSources::direct(stack.prometheus.clone(), stack.tempo.clone()),
            false,
        )
    };
    let dashboard = match wanted {
        DashboardSource::File(dashboard) => *dashboard,
        DashboardSource::Uid(uid) => load_dashboard(&places, &uid).await?,
    };
    let context = DashboardContext {
        data_sources: &places,
        now: clock::unix_now(),
        limits: DashboardLimits::default(),
        overrides,
        only_tempo: false,
        before_v10: old,
    };
    let facts = examine_dashboard(&dashboard, &context).await;
    notes.extend(describe_left_out_values(&facts.variables));
    let asked = match places.grafana() {
        Some(grafana) => grafana.base().to_owned(),
        None => format!(
            "{} and {}, without Grafana",
            stack.targets.prometheus.url, stack.targets.tempo.url
        ),
    };
    Ok(build_dashboard_report(
        &facts,
        DashboardRun {
            server: asked,
            requests: places.request_count(),
            duration_ms: started.elapsed().as_millis() as u64,
            notes,
        },
    ))
}
