//! From what a person named to logs that are being read, or why there is none.

use std::path::PathBuf;
use std::time::Duration;

use stack::clients::logs::docker::{Docker, DockerError};
use stack::clients::logs::{LogFeed, LogWindow, files, loki, program};
use stack::clients::loki::LokiClient;
use stack::config::{Environment, Settings};
use telemetry::model::docker::{DockerContainer, DockerInspection};
use telemetry::model::logs::Nanos;
use telemetry::parse::logs::{LogSource, component::LogOwner, header};

use super::docker_engine;
use super::kubernetes::{KubeTarget, Kubectl};

/// How long Loki may take for a page.
const PAGE: Duration = Duration::from_secs(30);
/// How far back is looked in what has no end: Loki, journald, containers.
const USUAL: Nanos = 3_600_000_000_000;

/// A log that could not be opened, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedSource {
    /// What was tried.
    pub what: String,
    /// Why it gave nothing.
    pub why: String,
}

impl FailedSource {
    pub(super) fn new(what: impl Into<String>, why: impl ToString) -> Self {
        FailedSource {
            what: what.into(),
            why: why.to_string(),
        }
    }
}

/// What came of opening.
#[derive(Debug, Default)]
pub struct OpenedLogs {
    /// Logs that are being read.
    pub feeds: Vec<LogFeed>,
    /// What could not be opened.
    pub failed: Vec<FailedSource>,
    /// What a person should know: how far back is looked.
    pub notes: Vec<String>,
}

impl OpenedLogs {
    pub(super) fn add(&mut self, result: Result<Vec<LogFeed>, FailedSource>) {
        match result {
            Ok(feeds) => self.feeds.extend(feeds),
            Err(failed) => self.failed.push(failed),
        }
    }
}

/// Knows where logs may be and which part of them is wanted.
pub struct LogOpener<'a> {
    /// The environment.
    pub env: &'a Environment,
    /// Where Loki is.
    pub settings: &'a Settings,
    /// Which cluster.
    pub kube_target: KubeTarget,
    /// Which part of each log.
    pub window: LogWindow,
    /// Whose log, where nothing is named.
    pub owner: LogOwner,
    /// The present.
    pub now: Nanos,
}

impl LogOpener<'_> {
    /// Opens what was named.
    pub async fn open_sources(&self, sources: &[LogSource]) -> OpenedLogs {
        let mut opened = OpenedLogs::default();
        for source in sources {
            self.open_source(source, &mut opened).await;
        }
        opened
    }

    pub(super) async fn open_source(&self, source: &LogSource, opened: &mut OpenedLogs) {
        let result = match source {
            LogSource::Stdin => Ok(vec![files::read_stream("-", std::io::stdin())]),
            LogSource::File(pattern) => self.open_files(pattern),
            LogSource::Docker(name) => self.open_docker(name).await,
            LogSource::Compose(name) => self.open_compose(name).await,
            LogSource::Kube(selector) => self.open_kube(selector).await,
            LogSource::Loki(query) => self.open_loki(query).map(|feed| vec![feed]),
            LogSource::Journald(unit) => self.open_journald(unit).map(|feed| vec![feed]),
        };
        opened.add(result.map_err(|why| FailedSource::new(source.to_string(), why)));
    }

    /// The part that is wanted of a log that may reach back for months: an hour, where nothing is said.
    pub fn recent_window(&self) -> LogWindow {
        let wide = self.window.from.is_none() && self.window.tail.is_none();
        LogWindow {
            from: self.window.from.or(wide.then_some(self.now - USUAL)),
            ..self.window
        }
    }

    fn open_files(&self, pattern: &str) -> Result<Vec<LogFeed>, String> {
        let logs = files::find_logs(pattern)?;
        let named = logs.len() == 1 && logs.iter().all(|log| log.len() == 1);
        let feeds = logs.into_iter().map(|mut log| {
            if named && let Some(path) = log.first() {
                let older = self.find_older_rotations(path);
                log.splice(0..0, older);
            }
            let name = log.last().map(|path| path.display().to_string()).unwrap_or_default();
            files::read_files(&name, log, self.window)
        });
        Ok(feeds.collect())
    }

    /// Rotations of a log that begins after what is wanted.
    fn find_older_rotations(&self, path: &std::path::Path) -> Vec<PathBuf> {
        let Some(from) = self.window.from else {
            return Vec::new();
        };
        let beginning = files::read_log_beginning(path, 64 * 1024);
        let first = beginning
            .split(|byte| *byte == b'\n')
            .find_map(|line| header::parse_line_header(line).time);
        if first.is_some_and(|first| first <= from) {
            return Vec::new();
        }
        files::find_rotations(path)
    }

    async fn open_docker(&self, name: &str) -> Result<Vec<LogFeed>, String> {
        let docker = docker_engine::find_engine(self.env).map_err(|problem| problem.to_string())?;
        let container = match docker.inspect(name).await {
            Ok(container) => container,
            Err(DockerError::Refused { status: 404, .. }) => {
                let all = docker.list_containers().await.map_err(|problem| problem.to_string())?;
                return Err(explain_unknown_name(
                    "container",
                    name,
                    all.iter().map(DockerContainer::name),
                ));
            }
            Err(problem) => return Err(problem.to_string()),
        };
        check_readable(&container)?;
        Ok(vec![docker.read(
            &format!("docker:{}", container.name()),
            container,
            self.recent_window(),
        )])
    }

    async fn open_compose(&self, name: &str) -> Result<Vec<LogFeed>, String> {
        let docker = docker_engine::find_engine(self.env).map_err(|problem| problem.to_string())?;
        let all = docker.list_containers().await.map_err(|problem| problem.to_string())?;
        let (project, service) = match name.split_once('/') {
            Some((project, service)) => (Some(project), service),
            None => (None, name),
        };
        let of_service = |listed: &&DockerContainer| {
            listed
                .compose_service()
                .is_some_and(|(of, is)| is == service && project.is_none_or(|project| project == of))
        };
        let found: Vec<&DockerContainer> = all.iter().filter(of_service).collect();
        if found.is_empty() {
            let services = all
                .iter()
                .filter_map(|listed| listed.compose_service().map(|(_, service)| service));
            return Err(explain_unknown_name("Compose service", name, services));
        }
        self.open_containers(&docker, &found).await
    }

    /// Opens these containers' logs.
    pub(super) async fn open_containers(
        &self,
        docker: &Docker,
        listed: &[&DockerContainer],
    ) -> Result<Vec<LogFeed>, String> {
        let mut feeds = Vec::new();
        let mut refused = None;
        for listed in listed {
            let container = docker
                .inspect(&listed.id)
                .await
                .map_err(|problem| problem.to_string())?;
            match check_readable(&container) {
                Ok(()) => {
                    let name = format!("docker:{}", container.name());
                    feeds.push(docker.read(&name, container, self.recent_window()));
                }
                Err(why) => refused = Some(why),
            }
        }
        match refused {
            Some(why) if feeds.is_empty() => Err(why),
            _ => Ok(feeds),
        }
    }

    async fn open_kube(&self, selector: &str) -> Result<Vec<LogFeed>, String> {
        let kubectl = Kubectl::find(self.env, &self.kube_target)?;
        let pods = kubectl.list_pods(selector).await?;
        if pods.is_empty() {
            return Err("no pod matches".to_owned());
        }
        Ok(pods.iter().map(|pod| kubectl.read(pod, self.recent_window())).collect())
    }

    /// Reads a LogQL query.
    pub(super) fn open_loki(&self, query: &str) -> Result<LogFeed, String> {
        let Some(api) = &self.settings.loki else {
            return Err("no Loki address is set (--loki-url, LOKI_ADDR)".to_owned());
        };
        let connect = stack::build_loki_connect(api, self.settings, PAGE);
        let client = LokiClient::new(connect).map_err(|problem| problem.to_string())?;
        Ok(loki::read_query(client, query, self.recent_window(), self.now))
    }

    fn open_journald(&self, unit: &str) -> Result<LogFeed, String> {
        let program = program::find_program("journalctl", self.env.get("PATH")).ok_or("journalctl is not on PATH")?;
        let wanted = self.recent_window();
        let mut arguments = vec![
            "-o".to_owned(),
            "json".to_owned(),
            "--no-pager".to_owned(),
            format!("--unit={unit}"),
        ];
        let seconds = |nanos: Nanos| format!("@{}.{:06}", nanos / 1_000_000_000, nanos % 1_000_000_000 / 1_000);
        if let Some(from) = wanted.from {
            arguments.push(format!("--since={}", seconds(from)));
        }
        if let Some(to) = wanted.to {
            arguments.push(format!("--until={}", seconds(to)));
        }
        if let Some(tail) = wanted.tail {
            arguments.push(format!("--lines={tail}"));
        }
        if wanted.follow {
            arguments.push("--follow".to_owned());
            if wanted.tail.is_none() {
                arguments.push("--lines=all".to_owned());
            }
        }
        Ok(program::stream_program(
            &format!("journald:{unit}"),
            false,
            program,
            arguments,
            true,
        ))
    }
}

/// An engine hands out what is kept in files, in the journal, or locally; not what goes elsewhere.
fn check_readable(container: &DockerInspection) -> Result<(), String> {
    match container.host_config.log_config.kind.as_str() {
        "none" => Err(format!(
            "{}: its log driver is none, so Docker keeps no logs",
            container.name()
        )),
        _ => Ok(()),
    }
}

fn explain_unknown_name<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    known.dedup();
    let near = telemetry::parse::find_nearest(name, known.iter().copied());
    let listed = known.iter().take(6).copied().collect::<Vec<_>>().join(", ");
    match near {
        Some(near) => format!("no {what} named '{name}'; nearest: {near}"),
        None if known.is_empty() => format!("no {what} exists"),
        None => format!("no {what} named '{name}'; known: {listed}"),
    }
}
