//! Tempo's own receiver behind a collector: as given, or as its configuration says.

use crate::model::collector::ReceiverEndpoint;
use crate::model::evidence::TargetAddress;
use crate::model::marker::Protocol;
use crate::parse::tempo_config;

use super::evidence_recorder::EvidenceRecorder;
use super::setup::Setup;

/// Tempo's own receiver: as given, else from its configuration, where that can be another address than the sender's.
pub fn find_tempo_receiver(setup: &Setup, board: &EvidenceRecorder) -> Option<ReceiverEndpoint> {
    let sender = setup.targets.otlp.url.clone();
    let found = match &setup.tempo_otlp {
        Some(given) => Some(given.behind.clone()),
        None => board.read(|evidence| {
            let config = evidence.tempo.config.get()?;
            derive_receiver(config, &evidence.targets.tempo.url)
        }),
    };
    found.filter(|behind| !is_same_endpoint(&behind.target.url, &sender))
}

fn derive_receiver(config: &crate::model::tempo::ConfigTree, tempo_url: &str) -> Option<ReceiverEndpoint> {
    let host = extract_host(tempo_url)?;
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
            let path = if grpc { "" } else { "/v1/traces" };
            Some(ReceiverEndpoint {
                target: TargetAddress {
                    url: format!("http://{reached}:{port}{path}"),
                    origin: "GET /status/config".to_owned(),
                    given: false,
                },
                protocol,
            })
        })
}

/// Tempo's configuration lists receivers, and none of them on the port that the sender sends to.
pub fn is_unlisted_port(setup: &Setup, board: &EvidenceRecorder) -> bool {
    let Some(port) = extract_port(&setup.targets.otlp.url) else {
        return false;
    };
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

fn extract_authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

fn extract_host(url: &str) -> Option<String> {
    let authority = extract_authority(url);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    (!host.is_empty()).then(|| host.to_owned())
}

fn extract_port(url: &str) -> Option<u16> {
    extract_authority(url).rsplit_once(':')?.1.parse().ok()
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host == "::1" || host.starts_with("127.")
}

/// The same host and port, where `localhost` and its addresses are one host.
fn is_same_endpoint(one: &str, other: &str) -> bool {
    let key = |url: &str| {
        let host = extract_host(url).unwrap_or_default();
        let host = if is_loopback(&host) && !host.starts_with("127.0.0.2") {
            "localhost".to_owned()
        } else {
            host
        };
        (host, extract_port(url))
    };
    key(one) == key(other)
}
