//! In the Compose files, Tempo's receivers listen on addresses that senders can reach.

use crate::checks::Check;
use crate::checks::compose::{self, build_service_evidence, build_setting_evidence, tempo_service};
use telemetry::model::compose::{ComposeProject, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, Fact, Finding};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.compose-bind",
    title: "in the Compose files, Tempo's receivers listen on addresses that senders can reach",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut looked = 0;
    for (service, config) in tempo_service::find_services_running(project, "distributor") {
        looked += 1;
        if service.uses_host_network() {
            continue;
        }
        if let Some(finding) =
            find_loopback_listener(service, config).or_else(|| find_unlisted_protocol(project, service, config))
        {
            return finding.into();
        }
    }
    if looked == 0 {
        return CheckOutcome::not_applicable("no Tempo configuration with receivers was found");
    }
    CheckOutcome::pass("the receivers listen on every address of the container")
}

/// Receivers that only the container itself reaches. One of Jaeger's or Zipkin's counts where its port is published.
fn find_loopback_listener(service: &ComposeService, config: &MountedConfig) -> Option<Finding> {
    let all = tempo_service::list_listeners(config);
    let local: Vec<_> = all
        .iter()
        .filter(|one| one.is_local(service))
        .filter(|one| one.receiver == "otlp" || service.published_port(one.port).is_some())
        .collect();
    let first = local.first()?;
    let names: Vec<String> = local.iter().map(|one| one.name()).collect();
    let finding = Finding::broken(
        "receiver-localhost-bind",
        format!(
            "{} of the service {} listens on localhost inside its container, so no other container and no published port reaches it",
            names.join(" and "),
            service.name
        ),
    )
    .with_evidence_lines(local.iter().map(|one| build_setting_evidence(config, &one.pointer)));
    let finding = if first.endpoint.is_none() {
        finding.with_evidence_lines([compose::build_image_evidence(service)])
    } else {
        finding
    };
    if config.is_defaults() {
        return Some(
            finding
                .with_remedy("Tempo has no flags for its receivers. Mount a configuration and name it with -config.file:")
                .with_config(
                    "distributor:\n  receivers:\n    otlp:\n      protocols:\n        grpc:\n          endpoint: 0.0.0.0:4317\n        http:\n          endpoint: 0.0.0.0:4318",
                ),
        );
    }
    let lines = local.iter().map(|one| {
        let path = compose::render_pointer(one.pointer.trim_end_matches("/endpoint"));
        format!("{path}.endpoint: 0.0.0.0:{}", one.port)
    });
    Some(
        finding
            .with_remedy(format!("bind to all addresses in {}:", config.file))
            .with_config(lines.collect::<Vec<_>>().join("\n")),
    )
}

/// A published OTLP port, or a sender of this project, whose protocol is not listed.
fn find_unlisted_protocol(
    project: &ComposeProject,
    service: &ComposeService,
    config: &MountedConfig,
) -> Option<Finding> {
    let listed = tempo_service::list_listeners(config);
    for (protocol, port) in [("http", 4318), ("grpc", 4317)] {
        if listed.iter().any(|one| one.port == port) {
            continue;
        }
        let published = service.published_port(port);
        let sender = super::compose_ports::list_senders(project).into_iter().find(|sender| {
            sender.port == port
                && compose::resolve_host(project, sender.from, &sender.host) == compose::ResolvedHost::Service(service)
        });
        let wanted = match (published, &sender) {
            (Some(port), _) => build_service_evidence(service, &port.at, "ports", port.container),
            (None, Some(sender)) => compose::build_file_evidence(&sender.at, sender.name.clone(), sender.url.clone()),
            (None, None) => continue,
        };
        return Some(
            Finding::broken(
                "receiver-protocol-not-enabled",
                format!("port {port} of the service {} is used, but no receiver listens on it", service.name),
            )
            .with_evidence_lines([wanted, build_setting_evidence(config, &format!("/distributor/receivers/otlp/protocols/{protocol}"))])
            .with_remedy(format!("enable the protocol in {}:", config.file)).with_config(format!(
                    "distributor:\n  receivers:\n    otlp:\n      protocols:\n        {protocol}:\n          endpoint: 0.0.0.0:{port}"
                )),
        );
    }
    None
}
