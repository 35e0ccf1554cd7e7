//! In the Compose files, senders can reach an OTLP receiver: by a published port, or in the same network.

use crate::checks::Check;
use crate::checks::compose::{self, build_service_evidence, collector_service, tempo_service};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService};
use telemetry::model::{CheckOutcome, Fact, Finding};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.compose-ports",
    title: "in the Compose files, senders can reach an OTLP receiver",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let services: Vec<_> = tempo_service::find_services_running(project, "distributor").collect();
    let Some((service, config)) = services.first() else {
        return CheckOutcome::not_applicable("no Tempo configuration with receivers was found");
    };
    if services.iter().any(|(service, _)| service.uses_host_network()) {
        return CheckOutcome::pass("Tempo uses the host's network");
    }
    let listeners = tempo_service::list_listeners(config);
    let otlp = listeners.iter().filter(|one| one.receiver == "otlp");
    let ports: Vec<u16> = otlp.map(|one| one.port).collect();
    if listeners.iter().any(|one| service.published_port(one.port).is_some()) {
        return find_crossed_ports(service, &ports).map_or_else(
            || CheckOutcome::pass(format!("{} publishes a port of a receiver", service.name)),
            CheckOutcome::from,
        );
    }
    let reached = services.iter().find_map(|(service, _)| find_way_in(project, service));
    if let Some(way) = reached {
        return CheckOutcome::pass(way);
    }
    let published = service
        .ports
        .iter()
        .map(|port| build_service_evidence(service, &port.at, "ports", port.container));
    let none = service
        .ports
        .is_empty()
        .then(|| build_service_evidence(service, &service.at, "ports", "not set"));
    let settings: Vec<String> = listeners
        .iter()
        .map(|one| format!("\n      - \"{0}:{0}\"", one.port))
        .collect();
    Finding::degraded(
        "docker-port-not-published",
        format!(
            "the service {} publishes no port of a receiver, and nothing in this project is seen to send to it from inside",
            service.name
        ),
    )
    .with_evidence_lines(published.chain(none))
    .with_remedy(format!("publish the ports in {}:", service.at.file))
    .with_config(format!("services:\n  {}:\n    ports:{}", service.name, settings.concat()))
    .into()
}

/// Programs that send no traces, by the end of their image's name.
const SILENT_IMAGES: [&str; 17] = [
    "alertmanager",
    "alpine",
    "busybox",
    "cadvisor",
    "grafana-image-renderer",
    "mariadb",
    "mc",
    "memcached",
    "minio",
    "mongo",
    "mysql",
    "node-exporter",
    "postgres",
    "promtail",
    "pyroscope",
    "redis",
    "zookeeper",
];

/// How senders reach a Tempo that publishes no port of a receiver.
fn find_way_in(project: &ComposeProject, tempo: &ComposeService) -> Option<String> {
    let shares = |other: &ComposeService| {
        other.network_mode.is_some() || other.networks.iter().any(|network| tempo.networks.contains(network))
    };
    let names = |host: &String| *host == tempo.name || tempo.aliases.contains(host);
    let others = || {
        project
            .services
            .iter()
            .filter(|other| other.name != tempo.name && shares(other))
    };
    if let Some(network) = tempo
        .networks
        .iter()
        .find(|network| project.shared_networks.contains(network))
    {
        return Some(format!("other projects may send over the network {network}"));
    }
    for other in others() {
        let is_collector = matches!(other.role, ComposeRole::Collector | ComposeRole::Alloy);
        let stands_before = match other.config() {
            Some(config) if is_collector => collector_service::read_routes(other, config).has_traces,
            _ => is_collector,
        };
        if stands_before {
            return Some(format!(
                "{} receives traces and stands before {}",
                other.name, tempo.name
            ));
        }
        if let Some(named) = other
            .addresses
            .iter()
            .find(|address| names(&address.host) && address.port != Some(tempo_service::find_http_port(tempo)))
            && other.role != ComposeRole::Tempo
        {
            return Some(format!("{} sends to {} ({})", other.name, tempo.name, named.at));
        }
    }
    others()
        .find(|other| other.role == ComposeRole::Other && may_send(other))
        .map(|other| format!("{} may send to {} from inside", other.name, tempo.name))
}

/// True for a program that may be instrumented.
fn may_send(service: &ComposeService) -> bool {
    let Some(image) = service.image.as_ref().filter(|_| !service.built) else {
        return true;
    };
    let name = image.value.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    !SILENT_IMAGES.contains(&last.split(':').next().unwrap_or_default())
}

/// The gRPC port of the host leads to the HTTP port inside, or the other way round.
fn find_crossed_ports(service: &ComposeService, ports: &[u16]) -> Option<Finding> {
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
        .with_evidence_lines([build_service_evidence(
            service,
            &port.at,
            "ports",
            format!("{outside}:{}", port.container),
        )])
        .with_remedy("map the host port to the same container port:")
        .with_config(format!("\"{outside}:{outside}\"")),
    )
}
