//! Sending the marker; and, where nobody takes it, finding out who listens instead.

use std::time::Duration;

use stack::clients::export::ExportClient;
use telemetry::load::encode::encode_bodies;
use telemetry::load::marker;
use telemetry::load::probe::Probe;
use telemetry::model::marker::{AlternativeListener, BackdatedTrace, Marker, Protocol, PushAnswer};
use telemetry::model::receiver_path::add_traces_path;
use telemetry::model::send_report::BodyCompression;
use telemetry::model::trace::{Trace, TraceId};
use telemetry::model::{FailureKind, Hop, HopState, Slot};

use telemetry::parse::authority::Authority;

use super::clock;
use super::collector::CollectorRoute;
use super::direct_push::push_directly;
use super::evidence_recorder::EvidenceRecorder;
use super::wait_budget::WaitBudget;
use stack::Stack;

/// How long a neighbour may take to answer.
const NEIGHBOUR: Duration = Duration::from_secs(2);

/// A trace id whose first digit is never 0.
fn generate_trace_id() -> TraceId {
    let mut bytes = [0u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // Without a source of randomness the clock has to do.
        bytes = (clock::unix_now() * 1e9)
            .to_bits()
            .to_le_bytes()
            .repeat(2)
            .try_into()
            .unwrap_or([1; 16]);
    }
    bytes[0] |= 0x10;
    TraceId(bytes)
}

/// A new marker that ends now by Tempo's clock.
pub fn build_new_marker(board: &EvidenceRecorder) -> Probe {
    let skew = board.read(|evidence| evidence.tempo.clock_skew_s).unwrap_or(0.0);
    marker::build_marker(generate_trace_id(), ((clock::unix_now() + skew) * 1e9) as u64)
}

/// What evidence holds of a probe that is pushed now.
pub fn describe_probe(board: &EvidenceRecorder, probe: &Probe) -> Marker {
    Marker {
        trace_id: probe.id(),
        client_service: probe.services.0.clone(),
        server_service: probe.services.1.clone(),
        spans: probe.span_count(),
        end_ns: probe.end,
        sent_at: clock::unix_now(),
        sent_after_ms: board.elapsed_ms(),
        backdated: None,
    }
}

/// Pushes a trace: all its bodies, as far as they are accepted.
pub async fn push_trace(client: &ExportClient, trace: &Trace) -> Slot<PushAnswer> {
    client.send_all(encode_bodies(client.wire(), trace)).await
}

/// Pushes the probe that everything after is about, to whoever stands at that hop; true where it was accepted.
pub async fn push_probe(stack: &Stack, board: &EvidenceRecorder, probe: &Probe, hop: Hop) -> bool {
    board.write(|evidence| evidence.marker = Some(describe_probe(board, probe)));
    let answer = push_trace(&stack.otlp, &probe.trace).await;
    let accepted = answer.get().is_some_and(PushAnswer::is_accepted);
    let state = match (accepted, hop) {
        (false, _) => HopState::Lost,
        (true, Hop::Collector) => HopState::Waiting,
        (true, _) => HopState::Passed,
    };
    let took = answer.took_ms().filter(|_| accepted).map(|ms| format!("{ms} ms"));
    board.report_hop(hop, state, took);
    board.write(|evidence| evidence.receiver.push = answer);
    if stack.otlp.wire().otlp_protocol().is_some() {
        probe_neighbours(stack, board).await;
    }
    accepted
}

/// Pushes the live trace and, where search lags, its back-dated companion.
pub async fn push_marker(stack: &Stack, board: &EvidenceRecorder, pace: &WaitBudget, way: Option<&CollectorRoute>) {
    let probe = build_new_marker(board);
    let hop = if way.is_some_and(CollectorRoute::is_known) {
        Hop::Collector
    } else {
        Hop::Receiver
    };
    let accepted = push_probe(stack, board, &probe, hop).await;
    let age_s = pace.backdate_s().filter(|_| accepted && !board.is_fast());
    if let Some(age_s) = age_s {
        push_backdated(stack, board, way, &probe, age_s).await;
    }
}

async fn push_backdated(
    stack: &Stack,
    board: &EvidenceRecorder,
    way: Option<&CollectorRoute>,
    probe: &Probe,
    age_s: f64,
) {
    let end = probe.end.saturating_sub((age_s * 1e9) as u64);
    let trace = marker::build_backdated_trace(generate_trace_id(), end);
    // It does not travel through a collector, which may keep it back for longer than it saves.
    let answer = match way.filter(|way| way.is_known()) {
        None => push_trace(&stack.otlp, &trace).await,
        Some(CollectorRoute {
            direct_push: Some(straight),
            ..
        }) => push_directly(straight, &trace).await.0,
        Some(_) => return,
    };
    let taken = answer.get().is_some_and(PushAnswer::is_accepted) || way.is_none();
    board.write(|evidence| {
        evidence.receiver.backdated_push = answer;
        if let Some(marker) = evidence.marker.as_mut().filter(|_| taken) {
            marker.backdated = Some(BackdatedTrace {
                trace_id: trace.id.to_string(),
                age_s,
            });
        }
    });
}

/// Where nobody took the push, or a gateway answered that knows no such route: tries the same address in the other protocol
/// and with TLS the other way round, and the usual ports of its host, with an empty export and without any header.
pub async fn probe_neighbours(stack: &Stack, board: &EvidenceRecorder) {
    let worth_it = board.read(|evidence| match &evidence.receiver.push {
        Slot::Failed { failure } => !matches!(failure.kind, FailureKind::Dns | FailureKind::Cancelled),
        Slot::Known { value, .. } => {
            !value.is_accepted() && matches!(value.underlying_http_status(), Some(404 | 405 | 415 | 464 | 502..=504))
        }
        Slot::NotAsked => false,
    });
    if !worth_it {
        return;
    }
    let answered = board.read(|evidence| evidence.receiver.push.get().is_some());
    let candidates = list_candidates(stack.otlp.endpoint(), stack.targets.protocol, answered);
    let asked = candidates.into_iter().filter_map(|(protocol, endpoint)| {
        let mut connect = stack.otlp.connect().without_credentials(endpoint.clone());
        connect.deadline = NEIGHBOUR;
        let client = ExportClient::new(protocol.into(), connect, BodyCompression::None).ok()?;
        Some(async move {
            AlternativeListener {
                protocol,
                endpoint,
                // An export without spans proves address, transport and path, and moves no counter.
                result: push_trace(&client, &Trace::default()).await,
            }
        })
    });
    let found = futures_util::future::join_all(asked).await;
    board.write(|evidence| evidence.receiver.alternatives = found);
}

/// `answered`: something is there, and may take traces at another path.
fn list_candidates(endpoint: &str, protocol: Protocol, answered: bool) -> Vec<(Protocol, String)> {
    let Some((scheme, rest)) = endpoint.split_once("://") else {
        return Vec::new();
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let Authority { host, port } = Authority::parse(endpoint);
    let other_scheme = if scheme == "https" { "http" } else { "https" };
    let http = |scheme: &str, authority: &str| {
        (
            Protocol::HttpProtobuf,
            add_traces_path(&format!("{scheme}://{authority}")),
        )
    };
    let grpc = |scheme: &str, authority: &str| (Protocol::Grpc, format!("{scheme}://{authority}"));
    // Gateways take traces at the root, or at the path of Grafana Cloud's and Mimir's.
    let at_paths = [http(scheme, authority), http(scheme, &format!("{authority}/otlp"))];
    let mut list = vec![
        http("http", &format!("{host}:4318")),
        grpc("http", &format!("{host}:4317")),
    ];
    if protocol == Protocol::Grpc {
        list.extend([http(scheme, authority), grpc(other_scheme, authority)]);
    } else {
        list.extend([grpc(scheme, authority), http(other_scheme, authority)]);
        if answered {
            list.extend(at_paths);
        }
    }
    // The other OTLP port by convention, wherever the two were moved: 14317 beside 14318.
    if port % 10 == 8 && protocol != Protocol::Grpc {
        list.push(grpc("http", &format!("{host}:{}", port - 1)));
    } else if port % 10 == 7 && protocol == Protocol::Grpc {
        list.push(http("http", &format!("{host}:{}", port + 1)));
    }
    let mut seen = Vec::new();
    list.retain(|(candidate, address)| {
        let same = *address == endpoint && (*candidate == Protocol::Grpc) == (protocol == Protocol::Grpc);
        let fresh = !same && !seen.contains(&(*candidate, address.clone()));
        seen.push((*candidate, address.clone()));
        fresh
    });
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_whole_and_never_start_with_zero() {
        for _ in 0..200 {
            let id = generate_trace_id().to_string();
            assert_eq!(id.len(), 32);
            assert!(!id.starts_with('0'), "{id}");
        }
    }

    #[test]
    fn neighbours_are_other_addresses_or_other_protocols() {
        let list = list_candidates("http://h:4318/v1/traces", Protocol::HttpProtobuf, false);
        assert!(!list.contains(&(Protocol::HttpProtobuf, "http://h:4318/v1/traces".into())));
        assert!(list.contains(&(Protocol::Grpc, "http://h:4317".into())));
        assert!(list.contains(&(Protocol::Grpc, "http://h:4318".into())));
        assert!(list.contains(&(Protocol::HttpProtobuf, "https://h:4318/v1/traces".into())));
        assert!(!list.iter().any(|(_, address)| address.contains("/otlp/")));
        let list = list_candidates("https://h/otlp/otlp/v1/traces", Protocol::HttpProtobuf, true);
        for path in ["", "/otlp"] {
            assert!(list.contains(&(Protocol::HttpProtobuf, format!("https://h{path}/v1/traces"))));
        }
    }
}
