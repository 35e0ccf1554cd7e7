//! Waiting for what the generator makes of the marker.

use std::time::{Duration, Instant};

use crate::clients::HttpClient;
use crate::model::event::Event;
use crate::model::marker::{Ended, Marker, Watch};
use crate::model::prometheus::{Exemplar, Series, rose};
use crate::model::time_bounds::wait_of_seconds;
use crate::model::{Hop, HopState, Slot};
use crate::parse::prometheus;

use super::board::Board;
use super::pace::Pace;
use super::read_back::escape;
use super::scrape;
use super::setup::Setup;

const CALLS: &str = "traces_spanmetrics_calls_total";
const GRAPH: &str = "traces_service_graph_request_total";

/// The raw samples of the series of these two services.
async fn series(setup: &Setup, services: (&str, &str)) -> Slot<Vec<Series>> {
    series_in(&setup.prometheus, services).await
}

/// The same in that Prometheus.
pub async fn series_in(prometheus_api: &HttpClient, (client, server): (&str, &str)) -> Slot<Vec<Series>> {
    let (client, server) = (literal(client), literal(server));
    let query = format!("{{__name__=~\"{CALLS}|{GRAPH}\",service=~\"|{client}|{server}\",client=~\"|{client}\"}}[6m]");
    let path = format!("/api/v1/query?query={}", escape(&query));
    prometheus_api.get(&path).await.and_then(prometheus::series)
}

/// A text as a regular expression in a PromQL string matches it.
fn literal(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        // The hyphen and everything beyond ASCII mean themselves; a backslash is written twice in a string.
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ' ' | '/' | ':') {
            out.push_str(if matches!(c, '"' | '\\') { "." } else { "\\\\" });
            if matches!(c, '"' | '\\') {
                return out;
            }
        }
        out.push(c);
        out
    })
}

async fn exemplars(setup: &Setup, marker: &Marker) -> Slot<Vec<Exemplar>> {
    let query = format!(
        "{{__name__=~\"traces_spanmetrics_latency(_bucket)?\",service=~\"{}|{}\"}}",
        literal(&marker.client_service),
        literal(&marker.server_service)
    );
    exemplars_of(setup, &query, marker.sent_at - 600.0, marker.sent_at + 3600.0).await
}

async fn exemplars_of(setup: &Setup, query: &str, from: f64, to: f64) -> Slot<Vec<Exemplar>> {
    let path = format!(
        "/api/v1/query_exemplars?query={}&start={}&end={}",
        escape(query),
        from as i64,
        to as i64
    );
    setup.prometheus.get(&path).await.and_then(prometheus::exemplars)
}

/// Where no exemplar of a marker is stored: a few of anybody's since the push, which say that the storage works.
async fn exemplars_of_anybody(setup: &Setup, board: &Board, marker: &Marker) {
    let query = "{__name__=~\"traces_spanmetrics_latency(_bucket)?\"}";
    let slot = exemplars_of(setup, query, marker.sent_at - 5.0, marker.sent_at + 3600.0).await;
    if let Some(found) = slot.get().filter(|found| !found.is_empty()) {
        let few = found.iter().take(5).cloned().collect();
        board.write(|evidence| evidence.prometheus.exemplars = Slot::known(few, slot.took_ms().unwrap_or(0)));
    }
}

/// The marker's series before the push.
pub async fn before(setup: &Setup, board: &Board) {
    before_of(setup, board, crate::model::marker::live_services()).await;
}

/// The same for the series of another client and server.
pub async fn before_of(setup: &Setup, board: &Board, services: (&str, &str)) {
    let slot = series(setup, services).await;
    board.write(|evidence| evidence.prometheus.series_before = slot);
}

/// When the newest sample of an application's calls was taken. A generator rewrites its series at each collection, so this
/// says whether they still arrive, not whether something is sent.
pub async fn of_others(setup: &Setup, board: &Board) -> f64 {
    let query = format!("max(timestamp({CALLS}{{service!~\"tempoctl-(marker|canary)-.*\"}}))");
    let slot = setup
        .prometheus
        .get(&format!("/api/v1/query?query={}", escape(&query)))
        .await
        .and_then(prometheus::series);
    let newest = slot
        .get()
        .and_then(|list| list.first()?.points.last().map(|point| point.1))
        .unwrap_or(0.0);
    board.write(|evidence| evidence.prometheus.freshest = slot);
    newest
}

/// What was seen so far, in milliseconds after the push.
#[derive(Default, Clone, Copy)]
struct Seen {
    calls: Option<u64>,
    graph: Option<u64>,
    exemplar: Option<u64>,
}

/// Polls until calls, edge and exemplar are there, a counter says they never will be, or their time is over.
pub async fn watch(setup: &Setup, board: &Board, pace: &Pace) {
    let Some(marker) = board.read(|evidence| evidence.marker.clone()) else {
        return;
    };
    let pushed = Instant::now();
    let mut seen = Seen::default();
    let mut first: Option<Instant> = None;
    let mut stuck = Stuck::default();
    let wants_exemplar = board.read(|evidence| {
        evidence.prometheus.flags.get().is_none_or(|flags| {
            flags
                .get("enable-feature")
                .is_some_and(|features| features.contains("exemplar-storage"))
        })
    });
    loop {
        let now = series(setup, (&marker.client_service, &marker.server_service)).await;
        let stored = exemplars(setup, &marker).await;
        let ms = pushed.elapsed().as_millis() as u64;
        note_seen(board, &marker, pace, &now, &stored, &mut seen, ms);
        if seen.calls.or(seen.graph).is_some() {
            first.get_or_insert_with(Instant::now);
        }
        // What one collection brought, the next completes; after that a missing half is missing.
        let limited = scrape::grown(board, "tempo_metrics_generator_registry_series_limited_total") > 0.0;
        let patience = wait_of_seconds(if limited || pace.one_sided {
            3.0
        } else {
            pace.collection_s + 6.0
        });
        let done = seen.calls.is_some() && seen.graph.is_some() && (seen.exemplar.is_some() || !wants_exemplar);
        let ended = if done {
            Some(Ended::Seen)
        } else if first.is_some_and(|first| first.elapsed() >= patience) {
            Some(Ended::Deadline)
        } else if first.is_none()
            && (stuck.is_decided(board, pace, pushed.elapsed()) || thrown_away(board) || all_discarded(board, &marker))
        {
            Some(Ended::Decided)
        } else if first.is_none() && pushed.elapsed() >= pace.metrics() {
            Some(Ended::Deadline)
        } else if Instant::now() >= board.limit() {
            Some(Ended::Timeout)
        } else {
            None
        };
        let watch = |seen: Option<u64>| Watch {
            seen_after_ms: seen,
            waited_ms: ms,
            deadline_ms: pace.metrics().as_millis() as u64,
            ended: match (seen, ended) {
                (Some(_), _) => Ended::Seen,
                (None, Some(ended)) => ended,
                (None, None) => Ended::Cancelled,
            },
        };
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
                exemplars_of_anybody(setup, board, &marker).await;
            }
            let state = if seen.calls.or(seen.graph).is_some() {
                HopState::Passed
            } else {
                HopState::Lost
            };
            board.tell_hop(Hop::Prometheus, state, Some(format!("{:.1} s", ms as f64 / 1e3)));
            return;
        }
        board.tell(Event::Waiting {
            hop: Hop::Prometheus,
            what: "next samples".to_owned(),
            since_ms: ms,
            about_ms: Some(((pace.collection_s + 5.0) * 1e3) as u64),
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn note_seen(
    board: &Board,
    marker: &Marker,
    pace: &Pace,
    now: &Slot<Vec<Series>>,
    stored: &Slot<Vec<Exemplar>>,
    seen: &mut Seen,
    ms: u64,
) {
    let before = board.read(|evidence| evidence.prometheus.series_before.get().cloned().unwrap_or_default());
    for series in now.get().into_iter().flatten() {
        if !rose(&before, series, marker.sent_at, pace.collection_s) {
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
        .is_some_and(|list| list.iter().any(|exemplar| exemplar.is_of(&marker.trace_id)))
    {
        // The strongest evidence there is: it belongs to the marker's latency, and so to its calls.
        seen.exemplar.get_or_insert(ms);
        seen.calls.get_or_insert(ms);
    }
}

/// Ingest threw the marker away: what the generator makes of it decides nothing any more.
fn thrown_away(board: &Board) -> bool {
    board.read(|evidence| {
        evidence
            .query
            .by_id_watch
            .as_ref()
            .is_some_and(|watch| watch.ended == Ended::Decided)
    }) && scrape::discarded(board)
}

/// The generator discarded everything it got since the push, the marker included.
fn all_discarded(board: &Board, marker: &Marker) -> bool {
    let received = scrape::grown(board, "tempo_metrics_generator_spans_received_total");
    let discarded = scrape::grown(board, "tempo_metrics_generator_spans_discarded_total");
    received >= f64::from(marker.spans) && received - discarded < 0.5
}

/// Counters that say samples will not arrive.
#[derive(Default)]
struct Stuck {
    retried: f64,
    times: u32,
    since: Option<Instant>,
}

impl Stuck {
    fn is_decided(&mut self, board: &Board, pace: &Pace, since_push: Duration) -> bool {
        let single = board.read(|evidence| {
            evidence
                .tempo
                .config
                .get()
                .is_none_or(|config| crate::parse::tempo_config::remote_write_urls(config).len() < 2)
        });
        if !single {
            return false;
        }
        let given_up = scrape::grown(board, "prometheus_remote_storage_samples_failed_total")
            + scrape::grown(board, "prometheus_remote_storage_samples_dropped_total");
        if given_up > 0.0 {
            // It may be of samples sent just before the push, or of others' series: the marker's get their own chance.
            let settled = self.since.get_or_insert_with(Instant::now).elapsed() > Duration::from_secs(6);
            return settled && (pace.fresh || since_push > wait_of_seconds(pace.collection_s + 10.0));
        }
        let retried = scrape::grown(board, "prometheus_remote_storage_samples_retried_total");
        let pending = scrape::value(board, "prometheus_remote_storage_samples_pending");
        if retried > self.retried && pending > 0.0 {
            self.retried = retried;
            self.times += 1;
        }
        self.times >= 3
    }
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn names_of_services_match_themselves_only() {
        assert_eq!(literal("tempoctl-marker-client"), "tempoctl-marker-client");
        assert_eq!(literal("a.b+c"), "a\\\\.b\\\\+c");
        assert_eq!(literal("a\"b\\c"), "a.b.c");
        assert_eq!(literal("größe"), "größe");
    }
}
