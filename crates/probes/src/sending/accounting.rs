//! The account of a run while it goes on. Every span that was generated ends in exactly one of accepted, rejected and
//! failed: a parcel that is dropped before its answer was heard counts itself as failed.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use telemetry::load::generator::TraceDescription;
use telemetry::load::rng::mix_bits;
use telemetry::model::marker::PushAnswer;
use telemetry::model::send_report::{LISTED_IDS, Latencies, LatencyMs, SendAccount, SendRefusal, SpanAccount};
use telemetry::model::time_bounds::deadline_after;
use telemetry::model::{Failure, FailureKind, Slot};

/// Reasons that are told apart; what comes after that is one more reason.
const MOST_REASONS: usize = 20;
/// Traces that are kept to be read back, at most.
pub const MOST_SAMPLED: usize = 10_000;

/// The account of a run.
pub struct Tally {
    traces: AtomicU64,
    generated: AtomicU64,
    accepted: AtomicU64,
    rejected: AtomicU64,
    failed: AtomicU64,
    unsampled: AtomicU64,
    refused: AtomicU64,
    bytes: AtomicU64,
    held_up_us: AtomicU64,
    lag_us: AtomicU64,
    details: Mutex<TallyDetails>,
    /// The share of accepted traces that is kept to be read back, in 64 bits.
    sample: u64,
    epoch: Instant,
}

#[derive(Default)]
struct TallyDetails {
    latency: Latencies,
    refusals: Vec<SendRefusal>,
    ids: Vec<[u8; 16]>,
    sampled: Vec<TraceDescription>,
    /// Traces that were to be sampled, kept or not.
    drawn: u64,
    /// Until when back-pressure holds everybody up.
    until: Option<Instant>,
    /// The first thing that went wrong, for a diagnosis.
    first: Option<Slot<PushAnswer>>,
}

/// The account at one moment.
#[derive(Debug, Clone, Default)]
pub struct TallySnapshot {
    /// Traces and spans so far.
    pub account: SendAccount,
    /// Latencies so far.
    pub latency: Option<LatencyMs>,
    /// Answers so far that refused something.
    pub refused: u64,
    /// Bytes handed over.
    pub bytes: u64,
    /// How far the generator is behind its schedule, in milliseconds.
    pub lag_ms: u64,
    /// How long back-pressure will still hold the run up, in milliseconds.
    pub hold_ms: u64,
    /// What was heard last that is no acceptance.
    pub last_reason: Option<String>,
}

impl Tally {
    /// An empty account; `sample` is the share of accepted traces to keep for reading back.
    pub fn new(sample: f64) -> Self {
        Tally {
            traces: AtomicU64::new(0),
            generated: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            rejected: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            unsampled: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            held_up_us: AtomicU64::new(0),
            lag_us: AtomicU64::new(0),
            details: Mutex::default(),
            sample: (sample.clamp(0.0, 1.0) * u64::MAX as f64) as u64,
            epoch: Instant::now(),
        }
    }

    fn lock_details(&self) -> std::sync::MutexGuard<'_, TallyDetails> {
        self.details.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These were made, and will be sent.
    pub(super) fn record_generated(&self, traces: u64, spans: u64) {
        self.traces.fetch_add(traces, Relaxed);
        self.generated.fetch_add(spans, Relaxed);
    }

    pub(super) fn record_unsampled(&self) {
        self.unsampled.fetch_add(1, Relaxed);
    }

    /// The receiver took a body of so many spans, all but `rejected`.
    pub(super) fn record_taken(&self, spans: u64, rejected: u64, bytes: usize) {
        let rejected = rejected.min(spans);
        self.accepted.fetch_add(spans - rejected, Relaxed);
        self.rejected.fetch_add(rejected, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    /// Nobody took these.
    pub(super) fn record_failed(&self, spans: u64) {
        self.failed.fetch_add(spans, Relaxed);
    }

    /// Notes a reason and what it cost.
    pub(super) fn record_reason(&self, reason: &str, spans: u64) {
        let mut rest = self.lock_details();
        let at = rest.refusals.iter().position(|known| known.reason == reason);
        let at = at.unwrap_or_else(|| {
            let full = rest.refusals.len() >= MOST_REASONS;
            if full && let Some(other) = rest.refusals.iter().position(|known| known.reason == OTHER) {
                return other;
            }
            let reason = if full { OTHER } else { reason };
            rest.refusals.push(SendRefusal {
                reason: reason.to_owned(),
                spans: 0,
                times: 0,
            });
            rest.refusals.len() - 1
        });
        rest.refusals[at].spans += spans;
        rest.refusals[at].times += 1;
    }

    /// Notes an answer that is no full acceptance.
    pub(super) fn record_refusal(&self, answer: &Slot<PushAnswer>, spans: u64) {
        self.refused.fetch_add(1, Relaxed);
        self.record_reason(&describe_refusal(answer), spans);
        let mut rest = self.lock_details();
        if rest.first.is_none() {
            rest.first = Some(answer.clone());
        }
    }

    /// Traces with these latencies, in microseconds, one after the other.
    pub(super) fn record_latencies(&self, latencies: impl Iterator<Item = u64>) {
        let mut rest = self.lock_details();
        for latency in latencies {
            rest.latency.record(latency);
        }
    }

    /// A trace was accepted whole: its id may be listed, and it may be read back later.
    pub(super) fn record_accepted_traces(&self, traces: impl Iterator<Item = TraceDescription>) {
        let mut rest = self.lock_details();
        let listed = rest.ids.len() >= LISTED_IDS;
        if listed && self.sample == 0 {
            return;
        }
        for trace in traces {
            if rest.ids.len() < LISTED_IDS {
                rest.ids.push(trace.trace_id);
            }
            let low = u128::from_be_bytes(trace.trace_id) as u64;
            let draw = mix_bits(low ^ 0x76_65_72_69_66_79);
            if self.sample == 0 || draw > self.sample {
                continue;
            }
            // A reservoir, so that the memory stays flat however long the run.
            rest.drawn += 1;
            if rest.sampled.len() < MOST_SAMPLED {
                rest.sampled.push(trace);
            } else {
                let at = (mix_bits(draw) % rest.drawn) as usize;
                if at < MOST_SAMPLED {
                    rest.sampled[at] = trace;
                }
            }
        }
    }

    /// Back-pressure: nobody sends for so long.
    pub(super) fn back_off(&self, pause: Duration) {
        let until = deadline_after(pause);
        let mut rest = self.lock_details();
        let before = rest.until.map_or(Instant::now(), |before| before.max(Instant::now()));
        if until > before {
            self.held_up_us
                .fetch_add(until.saturating_duration_since(before).as_micros() as u64, Relaxed);
            rest.until = Some(until);
        }
    }

    /// Until when back-pressure holds everybody up.
    pub(super) fn backoff_until(&self) -> Option<Instant> {
        self.lock_details().until.filter(|until| *until > Instant::now())
    }

    pub(super) fn set_lag(&self, lag: Duration) {
        self.lag_us.store(lag.as_micros() as u64, Relaxed);
    }

    /// Something was accepted.
    pub fn has_accepted(&self) -> bool {
        self.accepted.load(Relaxed) > 0
    }

    /// The account so far.
    pub fn account(&self) -> SendAccount {
        SendAccount {
            traces: self.traces.load(Relaxed),
            spans: SpanAccount {
                generated: self.generated.load(Relaxed),
                accepted: self.accepted.load(Relaxed),
                rejected: self.rejected.load(Relaxed),
                failed: self.failed.load(Relaxed),
                found: None,
            },
        }
    }

    /// How far the generator is behind, in milliseconds.
    pub fn lag_ms(&self) -> u64 {
        self.lag_us.load(Relaxed) / 1_000
    }

    /// Answers that refused something.
    pub fn refusal_count(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    /// Traces that head sampling left out.
    pub fn unsampled_count(&self) -> u64 {
        self.unsampled.load(Relaxed)
    }

    /// How long back-pressure held the sender up, in milliseconds. A pause that is not over does not count whole.
    pub fn held_up_ms(&self) -> u64 {
        let left = self
            .backoff_until()
            .map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()));
        (self.held_up_us.load(Relaxed) / 1_000).saturating_sub(left.as_millis() as u64)
    }

    /// Latencies so far.
    pub fn latency(&self) -> Option<LatencyMs> {
        self.lock_details().latency.percentiles()
    }

    /// Every latency, written down.
    pub fn latency_histogram(&self) -> Option<String> {
        self.lock_details().latency.text()
    }

    /// Reasons why spans were not taken, the costliest first.
    pub fn refusals(&self) -> Vec<SendRefusal> {
        let mut list = self.lock_details().refusals.clone();
        list.sort_by_key(|refusal| std::cmp::Reverse((refusal.spans, refusal.times)));
        list
    }

    /// The ids of the traces accepted first.
    pub fn ids(&self) -> Vec<[u8; 16]> {
        self.lock_details().ids.clone()
    }

    /// The traces to read back, and how many were drawn altogether.
    pub fn sampled(&self) -> (Vec<TraceDescription>, u64) {
        let rest = self.lock_details();
        (rest.sampled.clone(), rest.drawn)
    }

    /// The first answer that was no acceptance.
    pub fn first_refusal(&self) -> Option<Slot<PushAnswer>> {
        self.lock_details().first.clone()
    }

    /// Everything at this moment, for whoever watches.
    pub fn snapshot(&self) -> TallySnapshot {
        let latency = self.latency();
        let rest = self.lock_details();
        let hold = rest
            .until
            .map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()));
        TallySnapshot {
            account: self.account(),
            latency,
            refused: self.refusal_count(),
            bytes: self.bytes.load(Relaxed),
            lag_ms: self.lag_ms(),
            hold_ms: hold.as_millis() as u64,
            last_reason: rest.refusals.last().map(|refusal| refusal.reason.clone()),
        }
    }

    /// How long this account has been open.
    pub fn elapsed(&self) -> Duration {
        self.epoch.elapsed()
    }
}

const OTHER: &str = "other reasons";

/// An answer that is no acceptance, in a line: long numbers, which change from answer to answer, are left out, so that
/// the same reason is one.
pub fn describe_refusal(answer: &Slot<PushAnswer>) -> String {
    match answer {
        Slot::Known { value, .. } => {
            let partial = match value.rejected_spans {
                0 => "",
                1.. => "partial success: ",
                ..0 => "partial success with a negative number of rejected spans: ",
            };
            PushAnswer {
                message: format!("{partial}{}", strip_long_numbers(&value.message)),
                // How many were rejected stands in the account.
                rejected_spans: 0,
                ..value.clone()
            }
            .summary_line()
        }
        Slot::Failed { failure } => strip_long_numbers(&describe_failure(failure)),
        Slot::NotAsked => "not sent".to_owned(),
    }
}

fn strip_long_numbers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        plain.push_str(if digits.len() > 3 { "…" } else { &digits });
        digits.clear();
        plain.push(c);
    }
    plain.pop();
    plain
}

fn describe_failure(failure: &Failure) -> String {
    match failure.kind {
        FailureKind::TimedOut => failure.detail.clone(),
        _ => failure.to_string(),
    }
}
