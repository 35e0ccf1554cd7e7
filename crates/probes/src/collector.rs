//! A collector between the senders and Tempo: its own counters, and the marker's way through it. Where the marker does not
//! come out, a second one goes straight to Tempo, so that the break falls on one side.

use std::time::Duration;

use telemetry::model::collector::{CounterResets, KnownBy};
use telemetry::model::prometheus::PromSeries;
use telemetry::model::tempo::MetricsScrape;
use telemetry::parse::collector as parse;
use telemetry::parse::span_metrics::TEMPO_PREFIX;

use super::direct_push::reach_receiver;
use super::evidence_recorder::EvidenceRecorder;
use super::tempo_receiver::{find_tempo_receiver, is_unlisted_port};
use doctor::evidence::collector_counters::{SpanFlow, has_family, sum_family};
use doctor::evidence::installation;
use stack::clients::prometheus::EvaluationTime;
use stack::{Stack, TempoOtlp};

/// A batch may wait 10 s, and a send takes up to 5 s.
const PATIENCE: Duration = Duration::from_secs(25);
/// Tail sampling decides after 30 s unless set otherwise.
pub(super) const TAIL_PATIENCE: Duration = Duration::from_secs(45);
/// As long as its counters say that the marker is still inside.
pub(super) const HELD_PATIENCE: Duration = Duration::from_secs(60);

/// What was found out before anything is sent.
pub struct CollectorRoute {
    /// Why there is taken to be a collector.
    pub known_by: KnownBy,
    /// The sender to Tempo's own receiver, where its address is known.
    pub direct_push: Option<TempoOtlp>,
}

impl CollectorRoute {
    /// True where somebody said so, and it is not only a mapped port.
    pub fn is_known(&self) -> bool {
        self.known_by != KnownBy::Presumed
    }
}

/// Whether there is a collector, from what was given and from Tempo's configuration; its counters before the push.
pub async fn detect_collector(stack: &Stack, board: &EvidenceRecorder) -> Option<CollectorRoute> {
    let behind = find_tempo_receiver(stack, board);
    let known_by = if stack.collector.is_some() {
        KnownBy::Metrics
    } else if behind.as_ref().is_some_and(|behind| behind.target.given) {
        KnownBy::Behind
    } else if behind.is_some() && is_unlisted_port(stack, board) {
        KnownBy::Presumed
    } else {
        return None;
    };
    board.write(|evidence| {
        evidence.collector.known_by = Some(known_by);
        evidence.collector.metrics_url = stack.collector.as_ref().map(|(_, target)| target.clone());
        evidence.collector.behind.clone_from(&behind);
    });
    if let Some((client, _)) = &stack.collector {
        let (metrics, health) = tokio::join!(client.fetch_metrics(), client.fetch_health());
        board.write(|evidence| {
            evidence.collector.metrics_before = metrics;
            evidence.collector.health = health;
        });
    }
    Some(CollectorRoute {
        known_by,
        direct_push: behind.map(|behind| reach_receiver(stack, behind)),
    })
}

/// Reads the counters now, and for how long a queue has been standing.
pub async fn scrape_again(stack: &Stack, board: &EvidenceRecorder) {
    let Some((client, _)) = &stack.collector else { return };
    let slot = client.fetch_metrics().await;
    board.write(|evidence| {
        let facts = &mut evidence.collector;
        if let Some(now) = slot.get() {
            let since = facts
                .metrics_after
                .get()
                .or(facts.metrics_before.get())
                .map(|last| last.at);
            let flow = SpanFlow::measure(facts.metrics_before.get(), now);
            let queued = |last: &MetricsScrape| sum_family(last, "exporter_queue_size").is_some_and(|size| size > 0.0);
            facts.stuck_s = match since {
                Some(since)
                    if flow.queued > 0.0 && flow.sent <= 0.0 && facts.metrics_after.get().is_some_and(queued) =>
                {
                    facts.stuck_s + (now.at - since).max(0.0)
                }
                _ => 0.0,
            };
        }
        facts.gone = slot.failure().cloned();
        // A scrape that fails now does not take away the one before.
        if slot.get().is_some() || facts.metrics_after.get().is_none() {
            facts.metrics_after = slot;
        }
    });
}

/// Span metrics and service graphs that are alive, whoever made them.
const LIVE_SPAN_METRICS: &str = "count by (__name__) ({__name__=~\"(.+_)?calls(_total)?\",span_name!=\"\"} \
    or {__name__=~\"(.+_)?calls(_total)?\",span_kind!=\"\"} or {__name__=~\"(.+_)?traces_service_graph_request_total\"})";

/// More series of a counter are not looked at.
const MOST_COUNTERS: f64 = 20_000.0;

/// Asks Prometheus for span metrics where the collector exports metrics of its own.
pub async fn find_live_span_metrics(stack: &Stack, board: &EvidenceRecorder) {
    let exports = board.read(|evidence| {
        let facts = &evidence.collector;
        let scrape = facts.metrics_after.get().or(facts.metrics_before.get());
        scrape.is_some_and(|now| {
            has_family(now, "exporter_sent_metric_points") || has_family(now, "exporter_send_failed_metric_points")
        })
    });
    if !exports || !board.view(installation::is_prometheus_answering) {
        return;
    }
    let found = stack
        .prometheus
        .query_series(LIVE_SPAN_METRICS, EvaluationTime::Now)
        .await;
    let resets = match found.get().and_then(|series| choose_counter(series)) {
        Some(counter) => count_resets(stack, counter).await,
        None => None,
    };
    let names = found.and_then(|series| Ok(series.iter().map(|one| one.label("__name__").to_owned()).collect()));
    board.write(|evidence| {
        evidence.collector.span_metric_names = names;
        evidence.collector.counter_resets = resets;
    });
}

/// The collector's counter of calls, where it has few enough series to look at all of them.
fn choose_counter(series: &[PromSeries]) -> Option<&str> {
    let counters = series.iter().filter(|one| {
        let name = one.label("__name__");
        let count = one.points.last().map_or(0.0, |(_, count)| *count);
        name.ends_with("calls_total") && !name.starts_with(TEMPO_PREFIX) && count <= MOST_COUNTERS
    });
    counters.map(|one| one.label("__name__")).next()
}

async fn count_resets(stack: &Stack, counter: &str) -> Option<CounterResets> {
    let query = format!("max(resets({counter}[10m]))");
    let answer = stack.prometheus.query_series(&query, EvaluationTime::Now).await;
    let count = answer.get()?.first()?.points.last()?.1;
    Some(CounterResets { query, count })
}

/// How long the marker may take on its way through.
pub fn choose_patience(board: &EvidenceRecorder) -> Duration {
    board.read(|evidence| {
        let facts = &evidence.collector;
        match facts.metrics_before.get() {
            // Its counters are not known: it may sample tails.
            None if facts.known_by != Some(KnownBy::Presumed) => TAIL_PATIENCE,
            Some(scrape) if has_family(scrape, "processor_tail_sampling") => TAIL_PATIENCE,
            _ => PATIENCE,
        }
    })
}

/// The queue still holds something and others' spans leave it: it is slow, and the marker may be in it.
pub fn is_backlogged(board: &EvidenceRecorder) -> bool {
    measure_flow(board).is_some_and(|flow| flow.queued > 1.0 && flow.sent > 0.0)
}

/// What became of the spans since the push, as far as its counters tell.
fn measure_flow(board: &EvidenceRecorder) -> Option<SpanFlow> {
    board.read(|evidence| {
        let facts = &evidence.collector;
        Some(SpanFlow::measure(
            facts.metrics_before.get(),
            facts.metrics_after.get()?,
        ))
    })
}

/// What was taken stands in a batch that has not left since the push, or waits for a tail sampler that has thrown nothing
/// away: the marker is still inside, however long it takes.
pub fn is_holding_marker(board: &EvidenceRecorder) -> bool {
    board.read(|evidence| {
        let facts = &evidence.collector;
        let (Some(before), Some(now)) = (facts.metrics_before.get(), facts.metrics_after.get()) else {
            return false;
        };
        let grown = |family: &str| parse::sum_increase(now, Some(before), family, |_| true).unwrap_or(0.0);
        let batches = grown("processor_batch_timeout_trigger_send") + grown("processor_batch_batch_size_trigger_send");
        let in_batch = has_family(now, parse::BATCH_PRESENT) && batches <= 0.0;
        let undecided = sum_family(now, "processor_tail_sampling_sampling_traces_on_memory").unwrap_or(0.0) > 0.0;
        let in_sampler = undecided && parse::count_tail_sampled_out(now, Some(before)) <= 0.0;
        grown("receiver_accepted_spans") > 0.0 && (in_batch || in_sampler)
    })
}

/// Its counters say what becomes of what it took: lost, kept back, or standing in a queue from which nothing is sent.
pub fn accounts_for_loss(board: &EvidenceRecorder) -> bool {
    loses_spans(board) || board.read(|evidence| evidence.collector.stuck_s > 0.0)
}

/// Its counters say that spans were lost or kept back since the push, the marker perhaps among them.
pub fn loses_spans(board: &EvidenceRecorder) -> bool {
    measure_flow(board).is_some_and(|flow| flow.total_lost() > 0.0 || flow.sent <= 0.0)
}
