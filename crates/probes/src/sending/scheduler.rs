//! From a source of traces to a receiver. Traces are due at fixed moments, whatever the receiver does (open loop), and
//! their latency counts from the moment they were due. Between generator and connections is a short queue: where the
//! receiver is slower than the rate it fills, the generator waits and falls behind, and that is shown.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, mpsc, watch};

use stack::clients::export::ExportClient;
use telemetry::load::batch::{BufferPool, TraceBatch};
use telemetry::load::encode::BodyFrame;
use telemetry::load::generator::{Added, TraceSource};
use telemetry::model::time_bounds::{deadline_after, instant_after, scale_duration, wait_of_seconds};

use super::accounting::Tally;
use super::worker::{InFlightBatch, Schedule, SharedLoad, deliver_batches};

/// The shortest pause between two looks at the schedule: timers know no shorter one.
const TICK: Duration = Duration::from_millis(1);
/// How long after its end a run may still make what was due before.
const LATE: Duration = Duration::from_millis(250);
/// After a stop: what is on its way gets so long to be answered.
const GRACE: Duration = Duration::from_secs(3);
/// A receiver that throttles gets bodies smaller by this: a large one may be more than it ever takes at once.
const THROTTLED: usize = 8;
/// A batch is ended after so many traces, whatever their size.
const MOST_TRACES: u64 = 10_000;

/// How fast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SendRate {
    /// Traces a second.
    PerSecond(f64),
    /// As fast as they are taken.
    Max,
}

/// One run.
pub struct LoadJob<'a, S> {
    /// Where traces come from.
    pub source: &'a mut S,
    /// The receiver.
    pub client: &'a ExportClient,
    /// How fast.
    pub rate: SendRate,
    /// The number of the first trace.
    pub first: u64,
    /// End after so many traces.
    pub count: Option<u64>,
    /// End after so long.
    pub duration: Option<Duration>,
    /// Connections.
    pub connections: usize,
    /// A body is sent once it has so many bytes, at the latest.
    pub batch_bytes: usize,
    /// How long a refused body is tried again.
    pub retry_for: Duration,
    /// The first refusal ends the run.
    pub until_refused: bool,
    /// The account.
    pub tally: Arc<Tally>,
    /// Becomes true where the run is to end.
    pub stop: watch::Receiver<bool>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadEnd {
    /// The number of the trace that would have come next.
    pub next: u64,
    /// Traces that were due and not made.
    pub behind: u64,
    /// Nothing was ever accepted and the first answer was final.
    pub aborted: bool,
    /// Somebody stopped it.
    pub stopped: bool,
}

/// Runs a job to its end.
pub async fn run_job<S: TraceSource>(mut job: LoadJob<'_, S>) -> LoadEnd {
    let connections = job.connections.max(1);
    let (halt, halted) = watch::channel(false);
    let shared = Arc::new(SharedLoad {
        tally: job.tally.clone(),
        pool: std::sync::Mutex::new(BufferPool::default()),
        pooled: connections * 2 + 2,
        halt,
        aborted: std::sync::atomic::AtomicBool::new(false),
        throttled: std::sync::atomic::AtomicBool::new(false),
        busy: AtomicU64::new(0),
        retry_for: job.retry_for,
        until_refused: job.until_refused,
    });
    let (queue, parcels) = mpsc::channel::<InFlightBatch>(connections);
    let parcels = Arc::new(Mutex::new(parcels));
    let mut tasks = tokio::task::JoinSet::new();
    let frames = Arc::new(job.source.frames().to_vec());
    // Where traces of a batch are told again once they are accepted.
    let (told, mut accepted) = mpsc::unbounded_channel::<(u64, u64)>();
    for _ in 0..connections {
        // A channel of its own a connection; for HTTP the pool of one client does the same.
        let own = job
            .client
            .wire()
            .is_grpc()
            .then(|| job.client.new_connection().ok())
            .flatten();
        let client = own.unwrap_or_else(|| job.client.clone());
        let (shared, parcels, halted, told) = (shared.clone(), parcels.clone(), halted.clone(), told.clone());
        tasks.spawn(async move { deliver_batches(&shared, &client, &parcels, halted, &told).await });
    }
    drop(told);
    let deadline = job.client.deadline();
    let mut stop = job.stop.clone();
    let mut ended = generate_batches(&mut job, &shared, &queue, &frames, &mut accepted, halted.clone()).await;
    drop(queue);
    // What is on its way may still be answered, but not for ever.
    let patience = if ended.stopped {
        GRACE
    } else {
        deadline.saturating_add(shared.retry_for)
    };
    let drained = async { while tasks.join_next().await.is_some() {} };
    let stopped = async {
        if !ended.stopped {
            await_stop(&mut stop).await;
        }
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = drained => {}
        () = tokio::time::sleep(patience) => {}
        () = stopped => ended.stopped = true,
    }
    let _ = shared.halt.send(true);
    tasks.abort_all();
    while tasks.join_next().await.is_some() {}
    // Parcels that nobody took up count themselves as failed.
    drop(parcels);
    record_accepted(job.source, &job.tally, &mut accepted);
    ended.aborted = shared.aborted.load(Relaxed);
    ended
}

async fn await_stop(stop: &mut watch::Receiver<bool>) {
    // A sender that is gone never stops anything.
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn generate_batches<S: TraceSource>(
    job: &mut LoadJob<'_, S>,
    shared: &Arc<SharedLoad>,
    queue: &mpsc::Sender<InFlightBatch>,
    frames: &[BodyFrame],
    accepted: &mut mpsc::UnboundedReceiver<(u64, u64)>,
    mut halted: watch::Receiver<bool>,
) -> LoadEnd {
    let (tally, mut stop) = (job.tally.clone(), job.stop.clone());
    let source = &mut *job.source;
    let started = Instant::now();
    let gap = match job.rate {
        SendRate::PerSecond(rate) => wait_of_seconds(1.0 / rate),
        SendRate::Max => Duration::ZERO,
    };
    let ends = job.duration.map(|duration| instant_after(started, duration));
    let mut made: u64 = 0;
    let mut batch = TraceBatch::default();
    let mut due = Schedule {
        at: started,
        gap,
        traces: 0,
    };
    let mut over = false;
    let mut was_stopped = false;
    loop {
        record_accepted(source, &tally, accepted);
        let batch_bytes = if shared.throttled.load(Relaxed) {
            job.batch_bytes / THROTTLED
        } else {
            job.batch_bytes
        };
        let now = Instant::now();
        was_stopped |= *stop.borrow();
        let limit = |made: u64| job.count.is_some_and(|count| made >= count);
        let next = instant_after(started, scale_duration(gap, made as f64));
        // What was due before the end is still made where the machine, not the receiver, was late.
        let is_over =
            ends.is_some_and(|ends| now >= ends && (gap.is_zero() || next >= ends || now >= instant_after(ends, LATE)));
        if over || was_stopped || *halted.borrow() || limit(made) || is_over {
            break;
        }
        let mut waiting = next > now || ends.is_some_and(|ends| next >= ends);
        tally.set_lag(now.saturating_duration_since(next).min(if gap.is_zero() {
            Duration::ZERO
        } else {
            Duration::MAX
        }));
        if !waiting {
            let wall = read_wall_clock();
            // Everything that is due by now, up to a full batch; a signal is heard in between even where sampling keeps little.
            let from = made;
            while made - from < MOST_TRACES && batch.bytes < batch_bytes && batch.traces < MOST_TRACES && !limit(made) {
                let next = instant_after(started, scale_duration(gap, made as f64));
                if next > now || ends.is_some_and(|ends| next >= ends) {
                    waiting = true;
                    break;
                }
                if batch.traces == 0 {
                    due = Schedule {
                        at: if gap.is_zero() { now } else { next },
                        gap,
                        traces: 0,
                    };
                    batch.from = job.first + made;
                }
                match source.add(job.first + made, wall, &mut batch) {
                    Added::Yes => due.traces += 1,
                    Added::Unsampled => tally.record_unsampled(),
                    Added::Over => {
                        over = true;
                        break;
                    }
                }
                made += 1;
            }
        }
        let full = batch.bytes >= batch_bytes || batch.traces >= MOST_TRACES || over || limit(made);
        // Nothing waits for company while a connection is idle.
        let idle = shared.busy.load(Relaxed) < job.connections as u64 && queue.capacity() > 0;
        if !batch.is_empty() && (full || idle) {
            let parcel = pack_batch(&mut batch, frames, shared, due);
            enqueue_batch(queue, parcel, &mut stop, &mut halted).await;
        }
        if !waiting {
            tokio::task::yield_now().await;
        }
        if waiting {
            let next = instant_after(started, scale_duration(gap, made as f64));
            let until = ends.map_or(next, |ends| next.min(ends)).max(deadline_after(TICK));
            // A batch that waits for a connection is looked at again soon.
            let until = if batch.is_empty() {
                until
            } else {
                until.min(deadline_after(TICK))
            };
            tokio::select! {
                () = tokio::time::sleep_until(until.into()) => {}
                () = await_stop(&mut stop) => was_stopped = true,
                _ = halted.wait_for(|halt| *halt) => {}
            }
        }
    }
    if !batch.is_empty() {
        let parcel = pack_batch(&mut batch, frames, shared, due);
        enqueue_batch(queue, parcel, &mut stop, &mut halted).await;
    }
    let owed = match (job.rate, job.duration) {
        (SendRate::PerSecond(rate), Some(duration)) if !was_stopped && !over && !*halted.borrow() => {
            let owed = (rate * duration.as_secs_f64()).ceil() as u64;
            job.count.map_or(owed, |count| owed.min(count))
        }
        _ => 0,
    };
    tally.set_lag(Duration::ZERO);
    LoadEnd {
        next: job.first + made,
        behind: owed.saturating_sub(made),
        aborted: false,
        stopped: was_stopped,
    }
}

/// Queues a parcel once there is room; after a stop it waits no longer than is decent.
async fn enqueue_batch(
    queue: &mpsc::Sender<InFlightBatch>,
    parcel: InFlightBatch,
    stop: &mut watch::Receiver<bool>,
    halted: &mut watch::Receiver<bool>,
) {
    let given_up = async {
        await_stop(stop).await;
        tokio::time::sleep(GRACE).await;
    };
    // A parcel that is not queued is dropped, and counts itself as failed.
    tokio::select! {
        _ = queue.send(parcel) => {}
        () = given_up => {}
        _ = halted.wait_for(|halt| *halt) => {}
    }
}

/// Tells the account which traces were accepted.
fn record_accepted<S: TraceSource>(source: &S, tally: &Tally, accepted: &mut mpsc::UnboundedReceiver<(u64, u64)>) {
    while let Ok((from, to)) = accepted.try_recv() {
        tally.record_accepted_traces((from..to).filter_map(|index| source.describe(index)));
    }
}

fn pack_batch(batch: &mut TraceBatch, frames: &[BodyFrame], shared: &SharedLoad, due: Schedule) -> InFlightBatch {
    shared.tally.record_generated(batch.traces, batch.spans);
    let parcel = InFlightBatch {
        unanswered: batch.spans,
        from: batch.from,
        to: batch.to,
        bodies: batch.finish(frames),
        due,
        tally: shared.tally.clone(),
    };
    (batch.traces, batch.spans, batch.bytes) = (0, 0, 0);
    let mut pool = shared.pool.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    for body in &mut batch.bodies {
        if body.buffer.capacity() == 0 {
            body.buffer = pool.take();
        }
    }
    parcel
}

/// Nanoseconds since 1970.
fn read_wall_clock() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos() as u64)
}
