//! In the Compose files, applications send to a receiver that listens.

use crate::checks::compose::{self, Reached, line, reach, tempo};
use crate::checks::receiver::compose_ports::{Sender, senders};
use crate::checks::{Check, View};
use crate::model::compose::{Project, Role, Service};
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.compose-endpoint",
    hop: Hop::App,
    title: "in the Compose files, applications send to a receiver that listens",
    needs: &[&[Fact::Compose]],
    causes: &[
        "app-localhost-in-container",
        "app-otlp-protocol-port-mismatch",
        "app-sdk-disabled",
        "app-exporter-none",
        "app-sampler-off",
        "net-unreachable",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let senders = senders(project);
    if senders.is_empty() {
        return Outcome::not_applicable("no service in the project sets an OTLP endpoint in its environment");
    }
    for sender in &senders {
        if let Some(finding) = switched_off(sender).or_else(|| wrong(project, sender)) {
            return finding.into();
        }
    }
    let names: Vec<&str> = senders.iter().map(|sender| sender.from.name.as_str()).collect();
    Outcome::pass(format!(
        "OTLP endpoints point at a receiver that listens: {}",
        names.join(", ")
    ))
}

fn seen(sender: &Sender<'_>) -> crate::model::EvidenceLine {
    line(
        &sender.at,
        format!("services.{}.environment.{}", sender.from.name, sender.name),
        &sender.url,
    )
}

fn switched_off(sender: &Sender<'_>) -> Option<Finding> {
    let service = sender.from;
    let set = |name: &str| {
        let spot = service.environment.get(name)?;
        Some((spot.value.clone()?, spot.at.clone()))
    };
    let named = |cause, summary: String, name: &str, value: &str, at| {
        Finding::degraded(cause, summary).seen_all([line(
            &at,
            format!("services.{}.environment.{name}", service.name),
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

fn wrong(project: &Project, sender: &Sender<'_>) -> Option<Finding> {
    let service = sender.from;
    let better = receiver(project).map_or("tempo", |service| service.name.as_str());
    match reach(project, service, &sender.host) {
        Reached::Itself => Some(
            Finding::degraded(
                "app-localhost-in-container",
                format!("{} sends to {}, which is its own container", service.name, sender.url),
            )
            .seen_all([seen(sender)])
            .fix(
                "send to the receiver by its service name:",
                Some(format!("{}: http://{better}:{}", sender.name, sender.port)),
                None,
            ),
        ),
        Reached::Nobody => Some(
            Finding::degraded(
                "net-unreachable",
                format!(
                    "{} sends to {}, but no service is named {}",
                    service.name, sender.url, sender.host
                ),
            )
            .seen_all([seen(sender)])
            .fix(
                "send to the receiver by its service name:",
                Some(format!("{}: http://{better}:{}", sender.name, sender.port)),
                None,
            ),
        ),
        Reached::Apart(other) => Some(
            Finding::degraded(
                "net-unreachable",
                format!("{} and {} share no network", service.name, other.name),
            )
            .seen_all([
                seen(sender),
                line(
                    &other.at,
                    format!("services.{}.networks", other.name),
                    other.networks.join(", "),
                ),
            ])
            .fix("put both services in the same network", None, None),
        ),
        Reached::Service(_) => mixed_up(sender),
        Reached::Host | Reached::Outside => None,
    }
}

/// gRPC sent to the port of HTTP, or the other way round.
fn mixed_up(sender: &Sender<'_>) -> Option<Finding> {
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
        .seen_all([
            seen(sender),
            line(
                &spot.at,
                format!("services.{}.environment.{name}", sender.from.name),
                protocol,
            ),
        ])
        .fix(
            "make the protocol match the port:",
            Some(format!(
                "{}: {}",
                sender.name,
                sender.url.replacen(&sender.port.to_string(), &right.to_string(), 1)
            )),
            None,
        ),
    )
}

/// Where applications of this project should send.
fn receiver(project: &Project) -> Option<&Service> {
    let collector = project.of(Role::Collector).chain(project.of(Role::Alloy)).next();
    collector.or_else(|| {
        tempo::running(project, "distributor")
            .next()
            .map(|(service, _)| service)
    })
}
