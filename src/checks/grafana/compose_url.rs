//! In the Compose files, Grafana's data sources point at Tempo and Prometheus.

use serde_json::Value;

use crate::checks::compose::reach::{host_and_port, is_open};
use crate::checks::compose::{self, Reached, reach, setting, tempo};
use crate::checks::remote_write::compose_url::port_of;
use crate::checks::{Check, View};
use crate::model::compose::{ConfigFile, Project, Role, Service};
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.compose-url",
    hop: Hop::Grafana,
    title: "in the Compose files, Grafana's data sources point at their servers",
    needs: &[&[Fact::Compose]],
    causes: &[
        "ds-localhost",
        "ds-wrong-port",
        "ds-url-with-path",
        "ds-access-direct",
        "net-unreachable",
    ],
    judge,
};

/// A data source of a provisioning file.
pub struct Provisioned<'a> {
    /// The Grafana that reads it.
    pub grafana: &'a Service,
    /// The file.
    pub config: &'a ConfigFile,
    /// Its JSON pointer.
    pub at: String,
    /// The entry.
    pub entry: &'a Value,
}

impl Provisioned<'_> {
    /// `tempo`, `prometheus`, …
    pub fn kind(&self) -> &str {
        self.entry["type"].as_str().unwrap_or_default()
    }

    /// The name in menus.
    pub fn name(&self) -> &str {
        self.entry["name"].as_str().unwrap_or_default()
    }

    /// The uid, where one is written out.
    pub fn uid(&self) -> Option<&str> {
        self.entry["uid"].as_str().filter(|uid| !uid.is_empty())
    }
}

/// Every data source that the project provisions.
pub fn provisioned(project: &Project) -> Vec<Provisioned<'_>> {
    let mut all = Vec::new();
    for grafana in project.of(Role::Grafana) {
        for config in &grafana.configs {
            let list = config.at("/datasources").and_then(Value::as_array);
            for (index, entry) in list.into_iter().flatten().enumerate() {
                all.push(Provisioned {
                    grafana,
                    config,
                    at: format!("/datasources/{index}"),
                    entry,
                });
            }
        }
    }
    all
}

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let all = provisioned(project);
    let led: Vec<_> = all
        .iter()
        .filter(|one| matches!(one.kind(), "tempo" | "prometheus"))
        .collect();
    if led.is_empty() {
        return Outcome::not_applicable("these files provision no Tempo or Prometheus data source");
    }
    for one in &led {
        if let Some(finding) = wrong(project, one) {
            return finding.into();
        }
    }
    let names: Vec<&str> = led.iter().map(|one| one.name()).collect();
    Outcome::pass(format!("data sources point at their servers: {}", names.join(", ")))
}

fn wrong(project: &Project, one: &Provisioned<'_>) -> Option<Finding> {
    let pointer = format!("{}/url", one.at);
    let url = one.config.text(&pointer).filter(|url| !is_open(url))?;
    let role = if one.kind() == "tempo" {
        Role::Tempo
    } else {
        Role::Prometheus
    };
    let server = project.of(role).next();
    let right = server.map(|server| format!("http://{}:{}", server.name, port(server)));
    let fix = |finding: Finding| {
        let finding = finding.seen_all([setting(one.config, &pointer)]);
        match &right {
            Some(right) => finding.fix(
                format!("correct the address in {}:", one.config.file),
                Some(format!("url: {right}")),
                None,
            ),
            None => finding,
        }
    };
    if one.entry["access"].as_str() == Some("direct") {
        return Some(
            Finding::degraded(
                "ds-access-direct",
                format!(
                    "the browser queries the data source \"{}\" directly, bypassing Grafana",
                    one.name()
                ),
            )
            .seen_all([setting(one.config, &format!("{}/access", one.at))])
            .fix(
                "have Grafana's server send the queries:",
                Some("access: proxy".to_owned()),
                None,
            ),
        );
    }
    let (host, asked) = host_and_port(url);
    match reach(project, one.grafana, &host) {
        Reached::Itself => Some(fix(Finding::broken(
            "ds-localhost",
            format!(
                "the data source \"{}\" points at {url}, which inside Grafana's container is Grafana itself",
                one.name()
            ),
        ))),
        Reached::Nobody => Some(fix(Finding::broken(
            "net-unreachable",
            format!(
                "the data source \"{}\" points at {url}, but no service is named {host}",
                one.name()
            ),
        ))),
        Reached::Apart(other) => Some(fix(Finding::broken(
            "net-unreachable",
            format!(
                "the data source \"{}\" points at {url}, but Grafana shares no network with {}",
                one.name(),
                other.name
            ),
        ))),
        Reached::Service(other) if other.role == role => {
            if asked != port(other) {
                return Some(fix(Finding::broken(
                    "ds-wrong-port",
                    format!(
                        "the data source \"{}\" points at port {asked}, but {} listens on {}",
                        one.name(),
                        other.name,
                        port(other)
                    ),
                )));
            }
            with_path(other, url).then(|| {
                fix(Finding::broken(
                    "ds-url-with-path",
                    format!(
                        "the data source \"{}\" has a path in its address, {url}, and Grafana adds its own path to it",
                        one.name()
                    ),
                ))
            })
        }
        _ => None,
    }
}

fn port(server: &Service) -> u16 {
    if server.role == Role::Tempo {
        tempo::http_port(server)
    } else {
        port_of(server)
    }
}

/// A path that is no prefix of this server.
fn with_path(server: &Service, url: &str) -> bool {
    let path = url
        .split_once("://")
        .map_or(url, |(_, rest)| rest)
        .split_once('/')
        .map_or("", |(_, path)| path);
    let path = path.trim_matches('/');
    let prefix = match server.role {
        Role::Tempo => server
            .config()
            .and_then(|config| config.text("/http_api_prefix"))
            .unwrap_or_default()
            .to_owned(),
        _ => server
            .flag("web.route-prefix")
            .or_else(|| server.flag("web.external-url"))
            .map_or_else(String::new, |flag| flag.value),
    };
    !path.is_empty() && !prefix.trim_matches('/').ends_with(path)
}
