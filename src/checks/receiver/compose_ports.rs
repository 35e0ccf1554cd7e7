//! In the Compose files, senders can reach an OTLP receiver: by a published port, or in the same network.

use crate::checks::compose::reach::{host_and_port, is_open};
use crate::checks::compose::{self, Reached, line, reach, tempo};
use crate::checks::{Check, View};
use crate::model::compose::{Place, Project, Role, Service};
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.compose-ports",
    hop: Hop::Receiver,
    title: "in the Compose files, senders can reach an OTLP receiver",
    needs: &[&[Fact::Compose]],
    causes: &["docker-port-not-published"],
    judge,
};

/// A service that sends traces somewhere, by its environment.
pub struct Sender<'a> {
    /// Who.
    pub from: &'a Service,
    /// The variable.
    pub name: String,
    /// Its value.
    pub url: String,
    /// The host in it.
    pub host: String,
    /// The port in it.
    pub port: u16,
    /// Where it stands.
    pub at: Place,
}

/// Every service whose environment names where traces go. What Tempo's own processes send about themselves does not count.
pub fn senders(project: &Project) -> Vec<Sender<'_>> {
    const NAMES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
    let of = |service: &Service| {
        NAMES.iter().find_map(|name| {
            let spot = service.environment.get(*name)?;
            let value = spot.value.clone().filter(|value| !is_open(value))?;
            Some(((*name).to_owned(), value, spot.at.clone()))
        })
    };
    project
        .services
        .iter()
        .filter(|service| service.role == Role::Other)
        .filter_map(|service| {
            let (name, url, at) = of(service)?;
            let (host, port) = host_and_port(&url);
            Some(Sender {
                from: service,
                name,
                url,
                host,
                port,
                at,
            })
        })
        .collect()
}

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let Some((service, config)) = tempo::running(project, "distributor").next() else {
        return Outcome::not_applicable("no Tempo configuration with receivers was found");
    };
    if service.on_host() {
        return Outcome::pass("Tempo uses the host's network");
    }
    let ports: Vec<u16> = tempo::listeners(config)
        .iter()
        .filter(|one| one.receiver == "otlp")
        .map(|one| one.port)
        .collect();
    let published = ports.iter().any(|port| service.published(*port).is_some());
    // A collector stands before it, or an application sends from inside.
    let collector = project.of(Role::Collector).chain(project.of(Role::Alloy)).next();
    let inside = senders(project)
        .into_iter()
        .any(|sender| matches!(reach(project, sender.from, &sender.host), Reached::Service(_)));
    if published {
        return crossed(service, &ports)
            .map_or_else(|| Outcome::pass("an OTLP port of Tempo is published"), Outcome::from);
    }
    if let Some(collector) = collector.filter(|collector| !collector.ports.is_empty()) {
        return Outcome::pass(format!("senders reach {}, which forwards to Tempo", collector.name));
    }
    if inside {
        return Outcome::pass("applications in this project send from inside its network");
    }
    let finding = Finding::broken(
        "docker-port-not-published",
        format!(
            "the service {} publishes no OTLP port, and no service in this project sends to it from inside: no sender can reach it",
            service.name
        ),
    )
    .seen_all(
        service
            .ports
            .iter()
            .map(|port| line(&port.at, format!("services.{}.ports", service.name), port.container)),
    );
    let finding = if service.ports.is_empty() {
        finding.seen_all([line(&service.at, format!("services.{}.ports", service.name), "not set")])
    } else {
        finding
    };
    finding
        .fix(
            format!("publish the ports in {}:", compose::file_name(project)),
            Some(format!(
                "services:\n  {}:\n    ports:\n      - \"4317:4317\"\n      - \"4318:4318\"",
                service.name
            )),
            None,
        )
        .into()
}

/// The gRPC port of the host leads to the HTTP port inside, or the other way round.
fn crossed(service: &Service, ports: &[u16]) -> Option<Finding> {
    let port = service.ports.iter().find(|port| {
        let outside = port.host.unwrap_or(port.container);
        matches!(outside, 4317 | 4318)
            && outside != port.container
            && port.protocol != "udp"
            && (ports.contains(&outside) || !ports.contains(&port.container))
    })?;
    let outside = port.host?;
    Some(
        Finding::broken(
            "docker-port-not-published",
            format!(
                "host port {outside} maps to port {} of {}, which does not accept that OTLP protocol",
                port.container, service.name
            ),
        )
        .seen_all([line(
            &port.at,
            format!("services.{}.ports", service.name),
            format!("{outside}:{}", port.container),
        )])
        .fix(
            "map the host port to the same container port:",
            Some(format!("\"{outside}:{outside}\"")),
            None,
        ),
    )
}
