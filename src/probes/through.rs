//! Following the marker through the collector, until it is read back by its id, counters say that it never will be, or its
//! time is over.

use std::time::{Duration, Instant};

use crate::clients::HttpClient;
use crate::model::event::Event;
use crate::model::marker::{Ended, live_trace};
use crate::model::time_bounds::wait_of_seconds;
use crate::model::{FailureKind, Hop, HopState};

use super::board::Board;
use super::clock;
use super::collector::{self, Way, watch_of};
use super::progress::Progress;
use super::setup::Setup;
use super::tempo::Tempo;
use super::{read_back, scrape, straight};

/// With `--fast`, only what comes out at once counts.
const FAST: Duration = Duration::from_secs(3);
/// Spans that are there in part may be followed by the rest.
const REST: Duration = Duration::from_secs(5);

/// Waits for the marker, and sends a second one past the collector where it does not come out.
pub async fn follow(setup: &Setup, board: &Board, found: &Tempo, way: &Way) {
    let taken = board.read(|evidence| evidence.receiver.push.get().is_some_and(|answer| answer.accepted()));
    if taken {
        let ended = watch(setup, board, &found.api).await;
        if matches!(ended, Ended::Seen | Ended::Timeout | Ended::Cancelled) {
            return;
        }
        let reached = tempo_got_it(board) && !collector::loses(board);
        board.write(|evidence| evidence.collector.reached_tempo = reached);
        if !way.is_known() && reached {
            // Nothing stands in between, or it handed everything on.
            return;
        }
    } else {
        collector::after(setup, board).await;
        if !way.is_known() {
            return;
        }
    }
    if let Some(straight) = &way.straight {
        straight::second_marker(board, straight).await;
        let taken = board.read(|evidence| evidence.receiver.push.get().is_some_and(|answer| answer.accepted()));
        let state = if taken { HopState::Passed } else { HopState::Lost };
        board.tell_hop(Hop::Receiver, state, None);
    }
}

/// What was given up for lost may only have been late, such as behind a second collector with a batch of its own: it is asked
/// for again at the end, and for some time where nothing says that spans were lost.
pub async fn ask_again(setup: &Setup, board: &Board, api: &HttpClient) {
    let Some(marker) = board.read(|evidence| {
        let lost = evidence.collector.lost.as_ref()?;
        let taken = lost.push.get().is_some_and(|answer| answer.accepted());
        taken.then(|| lost.marker.clone())
    }) else {
        return;
    };
    let sent = live_trace(&marker.trace_id, marker.end_ns);
    let patience = if setup.request.fast {
        FAST
    } else {
        collector::TAIL_PATIENCE
    };
    loop {
        let read = read_back::trace_by_id(api, &marker.trace_id, &sent).await;
        let seen = read.get().is_some_and(|read| read.spans >= marker.spans);
        let waited = wait_of_seconds(clock::now() - marker.sent_at);
        board.write(|evidence| {
            let facts = &mut evidence.collector;
            if let Some(lost) = facts.lost.as_mut() {
                lost.read = read;
            }
            if seen {
                let ms = Some(waited.as_millis() as u64);
                facts.watch = Some(watch_of(ms, waited, patience, Some(Ended::Seen)));
            } else if let Some(watch) = &mut facts.watch {
                watch.waited_ms = waited.as_millis() as u64;
            }
        });
        if seen {
            board.tell_hop(
                Hop::Collector,
                HopState::Passed,
                Some(format!("{:.1} s", waited.as_secs_f64())),
            );
            return;
        }
        if waited >= patience || Instant::now() >= board.limit() || collector::accounts_for_loss(board) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        collector::after(setup, board).await;
    }
}

/// Nothing of Tempo's API answers, so nothing can be read back: whether its receiver takes something is still worth knowing
/// where the collector took nothing.
pub async fn unanswered(setup: &Setup, board: &Board, way: &Way) {
    collector::after(setup, board).await;
    let taken = board.read(|evidence| evidence.receiver.push.get().is_some_and(|answer| answer.accepted()));
    if let Some(straight) = way.straight.as_ref().filter(|_| !taken) {
        straight::second_marker(board, straight).await;
    }
}

/// Tempo's receiver counted at least the marker's spans since the push.
fn tempo_got_it(board: &Board) -> bool {
    let spans = board.read(|evidence| evidence.marker.as_ref().map_or(1, |marker| marker.spans));
    let seen = scrape::grown(board, "tempo_receiver_accepted_spans")
        + scrape::grown(board, "tempo_receiver_refused_spans")
        + scrape::grown(board, "tempo_discarded_spans_total");
    seen >= f64::from(spans)
}

/// Polls by id, the collector's counters every second and Tempo's every other.
async fn watch(setup: &Setup, board: &Board, api: &HttpClient) -> Ended {
    let Some(marker) = board.read(|evidence| evidence.marker.clone()) else {
        return Ended::Cancelled;
    };
    let sent = live_trace(&marker.trace_id, marker.end_ns);
    let pushed = Instant::now();
    let deadline = if setup.request.fast {
        FAST
    } else {
        collector::patience(board)
    };
    let mut progress = Progress::default();
    let mut in_part: Option<Instant> = None;
    let mut pause = Duration::from_millis(30);
    let mut scraped = Instant::now();
    let mut rounds = 0_u32;
    loop {
        let read = read_back::trace_by_id(api, &marker.trace_id, &sent).await;
        let spans = read.get().map_or(0, |read| read.spans);
        let fatal = read.failure().is_some_and(|failure| {
            matches!(failure.kind, FailureKind::Unauthorised | FailureKind::Redirected)
                || matches!(failure.status, Some(400 | 404))
        });
        if scraped.elapsed() >= Duration::from_secs(1) {
            scraped = Instant::now();
            rounds += 1;
            collector::after(setup, board).await;
            if rounds.is_multiple_of(2) {
                scrape::after(setup, board).await;
            }
        }
        if spans > 0 {
            in_part.get_or_insert_with(Instant::now);
        }
        let waited = pushed.elapsed();
        let decided = rounds > 1
            && (progress.is_decided(board) || scrape::discarded(board) && waited > Duration::from_secs(3))
            || waited > REST && refused_by_tempo(board);
        let ended = if spans >= marker.spans {
            Some(Ended::Seen)
        } else if in_part.is_some_and(|since| since.elapsed() >= REST) {
            // The rest does not come: what is there is judged as it is.
            Some(Ended::Seen)
        } else if fatal && waited > REST || spans == 0 && decided {
            Some(Ended::Decided)
        } else if waited >= deadline
            && (setup.request.fast || waited >= collector::HELD_PATIENCE || !collector::holds(board))
        {
            Some(if setup.request.fast {
                Ended::AskedOnce
            } else if collector::is_backlogged(board) || collector::holds(board) {
                Ended::Timeout
            } else {
                Ended::Deadline
            })
        } else if Instant::now() >= board.limit() {
            Some(Ended::Timeout)
        } else {
            None
        };
        let seen = (ended == Some(Ended::Seen)).then_some(waited.as_millis() as u64);
        let watch = watch_of(seen, waited, deadline, ended);
        board.write(|evidence| {
            evidence.query.by_id = read;
            evidence.query.by_id_watch = Some(watch.clone());
            evidence.collector.watch = Some(watch);
        });
        if let Some(ended) = ended {
            let state = if ended == Ended::Seen {
                HopState::Passed
            } else {
                HopState::Lost
            };
            let note = Some(format!("{:.1} s", waited.as_secs_f64()));
            board.tell_hop(Hop::Collector, state, note.clone().filter(|_| ended == Ended::Seen));
            if ended == Ended::Seen {
                for hop in [Hop::Receiver, Hop::Ingest] {
                    board.tell_hop(hop, HopState::Passed, None);
                }
            }
            return ended;
        }
        board.tell(Event::Waiting {
            hop: Hop::Collector,
            what: "the marker".to_owned(),
            since_ms: waited.as_millis() as u64,
            about_ms: None,
        });
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(Duration::from_millis(500));
    }
}

/// Tempo refuses what is sent to it, and nothing it takes is the marker: it is the collector that is refused.
fn refused_by_tempo(board: &Board) -> bool {
    let own = board.read(|evidence| {
        let turned_away = |answer: &crate::model::marker::PushAnswer| !answer.accepted();
        u32::from(evidence.receiver.backdated_push.get().is_some_and(turned_away))
    });
    scrape::grown(board, "tempo_receiver_refused_spans") > f64::from(own)
        && scrape::grown(board, "tempo_receiver_accepted_spans") <= 0.0
}
