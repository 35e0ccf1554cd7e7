//! Nobody took the push: who listens, and where it was sent instead.

use crate::model::marker::{Alternative, Protocol};
use crate::model::{Failure, FailureKind, Finding, Hop, Slot};
use crate::parse::tempo_config;

use crate::checks::certificates::{self, Client};
use crate::checks::{View, facts};

/// Why the push was not answered at all.
pub fn finding(view: &View<'_>, failure: &Failure) -> Finding {
    let target = &view.targets().otlp;
    let protocol = view.targets().protocol;
    let with_evidence = |finding: Finding| {
        let mut finding = finding.seen(
            format!("OTLP push over {}", protocol.name()),
            target.url.clone(),
            failure.to_string(),
        );
        for alternative in view.alternatives() {
            finding = finding.seen(
                format!("empty export over {}", alternative.protocol.name()),
                alternative.endpoint.clone(),
                match &alternative.result {
                    Slot::Known { value, .. } if value.accepted() => "answers".to_owned(),
                    Slot::Known { value, .. } => value.line(),
                    Slot::Failed { failure } => failure.to_string(),
                    Slot::NotAsked => "not queried".to_owned(),
                },
            );
        }
        finding
    };
    if facts::tempo_unreachable(view)
        && !certificates::ended(failure)
        && view.alternatives().iter().all(|other| !answers(other))
    {
        return with_evidence(
            Finding::broken("target-unreachable", format!("nothing answers at {}", target.url)).at(Hop::Receiver),
        );
    }
    with_evidence(match failure.kind {
        FailureKind::Tls => tls(view, failure),
        FailureKind::Reset | FailureKind::Truncated | FailureKind::Protocol if is_hung_up(view) => {
            nobody_listens(view, failure)
        }
        FailureKind::Protocol | FailureKind::Reset | FailureKind::Decode | FailureKind::Truncated => {
            other_language(view)
        }
        _ => nobody_listens(view, failure),
    })
}

fn answers(alternative: &Alternative) -> bool {
    // Any HTTP or gRPC answer of a receiver proves that it listens; an empty export is always taken.
    alternative.result.get().is_some_and(|answer| answer.accepted())
}

/// Connections are taken and closed at once, whatever is said: so does Docker's proxy of a published port, and a
/// port-forward, where nobody listens behind it on the container's address.
fn is_hung_up(view: &View<'_>) -> bool {
    let here = facts::authority(&view.targets().otlp.url);
    let mut others = view
        .alternatives()
        .iter()
        .filter(|other| facts::authority(&other.endpoint) == here)
        .peekable();
    others.peek().is_some() && others.all(|other| other.result.failure().is_some_and(hung_up))
}

fn hung_up(failure: &Failure) -> bool {
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
pub fn speaks_grpc_elsewhere(view: &View<'_>) -> bool {
    let here = facts::authority(&view.targets().otlp.url);
    view.alternatives()
        .iter()
        .any(|other| other.protocol == Protocol::Grpc && answers(other) && facts::authority(&other.endpoint) != here)
}

fn tls(view: &View<'_>, failure: &Failure) -> Finding {
    let url = &view.targets().otlp.url;
    if let Some(untrusted) = certificates::finding(url, failure, Client::Exporter) {
        return untrusted;
    }
    let cause = if view.targets().otlp.origin.starts_with("OTEL_") && view.targets().protocol == Protocol::Grpc {
        "app-endpoint-scheme-tls"
    } else {
        "tls-client-plain-server"
    };
    Finding::broken(cause, format!("the push used TLS, but {url} expects plain text")).fix(
        "send in plain text, or configure a certificate on the receiver:",
        Some(format!(
            "OTEL_EXPORTER_OTLP_ENDPOINT={}",
            url.replacen("https://", "http://", 1).trim_end_matches("/v1/traces")
        )),
        None,
    )
}

/// Something answers, in another protocol.
fn other_language(view: &View<'_>) -> Finding {
    let targets = view.targets();
    let here = facts::authority(&targets.otlp.url);
    let same_place = |other: &&Alternative| facts::authority(&other.endpoint) == here;
    if let Some(other) = view
        .alternatives()
        .iter()
        .filter(same_place)
        .find(|other| answers(other))
    {
        if other.endpoint.starts_with("https://") {
            return Finding::broken(
                "plain-client-tls-server",
                "the receiver expects TLS, but the push was plain text",
            );
        }
        if other.protocol != targets.protocol {
            return Finding::broken(
                "app-otlp-protocol-port-mismatch",
                format!(
                    "{here} expects {}, but the push used {}",
                    other.protocol.name(),
                    targets.protocol.name()
                ),
            )
            .fix(
                "make the protocol match the port:",
                Some(format!(
                    "OTEL_EXPORTER_OTLP_PROTOCOL={}\nOTEL_EXPORTER_OTLP_ENDPOINT=http://{here}",
                    other.protocol.name()
                )),
                None,
            );
        }
    }
    let tls_there =
        view.alternatives().iter().filter(same_place).any(|other| {
            other.endpoint.starts_with("https://") && other.result.failure().is_some_and(certificates::ended)
        });
    if tls_there {
        return Finding::broken(
            "plain-client-tls-server",
            "the receiver expects TLS, but the push was plain text",
        );
    }
    let wrong_port = targets.protocol == Protocol::Grpc && here.ends_with(":4318")
        || targets.protocol != Protocol::Grpc && here.ends_with(":4317");
    if wrong_port {
        return Finding::broken(
            "app-otlp-protocol-port-mismatch",
            format!("{here} does not speak {}", targets.protocol.name()),
        )
        .likely();
    }
    if targets.protocol == Protocol::Grpc && speaks_grpc_elsewhere(view) {
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
fn is_tempo(view: &View<'_>) -> bool {
    let ready = view.ready().get().is_some_and(|answer| answer.body.trim() == "ready");
    facts::echoes(view) || ready || view.found_prefix().get().is_some()
}

/// The connection is refused, the name unknown, or nothing comes back.
fn nobody_listens(view: &View<'_>, failure: &Failure) -> Finding {
    let targets = view.targets();
    let here = facts::authority(&targets.otlp.url);
    let (host, port) = here.rsplit_once(':').unwrap_or((&here, ""));
    let tempo_host = facts::authority(&targets.tempo.url);
    let same_host = tempo_host
        .rsplit_once(':')
        .is_some_and(|(tempo, _)| tempo == host || facts::is_loopback(tempo) && facts::is_loopback(host));
    let unreachable = || {
        Finding::broken(
            "target-unreachable",
            format!("nothing answers at {}: {}", targets.otlp.url, failure.kind.words()),
        )
    };
    let grpc = targets.protocol == Protocol::Grpc;
    let listening: Vec<_> = view.alternatives().iter().filter(|other| answers(other)).collect();
    let config = view.config().get();
    if !same_host || failure.kind == FailureKind::Dns {
        return unreachable();
    }
    if listening
        .iter()
        .any(|other| other.protocol == targets.protocol || (other.protocol != Protocol::Grpc) != grpc)
    {
        // A receiver of this protocol listens on another port of the same host: the sender's address is wrong.
        return unreachable().fix(
            "send to the port that the receiver listens on:",
            listening.first().map(|other| {
                format!(
                    "OTEL_EXPORTER_OTLP_ENDPOINT={}",
                    other.endpoint.trim_end_matches("/v1/traces")
                )
            }),
            None,
        );
    }
    let name = if grpc { "grpc" } else { "http" };
    let bound = config.map(|config| tempo_config::receiver_endpoint(config, grpc));
    let default_port = targets.protocol.default_port().to_string();
    match bound {
        Some(None) => not_enabled(name, &default_port).seen(
            "GET /status/config",
            format!("distributor.receivers.otlp.protocols.{name}"),
            "not listed",
        ),
        Some(Some(address)) => bound_elsewhere(address, name, port, host),
        None if !listening.is_empty() => not_enabled(name, &default_port).likely(),
        None if is_tempo(view) && (port == default_port || port.is_empty()) => Finding::broken(
            "receiver-localhost-bind",
            format!("Tempo runs, but nothing listens on {here}: its receivers are probably bound to localhost"),
        )
        .likely(),
        None => unreachable().likely(),
    }
}

fn not_enabled(name: &str, port: &str) -> Finding {
    Finding::broken(
        "receiver-protocol-not-enabled",
        format!("Tempo's OTLP receiver for {name} is not enabled"),
    )
    .fix(
        "enable the protocol in Tempo's configuration:",
        Some(format!(
            "distributor:\n  receivers:\n    otlp:\n      protocols:\n        {name}:\n          endpoint: \"0.0.0.0:{port}\""
        )),
        None,
    )
}

fn bound_elsewhere(address: &str, name: &str, port: &str, host: &str) -> Finding {
    let (bound_host, bound_port) = address.rsplit_once(':').unwrap_or((address, ""));
    let open = matches!(bound_host, "0.0.0.0" | "[::]" | "::") || bound_host.is_empty() && !address.is_empty();
    let key = format!("distributor.receivers.otlp.protocols.{name}.endpoint");
    let shown = if address.is_empty() {
        "not set: localhost since 2.7"
    } else {
        address
    };
    let finding = if !bound_port.is_empty() && bound_port != port {
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
    } else if address.is_empty() || facts::is_loopback(bound_host) {
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
    finding.seen("GET /status/config", key, shown)
}
