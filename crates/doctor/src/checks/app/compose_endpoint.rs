//! In the Compose files, applications send to a receiver that listens.

use super::environment::{TIMEOUTS, describe_short_timeout, is_short_timeout};
use crate::checks::Check;
use crate::checks::compose::{
    self, ComposeSender, ResolvedHost, build_service_evidence, collector_service, list_senders, render_variable,
    resolve_address, tempo_service,
};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, FileLocation};
use telemetry::model::marker::Protocol;
use telemetry::model::receiver_path::OTLP_TRACES;
use telemetry::model::{CheckOutcome, Confidence, Fact, Finding, FindingLevel};
use telemetry::parse::app_env::strip_quotes;
use telemetry::parse::authority::Authority;
use telemetry::parse::otel_env::{SPRING_ENDPOINTS, SPRING_PROBABILITY, SPRING_TRANSPORTS, TRACES_ENDPOINT};

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
        let found = CheckOutcome::of_findings(find_host_ports(project, &senders));
        return found.unwrap_or_else(|| {
            CheckOutcome::not_applicable("no service in the project sets an OTLP endpoint in its environment")
        });
    }
    let found = senders
        .iter()
        .filter_map(|sender| {
            find_disabled_export(sender)
                .or_else(|| find_kept_quotes(sender))
                .or_else(|| find_wrong_endpoint(project, sender))
                .or_else(|| find_wrong_path(sender))
        })
        .chain(find_host_ports(project, &senders))
        .map(CheckOutcome::from)
        .chain(senders.iter().filter_map(note_short_timeout));
    if let Some(outcome) = CheckOutcome::of_findings(found) {
        return outcome;
    }
    let names: Vec<&str> = senders.iter().map(|sender| sender.from.name.as_str()).collect();
    CheckOutcome::pass(format!(
        "OTLP endpoints point at a receiver that listens: {}",
        names.join(", ")
    ))
}

fn find_disabled_export(sender: &ComposeSender<'_>) -> Option<Finding> {
    let service = sender.from;
    let set = |name: &str| {
        let spot = service.environment.get(name)?;
        Some((spot.value.clone()?, spot.at.clone()))
    };
    let named = |cause, summary: String, name: &str, value: &str, at: FileLocation, better: &str| {
        Finding::degraded(cause, summary)
            .with_evidence_lines([build_service_evidence(
                service,
                &at,
                &format!("environment.{name}"),
                value,
            )])
            .with_remedy(format!(
                "change the variable in {}, and restart the application:",
                at.file
            ))
            .with_config(render_variable(service, name, better))
    };
    if let Some((value, at)) = set("OTEL_SDK_DISABLED").filter(|(value, _)| value.eq_ignore_ascii_case("true")) {
        let summary = format!("the SDK of {} is disabled", service.name);
        return Some(named(
            "app-sdk-disabled",
            summary,
            "OTEL_SDK_DISABLED",
            &value,
            at,
            "false",
        ));
    }
    if let Some((value, at)) = set("OTEL_TRACES_EXPORTER").filter(|(value, _)| value == "none") {
        let summary = format!("{} exports no traces", service.name);
        return Some(named(
            "app-exporter-none",
            summary,
            "OTEL_TRACES_EXPORTER",
            &value,
            at,
            "otlp",
        ));
    }
    let summary = format!("the sampler of {} drops every trace", service.name);
    let is_none = |ratio: &str| ratio.trim().parse::<f64>().is_ok_and(|ratio| ratio <= 0.0);
    if let Some((ratio, at)) = set(SPRING_PROBABILITY).filter(|(ratio, _)| is_none(ratio)) {
        return Some(named("app-sampler-off", summary, SPRING_PROBABILITY, &ratio, at, "1.0"));
    }
    let (sampler, at) = set("OTEL_TRACES_SAMPLER")?;
    if sampler.ends_with("always_off") {
        let better = "parentbased_always_on";
        return Some(named(
            "app-sampler-off",
            summary,
            "OTEL_TRACES_SAMPLER",
            &sampler,
            at,
            better,
        ));
    }
    let (ratio, at) = set("OTEL_TRACES_SAMPLER_ARG").filter(|_| sampler.ends_with("traceidratio"))?;
    is_none(&ratio).then(|| named("app-sampler-off", summary, "OTEL_TRACES_SAMPLER_ARG", &ratio, at, "1"))
}

/// In the list form of `environment` YAML sees one plain word, quotes and all; so does the application.
fn find_kept_quotes(sender: &ComposeSender<'_>) -> Option<Finding> {
    let spot = sender.from.environment.get(&sender.name)?;
    let bare = strip_quotes(spot.value.as_deref()?)?;
    Some(
        Finding::degraded(
            "app-env-quotes",
            format!("the value of {} in {} keeps its quotes", sender.name, sender.from.name),
        )
        .with_evidence_lines([build_service_evidence(
            sender.from,
            &spot.at,
            &format!("environment.{}", sender.name),
            format!("\"{bare}\""),
        )])
        .with_remedy(format!("remove the quotes in {}:", spot.at.file))
        .with_config(render_variable(sender.from, &sender.name, bare)),
    )
}

/// An address that is used as it stands has no path. Code of one's own may add it to a variable for traces.
fn find_wrong_path(sender: &ComposeSender<'_>) -> Option<Finding> {
    let is_of_spring = SPRING_ENDPOINTS.contains(&sender.name.as_str());
    let is_used_as_it_stands = is_of_spring
        || sender.name == TRACES_ENDPOINT && sender.from.runtime.is_some_and(|one| one.default_protocol().is_some());
    let rest = sender
        .url
        .split_once("://")
        .map_or(sender.url.as_str(), |(_, rest)| rest);
    let is_bare = rest.split_once('/').is_none_or(|(_, path)| path.is_empty());
    if sender.port != 4318 || !is_used_as_it_stands || !is_bare {
        return None;
    }
    let right = format!("{}/{OTLP_TRACES}", sender.url.trim_end_matches('/'));
    Some(
        Finding::degraded(
            "app-otlp-endpoint-path",
            format!(
                "{} posts traces to {}, not to /{OTLP_TRACES}",
                sender.from.name, sender.url
            ),
        )
        .with_evidence_lines([sender.build_evidence()])
        .with_remedy(format!("add the path in {}:", sender.at.file))
        .with_config(render_variable(sender.from, &sender.name, &right)),
    )
}

/// Whether a short deadline loses traces depends on the network: a note.
fn note_short_timeout(sender: &ComposeSender<'_>) -> Option<CheckOutcome> {
    let service = sender.from;
    let (name, spot) = TIMEOUTS
        .iter()
        .find_map(|name| Some((*name, service.environment.get(*name)?)))?;
    let value = spot.value.as_deref()?;
    if !is_short_timeout(value, service.runtime) {
        return None;
    }
    let said = describe_short_timeout(value, service.runtime);
    let finding = Finding::degraded("app-export-timeout", format!("in {}, {said}", service.name))
        .with_evidence_lines([build_service_evidence(
            service,
            &spot.at,
            &format!("environment.{name}"),
            value,
        )])
        .with_remedy(format!("give the timeout in milliseconds in {}:", spot.at.file))
        .with_config(render_variable(service, name, "10000"));
    Some(CheckOutcome::Warn(finding.possible()))
}

fn find_wrong_endpoint(project: &ComposeProject, sender: &ComposeSender<'_>) -> Option<Finding> {
    let service = sender.from;
    let better = match find_trace_receiver(project) {
        Some(receiver) => compose::find_address(project, receiver, sender.port),
        None => format!("tempo:{}", sender.port),
    };
    let wrong = |cause, summary: String| {
        Finding::degraded(cause, summary)
            .with_evidence_lines([sender.build_evidence()])
            .with_remedy(format!(
                "send to the receiver by its service name, in {}:",
                sender.at.file
            ))
            .with_config(render_variable(service, &sender.name, &format!("http://{better}")))
    };
    let (behind, port) = resolve_address(project, service, &sender.host, sender.port);
    match behind {
        ResolvedHost::OwnContainer => Some(wrong(
            "app-localhost-in-container",
            format!(
                "{} sends to {}, which is its own container",
                compose::describe_service(service),
                sender.url
            ),
        )),
        ResolvedHost::Unknown => Some(wrong(
            "net-unreachable",
            format!(
                "{} sends to {}, but no service is named {}",
                compose::describe_service(service),
                sender.url,
                sender.host
            ),
        )),
        ResolvedHost::OtherNetwork(other) => Some(
            compose::explain_other_network(FindingLevel::Degraded, service, other, sender.build_evidence())
                .with_remedy("put both services in the same network"),
        ),
        // Where a Service leads astray, that is judged with the Services.
        ResolvedHost::Service(_) if port != sender.port && matches!(sender.port, 4317 | 4318) => None,
        ResolvedHost::Service(other) => {
            find_protocol_mismatch(sender, port).or_else(|| find_deaf_port(project, sender, other, port))
        }
        ResolvedHost::ClosedPort(to) => {
            let summary = format!(
                "{} sends to {}, but the Service {} has no port {port}",
                service.name, sender.url, to.name
            );
            let finding = Finding::degraded("k8s-service-port-missing", summary);
            Some(compose::explain_closed_port(
                finding.with_evidence_lines([sender.build_evidence()]),
                to,
                port,
            ))
        }
        ResolvedHost::OtherNamespace(to) => {
            let summary = format!(
                "{} sends to {}, but the Service {} is in the namespace {}",
                service.name,
                sender.url,
                to.name,
                to.namespace.as_deref().unwrap_or_default()
            );
            let name = compose::find_dns_name(to);
            let url = sender.url.replacen(&sender.host, &name, 1);
            Some(
                Finding::new("net-unreachable", FindingLevel::Degraded, Confidence::Likely, summary)
                    .with_evidence_lines([sender.build_evidence(), compose::build_namespace_evidence(to)])
                    .with_remedy(format!("name the namespace in {}:", sender.at.file))
                    .with_config(compose::render_variable(service, &sender.name, &url)),
            )
        }
        ResolvedHost::Host | ResolvedHost::External => None,
    }
}

/// Nothing listens on that port: often it is the port of the host, which counts outside alone. A missing OTLP protocol is
/// the receiver's matter.
fn find_deaf_port(
    project: &ComposeProject,
    sender: &ComposeSender<'_>,
    to: &ComposeService,
    port: u16,
) -> Option<Finding> {
    if matches!(port, 4317 | 4318) {
        return None;
    }
    let names = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
    let spoken = names
        .iter()
        .find_map(|name| sender.from.environment.get(*name)?.value.as_deref());
    let host_port = collector_service::find_host_port(to, sender.port);
    let inside = to
        .ports
        .iter()
        .find(|port| port.host == Some(sender.port))
        .map(|port| port.container);
    let is_http = spoken.map_or(inside == Some(4318), |protocol| protocol != "grpc");
    let right = collector_service::find_right_port(to, is_http, port)?;
    let place = Authority::parse(&sender.url).to_string();
    let url = match to.cluster {
        None => sender
            .url
            .replacen(&format!(":{}", sender.port), &format!(":{right}"), 1),
        Some(_) => sender
            .url
            .replacen(&place, &compose::find_address(project, to, right), 1),
    };
    Some(
        Finding::degraded(
            "net-unreachable",
            format!(
                "{} sends to {}, but nothing in {} listens on port {port}",
                compose::describe_service(sender.from),
                sender.url,
                to.name
            ),
        )
        .with_evidence_lines([sender.build_evidence()])
        .with_evidence_lines(host_port)
        .with_remedy(format!("use the port inside the container in {}:", sender.at.file))
        .with_config(render_variable(sender.from, &sender.name, &url)),
    )
}

/// Any other variable or argument that names a receiver by the port of the host.
fn find_host_ports(project: &ComposeProject, senders: &[ComposeSender<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for service in project
        .services
        .iter()
        .filter(|service| service.role == ComposeRole::Other)
    {
        for named in &service.addresses {
            let is_judged = senders
                .iter()
                .any(|sender| sender.from.name == service.name && named.key == format!("environment.{}", sender.name));
            let (Some(port), false) = (named.port, is_judged) else {
                continue;
            };
            let (ResolvedHost::Service(to), _) = resolve_address(project, service, &named.host, port) else {
                continue;
            };
            let inside = to
                .ports
                .iter()
                .find(|one| one.host == Some(port))
                .map(|one| one.container);
            let (Some(inside), Some(_)) = (inside, collector_service::find_right_port(to, false, port)) else {
                continue;
            };
            let (name, place) = (&service.name, &to.name);
            found.push(
                Finding::degraded(
                    "net-unreachable",
                    format!("the service {name} names {place}:{port}, but nothing in {place} listens on port {port}"),
                )
                .with_evidence_lines([build_service_evidence(
                    service,
                    &named.at,
                    &named.key,
                    format!("{}:{port}", named.host),
                )])
                .with_evidence_lines(collector_service::find_host_port(to, port))
                .with_remedy(if inside == port {
                    format!(
                        "enable a receiver on port {port} of {place}, or name a port in {} on which it listens",
                        named.at.file
                    )
                } else {
                    format!(
                        "use the port inside the container in {}: {}:{inside}",
                        named.at.file, named.host
                    )
                }),
            );
        }
    }
    found
}

/// gRPC sent to the port of HTTP, or the other way round.
fn find_protocol_mismatch(sender: &ComposeSender<'_>, port: u16) -> Option<Finding> {
    let names = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
    let set = names
        .iter()
        .find_map(|name| Some((*name, sender.from.environment.get(*name)?)));
    let Some((name, spot)) = set else {
        return find_default_mismatch(sender, port);
    };
    let protocol = spot.value.as_deref()?;
    let right = match (protocol, port) {
        ("grpc", 4318) => 4317,
        ("http/protobuf" | "http/json", 4317) => 4318,
        _ => return None,
    };
    Some(
        Finding::degraded(
            "app-otlp-protocol-port-mismatch",
            format!(
                "{} sends {protocol} to port {}, which expects the other protocol",
                compose::describe_service(sender.from),
                sender.port
            ),
        )
        .with_evidence_lines([
            sender.build_evidence(),
            build_service_evidence(sender.from, &spot.at, &format!("environment.{name}"), protocol),
        ])
        .with_remedy(format!("make the port match the protocol, in {}:", sender.at.file))
        .with_config(render_variable(
            sender.from,
            &sender.name,
            &sender.url.replacen(&sender.port.to_string(), &right.to_string(), 1),
        )),
    )
}

/// No variable gives the protocol, and what makes the exporter has a default: an agent, or Spring Boot.
fn find_default_mismatch(sender: &ComposeSender<'_>, port: u16) -> Option<Finding> {
    let service = sender.from;
    let is_of_spring = SPRING_ENDPOINTS.contains(&sender.name.as_str());
    let has_transport = SPRING_TRANSPORTS
        .iter()
        .any(|name| service.environment.contains_key(*name));
    let (who, protocol) = match service.runtime {
        _ if is_of_spring && has_transport => return None,
        _ if is_of_spring => ("Spring Boot", Protocol::HttpProtobuf),
        Some(runtime) => (runtime.name(), runtime.default_protocol()?),
        None => return None,
    };
    let right = match (protocol, port) {
        (Protocol::Grpc, 4318) => 4317,
        (Protocol::HttpProtobuf, 4317) => 4318,
        _ => return None,
    };
    let mut url = sender.url.replacen(&sender.port.to_string(), &right.to_string(), 1);
    if is_of_spring && !url.ends_with(OTLP_TRACES) {
        url = format!("{}/{OTLP_TRACES}", url.trim_end_matches('/'));
    }
    Some(
        Finding::degraded(
            "app-otlp-protocol-port-mismatch",
            format!(
                "{} sends {}, the default of {who}, to port {}, which expects the other protocol",
                service.name,
                protocol.name(),
                sender.port
            ),
        )
        .with_evidence_lines([sender.build_evidence()])
        .with_remedy(format!("make the port match the protocol, in {}:", sender.at.file))
        .with_config(render_variable(service, &sender.name, &url)),
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
