//! `tempoctl doctor`: gather, judge, show.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::Exit;
use crate::checks::CHECKS;
use crate::cli::write;
use crate::config::{ConnectionArgs, Disk, Environment, Settings};
use crate::diagnose::diagnose;
use crate::model::evidence::{EVIDENCE_VERSION, Evidence, Request};
use crate::model::report::CheckStatus;
use crate::model::{Report, Status};
use crate::parse::{duration, glob, nearest};
use crate::probes::{Board, Setup, gather};
use crate::render::error::error;
use crate::render::{LiveView, Sink};

/// Arguments of `doctor`.
#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {
    /// Push nothing: follow an application's newest trace instead
    #[arg(long, visible_alias = "read-only")]
    pub no_marker: bool,
    /// Ask only what answers at once
    #[arg(long)]
    pub fast: bool,
    /// How long the whole run may take
    #[arg(long, value_name = "DURATION", default_value = "90s")]
    pub timeout: String,
    /// Run only these checks (repeatable, * matches)
    #[arg(long, value_name = "GLOB")]
    pub only: Vec<String>,
    /// Leave these checks out (repeatable, * matches)
    #[arg(long, value_name = "GLOB")]
    pub skip: Vec<String>,
    /// List the checks
    #[arg(long)]
    pub list: bool,
    /// Exit 4 from this level on
    #[arg(long, value_name = "LEVEL", default_value = "degraded")]
    pub fail_on: FailOn,
    /// An application that sent within this time counts as sending
    #[arg(long, value_name = "DURATION", default_value = "1h")]
    pub app_window: String,
    /// Format
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    pub output: Format,
    /// Write the evidence to a file, for a bug report or a later look
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Judge saved evidence instead of asking servers
    #[arg(long, value_name = "FILE", conflicts_with_all = ["save", "watch"])]
    pub input: Option<PathBuf>,
    /// Examine again and again, this far apart
    #[arg(long, value_name = "DURATION")]
    pub watch: Option<String>,
    /// Show every check, and why a cause was chosen
    #[arg(long, short)]
    pub verbose: bool,
}

/// From which level on doctor exits 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A warning suffices.
    Warning,
    /// Something users see is wrong.
    Degraded,
    /// Data is lost.
    Broken,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One paragraph for a chat.
    Short,
    /// The whole report.
    Json,
    /// For CI.
    Junit,
    /// For a ticket.
    Markdown,
}

/// What was asked for, read and checked before anything is sent.
struct Asked {
    request: Request,
    watch: Option<Duration>,
}

/// Runs `doctor`.
pub fn run(args: &DoctorArgs, connection: &ConnectionArgs, env: &Environment, sink: &mut Sink) -> Exit {
    if args.list {
        let rows: Vec<(&str, &str)> = CHECKS.iter().map(|check| (check.id, check.title)).collect();
        let text = crate::render::doctor::checks(&rows, sink.style_out());
        return write(sink, &text).err().unwrap_or(Exit::Done);
    }
    let asked = match read(args) {
        Ok(asked) => asked,
        Err(problems) => return refuse(&problems, Exit::Usage, args, sink),
    };
    if let Some(path) = &args.input {
        return replay(path, &asked.request, args, sink);
    }
    let settings = match Settings::load(connection, env, &Disk) {
        Ok(settings) => settings,
        Err(problems) => {
            let problems: Vec<Problem> = problems
                .0
                .into_iter()
                .map(|problem| {
                    (
                        format!("{}: {}", problem.place, problem.message),
                        problem.advice.into_iter().collect(),
                    )
                })
                .collect();
            return refuse(&problems, Exit::Usage, args, sink);
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(problem) => {
            return refuse(
                &[(format!("no runtime: {problem}"), Vec::new())],
                Exit::General,
                args,
                sink,
            );
        }
    };
    let exit = runtime.block_on(examine(args, &asked, &settings, sink));
    runtime.shutdown_timeout(Duration::from_millis(50));
    exit
}

async fn examine(args: &DoctorArgs, asked: &Asked, settings: &Settings, sink: &mut Sink) -> Exit {
    loop {
        let (evidence, cancelled) = match once(args, asked, settings, sink).await {
            Ok(found) => found,
            Err(exit) => return exit,
        };
        if let Some(path) = &args.save
            && let Err(exit) = save(path, &evidence, sink)
        {
            return exit;
        }
        let report = diagnose(&evidence);
        if let Err(exit) = show(&report, args, asked.watch.is_some(), sink) {
            return exit;
        }
        let Some(pause) = asked.watch else {
            return if cancelled {
                Exit::Cancelled
            } else {
                verdict(&report, args.fail_on)
            };
        };
        if cancelled {
            return Exit::Done;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop() => return Exit::Done,
        }
    }
}

/// Ctrl-C or SIGTERM.
async fn stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// One run: what was found, and whether it was cancelled.
async fn once(
    args: &DoctorArgs,
    asked: &Asked,
    settings: &Settings,
    sink: &mut Sink,
) -> Result<(Evidence, bool), Exit> {
    let setup = match Setup::new(settings, asked.request.clone()) {
        Ok(setup) => setup,
        Err(problem) => return Err(refuse(&[(problem.to_string(), Vec::new())], Exit::Usage, args, sink)),
    };
    let timeout = Duration::from_secs_f64(asked.request.timeout_s);
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    // On no terminal nothing is drawn, and nobody needs to be told.
    let live = sink.stderr_is_tty().then(|| LiveView::new(sink.style_err()));
    let board = Arc::new(Board::new(setup.evidence(), timeout, live.is_some().then_some(sender)));
    let viewer = live.map(|mut live| {
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                live.handle(event);
            }
            live.finish();
        })
    });
    let cancelled = tokio::select! {
        () = gather(&setup, &board) => false,
        () = tokio::time::sleep(timeout) => {
            board.write(|evidence| evidence.interrupted = Some(format!("the timeout of {} ended the run", duration::format(timeout))));
            false
        }
        () = stop() => {
            board.write(|evidence| evidence.interrupted = Some("the run was cancelled".to_owned()));
            true
        }
    };
    let evidence = board.snapshot();
    drop(board);
    if let Some(viewer) = viewer {
        // The board is gone, and with it the last sender: the view ends.
        let _ = viewer.await;
    }
    Ok((evidence, cancelled))
}

fn show(report: &Report, args: &DoctorArgs, watching: bool, sink: &mut Sink) -> Result<(), Exit> {
    use crate::render::doctor;
    let style = sink.style_out();
    let text = match args.output {
        Format::Human => Ok(doctor::human(report, style, args.verbose)),
        Format::Short => Ok(doctor::short(report, style)),
        Format::Json if watching => doctor::jsonl(report).map_err(|problem| problem.to_string()),
        Format::Json => doctor::json(report).map_err(|problem| problem.to_string()),
        Format::Junit => doctor::junit(report).map_err(|problem| problem.to_string()),
        Format::Markdown => Ok(doctor::markdown(report)),
    };
    match text {
        Ok(text) => write(sink, &text),
        Err(problem) => {
            let text = error(
                &format!("the report cannot be written: {problem}"),
                &[],
                sink.style_err(),
            );
            sink.err(&text);
            Err(Exit::General)
        }
    }
}

fn verdict(report: &Report, fail_on: FailOn) -> Exit {
    let warned = report.checks.iter().any(|check| check.status == CheckStatus::Warn);
    match report.verdict.status {
        Status::Broken => Exit::Found,
        Status::Degraded if fail_on != FailOn::Broken => Exit::Found,
        Status::Inconclusive => Exit::Inconclusive,
        _ if warned && fail_on == FailOn::Warning => Exit::Found,
        _ => Exit::Done,
    }
}

/// What is wrong, and what to try.
type Problem = (String, Vec<String>);

/// Says why there is no report: on standard error, and for `-o json` as the one document on standard output.
fn refuse(problems: &[Problem], exit: Exit, args: &DoctorArgs, sink: &mut Sink) -> Exit {
    for (message, advice) in problems {
        let text = error(message, advice, sink.style_err());
        sink.err(&text);
    }
    if args.output == Format::Json {
        return write(sink, &crate::render::error::json(problems)).err().unwrap_or(exit);
    }
    exit
}

fn read(args: &DoctorArgs) -> Result<Asked, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut time = |flag: &str, text: &str, example: &str| match duration::parse(text) {
        Ok(duration) if !duration.is_zero() => Some(duration),
        Ok(_) => {
            problems.push((
                format!("{flag}: '{text}' is no time at all"),
                vec![format!("{flag} {example}")],
            ));
            None
        }
        Err(refused) => {
            problems.push((format!("{flag}: {refused}"), vec![format!("{flag} {example}")]));
            None
        }
    };
    let timeout = time("--timeout", &args.timeout, "90s");
    let window = time("--app-window", &args.app_window, "1h");
    let watch = args.watch.as_ref().map(|text| time("--watch", text, "30s"));
    for (flag, patterns) in [("--only", &args.only), ("--skip", &args.skip)] {
        for pattern in patterns {
            if !CHECKS.iter().any(|check| glob::matches(pattern, check.id)) {
                let near = nearest(pattern, CHECKS.iter().map(|check| check.id)).unwrap_or("doctor --list");
                problems.push((
                    format!("{flag}: no check is called '{pattern}'"),
                    vec![format!("{flag} {near}"), "tempoctl doctor --list".to_owned()],
                ));
            }
        }
    }
    match (timeout, window, watch) {
        (Some(timeout), Some(window), None | Some(Some(_))) if problems.is_empty() => Ok(Asked {
            request: Request {
                fast: args.fast,
                no_marker: args.no_marker,
                app_window_s: window.as_secs().max(1),
                timeout_s: timeout.as_secs_f64(),
                only: args.only.clone(),
                skip: args.skip.clone(),
            },
            watch: watch.flatten(),
        }),
        _ => Err(problems),
    }
}

/// Judges saved evidence; the checks asked for now count, the rest is as it was.
fn replay(path: &Path, request: &Request, args: &DoctorArgs, sink: &mut Sink) -> Exit {
    let mut evidence = match load(path) {
        Ok(evidence) => evidence,
        Err(problem) => {
            let advice = vec!["tempoctl doctor --save evidence.json".to_owned()];
            return refuse(&[(problem, advice)], Exit::Usage, args, sink);
        }
    };
    evidence.request.only.clone_from(&request.only);
    evidence.request.skip.clone_from(&request.skip);
    let report = diagnose(&evidence);
    match show(&report, args, false, sink) {
        Ok(()) => verdict(&report, args.fail_on),
        Err(exit) => exit,
    }
}

fn load(path: &Path) -> Result<Evidence, String> {
    let shown = path.display();
    let text = if path == Path::new("-") {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    }
    .map_err(|problem| format!("--input: {shown} cannot be read: {problem}"))?;
    let tree: serde_json::Value = serde_json::from_str(&text).map_err(|problem| {
        if problem.is_eof() {
            format!("--input: {shown} is cut short at line {}", problem.line())
        } else {
            format!("--input: {shown} is no JSON: {problem}")
        }
    })?;
    match tree["evidence_version"].as_u64() {
        Some(version) if version == u64::from(EVIDENCE_VERSION) => {}
        Some(version) => {
            return Err(format!(
                "--input: {shown} holds evidence of version {version}, and this tempoctl reads version {EVIDENCE_VERSION}"
            ));
        }
        None if tree["schema_version"].is_u64() => {
            return Err(format!("--input: {shown} is a report; evidence is what --save writes"));
        }
        None => {
            return Err(format!(
                "--input: {shown} is no saved evidence: it has no evidence_version"
            ));
        }
    }
    serde_json::from_value(tree).map_err(|problem| format!("--input: {shown} is no whole evidence: {problem}"))
}

fn save(path: &Path, evidence: &Evidence, sink: &mut Sink) -> Result<(), Exit> {
    let written = serde_json::to_string_pretty(evidence)
        .map_err(|problem| problem.to_string())
        .and_then(|text| std::fs::write(path, text + "\n").map_err(|problem| problem.to_string()));
    if let Err(problem) = written {
        let text = error(
            &format!("--save: {} cannot be written: {problem}", path.display()),
            &[],
            sink.style_err(),
        );
        sink.err(&text);
        return Err(Exit::General);
    }
    let text = crate::render::doctor::saved(path, evidence, sink.style_err());
    sink.err(&text);
    Ok(())
}
