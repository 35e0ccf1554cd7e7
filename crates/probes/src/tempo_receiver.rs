//! Tempo's own receiver behind a collector: as given, or as its configuration says.

use telemetry::model::collector::ReceiverEndpoint;
use telemetry::model::evidence::TargetAddress;
use telemetry::model::marker::Protocol;
use telemetry::model::receiver_path::add_traces_path;
use telemetry::parse::authority::{Authority, is_loopback, is_same_place};
use telemetry::parse::tempo_config;

use super::evidence_recorder::EvidenceRecorder;
use stack::Stack;

/// Tempo's own receiver: as given, else from its configuration, where that can be another address than the sender's.
pub fn find_tempo_receiver(stack: &Stack, board: &EvidenceRecorder) -> Option<ReceiverEndpoint> {
    let sender = stack.targets.otlp.url.clone();
    let found = match &stack.tempo_otlp {
        Some(given) => Some(given.behind.clone()),
        None => board.read(|evidence| {
            let config = evidence.tempo.config.get()?;
            derive_receiver(config, &evidence.targets.tempo.url)
        }),
    };
    found.filter(|behind| !is_same_place(&behind.target.url, &sender))
}

fn derive_receiver(config: &telemetry::model::tempo::ConfigTree, tempo_url: &str) -> Option<ReceiverEndpoint> {
    let host = Authority::parse(tempo_url).host;
    [(Protocol::HttpProtobuf, false), (Protocol::Grpc, true)]
        .into_iter()
        .find_map(|(protocol, grpc)| {
            let endpoint = tempo_config::find_receiver_endpoint(config, grpc)?;
            let (bound, port) = match endpoint.rsplit_once(':') {
                Some((bound, port)) => (bound, port.parse().ok()?),
                None => ("", protocol.default_port()),
            };
            let anywhere = matches!(bound, "" | "0.0.0.0" | "[::]" | "::");
            let loopback = is_loopback(bound);
            // A loopback address of another machine or container is nobody's but its own.
            let reached = if anywhere || loopback && is_loopback(&host) {
                host.clone()
            } else if loopback {
                return None;
            } else {
                bound.to_owned()
            };
            let base = format!("http://{reached}:{port}");
            Some(ReceiverEndpoint {
                target: TargetAddress {
                    url: if grpc { base } else { add_traces_path(&base) },
                    origin: "GET /status/config".to_owned(),
                    given: false,
                },
                protocol,
            })
        })
}

/// Tempo's configuration lists receivers, and none of them on the port that the sender sends to.
pub fn is_unlisted_port(stack: &Stack, board: &EvidenceRecorder) -> bool {
    let port = Authority::parse(&stack.targets.otlp.url).port;
    board.read(|evidence| {
        let Some(config) = evidence.tempo.config.get() else {
            return false;
        };
        let ports: Vec<u16> = [(false, 4318), (true, 4317)]
            .into_iter()
            .filter_map(|(grpc, default)| {
                let endpoint = tempo_config::find_receiver_endpoint(config, grpc)?;
                Some(
                    endpoint
                        .rsplit_once(':')
                        .map_or(default, |(_, port)| port.parse().unwrap_or(default)),
                )
            })
            .collect();
        !ports.is_empty() && !ports.contains(&port)
    })
}
