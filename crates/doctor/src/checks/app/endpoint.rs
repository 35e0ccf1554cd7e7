//! Where an SDK would send by its environment, held against where the marker was taken.

use telemetry::model::app_env::AppEnvironment;
use telemetry::model::evidence::TargetAddress;
use telemetry::model::marker::Protocol;
use telemetry::model::receiver_path::OTLP_TRACES;
use telemetry::model::{Confidence, Finding, FindingLevel};
use telemetry::parse::authority::{Authority, is_loopback};
use telemetry::parse::otel_env::{SdkConfig, SdkEndpoint};
use telemetry::parse::tempo_config;

use crate::checks::{EvidenceView, marker_state};

/// Where the first marker was sent, which is where senders send.
pub fn find_marker_target<'a>(view: &EvidenceView<'a>) -> (&'a TargetAddress, Protocol) {
    match &view.collector().lost {
        Some(lost) => (&lost.sent_to, lost.protocol),
        None => (&view.targets().otlp, view.targets().protocol),
    }
}

/// The same host and port.
pub fn is_same_endpoint(endpoint: &SdkEndpoint, url: &str) -> bool {
    let sender = Authority {
        host: endpoint.host.clone(),
        port: endpoint.port,
    };
    sender.is_same_place(&Authority::parse(url))
}

/// Something users see: nobody sends, and this is why.
pub fn build_degraded_finding(cause: &'static str, summary: impl Into<String>) -> Finding {
    Finding::new(cause, FindingLevel::Degraded, Confidence::Certain, summary)
}

/// What the port there is known to speak, and how that is known.
fn detect_protocol(view: &EvidenceView<'_>, endpoint: &SdkEndpoint) -> Option<(bool, String)> {
    let (target, protocol) = find_marker_target(view);
    let taken = marker_state::is_marker_accepted(view)
        || view
            .collector()
            .lost
            .as_ref()
            .is_some_and(|lost| lost.push.get().is_some_and(|answer| answer.is_accepted()));
    if taken && is_same_endpoint(endpoint, &target.url) {
        return Some((
            protocol == Protocol::Grpc,
            format!("the marker was accepted there as {}", protocol.name()),
        ));
    }
    match endpoint.port {
        4317 => return Some((true, "4317 is the port of OTLP over gRPC".to_owned())),
        4318 => return Some((false, "4318 is the port of OTLP over HTTP".to_owned())),
        _ => {}
    }
    let config = view.config().get()?;
    [(true, "grpc"), (false, "http")].into_iter().find_map(|(grpc, name)| {
        let bound = tempo_config::find_receiver_endpoint(config, grpc)?;
        let port: u16 = bound.rsplit_once(':')?.1.parse().ok()?;
        (port == endpoint.port).then(|| (grpc, format!("Tempo's receiver for {name} listens on {port}")))
    })
}

/// No variable gives the protocol, and the application's code does; an agent would have a default.
fn is_protocol_in_code(plan: &SdkConfig) -> bool {
    plan.protocol_variable.is_none() && plan.runtime.is_some_and(|runtime| runtime.default_protocol().is_none())
}

/// What is wrong with the address, the most decisive first.
pub fn find_endpoint_problems(
    view: &EvidenceView<'_>,
    environment: &AppEnvironment,
    plan: &SdkConfig,
    endpoint: &SdkEndpoint,
) -> Vec<Finding> {
    let mut list = Vec::new();
    let grpc = plan.protocol == Protocol::Grpc;
    if endpoint.port == Authority::parse(&view.targets().tempo.url).port {
        list.push(build_degraded_finding(
            "push-to-http-api-port",
            format!("exports go to port {}, which is Tempo's query API", endpoint.port),
        ));
    } else if endpoint.port == find_internal_port(view) {
        list.push(build_degraded_finding(
            "push-to-internal-grpc",
            format!(
                "exports go to port {}, which is Tempo's internal gRPC port",
                endpoint.port
            ),
        ));
    } else if let Some((speaks_grpc, known)) =
        detect_protocol(view, endpoint).filter(|(speaks_grpc, _)| *speaks_grpc != grpc && !is_protocol_in_code(plan))
    {
        let fitting = if speaks_grpc { "grpc" } else { "http/protobuf" };
        let mut finding = build_degraded_finding(
            "app-otlp-protocol-port-mismatch",
            format!("the SDK uses {} on a port that expects {fitting}", plan.protocol.name()),
        )
        .with_evidence(
            format!("--env {}", environment.source),
            "the protocol",
            describe_protocol_origin(plan),
        )
        .with_evidence("the port", endpoint.port.to_string(), known)
        .with_remedy("make the protocol match the port:")
        .with_config(match plan.protocol_variable.filter(|name| name.starts_with("MANAGEMENT_")) {
            Some(_) if speaks_grpc => "management.opentelemetry.tracing.export.otlp.transport=grpc\n# before Spring Boot 4\nmanagement.otlp.tracing.transport=grpc".to_owned(),
            Some(name) => format!("# remove {name}"),
            None => format!("OTEL_EXPORTER_OTLP_PROTOCOL={fitting}"),
        });
        if plan.protocol_variable.is_none() && plan.runtime.is_none() {
            // Without the variable some SDKs speak gRPC.
            finding = finding.likely();
        }
        list.push(finding);
    }
    // To a port for gRPC such code speaks gRPC, which has no path.
    let is_grpc_by_code =
        is_protocol_in_code(plan) && detect_protocol(view, endpoint).is_some_and(|(speaks_grpc, _)| speaks_grpc);
    if !grpc && !is_grpc_by_code && !endpoint.path.ends_with(OTLP_TRACES)
        || endpoint.path.matches(OTLP_TRACES).count() > 1
    {
        list.push(
            build_degraded_finding(
                "app-otlp-endpoint-path",
                format!("the SDK posts to the wrong path: {}", endpoint.path),
            )
            .with_evidence(
                "OTLP exporter specification",
                "the address it builds",
                endpoint.url.clone(),
            )
            .with_remedy("set the base URL without a path, or the full traces endpoint:")
            .with_config(render_right_path(endpoint)),
        );
    }
    list.extend(find_scheme_mismatch(view, grpc, endpoint));
    if environment.container == Some(true) && is_loopback(&endpoint.host) {
        list.push(
            build_degraded_finding(
                "app-localhost-in-container",
                format!("exports go to {}, which inside a container is the container itself", endpoint.host),
            )
            .with_evidence(format!("--env {}", environment.source), "runs in", "a container with its own localhost")
            .with_remedy("use the receiver's service name, or the host:").with_config(format!(
                    "OTEL_EXPORTER_OTLP_ENDPOINT=http://tempo:{}\n# or, for a receiver on the host\nOTEL_EXPORTER_OTLP_ENDPOINT=http://host.docker.internal:{0}",
                    endpoint.port
                )),
        );
    }
    list
}

fn render_right_path(endpoint: &SdkEndpoint) -> String {
    let base = endpoint.url.trim_end_matches(&endpoint.path);
    match endpoint.variable.filter(|name| name.starts_with("MANAGEMENT_")) {
        Some(name) => format!("{name}={base}/{OTLP_TRACES}"),
        None => {
            format!("OTEL_EXPORTER_OTLP_ENDPOINT={base}\n# or\nOTEL_EXPORTER_OTLP_TRACES_ENDPOINT={base}/{OTLP_TRACES}")
        }
    }
}

fn find_internal_port(view: &EvidenceView<'_>) -> u16 {
    let configured = view
        .config()
        .get()
        .and_then(|config| config.number("server.grpc_listen_port"));
    configured.map_or(9095, |port| port as u16)
}

fn describe_protocol_origin(plan: &SdkConfig) -> String {
    match (plan.protocol_variable, &plan.protocol_ignored) {
        (Some(name), _) if name.ends_with("_ENDPOINT") => format!("Spring Boot's default is {}", plan.protocol.name()),
        (Some(name), _) => format!("{name}={}", plan.protocol.name()),
        (None, Some(text)) => format!("'{text}' is not a protocol; the default is {}", plan.protocol.name()),
        (None, None) => match plan.runtime {
            Some(runtime) => format!("not set; {} uses {}", runtime.name(), plan.protocol.name()),
            None => format!("not set; the default is {}", plan.protocol.name()),
        },
    }
}

/// TLS where plain text is spoken, or no scheme where one is needed.
fn find_scheme_mismatch(view: &EvidenceView<'_>, grpc: bool, endpoint: &SdkEndpoint) -> Option<Finding> {
    let (target, _) = find_marker_target(view);
    let plain_there = is_same_endpoint(endpoint, &target.url)
        && target.url.starts_with("http://")
        && (marker_state::is_marker_accepted(view) || view.collector().lost.is_some());
    let fix = |finding: Finding| {
        finding
            .with_remedy("use the scheme that the receiver expects:")
            .with_config(format!(
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://{}:{}",
                endpoint.host, endpoint.port
            ))
    };
    if endpoint.tls && endpoint.bare && grpc {
        let finding = build_degraded_finding("app-endpoint-scheme-tls", "without a scheme, a gRPC exporter uses TLS");
        return Some(fix(finding.likely_unless(plain_there)));
    }
    if endpoint.tls && plain_there {
        return Some(fix(build_degraded_finding(
            "app-endpoint-scheme-tls",
            "the SDK uses TLS, but the marker was accepted there in plain text",
        )));
    }
    if endpoint.bare && !grpc {
        return Some(fix(build_degraded_finding(
            "app-endpoint-scheme-tls",
            "the endpoint has no scheme, which OTLP/HTTP exporters need",
        )
        .likely()));
    }
    None
}
