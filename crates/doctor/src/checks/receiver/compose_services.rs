//! In the manifests, Services of Kubernetes lead to a receiver.

use crate::checks::Check;
use crate::checks::compose::{self, build_file_evidence, build_setting_evidence, collector_service, tempo_service};
use telemetry::model::compose::{
    ClusterPort, ClusterService, ComposeProject, ComposeRole, ComposeService, MountedConfig,
};
use telemetry::model::{CheckOutcome, Confidence, Fact, Finding, FindingLevel};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.compose-services",
    title: "in the manifests, Services lead to a receiver",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

const CAUSE: &str = "k8s-service-port-missing";

fn judge(project: &ComposeProject) -> CheckOutcome {
    let receives = |role| matches!(role, ComposeRole::Tempo | ComposeRole::Collector | ComposeRole::Alloy);
    let receivers: Vec<&ComposeService> = project
        .services
        .iter()
        .filter(|one| one.cluster.is_some() && receives(one.role))
        .collect();
    let all: Vec<&ClusterService> = project
        .cluster_services
        .iter()
        .filter(|one| !one.is_ambiguous && !one.selector.is_empty())
        .collect();
    let mut found = Vec::new();
    let mut judged = Vec::new();
    for service in &all {
        let behind: Vec<&ComposeService> = receivers
            .iter()
            .copied()
            .filter(|one| service.workloads.contains(&one.name))
            .collect();
        if service.workloads.is_empty() {
            found.extend(find_missed_pod(project, service, &receivers));
        }
        if behind.is_empty() {
            continue;
        }
        judged.push(service.name.as_str());
        found.extend(find_dead_port(service, &behind));
        found.extend(
            service
                .ports
                .iter()
                .find_map(|port| find_crossed_port(project, service, port)),
        );
    }
    found.extend(receivers.iter().filter_map(|one| find_hidden_receiver(one, &all)));
    if let Some(outcome) = CheckOutcome::of_findings(found) {
        return outcome;
    }
    if judged.is_empty() {
        return CheckOutcome::not_applicable("no Service in these files leads to Tempo or a collector");
    }
    CheckOutcome::pass(format!("Services lead to their pods: {}", judged.join(", ")))
}

/// A port by name that no container of the pod has.
fn find_dead_port(service: &ClusterService, behind: &[&ComposeService]) -> Option<Finding> {
    let dead = service.ports.iter().find(|port| port.is_dead)?;
    let level = match dead.port {
        4317 | 4318 => FindingLevel::Broken,
        _ => FindingLevel::Degraded,
    };
    let pods: Vec<&str> = behind.iter().map(|one| one.name.as_str()).collect();
    let summary = format!(
        "port {} of the Service {} leads nowhere: no container of {} has a port named {}",
        dead.port,
        service.name,
        pods.join(", "),
        dead.target
    );
    Some(
        Finding::new(CAUSE, level, Confidence::Certain, summary)
            .with_evidence_lines([build_port_evidence(service, dead)])
            .with_remedy(format!(
                "name a port of the container, or its number, in {}:",
                dead.at.file
            ))
            .with_config(render_port(dead, dead.port)),
    )
}

/// A port of OTLP that leads to another one inside, while the protocol is served elsewhere.
fn find_crossed_port(project: &ComposeProject, service: &ClusterService, port: &ClusterPort) -> Option<Finding> {
    let protocol = match port.port {
        4317 => "grpc",
        4318 => "http",
        _ => return None,
    };
    let (name, inside) = port.leads_to.as_ref()?;
    let to = project.service(name)?;
    let config = to.config()?;
    let listeners = match to.role {
        ComposeRole::Tempo => tempo_service::list_listeners(config),
        _ => {
            let routes = collector_service::read_routes(to, config);
            if !routes.knows_every_port {
                return None;
            }
            routes.listeners.into_iter().map(|one| one.listener).collect()
        }
    };
    let serves = |one: &&tempo_service::ReceiverListener| one.receiver == "otlp" && one.protocol == protocol;
    let right = listeners.iter().find(serves).filter(|one| one.port != 0)?;
    if listeners.iter().any(|one| serves(&one) && one.port == *inside) {
        return None;
    }
    let summary = format!(
        "port {} of the Service {} leads to port {inside} of {name}, but OTLP over {} is received on {}",
        port.port,
        service.name,
        if protocol == "grpc" { "gRPC" } else { "HTTP" },
        right.port
    );
    Some(
        Finding::broken(CAUSE, summary)
            .with_evidence_lines([
                build_port_evidence(service, port),
                build_setting_evidence(config, &right.pointer),
            ])
            .with_remedy(format!("lead to the receiver in {}:", port.at.file))
            .with_config(render_port(port, right.port)),
    )
}

/// Tempo's pods have Services, and none of them lists a port of a receiver.
fn find_hidden_receiver(tempo: &ComposeService, all: &[&ClusterService]) -> Option<Finding> {
    let config = find_receivers(tempo)?;
    let own: Vec<&&ClusterService> = all.iter().filter(|one| one.workloads.contains(&tempo.name)).collect();
    let listeners = tempo_service::list_listeners(config);
    let leads_in = |one: &&&ClusterService| {
        let is_receiver = |port: &ClusterPort| match &port.leads_to {
            Some((name, inside)) => *name == tempo.name && listeners.iter().any(|one| one.port == *inside),
            None => true,
        };
        one.headless || one.ports.iter().any(is_receiver)
    };
    let first = own.first()?;
    if own.iter().any(leads_in) {
        return None;
    }
    let otlp = listeners.iter().find(|one| one.receiver == "otlp")?;
    let summary = format!(
        "no Service of {} lists a port of a receiver, so no other pod can send traces to it",
        tempo.name
    );
    let finding = Finding::new(CAUSE, FindingLevel::Degraded, Confidence::Likely, summary)
        .with_evidence_lines([build_setting_evidence(config, &otlp.pointer)]);
    Some(compose::explain_closed_port(finding, first, otlp.port))
}

/// The configuration of a Tempo that lists receivers and has its pod for itself.
fn find_receivers(tempo: &ComposeService) -> Option<&MountedConfig> {
    let target = tempo_service::find_target(tempo);
    let receives = matches!(target.as_str(), "all" | "scalable-single-binary" | "distributor");
    let is_shared = tempo.cluster.as_ref().is_some_and(|place| place.is_shared);
    let config = tempo.config()?;
    let lists = config.at("/distributor/receivers").is_some_and(|list| !list.is_null());
    (tempo.role == ComposeRole::Tempo && receives && !is_shared && lists).then_some(config)
}

/// A Service for receivers that selects no pod, beside one that no Service selects.
fn find_missed_pod(
    project: &ComposeProject,
    service: &ClusterService,
    receivers: &[&ComposeService],
) -> Option<Finding> {
    let is_selected = |one: &ComposeService| {
        let mut all = project.cluster_services.iter();
        all.any(|other| other.workloads.contains(&one.name))
    };
    let mut missed = receivers.iter().filter(|one| {
        let place = one.cluster.as_ref();
        let together = place.is_some_and(|place| place.namespace == service.namespace);
        // Of `Deployment/tempo` and `Deployment/tempo/tempo`, the name of the workload.
        let own = one.name.split('/').nth(1) == Some(service.name.as_str());
        own && together && !is_selected(one)
    });
    let pod = missed.next()?;
    let place = pod.cluster.as_ref().filter(|place| !place.labels.is_empty())?;
    let summary = format!(
        "the Service {} selects no pod: {} has other labels",
        service.name, pod.name
    );
    let labels: String = place
        .labels
        .split(',')
        .filter_map(|label| label.split_once('='))
        .map(|(key, value)| format!("\n    {key}: {}", serde_json::Value::from(value)))
        .collect();
    Some(
        Finding::new(CAUSE, FindingLevel::Broken, Confidence::Likely, summary)
            .with_evidence_lines([
                build_file_evidence(
                    &service.at,
                    format!("Service/{} selector", service.name),
                    &service.selector,
                ),
                build_file_evidence(&pod.at, format!("{} labels", pod.name), &place.labels),
            ])
            .with_remedy(format!("select the labels of the pod in {}:", service.at.file))
            .with_config(format!("spec:\n  selector:{labels}")),
    )
}

fn build_port_evidence(service: &ClusterService, port: &ClusterPort) -> telemetry::model::EvidenceLine {
    build_file_evidence(
        &port.at,
        format!("Service/{} port {}", service.name, port.port),
        format!("targetPort {}", port.target),
    )
}

fn render_port(port: &ClusterPort, target: u16) -> String {
    let name = port
        .name
        .as_ref()
        .map_or(String::new(), |name| format!("name: {name}\n      "));
    format!(
        "spec:\n  ports:\n    - {name}port: {}\n      targetPort: {target}",
        port.port
    )
}
