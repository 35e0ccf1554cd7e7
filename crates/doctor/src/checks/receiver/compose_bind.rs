//! In the Compose files, Tempo's receivers listen on addresses that senders can reach.

use crate::checks::Check;
use crate::checks::compose::collector_service::list_senders_to;
use crate::checks::compose::tempo_service::{self, ReceiverListener};
use crate::checks::compose::{self, build_service_evidence, build_setting_evidence};
use telemetry::model::compose::{ComposeProject, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, Confidence, Fact, Finding, FindingLevel};
use telemetry::text::join_words;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.compose-bind",
    title: "in the Compose files, Tempo's receivers listen on addresses that senders can reach",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut looked = 0;
    let mut found = Vec::new();
    for (service, config) in tempo_service::find_services_running(project, "distributor") {
        looked += 1;
        if service.uses_host_network() || service.cluster.as_ref().is_some_and(|place| place.is_shared) {
            continue;
        }
        if let Some(outcome) = find_loopback_listeners(project, service, config) {
            found.push(outcome);
        } else {
            found.extend(
                find_unlisted_protocols(project, service, config)
                    .into_iter()
                    .map(CheckOutcome::from),
            );
        }
    }
    if looked == 0 {
        return CheckOutcome::not_applicable("no Tempo configuration with receivers was found");
    }
    CheckOutcome::of_findings(found)
        .unwrap_or_else(|| CheckOutcome::pass("the receivers listen on every address of the container"))
}

/// Receivers that only the container itself reaches. Spans are lost where no OTLP protocol is open, or where something here
/// sends to one that is not. A published port that nothing here uses is only deaf, one of Jaeger or Zipkin worth a note; and
/// one that nobody sees is no matter.
fn find_loopback_listeners(
    project: &ComposeProject,
    service: &ComposeService,
    config: &MountedConfig,
) -> Option<CheckOutcome> {
    let (local, open): (Vec<_>, Vec<_>) = tempo_service::list_listeners(config)
        .into_iter()
        .partition(|one| one.is_local(service));
    let is_otlp = |one: &&ReceiverListener| one.receiver == "otlp";
    let is_used = |one: &&ReceiverListener| is_sent_to(project, service, one.port);
    let is_closed = local.iter().any(|one| is_otlp(&one)) && !open.iter().any(|one| is_otlp(&one));
    let is_lost = is_closed || local.iter().any(|one| is_used(&one));
    let local: Vec<_> = local
        .iter()
        .filter(|one| service.published_port(one.port).is_some() || is_lost && is_otlp(one) || is_used(one))
        .collect();
    let first = local.first()?;
    let names: Vec<String> = local.iter().map(|one| one.name()).collect();
    let (verb, level) = (
        if local.len() == 1 { "listens" } else { "listen" },
        if is_lost {
            FindingLevel::Broken
        } else {
            FindingLevel::Degraded
        },
    );
    let summary = format!(
        "{} of {} {verb} on localhost inside its container, so no other {} reaches it",
        join_words(&names),
        compose::describe_service(service),
        if service.cluster.is_some() {
            "pod and no Service"
        } else {
            "container and no published port"
        }
    );
    let finding = Finding::new("receiver-localhost-bind", level, Confidence::Certain, summary)
        .with_evidence_lines(local.iter().map(|one| build_setting_evidence(config, &one.pointer)));
    let finding = if first.endpoint.is_none() {
        finding.with_evidence_lines([compose::build_image_evidence(service)])
    } else {
        finding
    };
    let settings: Vec<(String, String)> = local
        .iter()
        .map(|one| (one.pointer.clone(), format!("0.0.0.0:{}", one.port)))
        .collect();
    let finding = if config.is_defaults() {
        finding
            .with_remedy("Tempo has no flags for its receivers. Mount a configuration and name it with -config.file:")
    } else {
        finding.with_remedy(format!("bind to all addresses in {}:", config.file))
    };
    let finding = finding.with_config(compose::render_settings(&settings));
    Some(if is_lost || local.iter().any(is_otlp) {
        finding.into()
    } else {
        CheckOutcome::Warn(finding)
    })
}

/// True where something in this project names that port of the service.
fn is_sent_to(project: &ComposeProject, service: &ComposeService, port: u16) -> bool {
    let names_it = |other: &ComposeService| {
        other.addresses.iter().any(|named| {
            let Some(asked) = named.port else { return false };
            compose::resolve_address(project, other, &named.host, asked)
                == (compose::ResolvedHost::Service(service), port)
        })
    };
    !list_senders_to(project, service, port).is_empty() || project.services.iter().any(names_it)
}

/// Published OTLP ports, and those that this project sends to, whose protocol is not listed. Nothing is known to be lost where
/// nothing here sends to them and the other protocol is in use: the published port is only deaf.
fn find_unlisted_protocols(project: &ComposeProject, service: &ComposeService, config: &MountedConfig) -> Vec<Finding> {
    let listed = tempo_service::list_listeners(config);
    let is_in_use = listed.iter().any(|one| {
        one.receiver == "otlp" && (service.published_port(one.port).is_some() || is_sent_to(project, service, one.port))
    });
    let mut found = Vec::new();
    for (protocol, port) in [("http", 4318), ("grpc", 4317)] {
        if listed.iter().any(|one| one.port == port) {
            continue;
        }
        let published = service.published_port(port);
        let sender = compose::list_senders(project).into_iter().find(|sender| {
            compose::resolve_address(project, sender.from, &sender.host, sender.port)
                == (compose::ResolvedHost::Service(service), port)
        });
        let wanted = match (published, &sender) {
            (_, Some(sender)) => compose::build_file_evidence(&sender.at, sender.name.clone(), sender.url.clone()),
            (Some(port), None) => build_service_evidence(service, &port.at, "ports", port.container),
            (None, None) => continue,
        };
        let is_deaf_only = sender.is_none() && !is_sent_to(project, service, port) && is_in_use;
        let (level, verb) = match &sender {
            _ if is_deaf_only => (FindingLevel::Degraded, "published"),
            Some(_) => (FindingLevel::Broken, "used"),
            None => (FindingLevel::Broken, "published"),
        };
        let remedy = if is_deaf_only {
            format!("remove the port, or enable the protocol in {}:", config.file)
        } else {
            format!("enable the protocol in {}:", config.file)
        };
        found.push(
            Finding::new(
                "receiver-protocol-not-enabled",
                level,
                Confidence::Certain,
                format!("port {port} of {} is {verb}, but no receiver listens on it", compose::describe_service(service)),
            )
            .with_evidence_lines([
                wanted,
                build_setting_evidence(config, &format!("/distributor/receivers/otlp/protocols/{protocol}")),
            ])
            .with_remedy(remedy)
            .with_config(format!(
                "distributor:\n  receivers:\n    otlp:\n      protocols:\n        {protocol}:\n          endpoint: 0.0.0.0:{port}"
            )),
        );
    }
    found
}
