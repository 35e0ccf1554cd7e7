//! In the Compose files, applications send to a receiver that listens.

use crate::checks::Check;
use crate::checks::compose::{
    self, ResolvedHost, build_file_evidence, build_service_evidence, resolve_host, tempo_service,
};
use crate::checks::receiver::compose_ports::{ComposeSender, list_senders};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService};
use telemetry::model::{CheckOutcome, Fact, Finding, FindingLevel};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.compose-endpoint",
    title: "in the Compose files, applications send to a receiver that listens",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let senders = list_senders(project);
    if senders.is_empty() {
        return CheckOutcome::not_applicable("no service in the project sets an OTLP endpoint in its environment");
    }
    for sender in &senders {
        if let Some(finding) = find_disabled_export(sender).or_else(|| find_wrong_endpoint(project, sender)) {
            return finding.into();
        }
    }
    let names: Vec<&str> = senders.iter().map(|sender| sender.from.name.as_str()).collect();
    CheckOutcome::pass(format!(
        "OTLP endpoints point at a receiver that listens: {}",
        names.join(", ")
    ))
}

fn build_sender_evidence(sender: &ComposeSender<'_>) -> telemetry::model::EvidenceLine {
    build_file_evidence(
        &sender.at,
        format!("services.{}.environment.{}", sender.from.name, sender.name),
        &sender.url,
    )
}

fn find_disabled_export(sender: &ComposeSender<'_>) -> Option<Finding> {
    let service = sender.from;
    let set = |name: &str| {
        let spot = service.environment.get(name)?;
        Some((spot.value.clone()?, spot.at.clone()))
    };
    let named = |cause, summary: String, name: &str, value: &str, at| {
        Finding::degraded(cause, summary).with_evidence_lines([build_service_evidence(
            service,
            &at,
            &format!("environment.{name}"),
            value,
        )])
    };
    if let Some((value, at)) = set("OTEL_SDK_DISABLED").filter(|(value, _)| value.eq_ignore_ascii_case("true")) {
        let summary = format!("the SDK of {} is disabled", service.name);
        return Some(named("app-sdk-disabled", summary, "OTEL_SDK_DISABLED", &value, at));
    }
    if let Some((value, at)) = set("OTEL_TRACES_EXPORTER").filter(|(value, _)| value == "none") {
        let summary = format!("{} exports no traces", service.name);
        return Some(named("app-exporter-none", summary, "OTEL_TRACES_EXPORTER", &value, at));
    }
    let (sampler, at) = set("OTEL_TRACES_SAMPLER")?;
    let summary = format!("the sampler of {} drops every trace", service.name);
    if sampler.ends_with("always_off") {
        return Some(named("app-sampler-off", summary, "OTEL_TRACES_SAMPLER", &sampler, at));
    }
    let (ratio, at) = set("OTEL_TRACES_SAMPLER_ARG").filter(|_| sampler.ends_with("traceidratio"))?;
    let none = ratio.trim().parse::<f64>().is_ok_and(|ratio| ratio <= 0.0);
    none.then(|| named("app-sampler-off", summary, "OTEL_TRACES_SAMPLER_ARG", &ratio, at))
}

fn find_wrong_endpoint(project: &ComposeProject, sender: &ComposeSender<'_>) -> Option<Finding> {
    let service = sender.from;
    let better = find_trace_receiver(project).map_or("tempo", |service| service.name.as_str());
    let wrong = |cause, summary: String| {
        Finding::degraded(cause, summary)
            .with_evidence_lines([build_sender_evidence(sender)])
            .with_remedy("send to the receiver by its service name:")
            .with_config(format!("{}: http://{better}:{}", sender.name, sender.port))
    };
    match resolve_host(project, service, &sender.host) {
        ResolvedHost::OwnContainer => Some(wrong(
            "app-localhost-in-container",
            format!("{} sends to {}, which is its own container", service.name, sender.url),
        )),
        ResolvedHost::Unknown => Some(wrong(
            "net-unreachable",
            format!(
                "{} sends to {}, but no service is named {}",
                service.name, sender.url, sender.host
            ),
        )),
        ResolvedHost::OtherNetwork(other) => Some(
            compose::explain_other_network(FindingLevel::Degraded, service, other, build_sender_evidence(sender))
                .with_remedy("put both services in the same network"),
        ),
        ResolvedHost::Service(_) => find_protocol_mismatch(sender),
        ResolvedHost::Host | ResolvedHost::External => None,
    }
}

/// gRPC sent to the port of HTTP, or the other way round.
fn find_protocol_mismatch(sender: &ComposeSender<'_>) -> Option<Finding> {
    let names = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
    let (name, spot) = names
        .iter()
        .find_map(|name| Some((*name, sender.from.environment.get(*name)?)))?;
    let protocol = spot.value.as_deref()?;
    let right = match (protocol, sender.port) {
        ("grpc", 4318) => 4317,
        ("http/protobuf" | "http/json", 4317) => 4318,
        _ => return None,
    };
    Some(
        Finding::degraded(
            "app-otlp-protocol-port-mismatch",
            format!(
                "{} sends {protocol} to port {}, which expects the other protocol",
                sender.from.name, sender.port
            ),
        )
        .with_evidence_lines([
            build_sender_evidence(sender),
            build_service_evidence(sender.from, &spot.at, &format!("environment.{name}"), protocol),
        ])
        .with_remedy("make the protocol match the port:")
        .with_config(format!(
            "{}: {}",
            sender.name,
            sender.url.replacen(&sender.port.to_string(), &right.to_string(), 1)
        )),
    )
}

/// Where applications of this project should send.
fn find_trace_receiver(project: &ComposeProject) -> Option<&ComposeService> {
    let collector = project
        .services_with_role(ComposeRole::Collector)
        .chain(project.services_with_role(ComposeRole::Alloy))
        .next();
    collector.or_else(|| {
        tempo_service::find_services_running(project, "distributor")
            .next()
            .map(|(service, _)| service)
    })
}
