//! What Prometheus says about itself.

use http::Method;

use crate::evidence::installation;
use crate::model::Slot;
use crate::model::prometheus::{PromSeries, ScrapeTarget};
use crate::parse::prometheus as parse;

use super::evidence_recorder::EvidenceRecorder;
use super::setup::Setup;

/// Asks flags, targets and the rest at once.
pub async fn fetch_status(setup: &Setup, board: &EvidenceRecorder) {
    let client = &setup.prometheus;
    let probe = client.get("/api/v1/query?query=vector(1)").await;
    board.write(|evidence| evidence.prometheus.query_probe = probe);
    if !board.view(installation::is_prometheus_answering) {
        return;
    }
    let (ready, buildinfo, flags, runtime, write, names) = tokio::join!(
        client.get("/-/ready"),
        client.get("/api/v1/status/buildinfo"),
        client.get("/api/v1/status/flags"),
        client.get("/api/v1/status/runtimeinfo"),
        send_empty_write(client, "/api/v1/write"),
        client.get("/api/v1/label/__name__/values?match[]=%7B__name__%3D~%22traces_.%2B%22%7D"),
    );
    let started = runtime.and_then(parse::parse_start_time);
    fetch_scrape_targets(setup, board).await;
    board.write(|evidence| {
        let facts = &mut evidence.prometheus;
        facts.ready = ready;
        facts.buildinfo = buildinfo.and_then(parse::parse_build_info);
        facts.flags = flags.and_then(parse::parse_flags);
        facts.up_for_s = started.get().map(|at| super::clock::unix_now() - at);
        facts.write_probe = write;
        facts.metric_names = names.and_then(parse::parse_name_list);
    });
}

/// Asks who is scraped.
///
/// The targets come first: a target is «up» a moment before its first samples can be read, and a series asked for before
/// that moment would look as if the scrape job threw it away.
pub async fn fetch_scrape_targets(setup: &Setup, board: &EvidenceRecorder) {
    let client = &setup.prometheus;
    let targets = client
        .get("/api/v1/targets?state=active")
        .await
        .and_then(parse::parse_targets);
    let scraped = fetch_tempo_build_info(client).await;
    board.write(|evidence| {
        evidence.prometheus.targets = targets;
        evidence.prometheus.tempo_scraped = scraped;
    });
}

/// Asks once more at the end where Tempo was not among them: a young Prometheus has no targets yet.
pub async fn refetch_scrape_targets(setup: &Setup, board: &EvidenceRecorder) {
    fetch_scrape_targets(setup, board).await;
    let emptied = board.read(|evidence| {
        let up = |all: &Vec<ScrapeTarget>| all.iter().any(|target| target.health == "up");
        let facts = &evidence.prometheus;
        facts.targets.get().is_some_and(up) && facts.tempo_scraped.get().is_some_and(Vec::is_empty)
    });
    if emptied {
        tokio::time::sleep(COMMIT).await;
        let scraped = fetch_tempo_build_info(&setup.prometheus).await;
        board.write(|evidence| evidence.prometheus.tempo_scraped = scraped);
    }
}

/// Longer than a Prometheus takes from «up» to samples that can be read.
const COMMIT: std::time::Duration = std::time::Duration::from_secs(1);

async fn fetch_tempo_build_info(client: &crate::clients::HttpClient) -> Slot<Vec<PromSeries>> {
    client
        .get("/api/v1/query?query=tempo_build_info")
        .await
        .and_then(parse::parse_series)
}

/// Asks again whether it is there: one that died in the middle of a run must not look as if it lost the samples.
pub async fn recheck_answer(setup: &Setup, board: &EvidenceRecorder) {
    let probe = setup.prometheus.get("/api/v1/query?query=vector(1)").await;
    if probe.failure().is_some() {
        board.write(|evidence| evidence.prometheus.query_probe = probe);
    }
}

/// A remote write without samples: it changes nothing, and its answer says whether the receiver is on.
pub async fn send_empty_write(
    client: &crate::clients::HttpClient,
    path: &str,
) -> Slot<crate::model::tempo::HttpAnswer> {
    let headers = [
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "snappy"),
    ];
    client
        .ask(Method::POST, path, &headers, Some(bytes::Bytes::new()))
        .await
}
