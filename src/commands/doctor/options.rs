//! What doctor is asked for, read and checked before anything is sent.

use crate::command_error::CommandError;
use doctor::checks::CHECKS;
use probes::app_env;
use stack::config::{Disk, Environment};
use telemetry::model::app_env::AppEnvironment;
use telemetry::model::compose::ComposeProject;
use telemetry::model::evidence::DoctorRequest;
use telemetry::parse::logs::LogSource;
use telemetry::parse::{ParseError, find_nearest, glob};

use super::DoctorArgs;

/// The arguments, understood.
pub(super) struct DoctorOptions {
    pub(super) request: DoctorRequest,
    pub(super) logs: Vec<LogSource>,
    pub(super) application: Option<AppEnvironment>,
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
fn parse_sources(given: &[String]) -> Result<Vec<LogSource>, CommandError> {
    let parse = |text: &String| {
        let source = LogSource::parse(text).map_err(|refused| CommandError::rejected("--logs", refused))?;
        match find_read_error(&source) {
            Some(why) => Err(CommandError::usage(format!("--logs: cannot read {source}: {why}"))
                .advising_all(["--logs collector.log", "--logs docker:collector"])),
            None => Ok(source),
        }
    };
    given.iter().map(parse).collect()
}

/// A pattern that some check matches.
pub(super) fn parse_pattern(pattern: &str) -> Result<String, ParseError> {
    if CHECKS.iter().any(|check| glob::matches_glob(pattern, check.id)) {
        return Ok(pattern.to_owned());
    }
    let refused = ParseError::new(format!(
        "no check matches '{pattern}' (tempoctl doctor --list shows them)"
    ));
    Err(match find_nearest(pattern, CHECKS.iter().map(|check| check.id)) {
        Some(id) => refused.with_suggestion(id),
        None => refused,
    })
}

/// What the arguments ask for, as far as they can be used.
pub(super) fn parse_options(args: &DoctorArgs, env: &Environment) -> Result<DoctorOptions, CommandError> {
    if let Some(path) = &args.save
        && let Err(why) = Disk.may_save(path)
    {
        let why = stack::config::explain_io_error(&why);
        return Err(
            CommandError::usage(format!("--save: cannot write {}: {why}", path.display()))
                .advising("--save evidence.json"),
        );
    }
    let logs = parse_sources(&args.logs)?;
    let application = match args.env.as_deref().map(|spec| app_env::read_app_environment(spec, env)) {
        Some(Ok(application)) => Some(application),
        Some(Err(refused)) => {
            let refused = match refused.suggestion {
                Some(_) => refused,
                None => refused.with_suggestion("app.env"),
            };
            return Err(CommandError::rejected("--env", refused));
        }
        None => None,
    };
    Ok(DoctorOptions {
        request: DoctorRequest {
            fast: args.fast,
            no_marker: args.no_marker,
            via_grafana: args.via_grafana,
            app_window_s: args.app_window.as_secs().max(1),
            timeout_s: args.timeout.as_secs_f64(),
            only: args.only.clone(),
            skip: args.skip.clone(),
            logs: args.logs.clone(),
        },
        logs,
        application,
        project: None,
    })
}
