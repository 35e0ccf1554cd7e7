//! `--compose FILE`: the project of the person who asks, read before anything is sent.

use std::path::PathBuf;

use clap::Args;

use crate::command_error::CommandError;
use doctor::checks::compose::tempo_service;
use probes;
use stack::config::{ComposeDefaults, Environment};
use telemetry::model::compose::ComposeProject;

/// The flag.
#[derive(Debug, Clone, Default, Args)]
pub struct ComposeArgs {
    /// Read a Compose project and the configuration files it mounts, report faults with file and line, and query its
    /// published ports (repeatable, like docker compose -f)
    #[arg(long = "compose", value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// The project and the addresses that it publishes.
pub fn read_compose(
    args: &ComposeArgs,
    env: &Environment,
) -> Result<Option<(ComposeProject, ComposeDefaults)>, CommandError> {
    if args.files.is_empty() {
        return Ok(None);
    }
    let mut project = probes::compose::read_compose_project(&args.files, env).map_err(|refused| {
        let in_folder = args.files.iter().any(|file| file.is_dir());
        let named = in_folder.then(|| "--compose FOLDER/docker-compose.yml".to_owned());
        CommandError::usage(format!("--compose: {refused}")).advising_all(refused.advice.or(named))
    })?;
    let otlp = |service: &telemetry::model::compose::ComposeService| {
        let port = |protocol: &str, standard| {
            let config = service.config()?;
            let listeners = tempo_service::list_listeners(config);
            let found = listeners
                .iter()
                .find(|one| one.receiver == "otlp" && one.protocol == protocol);
            Some(found.map_or(standard, |one| one.port))
        };
        (port("grpc", 4317).unwrap_or(4317), port("http", 4318).unwrap_or(4318))
    };
    let beside = ComposeDefaults::from_project(&project, &tempo_service::find_http_port, &otlp);
    project.notes.extend(beside.notes.iter().cloned());
    Ok(Some((project, beside)))
}
