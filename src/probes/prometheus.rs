//! What Prometheus says about itself.

use http::Method;

use crate::model::Slot;
use crate::model::prometheus::{ScrapeTarget, Series};
use crate::parse::prometheus as parse;

use super::board::Board;
use super::setup::Setup;

/// Asks flags, targets and the rest at once.
pub async fn status(setup: &Setup, board: &Board) {
    let client = &setup.prometheus;
    let probe = client.get("/api/v1/query?query=vector(1)").await;
    let answers = probe
        .get()
        .is_some_and(|answer| answer.is_success() && answer.body.contains("\"success\""));
    board.write(|evidence| evidence.prometheus.query_probe = probe);
    if !answers {
        return;
    }
    let (ready, buildinfo, flags, runtime, write, names) = tokio::join!(
        client.get("/-/ready"),
        client.get("/api/v1/status/buildinfo"),
        client.get("/api/v1/status/flags"),
        client.get("/api/v1/status/runtimeinfo"),
        empty_write(client, "/api/v1/write"),
        client.get("/api/v1/label/__name__/values?match[]=%7B__name__%3D~%22traces_.%2B%22%7D"),
    );
    let started = runtime.and_then(parse::started_at);
    scraping(setup, board).await;
    board.write(|evidence| {
        let facts = &mut evidence.prometheus;
        facts.ready = ready;
        facts.buildinfo = buildinfo.and_then(parse::buildinfo);
        facts.flags = flags.and_then(parse::flags);
        facts.up_for_s = started.get().map(|at| super::clock::now() - at);
        facts.write_probe = write;
        facts.metric_names = names.and_then(parse::names);
    });
}

/// Asks who is scraped.
///
/// The targets come first: a target is «up» a moment before its first samples can be read, and a series asked for before
/// that moment would look as if the scrape job threw it away.
pub async fn scraping(setup: &Setup, board: &Board) {
    let client = &setup.prometheus;
    let targets = client
        .get("/api/v1/targets?state=active")
        .await
        .and_then(parse::targets);
    let scraped = tempo_scraped(client).await;
    board.write(|evidence| {
        evidence.prometheus.targets = targets;
        evidence.prometheus.tempo_scraped = scraped;
    });
}

/// Asks once more at the end where Tempo was not among them: a young Prometheus has no targets yet.
pub async fn scraping_at_last(setup: &Setup, board: &Board) {
    scraping(setup, board).await;
    let emptied = board.read(|evidence| {
        let up = |all: &Vec<ScrapeTarget>| all.iter().any(|target| target.health == "up");
        let facts = &evidence.prometheus;
        facts.targets.get().is_some_and(up) && facts.tempo_scraped.get().is_some_and(Vec::is_empty)
    });
    if emptied {
        tokio::time::sleep(COMMIT).await;
        let scraped = tempo_scraped(&setup.prometheus).await;
        board.write(|evidence| evidence.prometheus.tempo_scraped = scraped);
    }
}

/// Longer than a Prometheus takes from «up» to samples that can be read.
const COMMIT: std::time::Duration = std::time::Duration::from_secs(1);

async fn tempo_scraped(client: &crate::clients::HttpClient) -> Slot<Vec<Series>> {
    client
        .get("/api/v1/query?query=tempo_build_info")
        .await
        .and_then(parse::series)
}

/// Asks again whether it is there: one that died in the middle of a run must not look as if it lost the samples.
pub async fn ask_again(setup: &Setup, board: &Board) {
    let probe = setup.prometheus.get("/api/v1/query?query=vector(1)").await;
    if probe.failure().is_some() {
        board.write(|evidence| evidence.prometheus.query_probe = probe);
    }
}

/// True where this is a Prometheus.
pub fn answers(board: &Board) -> bool {
    board.read(|evidence| {
        evidence
            .prometheus
            .query_probe
            .get()
            .is_some_and(|answer| answer.is_success() && answer.body.contains("\"success\""))
    })
}

/// A remote write without samples: it changes nothing, and its answer says whether the receiver is on.
pub async fn empty_write(client: &crate::clients::HttpClient, path: &str) -> Slot<crate::model::tempo::Answer> {
    let headers = [
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "snappy"),
    ];
    client
        .ask(Method::POST, path, &headers, Some(bytes::Bytes::new()))
        .await
}
