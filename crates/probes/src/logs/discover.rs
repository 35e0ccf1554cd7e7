//! What is running here that writes such a log? Containers first, then units of systemd, then pods; Loki where one is given.

use std::time::Duration;

use stack::clients::logs::{LogFeed, program};
use telemetry::model::docker::DockerContainer;
use telemetry::parse::logs::{LogSource, component::LogOwner};

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
        opened.add(self.discover_docker().await);
        match self.list_units().await {
            Ok(units) => {
                for unit in units {
                    self.open_source(&LogSource::Journald(unit), &mut opened).await;
                }
            }
            Err(why) => opened.failed.push(FailedSource::new("journald", why)),
        }
        if opened.feeds.is_empty() {
            opened.add(self.discover_kubernetes().await);
        }
        if opened.feeds.is_empty() {
            opened.add(self.discover_loki());
        }
        opened
    }

    async fn discover_docker(&self) -> Result<Vec<LogFeed>, FailedSource> {
        let docker = docker_engine::find_engine(self.env).map_err(|problem| FailedSource::new("Docker", problem))?;
        let failed = |why: String| FailedSource::new(format!("Docker ({})", docker.address), why);
        let all = docker.list_containers().await;
        let all = all.map_err(|problem| failed(problem.to_string()))?;
        let found = select_containers(&all, self.owner);
        if found.is_empty() {
            let owner = describe_owner(self.owner);
            return Err(failed(format!("none of {} containers is {owner}", all.len())));
        }
        self.open_containers(&docker, &found).await.map_err(failed)
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
        let units = units.filter(|unit| unit.ends_with(".service")).map(str::to_owned);
        let units: Vec<String> = units.collect();
        if units.is_empty() {
            return Err(format!("no unit is named after {}", describe_owner(self.owner)));
        }
        Ok(units)
    }

    async fn discover_kubernetes(&self) -> Result<Vec<LogFeed>, FailedSource> {
        let kubectl = Kubectl::find(self.env, &self.kube_target).map_err(|why| FailedSource::new("Kubernetes", why))?;
        let failed = |why| FailedSource::new("Kubernetes (kubectl)", why);
        let names = list_owner_words(self.owner).join(", ");
        for label in ["app.kubernetes.io/name", "app"] {
            let pods = kubectl
                .list_pods(&format!("{label} in ({names})"))
                .await
                .map_err(failed)?;
            if !pods.is_empty() {
                return Ok(pods.iter().map(|pod| kubectl.read(pod, self.recent_window())).collect());
            }
        }
        let why = format!("no pod has the label app or app.kubernetes.io/name set to {names}");
        Err(failed(why))
    }

    fn discover_loki(&self) -> Result<Vec<LogFeed>, FailedSource> {
        let names = list_owner_words(self.owner).join("|");
        let feed = self.open_loki(&format!("{{service_name=~\"(.*/)?({names})(-.*)?\"}}"));
        feed.map(|feed| vec![feed])
            .map_err(|why| FailedSource::new("Loki", why))
    }
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
