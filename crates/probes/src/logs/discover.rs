//! What is running here that writes such a log? Containers first, then units of systemd, then pods; Loki where one is given.

use std::time::Duration;

use stack::clients::logs::program;
use telemetry::model::docker::DockerContainer;
use telemetry::parse::logs::component::LogOwner;

use super::docker_engine;
use super::kubernetes::Kubectl;
use super::open::{FailedSource, LogOpener, OpenedLogs};

/// How long systemd may take to list its units.
const DEADLINE: Duration = Duration::from_secs(3);

impl LogOpener<'_> {
    /// Opens every log of that kind that is found on this machine; where there is none, in the cluster that kubectl knows; where
    /// there is none either, in the Loki that is given.
    pub async fn discover(&self) -> OpenedLogs {
        let mut opened = OpenedLogs::default();
        self.discover_docker(&mut opened).await;
        self.discover_journald(&mut opened).await;
        if opened.feeds.is_empty() {
            self.discover_kubernetes(&mut opened).await;
        }
        if opened.feeds.is_empty() {
            self.discover_loki(&mut opened);
        }
        opened
    }

    async fn discover_docker(&self, opened: &mut OpenedLogs) {
        let docker = match docker_engine::find_engine(self.env) {
            Ok(docker) => docker,
            Err(problem) => return opened.failed.push(build_failed_source("Docker", problem.to_string())),
        };
        let what = format!("Docker ({})", docker.address);
        let all = match docker.list_containers().await {
            Ok(all) => all,
            Err(problem) => return opened.failed.push(build_failed_source(what, problem.to_string())),
        };
        let found = select_containers(&all, self.owner);
        if found.is_empty() {
            let why = format!("none of {} containers is {}", all.len(), describe_owner(self.owner));
            return opened.failed.push(build_failed_source(what, why));
        }
        match self.open_containers(&docker, &found).await {
            Ok(feeds) => opened.feeds.extend(feeds),
            Err(why) => opened.failed.push(build_failed_source(what, why)),
        }
    }

    async fn discover_journald(&self, opened: &mut OpenedLogs) {
        let units = match self.list_units().await {
            Ok(units) => units,
            Err(why) => return opened.failed.push(build_failed_source("journald", why)),
        };
        if units.is_empty() {
            return opened.failed.push(build_failed_source(
                "journald",
                format!("no unit is named after {}", describe_owner(self.owner)),
            ));
        }
        let sources: Vec<_> = units
            .into_iter()
            .map(telemetry::parse::logs::LogSource::Journald)
            .collect();
        let journald = self.open_sources(&sources).await;
        opened.feeds.extend(journald.feeds);
        opened.failed.extend(journald.failed);
    }

    async fn list_units(&self) -> Result<Vec<String>, String> {
        let path = self.env.get("PATH");
        program::find_program("journalctl", path).ok_or("journalctl is not on PATH")?;
        let systemctl = program::find_program("systemctl", path).ok_or("systemctl is not on PATH")?;
        let mut arguments: Vec<String> = [
            "list-units",
            "--type=service",
            "--all",
            "--no-legend",
            "--plain",
            "--no-pager",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.extend(list_owner_words(self.owner).iter().map(|word| format!("*{word}*")));
        let text = program::run_program(&systemctl, &arguments, DEADLINE).await?;
        let units = text.lines().filter_map(|line| line.split_whitespace().next());
        Ok(units
            .filter(|unit| unit.ends_with(".service"))
            .map(str::to_owned)
            .collect())
    }

    async fn discover_kubernetes(&self, opened: &mut OpenedLogs) {
        let kubectl = match Kubectl::find(self.env, &self.kube_target) {
            Ok(kubectl) => kubectl,
            Err(why) => return opened.failed.push(build_failed_source("Kubernetes", why)),
        };
        let names = list_owner_words(self.owner).join(", ");
        for selector in [
            format!("app.kubernetes.io/name in ({names})"),
            format!("app in ({names})"),
        ] {
            match kubectl.list_pods(&selector).await {
                Ok(pods) if pods.is_empty() => {}
                Ok(pods) => {
                    opened
                        .feeds
                        .extend(pods.iter().map(|pod| kubectl.read(pod, self.recent_window())));
                    return;
                }
                Err(why) => return opened.failed.push(build_failed_source("Kubernetes (kubectl)", why)),
            }
        }
        let why = format!("no pod has the label app or app.kubernetes.io/name set to {names}");
        opened.failed.push(build_failed_source("Kubernetes (kubectl)", why));
    }

    fn discover_loki(&self, opened: &mut OpenedLogs) {
        let names = list_owner_words(self.owner).join("|");
        match self.open_loki(&format!("{{service_name=~\"(.*/)?({names})(-.*)?\"}}")) {
            Ok(feed) => opened.feeds.push(feed),
            Err(why) => opened.failed.push(build_failed_source("Loki", why)),
        }
    }
}

fn build_failed_source(what: impl Into<String>, why: String) -> FailedSource {
    FailedSource { what: what.into(), why }
}

/// The containers that write such a log: by image and command; of those, running ones and the last that ended.
pub(super) fn select_containers(all: &[DockerContainer], of: LogOwner) -> Vec<&DockerContainer> {
    let is = |listed: &DockerContainer, words: &[&str]| {
        let image = listed.image.rsplit('/').next().unwrap_or_default();
        let image = image.split([':', '@']).next().unwrap_or_default();
        let service = listed.compose_service().map_or("", |(_, service)| service);
        words.iter().any(|word| {
            [image, listed.name(), service]
                .iter()
                .any(|text| text.split(['-', '_', '.']).any(|part| part == *word) || text == word)
        })
    };
    let helper = |listed: &DockerContainer| HELPERS.iter().any(|word| listed.image.contains(word));
    let mut found: Vec<&DockerContainer> = all
        .iter()
        .filter(|listed| is(listed, list_owner_words(of)) && !helper(listed))
        .collect();
    if of == LogOwner::Generator {
        let alone: Vec<&DockerContainer> = found
            .iter()
            .copied()
            .filter(|listed| listed.command.contains("metrics-generator") || listed.name().contains("generator"))
            .collect();
        if !alone.is_empty() {
            found = alone;
        }
    }
    found
}

/// Images of the same family that are something else.
const HELPERS: &[&str] = &["tempo-vulture", "tempo-query", "tempo-cli"];

fn list_owner_words(of: LogOwner) -> &'static [&'static str] {
    match of {
        LogOwner::Tempo | LogOwner::Generator => &["tempo", "tempo-distributed"],
        LogOwner::Prometheus => &["prometheus", "mimir"],
        LogOwner::Grafana => &["grafana"],
        LogOwner::Collector => &[
            "otelcol",
            "otel",
            "collector",
            "opentelemetry-collector",
            "alloy",
            "agent",
        ],
    }
}

fn describe_owner(of: LogOwner) -> &'static str {
    match of {
        LogOwner::Tempo => "Tempo",
        LogOwner::Generator => "Tempo's metrics-generator",
        LogOwner::Prometheus => "Prometheus",
        LogOwner::Grafana => "Grafana",
        LogOwner::Collector => "a collector",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(image: &str, name: &str, command: &str) -> DockerContainer {
        DockerContainer {
            image: image.to_owned(),
            names: vec![format!("/{name}")],
            command: command.to_owned(),
            ..DockerContainer::default()
        }
    }

    #[test]
    fn containers_are_told_by_image_name_and_service() {
        let all = [
            listed(
                "grafana/tempo:3.0.3",
                "shop-tempo-1",
                "/tempo -config.file=/etc/tempo.yaml",
            ),
            listed("grafana/grafana:12", "grafana", "/run.sh"),
            listed(
                "docker.io/otel/opentelemetry-collector-contrib:0.161.0",
                "c",
                "/otelcol-contrib",
            ),
            listed("busybox", "my-tempo", "sh"),
            listed("grafana/tempo-vulture:3", "tempo-vulture", "/v"),
            listed("temporalio/server", "temporal", "x"),
            listed(
                "grafana/tempo:3.0.3",
                "metrics-generator",
                "/tempo -target=metrics-generator",
            ),
        ];
        let names = |of| {
            select_containers(&all, of)
                .iter()
                .map(|one| one.name().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names(LogOwner::Tempo),
            ["shop-tempo-1", "my-tempo", "metrics-generator"]
        );
        assert_eq!(names(LogOwner::Generator), ["metrics-generator"]);
        assert_eq!(names(LogOwner::Grafana), ["grafana"]);
        assert_eq!(names(LogOwner::Collector), ["c"]);
        assert!(names(LogOwner::Prometheus).is_empty());
    }
}
