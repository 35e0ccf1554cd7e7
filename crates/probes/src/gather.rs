//! One run, in order: status, counters, push, waiting for the marker at every hop, counters again.

use doctor::evidence::{EvidenceView, installation};
use stack::clients::tempo::SearchQuestion;
use stack::clients::{GrafanaClient, TempoClient};
use telemetry::load::marker::rebuild_marker_trace;
use telemetry::model::Hop;
use telemetry::model::evidence::Fact;
use telemetry::model::progress_event::ProgressEvent;
use telemetry::model::time_bounds::wait_of_seconds;
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::authority::is_same_place;

use super::evidence_recorder::EvidenceRecorder;
use super::follow::{FollowDepth, watch_probe};
use super::setup::Setup;
use super::wait_budget::WaitBudget;
use super::{
    collector, dashboard, grafana, grafana_marker, marker_query, marker_series, prometheus, push, remote_write, scrape,
    senders, tempo, tenants, via_collector,
};

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
pub async fn gather_evidence(setup: &Setup, board: &EvidenceRecorder) {
    board.send_event(ProgressEvent::Started {
        hops: [Hop::App]
            .into_iter()
            .chain(setup.has_collector().then_some(Hop::Collector))
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
        tempo::fetch_status(setup, board),
        prometheus::fetch_status(setup, board),
        grafana::discover_grafana(setup, board)
    );
    adopt_prometheus(board);
    if tempo::is_silent(board) {
        // Nobody home: the push says whether at least the receiver is.
        if !setup.request.no_marker {
            let way = collector::detect_collector(setup, board).await;
            push::push_marker(setup, board, &board.read(WaitBudget::from_evidence), way.as_ref()).await;
            if let Some(way) = way.filter(collector::CollectorRoute::is_known) {
                via_collector::push_past_collector(setup, board, &way).await;
            }
        }
    } else {
        run_with_marker(setup, board, &found, &client).await;
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

async fn run_with_marker(setup: &Setup, board: &EvidenceRecorder, found: &TempoClient, client: &GrafanaClient) {
    let has_prometheus = board.view(installation::is_prometheus_answering);
    let (way, (), (), ()) = tokio::join!(
        collector::detect_collector(setup, board),
        scrape::scrape_before_push(setup, board),
        async {
            if has_prometheus && setup.wanted.contains_any(SERIES) {
                marker_series::fetch_before_push(setup, board).await;
            }
        },
        async {
            if grafana::is_readable(board) && !setup.request.fast && setup.wanted.contains_any(&[Fact::Dashboards]) {
                dashboard::tempo_dashboards::examine_tempo_dashboards(setup, client, board).await;
            }
        }
    );
    let pace = board.read(WaitBudget::from_evidence);
    if setup.request.no_marker {
        run_without_marker(setup, board, found, &pace, client).await;
        return;
    }
    push::push_marker(setup, board, &pace, way.as_ref()).await;
    if let Some(way) = way.filter(|way| way.is_known() || !setup.request.fast) {
        via_collector::follow_marker(setup, board, found, &way).await;
    }
    // The back-dated push is on the board by now, with what follows from it.
    let accepted = board.read(|evidence| evidence.receiver.push.get().is_some_and(|answer| answer.is_accepted()));
    if accepted {
        tokio::select! {
            () = await_marker(setup, board, found, &pace, client) => {}
            () = scrape::keep_scraping(setup, board) => {}
        }
        if grafana::is_readable(board) && setup.wanted.contains_any(&[Fact::Grafana]) {
            grafana_marker::read_marker(client, board).await;
        }
    } else {
        tokio::join!(
            find_other_senders(setup, board, found),
            query_data_sources(setup, board, client)
        );
    }
    read_final_facts(setup, board, found, &pace, accepted).await;
}

/// What Grafana's data sources answer; that takes long where one of them has a host that nobody knows.
async fn query_data_sources(setup: &Setup, board: &EvidenceRecorder, client: &GrafanaClient) {
    if !grafana::is_readable(board) || !setup.wanted.contains_any(&[Fact::Grafana]) {
        return;
    }
    if setup.request.fast {
        grafana::probe_data_sources(&client.with_timeout(std::time::Duration::from_secs(3)), board).await;
    } else {
        grafana::probe_data_sources(client, board).await;
    }
}

async fn await_marker(
    setup: &Setup,
    board: &EvidenceRecorder,
    found: &TempoClient,
    pace: &WaitBudget,
    client: &GrafanaClient,
) {
    let fast = setup.request.fast;
    let Some(marker) = board.read(|evidence| evidence.marker.clone()) else {
        return;
    };
    let sent = rebuild_marker_trace(&marker);
    let depth = FollowDepth {
        by_id: true,
        search: !fast && setup.wanted.contains_any(&[Fact::Search]),
        metrics: !fast && setup.wanted.contains_any(SERIES) && has_metrics_branch(board),
    };
    tokio::join!(
        watch_probe(setup, board, found, pace, &sent, depth),
        find_other_senders(setup, board, found),
        query_traceql_metrics(setup, board, found),
        query_data_sources(setup, board, client),
        tenants::push_tenant_markers(setup, board, found, pace),
    );
}

/// Nothing to wait for where the configuration has no generator.
fn has_metrics_branch(board: &EvidenceRecorder) -> bool {
    board.view(|view| view.config().get().is_none() || installation::detect_metrics_branch(view).is_configured())
}

async fn find_other_senders(setup: &Setup, board: &EvidenceRecorder, found: &TempoClient) {
    if setup.wanted.contains_any(APPLICATIONS) {
        senders::find_senders(found, board).await;
    }
}

async fn query_traceql_metrics(setup: &Setup, board: &EvidenceRecorder, found: &TempoClient) {
    if !setup.wanted.contains_any(&[Fact::TraceqlMetrics]) {
        return;
    }
    let now = super::clock::unix_now();
    let window = TimeWindow::from_seconds(now - 900.0, now);
    let slot = found.ask_metrics("{} | rate()", window, Some(60.0)).await;
    board.write(|evidence| evidence.query.traceql_metrics = slot);
}

async fn read_final_facts(
    setup: &Setup,
    board: &EvidenceRecorder,
    found: &TempoClient,
    pace: &WaitBudget,
    accepted: bool,
) {
    // Prometheus' copy of Tempo's counters has to be waited for.
    let at_once = pace.scrape_s.is_none() || !setup.request.fast;
    let counted = board.read(|evidence| evidence.tempo.metrics_before.get().is_some());
    if counted && at_once && setup.wanted.contains_any(&[Fact::Metrics]) {
        await_fresh_scrape(board, pace, accepted).await;
        scrape::scrape_again(setup, board).await;
    }
    via_collector::recheck_lost_marker(setup, board, found).await;
    collector::scrape_again(setup, board).await;
    let unscraped = board.read(|evidence| evidence.prometheus.tempo_scraped.get().is_some_and(Vec::is_empty));
    if unscraped {
        prometheus::refetch_scrape_targets(setup, board).await;
    }
    let lost = board.read(|evidence| {
        let seen = |watch: &Option<telemetry::model::marker::Watch>| {
            watch.as_ref().is_some_and(|watch| watch.seen_after_ms.is_some())
        };
        !seen(&evidence.prometheus.calls_watch) && !seen(&evidence.prometheus.graph_watch)
    });
    if accepted && !setup.request.fast {
        if lost {
            if setup.wanted.contains_any(&[Fact::RemoteWriteProbes]) {
                remote_write::probe_remote_write(setup, board).await;
            }
            if board.view(installation::is_prometheus_answering) {
                prometheus::recheck_answer(setup, board).await;
                if setup.wanted.contains_any(SERIES) {
                    marker_series::find_newest_foreign_sample(setup, board).await;
                }
            }
        }
        if setup.wanted.contains_any(&[Fact::AppServices, Fact::EarlierServices]) {
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
    setup: &Setup,
    board: &EvidenceRecorder,
    found: &TempoClient,
    pace: &WaitBudget,
    client: &GrafanaClient,
) {
    let waits = async {
        if !setup.request.fast {
            let wanted = wait_of_seconds(2.0 * pace.collection_s);
            let left = board.limit().saturating_duration_since(std::time::Instant::now());
            tokio::time::sleep(wanted.min(left)).await;
        }
    };
    tokio::join!(
        waits,
        find_other_senders(setup, board, found),
        query_traceql_metrics(setup, board, found),
        query_data_sources(setup, board, client)
    );
    tokio::join!(
        scrape::scrape_again(setup, board),
        collector::scrape_again(setup, board)
    );
    let newest = find_newest_trace(found).await;
    let has_prometheus = board.view(installation::is_prometheus_answering);
    if let Some(trace_id) = newest {
        read_newest_trace(board, found, &trace_id).await;
        let shown = board.read(|evidence| evidence.query.by_id.get().is_some_and(|read| read.spans > 0));
        if shown && grafana::is_readable(board) && setup.wanted.contains_any(&[Fact::Grafana]) {
            grafana_marker::read_trace(client, board, &trace_id).await;
        }
    }
    if has_prometheus && setup.wanted.contains_any(&[Fact::Series, Fact::RemoteWriteProbes]) {
        let newest = marker_series::find_newest_foreign_sample(setup, board).await;
        let since = board.read(|evidence| evidence.tempo.metrics_before.get().map_or(0.0, |scrape| scrape.at));
        if newest < since {
            remote_write::probe_remote_write(setup, board).await;
        }
    }
}

async fn find_newest_trace(found: &TempoClient) -> Option<String> {
    let now = super::clock::unix_now();
    let question = SearchQuestion {
        query: "{}".to_owned(),
        window: TimeWindow::from_seconds(now - 3600.0, now),
        limit: 1,
    };
    let ids = marker_query::search_ids(found, &question).await;
    ids.get().and_then(|ids| ids.first().cloned())
}

async fn read_newest_trace(board: &EvidenceRecorder, found: &TempoClient, trace_id: &str) {
    let started = std::time::Instant::now();
    let read = marker_query::fetch_any_trace(found, trace_id).await;
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
