//! One run, in order: status, counters, push, waiting for the marker at every hop, counters again.

use doctor::evidence::{EvidenceView, installation};
use stack::clients::tempo::SearchQuestion;
use stack::clients::{GrafanaClient, TempoClient};
use telemetry::load::marker::rebuild_marker_trace;
use telemetry::model::Hop;
use telemetry::model::evidence::Fact;
use telemetry::model::marker::Watch;
use telemetry::model::progress_event::ProgressEvent;
use telemetry::model::time_bounds::wait_of_seconds;
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::authority::is_same_place;

use super::evidence_recorder::EvidenceRecorder;
use super::follow::{FollowDepth, watch_probe};
use super::wait_budget::WaitBudget;
use super::{
    collector, dashboard, grafana, grafana_marker, marker_query, marker_series, prometheus, push, remote_write, scrape,
    senders, tempo, tenants, via_collector,
};
use stack::Stack;

/// What the marker's metrics tell, and waiting for them.
const SERIES: &[Fact] = &[Fact::Series, Fact::Exemplars];
/// What is found out about other senders.
const APPLICATIONS: &[Fact] = &[
    Fact::AppServices,
    Fact::EarlierServices,
    Fact::StoppedServices,
    Fact::AppRoots,
    Fact::WideSearch,
];

/// Gathers every wanted fact of a run on the board.
pub async fn gather_evidence(stack: &Stack, board: &EvidenceRecorder) {
    board.send_event(ProgressEvent::Started {
        hops: [Hop::App]
            .into_iter()
            .chain(stack.has_collector().then_some(Hop::Collector))
            .chain([
                Hop::Receiver,
                Hop::Ingest,
                Hop::Storage,
                Hop::Query,
                Hop::Generator,
                Hop::RemoteWrite,
                Hop::Prometheus,
            ])
            .collect(),
    });
    let (found, (), client) = tokio::join!(
        tempo::fetch_status(stack, board),
        prometheus::fetch_status(stack, board),
        grafana::discover_grafana(stack, board)
    );
    adopt_prometheus(board);
    if tempo::is_silent(board) {
        // Nobody home: the push says whether at least the receiver is.
        if !board.is_read_only() {
            let way = collector::detect_collector(stack, board).await;
            push::push_marker(stack, board, &board.read(WaitBudget::from_evidence), way.as_ref()).await;
            if let Some(way) = way.filter(collector::CollectorRoute::is_known) {
                via_collector::push_past_collector(stack, board, &way).await;
            }
        }
    } else {
        run_with_marker(stack, board, &found, &client).await;
    }
    board.send_event(ProgressEvent::Done);
}

/// A default Prometheus address counts as given where Tempo writes to it, or Grafana reads it.
fn adopt_prometheus(board: &EvidenceRecorder) {
    board.write(|evidence| {
        let view = EvidenceView::new(evidence);
        let here = &evidence.targets.prometheus.url;
        let reads = evidence.grafana.sources.get().is_some_and(|sources| {
            sources
                .iter()
                .any(|source| source.url.as_deref().is_some_and(|url| is_same_place(url, here)))
        });
        if reads || installation::is_tempo_writing_to_prometheus(&view) {
            evidence.targets.prometheus.given = true;
        }
    });
}

async fn run_with_marker(stack: &Stack, board: &EvidenceRecorder, found: &TempoClient, client: &GrafanaClient) {
    let has_prometheus = board.view(installation::is_prometheus_answering);
    let (way, (), (), ()) = tokio::join!(
        collector::detect_collector(stack, board),
        scrape::scrape_before_push(stack, board),
        async {
            if has_prometheus && board.wants(SERIES) {
                marker_series::fetch_before_push(stack, board).await;
            }
        },
        async {
            if grafana::is_readable(board) && !board.is_fast() && board.wants(&[Fact::Dashboards]) {
                dashboard::tempo_dashboards::examine_tempo_dashboards(stack, client, board).await;
            }
        }
    );
    let pace = board.read(WaitBudget::from_evidence);
    if board.is_read_only() {
        run_without_marker(stack, board, found, &pace, client).await;
        return;
    }
    push::push_marker(stack, board, &pace, way.as_ref()).await;
    if let Some(way) = way.filter(|way| way.is_known() || !board.is_fast()) {
        via_collector::follow_marker(stack, board, found, &way).await;
    }
    // The back-dated push is on the board by now, with what follows from it.
    let accepted = board.is_push_accepted();
    if accepted {
        tokio::select! {
            () = await_marker(stack, board, found, &pace, client) => {}
            () = scrape::keep_scraping(stack, board) => {}
        }
        if grafana::is_readable(board) && board.wants(&[Fact::Grafana]) {
            grafana_marker::read_marker(client, board).await;
        }
    } else {
        tokio::join!(find_other_senders(board, found), query_data_sources(board, client));
    }
    read_final_facts(stack, board, found, &pace, accepted).await;
}

/// What Grafana's data sources answer; that takes long where one of them has a host that nobody knows.
async fn query_data_sources(board: &EvidenceRecorder, client: &GrafanaClient) {
    if !grafana::is_readable(board) || !board.wants(&[Fact::Grafana]) {
        return;
    }
    if board.is_fast() {
        grafana::probe_data_sources(&client.with_timeout(std::time::Duration::from_secs(3)), board).await;
    } else {
        grafana::probe_data_sources(client, board).await;
    }
}

async fn await_marker(
    stack: &Stack,
    board: &EvidenceRecorder,
    found: &TempoClient,
    pace: &WaitBudget,
    client: &GrafanaClient,
) {
    let fast = board.is_fast();
    let Some(marker) = board.read(|evidence| evidence.marker.clone()) else {
        return;
    };
    let sent = rebuild_marker_trace(&marker);
    let depth = FollowDepth {
        by_id: true,
        search: !fast && board.wants(&[Fact::Search]),
        repeated: !fast && board.wants(&[Fact::ById]),
        metrics: !fast && board.wants(SERIES) && has_metrics_branch(board),
    };
    tokio::join!(
        watch_probe(stack, board, found, pace, &sent, depth),
        find_other_senders(board, found),
        query_traceql_metrics(board, found),
        query_data_sources(board, client),
        tenants::push_tenant_markers(stack, board, found, pace),
    );
}

/// Nothing to wait for where the configuration has no generator.
fn has_metrics_branch(board: &EvidenceRecorder) -> bool {
    board.view(|view| view.config().get().is_none() || installation::detect_metrics_branch(view).is_configured())
}

async fn find_other_senders(board: &EvidenceRecorder, found: &TempoClient) {
    if board.wants(APPLICATIONS) {
        senders::find_senders(found, board).await;
    }
}

async fn query_traceql_metrics(board: &EvidenceRecorder, found: &TempoClient) {
    if !board.wants(&[Fact::TraceqlMetrics]) {
        return;
    }
    let now = super::clock::unix_now();
    let range = board.view(installation::find_refused_metrics_range_s).unwrap_or(900.0);
    let window = TimeWindow::from_seconds(now - range, now);
    let slot = found.ask_metrics("{} | rate()", window, Some(60.0)).await;
    board.write(|evidence| evidence.query.traceql_metrics = slot);
}

async fn read_final_facts(
    stack: &Stack,
    board: &EvidenceRecorder,
    found: &TempoClient,
    pace: &WaitBudget,
    accepted: bool,
) {
    // Prometheus' copy of Tempo's counters has to be waited for.
    let at_once = pace.scrape_s.is_none() || !board.is_fast();
    let counted = board.read(|evidence| evidence.tempo.metrics_before.get().is_some());
    if counted && at_once && board.wants(&[Fact::Metrics]) {
        await_fresh_scrape(board, pace, accepted).await;
        scrape::scrape_again(stack, board).await;
    }
    via_collector::recheck_lost_marker(stack, board, found).await;
    collector::scrape_again(stack, board).await;
    collector::find_live_span_metrics(stack, board).await;
    let unscraped = board.read(|evidence| evidence.prometheus.tempo_scraped.get().is_some_and(Vec::is_empty));
    if unscraped {
        prometheus::refetch_scrape_targets(stack, board).await;
    }
    let lost = board.read(|evidence| {
        let watches = [&evidence.prometheus.calls_watch, &evidence.prometheus.graph_watch];
        !watches.into_iter().flatten().any(Watch::is_seen)
    });
    if accepted && !board.is_fast() {
        if lost {
            if board.wants(&[Fact::RemoteWriteProbes]) {
                remote_write::probe_remote_write(stack, board).await;
            }
            if board.view(installation::is_prometheus_answering) {
                prometheus::recheck_answer(stack, board).await;
                if board.wants(SERIES) {
                    marker_series::find_newest_foreign_sample(stack, board).await;
                }
            }
        }
        if board.wants(&[Fact::AppServices, Fact::EarlierServices]) {
            senders::recheck_senders(found, board, pace).await;
        }
    }
}

/// Prometheus' copy is as old as its last scrape: wait for one that is younger than the push.
async fn await_fresh_scrape(board: &EvidenceRecorder, pace: &WaitBudget, accepted: bool) {
    let Some(interval) = pace.scrape_s.filter(|_| accepted) else {
        return;
    };
    let sent = board.read(|evidence| evidence.marker.as_ref().map_or(0.0, |marker| marker.sent_at));
    let missing = sent + 2.0 * interval + 1.0 - super::clock::unix_now();
    let left = board
        .limit()
        .saturating_duration_since(std::time::Instant::now())
        .as_secs_f64();
    if missing > 0.0 {
        tokio::time::sleep(wait_of_seconds(missing.min(left))).await;
    }
}

/// Without a marker: the counters twice, two collections apart, and the newest trace of an application read by its id.
async fn run_without_marker(
    stack: &Stack,
    board: &EvidenceRecorder,
    found: &TempoClient,
    pace: &WaitBudget,
    client: &GrafanaClient,
) {
    let waits = async {
        if !board.is_fast() {
            let wanted = wait_of_seconds(2.0 * pace.collection_s);
            let left = board.limit().saturating_duration_since(std::time::Instant::now());
            tokio::time::sleep(wanted.min(left)).await;
        }
    };
    tokio::join!(
        waits,
        find_other_senders(board, found),
        query_traceql_metrics(board, found),
        query_data_sources(board, client)
    );
    tokio::join!(
        scrape::scrape_again(stack, board),
        collector::scrape_again(stack, board)
    );
    collector::find_live_span_metrics(stack, board).await;
    let newest = find_newest_trace(found).await;
    let has_prometheus = board.view(installation::is_prometheus_answering);
    if let Some(trace_id) = newest {
        read_newest_trace(board, found, &trace_id).await;
        if !board.is_fast() {
            marker_query::repeat_by_id(found, board, &trace_id).await;
        }
        let shown = board.read(|evidence| evidence.query.by_id.get().is_some_and(|read| read.spans > 0));
        if shown && grafana::is_readable(board) && board.wants(&[Fact::Grafana]) {
            grafana_marker::read_trace(client, board, &trace_id).await;
        }
    }
    if has_prometheus && board.wants(&[Fact::Series, Fact::RemoteWriteProbes]) {
        let newest = marker_series::find_newest_foreign_sample(stack, board).await;
        let since = board.read(|evidence| evidence.tempo.metrics_before.get().map_or(0.0, |scrape| scrape.at));
        if newest < since {
            remote_write::probe_remote_write(stack, board).await;
        }
    }
}

async fn find_newest_trace(found: &TempoClient) -> Option<String> {
    let now = super::clock::unix_now();
    let question = SearchQuestion::new("{}", TimeWindow::from_seconds(now - 3600.0, now), 1);
    let ids = marker_query::search_ids(found, &question).await;
    ids.get().and_then(|ids| ids.first().cloned())
}

async fn read_newest_trace(board: &EvidenceRecorder, found: &TempoClient, trace_id: &str) {
    let started = std::time::Instant::now();
    let read = marker_query::fetch_any_trace(found, trace_id, None).await;
    let spans = read.get().map_or(0, |read| read.spans);
    let ms = started.elapsed().as_millis() as u64;
    board.write(|evidence| {
        evidence.query.by_id = read;
        evidence.query.by_id_watch = Some(telemetry::model::marker::Watch {
            seen_after_ms: (spans > 0).then_some(ms),
            waited_ms: ms,
            deadline_ms: ms,
            ended: if spans > 0 {
                telemetry::model::marker::WatchEnd::Seen
            } else {
                telemetry::model::marker::WatchEnd::Deadline
            },
        });
    });
}
