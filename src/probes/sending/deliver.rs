//! One connection: takes batches from the queue, hands them over, tries again where that makes sense, and accounts for
//! every span.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::{Mutex, mpsc, watch};

use crate::clients::export::ExportClient;
use crate::load::batch::Pool;
use crate::model::marker::PushAnswer;
use crate::model::time_bounds::{instant_after, scale_duration, wait_of_seconds};
use crate::model::{FailureKind, Slot};

use super::tally::Tally;

/// The first pause after a refusal that names none, doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest pause a receiver may ask for and get.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A batch on its way.
pub(super) struct Parcel {
    pub(super) bodies: Vec<(Bytes, u64)>,
    /// Spans nobody has answered for yet.
    pub(super) open: u64,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) due: Due,
    pub(super) tally: Arc<Tally>,
}

/// When the traces of a batch were due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due {
    /// The first of them.
    pub(super) at: Instant,
    /// From one to the next.
    pub(super) gap: Duration,
    /// How many.
    pub(super) traces: u64,
}

impl Drop for Parcel {
    fn drop(&mut self) {
        if self.open > 0 {
            let reason = if std::thread::panicking() {
                "a bug in tempoctl ended the connection"
            } else {
                "the run ended before an answer"
            };
            self.tally.failed(self.open);
            self.tally.reason(reason, self.open);
        }
    }
}

/// What generator and connections share.
pub(super) struct Shared {
    pub(super) tally: Arc<Tally>,
    pub(super) pool: std::sync::Mutex<Pool>,
    pub(super) pooled: usize,
    /// Ends everything: nothing is tried again, nothing new is made.
    pub(super) halt: watch::Sender<bool>,
    pub(super) gave_up: AtomicBool,
    /// The receiver has asked for less.
    pub(super) throttled: AtomicBool,
    /// Batches that are being handed over.
    pub(super) busy: AtomicU64,
    pub(super) retry_for: Duration,
    pub(super) until_refused: bool,
}

/// Ends the run where a connection panics: nobody would take up what is queued for it.
struct HaltOnPanic<'a>(&'a Shared);

impl Drop for HaltOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = self.0.halt.send(true);
        }
    }
}

pub(super) async fn deliver(
    shared: &Shared,
    client: &ExportClient,
    parcels: &Mutex<mpsc::Receiver<Parcel>>,
    mut halted: watch::Receiver<bool>,
    told: &mpsc::UnboundedSender<(u64, u64)>,
) {
    let _halt = HaltOnPanic(shared);
    loop {
        let parcel = parcels.lock().await.recv().await;
        let Some(mut parcel) = parcel.filter(|_| !*halted.borrow()) else {
            return;
        };
        shared.busy.fetch_add(1, Relaxed);
        let mut whole = true;
        for (body, spans) in std::mem::take(&mut parcel.bodies) {
            if *halted.borrow() {
                return;
            }
            whole &= hand_over(shared, client, &mut parcel, body, spans, &mut halted).await;
        }
        let answered = Instant::now();
        let due = parcel.due;
        if whole {
            shared.tally.answered((0..due.traces).map(|number| {
                let at = instant_after(due.at, scale_duration(due.gap, number as f64));
                answered.saturating_duration_since(at).as_micros() as u64
            }));
            // Who listens is the generator; where it is gone, nobody needs to know.
            let _ = told.send((parcel.from, parcel.to));
        }
        shared.busy.fetch_sub(1, Relaxed);
    }
}

/// Hands one body over, trying again while that makes sense. True where it was taken whole.
async fn hand_over(
    shared: &Shared,
    client: &ExportClient,
    parcel: &mut Parcel,
    body: Bytes,
    spans: u64,
    halted: &mut watch::Receiver<bool>,
) -> bool {
    let tally = &shared.tally;
    let first = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        while let Some(until) = tally.held_until() {
            tokio::select! {
                () = tokio::time::sleep_until(until.into()) => {}
                _ = halted.wait_for(|halt| *halt) => return false,
            }
        }
        let answer = client.send(body.clone()).await;
        let verdict = judge(&answer, tally.has_accepted());
        if verdict == Verdict::Taken {
            let rejected = answer
                .get()
                .map_or(0, |answer| answer.rejected_spans.max(0) as u64)
                .min(spans);
            parcel.open -= spans;
            tally.taken(spans, rejected, body.len());
            if rejected > 0 {
                tally.refusal(&answer, rejected);
                if shared.until_refused {
                    let _ = shared.halt.send(true);
                }
            }
            shared
                .pool
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .give(body, shared.pooled);
            return rejected == 0;
        }
        if is_pressure(&answer) {
            shared.throttled.store(true, Relaxed);
        }
        let asked = answer.get().and_then(|answer| answer.retry_after_s);
        let wait = asked.map_or(pause, wait_of_seconds);
        let again = verdict == Verdict::Later
            && !shared.until_refused
            && wait <= LONGEST_PAUSE
            && first.elapsed().saturating_add(wait) <= shared.retry_for;
        if !again {
            parcel.open -= spans;
            tally.failed(spans);
            tally.refusal(&answer, spans);
            if verdict == Verdict::Hopeless {
                shared.gave_up.store(true, Relaxed);
            }
            if verdict == Verdict::Hopeless || shared.until_refused {
                let _ = shared.halt.send(true);
            } else if verdict == Verdict::Later {
                // The body is lost; whoever comes next still keeps the pause that was asked for.
                tally.hold(wait.min(LONGEST_PAUSE).min(shared.retry_for.max(FIRST_PAUSE)));
            }
            return false;
        }
        tally.refusal(&answer, 0);
        if asked.is_some() || is_pressure(&answer) {
            tally.hold(wait);
        } else {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = halted.wait_for(|halt| *halt) => return false,
            }
        }
        pause = pause.saturating_mul(2).min(Duration::from_secs(5));
    }
}

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The body was taken.
    Taken,
    /// It may be taken later.
    Later,
    /// It will never be.
    Never,
    /// Nothing will ever be taken there.
    Hopeless,
}

/// The receiver asks for less.
fn is_pressure(answer: &Slot<PushAnswer>) -> bool {
    answer
        .get()
        .is_some_and(|answer| answer.http_status == Some(429) || answer.grpc_code == Some(8))
}

/// What the OTLP specification says of each answer («Failures», «OTLP/gRPC Throttling», «OTLP/HTTP Throttling»).
fn judge(answer: &Slot<PushAnswer>, accepted_before: bool) -> Verdict {
    let final_word = if accepted_before {
        Verdict::Never
    } else {
        Verdict::Hopeless
    };
    match answer {
        Slot::Known { value, .. } => match (value.http_status, value.grpc_code) {
            (Some(200..=299), _) | (None, Some(0)) => Verdict::Taken,
            (Some(429 | 502..=504), _) => Verdict::Later,
            // RESOURCE_EXHAUSTED is retried where the server says when; Tempo's rate limit does not, and may lift all the same.
            (None, Some(1 | 4 | 8 | 10 | 11 | 14 | 15)) => Verdict::Later,
            (Some(413), _) => Verdict::Never,
            _ => final_word,
        },
        Slot::Failed { failure } => match failure.kind {
            FailureKind::Refused | FailureKind::Dns | FailureKind::Tls | FailureKind::Protocol => {
                if accepted_before {
                    Verdict::Later
                } else {
                    Verdict::Hopeless
                }
            }
            FailureKind::Reset | FailureKind::Truncated => Verdict::Later,
            // It may have been taken: sent again it could be there twice.
            FailureKind::TimedOut => Verdict::Never,
            _ => final_word,
        },
        Slot::NotAsked => Verdict::Hopeless,
    }
}
