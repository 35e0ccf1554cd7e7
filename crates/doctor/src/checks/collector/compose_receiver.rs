//! In the Compose files, the collector's receivers listen where senders can reach them.

use crate::checks::Check;
use crate::checks::compose::collector_service::{
    self, CollectorListener, TraceRoutes, is_local_listener, list_collectors, list_senders_to,
};
use crate::checks::compose::{self, build_image_evidence, build_service_evidence, build_setting_evidence};
use telemetry::model::compose::{ComposeProject, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, EvidenceLine, Fact, Finding};
use telemetry::text::join_words;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.compose-receiver",
    title: "in the Compose files, the collector's receivers listen where senders can reach them",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut found = Vec::new();
    let mut passed = Vec::new();
    for (service, config) in list_collectors(project) {
        let routes = collector_service::read_routes(service, config);
        let before = found.len();
        found.extend(find_local_receivers(project, service, config, &routes));
        found.extend(find_deaf_ports(project, service, config, &routes));
        if found.len() == before {
            let reached = |one: &&CollectorListener| !is_local_listener(project, service, &one.listener);
            let names = routes.listeners.iter().filter(reached).map(|one| one.listener.name());
            passed.extend(names.map(|name| format!("{name} of {}", service.name)));
        }
    }
    match CheckOutcome::of_findings(found) {
        Some(outcome) => outcome,
        None if passed.is_empty() => CheckOutcome::not_applicable("no receiver of a collector was read"),
        None => CheckOutcome::pass(format!("receivers that others reach: {}", passed.join(", "))),
    }
}

/// Receivers that only their own container reaches, where somebody else is meant to.
fn find_local_receivers(
    project: &ComposeProject,
    service: &ComposeService,
    config: &MountedConfig,
    routes: &TraceRoutes,
) -> Option<Finding> {
    let traced = || routes.listeners.iter().filter(|one| one.has_traces);
    let is_local = |one: &&CollectorListener| is_local_listener(project, service, &one.listener);
    let is_wanted = |one: &&CollectorListener| {
        let port = one.listener.port;
        service.published_port(port).is_some() || !list_senders_to(project, service, port).is_empty()
    };
    let all_deaf = traced().all(|one| is_local(&one));
    let local: Vec<&CollectorListener> = traced()
        .filter(is_local)
        .filter(|one| all_deaf || is_wanted(one))
        .collect();
    let first = local.first()?;
    let names: Vec<String> = local.iter().map(|one| one.listener.name()).collect();
    let lines = local
        .iter()
        .map(|one| build_setting_evidence(config, &one.listener.pointer));
    let image = first.listener.endpoint.is_none().then(|| build_image_evidence(service));
    let settings: Vec<(String, String)> = local
        .iter()
        .map(|one| (one.listener.pointer.clone(), format!("0.0.0.0:{}", one.listener.port)))
        .collect();
    Some(
        Finding::broken(
            "collector-receiver-localhost",
            format!(
                "{} of {} {} on localhost inside its container, so nothing else can reach it",
                join_words(&names),
                service.name,
                if names.len() == 1 { "listens" } else { "listen" }
            ),
        )
        .with_evidence_lines(lines.chain(image))
        .with_remedy(format!(
            "bind to all addresses in {}:",
            config.location(&first.listener.pointer).file
        ))
        .with_config(collector_service::render_settings(service, &settings)),
    )
}

/// OTLP ports that are published or sent to, where no receiver listens.
fn find_deaf_ports(
    project: &ComposeProject,
    service: &ComposeService,
    config: &MountedConfig,
    routes: &TraceRoutes,
) -> Option<Finding> {
    if !routes.knows_every_port || service.uses_host_network() {
        return None;
    }
    let mut evidence: Vec<EvidenceLine> = Vec::new();
    let mut settings = Vec::new();
    let mut ports = Vec::new();
    let mut lost = routes.listeners.is_empty();
    let receiver = collector_service::find_otlp_receiver(service, config);
    for (protocol, port) in [("grpc", 4317), ("http", 4318)] {
        if routes.listeners.iter().any(|one| one.listener.port == port) {
            continue;
        }
        let senders = list_senders_to(project, service, port);
        lost |= !senders.is_empty();
        let published = service
            .published_port(port)
            .map(|published| build_service_evidence(service, &published.at, "ports", published.container));
        let wanted: Vec<EvidenceLine> = published
            .into_iter()
            .chain(senders.into_iter().map(|one| one.at))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        evidence.extend(wanted);
        ports.push(port.to_string());
        settings.push((format!("{receiver}/{protocol}/endpoint"), format!("0.0.0.0:{port}")));
    }
    if ports.is_empty() {
        return None;
    }
    evidence.push(build_setting_evidence(config, &receiver));
    let summary = format!(
        "port {} of {} is used, but no receiver listens on it",
        ports.join(" and "),
        compose::describe_service(service)
    );
    let finding = if lost {
        Finding::broken("receiver-protocol-not-enabled", summary)
    } else {
        Finding::degraded("receiver-protocol-not-enabled", summary)
    };
    Some(
        finding
            .with_evidence_lines(evidence)
            .with_remedy(format!("enable the protocol in {}:", config.location(&receiver).file))
            .with_config(collector_service::render_settings(service, &settings)),
    )
}
