//! Nobody took the push: who listens, and where it was sent instead.

use telemetry::model::marker::Protocol;
use telemetry::model::receiver_path::strip_traces_path;
use telemetry::model::{Failure, FailureKind, Finding, Hop};
use telemetry::parse::authority::{Authority, is_loopback, is_same_place};
use telemetry::parse::tempo_config;

use crate::checks::certificates::{self, CertificateClient};
use crate::checks::listeners::{build_listener_evidence, find_own_deadline, find_spoken_protocol, is_answering};
use crate::checks::{EvidenceView, installation};

/// Why the push was not answered at all.
pub fn explain_unanswered_push(view: &EvidenceView<'_>, failure: &Failure) -> Finding {
    let target = &view.targets().otlp;
    let protocol = view.targets().protocol;
    let with_evidence = |finding: Finding| {
        finding
            .with_evidence(
                format!("OTLP push over {}", protocol.name()),
                target.url.clone(),
                failure.to_string(),
            )
            .with_evidence_lines(view.alternatives().iter().map(build_listener_evidence))
    };
    if let Some(finding) = find_own_deadline(view, failure) {
        return with_evidence(finding);
    }
    if installation::is_tempo_unreachable(view)
        && !certificates::is_certificate_failure(failure)
        && view.alternatives().iter().all(|other| !is_answering(other))
    {
        return with_evidence(
            Finding::broken("target-unreachable", format!("nothing answers at {}", target.url)).at_hop(Hop::Receiver),
        );
    }
    with_evidence(match failure.kind {
        FailureKind::Tls => explain_tls_failure(view, failure),
        FailureKind::Reset | FailureKind::Truncated | FailureKind::Protocol if is_closed_at_once(view) => {
            explain_no_listener(view, failure)
        }
        FailureKind::Protocol | FailureKind::Reset | FailureKind::Decode | FailureKind::Truncated => {
            explain_other_protocol(view)
        }
        _ => explain_no_listener(view, failure),
    })
}

/// Connections are taken and closed at once, whatever is said: so does Docker's proxy of a published port, and a
/// port-forward, where nobody listens behind it on the container's address.
fn is_closed_at_once(view: &EvidenceView<'_>) -> bool {
    let here = &view.targets().otlp.url;
    let mut others = view
        .alternatives()
        .iter()
        .filter(|other| is_same_place(&other.endpoint, here))
        .peekable();
    others.peek().is_some() && others.all(|other| other.result.failure().is_some_and(is_hangup))
}

fn is_hangup(failure: &Failure) -> bool {
    let text = failure.detail.to_lowercase();
    match failure.kind {
        FailureKind::Reset | FailureKind::Truncated => true,
        FailureKind::Protocol | FailureKind::Tls => ["closed", "eof", "reset", "broken pipe"]
            .iter()
            .any(|word| text.contains(word)),
        _ => false,
    }
}

/// A gRPC receiver answers on another port of the same host.
pub fn has_grpc_elsewhere(view: &EvidenceView<'_>) -> bool {
    let here = &view.targets().otlp.url;
    view.alternatives()
        .iter()
        .any(|other| other.protocol == Protocol::Grpc && is_answering(other) && !is_same_place(&other.endpoint, here))
}

fn explain_tls_failure(view: &EvidenceView<'_>, failure: &Failure) -> Finding {
    let url = &view.targets().otlp.url;
    if let Some(untrusted) = certificates::find_rejected_certificate(url, failure, CertificateClient::Exporter) {
        return untrusted;
    }
    let cause = if view.targets().otlp.origin.starts_with("OTEL_") && view.targets().protocol == Protocol::Grpc {
        "app-endpoint-scheme-tls"
    } else {
        "tls-client-plain-server"
    };
    Finding::broken(cause, format!("the push used TLS, but {url} expects plain text"))
        .with_remedy("send in plain text, or configure a certificate on the receiver:")
        .with_config(format!(
            "OTEL_EXPORTER_OTLP_ENDPOINT={}",
            strip_traces_path(&url.replacen("https://", "http://", 1))
        ))
}

/// Something answers, in another protocol.
fn explain_other_protocol(view: &EvidenceView<'_>) -> Finding {
    let targets = view.targets();
    let here = Authority::parse(&targets.otlp.url);
    if let Some(finding) = find_spoken_protocol(view.alternatives(), &here, targets.protocol, "receiver") {
        return finding;
    }
    let wrong_port = targets.protocol == Protocol::Grpc && here.port == 4318
        || targets.protocol != Protocol::Grpc && here.port == 4317;
    if wrong_port {
        return Finding::broken(
            "app-otlp-protocol-port-mismatch",
            format!("{here} does not speak {}", targets.protocol.name()),
        )
        .likely();
    }
    if targets.protocol == Protocol::Grpc && has_grpc_elsewhere(view) {
        return Finding::broken(
            "proxy-without-http2",
            format!("{here} answers but does not forward gRPC"),
        )
        .likely();
    }
    Finding::broken(
        "target-unreachable",
        format!("{here} answers, but not in {}", targets.protocol.name()),
    )
    .likely()
}

/// Tempo's API answers at the address given for it, or near it.
fn is_tempo_running(view: &EvidenceView<'_>) -> bool {
    let ready = view.ready().get().is_some_and(|answer| answer.body.trim() == "ready");
    installation::has_tempo_echo(view) || ready || view.found_prefix().get().is_some()
}

/// The connection is refused, the name unknown, or nothing comes back.
fn explain_no_listener(view: &EvidenceView<'_>, failure: &Failure) -> Finding {
    let targets = view.targets();
    let here = Authority::parse(&targets.otlp.url);
    let tempo = Authority::parse(&targets.tempo.url);
    let same_host = tempo.host == here.host || tempo.is_loopback() && here.is_loopback();
    let unreachable = || {
        Finding::broken(
            "target-unreachable",
            format!(
                "nothing answers at {}: {}",
                targets.otlp.url,
                failure.kind.description()
            ),
        )
    };
    let grpc = targets.protocol == Protocol::Grpc;
    let listening: Vec<_> = view.alternatives().iter().filter(|other| is_answering(other)).collect();
    let config = view.config().get();
    if !same_host || failure.kind == FailureKind::Dns {
        return unreachable();
    }
    if let Some(first) = listening.first()
        && listening
            .iter()
            .any(|other| other.protocol == targets.protocol || (other.protocol != Protocol::Grpc) != grpc)
    {
        // A receiver of this protocol listens on another port of the same host: the sender's address is wrong.
        return unreachable()
            .with_remedy("send to the port that the receiver listens on:")
            .with_config(format!(
                "OTEL_EXPORTER_OTLP_ENDPOINT={}",
                strip_traces_path(&first.endpoint)
            ));
    }
    let name = if grpc { "grpc" } else { "http" };
    let bound = config.map(|config| tempo_config::find_receiver_endpoint(config, grpc));
    let default_port = targets.protocol.default_port();
    match bound {
        Some(None) => explain_disabled_protocol(name, default_port).with_evidence(
            "GET /status/config",
            format!("distributor.receivers.otlp.protocols.{name}"),
            "not listed",
        ),
        Some(Some(address)) => explain_bind_address(address, name, &here),
        None if !listening.is_empty() => explain_disabled_protocol(name, default_port).likely(),
        None if is_tempo_running(view) && here.port == default_port => Finding::broken(
            "receiver-localhost-bind",
            format!("Tempo runs, but nothing listens on {here}: its receivers are probably bound to localhost"),
        )
        .likely(),
        None => unreachable().likely(),
    }
}

fn explain_disabled_protocol(name: &str, port: u16) -> Finding {
    Finding::broken(
        "receiver-protocol-not-enabled",
        format!("Tempo's OTLP receiver for {name} is not enabled"),
    )
    .with_remedy("enable the protocol in Tempo's configuration:").with_config(format!(
            "distributor:\n  receivers:\n    otlp:\n      protocols:\n        {name}:\n          endpoint: \"0.0.0.0:{port}\""
        ))
}

fn explain_bind_address(address: &str, name: &str, here: &Authority) -> Finding {
    let Authority { host, port } = here;
    let (bound_host, bound_port) = address.rsplit_once(':').unwrap_or((address, ""));
    let open = matches!(bound_host, "0.0.0.0" | "[::]" | "::") || bound_host.is_empty() && !address.is_empty();
    let key = format!("distributor.receivers.otlp.protocols.{name}.endpoint");
    let shown = if address.is_empty() {
        "not set: localhost since 2.7"
    } else {
        address
    };
    let finding = if !bound_port.is_empty() && bound_port != port.to_string() {
        Finding::broken(
            "target-unreachable",
            format!("the receiver listens on port {bound_port}, but the push went to {port}"),
        )
    } else if open {
        Finding::broken(
            "docker-port-not-published",
            format!(
                "Tempo listens on port {port} inside its container or network, but the port is not reachable from here"
            ),
        )
        .likely()
    } else if address.is_empty() || is_loopback(bound_host) {
        Finding::broken(
            "receiver-localhost-bind",
            format!("Tempo's receiver is bound to its own localhost, so it cannot be reached at {host}"),
        )
    } else {
        Finding::broken(
            "receiver-hostname-bind",
            format!("Tempo's receiver is bound only to {bound_host}, not to the address used here"),
        )
    };
    finding.with_evidence("GET /status/config", key, shown)
}
