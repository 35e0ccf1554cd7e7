//! Tempo's counters: directly, or Prometheus' copy of them where `/metrics` is closed.

use std::time::Duration;

use doctor::evidence::{installation, tempo_counters};
use telemetry::model::Slot;
use telemetry::model::tempo::{MetricsScrape, ScrapeSource};
use telemetry::parse::exposition;

use super::evidence_recorder::EvidenceRecorder;
use super::wait::Wait;
use stack::Stack;

/// A Prometheus younger than this may not have scraped Tempo yet.
const YOUNG_S: f64 = 60.0;
/// How long its first scrape is waited for.
const FIRST_SCRAPE: Duration = Duration::from_secs(16);

/// The families worth copying, without buckets.
const COPIED: &str = "{__name__=~\"tempo_(receiver|distributor|discarded|metrics_generator|live_store|ingester|ring|build_info|warnings).+\
     |tempodb_blocklist_.+|prometheus_remote_storage_(samples|exemplars|histograms)_.+\",__name__!~\".+_bucket\"}";

/// The counters now, from Tempo itself.
async fn fetch_direct(stack: &Stack) -> Slot<MetricsScrape> {
    stack.tempo.fetch_metrics(exposition::is_kept_family).await
}

async fn fetch_copied(stack: &Stack) -> Slot<MetricsScrape> {
    stack.prometheus.fetch_copied_scrape(COPIED, None).await
}

/// The counters before the push.
pub async fn scrape_before_push(stack: &Stack, board: &EvidenceRecorder) {
    let mut slot = fetch_direct(stack).await;
    if slot.get().is_none() && board.view(installation::is_prometheus_answering) {
        let copy = await_first_copy(stack, board).await;
        if copy.get().is_some_and(|scrape| !scrape.samples.is_empty()) {
            slot = copy;
        }
    }
    board.write(|evidence| evidence.tempo.metrics_before = slot);
}

/// Prometheus' copy; where it has just started, its first scrape is worth waiting for, because without counters a loss
/// can be seen and not explained.
async fn await_first_copy(stack: &Stack, board: &EvidenceRecorder) -> Slot<MetricsScrape> {
    let young = board.read(|evidence| evidence.prometheus.up_for_s.is_some_and(|up| up < YOUNG_S));
    let patience = if young && !board.is_fast() {
        FIRST_SCRAPE
    } else {
        Duration::ZERO
    };
    let wait = Wait::new(patience).until(board.limit());
    wait.poll(async |wait| {
        let copy = fetch_copied(stack).await;
        let found = copy.get().is_some_and(|scrape| !scrape.samples.is_empty());
        (found || wait.end().is_some()).then_some(copy)
    })
    .await
}

/// How often a balancer is asked for the process whose counters were read before.
const TRIES: usize = 4;

/// The counters now, from the same source and process as before.
pub async fn scrape_again(stack: &Stack, board: &EvidenceRecorder) {
    let source = board.read(|evidence| evidence.tempo.metrics_before.get().map(|scrape| scrape.source));
    let is_another = |slot: &Slot<MetricsScrape>| {
        board.read(|evidence| {
            let before = evidence.tempo.metrics_before.get();
            slot.get()
                .zip(before)
                .is_some_and(|(now, before)| now.is_of_another_process(before))
        })
    };
    let mut slot = Slot::NotAsked;
    for _ in 0..TRIES {
        slot = match source {
            Some(ScrapeSource::Prometheus) => fetch_copied(stack).await,
            _ => fetch_direct(stack).await,
        };
        if !is_another(&slot) {
            break;
        }
    }
    let comparable = slot.get().is_some() && !is_another(&slot);
    board.write(|evidence| {
        // A scrape that fails now, or of another process, does not take away the one before.
        if comparable || evidence.tempo.metrics_after.get().is_none() {
            evidence.tempo.metrics_after = slot;
        }
    });
}

/// Scrapes again and again until dropped, so that a decisive counter ends a wait early.
pub async fn keep_scraping(stack: &Stack, board: &EvidenceRecorder) {
    let source = board.read(|evidence| evidence.tempo.metrics_before.get().map(|scrape| scrape.source));
    let pause = match source {
        Some(ScrapeSource::Direct) => Duration::from_secs(2),
        Some(ScrapeSource::Prometheus) => Duration::from_secs(5),
        None => return std::future::pending().await,
    };
    loop {
        tokio::time::sleep(pause).await;
        scrape_again(stack, board).await;
    }
}

/// Spans of a tenant were thrown away since the push.
pub fn has_discarded_spans(board: &EvidenceRecorder) -> bool {
    measure_growth(board, "tempo_discarded_spans_total") > 0.0
}

/// How much a counter grew since the push, over every series.
pub fn measure_growth(board: &EvidenceRecorder, name: &str) -> f64 {
    board.view(|view| tempo_counters::measure_increase(view, name, &[]).unwrap_or(0.0))
}

/// The value of a gauge, over every series.
pub fn sum_gauge(board: &EvidenceRecorder, name: &str) -> f64 {
    board.view(|view| tempo_counters::sum_counter(view, name, &[]).unwrap_or(0.0))
}
