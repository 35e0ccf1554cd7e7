//! Where the ingest limit lies: the rate is stepped up until something is refused or the receiver falls behind.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use stack::clients::export::ExportClient;
use telemetry::load::generator::TraceSource;
use telemetry::model::send_report::SustainedRate;

use super::accounting::Tally;
use super::scheduler::{LoadEnd, LoadJob, SendRate, run_job};

/// From one step to the next.
const GROWTH: f64 = 1.5;
/// A step in which less than this share of what was due was sent was too fast.
const KEPT_UP: f64 = 0.95;

/// How to look for the limit.
#[derive(Debug, Clone, Copy)]
pub struct LimitSteps {
    /// The first rate, in traces a second.
    pub from: f64,
    /// How long each step takes.
    pub step: Duration,
    /// How long all of them may take.
    pub within: Duration,
    /// Connections.
    pub connections: usize,
    /// Bytes of a body.
    pub batch_bytes: usize,
}

/// Steps the rate up. Tells `heard` each rate before it is tried.
pub async fn find_limit<S: TraceSource>(
    source: &mut S,
    client: &ExportClient,
    steps: LimitSteps,
    tally: &Arc<Tally>,
    stop: watch::Receiver<bool>,
    mut heard: impl FnMut(f64),
) -> (SustainedRate, LoadEnd) {
    let started = Instant::now();
    let step = steps.step.min(steps.within);
    let mut limit = SustainedRate {
        sustained: None,
        sustained_spans: None,
        refused_at: None,
        why: None,
    };
    let (mut rate, mut first) = (steps.from, 0);
    loop {
        heard(rate);
        let before = tally.account().spans.accepted;
        let refused = tally.refusal_count();
        let step_started = Instant::now();
        let mut ended = run_job(LoadJob {
            source,
            client,
            rate: SendRate::PerSecond(rate),
            first,
            count: None,
            duration: Some(step),
            connections: steps.connections,
            batch_bytes: steps.batch_bytes,
            retry_for: Duration::ZERO,
            until_refused: true,
            tally: tally.clone(),
            stop: stop.clone(),
        })
        .await;
        // The step that went wrong is the result, not a lag of the run.
        ended.behind = 0;
        let made = (ended.next - first) as f64;
        first = ended.next;
        if ended.stopped {
            return (limit, ended);
        }
        if tally.refusal_count() > refused {
            limit.refused_at = Some(rate);
            limit.why = tally.refusals().into_iter().next().map(|refusal| refusal.reason);
            return (limit, ended);
        }
        let owed = rate * step.as_secs_f64();
        if made < owed * KEPT_UP {
            limit.refused_at = Some(rate);
            limit.why = Some(format!(
                "nothing was rejected, but only {:.0} of {rate:.0} traces/s were accepted",
                made / step_started.elapsed().as_secs_f64()
            ));
            return (limit, ended);
        }
        let accepted = tally.account().spans.accepted - before;
        limit.sustained = Some(rate);
        limit.sustained_spans = Some(accepted as f64 / step_started.elapsed().as_secs_f64());
        if started.elapsed().saturating_add(step) > steps.within {
            return (limit, ended);
        }
        rate *= GROWTH;
    }
}
