//! One run, in order: status, counters, push, waiting for the marker at every hop, counters again.

use crate::clients::Grafana;
use crate::model::event::Event;
use crate::model::evidence::Fact;
use crate::model::time_bounds::wait_of_seconds;
use crate::model::{Hop, Slot};
use crate::parse::tempo_config;

use super::board::Board;
use super::pace::Pace;
use super::setup::Setup;
use super::tempo::Tempo;
use super::{
    applications, collector, dashboard, grafana, grafana_read, prometheus, push, read_back, scrape, series, tempo,
    tenants, through, write,
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
pub async fn gather(setup: &Setup, board: &Board) {
    board.tell(Event::Started {
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
        tempo::status(setup, board),
        prometheus::status(setup, board),
        grafana::inventory(setup, board)
    );
    adopt_prometheus(board);
    if tempo::is_silent(board) {
        // Nobody home: the push says whether at least the receiver is.
        if !setup.request.no_marker {
            let way = collector::before(setup, board).await;
            push::push(setup, board, &board.read(Pace::of), way.as_ref()).await;
            if let Some(way) = way.filter(collector::Way::is_known) {
                through::unanswered(setup, board, &way).await;
            }
        }
    } else {
        examine(setup, board, &found, &client).await;
    }
    board.tell(Event::Done);
}

/// A default Prometheus address counts as given where Tempo writes to it, or Grafana reads it.
fn adopt_prometheus(board: &Board) {
    board.write(|evidence| {
        let here = evidence.targets.prometheus.url.clone();
        let writes = evidence.tempo.config.get().is_some_and(|config| {
            tempo_config::remote_write_urls(config)
                .iter()
                .any(|url| url.strip_prefix(&here).is_some_and(|rest| rest.starts_with('/')))
        });
        let reads = evidence.grafana.sources.get().is_some_and(|sources| {
            sources
                .iter()
                .any(|source| source.url.as_deref().is_some_and(|url| same_place(url, &here)))
        });
        if (writes || reads) && !evidence.targets.prometheus.given {
            evidence.targets.prometheus.given = true;
        }
    });
}

/// The same host and port, where every spelling of loopback is one host.
fn same_place(left: &str, right: &str) -> bool {
    let place = |text: &str| {
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let host = rest.split('/').next().unwrap_or_default().to_ascii_lowercase();
        host.replace("127.0.0.1", "localhost").replace("[::1]", "localhost")
    };
    place(left) == place(right)
}

async fn examine(setup: &Setup, board: &Board, found: &Tempo, client: &Grafana) {
    let has_prometheus = prometheus::answers(board);
    let (way, (), (), ()) = tokio::join!(
        collector::before(setup, board),
        scrape::before(setup, board),
        async {
            if has_prometheus && setup.wanted.any(SERIES) {
                series::before(setup, board).await;
            }
        },
        async {
            if grafana::answers(board) && !setup.request.fast && setup.wanted.any(&[Fact::Dashboards]) {
                dashboard::survey::survey(setup, client, board).await;
            }
        }
    );
    let pace = board.read(Pace::of);
    if setup.request.no_marker {
        follow(setup, board, found, &pace, client).await;
        return;
    }
    push::push(setup, board, &pace, way.as_ref()).await;
    if let Some(way) = way.filter(|way| way.is_known() || !setup.request.fast) {
        through::follow(setup, board, found, &way).await;
    }
    // The back-dated push is on the board by now, with what follows from it.
    let accepted = board.read(|evidence| evidence.receiver.push.get().is_some_and(|answer| answer.accepted()));
    if accepted {
        tokio::select! {
            () = watch(setup, board, found, &pace, client) => {}
            () = scrape::keep(setup, board) => {}
        }
        if grafana::answers(board) && setup.wanted.any(&[Fact::Grafana]) {
            grafana_read::marker(client, board).await;
        }
    } else {
        tokio::join!(others(setup, board, found), data_sources(setup, board, client));
    }
    finish(setup, board, found, &pace, accepted).await;
}

/// What Grafana's data sources answer; that takes long where one of them has a host that nobody knows.
async fn data_sources(setup: &Setup, board: &Board, client: &Grafana) {
    if !grafana::answers(board) || !setup.wanted.any(&[Fact::Grafana]) {
        return;
    }
    if setup.request.fast {
        grafana::sources(&client.within(std::time::Duration::from_secs(3)), board).await;
    } else {
        grafana::sources(client, board).await;
    }
}

async fn watch(setup: &Setup, board: &Board, found: &Tempo, pace: &Pace, client: &Grafana) {
    let fast = setup.request.fast;
    let slow = async {
        if !fast && setup.wanted.any(&[Fact::Search]) {
            read_back::watch_search(&found.api, board, pace).await;
        }
    };
    let metrics = async {
        if !fast && setup.wanted.any(SERIES) && prometheus::answers(board) && wants_metrics(board) {
            series::watch(setup, board, pace).await;
        }
    };
    tokio::join!(
        async {
            if board.read(|evidence| evidence.query.by_id_watch.is_none()) {
                read_back::watch_by_id(&found.api, board, pace, fast).await;
            }
            if board.read(|evidence| evidence.query.by_id.get().is_some_and(|read| read.spans > 0)) {
                slow.await;
            }
        },
        metrics,
        others(setup, board, found),
        traceql_metrics(setup, board, found),
        data_sources(setup, board, client),
        tenants::look(setup, board, found, pace),
    );
}

/// Nothing to wait for where no generator is configured.
fn wants_metrics(board: &Board) -> bool {
    board.read(|evidence| match evidence.tempo.config.get() {
        None => true,
        Some(config) => {
            tempo_config::generator_path(config).is_some()
                || !tempo_config::remote_write_urls(config).is_empty()
                || tempo_config::overrides_in_force(evidence.tempo.runtime_config.get(), Some(config), "single-tenant")
                    .is_some_and(|block| !block.processors().is_empty())
        }
    })
}

async fn others(setup: &Setup, board: &Board, found: &Tempo) {
    if setup.wanted.any(APPLICATIONS) {
        applications::look(&found.api, board).await;
    }
}

async fn traceql_metrics(setup: &Setup, board: &Board, found: &Tempo) {
    if !setup.wanted.any(&[Fact::TraceqlMetrics]) {
        return;
    }
    let now = super::clock::now();
    let path = format!(
        "/api/metrics/query_range?q={}&start={}&end={}&step=60s",
        read_back::escape("{} | rate()"),
        (now - 900.0) as i64,
        now as i64
    );
    let slot = found.api.get(&path).await;
    board.write(|evidence| evidence.query.traceql_metrics = slot);
}

async fn finish(setup: &Setup, board: &Board, found: &Tempo, pace: &Pace, accepted: bool) {
    // Prometheus' copy of Tempo's counters has to be waited for.
    let at_once = pace.scrape_s.is_none() || !setup.request.fast;
    let counted = board.read(|evidence| evidence.tempo.metrics_before.get().is_some());
    if counted && at_once && setup.wanted.any(&[Fact::Metrics]) {
        settle(board, pace, accepted).await;
        scrape::after(setup, board).await;
    }
    through::ask_again(setup, board, &found.api).await;
    collector::after(setup, board).await;
    let unscraped = board.read(|evidence| evidence.prometheus.tempo_scraped.get().is_some_and(Vec::is_empty));
    if unscraped {
        prometheus::scraping_at_last(setup, board).await;
    }
    let lost = board.read(|evidence| {
        let seen = |watch: &Option<crate::model::marker::Watch>| {
            watch.as_ref().is_some_and(|watch| watch.seen_after_ms.is_some())
        };
        !seen(&evidence.prometheus.calls_watch) && !seen(&evidence.prometheus.graph_watch)
    });
    if accepted && !setup.request.fast {
        if lost {
            if setup.wanted.any(&[Fact::RemoteWriteProbes]) {
                write::probe(setup, board).await;
            }
            if prometheus::answers(board) {
                prometheus::ask_again(setup, board).await;
                if setup.wanted.any(SERIES) {
                    series::of_others(setup, board).await;
                }
            }
        }
        if setup.wanted.any(&[Fact::AppServices, Fact::EarlierServices]) {
            applications::look_again(&found.api, board, pace).await;
        }
    }
}

/// Prometheus' copy is as old as its last scrape: wait for one that is younger than the push.
async fn settle(board: &Board, pace: &Pace, accepted: bool) {
    let Some(interval) = pace.scrape_s.filter(|_| accepted) else {
        return;
    };
    let sent = board.read(|evidence| evidence.marker.as_ref().map_or(0.0, |marker| marker.sent_at));
    let missing = sent + 2.0 * interval + 1.0 - super::clock::now();
    let left = board
        .limit()
        .saturating_duration_since(std::time::Instant::now())
        .as_secs_f64();
    if missing > 0.0 {
        tokio::time::sleep(wait_of_seconds(missing.min(left))).await;
    }
}

/// Without a marker: the counters twice, two collections apart, and the newest trace of an application read by its id.
async fn follow(setup: &Setup, board: &Board, found: &Tempo, pace: &Pace, client: &Grafana) {
    let waits = async {
        if !setup.request.fast {
            let wanted = wait_of_seconds(2.0 * pace.collection_s);
            let left = board.limit().saturating_duration_since(std::time::Instant::now());
            tokio::time::sleep(wanted.min(left)).await;
        }
    };
    tokio::join!(
        waits,
        others(setup, board, found),
        traceql_metrics(setup, board, found),
        data_sources(setup, board, client)
    );
    tokio::join!(scrape::after(setup, board), collector::after(setup, board));
    let newest = newest_trace(found).await;
    let has_prometheus = prometheus::answers(board);
    if let Some(trace_id) = newest {
        follow_trace(board, found, &trace_id).await;
        let shown = board.read(|evidence| evidence.query.by_id.get().is_some_and(|read| read.spans > 0));
        if shown && grafana::answers(board) && setup.wanted.any(&[Fact::Grafana]) {
            grafana_read::newest(client, board, &trace_id).await;
        }
    }
    if has_prometheus && setup.wanted.any(&[Fact::Series, Fact::RemoteWriteProbes]) {
        let newest = series::of_others(setup, board).await;
        let since = board.read(|evidence| evidence.tempo.metrics_before.get().map_or(0.0, |scrape| scrape.at));
        if newest < since {
            write::probe(setup, board).await;
        }
    }
}

async fn newest_trace(found: &Tempo) -> Option<String> {
    let now = super::clock::now();
    let path = format!(
        "/api/search?q={}&start={}&end={}&limit=1",
        read_back::escape("{}"),
        (now - 3600.0) as i64,
        now as i64
    );
    let ids = found.api.get(&path).await.and_then(crate::parse::trace::search_ids);
    ids.get().and_then(|ids| ids.first().cloned())
}

async fn follow_trace(board: &Board, found: &Tempo, trace_id: &str) {
    let started = std::time::Instant::now();
    let path = format!("/api/v2/traces/{trace_id}");
    let read = found
        .api
        .get(&path)
        .await
        .and_then(|answer| crate::parse::trace::read_back(answer, trace_id, &[]));
    let spans = read.get().map_or(0, |read| read.spans);
    let ms = started.elapsed().as_millis() as u64;
    board.write(|evidence| {
        evidence.query.by_id = match read {
            // What an application sent is not compared with anything.
            Slot::Known { mut value, took_ms } => {
                value.differences.clear();
                Slot::Known { value, took_ms }
            }
            other => other,
        };
        evidence.query.by_id_watch = Some(crate::model::marker::Watch {
            seen_after_ms: (spans > 0).then_some(ms),
            waited_ms: ms,
            deadline_ms: ms,
            ended: if spans > 0 {
                crate::model::marker::Ended::Seen
            } else {
                crate::model::marker::Ended::Deadline
            },
        });
    });
}
