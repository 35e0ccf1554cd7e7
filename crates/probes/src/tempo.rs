//! What Tempo says about itself.

use stack::clients::TempoClient;
use stack::clients::tempo::status;
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::{FailureKind, Slot};
use telemetry::parse::tempo::is_echo;

use super::clock;
use super::evidence_recorder::EvidenceRecorder;
use stack::Stack;

/// Asks every status page at once, and finds the prefix where nobody gave it. The client is the one that reads the API.
pub async fn fetch_status(stack: &Stack, board: &EvidenceRecorder) -> TempoClient {
    let asked_at = clock::unix_now();
    let tempo = &stack.tempo;
    let (ready, echo, buildinfo, services, endpoints, config, runtime) = tokio::join!(
        tempo.fetch_ready(),
        tempo.fetch_echo(),
        tempo.fetch_build_info(),
        tempo.fetch_services(),
        tempo.fetch_endpoints(),
        tempo.fetch_config(),
        tempo.fetch_runtime_config(),
    );
    let skew = [&echo, &ready]
        .iter()
        .find_map(|slot| clock::measure_skew(slot.get()?.header("date")?, asked_at));
    let closed = services.get().is_none();
    board.write(|evidence| {
        evidence.tempo.ready = ready;
        evidence.tempo.buildinfo = buildinfo;
        evidence.tempo.services = services;
        evidence.tempo.config = config;
        evidence.tempo.runtime_config = runtime;
        evidence.tempo.clock_skew_s = skew;
    });
    let found = find_prefix(tempo, board, &echo, endpoints.get()).await;
    board.write(|evidence| {
        evidence.tempo.endpoints = endpoints;
        evidence.tempo.echo = echo;
    });
    if closed {
        let ring = tempo.fetch_ingester_ring().await;
        board.write(|evidence| evidence.tempo.ingester_ring = ring);
    }
    found
}

/// Where `/api/echo` says 404, the API may stand under a prefix that nobody gave.
async fn find_prefix(
    tempo: &TempoClient,
    board: &EvidenceRecorder,
    echo: &Slot<HttpAnswer>,
    endpoints: Option<&Vec<String>>,
) -> TempoClient {
    if echo.get().is_none_or(|answer| answer.status != 404) {
        return tempo.clone();
    }
    // The shipped examples use /tempo; it is tried where /status/endpoints is closed.
    let mut prefixes: Vec<String> = match endpoints {
        Some(paths) => status::find_api_prefix(paths).into_iter().collect(),
        None => vec!["/tempo".to_owned()],
    };
    // The address may have a path that is too long: `/tempo/tempo`, `/tempo/api`.
    prefixes.push(String::new());
    for prefix in prefixes {
        let under = tempo.with_prefix(&prefix);
        if under.base() == tempo.base() {
            continue;
        }
        let answer = under.fetch_echo().await;
        if !is_echo(&answer) {
            continue;
        }
        board.write(|evidence| evidence.tempo.found_prefix = Slot::known(prefix, answer.took_ms().unwrap_or(0)));
        return under;
    }
    tempo.clone()
}

/// True where asking Tempo anything more would only cost time.
pub fn is_silent(board: &EvidenceRecorder) -> bool {
    board.read(|evidence| {
        [&evidence.tempo.ready, &evidence.tempo.echo].iter().all(|slot| {
            slot.failure()
                .is_some_and(|failure| failure.kind.is_unreachable() || failure.kind == FailureKind::Truncated)
        })
    })
}
