//! What doctor is asked for, read and checked before anything is sent.

use std::time::Duration;

use crate::checks::CHECKS;
use crate::command_error::{CommandError, reject_value};
use crate::commands::time_flag;
use crate::config::{Disk, Environment};
use crate::model::Problem;
use crate::model::app_env::AppEnvironment;
use crate::model::compose::ComposeProject;
use crate::model::evidence::DoctorRequest;
use crate::parse::logs::LogSource;
use crate::parse::{find_nearest, glob};
use crate::probes::app_env;

use super::DoctorArgs;

/// The arguments, understood.
pub(super) struct DoctorOptions {
    pub(super) request: DoctorRequest,
    pub(super) logs: Vec<LogSource>,
    pub(super) application: Option<AppEnvironment>,
    pub(super) watch: Option<Duration>,
    pub(super) project: Option<ComposeProject>,
}

/// Why a file cannot be read; what a pattern names is looked for later.
fn find_read_error(source: &LogSource) -> Option<std::io::Error> {
    match source {
        LogSource::File(path) if !path.contains(['*', '?', '[']) => match std::fs::metadata(path) {
            // Opening a pipe waits for its writer; what reads it does so within its time.
            Ok(about) if !about.is_file() && !about.is_dir() => None,
            _ => std::fs::File::open(path).err(),
        },
        _ => None,
    }
}

/// The logs that were named; a file that cannot be read is said before anything is sent.
fn parse_sources(given: &[String], problems: &mut Vec<Problem>) -> Vec<LogSource> {
    let mut sources = Vec::new();
    for text in given {
        match LogSource::parse(text) {
            Ok(source) => {
                if let Some(why) = find_read_error(&source) {
                    let advice = ["--logs collector.log", "--logs docker:collector"];
                    problems.push(Problem::new(format!("--logs: cannot read {source}: {why}")).advising_all(advice));
                }
                sources.push(source);
            }
            Err(refused) => problems.push(reject_value("--logs", refused)),
        }
    }
    sources
}

/// Reads the arguments: everything that is wrong with them, or what they ask for.
pub(super) fn parse_options(args: &DoctorArgs, env: &Environment) -> Result<DoctorOptions, CommandError> {
    let mut problems = Vec::new();
    let mut time =
        |flag: &str, text: &str, example: &str| time_flag::parse_time_flag(flag, text, example, &mut problems);
    let timeout = time("--timeout", &args.timeout, "90s");
    let window = time("--app-window", &args.app_window, "1h");
    let watch = args.watch.as_ref().map(|text| time("--watch", text, "30s"));
    for (flag, patterns) in [("--only", &args.only), ("--skip", &args.skip)] {
        for pattern in patterns {
            if !CHECKS.iter().any(|check| glob::matches_glob(pattern, check.id)) {
                let near = find_nearest(pattern, CHECKS.iter().map(|check| check.id)).map(|id| format!("{flag} {id}"));
                let problem = Problem::new(format!("{flag}: no check matches '{pattern}'"));
                problems.push(problem.advising_all(near).advising("tempoctl doctor --list"));
            }
        }
    }
    if let Some(path) = &args.save
        && let Err(why) = Disk.may_save(path)
    {
        let message = format!(
            "--save: cannot write {}: {}",
            path.display(),
            crate::config::explain_io_error(&why)
        );
        problems.push(Problem::new(message).advising("--save evidence.json"));
    }
    let sources = parse_sources(&args.logs, &mut problems);
    let application = match args.env.as_deref().map(|spec| app_env::read_app_environment(spec, env)) {
        Some(Ok(application)) => Some(application),
        Some(Err(refused)) => {
            let meant = refused.suggestion.as_deref().unwrap_or("app.env");
            problems.push(Problem::new(format!("--env: {}", refused.message)).advising(format!("--env {meant}")));
            None
        }
        None => None,
    };
    match (timeout, window, watch) {
        (Some(timeout), Some(window), None | Some(Some(_))) if problems.is_empty() => Ok(DoctorOptions {
            request: DoctorRequest {
                fast: args.fast,
                no_marker: args.no_marker,
                via_grafana: args.via_grafana,
                app_window_s: window.as_secs().max(1),
                timeout_s: timeout.as_secs_f64(),
                only: args.only.clone(),
                skip: args.skip.clone(),
                logs: args.logs.clone(),
            },
            logs: sources,
            application,
            watch: watch.flatten(),
            project: None,
        }),
        _ => Err(problems.into()),
    }
}
