//! Traces that were recorded, sent again: as they are, or with new ids and moved to now.

use super::batch::TraceBatch;
use super::encode::{BodyFrame, encode_trace, number_frame};
use super::generator::{Added, TraceDescription, TraceSource};
use super::rng::mix_bits;
use crate::model::send_report::TraceProtocol;
use crate::model::trace::{Trace, TraceSpan};

/// What to change on the way.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rewrite {
    /// New ids, by this seed; parents and links keep pointing where they did.
    pub ids: Option<u64>,
    /// The last span ends at this moment (nanoseconds since 1970); distances stay.
    pub end: Option<u64>,
}

/// Recorded traces, each encoded.
pub struct Replay {
    frames: Vec<BodyFrame>,
    traces: Vec<RecordedTrace>,
}

struct RecordedTrace {
    described: TraceDescription,
    /// Frame, bytes, spans.
    chunks: Vec<(usize, Vec<u8>, u64)>,
}

impl Replay {
    /// Encodes every trace of a recording, in the order in which they come in.
    pub fn new(mut recording: Vec<Trace>, wire: TraceProtocol, rewrite: Rewrite) -> Self {
        rewrite_recording(&mut recording, rewrite);
        let mut replay = Replay {
            frames: Vec::new(),
            traces: Vec::new(),
        };
        for trace in recording {
            let chunks: Vec<(usize, Vec<u8>, u64)> = encode_trace(wire, &trace)
                .into_iter()
                .map(|chunk| {
                    (
                        number_frame(&mut replay.frames, chunk.frame),
                        chunk.bytes,
                        u64::from(chunk.spans),
                    )
                })
                .collect();
            replay.traces.push(RecordedTrace {
                described: TraceDescription {
                    trace_id: trace.id.0,
                    spans: chunks.iter().map(|(_, _, spans)| *spans as u32).sum(),
                },
                chunks,
            });
        }
        replay
    }

    /// How many traces there are.
    pub fn len(&self) -> usize {
        self.traces.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.traces.is_empty()
    }
}

impl TraceSource for Replay {
    fn frames(&self) -> &[BodyFrame] {
        &self.frames
    }

    fn add(&mut self, index: u64, _now: u64, batch: &mut TraceBatch) -> Added {
        let Some(trace) = self.traces.get(index as usize) else {
            return Added::Over;
        };
        for (frame, bytes, spans) in &trace.chunks {
            batch.add(*frame, &self.frames[*frame], bytes, *spans);
        }
        batch.traces += 1;
        batch.to = index + 1;
        Added::Yes
    }

    fn describe(&self, index: u64) -> Option<TraceDescription> {
        self.traces.get(index as usize).map(|trace| trace.described)
    }
}

/// Changes what is to be changed.
pub fn rewrite_recording(recording: &mut [Trace], rewrite: Rewrite) {
    let ends = recording.iter().flat_map(|trace| &trace.spans).map(|span| span.end_ns);
    let last = ends.max().unwrap_or(0);
    let shift = rewrite.end.map(|end| i128::from(end) - i128::from(last));
    for trace in recording {
        if let Some(seed) = rewrite.ids {
            replace_trace_id(&mut trace.id.0, seed);
        }
        for span in &mut trace.spans {
            if let Some(shift) = shift {
                shift_times(span, shift);
            }
            if let Some(seed) = rewrite.ids {
                replace_ids(span, seed);
            }
        }
    }
}

fn shift_times(span: &mut TraceSpan, shift: i128) {
    let times = [&mut span.start_ns, &mut span.end_ns]
        .into_iter()
        .chain(span.events.iter_mut().map(|event| &mut event.at_ns));
    for time in times {
        *time = (i128::from(*time) + shift).clamp(0, i128::from(u64::MAX)) as u64;
    }
}

fn replace_ids(span: &mut TraceSpan, seed: u64) {
    replace_id(&mut span.id.0, seed);
    if let Some(parent) = &mut span.parent {
        replace_id(&mut parent.0, seed);
    }
    for link in &mut span.links {
        replace_trace_id(&mut link.trace_id.0, seed);
        replace_id(&mut link.span_id.0, seed);
    }
}

/// As everywhere, the first digit of a trace id is not 0.
fn replace_trace_id(id: &mut [u8; 16], seed: u64) {
    let (high, low) = id.split_at_mut(8);
    replace_id(high, seed);
    replace_id(low, seed ^ 1);
    id[0] |= 0x10;
}

fn replace_id(id: &mut [u8], seed: u64) {
    let number = id.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    id.copy_from_slice(&mix_bits(number ^ seed).max(1).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::trace_values::{build_resource, build_scope};
    use crate::model::trace::{SpanId, SpanKind, SpanStatus, TraceId};
    use crate::parse::traces::parse_v1_protobuf;

    fn span(id: u8, parent: u8, start_ns: u64) -> TraceSpan {
        TraceSpan {
            id: SpanId([id; 8]),
            parent: (parent != 0).then_some(SpanId([parent; 8])),
            name: "n".into(),
            kind: SpanKind::Server,
            status: SpanStatus::Unset,
            status_message: "".into(),
            start_ns,
            end_ns: start_ns + 10,
            attributes: Box::default(),
            events: Box::default(),
            links: Box::default(),
            resource: build_resource("shop", []),
            scope: build_scope(),
            extra: None,
        }
    }

    fn recording() -> Vec<Trace> {
        let trace = |id: u8, spans: Vec<TraceSpan>| Trace {
            id: TraceId([id; 16]),
            spans,
            partial: None,
        };
        vec![
            trace(1, vec![span(1, 0, 100), span(2, 1, 105)]),
            trace(2, vec![span(3, 0, 200)]),
        ]
    }

    fn sent(rewrite: Rewrite) -> (Replay, Vec<Trace>) {
        let mut replay = Replay::new(recording(), TraceProtocol::Grpc, rewrite);
        let mut batch = TraceBatch::default();
        for index in 0..replay.len() as u64 {
            assert_eq!(replay.add(index, 0, &mut batch), Added::Yes);
        }
        assert_eq!(replay.add(2, 0, &mut batch), Added::Over);
        let bodies = batch.finish(replay.frames());
        (
            replay,
            parse_v1_protobuf(&bodies[0].0, &mut { u64::MAX }).expect("protobuf"),
        )
    }

    #[test]
    fn a_recording_is_sent_as_it_is() {
        let (replay, traces) = sent(Rewrite::default());
        assert_eq!(traces, recording());
        assert_eq!(replay.describe(0).map(|trace| trace.spans), Some(2));
    }

    #[test]
    fn new_ids_keep_families_together() {
        let (_, traces) = sent(Rewrite {
            ids: Some(9),
            end: None,
        });
        let first = &traces[0].spans;
        assert_ne!((traces[0].id, first[0].id), (TraceId([1; 16]), SpanId([1; 8])));
        assert_eq!(first[1].parent, Some(first[0].id));
        assert_eq!(traces.iter().map(|trace| trace.spans.len()).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn moved_traces_keep_their_distances() {
        let (_, traces) = sent(Rewrite {
            ids: None,
            end: Some(1_000_210),
        });
        let spans = traces.iter().flat_map(|trace| &trace.spans);
        let starts: Vec<u64> = spans.map(|span| span.start_ns).collect();
        assert_eq!(starts, [1_000_100, 1_000_105, 1_000_200]);
    }
}
