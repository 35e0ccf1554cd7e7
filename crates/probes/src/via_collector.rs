//! Following the marker through the collector, until it is read back by its id, counters say that it never will be, or its
//! time is over.

use std::time::{Duration, Instant};

use stack::clients::TempoClient;
use telemetry::load::marker::rebuild_marker_trace;
use telemetry::model::marker::WatchEnd;
use telemetry::model::progress_event::ProgressEvent;
use telemetry::model::time_bounds::{instant_before, wait_of_seconds};
use telemetry::model::{FailureKind, Hop, HopState};

use super::clock;
use super::collector::{self, CollectorRoute};
use super::collector_progress::CollectorProgress;
use super::evidence_recorder::EvidenceRecorder;
use super::wait::Wait;
use super::{direct_push, marker_query, scrape};
use stack::Stack;

/// With `--fast`, only what comes out at once counts.
const FAST: Duration = Duration::from_secs(3);
/// Spans that are there in part may be followed by the rest.
const REST: Duration = Duration::from_secs(5);

/// Waits for the marker, and sends a second one past the collector where it does not come out.
pub async fn follow_marker(stack: &Stack, board: &EvidenceRecorder, found: &TempoClient, way: &CollectorRoute) {
    if board.is_push_accepted() {
        let ended = watch_marker(stack, board, found).await;
        if matches!(ended, WatchEnd::Seen | WatchEnd::Timeout | WatchEnd::Cancelled) {
            return;
        }
        let reached = has_tempo_received(board) && !collector::loses_spans(board);
        board.write(|evidence| evidence.collector.reached_tempo = reached);
        if !way.is_known() && reached {
            // Nothing stands in between, or it handed everything on.
            return;
        }
    } else {
        collector::scrape_again(stack, board).await;
        if !way.is_known() {
            return;
        }
    }
    if let Some(straight) = &way.direct_push {
        direct_push::push_second_marker(board, straight).await;
        let state = if board.is_push_accepted() {
            HopState::Passed
        } else {
            HopState::Lost
        };
        board.report_hop(Hop::Receiver, state, None);
    }
}

/// What was given up for lost may only have been late, such as behind a second collector with a batch of its own: it is asked
/// for again at the end, and for some time where nothing says that spans were lost.
pub async fn recheck_lost_marker(stack: &Stack, board: &EvidenceRecorder, api: &TempoClient) {
    let Some(marker) = board.read(|evidence| {
        let lost = evidence.collector.lost.as_ref()?;
        let taken = lost.push.get().is_some_and(|answer| answer.is_accepted());
        taken.then(|| lost.marker.clone())
    }) else {
        return;
    };
    let sent = rebuild_marker_trace(&marker);
    let patience = if board.is_fast() {
        FAST
    } else {
        collector::TAIL_PATIENCE
    };
    let sent_at = instant_before(Instant::now(), wait_of_seconds(clock::unix_now() - marker.sent_at));
    let wait = Wait::new(patience).since(sent_at).until(board.limit());
    let mut asked = false;
    wait.poll(async |wait| {
        if asked {
            collector::scrape_again(stack, board).await;
        }
        asked = true;
        let read = marker_query::fetch_trace_by_id(api, &sent).await;
        let seen = read.get().is_some_and(|read| read.spans >= marker.spans);
        board.write(|evidence| {
            let facts = &mut evidence.collector;
            if let Some(lost) = facts.lost.as_mut() {
                lost.read = read;
            }
            if seen {
                facts.watch = Some(wait.watch(Some(wait.elapsed_ms()), Some(WatchEnd::Seen)));
            } else if let Some(watch) = &mut facts.watch {
                watch.waited_ms = wait.elapsed_ms();
            }
        });
        if seen {
            board.report_hop(
                Hop::Collector,
                HopState::Passed,
                Some(format!("{:.1} s", wait.elapsed().as_secs_f64())),
            );
        }
        (seen || wait.end().is_some() || collector::accounts_for_loss(board)).then_some(())
    })
    .await;
}

/// Nothing of Tempo's API answers, so nothing can be read back: whether its receiver takes something is still worth knowing
/// where the collector took nothing.
pub async fn push_past_collector(stack: &Stack, board: &EvidenceRecorder, way: &CollectorRoute) {
    collector::scrape_again(stack, board).await;
    if let Some(straight) = way.direct_push.as_ref().filter(|_| !board.is_push_accepted()) {
        direct_push::push_second_marker(board, straight).await;
    }
}

/// Tempo's receiver counted at least the marker's spans since the push.
fn has_tempo_received(board: &EvidenceRecorder) -> bool {
    let spans = board.read(|evidence| evidence.marker.as_ref().map_or(1, |marker| marker.spans));
    let seen = scrape::measure_growth(board, "tempo_receiver_accepted_spans")
        + scrape::measure_growth(board, "tempo_receiver_refused_spans")
        + scrape::measure_growth(board, "tempo_discarded_spans_total");
    seen >= f64::from(spans)
}

/// Polls by id, the collector's counters every second and Tempo's every other.
async fn watch_marker(stack: &Stack, board: &EvidenceRecorder, api: &TempoClient) -> WatchEnd {
    let Some(marker) = board.read(|evidence| evidence.marker.clone()) else {
        return WatchEnd::Cancelled;
    };
    let sent = rebuild_marker_trace(&marker);
    let deadline = if board.is_fast() {
        FAST
    } else {
        collector::choose_patience(board)
    };
    let mut progress = CollectorProgress::default();
    let mut in_part: Option<Instant> = None;
    let mut scraped = Instant::now();
    let mut rounds = 0_u32;
    let wait = Wait::new(deadline)
        .until(board.limit())
        .with_backoff(Duration::from_millis(30), Duration::from_millis(500));
    wait.poll(async |wait| {
        let read = marker_query::fetch_trace_by_id(api, &sent).await;
        let spans = read.get().map_or(0, |read| read.spans);
        let fatal = read.failure().is_some_and(|failure| {
            matches!(failure.kind, FailureKind::Unauthorised | FailureKind::Redirected)
                || matches!(failure.status, Some(400 | 404))
        });
        if scraped.elapsed() >= Duration::from_secs(1) {
            scraped = Instant::now();
            rounds += 1;
            collector::scrape_again(stack, board).await;
            if rounds.is_multiple_of(2) {
                scrape::scrape_again(stack, board).await;
            }
        }
        if spans > 0 {
            in_part.get_or_insert_with(Instant::now);
        }
        let waited = wait.elapsed();
        let decided = rounds > 1
            && (progress.is_decided(board) || scrape::has_discarded_spans(board) && waited > Duration::from_secs(3))
            || waited > REST && is_refused_by_tempo(board);
        let ended = if spans >= marker.spans {
            Some(WatchEnd::Seen)
        } else if in_part.is_some_and(|since| since.elapsed() >= REST) {
            // The rest does not come: what is there is judged as it is.
            Some(WatchEnd::Seen)
        } else if fatal && waited > REST || spans == 0 && decided {
            Some(WatchEnd::Decided)
        } else if waited >= deadline
            && (board.is_fast() || waited >= collector::HELD_PATIENCE || !collector::is_holding_marker(board))
        {
            Some(if board.is_fast() {
                WatchEnd::AskedOnce
            } else if collector::is_backlogged(board) || collector::is_holding_marker(board) {
                WatchEnd::Timeout
            } else {
                WatchEnd::Deadline
            })
        } else {
            wait.timeout()
        };
        let seen = (ended == Some(WatchEnd::Seen)).then_some(waited.as_millis() as u64);
        let watch = wait.watch(seen, ended);
        board.write(|evidence| {
            evidence.query.by_id = read;
            evidence.query.by_id_watch = Some(watch.clone());
            evidence.collector.watch = Some(watch);
        });
        if let Some(ended) = ended {
            let state = if ended == WatchEnd::Seen {
                HopState::Passed
            } else {
                HopState::Lost
            };
            let note = Some(format!("{:.1} s", waited.as_secs_f64()));
            board.report_hop(Hop::Collector, state, note.clone().filter(|_| ended == WatchEnd::Seen));
            if ended == WatchEnd::Seen {
                for hop in [Hop::Receiver, Hop::Ingest] {
                    board.report_hop(hop, HopState::Passed, None);
                }
            }
        } else {
            board.send_event(ProgressEvent::Waiting {
                hop: Hop::Collector,
                what: "the marker".to_owned(),
                since_ms: waited.as_millis() as u64,
                about_ms: None,
            });
        }
        ended
    })
    .await
}

/// Tempo refuses what is sent to it, and nothing it takes is the marker: it is the collector that is refused.
fn is_refused_by_tempo(board: &EvidenceRecorder) -> bool {
    let own = board.read(|evidence| {
        let turned_away = |answer: &telemetry::model::marker::PushAnswer| !answer.is_accepted();
        u32::from(evidence.receiver.backdated_push.get().is_some_and(turned_away))
    });
    scrape::measure_growth(board, "tempo_receiver_refused_spans") > f64::from(own)
        && scrape::measure_growth(board, "tempo_receiver_accepted_spans") <= 0.0
}
