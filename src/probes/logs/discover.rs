//! What is running here that writes such a log? Containers first, then units of systemd, then pods; Loki where one is given.

use std::time::Duration;

use crate::clients::logs::child;
use crate::model::docker::Listed;
use crate::parse::logs::part::Owner;

use super::engine;
use super::kubernetes::Kubectl;
use super::open::{Opened, Opener, Tried};

/// How long systemd may take to list its units.
const DEADLINE: Duration = Duration::from_secs(3);

impl Opener<'_> {
    /// Opens every log of that kind that is found on this machine; where there is none, in the cluster that kubectl knows; where
    /// there is none either, in the Loki that is given.
    pub async fn discover(&self) -> Opened {
        let mut opened = Opened::default();
        self.in_docker(&mut opened).await;
        self.in_journald(&mut opened).await;
        if opened.feeds.is_empty() {
            self.in_kubernetes(&mut opened).await;
        }
        if opened.feeds.is_empty() {
            self.in_loki(&mut opened);
        }
        opened
    }

    async fn in_docker(&self, opened: &mut Opened) {
        let docker = match engine::find(self.env) {
            Ok(docker) => docker,
            Err(problem) => return opened.failed.push(tried("Docker", problem.to_string())),
        };
        let what = format!("Docker ({})", docker.address);
        let all = match docker.containers().await {
            Ok(all) => all,
            Err(problem) => return opened.failed.push(tried(what, problem.to_string())),
        };
        let found = wanted(&all, self.of);
        if found.is_empty() {
            let why = format!("none of {} containers is {}", all.len(), name(self.of));
            return opened.failed.push(tried(what, why));
        }
        match self.containers(&docker, &found).await {
            Ok(feeds) => opened.feeds.extend(feeds),
            Err(why) => opened.failed.push(tried(what, why)),
        }
    }

    async fn in_journald(&self, opened: &mut Opened) {
        let units = match self.units().await {
            Ok(units) => units,
            Err(why) => return opened.failed.push(tried("journald", why)),
        };
        if units.is_empty() {
            return opened
                .failed
                .push(tried("journald", format!("no unit is named after {}", name(self.of))));
        }
        let sources: Vec<_> = units.into_iter().map(crate::parse::logs::Source::Journald).collect();
        let journald = self.named(&sources).await;
        opened.feeds.extend(journald.feeds);
        opened.failed.extend(journald.failed);
    }

    async fn units(&self) -> Result<Vec<String>, String> {
        let path = self.env.get("PATH");
        child::find("journalctl", path).ok_or("journalctl is not on PATH")?;
        let systemctl = child::find("systemctl", path).ok_or("systemctl is not on PATH")?;
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
        arguments.extend(words(self.of).iter().map(|word| format!("*{word}*")));
        let text = child::answer(&systemctl, &arguments, DEADLINE).await?;
        let units = text.lines().filter_map(|line| line.split_whitespace().next());
        Ok(units
            .filter(|unit| unit.ends_with(".service"))
            .map(str::to_owned)
            .collect())
    }

    async fn in_kubernetes(&self, opened: &mut Opened) {
        let kubectl = match Kubectl::find(self.env, &self.place) {
            Ok(kubectl) => kubectl,
            Err(why) => return opened.failed.push(tried("Kubernetes", why)),
        };
        let names = words(self.of).join(", ");
        for selector in [
            format!("app.kubernetes.io/name in ({names})"),
            format!("app in ({names})"),
        ] {
            match kubectl.pods(&selector).await {
                Ok(pods) if pods.is_empty() => {}
                Ok(pods) => {
                    opened
                        .feeds
                        .extend(pods.iter().map(|pod| kubectl.read(pod, self.recent())));
                    return;
                }
                Err(why) => return opened.failed.push(tried("Kubernetes (kubectl)", why)),
            }
        }
        let why = format!("no pod has the label app or app.kubernetes.io/name set to {names}");
        opened.failed.push(tried("Kubernetes (kubectl)", why));
    }

    fn in_loki(&self, opened: &mut Opened) {
        let names = words(self.of).join("|");
        match self.loki(&format!("{{service_name=~\"(.*/)?({names})(-.*)?\"}}")) {
            Ok(feed) => opened.feeds.push(feed),
            Err(why) => opened.failed.push(tried("Loki", why)),
        }
    }
}

fn tried(what: impl Into<String>, why: String) -> Tried {
    Tried { what: what.into(), why }
}

/// The containers that write such a log: by image and command; of those, running ones and the last that ended.
pub(super) fn wanted(all: &[Listed], of: Owner) -> Vec<&Listed> {
    let is = |listed: &Listed, words: &[&str]| {
        let image = listed.image.rsplit('/').next().unwrap_or_default();
        let image = image.split([':', '@']).next().unwrap_or_default();
        let service = listed.compose().map_or("", |(_, service)| service);
        words.iter().any(|word| {
            [image, listed.name(), service]
                .iter()
                .any(|text| text.split(['-', '_', '.']).any(|part| part == *word) || text == word)
        })
    };
    let helper = |listed: &Listed| HELPERS.iter().any(|word| listed.image.contains(word));
    let mut found: Vec<&Listed> = all
        .iter()
        .filter(|listed| is(listed, words(of)) && !helper(listed))
        .collect();
    if of == Owner::Generator {
        let alone: Vec<&Listed> = found
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

fn words(of: Owner) -> &'static [&'static str] {
    match of {
        Owner::Tempo | Owner::Generator => &["tempo", "tempo-distributed"],
        Owner::Prometheus => &["prometheus", "mimir"],
        Owner::Grafana => &["grafana"],
        Owner::Collector => &[
            "otelcol",
            "otel",
            "collector",
            "opentelemetry-collector",
            "alloy",
            "agent",
        ],
    }
}

fn name(of: Owner) -> &'static str {
    match of {
        Owner::Tempo => "Tempo",
        Owner::Generator => "Tempo's metrics-generator",
        Owner::Prometheus => "Prometheus",
        Owner::Grafana => "Grafana",
        Owner::Collector => "a collector",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(image: &str, name: &str, command: &str) -> Listed {
        Listed {
            image: image.to_owned(),
            names: vec![format!("/{name}")],
            command: command.to_owned(),
            ..Listed::default()
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
            wanted(&all, of)
                .iter()
                .map(|one| one.name().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(Owner::Tempo), ["shop-tempo-1", "my-tempo", "metrics-generator"]);
        assert_eq!(names(Owner::Generator), ["metrics-generator"]);
        assert_eq!(names(Owner::Grafana), ["grafana"]);
        assert_eq!(names(Owner::Collector), ["c"]);
        assert!(names(Owner::Prometheus).is_empty());
    }
}
