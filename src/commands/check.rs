//! `tempoctl check FILE…`: what doctor reads in files, without asking a server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use crate::Exit;
use crate::app::App;
use crate::command_error::CommandError;
use doctor::checks::compose::COMPOSE_ID_PART;
use doctor::diagnose::diagnose_evidence;
use probes::compose::{CheckedKind, GENERATED};
use telemetry::model::evidence::{DoctorRequest, EVIDENCE_VERSION, Evidence};
use telemetry::model::{EvidenceLine, Slot};

use super::values::positive_duration;

use super::doctor::{DoctorFormat, FailOn, choose_exit, render_report};

/// Arguments of `check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// A Compose project (several files are merged, like docker compose -f), manifests of Kubernetes, values of Tempo's
    /// Helm charts, or single configuration files of Tempo, a collector, Alloy or Grafana's data sources, or
    /// dashboards; a folder with such files, a pipe, or - for standard input; without one, the Compose project of the
    /// working directory
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The version of Tempo that reads a single configuration file or Helm values, and whose metrics a dashboard queries
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
const OF_SINGLE_FILES: [&str; 7] = [
    "dashboard.compose-queries",
    "collector.compose-components",
    "collector.compose-metrics",
    "collector.compose-pipeline",
    "query.compose-config",
    "generator.compose-processors",
    "grafana.compose-links",
];

/// What manifests show; scraping, volumes and the way in from outside are described by objects that are not read.
const OF_MANIFESTS: [&str; 18] = [
    "dashboard.compose-queries",
    "app.compose-endpoint",
    "collector.compose-components",
    "collector.compose-exporter",
    "collector.compose-metrics",
    "collector.compose-pipeline",
    "collector.compose-receiver",
    "query.compose-config",
    "query.compose-start",
    "receiver.compose-bind",
    "receiver.compose-services",
    "receiver.compose-values",
    "generator.compose-values",
    "generator.compose-processors",
    "remote-write.compose-url",
    "prometheus.compose-receiver",
    "prometheus.compose-exemplars",
    "grafana.compose-*",
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
            only: match read.kind {
                CheckedKind::Compose => vec![format!("*{COMPOSE_ID_PART}*")],
                CheckedKind::Manifests => OF_MANIFESTS.map(str::to_owned).to_vec(),
                CheckedKind::SingleFiles => OF_SINGLE_FILES.map(str::to_owned).to_vec(),
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
    let text = render_report(&report, args.output, args.verbose, app.sink.style_out())?;
    app.sink.out(&text)?;
    Ok(choose_exit(&report, args.fail_on))
}
