//! In the Compose files, the generator writes to a server that exists.

use crate::checks::compose::reach::{host_and_port, is_open};
use crate::checks::compose::{self, Reached, line, reach, setting, tempo};
use crate::checks::{Check, View};
use crate::model::compose::{ConfigFile, Project, Role, Service};
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "remote-write.compose-url",
    hop: Hop::RemoteWrite,
    title: "in the Compose files, the generator writes to a server that exists",
    needs: &[&[Fact::Compose]],
    causes: &["rw-no-endpoint", "rw-wrong-url", "net-unreachable"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let Some((service, config)) = tempo::running(project, "metrics-generator").next() else {
        return Outcome::not_applicable("no Tempo configuration with a metrics-generator was found");
    };
    let urls = tempo::remote_write(config);
    let on = tempo::processors(config).is_some_and(|(_, list)| !list.is_empty());
    if urls.is_empty() {
        return if on {
            no_endpoint(project, config)
        } else {
            Outcome::not_applicable("metrics from spans are not configured in these files")
        };
    }
    for (pointer, url) in &urls {
        if is_open(url) {
            continue;
        }
        if let Some(finding) = wrong(project, service, config, pointer, url) {
            return finding.into();
        }
    }
    let list: Vec<&str> = urls.iter().map(|(_, url)| url.as_str()).collect();
    Outcome::pass(format!("writes to {}", list.join(", ")))
}

fn no_endpoint(project: &Project, config: &ConfigFile) -> Outcome {
    let to = project
        .of(Role::Prometheus)
        .next()
        .map_or("prometheus", |service| service.name.as_str());
    Finding::broken(
        "rw-no-endpoint",
        "the generator produces metrics but has no address to write them to",
    )
    .seen_all([setting(config, "/metrics_generator/storage/remote_write")])
    .fix(
        format!("add a remote-write address in {}:", config.file),
        Some(format!(
            "metrics_generator:\n  storage:\n    remote_write:\n      - url: http://{to}:9090/api/v1/write"
        )),
        None,
    )
    .into()
}

fn wrong(project: &Project, service: &Service, config: &ConfigFile, pointer: &str, url: &str) -> Option<Finding> {
    let (host, port) = host_and_port(url);
    let prometheus = project.of(Role::Prometheus).next();
    let named = prometheus.map_or("prometheus", |service| service.name.as_str());
    let better = format!("- url: http://{named}:9090/api/v1/write");
    let finding = |summary: String| {
        Finding::broken("rw-wrong-url", summary)
            .seen_all([setting(config, pointer)])
            .fix(
                format!("write to Prometheus by its service name in {}:", config.file),
                Some(better.clone()),
                None,
            )
    };
    match reach(project, service, &host) {
        Reached::Itself => Some(finding(format!(
            "the generator writes to {url}, which is Tempo itself inside the container of {}",
            service.name
        ))),
        Reached::Nobody => Some(finding(format!(
            "the generator writes to {url}, but no service is named {host}"
        ))),
        Reached::Apart(other) => Some(
            Finding::broken(
                "net-unreachable",
                format!("{} and {} share no network", service.name, other.name),
            )
            .seen_all([
                setting(config, pointer),
                line(
                    &other.at,
                    format!("services.{}.networks", other.name),
                    other.networks.join(", "),
                ),
            ]),
        ),
        Reached::Service(other) if other.role == Role::Prometheus => {
            let listens = port_of(other);
            if port != listens {
                return Some(finding(format!(
                    "the generator writes to port {port} of {}, but Prometheus listens on {listens}",
                    other.name
                )));
            }
            let path = url
                .split_once("://")
                .map_or(url, |(_, rest)| rest)
                .split_once('/')
                .map_or("", |(_, path)| path);
            (!path.trim_end_matches('/').ends_with("api/v1/write")).then(|| {
                finding(format!(
                    "{url} has the wrong path: Prometheus does not accept remote write there"
                ))
            })
        }
        _ => None,
    }
}

/// The port Prometheus listens on, by its flag.
pub fn port_of(prometheus: &Service) -> u16 {
    prometheus
        .flag("web.listen-address")
        .and_then(|flag| flag.value.rsplit_once(':')?.1.parse().ok())
        .unwrap_or(9090)
}

/// The Prometheus of this project that the generator writes to; where the address is not understood, the only one there is.
pub fn written_to(project: &Project) -> Option<&Service> {
    let (service, config) = tempo::running(project, "metrics-generator").next()?;
    let urls = tempo::remote_write(config);
    let mut behind = urls
        .iter()
        .filter_map(|(_, url)| match reach(project, service, &host_and_port(url).0) {
            Reached::Service(other) => Some(other),
            _ => None,
        });
    match behind.next() {
        Some(other) => Some(other).filter(|other| other.role == Role::Prometheus),
        None if urls.is_empty() => None,
        None => {
            let mut all = project.of(Role::Prometheus);
            all.next().filter(|_| all.next().is_none())
        }
    }
}
