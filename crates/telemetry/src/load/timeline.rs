//! When the spans of a trace begin and end: made up, nobody sleeps. Children follow one another or start together, a
//! parent lasts as long as its own work and that of its children, and what takes a message up starts after it was sent.

use super::distribution::{Distribution, QuantileTable};
use super::rng::Rng;
use super::trace_plan::TracePlan;
use crate::model::trace::SpanKind;

/// The timing of a shape, ready to be drawn from.
#[derive(Debug, Clone)]
pub struct Timeline {
    spans: Vec<TimedSpan>,
    /// Span and share of its duration, for each event.
    events: Vec<(usize, f64)>,
    tables: Vec<QuantileTable>,
}

#[derive(Debug, Clone, Copy)]
struct TimedSpan {
    parent: usize,
    own: usize,
    gap: Option<usize>,
    parallel: bool,
    /// Starts after its parent has ended.
    late: bool,
}

/// Room to lay a trace out in; reused from trace to trace.
#[derive(Debug, Clone, Default)]
pub struct TimelineBuffer {
    own: Vec<u64>,
    gap: Vec<u64>,
    long: Vec<u64>,
    below: Vec<u64>,
    turn: Vec<u64>,
    /// Start and end of each span, then the events, in nanoseconds since 1970.
    pub times: Vec<u64>,
}

impl Timeline {
    /// The timing of this shape.
    pub fn from_plan(shape: &TracePlan) -> Self {
        let mut tables: Vec<(Distribution, QuantileTable)> = Vec::new();
        let mut number = |spread: Distribution| match tables.iter().position(|(known, _)| *known == spread) {
            Some(at) => at,
            None => {
                tables.push((spread, spread.table()));
                tables.len() - 1
            }
        };
        let spans: Vec<TimedSpan> = shape
            .spans
            .iter()
            .map(|span| TimedSpan {
                parent: span.parent.unwrap_or(usize::MAX),
                own: number(span.own),
                gap: (span.gap != Distribution::ZERO).then(|| number(span.gap)),
                parallel: span.parallel,
                late: span.kind == SpanKind::Consumer && span.parent.is_some(),
            })
            .collect();
        let events = shape
            .spans
            .iter()
            .enumerate()
            .flat_map(|(at, span)| span.events.iter().map(move |event| (at, event.at)))
            .collect();
        Timeline {
            spans,
            events,
            tables: tables.into_iter().map(|(_, table)| table).collect(),
        }
    }

    /// Lays one trace out so that its last span ends at `end`.
    pub fn place(&self, rng: &mut Rng, end: u64, room: &mut TimelineBuffer) {
        let count = self.spans.len();
        for list in [
            &mut room.own,
            &mut room.gap,
            &mut room.long,
            &mut room.below,
            &mut room.turn,
        ] {
            list.clear();
            list.resize(count, 0);
        }
        for (at, span) in self.spans.iter().enumerate() {
            room.own[at] = self.tables[span.own].draw(rng).max(1_000);
            room.gap[at] = span.gap.map_or(0, |gap| self.tables[gap].draw(rng));
        }
        for at in (0..count).rev() {
            room.long[at] = room.own[at].saturating_add(room.below[at]);
            let span = self.spans[at];
            if at > 0 && !span.late {
                let takes = room.gap[at].saturating_add(room.long[at]);
                let below = &mut room.below[span.parent];
                *below = if self.spans[span.parent].parallel {
                    (*below).max(takes)
                } else {
                    below.saturating_add(takes)
                };
            }
        }
        room.times.clear();
        room.times.resize(count * 2 + self.events.len(), 0);
        let mut last = 0;
        for at in 0..count {
            let span = self.spans[at];
            let start = if at == 0 {
                0
            } else if span.late {
                room.times[span.parent * 2 + 1].saturating_add(room.gap[at])
            } else {
                let start = room.turn[span.parent].saturating_add(room.gap[at]);
                if !self.spans[span.parent].parallel {
                    room.turn[span.parent] = start.saturating_add(room.long[at]);
                }
                start
            };
            // Some of its own work comes before its children, some after.
            room.turn[at] = start.saturating_add(room.own[at] / 5 * 2);
            room.times[at * 2] = start;
            let end = start.saturating_add(room.long[at]);
            room.times[at * 2 + 1] = end;
            last = last.max(end);
        }
        let shift = end.saturating_sub(last);
        for time in &mut room.times[..count * 2] {
            *time = time.saturating_add(shift);
        }
        for (number, (span, share)) in self.events.iter().enumerate() {
            let (start, end) = (room.times[span * 2], room.times[span * 2 + 1]);
            room.times[count * 2 + number] = start.saturating_add((end.saturating_sub(start) as f64 * share) as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::expand::expand_scenario;
    use super::super::scenario;
    use super::super::trace_plan::ScenarioOverrides;
    use super::*;

    #[test]
    fn children_lie_within_their_parents_and_messages_after_them() {
        let end = 1_800_000_000_000_000_000;
        let mut rng = Rng::new(9);
        let mut room = TimelineBuffer::default();
        for name in scenario::list_scenario_names() {
            let scenario = scenario::find_scenario(name).expect("a built-in scenario");
            for failing in [false, true] {
                let shape = expand_scenario(&scenario, &ScenarioOverrides::default(), failing, &mut rng);
                let timeline = Timeline::from_plan(&shape);
                for _ in 0..200 {
                    timeline.place(&mut rng, end, &mut room);
                    assert_eq!(room.times.len(), shape.time_count());
                    let mut last = 0;
                    for (at, span) in shape.spans.iter().enumerate() {
                        let (start, stop) = (room.times[at * 2], room.times[at * 2 + 1]);
                        assert!(start < stop, "{name}: {}", span.name);
                        last = last.max(stop);
                        let Some(parent) = span.parent else { continue };
                        let (outer, until) = (room.times[parent * 2], room.times[parent * 2 + 1]);
                        if span.kind == SpanKind::Consumer {
                            assert!(start >= until, "{name}: {}", span.name);
                        } else {
                            assert!(outer <= start && stop <= until, "{name}: {}", span.name);
                        }
                    }
                    assert_eq!(last, end);
                }
            }
        }
    }
}
