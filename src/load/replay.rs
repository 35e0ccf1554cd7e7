//! Traces that were recorded, sent again: as they are, or with new ids and moved to now.

use std::collections::HashMap;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;

use super::batch::TraceBatch;
use super::encode::{BodyFrame, encode_trace};
use super::generator::{Added, TraceDescription, TraceSource};
use super::message::iterate_spans;
use super::rng::mix_bits;
use crate::model::send_report::TraceProtocol;

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
    pub fn new(recording: ExportTraceServiceRequest, wire: TraceProtocol, rewrite: Rewrite) -> Self {
        let mut recording = recording;
        rewrite_recording(&mut recording, rewrite);
        let mut replay = Replay {
            frames: Vec::new(),
            traces: Vec::new(),
        };
        for trace in split_by_trace(recording) {
            let first = iterate_spans(&trace).next().map(|(_, span)| span.trace_id.clone());
            let trace_id = first.and_then(|id| id.try_into().ok()).unwrap_or_default();
            let chunks: Vec<(usize, Vec<u8>, u64)> = encode_trace(wire, &trace)
                .into_iter()
                .map(|chunk| (replay.frame(chunk.frame), chunk.bytes, u64::from(chunk.spans)))
                .collect();
            replay.traces.push(RecordedTrace {
                described: TraceDescription {
                    trace_id,
                    spans: chunks.iter().map(|(_, _, spans)| *spans as u32).sum(),
                },
                chunks,
            });
        }
        replay
    }

    fn frame(&mut self, frame: BodyFrame) -> usize {
        match self.frames.iter().position(|known| *known == frame) {
            Some(at) => at,
            None => {
                self.frames.push(frame);
                self.frames.len() - 1
            }
        }
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

/// A request a trace; each span keeps its resource and scope.
fn split_by_trace(recording: ExportTraceServiceRequest) -> Vec<ExportTraceServiceRequest> {
    let mut numbers: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut traces: Vec<ExportTraceServiceRequest> = Vec::new();
    for group in recording.resource_spans {
        // Where in each trace this group has begun.
        let mut begun: HashMap<usize, usize> = HashMap::new();
        for scope in &group.scope_spans {
            let mut scopes: HashMap<usize, usize> = HashMap::new();
            for span in &scope.spans {
                let number = *numbers.entry(span.trace_id.clone()).or_insert_with(|| {
                    traces.push(ExportTraceServiceRequest::default());
                    traces.len() - 1
                });
                let groups = &mut traces[number].resource_spans;
                let at = *begun.entry(number).or_insert_with(|| {
                    let mut empty = group.clone();
                    empty.scope_spans.clear();
                    groups.push(empty);
                    groups.len() - 1
                });
                let inner = &mut groups[at].scope_spans;
                let at = *scopes.entry(number).or_insert_with(|| {
                    let mut empty = scope.clone();
                    empty.spans.clear();
                    inner.push(empty);
                    inner.len() - 1
                });
                inner[at].spans.push(span.clone());
            }
        }
    }
    traces
}

/// Changes what is to be changed.
pub fn rewrite_recording(recording: &mut ExportTraceServiceRequest, rewrite: Rewrite) {
    let last = iterate_spans(recording)
        .map(|(_, span)| span.end_time_unix_nano)
        .max()
        .unwrap_or(0);
    let shift = rewrite.end.map(|end| end as i128 - i128::from(last));
    let spans = recording
        .resource_spans
        .iter_mut()
        .flat_map(|group| &mut group.scope_spans)
        .flat_map(|scope| &mut scope.spans);
    for span in spans {
        if let Some(shift) = shift {
            shift_times(span, shift);
        }
        if let Some(seed) = rewrite.ids {
            replace_ids(span, seed);
        }
    }
}

fn shift_times(span: &mut Span, shift: i128) {
    let times = [&mut span.start_time_unix_nano, &mut span.end_time_unix_nano]
        .into_iter()
        .chain(span.events.iter_mut().map(|event| &mut event.time_unix_nano));
    for time in times {
        *time = (i128::from(*time) + shift).clamp(0, i128::from(u64::MAX)) as u64;
    }
}

fn replace_ids(span: &mut Span, seed: u64) {
    let fresh = |id: &mut Vec<u8>| {
        for (at, half) in id.chunks_mut(8).enumerate() {
            let mut bytes = [0; 8];
            bytes[..half.len()].copy_from_slice(half);
            let new = mix_bits(u64::from_be_bytes(bytes) ^ seed ^ at as u64)
                .max(1)
                .to_be_bytes();
            half.copy_from_slice(&new[..half.len()]);
        }
    };
    // As everywhere, the first digit of a trace id is not 0.
    let whole = |id: &mut Vec<u8>| {
        fresh(id);
        if let Some(first) = id.first_mut() {
            *first |= 0x10;
        }
    };
    whole(&mut span.trace_id);
    fresh(&mut span.span_id);
    fresh(&mut span.parent_span_id);
    for link in &mut span.links {
        whole(&mut link.trace_id);
        fresh(&mut link.span_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans};
    use prost::Message;

    fn span(trace: u8, id: u8, parent: u8, start: u64) -> Span {
        Span {
            trace_id: vec![trace; 16],
            span_id: vec![id; 8],
            parent_span_id: if parent == 0 { Vec::new() } else { vec![parent; 8] },
            start_time_unix_nano: start,
            end_time_unix_nano: start + 10,
            ..Default::default()
        }
    }

    fn recording() -> ExportTraceServiceRequest {
        let group = |spans| ResourceSpans {
            scope_spans: vec![ScopeSpans {
                spans,
                ..Default::default()
            }],
            ..Default::default()
        };
        ExportTraceServiceRequest {
            resource_spans: vec![
                group(vec![span(1, 1, 0, 100), span(2, 3, 0, 200)]),
                group(vec![span(1, 2, 1, 105)]),
            ],
        }
    }

    fn sent(rewrite: Rewrite) -> (Replay, Vec<Span>) {
        let mut replay = Replay::new(recording(), TraceProtocol::Grpc, rewrite);
        let mut batch = TraceBatch::default();
        for index in 0..replay.len() as u64 {
            assert_eq!(replay.add(index, 0, &mut batch), Added::Yes);
        }
        assert_eq!(replay.add(2, 0, &mut batch), Added::Over);
        let bodies = batch.finish(replay.frames());
        let read = ExportTraceServiceRequest::decode(bodies[0].0.clone()).expect("protobuf");
        let spans = iterate_spans(&read).map(|(_, span)| span.clone()).collect();
        (replay, spans)
    }

    #[test]
    fn a_recording_is_sent_as_it_is() {
        let (replay, spans) = sent(Rewrite::default());
        assert_eq!(spans, [span(1, 1, 0, 100), span(1, 2, 1, 105), span(2, 3, 0, 200)]);
        assert_eq!(replay.describe(0).map(|trace| trace.spans), Some(2));
    }

    #[test]
    fn new_ids_keep_families_together() {
        let (_, spans) = sent(Rewrite {
            ids: Some(9),
            end: None,
        });
        assert_ne!(spans[0].trace_id, vec![1; 16]);
        assert_eq!(spans[0].trace_id, spans[1].trace_id);
        assert_eq!(spans[1].parent_span_id, spans[0].span_id);
        assert_ne!(spans[2].trace_id, spans[0].trace_id);
    }

    #[test]
    fn moved_traces_keep_their_distances() {
        let (_, spans) = sent(Rewrite {
            ids: None,
            end: Some(1_000_210),
        });
        let starts: Vec<u64> = spans.iter().map(|span| span.start_time_unix_nano).collect();
        assert_eq!(starts, [1_000_100, 1_000_105, 1_000_200]);
    }
}
