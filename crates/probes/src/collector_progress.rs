//! What a collector's counters say of a marker that has not come out of it: still inside, or gone for good.

use std::time::Instant;

use doctor::evidence::collector_counters::{SpanFlow, has_family, sum_family};
use telemetry::model::tempo::MetricsScrape;
use telemetry::model::time_bounds::wait_of_seconds;
use telemetry::parse::collector as parse;

use super::evidence_recorder::EvidenceRecorder;

/// A queue that holds something for so long, while nothing is sent, is not on its way out.
const STUCK_S: f64 = 8.0;
/// How long after the last of it has left nothing more is on its way.
const SETTLED_S: f64 = 2.0;

/// The marker's progress through the collector, at each look.
#[derive(Debug, Default)]
pub struct CollectorProgress {
    settled_since: Option<Instant>,
    gone_since: Option<Instant>,
}

impl CollectorProgress {
    /// True where the counters say that the marker will not come out any more: everything that came in was thrown away or
    /// has left, or stands in a queue from which nothing is sent.
    pub fn is_decided(&mut self, board: &EvidenceRecorder) -> bool {
        let (stuck, left) = board.read(|evidence| {
            let facts = &evidence.collector;
            let (before, after) = (facts.metrics_before.get(), facts.metrics_after.get());
            let in_flight =
                after.is_none_or(|now| sum_family(now, "exporter_in_flight_requests").is_none_or(|held| held > 0.0));
            let left = match (before, after) {
                (Some(_), Some(now)) => is_drained(before, now),
                _ => false,
            };
            (facts.stuck_s >= STUCK_S && in_flight, left)
        });
        let gone = board.read(|evidence| {
            let gone = evidence.collector.gone.as_ref();
            evidence.collector.metrics_before.get().is_some()
                && gone.is_some_and(|failure| failure.kind.is_unreachable())
        });
        if !gone {
            self.gone_since = None;
        } else if self.gone_since.get_or_insert_with(Instant::now).elapsed() >= wait_of_seconds(SETTLED_S) {
            return true;
        }
        if !left {
            self.settled_since = None;
            return stuck;
        }
        let since = *self.settled_since.get_or_insert_with(Instant::now);
        stuck || since.elapsed() >= wait_of_seconds(SETTLED_S)
    }
}

/// Spans that came in since the push all went somewhere: sent, failed, dropped, filtered or sampled away.
fn is_drained(before: Option<&MetricsScrape>, now: &MetricsScrape) -> bool {
    let grown = |family: &str| parse::sum_increase(now, before, family, |_| true).unwrap_or(0.0);
    let flow = SpanFlow::measure(before, now);
    if flow.accepted < 1.0 || flow.queued > 0.0 {
        return false;
    }
    let traces_waiting = grown("processor_tail_sampling_new_trace_id_received")
        - grown("processor_tail_sampling_global_count_traces_sampled");
    if traces_waiting > 0.0 {
        return false;
    }
    if has_family(now, "processor_tail_sampling") {
        // Its counters count traces, so what it threw away cannot be set off against spans.
        return parse::count_tail_sampled_out(now, before) > 0.0 && flow.sent <= 0.0;
    }
    if flow.sent + flow.total_lost() + 0.5 >= flow.accepted {
        return true;
    }
    // Nothing that could send has a series, and the batch that held it has left.
    let batch = grown("processor_batch_timeout_trigger_send") + grown("processor_batch_batch_size_trigger_send");
    let wired = now.samples.iter().any(|sample| {
        parse::normalize_metric_name(&sample.name).starts_with("exporter_")
            && sample
                .labels
                .get("exporter")
                .is_some_and(|name| parse::is_remote_exporter(name))
    });
    !wired && (batch > 0.0 || !has_family(now, parse::BATCH_PRESENT))
}
