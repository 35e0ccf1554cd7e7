//! One connection: takes batches from the queue, hands them over, tries again where that makes sense, and accounts for
//! every span.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::{Mutex, mpsc, watch};

use stack::clients::export::ExportClient;
use telemetry::load::batch::BufferPool;
use telemetry::model::marker::PushAnswer;
use telemetry::model::time_bounds::{instant_after, scale_duration, wait_of_seconds};
use telemetry::model::{FailureKind, Slot};

use super::accounting::Tally;

/// The first pause after a refusal that names none, doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// The longest pause a receiver may ask for and get.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A batch on its way.
pub(super) struct InFlightBatch {
    pub(super) bodies: Vec<(Bytes, u64)>,
    /// Spans nobody has answered for yet.
    pub(super) unanswered: u64,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) due: Schedule,
    pub(super) tally: Arc<Tally>,
}

/// When the traces of a batch were due.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    /// The first of them.
    pub(super) at: Instant,
    /// From one to the next.
    pub(super) gap: Duration,
    /// How many.
    pub(super) traces: u64,
}

impl Drop for InFlightBatch {
    fn drop(&mut self) {
        if self.unanswered > 0 {
            let reason = if std::thread::panicking() {
                "a bug in tempoctl ended the connection"
            } else {
                "the run ended before an answer"
            };
            self.tally.record_failed(self.unanswered);
            self.tally.record_reason(reason, self.unanswered);
        }
    }
}

/// What generator and connections share.
pub(super) struct SharedLoad {
    pub(super) tally: Arc<Tally>,
    pub(super) pool: std::sync::Mutex<BufferPool>,
    pub(super) pooled: usize,
    /// Ends everything: nothing is tried again, nothing new is made.
    pub(super) halt: watch::Sender<bool>,
    pub(super) aborted: AtomicBool,
    /// The receiver has asked for less.
    pub(super) throttled: AtomicBool,
    /// Batches that are being handed over.
    pub(super) busy: AtomicU64,
    pub(super) retry_for: Duration,
    pub(super) until_refused: bool,
}

/// Ends the run where a connection panics: nobody would take up what is queued for it.
struct HaltOnPanic<'a>(&'a SharedLoad);

impl Drop for HaltOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = self.0.halt.send(true);
        }
    }
}

pub(super) async fn deliver_batches(
    shared: &SharedLoad,
    client: &ExportClient,
    parcels: &Mutex<mpsc::Receiver<InFlightBatch>>,
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
            whole &= send_with_retry(shared, client, &mut parcel, body, spans, &mut halted).await;
        }
        let answered = Instant::now();
        let due = parcel.due;
        if whole {
            shared.tally.record_latencies((0..due.traces).map(|number| {
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
async fn send_with_retry(
    shared: &SharedLoad,
    client: &ExportClient,
    parcel: &mut InFlightBatch,
    body: Bytes,
    spans: u64,
    halted: &mut watch::Receiver<bool>,
) -> bool {
    let tally = &shared.tally;
    let first = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        while let Some(until) = tally.backoff_until() {
            tokio::select! {
                () = tokio::time::sleep_until(until.into()) => {}
                _ = halted.wait_for(|halt| *halt) => return false,
            }
        }
        let answer = client.send(body.clone()).await;
        let verdict = classify_answer(&answer, tally.has_accepted());
        if verdict == RetryDecision::Taken {
            let rejected = answer.get().map_or(0, |answer| answer.count_rejected(spans));
            parcel.unanswered -= spans;
            tally.record_taken(spans, rejected, body.len());
            if rejected > 0 {
                tally.record_refusal(&answer, rejected);
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
        if is_back_pressure(&answer) {
            shared.throttled.store(true, Relaxed);
        }
        let asked = answer.get().and_then(|answer| answer.retry_after_s);
        let wait = asked.map_or(pause, wait_of_seconds);
        let again = verdict == RetryDecision::Later
            && !shared.until_refused
            && wait <= LONGEST_PAUSE
            && first.elapsed().saturating_add(wait) <= shared.retry_for;
        if !again {
            parcel.unanswered -= spans;
            tally.record_failed(spans);
            tally.record_refusal(&answer, spans);
            if verdict == RetryDecision::Hopeless {
                shared.aborted.store(true, Relaxed);
            }
            if verdict == RetryDecision::Hopeless || shared.until_refused {
                let _ = shared.halt.send(true);
            } else if verdict == RetryDecision::Later {
                // The body is lost; whoever comes next still keeps the pause that was asked for.
                tally.back_off(wait.min(LONGEST_PAUSE).min(shared.retry_for.max(FIRST_PAUSE)));
            }
            return false;
        }
        tally.record_refusal(&answer, 0);
        if asked.is_some() || is_back_pressure(&answer) {
            tally.back_off(wait);
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
enum RetryDecision {
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
fn is_back_pressure(answer: &Slot<PushAnswer>) -> bool {
    answer
        .get()
        .is_some_and(|answer| answer.http_status == Some(429) || answer.grpc_code == Some(8))
}

/// What the OTLP specification says of each answer («Failures», «OTLP/gRPC Throttling», «OTLP/HTTP Throttling»).
fn classify_answer(answer: &Slot<PushAnswer>, accepted_before: bool) -> RetryDecision {
    let final_word = if accepted_before {
        RetryDecision::Never
    } else {
        RetryDecision::Hopeless
    };
    match answer {
        Slot::Known { value, .. } => match (value.http_status, value.grpc_code) {
            (Some(200..=299), _) | (None, Some(0)) => RetryDecision::Taken,
            (Some(429 | 502..=504), _) => RetryDecision::Later,
            // RESOURCE_EXHAUSTED is retried where the server says when; Tempo's rate limit does not, and may lift all the same.
            (None, Some(1 | 4 | 8 | 10 | 11 | 14 | 15)) => RetryDecision::Later,
            (Some(413), _) => RetryDecision::Never,
            _ => final_word,
        },
        Slot::Failed { failure } => match failure.kind {
            FailureKind::Refused | FailureKind::Dns | FailureKind::Tls | FailureKind::Protocol => {
                if accepted_before {
                    RetryDecision::Later
                } else {
                    RetryDecision::Hopeless
                }
            }
            FailureKind::Reset | FailureKind::Truncated => RetryDecision::Later,
            // It may have been taken: sent again it could be there twice.
            FailureKind::TimedOut => RetryDecision::Never,
            _ => final_word,
        },
        Slot::NotAsked => RetryDecision::Hopeless,
    }
}
