//! Sending past the collector: the back-dated trace, and a second marker where the first did not come out.

use stack::clients::ConnectOptions;
use stack::clients::export::ExportClient;
use telemetry::model::collector::{LostMarker, ReceiverEndpoint};
use telemetry::model::marker::{Protocol, PushAnswer};
use telemetry::model::receiver_path::OTLP_TRACES;
use telemetry::model::send_report::BodyCompression;
use telemetry::model::trace::Trace;
use telemetry::model::{FailureKind, Slot};

use super::evidence_recorder::EvidenceRecorder;
use super::push::{build_new_marker, describe_probe, push_trace};
use stack::{Stack, TempoOtlp};

/// How that receiver of Tempo is reached. Headers of the sender go along where the address was given and the settings admit
/// them for it; where it was read off a configuration, only the tenant.
pub fn reach_receiver(stack: &Stack, behind: ReceiverEndpoint) -> TempoOtlp {
    let connect = match &stack.tempo_otlp {
        Some(given) if behind.target.given => given.connect.clone(),
        _ => {
            let plain = stack.otlp.connect().without_credentials(behind.target.url.clone());
            match stack.targets.tenants.first() {
                Some(tenant) => plain.for_tenant(tenant),
                None => plain,
            }
        }
    };
    TempoOtlp { behind, connect }
}

/// Pushes one trace to Tempo's own receiver; where the port speaks the other protocol, in that one.
pub async fn push_directly(to: &TempoOtlp, trace: &Trace) -> (Slot<PushAnswer>, ReceiverEndpoint) {
    let mut behind = to.behind.clone();
    let first = push_as(behind.protocol, to.connect.clone(), trace).await;
    let other_language = first.failure().is_some_and(|failure| {
        matches!(
            failure.kind,
            FailureKind::Protocol | FailureKind::Reset | FailureKind::Decode | FailureKind::Truncated
        )
    });
    if !other_language {
        return (first, behind);
    }
    let root = to.connect.root();
    let (protocol, connect) = match behind.protocol {
        Protocol::Grpc => (Protocol::HttpProtobuf, root.with_prefix(OTLP_TRACES)),
        _ => (Protocol::Grpc, root),
    };
    let base = connect.base().to_owned();
    let second = push_as(protocol, connect, trace).await;
    if second.get().is_none() {
        return (first, behind);
    }
    behind.protocol = protocol;
    behind.target.url = base;
    (second, behind)
}

async fn push_as(protocol: Protocol, connect: ConnectOptions, trace: &Trace) -> Slot<PushAnswer> {
    match ExportClient::new(protocol.into(), connect, BodyCompression::None) {
        Ok(client) => push_trace(&client, trace).await,
        Err(_) => Slot::NotAsked,
    }
}

/// A second marker, past the collector. Where its push says something about Tempo's receiver, everything that follows is
/// about it; an address that was only guessed and does not answer from here says nothing.
pub async fn push_second_marker(board: &EvidenceRecorder, straight: &TempoOtlp) {
    let probe = build_new_marker(board);
    let mut marker = describe_probe(board, &probe);
    let (answer, behind) = push_directly(straight, &probe.trace).await;
    let unreachable = answer.failure().is_some_and(|failure| failure.kind.is_unreachable()) || !answer.was_asked();
    board.write(|evidence| {
        if unreachable && !behind.target.given {
            evidence.collector.straight = answer;
            return;
        }
        let Some(first) = evidence.marker.take() else { return };
        marker.backdated.clone_from(&first.backdated);
        evidence.collector.lost = Some(LostMarker {
            marker: first,
            sent_to: evidence.targets.otlp.clone(),
            protocol: evidence.targets.protocol,
            push: std::mem::replace(&mut evidence.receiver.push, answer),
            alternatives: std::mem::take(&mut evidence.receiver.alternatives),
            read: std::mem::take(&mut evidence.query.by_id),
        });
        evidence.query.by_id_watch = None;
        evidence.targets.otlp = behind.target.clone();
        evidence.targets.protocol = behind.protocol;
        evidence.collector.behind = Some(behind);
        evidence.marker = Some(marker);
    });
}
