//! What Tempo says about itself.

use crate::clients::HttpClient;
use crate::model::tempo::HttpAnswer;
use crate::model::{FailureKind, Slot};
use crate::parse::tempo as parse;

use super::clock;
use super::evidence_recorder::EvidenceRecorder;
use super::setup::Setup;

/// Tempo's clients once its prefix is known.
pub struct TempoApi {
    /// For `/api`, under the prefix.
    pub api: HttpClient,
}

/// Asks every status page at once, and finds the prefix where nobody gave it.
pub async fn fetch_status(setup: &Setup, board: &EvidenceRecorder) -> TempoApi {
    let asked_at = clock::unix_now();
    let (ready, echo, buildinfo, services, endpoints, config, runtime) = tokio::join!(
        fetch_from_root(setup, "/ready"),
        setup.tempo.get("/api/echo"),
        setup.tempo.get("/api/status/buildinfo"),
        fetch_from_root(setup, "/status/services"),
        fetch_from_root(setup, "/status/endpoints"),
        fetch_from_root(setup, "/status/config"),
        fetch_from_root(setup, "/status/runtime_config"),
    );
    let skew = [&echo, &ready]
        .iter()
        .find_map(|slot| clock::measure_skew(slot.get()?.header("date")?, asked_at));
    let endpoints = endpoints.and_then(parse::parse_endpoints);
    let services = services.and_then(parse::parse_services);
    let closed = services.get().is_none();
    board.write(|evidence| {
        evidence.tempo.ready = ready;
        evidence.tempo.buildinfo = buildinfo.and_then(parse::parse_build_info);
        evidence.tempo.services = services;
        evidence.tempo.config = config.and_then(parse::parse_yaml_page);
        evidence.tempo.runtime_config = runtime.and_then(parse::parse_yaml_page);
        evidence.tempo.clock_skew_s = skew;
    });
    let api = find_prefix(setup, board, &echo, endpoints.get()).await;
    board.write(|evidence| {
        evidence.tempo.endpoints = endpoints;
        evidence.tempo.echo = echo;
    });
    if closed {
        let ring = fetch_from_root(setup, "/ingester/ring").await;
        board.write(|evidence| evidence.tempo.ingester_ring = ring);
    }
    TempoApi { api }
}

/// Asks at the root, and under the given prefix where the root has no such page: gateways differ.
pub async fn fetch_from_root(setup: &Setup, path: &str) -> Slot<HttpAnswer> {
    let at_root = setup.tempo_root.get(path).await;
    if setup.tempo_root.base() == setup.tempo.base() {
        return at_root;
    }
    let found = |slot: &Slot<HttpAnswer>| {
        slot.get()
            .is_some_and(|answer| (answer.is_success() || answer.status == 503) && !answer.is_html())
    };
    if found(&at_root) {
        return at_root;
    }
    let under = setup.tempo.get(path).await;
    if found(&under) { under } else { at_root }
}

/// Where `/api/echo` says 404, the API may stand under a prefix that nobody gave.
async fn find_prefix(
    setup: &Setup,
    board: &EvidenceRecorder,
    echo: &Slot<HttpAnswer>,
    endpoints: Option<&Vec<String>>,
) -> HttpClient {
    if echo.get().is_none_or(|answer| answer.status != 404) {
        return setup.tempo.clone();
    }
    // The shipped examples use /tempo; it is tried where /status/endpoints is closed.
    let prefix = match endpoints {
        Some(paths) => parse::find_api_prefix(paths),
        None => Some("/tempo".to_owned()),
    };
    let Some(prefix) = prefix.filter(|prefix| !prefix.is_empty()) else {
        return setup.tempo.clone();
    };
    let client = setup.tempo_root.with_prefix(&prefix);
    let answer = client.get("/api/echo").await;
    if answer
        .get()
        .is_some_and(|answer| answer.status == 200 && answer.body.trim() == "echo")
    {
        board
            .write(|evidence| evidence.tempo.found_prefix = Slot::known(prefix.clone(), answer.took_ms().unwrap_or(0)));
        return client;
    }
    setup.tempo.clone()
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
