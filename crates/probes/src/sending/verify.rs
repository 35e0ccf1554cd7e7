//! Reading a sample back: what the receiver said it took is there, whole.

use std::time::Duration;

use futures_util::{StreamExt, stream};

use crate::marker_query;
use crate::wait::Wait;
use stack::clients::TempoClient;
use telemetry::load::generator::TraceDescription;
use telemetry::model::Slot;
use telemetry::model::marker::TraceRead;
use telemetry::model::send_report::SampleVerification;
use telemetry::model::trace::{Trace, TraceId};

/// Questions at the same time.
const AT_ONCE: usize = 8;
/// Ids that are named at most.
const EXAMPLES: usize = 10;

/// Looks for each trace until it is there whole or `within` is over. Traces arrive in Tempo a moment after they were
/// accepted, and one that is not found is asked for again.
pub async fn verify_sample(api: &TempoClient, sample: Vec<TraceDescription>, within: Duration) -> SampleVerification {
    let wait = Wait::new(within).with_backoff(Duration::from_millis(50), Duration::from_secs(1));
    let mut verified = SampleVerification {
        sampled: sample.len() as u64,
        ..SampleVerification::default()
    };
    let mut found = stream::iter(sample)
        .map(|trace| async move { (trace, await_trace(api, trace, wait).await) })
        .buffer_unordered(AT_ONCE);
    while let Some((trace, read)) = found.next().await {
        let spans = read.get().map_or(0, |read| read.spans);
        if let Some(failure) = read.failure() {
            verified.problem.get_or_insert_with(|| failure.to_string());
        }
        verified.spans += u64::from(spans.min(trace.spans));
        let whole = spans >= trace.spans;
        match (whole, spans) {
            (true, _) => verified.found += 1,
            (false, 0) => verified.missing += 1,
            (false, _) => verified.incomplete += 1,
        }
        if !whole && verified.examples.len() < EXAMPLES {
            verified.examples.push(trace.id());
        }
    }
    verified
}

async fn await_trace(api: &TempoClient, trace: TraceDescription, wait: Wait) -> Slot<TraceRead> {
    let wanted = Trace {
        id: TraceId(trace.trace_id),
        ..Trace::default()
    };
    wait.poll(async |wait| {
        let read = marker_query::fetch_trace_by_id(api, &wanted).await;
        let whole = read.get().is_some_and(|read| read.spans >= trace.spans);
        (whole || wait.end().is_some()).then_some(read)
    })
    .await
}
