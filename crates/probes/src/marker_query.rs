//! Reading the marker back: by id at once, by search once its time has come.

use std::time::Duration;

use futures_util::future::join_all;
use stack::clients::TempoClient;
use stack::clients::tempo::SearchQuestion;
use telemetry::model::evidence::{RepeatedReads, TempoProcess};
use telemetry::model::marker::{Marker, RUN_ATTRIBUTE, TraceRead, Watch, WatchEnd};
use telemetry::model::progress_event::ProgressEvent;
use telemetry::model::tempo::PROCESS_STARTED as STARTED;
use telemetry::model::time_window::TimeWindow;
use telemetry::model::trace::Trace;
use telemetry::model::{FailureKind, Hop, HopState, Slot};
use telemetry::parse::trace_answer;

use super::clock;
use super::evidence_recorder::EvidenceRecorder;
use super::scrape;
use super::wait::Wait;
use super::wait_budget::WaitBudget;

/// One trace, compared with what was sent.
pub async fn fetch_trace_by_id(tempo: &TempoClient, sent: &Trace) -> Slot<TraceRead> {
    let answer = tempo.ask_trace_json(&sent.id.to_string(), None).await;
    answer.and_then(|answer| trace_answer::compare_with_sent(answer, sent))
}

/// A trace that somebody else sent, which is compared with nothing.
pub async fn fetch_any_trace(tempo: &TempoClient, id: &str, window: Option<TimeWindow>) -> Slot<TraceRead> {
    let answer = tempo.ask_trace_json(id, window).await;
    answer.and_then(|answer| trace_answer::compare_with_sent(answer, &Trace::default()))
}

/// Polls by id until the whole of what was sent is there, a discard counter says it never will be, or its time is over.
pub async fn watch_by_id(api: &TempoClient, board: &EvidenceRecorder, pace: &WaitBudget, sent: &Trace) {
    let Some(marker) = board.read(|evidence| evidence.marker.clone()) else {
        return;
    };
    let deadline = if board.is_fast() {
        Duration::from_secs(2)
    } else {
        pace.by_id()
    };
    let wait = Wait::new(deadline)
        .until(board.limit())
        .with_backoff(Duration::from_millis(20), Duration::from_millis(500));
    wait.poll(async |wait| {
        let read = fetch_trace_by_id(api, sent).await;
        let spans = read.get().map_or(0, |read| read.spans);
        let fatal = read.failure().is_some_and(|failure| {
            matches!(
                failure.kind,
                FailureKind::Unauthorised | FailureKind::Redirected | FailureKind::TooLarge
            ) || matches!(failure.status, Some(400 | 404))
        });
        let ended = if spans >= marker.spans {
            Some(WatchEnd::Seen)
        } else if fatal || wait.elapsed() > Duration::from_secs(3) && scrape::has_discarded_spans(board) {
            Some(WatchEnd::Decided)
        } else {
            // At the deadline, what is there in part is judged as it is.
            wait.end().map(|end| match end {
                WatchEnd::Deadline if spans > 0 => WatchEnd::Seen,
                end => end,
            })
        };
        let ms = wait.elapsed_ms();
        let seen = ended == Some(WatchEnd::Seen);
        board.write(|evidence| {
            evidence.query.by_id = read;
            evidence.query.by_id_watch = Some(wait.watch(seen.then_some(ms), ended));
        });
        if ended.is_some() {
            board.report_hop(
                Hop::Ingest,
                if seen { HopState::Passed } else { HopState::NotChecked },
                None,
            );
            let state = if seen { HopState::Waiting } else { HopState::Lost };
            board.report_hop(Hop::Query, state, seen.then(|| format!("{ms} ms by id")));
        }
        ended.map(drop)
    })
    .await;
}

/// How many answers are compared at once: of two nodes chosen by chance, both are met in 127 of 128 runs.
const REPEATS: usize = 8;
/// A live-store may be so far behind another one without being at fault.
const CATCHING_UP: Duration = Duration::from_secs(12);

/// Reads a trace again, each time on a new connection, for a balancer to choose another node. Where answers
/// differ, and go on to, the processes that give them are told apart.
pub async fn repeat_by_id(api: &TempoClient, board: &EvidenceRecorder, id: &str) {
    let Ok(api) = api.with_new_connections() else {
        return;
    };
    let api = api.with_timeout(Duration::from_secs(3));
    // Blocks without anything recent need not be opened.
    let now = clock::unix_now();
    let recent = Some(TimeWindow::from_seconds(now - 3600.0, now + 600.0));
    let wait = Wait::new(CATCHING_UP)
        .until(board.limit())
        .every(Duration::from_secs(4));
    let mut reads = wait
        .poll(async |wait| {
            let answers = join_all((0..REPEATS).map(|_| fetch_any_trace(&api, id, recent))).await;
            let count = |is: fn(&TraceRead) -> bool| {
                answers.iter().filter_map(Slot::get).filter(|read| is(read)).count() as u32
            };
            let reads = RepeatedReads {
                found: count(|read| read.spans > 0),
                missing: count(|read| read.spans == 0),
                waited_ms: wait.elapsed_ms(),
                processes: Vec::new(),
            };
            (reads.missing == 0 || wait.end().is_some()).then_some(reads)
        })
        .await;
    if reads.missing > 0 {
        reads.processes = find_processes(&api).await;
    }
    board.write(|evidence| evidence.query.by_id_repeats = Some(reads));
}

/// The processes that answer at this address, by their start.
async fn find_processes(api: &TempoClient) -> Vec<TempoProcess> {
    const MEMBERS: &str = "tempo_ring_members";
    let mut processes = Vec::new();
    for _ in 0..3 {
        let asked = (0..REPEATS).map(|_| api.fetch_metrics(|name| name == STARTED || name == MEMBERS));
        let scrapes = join_all(asked).await;
        processes.extend(scrapes.iter().filter_map(Slot::get).filter_map(|scrape| {
            // 2.10 knows a ring of live-stores as well, and nobody is in it.
            let rings = ["live-store", "ingester"].map(|ring| scrape.sum(MEMBERS, &[("name", ring)]));
            Some(TempoProcess {
                started_at: scrape.sum(STARTED, &[])?,
                ring_members: rings.into_iter().flatten().reduce(f64::max),
            })
        }));
        processes.sort_by(|one: &TempoProcess, other| one.started_at.total_cmp(&other.started_at));
        processes.dedup_by_key(|process| process.started_at.to_bits());
        if processes.len() > 1 {
            break;
        }
    }
    processes
}

/// Polls search until the live marker or its back-dated companion is found, or the time of both is over.
pub async fn watch_search(api: &TempoClient, board: &EvidenceRecorder, pace: &WaitBudget) {
    let Some(marker) = board.read(|evidence| evidence.marker.clone()) else {
        return;
    };
    let backdated_deadline = marker.backdated.as_ref().map(|_| pace.backdated());
    let longest = backdated_deadline.map_or(pace.search(), |backdated| backdated.max(pace.search()));
    let once = pace.cutoff_s > telemetry::parse::tempo_config::LONGEST_CUTOFF_S;
    let about = backdated_deadline.map_or(pace.cutoff_s + pace.search_delay_s, |_| pace.search_delay_s);
    let wait = Wait::new(longest)
        .until(board.limit())
        .every(Duration::from_millis(400));
    wait.poll(async |wait| {
        let found = search_ids(api, &build_marker_search(&marker)).await;
        let has = |id: &str| found.get().is_some_and(|ids| ids.iter().any(|found| found == id));
        let live = has(&marker.trace_id);
        let backdated = marker
            .backdated
            .as_ref()
            .is_some_and(|backdated| has(&backdated.trace_id));
        let fatal = found.failure().is_some_and(|failure| {
            matches!(failure.kind, FailureKind::Unauthorised | FailureKind::Redirected)
                || matches!(failure.status, Some(400 | 404))
        });
        let ended = if live || backdated {
            Some(WatchEnd::Seen)
        } else if fatal {
            Some(WatchEnd::Decided)
        } else if once {
            Some(WatchEnd::AskedOnce)
        } else {
            wait.end()
        };
        let ms = wait.elapsed_ms();
        let watch = |seen: bool, deadline: Duration| Watch {
            deadline_ms: deadline.as_millis() as u64,
            ..wait.watch(seen.then_some(ms), ended)
        };
        board.write(|evidence| {
            evidence.query.search_watch = Some(watch(live, pace.search()));
            evidence.query.backdated_watch = backdated_deadline.map(|deadline| watch(backdated, deadline));
            evidence.query.search = found;
        });
        match ended {
            Some(ended) => {
                let state = if ended == WatchEnd::Seen {
                    HopState::Passed
                } else {
                    HopState::Lost
                };
                board.report_hop(Hop::Query, state, Some(format!("{:.1} s by search", ms as f64 / 1e3)));
            }
            None => board.send_event(ProgressEvent::Waiting {
                hop: Hop::Query,
                what: "search".to_owned(),
                since_ms: ms,
                about_ms: Some((about * 1e3) as u64),
            }),
        }
        ended.map(drop)
    })
    .await;
}

/// The ids that a search finds.
pub async fn search_ids(api: &TempoClient, question: &SearchQuestion) -> Slot<Vec<String>> {
    let found = api.search_traces(question).await;
    found.and_then(|found| Ok(found.hits.iter().map(|hit| hit.trace_id.to_string()).collect()))
}

/// A search for both traces by their run attribute, with both bounds.
pub(super) fn build_marker_search(marker: &Marker) -> SearchQuestion {
    let wanted = |id: &str| format!("span.{RUN_ATTRIBUTE} = \"{id}\"");
    let (query, age) = match &marker.backdated {
        Some(backdated) => (
            format!("{{ {} || {} }}", wanted(&marker.trace_id), wanted(&backdated.trace_id)),
            backdated.age_s,
        ),
        None => (format!("{{ {} }}", wanted(&marker.trace_id)), 0.0),
    };
    let dated = marker.end_ns as f64 / 1e9;
    SearchQuestion {
        query,
        window: TimeWindow::from_seconds(dated - age - 60.0, dated.max(clock::unix_now()) + 5.0),
        limit: 5,
    }
}
