//! What Prometheus says about itself.

use http::Method;

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

/// Asks who is scraped. Asked again at the end where Tempo was not among them: a young Prometheus has no targets yet.
pub async fn scraping(setup: &Setup, board: &Board) {
    let (targets, scraped) = tokio::join!(
        setup.prometheus.get("/api/v1/targets?state=active"),
        setup.prometheus.get("/api/v1/query?query=tempo_build_info"),
    );
    board.write(|evidence| {
        evidence.prometheus.targets = targets.and_then(parse::targets);
        evidence.prometheus.tempo_scraped = scraped.and_then(parse::series);
    });
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
pub async fn empty_write(
    client: &crate::clients::HttpClient,
    path: &str,
) -> crate::model::Slot<crate::model::tempo::Answer> {
    let headers = [
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "snappy"),
    ];
    client
        .ask(Method::POST, path, &headers, Some(bytes::Bytes::new()))
        .await
}
