//! A shape encoded once, to be copied for every trace. A trace is encoded with values that occur nowhere
//! else; where these stand in the bytes is where later traces differ. A copy costs no allocation and no encoder.

use super::encode::{BodyFrame, encode_trace};
use super::patch::{Patch, PatchOp, PatchValues, build_marked_values, build_patterns};
use super::rng::{Rng, make_span_id, make_trace_id};
use super::text::Placeholder;
use super::timeline::{Timeline, TimelineBuffer};
use super::trace_plan::TracePlan;
use super::trace_values::build_trace;
use crate::model::send_report::TraceProtocol;

/// One shape, ready to be copied.
#[derive(Debug, Clone)]
pub struct TraceTemplate {
    /// Its bytes, by the body they belong into.
    pub chunks: Vec<TemplateChunk>,
    /// Spans of a trace.
    pub spans: u32,
    /// Bytes of a trace.
    pub bytes: usize,
    /// It is a shape that fails.
    pub failing: bool,
    timeline: Timeline,
    fresh: Vec<Placeholder>,
    fresh_at: Vec<usize>,
    links_back: bool,
}

/// Bytes and the places in them that change.
#[derive(Debug, Clone)]
pub struct TemplateChunk {
    /// The body they belong into.
    pub frame: BodyFrame,
    /// Spans in them.
    pub spans: u32,
    bytes: Vec<u8>,
    patches: Vec<Patch>,
}

/// Room for one trace's values; reused from trace to trace.
#[derive(Debug, Default)]
pub struct TemplateScratch {
    room: TimelineBuffer,
    spans: Vec<[u8; 8]>,
    past_spans: Vec<[u8; 8]>,
    fresh: Vec<u8>,
}

/// Which trace is meant.
#[derive(Debug, Clone, Copy)]
pub struct TraceSelection {
    /// The seed of the run.
    pub seed: u64,
    /// The number of the trace.
    pub index: u64,
    /// The number of the trace of this template before, for links.
    pub previous: u64,
    /// When its last span ends, in nanoseconds since 1970.
    pub end: u64,
}

impl TraceTemplate {
    /// Encodes a shape. Fails where its texts leave no way to tell values apart, which no salt of 16 did.
    pub fn new(shape: &TracePlan, wire: TraceProtocol, trace_state: &str) -> Result<Self, String> {
        (0..16)
            .find_map(|salt| Self::with_salt(shape, wire, trace_state, salt))
            .ok_or_else(|| {
                format!(
                    "scenario {}: a trace of it cannot be encoded for copying",
                    shape.scenario
                )
            })
    }

    fn with_salt(shape: &TracePlan, wire: TraceProtocol, trace_state: &str, salt: u64) -> Option<Self> {
        let mut filling = build_marked_values(shape, salt);
        trace_state.clone_into(&mut filling.trace_state);
        let patterns = build_patterns(wire, &filling);
        let search = PatternSearch::new(&patterns);
        let mut found = vec![0_usize; patterns.len()];
        let mut chunks = Vec::new();
        for chunk in encode_trace(wire, &build_trace(shape, &filling)) {
            let mut patches: Vec<(Patch, usize)> = Vec::new();
            for (at, number) in search.find_all(&chunk.bytes) {
                let (pattern, op, of) = &patterns[number];
                let at = u32::try_from(at).ok()?;
                patches.push((Patch { at, of: *of, op: *op }, pattern.len()));
                found[number] += 1;
            }
            // Two values that overlap were not told apart.
            let apart = patches
                .windows(2)
                .all(|pair| pair[0].0.at as usize + pair[0].1 <= pair[1].0.at as usize);
            if !apart {
                return None;
            }
            chunks.push(TemplateChunk {
                frame: chunk.frame,
                spans: chunk.spans,
                bytes: chunk.bytes,
                patches: patches.into_iter().map(|(patch, _)| patch).collect(),
            });
        }
        let whole = patterns.iter().zip(&found).all(|((_, op, of), found)| {
            let wanted = match op {
                PatchOp::Trace | PatchOp::TraceHex | PatchOp::TraceLow | PatchOp::TraceHigh => shape.spans.len(),
                PatchOp::Span | PatchOp::SpanHex => 1,
                PatchOp::TimeNanos | PatchOp::TimeNanosText => 1,
                // Start times and events; ends are told by durations.
                PatchOp::TimeMicros | PatchOp::TimeMicrosText | PatchOp::TimeFields => {
                    usize::from(*of as usize >= shape.spans.len() * 2 || of % 2 == 0)
                }
                PatchOp::LongMicros | PatchOp::LongMicrosText | PatchOp::LongFields | PatchOp::Fresh => 1,
                _ => 0,
            };
            *found >= wanted
        });
        if !whole {
            return None;
        }
        let mut fresh_at = vec![0];
        for fresh in &shape.fresh {
            fresh_at.push(fresh_at[fresh_at.len() - 1] + fresh.len);
        }
        Some(TraceTemplate {
            spans: shape.spans.len() as u32,
            bytes: chunks.iter().map(|chunk| chunk.bytes.len()).sum(),
            failing: shape.spans.iter().any(|span| span.error.is_some()),
            timeline: Timeline::from_plan(shape),
            fresh: shape.fresh.clone(),
            fresh_at,
            links_back: shape
                .spans
                .iter()
                .any(|span| span.links.iter().any(|link| link.previous)),
            chunks,
        })
    }

    /// Makes one trace: `put` is called for each chunk with its number and must hand out that many bytes.
    #[inline]
    pub fn copy(
        &self,
        which: TraceSelection,
        scratch: &mut TemplateScratch,
        mut put: impl FnMut(usize, &TemplateChunk, &dyn Fn(&mut [u8])),
    ) {
        let trace = make_trace_id(which.seed, which.index);
        let mut rng = Rng::for_trace(which.seed, which.index);
        // The first draw chose the template.
        rng.bits();
        self.timeline.place(&mut rng, which.end, &mut scratch.room);
        let count = self.spans as usize;
        scratch.spans.clear();
        scratch.spans.extend((0..count).map(|at| make_span_id(&trace, at)));
        let past_trace = make_trace_id(which.seed, which.previous);
        scratch.past_spans.clear();
        if self.links_back {
            scratch
                .past_spans
                .extend((0..count).map(|at| make_span_id(&past_trace, at)));
        }
        scratch.fresh.resize(self.fresh_at[self.fresh.len()], 0);
        for (number, fresh) in self.fresh.iter().enumerate() {
            let place = self.fresh_at[number]..self.fresh_at[number + 1];
            fresh.write(&mut rng, &mut scratch.fresh[place]);
        }
        let values = PatchValues {
            trace: &trace,
            spans: &scratch.spans,
            past_trace: &past_trace,
            past_spans: &scratch.past_spans,
            times: &scratch.room.times,
            fresh: &scratch.fresh,
            fresh_at: &self.fresh_at,
        };
        for (number, chunk) in self.chunks.iter().enumerate() {
            put(number, chunk, &|out: &mut [u8]| {
                for patch in &chunk.patches {
                    values.write(*patch, out);
                }
            });
        }
    }
}

/// Many patterns at once, each at least as long as a [`KEY`].
struct PatternSearch<'a> {
    patterns: &'a [(Vec<u8>, PatchOp, u16)],
    /// Their first bytes, sorted.
    keys: Vec<([u8; KEY], usize)>,
    /// Pairs of bytes that some pattern begins with.
    begins: Vec<bool>,
}

const KEY: usize = 8;

impl<'a> PatternSearch<'a> {
    fn new(patterns: &'a [(Vec<u8>, PatchOp, u16)]) -> Self {
        let mut begins = vec![false; 1 << 16];
        let mut keys: Vec<([u8; KEY], usize)> = Vec::with_capacity(patterns.len());
        for (number, (pattern, _, _)) in patterns.iter().enumerate() {
            if let Some(key) = pattern.first_chunk::<KEY>() {
                begins[usize::from(u16::from_be_bytes([key[0], key[1]]))] = true;
                keys.push((*key, number));
            }
        }
        keys.sort_unstable();
        PatternSearch { patterns, keys, begins }
    }

    /// Where which pattern stands, from the front.
    fn find_all(&self, bytes: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (at, key) in bytes.windows(KEY).enumerate() {
            if !self.begins[usize::from(u16::from_be_bytes([key[0], key[1]]))] {
                continue;
            }
            let first = self.keys.partition_point(|(known, _)| known.as_slice() < key);
            for (known, number) in &self.keys[first..] {
                if known != key {
                    break;
                }
                if bytes[at..].starts_with(&self.patterns[*number].0) {
                    found.push((at, *number));
                }
            }
        }
        found
    }
}

impl TemplateChunk {
    /// The bytes to start from.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::super::expand::expand_scenario;
    use super::super::scenario;
    use super::super::trace_plan::ScenarioOverrides;
    use super::super::trace_values::TraceValues;
    use super::*;
    use crate::parse::traces::parse_v1_protobuf;
    use prost::Message;

    /// What the template must yield, made the long way.
    fn filling(shape: &TracePlan, which: TraceSelection) -> TraceValues {
        let trace = make_trace_id(which.seed, which.index);
        let past = make_trace_id(which.seed, which.previous);
        let mut rng = Rng::for_trace(which.seed, which.index);
        rng.bits();
        let mut room = TimelineBuffer::default();
        Timeline::from_plan(shape).place(&mut rng, which.end, &mut room);
        TraceValues {
            trace_id: trace,
            span_ids: (0..shape.spans.len()).map(|at| make_span_id(&trace, at)).collect(),
            previous_trace: past,
            previous_spans: (0..shape.spans.len()).map(|at| make_span_id(&past, at)).collect(),
            times: room.times,
            fresh: shape.fresh.iter().map(|fresh| fresh.draw(&mut rng)).collect(),
            trace_state: "ot=th:8".to_owned(),
            remote_parent: None,
        }
    }

    fn copied(template: &TraceTemplate, which: TraceSelection) -> Vec<Vec<u8>> {
        let mut out = Vec::new();
        template.copy(which, &mut TemplateScratch::default(), |_, chunk, patch| {
            let mut bytes = chunk.bytes().to_vec();
            patch(&mut bytes);
            out.push(bytes);
        });
        out
    }

    fn shapes() -> Vec<TracePlan> {
        let mut shapes = Vec::new();
        for name in scenario::list_scenario_names() {
            let scenario = scenario::find_scenario(name).expect("a built-in scenario");
            for (seed, failing) in [(1, false), (2, true), (3, false)] {
                shapes.push(expand_scenario(
                    &scenario,
                    &ScenarioOverrides::default(),
                    failing,
                    &mut Rng::new(seed),
                ));
            }
        }
        shapes
    }

    #[test]
    fn a_copy_is_what_the_encoder_would_have_written() {
        let which = |index| TraceSelection {
            seed: 5,
            index,
            previous: index / 2,
            end: 1_795_458_257_123_456_789,
        };
        for shape in shapes() {
            for wire in [
                TraceProtocol::HttpProtobuf,
                TraceProtocol::HttpJson,
                TraceProtocol::JaegerThrift,
                TraceProtocol::Zipkin,
                TraceProtocol::JaegerGrpc,
            ] {
                let template = TraceTemplate::new(&shape, wire, "ot=th:8").expect("a template");
                for index in [0, 1, 77] {
                    let wanted = encode_trace(wire, &build_trace(&shape, &filling(&shape, which(index))));
                    let made = copied(&template, which(index));
                    assert_eq!(made.len(), wanted.len());
                    for (made, wanted) in made.iter().zip(&wanted) {
                        match wire {
                            // Durations are padded with blanks.
                            TraceProtocol::Zipkin => {
                                let read = |bytes: &[u8]| -> serde_json::Value {
                                    serde_json::from_slice(&[b"[", bytes, b"]"].concat()).expect("JSON")
                                };
                                assert_eq!(read(made), read(&wanted.bytes), "{}", shape.scenario);
                            }
                            // Varints are padded.
                            TraceProtocol::JaegerGrpc => {
                                use super::super::encode::jaeger_proto::PostSpansRequest as Post;
                                let read = |bytes: &[u8]| Post::decode(bytes).expect("protobuf");
                                assert_eq!(read(made), read(&wanted.bytes), "{}", shape.scenario);
                            }
                            _ => assert_eq!(made, &wanted.bytes, "{} {wire:?}", shape.scenario),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn traces_put_one_after_the_other_are_one_request() {
        let shape = &shapes()[0];
        let template = TraceTemplate::new(shape, TraceProtocol::Grpc, "").expect("a template");
        let mut body = Vec::new();
        for index in 0..3 {
            let which = TraceSelection {
                seed: 1,
                index,
                previous: 0,
                end: 1_795_458_257_000_000_000,
            };
            body.extend(copied(&template, which).concat());
        }
        let traces = parse_v1_protobuf(&body, &mut { u64::MAX }).expect("protobuf");
        assert_eq!(traces.len(), 3);
    }
}
