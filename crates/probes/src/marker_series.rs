//! Waiting for what the generator makes of the marker.

use std::time::{Duration, Instant};

use stack::clients::PrometheusClient;
use stack::clients::prometheus::EvaluationTime;
use telemetry::model::marker::{Marker, WatchEnd};
use telemetry::model::progress_event::ProgressEvent;
use telemetry::model::prometheus::{PromExemplar, PromSeries, has_counter_risen};
use telemetry::model::time_bounds::wait_of_seconds;
use telemetry::model::time_window::TimeWindow;
use telemetry::model::{Hop, HopState, Slot};

use super::evidence_recorder::EvidenceRecorder;
use super::metrics::promql::build_alternation;
use super::scrape;
use super::wait::Wait;
use super::wait_budget::WaitBudget;
use stack::Stack;

const CALLS: &str = "traces_spanmetrics_calls_total";
const GRAPH: &str = "traces_service_graph_request_total";

/// The raw samples of the series of these two services.
async fn fetch_marker_series(stack: &Stack, services: (&str, &str)) -> Slot<Vec<PromSeries>> {
    fetch_series_from(&stack.prometheus, services).await
}

/// The same in that Prometheus.
pub async fn fetch_series_from(prometheus: &PrometheusClient, (client, server): (&str, &str)) -> Slot<Vec<PromSeries>> {
    let query = format!(
        "{{__name__=~\"{CALLS}|{GRAPH}\",service=~{},client=~{}}}[6m]",
        build_alternation(["", client, server]),
        build_alternation(["", client])
    );
    prometheus.query_series(&query, EvaluationTime::Now).await
}

async fn fetch_marker_exemplars(stack: &Stack, marker: &Marker) -> Slot<Vec<PromExemplar>> {
    let query = format!(
        "{{__name__=~\"traces_spanmetrics_latency(_bucket)?\",service=~{}}}",
        build_alternation([marker.client_service.as_str(), &marker.server_service])
    );
    fetch_exemplars(stack, &query, marker.sent_at - 600.0, marker.sent_at + 3600.0).await
}

async fn fetch_exemplars(stack: &Stack, query: &str, from: f64, to: f64) -> Slot<Vec<PromExemplar>> {
    let window = TimeWindow::from_seconds(from, to);
    stack.prometheus.fetch_exemplars(query, window).await
}

/// Where no exemplar of a marker is stored: a few of anybody's since the push, which say that the storage works.
async fn fetch_any_exemplars(stack: &Stack, board: &EvidenceRecorder, marker: &Marker) {
    let query = "{__name__=~\"traces_spanmetrics_latency(_bucket)?\"}";
    let slot = fetch_exemplars(stack, query, marker.sent_at - 5.0, marker.sent_at + 3600.0).await;
    if let Some(found) = slot.get().filter(|found| !found.is_empty()) {
        let few = found.iter().take(5).cloned().collect();
        board.write(|evidence| evidence.prometheus.exemplars = Slot::known(few, slot.took_ms().unwrap_or(0)));
    }
}

/// The marker's series before the push.
pub async fn fetch_before_push(stack: &Stack, board: &EvidenceRecorder) {
    fetch_services_before_push(stack, board, telemetry::model::marker::list_live_services()).await;
}

/// The same for the series of another client and server.
pub async fn fetch_services_before_push(stack: &Stack, board: &EvidenceRecorder, services: (&str, &str)) {
    let slot = fetch_marker_series(stack, services).await;
    board.write(|evidence| evidence.prometheus.series_before = slot);
}

/// When the newest sample of an application's calls was taken. A generator rewrites its series at each collection, so this
/// says whether they still arrive, not whether something is sent.
pub async fn find_newest_foreign_sample(stack: &Stack, board: &EvidenceRecorder) -> f64 {
    let query = format!("max(timestamp({CALLS}{{service!~\"tempoctl-(marker|canary)-.*\"}}))");
    let slot = stack.prometheus.query_series(&query, EvaluationTime::Now).await;
    let newest = slot
        .get()
        .and_then(|list| list.first()?.points.last().map(|point| point.1))
        .unwrap_or(0.0);
    board.write(|evidence| evidence.prometheus.freshest = slot);
    newest
}

/// What was seen so far, in milliseconds after the push.
#[derive(Default, Clone, Copy)]
struct SeenSeries {
    calls: Option<u64>,
    graph: Option<u64>,
    exemplar: Option<u64>,
}

/// Polls until calls, edge and exemplar are there, a counter says they never will be, or their time is over.
pub async fn watch_series(stack: &Stack, board: &EvidenceRecorder, pace: &WaitBudget) {
    let Some(marker) = board.read(|evidence| evidence.marker.clone()) else {
        return;
    };
    let mut seen = SeenSeries::default();
    let mut first: Option<Instant> = None;
    let mut stuck = StuckRemoteWrite::default();
    let wants_exemplar = board.read(|evidence| {
        evidence.prometheus.flags.get().is_none_or(|flags| {
            flags
                .get("enable-feature")
                .is_some_and(|features| features.contains("exemplar-storage"))
        })
    });
    let wait = Wait::new(pace.metrics()).until(board.limit());
    wait.poll(async |wait| {
        let now = fetch_marker_series(stack, (&marker.client_service, &marker.server_service)).await;
        let stored = fetch_marker_exemplars(stack, &marker).await;
        let ms = wait.elapsed_ms();
        record_seen(board, &marker, pace, &now, &stored, &mut seen, ms);
        if seen.calls.or(seen.graph).is_some() {
            first.get_or_insert_with(Instant::now);
        }
        // What one collection brought, the next completes; after that a missing half is missing.
        let limited = scrape::measure_growth(board, "tempo_metrics_generator_registry_series_limited_total") > 0.0;
        let patience = wait_of_seconds(if limited || pace.single_processor {
            3.0
        } else {
            pace.collection_s + 6.0
        });
        let done = seen.calls.is_some() && seen.graph.is_some() && (seen.exemplar.is_some() || !wants_exemplar);
        let ended = if done {
            Some(WatchEnd::Seen)
        } else if let Some(first) = first {
            (first.elapsed() >= patience)
                .then_some(WatchEnd::Deadline)
                .or_else(|| wait.timeout())
        } else if stuck.is_decided(board, pace, wait.elapsed())
            || is_discarded_by_ingest(board)
            || is_all_discarded(board, &marker)
        {
            Some(WatchEnd::Decided)
        } else {
            wait.end()
        };
        let watch = |seen: Option<u64>| wait.watch(seen, seen.map(|_| WatchEnd::Seen).or(ended));
        board.write(|evidence| {
            let facts = &mut evidence.prometheus;
            facts.calls_watch = Some(watch(seen.calls));
            facts.graph_watch = Some(watch(seen.graph));
            facts.exemplar_watch = Some(watch(seen.exemplar));
            if now.get().is_some() || facts.series_after.get().is_none() {
                facts.series_after = now;
            }
            if stored.get().is_some() || facts.exemplars.get().is_none() {
                facts.exemplars = stored;
            }
        });
        if ended.is_some() {
            let none = board.read(|evidence| evidence.prometheus.exemplars.get().is_some_and(Vec::is_empty));
            if none && seen.calls.is_some() && wants_exemplar {
                fetch_any_exemplars(stack, board, &marker).await;
            }
            let state = if seen.calls.or(seen.graph).is_some() {
                HopState::Passed
            } else {
                HopState::Lost
            };
            board.report_hop(Hop::Prometheus, state, Some(format!("{:.1} s", ms as f64 / 1e3)));
        } else {
            board.send_event(ProgressEvent::Waiting {
                hop: Hop::Prometheus,
                what: "next samples".to_owned(),
                since_ms: ms,
                about_ms: Some(((pace.collection_s + 5.0) * 1e3) as u64),
            });
        }
        ended.map(drop)
    })
    .await;
}

fn record_seen(
    board: &EvidenceRecorder,
    marker: &Marker,
    pace: &WaitBudget,
    now: &Slot<Vec<PromSeries>>,
    stored: &Slot<Vec<PromExemplar>>,
    seen: &mut SeenSeries,
    ms: u64,
) {
    let before = board.read(|evidence| evidence.prometheus.series_before.get().cloned().unwrap_or_default());
    for series in now.get().into_iter().flatten() {
        if !has_counter_risen(&before, series, marker.sent_at, pace.collection_s) {
            continue;
        }
        // The query lets labels be empty, because each metric has only one of them; an overflow series has neither.
        let first = match series.label("__name__") {
            CALLS
                if series.label("service") == marker.client_service
                    || series.label("service") == marker.server_service =>
            {
                &mut seen.calls
            }
            GRAPH if series.label("client") == marker.client_service => &mut seen.graph,
            _ => continue,
        };
        first.get_or_insert(ms);
    }
    if stored
        .get()
        .is_some_and(|list| list.iter().any(|exemplar| exemplar.has_trace_id(&marker.trace_id)))
    {
        // The strongest evidence there is: it belongs to the marker's latency, and so to its calls.
        seen.exemplar.get_or_insert(ms);
        seen.calls.get_or_insert(ms);
    }
}

/// Ingest threw the marker away: what the generator makes of it decides nothing any more.
fn is_discarded_by_ingest(board: &EvidenceRecorder) -> bool {
    board.read(|evidence| {
        evidence
            .query
            .by_id_watch
            .as_ref()
            .is_some_and(|watch| watch.ended == WatchEnd::Decided)
    }) && scrape::has_discarded_spans(board)
}

/// The generator discarded everything it got since the push, the marker included.
fn is_all_discarded(board: &EvidenceRecorder, marker: &Marker) -> bool {
    let received = scrape::measure_growth(board, "tempo_metrics_generator_spans_received_total");
    let discarded = scrape::measure_growth(board, "tempo_metrics_generator_spans_discarded_total");
    received >= f64::from(marker.spans) && received - discarded < 0.5
}

/// Counters that say samples will not arrive.
#[derive(Default)]
struct StuckRemoteWrite {
    retried: f64,
    times: u32,
    since: Option<Instant>,
}

impl StuckRemoteWrite {
    fn is_decided(&mut self, board: &EvidenceRecorder, pace: &WaitBudget, since_push: Duration) -> bool {
        let single = board.read(|evidence| {
            evidence
                .tempo
                .config
                .get()
                .is_none_or(|config| telemetry::parse::tempo_config::find_remote_write_urls(config).len() < 2)
        });
        if !single {
            return false;
        }
        let given_up = scrape::measure_growth(board, "prometheus_remote_storage_samples_failed_total")
            + scrape::measure_growth(board, "prometheus_remote_storage_samples_dropped_total");
        if given_up > 0.0 {
            // It may be of samples sent just before the push, or of others' series: the marker's get their own chance.
            let settled = self.since.get_or_insert_with(Instant::now).elapsed() > Duration::from_secs(6);
            return settled && (pace.fresh_generator || since_push > wait_of_seconds(pace.collection_s + 10.0));
        }
        let retried = scrape::measure_growth(board, "prometheus_remote_storage_samples_retried_total");
        let pending = scrape::sum_gauge(board, "prometheus_remote_storage_samples_pending");
        if retried > self.retried && pending > 0.0 {
            self.retried = retried;
            self.times += 1;
        }
        self.times >= 3
    }
}
