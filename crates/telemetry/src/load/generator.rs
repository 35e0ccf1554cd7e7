//! Traces by number: which scenario, which shape, whether it fails follow from seed and number, so that any trace can be
//! told again without being kept.

use super::batch::TraceBatch;
use super::encode::{BodyFrame, number_frame};
use super::expand::expand_scenario;
use super::rng::{Rng, encode_hex, make_trace_id, mix_bits};
use super::sampling::Sampling;
use super::scenario::LoadScenario;
use super::template::{TemplateScratch, TraceSelection, TraceTemplate};
use super::trace_plan::{ScenarioOverrides, TracePlan};
use crate::model::send_report::TraceProtocol;

/// Shapes of a scenario that are sound, and that fail. More would cost start-up time and show nothing new.
const SOUND: usize = 12;
const FAILING: usize = 6;

/// What is to be generated.
#[derive(Debug, Clone)]
pub struct LoadPlan {
    /// Scenarios and how often each comes; not all 0.
    pub scenarios: Vec<(LoadScenario, f64)>,
    /// What is wanted different.
    pub overrides: ScenarioOverrides,
    /// The share of failing traces, in scenarios that can go either way.
    pub error_rate: Option<f64>,
    /// Same seed, same traces.
    pub seed: u64,
    /// Encoding.
    pub wire: TraceProtocol,
    /// Head sampling.
    pub sampling: Sampling,
    /// How far traces lie in the past, in nanoseconds.
    pub backdate: u64,
}

/// What a trace of a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceDescription {
    /// Its id.
    pub trace_id: [u8; 16],
    /// Its spans.
    pub spans: u32,
}

impl TraceDescription {
    /// The id in hex.
    pub fn id(&self) -> String {
        encode_hex(&self.trace_id)
    }
}

/// What became of the wish to add a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is in the batch.
    Yes,
    /// Head sampling left it out.
    Unsampled,
    /// There are no more.
    Over,
}

/// Where traces come from.
pub trait TraceSource: Send {
    /// The frames of bodies, by number.
    fn frames(&self) -> &[BodyFrame];
    /// Adds trace number `index`, as of now (nanoseconds since 1970).
    fn add(&mut self, index: u64, now: u64, batch: &mut TraceBatch) -> Added;
    /// What trace number `index` is; `None` where it is not sent.
    fn describe(&self, index: u64) -> Option<TraceDescription>;
}

impl TraceSource for &mut dyn TraceSource {
    fn frames(&self) -> &[BodyFrame] {
        (**self).frames()
    }

    fn add(&mut self, index: u64, now: u64, batch: &mut TraceBatch) -> Added {
        (**self).add(index, now, batch)
    }

    fn describe(&self, index: u64) -> Option<TraceDescription> {
        (**self).describe(index)
    }
}

/// Makes traces.
pub struct TraceGenerator {
    seed: u64,
    sampling: Sampling,
    backdate: u64,
    groups: Vec<ScenarioGroup>,
    frames: Vec<BodyFrame>,
    scratch: TemplateScratch,
}

/// The shapes of one scenario.
struct ScenarioGroup {
    /// Its weight and those before it, as a share of all, in 64 bits.
    until: u64,
    /// The share of failing traces, in 32 bits.
    failing: u32,
    sound: Vec<TemplateSlot>,
    failed: Vec<TemplateSlot>,
}

struct TemplateSlot {
    template: TraceTemplate,
    /// The frame of each of its chunks.
    frames: Vec<usize>,
    /// The number of the trace made last.
    last: u64,
}

/// The shapes of a scenario, sound and failing.
pub fn expand_plans(
    scenario: &LoadScenario,
    wishes: &ScenarioOverrides,
    seed: u64,
) -> (Vec<TracePlan>, Vec<TracePlan>) {
    let mut rng = Rng::new(mix_bits(
        seed ^ scenario
            .name
            .bytes()
            .fold(0, |sum, byte| mix_bits(sum ^ u64::from(byte))),
    ));
    let mut make = |failing: bool, count: usize| {
        (0..count)
            .map(|_| expand_scenario(scenario, wishes, failing, &mut rng))
            .collect()
    };
    (make(false, SOUND), make(true, FAILING))
}

/// The share of failing traces of a scenario.
pub fn choose_failing_share(scenario: &LoadScenario, wished: Option<f64>) -> f64 {
    match wished {
        Some(share) if !scenario.always_fails() => share,
        _ => scenario.error_rate,
    }
}

impl TraceGenerator {
    /// Encodes every shape of the plan.
    pub fn new(plan: &LoadPlan) -> Result<Self, String> {
        let total: f64 = plan.scenarios.iter().map(|(_, weight)| weight).sum();
        if total.is_nan() || total <= 0.0 {
            return Err("the scenario weights sum to 0, so nothing would be sent".to_owned());
        }
        let trace_state = plan.sampling.trace_state();
        let mut generator = TraceGenerator {
            seed: plan.seed,
            sampling: plan.sampling,
            backdate: plan.backdate,
            groups: Vec::new(),
            frames: Vec::new(),
            scratch: TemplateScratch::default(),
        };
        let mut sum = 0.0;
        for (scenario, weight) in plan.scenarios.iter().filter(|(_, weight)| *weight > 0.0) {
            sum += weight;
            let (sound, failed) = expand_plans(scenario, &plan.overrides, plan.seed);
            let share = choose_failing_share(scenario, plan.error_rate);
            let mut slots = |shapes: Vec<TracePlan>| -> Result<Vec<TemplateSlot>, String> {
                shapes
                    .iter()
                    .map(|shape| Ok(generator.make_slot(TraceTemplate::new(shape, plan.wire, &trace_state)?)))
                    .collect()
            };
            let group = ScenarioGroup {
                until: (sum / total * u64::MAX as f64) as u64,
                failing: (share * f64::from(u32::MAX)) as u32,
                sound: if share >= 1.0 { Vec::new() } else { slots(sound)? },
                failed: if share <= 0.0 { Vec::new() } else { slots(failed)? },
            };
            generator.groups.push(group);
        }
        if let Some(last) = generator.groups.last_mut() {
            last.until = u64::MAX;
        }
        Ok(generator)
    }

    fn make_slot(&mut self, template: TraceTemplate) -> TemplateSlot {
        let frames = template
            .chunks
            .iter()
            .map(|chunk| number_frame(&mut self.frames, chunk.frame.clone()))
            .collect();
        TemplateSlot {
            template,
            frames,
            last: 0,
        }
    }

    /// Group, shape among its sound or failed ones.
    fn choose(&self, index: u64) -> (usize, bool, usize) {
        let draw = Rng::for_trace(self.seed, index).bits();
        let group = self.groups.partition_point(|group| group.until < draw);
        let group = group.min(self.groups.len() - 1);
        let more = mix_bits(draw);
        let chosen = &self.groups[group];
        let failing = chosen.sound.is_empty() || (!chosen.failed.is_empty() && (more as u32) < chosen.failing);
        let count = if failing {
            chosen.failed.len()
        } else {
            chosen.sound.len()
        };
        (group, failing, (more >> 32) as usize % count.max(1))
    }
}

impl TraceSource for TraceGenerator {
    fn frames(&self) -> &[BodyFrame] {
        &self.frames
    }

    fn add(&mut self, index: u64, now: u64, batch: &mut TraceBatch) -> Added {
        if !self.sampling.keeps(&make_trace_id(self.seed, index)) {
            return Added::Unsampled;
        }
        let (group, failing, at) = self.choose(index);
        let group = &mut self.groups[group];
        let slot = if failing {
            &mut group.failed[at]
        } else {
            &mut group.sound[at]
        };
        let which = TraceSelection {
            seed: self.seed,
            index,
            previous: slot.last,
            end: now.saturating_sub(self.backdate),
        };
        slot.last = index;
        let frames = &slot.frames;
        slot.template.copy(which, &mut self.scratch, |number, chunk, patch| {
            let place = batch.add(frames[number], &chunk.frame, chunk.bytes(), u64::from(chunk.spans));
            patch(place);
        });
        batch.traces += 1;
        batch.to = index + 1;
        Added::Yes
    }

    fn describe(&self, index: u64) -> Option<TraceDescription> {
        let id = make_trace_id(self.seed, index);
        if !self.sampling.keeps(&id) {
            return None;
        }
        let (group, failing, at) = self.choose(index);
        let group = &self.groups[group];
        let slot = if failing {
            group.failed.get(at)
        } else {
            group.sound.get(at)
        }?;
        Some(TraceDescription {
            trace_id: id,
            spans: slot.template.spans,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::scenario;
    use super::*;
    use crate::parse::traces::parse_v1_protobuf;
    use std::collections::BTreeMap;

    fn plan(wire: TraceProtocol) -> LoadPlan {
        let scenarios = ["user-request", "order", "error"].map(|name| scenario::find_scenario(name).expect("built in"));
        LoadPlan {
            scenarios: scenarios.map(|scenario| (scenario.clone(), scenario.weight)).to_vec(),
            overrides: ScenarioOverrides::default(),
            error_rate: None,
            seed: 42,
            wire,
            sampling: Sampling::ALL,
            backdate: 0,
        }
    }

    fn generate(plan: &LoadPlan, traces: u64) -> (TraceGenerator, TraceBatch) {
        let mut generator = TraceGenerator::new(plan).expect("a generator");
        let mut batch = TraceBatch::default();
        for index in 0..traces {
            generator.add(index, 1_795_458_257_000_000_000, &mut batch);
        }
        (generator, batch)
    }

    #[test]
    fn what_is_described_is_what_is_made_at_the_wished_weights() {
        let (generator, mut batch) = generate(&plan(TraceProtocol::Grpc), 4_000);
        let bodies = batch.finish(generator.frames());
        assert_eq!(bodies.len(), 1);
        let traces = parse_v1_protobuf(&bodies[0].0, &mut { u64::MAX }).expect("protobuf");
        let made: BTreeMap<[u8; 16], u32> = traces
            .iter()
            .map(|trace| (trace.id.0, trace.spans.len() as u32))
            .collect();
        let mut roots: BTreeMap<String, u32> = BTreeMap::new();
        for span in traces.iter().flat_map(|trace| &trace.spans) {
            if span.parent.is_none() {
                *roots.entry(span.name.to_string()).or_default() += 1;
            }
        }
        assert_eq!(made.len(), 4_000);
        for index in 0..4_000 {
            let described = generator.describe(index).expect("everything is sampled");
            assert_eq!(made[&described.trace_id], described.spans);
        }
        let share = |name: &str| f64::from(roots[name]) / 4_000.0;
        assert!((share("GET /account") - 0.50).abs() < 0.03, "{roots:?}");
        assert!((share("POST /checkout") - 0.35).abs() < 0.03, "{roots:?}");
        assert!((share("GET /orders/{id}") - 0.15).abs() < 0.03, "{roots:?}");
    }

    #[test]
    fn the_same_seed_makes_the_same_bytes_and_another_does_not() {
        let bytes = |seed: u64| {
            let plan = LoadPlan {
                seed,
                ..plan(TraceProtocol::HttpJson)
            };
            let (generator, mut batch) = generate(&plan, 50);
            batch.finish(generator.frames())
        };
        assert_eq!(bytes(1), bytes(1));
        assert_ne!(bytes(1), bytes(2));
    }

    #[test]
    fn bodies_of_every_wire_hold_what_they_count() {
        for wire in TraceProtocol::ALL {
            let (generator, mut batch) = generate(&plan(wire), 30);
            let spans = batch.spans;
            let bodies = batch.finish(generator.frames());
            assert_eq!(bodies.iter().map(|(_, spans)| spans).sum::<u64>(), spans, "{wire:?}");
            assert_eq!(bodies.len() > 1, wire == TraceProtocol::JaegerThrift);
            match wire {
                TraceProtocol::Zipkin => {
                    let read: serde_json::Value = serde_json::from_slice(&bodies[0].0).expect("JSON");
                    assert_eq!(read.as_array().map(Vec::len), Some(spans as usize));
                }
                TraceProtocol::HttpJson => {
                    let read: serde_json::Value = serde_json::from_slice(&bodies[0].0).expect("JSON");
                    assert!(read["resourceSpans"].as_array().is_some_and(|list| list.len() > 30));
                }
                TraceProtocol::JaegerThrift => {
                    use thrift::protocol::{TBinaryInputProtocol, TInputProtocol, TType};
                    for (body, spans) in &bodies {
                        let mut read = TBinaryInputProtocol::new(body.as_ref(), false);
                        read.read_struct_begin().expect("thrift");
                        assert_eq!(read.read_field_begin().expect("process").id, Some(1));
                        read.skip(TType::Struct).expect("process");
                        assert_eq!(read.read_field_begin().expect("spans").id, Some(2));
                        let list = read.read_list_begin().expect("spans");
                        assert_eq!(list.size as u64, *spans);
                        for _ in 0..list.size {
                            read.skip(TType::Struct).expect("a span");
                        }
                        assert_eq!(read.read_field_begin().expect("the end").field_type, TType::Stop);
                    }
                }
                _ => {}
            }
        }
    }

    #[test]
    fn the_share_of_errors_is_as_wished_where_it_can_be() {
        let mut wished = plan(TraceProtocol::Grpc);
        wished.error_rate = Some(0.5);
        wished.scenarios.truncate(2);
        let generator = TraceGenerator::new(&wished).expect("a generator");
        let failing = (0..4_000).filter(|index| generator.choose(*index).1).count();
        assert!((1_900..2_100).contains(&failing), "{failing}");
        wished.scenarios.iter_mut().for_each(|(_, weight)| *weight = 0.0);
        assert!(TraceGenerator::new(&wished).is_err());
    }
}
