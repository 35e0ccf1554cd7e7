//! `tempoctl check FILE…`: what doctor reads in files, without asking a server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use crate::Exit;
use crate::app::App;
use crate::command_error::CommandError;
use doctor::checks::compose::COMPOSE_ID_PART;
use doctor::diagnose::diagnose_evidence;
use probes::compose::GENERATED;
use telemetry::model::evidence::{DoctorRequest, EVIDENCE_VERSION, Evidence};
use telemetry::model::{EvidenceLine, Slot};

use super::values::positive_duration;

use super::doctor::{DoctorFormat, FailOn, choose_exit, render_report};

/// Arguments of `check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// A Compose project (several files are merged, like docker compose -f), or single configuration files of Tempo, a
    /// collector, Alloy or Grafana's data sources; a pipe, or - for standard input; without one, the project of the
    /// working directory
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The version of Tempo that reads a single configuration file of it
    #[arg(long, value_name = "VERSION")]
    pub tempo_version: Option<String>,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "human")]
    pub output: DoctorFormat,
    /// Exit with code 4 at this level or worse
    #[arg(long, value_name = "LEVEL", default_value = "degraded")]
    pub fail_on: FailOn,
    /// Give up on a pipe that does not end within this time
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = positive_duration("30s"))]
    pub timeout: Duration,
    /// Show every check, and why each cause was chosen
    #[arg(long, short)]
    pub verbose: bool,
}

/// What a file shows by itself; whether an address or a port is right depends on what is beside it.
const OF_SINGLE_FILES: [&str; 6] = [
    "collector.compose-components",
    "collector.compose-metrics",
    "collector.compose-pipeline",
    "query.compose-config",
    "generator.compose-processors",
    "grafana.compose-links",
];

/// Runs `check`.
pub fn run_check(args: &CheckArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let files = match args.files.is_empty() {
        true => vec![Path::new(".").to_owned()],
        false => args.files.clone(),
    };
    let read =
        probes::compose::read_checked_files(&files, args.tempo_version.as_deref(), app.env).map_err(|refused| {
            let named = args.files.is_empty().then(|| "tempoctl check FILE…".to_owned());
            CommandError::usage(refused.to_string()).advising_all(refused.advice.or(named))
        })?;
    let evidence = Evidence {
        evidence_version: EVIDENCE_VERSION,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        request: DoctorRequest {
            no_marker: true,
            only: match read.single {
                true => OF_SINGLE_FILES.map(str::to_owned).to_vec(),
                false => vec![format!("*{COMPOSE_ID_PART}*")],
            },
            ..DoctorRequest::default()
        },
        notes: read.project.notes.clone(),
        compose: Slot::known(read.project, 0),
        ..Evidence::default()
    };
    let mut report = diagnose_evidence(&evidence);
    let keep = |line: &EvidenceLine| !line.source.starts_with(GENERATED);
    report.checks.iter_mut().for_each(|check| check.evidence.retain(keep));
    report
        .verdict
        .causes
        .iter_mut()
        .for_each(|cause| cause.evidence.retain(keep));
    for note in read.unread {
        app.sink.err(&format!("note: {note}\n"));
    }
    let text = render_report(&report, args.output, args.verbose, app.sink.style_out())?;
    app.sink.out(&text)?;
    Ok(choose_exit(&report, args.fail_on))
}
