//! What Prometheus says about itself.

use doctor::evidence::installation;
use stack::clients::PrometheusClient;
use stack::clients::prometheus::EvaluationTime;
use telemetry::model::Slot;
use telemetry::model::prometheus::{PromSeries, ScrapeTarget};

use super::evidence_recorder::EvidenceRecorder;
use stack::Stack;

/// The metrics that a generator makes.
pub const TRACE_METRICS: &str = "{__name__=~\"traces_.+\"}";

/// Asks flags, targets and the rest at once.
pub async fn fetch_status(stack: &Stack, board: &EvidenceRecorder) {
    let client = &stack.prometheus;
    let probe = client.ask_vector().await;
    board.write(|evidence| evidence.prometheus.query_probe = probe);
    if !board.view(installation::is_prometheus_answering) {
        return;
    }
    let (ready, buildinfo, flags, started, write, names) = tokio::join!(
        client.fetch_ready(),
        client.fetch_build_info(),
        client.fetch_flags(),
        client.fetch_start_time(),
        client.send_empty_write(),
        client.fetch_metric_names(Some(TRACE_METRICS), None),
    );
    fetch_scrape_targets(stack, board).await;
    board.write(|evidence| {
        let facts = &mut evidence.prometheus;
        facts.ready = ready;
        facts.buildinfo = buildinfo;
        facts.flags = flags;
        facts.up_for_s = started.get().map(|at| super::clock::unix_now() - at);
        facts.write_probe = write;
        facts.metric_names = names;
    });
}

/// Asks who is scraped.
///
/// The targets come first: a target is «up» a moment before its first samples can be read, and a series asked for before
/// that moment would look as if the scrape job threw it away.
pub async fn fetch_scrape_targets(stack: &Stack, board: &EvidenceRecorder) {
    let client = &stack.prometheus;
    let targets = client.fetch_targets().await;
    let scraped = fetch_tempo_build_info(client).await;
    board.write(|evidence| {
        evidence.prometheus.targets = targets;
        evidence.prometheus.tempo_scraped = scraped;
    });
}

/// Asks once more at the end where Tempo was not among them: a young Prometheus has no targets yet.
pub async fn refetch_scrape_targets(stack: &Stack, board: &EvidenceRecorder) {
    fetch_scrape_targets(stack, board).await;
    let emptied = board.read(|evidence| {
        let up = |all: &Vec<ScrapeTarget>| all.iter().any(|target| target.health == "up");
        let facts = &evidence.prometheus;
        facts.targets.get().is_some_and(up) && facts.tempo_scraped.get().is_some_and(Vec::is_empty)
    });
    if emptied {
        tokio::time::sleep(COMMIT).await;
        let scraped = fetch_tempo_build_info(&stack.prometheus).await;
        board.write(|evidence| evidence.prometheus.tempo_scraped = scraped);
    }
}

/// Longer than a Prometheus takes from «up» to samples that can be read.
const COMMIT: std::time::Duration = std::time::Duration::from_secs(1);

async fn fetch_tempo_build_info(client: &PrometheusClient) -> Slot<Vec<PromSeries>> {
    client.query_series("tempo_build_info", EvaluationTime::Now).await
}

/// Asks again whether it is there: one that died in the middle of a run must not look as if it lost the samples.
pub async fn recheck_answer(stack: &Stack, board: &EvidenceRecorder) {
    let probe = stack.prometheus.ask_vector().await;
    if probe.failure().is_some() {
        board.write(|evidence| evidence.prometheus.query_probe = probe);
    }
}
