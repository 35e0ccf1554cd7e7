//! The collector accepts the marker.

use telemetry::model::evidence::{Fact, TargetAddress};
use telemetry::model::marker::{AlternativeListener, Protocol, PushAnswer};
use telemetry::model::{CheckOutcome, Failure, FailureKind, Finding, Slot};
use telemetry::parse::authority::Authority;
use telemetry::parse::collector_log;

use super::{exporter_logs, is_collector_known, is_push_to_collector};
use crate::checks::certificates::{self, CertificateClient};
use crate::checks::listeners::{build_listener_evidence, find_own_deadline, find_spoken_protocol, is_answering};
use crate::checks::{Check, EvidenceView};
use crate::evidence::collector_counters as counters;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.push",
    title: "the collector accepts the marker",
    needs: &[&[
        Fact::Collector,
        Fact::Push,
        Fact::Alternatives,
        Fact::Targets,
        Fact::Logs,
    ]],
    judge,
};

/// The first push: where it went and what came of it.
struct FirstPush<'a> {
    target: &'a TargetAddress,
    protocol: Protocol,
    push: &'a Slot<PushAnswer>,
    alternatives: &'a [AlternativeListener],
}

fn find_first_push<'a>(view: &EvidenceView<'a>) -> FirstPush<'a> {
    match &view.collector().lost {
        Some(lost) => FirstPush {
            target: &lost.sent_to,
            protocol: lost.protocol,
            push: &lost.push,
            alternatives: &lost.alternatives,
        },
        None => FirstPush {
            target: &view.targets().otlp,
            protocol: view.targets().protocol,
            push: view.push(),
            alternatives: view.alternatives(),
        },
    }
}

/// What the collector answered; `None` where the push did not go to one.
pub fn find_collector_answer<'a>(view: &EvidenceView<'a>) -> Option<&'a Slot<PushAnswer>> {
    match &view.collector_untracked().lost {
        Some(lost) => Some(&lost.push),
        None => is_push_to_collector(view).then(|| view.push()),
    }
}

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !is_collector_known(view) {
        return CheckOutcome::not_applicable(
            "no collector is known; pass --collector-metrics-url or --tempo-otlp-endpoint",
        );
    }
    let first = find_first_push(view);
    match first.push {
        Slot::NotAsked => CheckOutcome::no_evidence("nothing was sent to it"),
        Slot::Known { value, took_ms } if value.is_accepted() => {
            CheckOutcome::pass(format!("{} accepted the marker in {took_ms} ms", value.endpoint))
        }
        Slot::Known { value, .. } => explain_refusal(view, value).into(),
        Slot::Failed { failure } if failure.kind == FailureKind::Cancelled => {
            CheckOutcome::no_evidence("the run ended before it answered")
        }
        Slot::Failed { failure } => explain_unanswered_push(view, &first, failure).into(),
    }
}

fn explain_refusal(view: &EvidenceView<'_>, answer: &PushAnswer) -> Finding {
    if is_trace_pipeline_missing(view, answer) {
        return Finding::broken(
            "collector-pipeline-not-wired",
            "the collector's OTLP receiver accepts no traces: no traces pipeline uses it",
        )
        .with_evidence(
            format!("OTLP push over {}", answer.protocol.name()),
            answer.endpoint.clone(),
            answer.summary_line(),
        );
    }
    // Without a queue and a batch the exporter's own trouble is passed on to the sender.
    let named = collector_log::classify_export_error(&answer.message);
    let by_status = match (answer.http_status, answer.grpc_code) {
        (Some(401 | 403), _) | (None, Some(7 | 16)) => Some("gateway-401"),
        (Some(404), _) => Some("otlp-wrong-path"),
        (Some(405 | 415 | 400), _) => Some("otlp-wrong-method-or-type"),
        _ => None,
    };
    let cause = named.or(by_status).unwrap_or("target-unreachable");
    let summary = match cause {
        "collector-memory-limiter" => "the collector rejects spans because it is short of memory".to_owned(),
        "collector-queue-full" => "the collector rejects spans because its sending queue is full".to_owned(),
        "gateway-401" => "the collector rejects the credentials of the push".to_owned(),
        "otlp-wrong-path" => "the collector has no OTLP receiver at this path".to_owned(),
        _ => format!("the collector rejects the marker: {}", answer.summary_line()),
    };
    let finding = Finding::broken(cause, summary).with_evidence(
        format!("OTLP push over {}", answer.protocol.name()),
        answer.endpoint.clone(),
        answer.summary_line(),
    );
    // Counters tell whether a path is wrong or a pipeline is missing.
    let told_apart = cause != "otlp-wrong-path" || counters::measure_flow(view).is_some();
    finding.likely_unless(told_apart && (named.is_some() || by_status.is_some()))
}

/// A receiver registers a signal only where a pipeline of that signal uses it (receiver/otlpreceiver/otlp.go). What it takes
/// and cannot hand on it counts.
fn is_trace_pipeline_missing(view: &EvidenceView<'_>, answer: &PushAnswer) -> bool {
    let not_there = match (answer.http_status, answer.grpc_code) {
        (Some(404), _) => is_traces_path(&answer.endpoint),
        (None, Some(12)) => answer.message.contains("unknown service"),
        _ => false,
    };
    let counted = ["receiver_refused_spans", "receiver_failed_spans"]
        .iter()
        .any(|family| !counters::list_risen_series(view, family).is_empty());
    not_there && counters::measure_flow(view).is_some() && !counted
}

/// Nothing but `/v1/traces` behind the host.
fn is_traces_path(endpoint: &str) -> bool {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    rest.split_once('/').is_some_and(|(_, path)| path == "v1/traces")
}

fn explain_unanswered_push(view: &EvidenceView<'_>, first: &FirstPush<'_>, failure: &Failure) -> Finding {
    let here = Authority::parse(&first.target.url);
    let finding = match failure.kind {
        FailureKind::TimedOut if view.targets().short_deadline.is_some() => {
            find_own_deadline(view, failure).unwrap_or_else(|| explain_no_answer(view, first, failure, &here))
        }
        FailureKind::Tls => explain_tls_failure(first, failure),
        FailureKind::Protocol | FailureKind::Reset | FailureKind::Decode | FailureKind::Truncated => {
            find_spoken_protocol(first.alternatives, &here, first.protocol, "collector")
                .unwrap_or_else(|| explain_no_answer(view, first, failure, &here))
        }
        _ => explain_no_answer(view, first, failure, &here),
    };
    let near = first
        .alternatives
        .iter()
        .filter(|other| Authority::parse(&other.endpoint).is_same_place(&here) || is_sibling_port(other, &here));
    finding
        .with_evidence(
            format!("OTLP push over {}", first.protocol.name()),
            first.target.url.clone(),
            failure,
        )
        .with_evidence_lines(near.map(build_listener_evidence))
}

fn explain_tls_failure(first: &FirstPush<'_>, failure: &Failure) -> Finding {
    let url = &first.target.url;
    certificates::find_rejected_certificate(url, failure, CertificateClient::Exporter).unwrap_or_else(|| {
        Finding::broken(
            "tls-client-plain-server",
            format!("the push used TLS, but {url} expects plain text"),
        )
    })
}

/// The other OTLP port of the same host by convention: 4317 beside 4318, 14317 beside 14318.
fn is_sibling_port(other: &AlternativeListener, here: &Authority) -> bool {
    let there = Authority::parse(&other.endpoint);
    there.host == here.host && here.port.abs_diff(there.port) == 1 && here.port.max(there.port) % 10 == 8
}

/// Nothing listens, or nothing comes back.
fn explain_no_answer(view: &EvidenceView<'_>, first: &FirstPush<'_>, failure: &Failure, here: &Authority) -> Finding {
    let url = &first.target.url;
    let unreachable = || {
        Finding::broken(
            "target-unreachable",
            format!("the collector does not answer at {url}: {}", failure.kind.description()),
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
    let port = here.port;
    let open = format!("receivers:\n  otlp:\n    protocols:\n      {name}:\n        endpoint: 0.0.0.0:{port}");
    let sibling = first
        .alternatives
        .iter()
        .find(|other| is_answering(other) && is_sibling_port(other, here));
    if let Some(sibling) = sibling.filter(|other| (other.protocol == Protocol::Grpc) != grpc) {
        return Finding::broken(
            "receiver-protocol-not-enabled",
            format!(
                "the collector accepts only {}: nothing listens on {here}",
                sibling.protocol.name()
            ),
        )
        .with_remedy("add the protocol to the collector's OTLP receiver, or send with the other protocol:")
        .with_config(open);
    }
    let bound = exporter_logs::find_newest_match(view, |cause| cause == "collector-receiver-localhost");
    let finding = Finding::broken(
        "collector-receiver-localhost",
        format!("the collector runs, but nothing listens on {here}: its receiver is bound to another address, most likely to localhost"),
    )
    .with_remedy("bind the receiver to an address that senders can reach:").with_config(open);
    match bound {
        Some((_, found)) => finding.with_evidence_lines([exporter_logs::build_log_evidence(found)]),
        None => finding.likely(),
    }
}
