//! In the Compose files, senders can reach an OTLP receiver: by a published port, or in the same network.

use crate::checks::Check;
use crate::checks::compose::host_resolution::has_unset_variable;
use crate::checks::compose::{self, ResolvedHost, build_service_evidence, resolve_host, tempo_service};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, FileLocation};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::authority::Authority;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.compose-ports",
    title: "in the Compose files, senders can reach an OTLP receiver",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

/// A service that sends traces somewhere, by its environment.
pub struct ComposeSender<'a> {
    /// Who.
    pub from: &'a ComposeService,
    /// The variable.
    pub name: String,
    /// Its value.
    pub url: String,
    /// The host in it.
    pub host: String,
    /// The port in it.
    pub port: u16,
    /// Where it stands.
    pub at: FileLocation,
}

/// Every service whose environment names where traces go. What Tempo's own processes send about themselves does not count.
pub fn list_senders(project: &ComposeProject) -> Vec<ComposeSender<'_>> {
    const NAMES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
    let of = |service: &ComposeService| {
        NAMES.iter().find_map(|name| {
            let spot = service.environment.get(*name)?;
            let value = spot.value.clone().filter(|value| !has_unset_variable(value))?;
            Some(((*name).to_owned(), value, spot.at.clone()))
        })
    };
    project
        .services
        .iter()
        .filter(|service| service.role == ComposeRole::Other)
        .filter_map(|service| {
            let (name, url, at) = of(service)?;
            let Authority { host, port } = Authority::parse(&url);
            Some(ComposeSender {
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

fn judge(project: &ComposeProject) -> CheckOutcome {
    let Some((service, config)) = tempo_service::find_services_running(project, "distributor").next() else {
        return CheckOutcome::not_applicable("no Tempo configuration with receivers was found");
    };
    if service.uses_host_network() {
        return CheckOutcome::pass("Tempo uses the host's network");
    }
    let ports: Vec<u16> = tempo_service::list_listeners(config)
        .iter()
        .filter(|one| one.receiver == "otlp")
        .map(|one| one.port)
        .collect();
    let published = ports.iter().any(|port| service.published_port(*port).is_some());
    // A collector stands before it, or an application sends from inside.
    let collector = project
        .services_with_role(ComposeRole::Collector)
        .chain(project.services_with_role(ComposeRole::Alloy))
        .next();
    let inside = list_senders(project).into_iter().any(|sender| {
        matches!(
            resolve_host(project, sender.from, &sender.host),
            ResolvedHost::Service(_)
        )
    });
    if published {
        return find_crossed_ports(service, &ports).map_or_else(
            || CheckOutcome::pass("an OTLP port of Tempo is published"),
            CheckOutcome::from,
        );
    }
    if let Some(collector) = collector.filter(|collector| !collector.ports.is_empty()) {
        return CheckOutcome::pass(format!("senders reach {}, which forwards to Tempo", collector.name));
    }
    if inside {
        return CheckOutcome::pass("applications in this project send from inside its network");
    }
    let finding = Finding::broken(
        "docker-port-not-published",
        format!(
            "the service {} publishes no OTLP port, and no service in this project sends to it from inside: no sender can reach it",
            service.name
        ),
    )
    .with_evidence_lines(
        service
            .ports
            .iter()
            .map(|port| build_service_evidence(service, &port.at, "ports", port.container)),
    );
    let finding = if service.ports.is_empty() {
        finding.with_evidence_lines([build_service_evidence(service, &service.at, "ports", "not set")])
    } else {
        finding
    };
    finding
        .with_remedy(format!("publish the ports in {}:", compose::find_file_name(project)))
        .with_config(format!(
            "services:\n  {}:\n    ports:\n      - \"4317:4317\"\n      - \"4318:4318\"",
            service.name
        ))
        .into()
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
