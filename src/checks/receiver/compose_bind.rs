//! In the Compose files, Tempo's receivers listen on addresses that senders can reach.

use crate::checks::compose::{self, setting, tempo};
use crate::checks::{Check, View};
use crate::model::compose::{ConfigFile, Project, Service};
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.compose-bind",
    hop: Hop::Receiver,
    title: "in the Compose files, Tempo's receivers listen on addresses that senders can reach",
    needs: &[&[Fact::Compose]],
    causes: &["receiver-localhost-bind", "receiver-protocol-not-enabled"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let mut looked = 0;
    for (service, config) in tempo::running(project, "distributor") {
        looked += 1;
        if service.on_host() {
            continue;
        }
        if let Some(finding) = local(service, config).or_else(|| unlisted(project, service, config)) {
            return finding.into();
        }
    }
    if looked == 0 {
        return Outcome::not_applicable("no Tempo configuration with receivers was found");
    }
    Outcome::pass("the receivers listen on every address of the container")
}

/// Receivers that only the container itself reaches. One of Jaeger's or Zipkin's counts where its port is published.
fn local(service: &Service, config: &ConfigFile) -> Option<Finding> {
    let all = tempo::listeners(config);
    let local: Vec<_> = all
        .iter()
        .filter(|one| one.is_local(service))
        .filter(|one| one.receiver == "otlp" || service.published(one.port).is_some())
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
    .seen_all(local.iter().map(|one| setting(config, &one.pointer)));
    let finding = if first.endpoint.is_none() {
        finding.seen_all([compose::image(service)])
    } else {
        finding
    };
    let lines = local.iter().map(|one| {
        let path = compose::dotted(one.pointer.trim_end_matches("/endpoint"));
        format!("{path}.endpoint: 0.0.0.0:{}", one.port)
    });
    Some(finding.fix(
        format!("bind to all addresses in {}:", config.file),
        Some(lines.collect::<Vec<_>>().join("\n")),
        None,
    ))
}

/// A published OTLP port, or a sender of this project, whose protocol is not listed.
fn unlisted(project: &Project, service: &Service, config: &ConfigFile) -> Option<Finding> {
    let listed = tempo::listeners(config);
    for (protocol, port) in [("http", 4318), ("grpc", 4317)] {
        if listed.iter().any(|one| one.port == port) {
            continue;
        }
        let published = service.published(port);
        let sender = super::compose_ports::senders(project).into_iter().find(|sender| {
            sender.port == port
                && compose::reach(project, sender.from, &sender.host) == compose::Reached::Service(service)
        });
        let wanted = match (published, &sender) {
            (Some(port), _) => compose::line(&port.at, format!("services.{}.ports", service.name), port.container),
            (None, Some(sender)) => compose::line(&sender.at, sender.name.clone(), sender.url.clone()),
            (None, None) => continue,
        };
        return Some(
            Finding::broken(
                "receiver-protocol-not-enabled",
                format!("port {port} of the service {} is used, but no receiver listens on it", service.name),
            )
            .seen_all([wanted, setting(config, &format!("/distributor/receivers/otlp/protocols/{protocol}"))])
            .fix(
                format!("enable the protocol in {}:", config.file),
                Some(format!(
                    "distributor:\n  receivers:\n    otlp:\n      protocols:\n        {protocol}:\n          endpoint: 0.0.0.0:{port}"
                )),
                None,
            ),
        );
    }
    None
}
