//! `tempoctl doctor`: gather, judge, show.

mod options;
mod evidence_file;

use super::values::positive_duration;
use crate::Exit;
use crate::app::{App, block_on_with_signals};
use crate::command_error::CommandError;
use crate::commands::compose;
use crate::commands::compose::ComposeArgs;
use crate::render::json::{render_document, render_line};
use crate::render::{LiveView, Sink, Style};
use crate::signal::{keep_partial_result, wait_for_signal};
use clap::{Args, ValueEnum};
use doctor::causes;
use doctor::checks::{CHECKS, Check};
use doctor::diagnose::{CheckSelection, diagnose_evidence, static_findings};
use options::DoctorOptions;
use probes::{EvidenceRecorder, gather_evidence, logs};
use stack::config::{ComposeDefaults, Settings};
use stack::{Stack, limit_question};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use telemetry::model::evidence::{Evidence, Fact};
use telemetry::model::report::{CheckStatus, ListedCheck};
use telemetry::model::time_bounds::{deadline_after, wait_of_seconds};
use telemetry::model::{DoctorReport, Slot, VerdictStatus};
use telemetry::parse::duration;
use telemetry::parse::kept::keep_evidence;

/// Arguments of `doctor`.
#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {
    /// Send nothing; follow an application's newest trace instead
    #[arg(long, visible_alias = "read-only")]
    pub no_marker: bool,
    /// Skip slow checks: do not wait for search and metrics
    #[arg(long)]
    pub fast: bool,
    /// Time limit for the whole run
    #[arg(long, value_name = "DURATION", default_value = "90s", value_parser = positive_duration("90s"))]
    pub timeout: Duration,
    /// Run only these checks (repeatable; * is a wildcard)
    #[arg(long, value_name = "GLOB", value_parser = options::parse_pattern)]
    pub only: Vec<String>,
    /// Skip these checks (repeatable; * is a wildcard)
    #[arg(long, value_name = "GLOB", value_parser = options::parse_pattern)]
    pub skip: Vec<String>,
    /// List the checks
    #[arg(long)]
    pub list: bool,
    /// Exit with code 4 at this level or worse
    #[arg(long, value_name = "LEVEL", default_value = "degraded")]
    pub fail_on: FailOn,
    /// Count an application as sending if it sent spans within this time
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = positive_duration("1h"))]
    pub app_window: Duration,
    /// Read an application's OTEL_* variables and show what an SDK does with them: a file, a process ID, FILE:SERVICE of a
    /// Compose file, or - for standard input; without a value, read tempoctl's own environment
    #[arg(long, value_name = "FILE|PID|-", num_args = 0..=1, default_missing_value = "")]
    pub env: Option<String>,
    /// Look for known errors in a log: a path, -, docker:NAME, compose:SERVICE, kube:SELECTOR, loki:QUERY, journald:UNIT
    /// (repeatable); the component is detected from the log lines
    #[arg(long, value_name = "SOURCE")]
    pub logs: Vec<String>,
    /// Read Tempo and Prometheus through Grafana's data sources; send nothing unless --otlp-endpoint is given
    #[arg(long)]
    pub via_grafana: bool,
    /// A Compose project to read as well
    #[command(flatten)]
    pub compose: ComposeArgs,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    pub output: DoctorFormat,
    /// Save the evidence to a file, for a bug report or for --input
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Judge saved evidence instead of querying servers
    #[arg(long, value_name = "FILE", conflicts_with_all = ["save", "watch"])]
    pub input: Option<PathBuf>,
    /// Repeat every DURATION
    #[arg(long, value_name = "DURATION", value_parser = positive_duration("30s"))]
    pub watch: Option<Duration>,
    /// Show every check, and why each cause was chosen
    #[arg(long, short)]
    pub verbose: bool,
}

/// The level from which doctor exits with code 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A warning is enough.
    Warning,
    /// Data arrives, but users see something wrong.
    Degraded,
    /// Data is lost.
    Broken,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DoctorFormat {
    /// Text for a terminal.
    Human,
    /// One paragraph, for a chat message.
    Short,
    /// The whole report as JSON.
    Json,
    /// A JUnit report, for CI.
    Junit,
    /// A Markdown report, for a ticket.
    Markdown,
    /// A SARIF log, for code scanning.
    Sarif,
    /// Workflow commands, which annotate a pull request on GitHub.
    Github,
}

/// Runs `doctor`.
pub fn run_doctor(args: &DoctorArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    if args.list {
        return list_checks(args, app.sink);
    }
    let asked = options::parse_options(args, app.env)?;
    if let Some(path) = &args.input {
        return evidence_file::replay_evidence(path, &asked.request, args, app.sink);
    }
    let (project, beside) = match compose::read_compose(&args.compose, app.env)? {
        Some((project, beside)) => (Some(project), beside),
        None => (None, ComposeDefaults::default()),
    };
    let settings = app.load_settings_quietly(&beside)?;
    // The document and the long answer have every note.
    if args.output != DoctorFormat::Json && !(args.output == DoctorFormat::Human && args.verbose) {
        app.tell_held_back(&settings);
    }
    let asked = DoctorOptions { project, ..asked };
    block_on_with_signals(examine_repeatedly(args, &asked, &settings, app))
}

/// The checks there are.
fn list_checks(args: &DoctorArgs, sink: &mut Sink) -> Result<Exit, CommandError> {
    let text = match args.output {
        DoctorFormat::Human => {
            let rows: Vec<(&str, &str)> = CHECKS.iter().map(|check| (check.id, check.title)).collect();
            crate::render::doctor::render_check_list(&rows, sink.style_out())
        }
        DoctorFormat::Json => crate::render::doctor::render_check_list_json(&describe_checks()),
        DoctorFormat::Short
        | DoctorFormat::Junit
        | DoctorFormat::Markdown
        | DoctorFormat::Sarif
        | DoctorFormat::Github => {
            return Err(CommandError::usage("-o: --list supports human and json only")
                .advising("tempoctl doctor --list -o json"));
        }
    };
    sink.out(&text)?;
    Ok(Exit::Done)
}

fn describe_checks() -> Vec<ListedCheck> {
    let causes = causes::list_causes();
    let describe = |check: &&Check| {
        // What several groups have in common is named once.
        let needs: BTreeSet<Fact> = check.facts().collect();
        let named = causes.iter().filter(|cause| cause.is_named_by(check.id));
        ListedCheck {
            id: check.id,
            hop: check.hop(),
            title: check.title,
            causes: named.map(|cause| cause.id.clone()).collect(),
            needs: needs.into_iter().collect(),
        }
    };
    CHECKS.iter().map(describe).collect()
}

async fn examine_repeatedly(
    args: &DoctorArgs,
    asked: &DoctorOptions,
    settings: &Settings,
    app: &mut App<'_>,
) -> Result<Exit, CommandError> {
    let mut frames = 0_u32;
    loop {
        let (evidence, cancelled) = examine_once(args, asked, settings, app).await?;
        let evidence = keep_evidence(evidence).map_err(|problem| {
            CommandError::general(format!("what was found cannot be freed of secrets: {problem}"))
        })?;
        let saved = args
            .save
            .as_ref()
            .map_or(Ok(()), |path| evidence_file::save_evidence(path, &evidence, app.sink));
        let report = diagnose_evidence(&evidence);
        if args.watch.is_some() && args.output == DoctorFormat::Human {
            app.sink.out(&crate::render::doctor::render_frame(
                &report,
                frames == 0,
                app.sink.style_out(),
            ))?;
            frames += 1;
        }
        // What was found is shown where it could not be saved, too.
        print_report(&report, args, args.watch.is_some(), app.sink)?;
        if let Err(unsaved) = saved {
            unsaved.print(app.sink);
            return Ok(unsaved.exit);
        }
        let Some(pause) = args.watch else {
            return Ok(if cancelled {
                Exit::Cancelled
            } else {
                choose_exit(&report, args.fail_on)
            });
        };
        if cancelled {
            return Ok(Exit::Done);
        }
        tokio::select! {
            biased;
            () = wait_for_signal() => return Ok(Exit::Done),
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One run: what was found, and whether it was cancelled.
async fn examine_once(
    args: &DoctorArgs,
    asked: &DoctorOptions,
    settings: &Settings,
    app: &mut App<'_>,
) -> Result<(Evidence, bool), CommandError> {
    let timeout = wait_of_seconds(asked.request.timeout_s);
    let mut stack = Stack::new(settings, limit_question(timeout))?;
    stack.notes.extend(describe_other_tenants(&stack.tenants));
    let deadline = tokio::time::Instant::from_std(deadline_after(timeout));
    let via_grafana = asked.request.via_grafana;
    // What cannot be found out in time is said by what follows, which has no time left.
    let routed = tokio::time::timeout_at(deadline, stack.route_via_grafana(via_grafana)).await;
    if let Ok(Err(_)) = routed {
        stack.targets.grafana.given = true;
        let note = "Grafana has no Tempo data source to read through; Tempo was read at its own address";
        stack.notes.push(note.to_owned());
    }
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    // On no terminal nothing is drawn, and nobody needs to be told.
    let live = app.sink.stderr_is_tty().then(|| LiveView::new(app.sink.style_err()));
    let left = deadline.saturating_duration_since(tokio::time::Instant::now());
    let wanted = CheckSelection::from_request(&asked.request).facts();
    let board = EvidenceRecorder::for_doctor(&stack, asked.request.clone(), wanted, left)
        .with_events(live.is_some().then_some(sender));
    let board = Arc::new(board);
    let partial = args.watch.is_none().then(|| {
        let (board, mask, (output, verbose), style) = (
            board.clone(),
            app.sink.mask(),
            (args.output, args.verbose),
            app.sink.style_out(),
        );
        keep_partial_result(move || {
            board.write(|evidence| evidence.interrupted = Some(explain_timeout(timeout)));
            let report = diagnose_evidence(&keep_evidence(board.snapshot()).ok()?);
            let text = render_report(&report, output, verbose, style).ok()?;
            Some(mask.map_or(text.clone(), |mask| mask(&text)))
        })
    });
    if let Some(project) = &asked.project {
        let notes = project.notes.iter().map(|note| format!("--compose: {note}"));
        board.write(|evidence| {
            evidence.notes.extend(notes);
            evidence.compose = Slot::known(project.clone(), 0);
        });
        if static_findings::is_files_only(&asked.request) {
            return Ok((board.snapshot(), false));
        }
    }
    let viewer = live.map(|mut live| {
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                live.handle(event);
            }
            live.finish();
        })
    });
    let gathering = async {
        if tokio::time::timeout_at(deadline, gather_evidence(&stack, &board))
            .await
            .is_err()
        {
            board.write(|evidence| evidence.interrupted = Some(explain_timeout(timeout)));
        }
        logs::gather::gather_log_evidence(&asked.logs, app.env, settings, &board).await;
    };
    let cancelled = tokio::select! {
        biased;
        () = wait_for_signal() => {
            board.write(|evidence| evidence.interrupted = Some("the run was cancelled".to_owned()));
            true
        }
        () = gathering => false,
    };
    let mut evidence = board.snapshot();
    if let Some(application) = &asked.application {
        evidence.app.environment = telemetry::model::Slot::known(application.clone(), 0);
    }
    drop((partial, board));
    if let Some(viewer) = viewer {
        // The board is gone, and with it the last sender: the view ends.
        let _ = viewer.await;
    }
    Ok((evidence, cancelled))
}

/// What is not looked at where there are several tenants.
fn describe_other_tenants(tenants: &[String]) -> Option<String> {
    let (first, others) = tenants.split_first()?;
    (!others.is_empty()).then(|| {
        let others = others.join(", ");
        format!("all checks ran for tenant {first}; for {others} only the push and the read by id")
    })
}

fn explain_timeout(timeout: Duration) -> String {
    format!("the run timed out after {}", duration::format_duration(timeout))
}

fn print_report(report: &DoctorReport, args: &DoctorArgs, watching: bool, sink: &mut Sink) -> Result<(), CommandError> {
    let text = match args.output {
        DoctorFormat::Json if watching => render_line(report),
        output => render_report(report, output, args.verbose, sink.style_out())?,
    };
    Ok(sink.out(&text)?)
}

pub(super) fn render_report(
    report: &DoctorReport,
    output: DoctorFormat,
    verbose: bool,
    style: Style,
) -> Result<String, CommandError> {
    use crate::render::doctor;
    Ok(match output {
        DoctorFormat::Human => doctor::render_human(report, style, verbose),
        DoctorFormat::Short => doctor::render_short(report, style),
        DoctorFormat::Json => render_document(report),
        DoctorFormat::Junit => doctor::render_junit(report)
            .map_err(|problem| CommandError::general(format!("cannot write the report: {problem}")))?,
        DoctorFormat::Markdown => doctor::render_markdown(report),
        DoctorFormat::Sarif => doctor::render_sarif(report),
        DoctorFormat::Github => doctor::render_github(report),
    })
}

pub(super) fn choose_exit(report: &DoctorReport, fail_on: FailOn) -> Exit {
    let warned = report.checks.iter().any(|check| check.status == CheckStatus::Warn);
    match report.verdict.status {
        VerdictStatus::Broken => Exit::Found,
        VerdictStatus::Degraded if fail_on != FailOn::Broken => Exit::Found,
        VerdictStatus::Inconclusive => Exit::Inconclusive,
        _ if warned && fail_on == FailOn::Warning => Exit::Found,
        _ => Exit::Done,
    }
}
