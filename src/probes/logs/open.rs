//! From what a person named to logs that are being read, or why there is none.

use std::path::PathBuf;
use std::time::Duration;

use crate::clients::HttpClient;
use crate::clients::logs::docker::{Docker, DockerError};
use crate::clients::logs::{Feed, Wanted, child, files, loki};
use crate::config::{Environment, Settings};
use crate::model::docker::{Inspected, Listed};
use crate::model::logs::Nanos;
use crate::parse::logs::{Source, head, part::Owner};

use super::engine;
use super::kubernetes::{Kubectl, Place};
use crate::probes::setup;

/// How long Loki may take for a page.
const PAGE: Duration = Duration::from_secs(30);
/// How far back is looked in what has no end: Loki, journald, containers.
const USUAL: Nanos = 3_600_000_000_000;

/// A log that could not be opened, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// What was tried.
    pub what: String,
    /// Why it gave nothing.
    pub why: String,
}

/// What came of opening.
#[derive(Debug, Default)]
pub struct Opened {
    /// Logs that are being read.
    pub feeds: Vec<Feed>,
    /// What could not be opened.
    pub failed: Vec<Tried>,
    /// What a person should know: how far back is looked.
    pub notes: Vec<String>,
}

/// Knows where logs may be and which part of them is wanted.
pub struct Opener<'a> {
    /// The environment.
    pub env: &'a Environment,
    /// Where Loki is.
    pub settings: &'a Settings,
    /// Which cluster.
    pub place: Place,
    /// Which part of each log.
    pub wanted: Wanted,
    /// Whose log, where nothing is named.
    pub of: Owner,
    /// The present.
    pub now: Nanos,
}

impl Opener<'_> {
    /// Opens what was named.
    pub async fn named(&self, sources: &[Source]) -> Opened {
        let mut opened = Opened::default();
        for source in sources {
            self.one(source, &mut opened).await;
        }
        opened
    }

    async fn one(&self, source: &Source, opened: &mut Opened) {
        let result = match source {
            Source::Stdin => Ok(vec![files::read_stream("-", std::io::stdin())]),
            Source::File(pattern) => self.files(pattern),
            Source::Docker(name) => self.docker(name).await,
            Source::Compose(name) => self.compose(name).await,
            Source::Kube(selector) => self.kube(selector).await,
            Source::Loki(query) => self.loki(query).map(|feed| vec![feed]),
            Source::Journald(unit) => self.journald(unit).map(|feed| vec![feed]),
        };
        match result {
            Ok(feeds) => opened.feeds.extend(feeds),
            Err(why) => opened.failed.push(Tried {
                what: source.to_string(),
                why,
            }),
        }
    }

    /// The part that is wanted of a log that may reach back for months: an hour, where nothing is said.
    pub fn recent(&self) -> Wanted {
        let wide = self.wanted.from.is_none() && self.wanted.tail.is_none();
        Wanted {
            from: self.wanted.from.or(wide.then_some(self.now - USUAL)),
            ..self.wanted
        }
    }

    fn files(&self, pattern: &str) -> Result<Vec<Feed>, String> {
        let logs = files::find(pattern)?;
        let named = logs.len() == 1 && logs.iter().all(|log| log.len() == 1);
        let feeds = logs.into_iter().map(|mut log| {
            if named && let Some(path) = log.first() {
                let older = self.older(path);
                log.splice(0..0, older);
            }
            let name = log.last().map(|path| path.display().to_string()).unwrap_or_default();
            files::read(&name, log, self.wanted)
        });
        Ok(feeds.collect())
    }

    /// Rotations of a log that begins after what is wanted.
    fn older(&self, path: &std::path::Path) -> Vec<PathBuf> {
        let Some(from) = self.wanted.from else {
            return Vec::new();
        };
        let beginning = files::beginning(path, 64 * 1024);
        let first = beginning
            .split(|byte| *byte == b'\n')
            .find_map(|line| head::head(line).time);
        if first.is_some_and(|first| first <= from) {
            return Vec::new();
        }
        files::rotations(path)
    }

    async fn docker(&self, name: &str) -> Result<Vec<Feed>, String> {
        let docker = engine::find(self.env).map_err(|problem| problem.to_string())?;
        let container = match docker.inspect(name).await {
            Ok(container) => container,
            Err(DockerError::Refused { status: 404, .. }) => {
                let all = docker.containers().await.map_err(|problem| problem.to_string())?;
                return Err(unknown("container", name, all.iter().map(Listed::name)));
            }
            Err(problem) => return Err(problem.to_string()),
        };
        readable(&container)?;
        Ok(vec![docker.read(
            &format!("docker:{}", container.name()),
            container,
            self.recent(),
        )])
    }

    async fn compose(&self, name: &str) -> Result<Vec<Feed>, String> {
        let docker = engine::find(self.env).map_err(|problem| problem.to_string())?;
        let all = docker.containers().await.map_err(|problem| problem.to_string())?;
        let (project, service) = match name.split_once('/') {
            Some((project, service)) => (Some(project), service),
            None => (None, name),
        };
        let of_service = |listed: &&Listed| {
            listed
                .compose()
                .is_some_and(|(of, is)| is == service && project.is_none_or(|project| project == of))
        };
        let found: Vec<&Listed> = all.iter().filter(of_service).collect();
        if found.is_empty() {
            let services = all
                .iter()
                .filter_map(|listed| listed.compose().map(|(_, service)| service));
            return Err(unknown("Compose service", name, services));
        }
        self.containers(&docker, &found).await
    }

    /// Opens these containers' logs.
    pub(super) async fn containers(&self, docker: &Docker, listed: &[&Listed]) -> Result<Vec<Feed>, String> {
        let mut feeds = Vec::new();
        let mut refused = None;
        for listed in listed {
            let container = docker
                .inspect(&listed.id)
                .await
                .map_err(|problem| problem.to_string())?;
            match readable(&container) {
                Ok(()) => {
                    let name = format!("docker:{}", container.name());
                    feeds.push(docker.read(&name, container, self.recent()));
                }
                Err(why) => refused = Some(why),
            }
        }
        match refused {
            Some(why) if feeds.is_empty() => Err(why),
            _ => Ok(feeds),
        }
    }

    async fn kube(&self, selector: &str) -> Result<Vec<Feed>, String> {
        let kubectl = Kubectl::find(self.env, &self.place)?;
        let pods = kubectl.pods(selector).await?;
        if pods.is_empty() {
            return Err("no pod matches".to_owned());
        }
        Ok(pods.iter().map(|pod| kubectl.read(pod, self.recent())).collect())
    }

    /// Reads a LogQL query.
    pub(super) fn loki(&self, query: &str) -> Result<Feed, String> {
        let Some(api) = &self.settings.loki else {
            return Err("no Loki address is set (--loki-url, LOKI_ADDR)".to_owned());
        };
        let connect = setup::loki(api, self.settings, PAGE);
        let client = HttpClient::new(connect).map_err(|problem| problem.to_string())?;
        Ok(loki::read(client, query, self.recent(), self.now))
    }

    fn journald(&self, unit: &str) -> Result<Feed, String> {
        let program = child::find("journalctl", self.env.get("PATH")).ok_or("journalctl is not on PATH")?;
        let wanted = self.recent();
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
        Ok(child::read(
            &format!("journald:{unit}"),
            false,
            program,
            arguments,
            true,
        ))
    }
}

/// An engine hands out what is kept in files, in the journal, or locally; not what goes elsewhere.
fn readable(container: &Inspected) -> Result<(), String> {
    match container.host_config.log_config.kind.as_str() {
        "none" => Err(format!(
            "{}: its log driver is none, so Docker keeps no logs",
            container.name()
        )),
        _ => Ok(()),
    }
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    known.dedup();
    let near = crate::parse::nearest(name, known.iter().copied());
    let listed = known.iter().take(6).copied().collect::<Vec<_>>().join(", ");
    match near {
        Some(near) => format!("no {what} named '{name}'; nearest: {near}"),
        None if known.is_empty() => format!("no {what} exists"),
        None => format!("no {what} named '{name}'; known: {listed}"),
    }
}
