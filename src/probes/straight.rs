//! Sending past the collector: the back-dated trace, and a second marker where the first did not come out.

use secrecy::SecretString;

use crate::clients::Connect;
use crate::clients::otlp::OtlpClient;
use crate::model::collector::{Behind, LostMarker};
use crate::model::marker::{Marker, Protocol, PushAnswer, SpanSpec, live_services, live_trace};
use crate::model::{FailureKind, Slot};

use super::board::Board;
use super::clock;
use super::push::new_trace_id;
use super::setup::Setup;

/// The sender to Tempo's own receiver.
pub struct Straight {
    behind: Behind,
    connect: Connect,
}

impl Straight {
    /// Headers of the sender go along where the address was given; where it was read off a configuration, only the tenant.
    pub fn new(setup: &Setup, behind: Behind) -> Option<Self> {
        let mut connect = if behind.target.given {
            setup.otlp_connect.clone()
        } else {
            let mut plain = Connect::plain("");
            plain.no_proxy = setup.otlp_connect.no_proxy;
            plain.redact = setup.otlp_connect.redact.clone();
            plain.deadline = setup.otlp_connect.deadline;
            if let Some(tenant) = setup.targets.tenants.first() {
                plain
                    .headers
                    .push(("X-Scope-OrgID".to_owned(), SecretString::from(tenant.clone())));
            }
            plain
        };
        connect.base.clone_from(&behind.target.url);
        Some(Straight { behind, connect })
    }

    /// Pushes one trace; where the port speaks the other protocol, in that one.
    pub async fn push(&self, trace_id: &str, spans: &[SpanSpec]) -> (Slot<PushAnswer>, Behind) {
        let first = self
            .push_as(self.behind.protocol, &self.connect.base, trace_id, spans)
            .await;
        let other_language = first.failure().is_some_and(|failure| {
            matches!(
                failure.kind,
                FailureKind::Protocol | FailureKind::Reset | FailureKind::Decode | FailureKind::Truncated
            )
        });
        if !other_language {
            return (first, self.behind.clone());
        }
        let root = root_of(&self.connect.base);
        let (protocol, base) = match self.behind.protocol {
            Protocol::Grpc => (Protocol::HttpProtobuf, format!("{root}/v1/traces")),
            _ => (Protocol::Grpc, root),
        };
        let second = self.push_as(protocol, &base, trace_id, spans).await;
        if second.get().is_none() {
            return (first, self.behind.clone());
        }
        let mut behind = self.behind.clone();
        behind.protocol = protocol;
        behind.target.url = base;
        (second, behind)
    }

    async fn push_as(&self, protocol: Protocol, base: &str, trace_id: &str, spans: &[SpanSpec]) -> Slot<PushAnswer> {
        let mut connect = self.connect.clone();
        base.clone_into(&mut connect.base);
        match OtlpClient::new(protocol, connect, false) {
            Ok(client) => client.push(trace_id, spans).await,
            Err(_) => Slot::NotAsked,
        }
    }
}

fn root_of(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    format!("{scheme}://{}", rest.split('/').next().unwrap_or_default())
}

/// A second marker, past the collector. Where its push says something about Tempo's receiver, everything that follows is
/// about it; an address that was only guessed and does not answer from here says nothing.
pub async fn second_marker(board: &Board, straight: &Straight) {
    let skew = board.read(|evidence| evidence.tempo.clock_skew_s).unwrap_or(0.0);
    let sent_at = clock::now();
    let trace_id = new_trace_id();
    let end_ns = ((sent_at + skew) * 1e9) as u64;
    let spans = live_trace(&trace_id, end_ns);
    let (client, server) = live_services();
    let (answer, behind) = straight.push(&trace_id, &spans).await;
    let unreachable = answer.failure().is_some_and(|failure| failure.kind.is_unreachable()) || !answer.was_asked();
    board.write(|evidence| {
        if unreachable && !behind.target.given {
            evidence.collector.straight = answer;
            return;
        }
        let Some(first) = evidence.marker.take() else { return };
        let backdated = first.backdated.clone();
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
        evidence.marker = Some(Marker {
            trace_id,
            client_service: client.to_owned(),
            server_service: server.to_owned(),
            spans: spans.len() as u32,
            end_ns,
            sent_at,
            sent_after_ms: board.elapsed_ms(),
            backdated,
        });
    });
}
