//! The collector accepts the marker.

use crate::model::evidence::{Fact, Target};
use crate::model::marker::{Alternative, Protocol, PushAnswer};
use crate::model::{Failure, FailureKind, Finding, Hop, Outcome, Slot};
use crate::parse::collector_log;

use super::{counters, has_the_push, is_known, logs};
use crate::checks::certificates::{self, Client};
use crate::checks::{Check, View, facts};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.push",
    hop: Hop::Collector,
    title: "the collector accepts the marker",
    needs: &[&[
        Fact::Collector,
        Fact::Push,
        Fact::Alternatives,
        Fact::Targets,
        Fact::Logs,
    ]],
    causes: &[
        "collector-memory-limiter",
        "collector-queue-full",
        "collector-receiver-localhost",
        "collector-batch-too-large",
        "collector-missing-org-header",
        "collector-tls-default",
        "collector-exporter-protocol-mixup",
        "collector-compression-unsupported",
        "collector-send-failed",
        "collector-permanent-429",
        "collector-pipeline-not-wired",
        "receiver-protocol-not-enabled",
        "app-otlp-protocol-port-mismatch",
        "plain-client-tls-server",
        "tls-client-plain-server",
        "tls-cert-untrusted",
        "otlp-wrong-path",
        "otlp-wrong-method-or-type",
        "gateway-401",
        "target-unreachable",
    ],
    judge,
};

/// The first push: where it went and what came of it.
struct First<'a> {
    target: &'a Target,
    protocol: Protocol,
    push: &'a Slot<PushAnswer>,
    alternatives: &'a [Alternative],
}

fn first<'a>(view: &View<'a>) -> First<'a> {
    match &view.collector().lost {
        Some(lost) => First {
            target: &lost.sent_to,
            protocol: lost.protocol,
            push: &lost.push,
            alternatives: &lost.alternatives,
        },
        None => First {
            target: &view.targets().otlp,
            protocol: view.targets().protocol,
            push: view.push(),
            alternatives: view.alternatives(),
        },
    }
}

/// What the collector answered; `None` where the push did not go to one.
pub fn answer<'a>(view: &View<'a>) -> Option<&'a Slot<PushAnswer>> {
    match &view.way().lost {
        Some(lost) => Some(&lost.push),
        None => has_the_push(view).then(|| view.push()),
    }
}

fn judge(view: &View<'_>) -> Outcome {
    if !is_known(view) {
        return Outcome::not_applicable("no collector is known; pass --collector-metrics-url or --tempo-otlp-endpoint");
    }
    let first = first(view);
    match first.push {
        Slot::NotAsked => Outcome::no_evidence("nothing was sent to it"),
        Slot::Known { value, took_ms } if value.accepted() => {
            Outcome::pass(format!("{} accepted the marker in {took_ms} ms", value.endpoint))
        }
        Slot::Known { value, .. } => refused(view, value).into(),
        Slot::Failed { failure } if failure.kind == FailureKind::Cancelled => {
            Outcome::no_evidence("the run ended before it answered")
        }
        Slot::Failed { failure } => unanswered(view, &first, failure).into(),
    }
}

fn refused(view: &View<'_>, answer: &PushAnswer) -> Finding {
    if takes_no_traces(view, answer) {
        return Finding::broken(
            "collector-pipeline-not-wired",
            "the collector's OTLP receiver accepts no traces: no traces pipeline uses it",
        )
        .seen(
            format!("OTLP push over {}", answer.protocol.name()),
            answer.endpoint.clone(),
            answer.line(),
        );
    }
    // Without a queue and a batch the exporter's own trouble is passed on to the sender.
    let named =
        collector_log::reason(&answer.message).and_then(|cause| CHECK.causes.iter().find(|known| **known == cause));
    let by_status = match (answer.http_status, answer.grpc_code) {
        (Some(401 | 403), _) | (None, Some(7 | 16)) => Some("gateway-401"),
        (Some(404), _) => Some("otlp-wrong-path"),
        (Some(405 | 415 | 400), _) => Some("otlp-wrong-method-or-type"),
        _ => None,
    };
    let cause = named.copied().or(by_status).unwrap_or("target-unreachable");
    let summary = match cause {
        "collector-memory-limiter" => "the collector rejects spans because it is short of memory".to_owned(),
        "collector-queue-full" => "the collector rejects spans because its sending queue is full".to_owned(),
        "gateway-401" => "the collector rejects the credentials of the push".to_owned(),
        "otlp-wrong-path" => "the collector has no OTLP receiver at this path".to_owned(),
        _ => format!("the collector rejects the marker: {}", answer.line()),
    };
    let finding = Finding::broken(cause, summary).seen(
        format!("OTLP push over {}", answer.protocol.name()),
        answer.endpoint.clone(),
        answer.line(),
    );
    if named.is_some() || by_status.is_some() {
        finding
    } else {
        finding.likely()
    }
}

/// TLS is spoken there, whoever issued the certificate.
fn shows_a_certificate(other: &Alternative) -> bool {
    other.endpoint.starts_with("https://") && other.result.failure().is_some_and(certificates::ended)
}

/// A receiver registers a signal only where a pipeline of that signal uses it (receiver/otlpreceiver/otlp.go). What it takes
/// and cannot hand on it counts.
fn takes_no_traces(view: &View<'_>, answer: &PushAnswer) -> bool {
    let not_there = match (answer.http_status, answer.grpc_code) {
        (Some(404), _) => is_whole_path(&answer.endpoint),
        (None, Some(12)) => answer.message.contains("unknown service"),
        _ => false,
    };
    let counted = ["receiver_refused_spans", "receiver_failed_spans"]
        .iter()
        .any(|family| !counters::risen(view, family).is_empty());
    not_there && counters::flow(view).is_some() && !counted
}

/// Nothing but `/v1/traces` behind the host.
fn is_whole_path(endpoint: &str) -> bool {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    rest.split_once('/').is_some_and(|(_, path)| path == "v1/traces")
}

fn answers(other: &Alternative) -> bool {
    other.result.get().is_some_and(PushAnswer::accepted)
}

fn unanswered(view: &View<'_>, first: &First<'_>, failure: &Failure) -> Finding {
    let here = facts::authority(&first.target.url);
    let same_place = |other: &&Alternative| facts::authority(&other.endpoint) == here;
    let finding = match failure.kind {
        FailureKind::Tls => tls(first, failure),
        FailureKind::Protocol | FailureKind::Reset | FailureKind::Decode | FailureKind::Truncated => {
            match first
                .alternatives
                .iter()
                .filter(same_place)
                .find(|other| answers(other))
            {
                Some(other) if other.endpoint.starts_with("https://") => Finding::broken(
                    "plain-client-tls-server",
                    "the collector expects TLS, but the push was plain text",
                ),
                Some(other) => other_protocol(&here, other, first.protocol),
                None if first.alternatives.iter().filter(same_place).any(shows_a_certificate) => Finding::broken(
                    "plain-client-tls-server",
                    "the collector expects TLS, but the push was plain text",
                ),
                None => silent(view, first, failure, &here),
            }
        }
        _ => silent(view, first, failure, &here),
    };
    let mut finding = finding.seen(
        format!("OTLP push over {}", first.protocol.name()),
        first.target.url.clone(),
        failure,
    );
    for other in first
        .alternatives
        .iter()
        .filter(|other| same_place(other) || is_sibling(other, &here))
    {
        finding = finding.seen(
            format!("empty export over {}", other.protocol.name()),
            other.endpoint.clone(),
            match &other.result {
                Slot::Known { value, .. } if value.accepted() => "answers".to_owned(),
                Slot::Known { value, .. } => value.line(),
                Slot::Failed { failure } => failure.to_string(),
                Slot::NotAsked => "not queried".to_owned(),
            },
        );
    }
    finding
}

fn other_protocol(here: &str, other: &Alternative, spoken: Protocol) -> Finding {
    Finding::broken(
        "app-otlp-protocol-port-mismatch",
        format!(
            "{here} expects {}, but the push used {}",
            other.protocol.name(),
            spoken.name()
        ),
    )
    .fix(
        "make the protocol match the port:",
        Some(format!(
            "OTEL_EXPORTER_OTLP_PROTOCOL={}\nOTEL_EXPORTER_OTLP_ENDPOINT=http://{here}",
            other.protocol.name()
        )),
        None,
    )
}

fn tls(first: &First<'_>, failure: &Failure) -> Finding {
    let url = &first.target.url;
    certificates::finding(url, failure, Client::Exporter).unwrap_or_else(|| {
        Finding::broken(
            "tls-client-plain-server",
            format!("the push used TLS, but {url} expects plain text"),
        )
    })
}

/// The other OTLP port of the same host by convention: 4317 beside 4318, 14317 beside 14318.
fn is_sibling(other: &Alternative, here: &str) -> bool {
    let (Some((host, port)), there) = (here.rsplit_once(':'), facts::authority(&other.endpoint)) else {
        return false;
    };
    let (Ok(port), Some((other_host, other_port))) = (port.parse::<u32>(), there.rsplit_once(':')) else {
        return false;
    };
    let other_port: u32 = other_port.parse().unwrap_or(0);
    other_host == host && port.abs_diff(other_port) == 1 && port.max(other_port) % 10 == 8
}

/// Nothing listens, or nothing comes back.
fn silent(view: &View<'_>, first: &First<'_>, failure: &Failure, here: &str) -> Finding {
    let url = &first.target.url;
    let unreachable = || {
        Finding::broken(
            "target-unreachable",
            format!("the collector does not answer at {url}: {}", failure.kind.words()),
        )
    };
    let facts = view.collector();
    let scrape = facts.metrics_after.get().or(facts.metrics_before.get());
    let alive = scrape.is_some() && facts.gone.is_none() || facts.health.get().is_some();
    if !alive || !matches!(failure.kind, FailureKind::Refused | FailureKind::TimedOut) {
        return unreachable();
    }
    let grpc = first.protocol == Protocol::Grpc;
    let name = if grpc { "grpc" } else { "http" };
    let port = here.rsplit_once(':').map_or("", |(_, port)| port);
    let open = Some(format!(
        "receivers:\n  otlp:\n    protocols:\n      {name}:\n        endpoint: 0.0.0.0:{port}"
    ));
    let sibling = first
        .alternatives
        .iter()
        .find(|other| answers(other) && is_sibling(other, here));
    if let Some(sibling) = sibling.filter(|other| (other.protocol == Protocol::Grpc) != grpc) {
        return Finding::broken(
            "receiver-protocol-not-enabled",
            format!(
                "the collector accepts only {}: nothing listens on {here}",
                sibling.protocol.name()
            ),
        )
        .fix(
            "add the protocol to the collector's OTLP receiver, or send with the other protocol:",
            open,
            None,
        );
    }
    let bound = logs::newest(view, |cause| cause == "collector-receiver-localhost");
    let finding = Finding::broken(
        "collector-receiver-localhost",
        format!("the collector runs, but nothing listens on {here}: its receiver is bound to another address, most likely to localhost"),
    )
    .fix("bind the receiver to an address that senders can reach:", open, None);
    match bound {
        Some((_, found)) => finding.seen_all([logs::line(found)]),
        None => finding.likely(),
    }
}
