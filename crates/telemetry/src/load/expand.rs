//! From a scenario to a shape: choices are made, repeats unrolled, an error is put somewhere and travels up, the tree is
//! cut or grown to the depth and the number of services that were asked for.

use std::collections::HashMap;

use super::distribution::Distribution;
use super::rng::Rng;
use super::scenario::{LoadScenario, MOST_SPANS, ScenarioSpan};
use super::text;
use super::trace_plan::{
    PlannedEvent, PlannedLink, PlannedSpan, PlannedValue, ScenarioOverrides, TracePlan, build_bare_span,
    build_resource, set_attribute,
};
use crate::model::trace::SpanKind;

/// One shape of a scenario; `failing` puts an error into it, where it has a place for one.
pub fn expand_scenario(scenario: &LoadScenario, wishes: &ScenarioOverrides, failing: bool, rng: &mut Rng) -> TracePlan {
    let mut unfolding = Expansion {
        scenario,
        below: list_children(scenario),
        wishes,
        case: choose_case(scenario, failing, rng),
        shape: TracePlan {
            scenario: scenario.name.clone(),
            services: Vec::new(),
            spans: Vec::new(),
            fresh: Vec::new(),
        },
        origin: Vec::new(),
        names: Vec::new(),
        rng,
    };
    unfolding.add_span(0, None, 1);
    unfolding.add_links();
    if failing {
        unfolding.add_failure();
    }
    unfolding.deepen();
    unfolding.shape
}

/// The spans directly below each, in their order.
fn list_children(scenario: &LoadScenario) -> Vec<Vec<usize>> {
    let at: HashMap<&str, usize> = scenario
        .spans
        .iter()
        .enumerate()
        .map(|(index, span)| (span.id.as_str(), index))
        .collect();
    let mut below = vec![Vec::new(); scenario.spans.len()];
    for (index, span) in scenario.spans.iter().enumerate() {
        if let Some(parent) = span.parent.as_ref().and_then(|parent| at.get(parent.as_str())) {
            below[*parent].push(index);
        }
    }
    below
}

/// The case a trace takes; a failing one takes a case that can fail.
fn choose_case(scenario: &LoadScenario, failing: bool, rng: &mut Rng) -> Option<String> {
    let can_fail = |case: &str| {
        scenario
            .spans
            .iter()
            .any(|span| span.fail.is_some() && span.when.as_deref().is_none_or(|when| when == case))
    };
    let open: Vec<(&String, f64)> = scenario
        .cases
        .iter()
        .filter(|(case, weight)| **weight > 0.0 && (!failing || can_fail(case)))
        .map(|(case, weight)| (case, *weight))
        .collect();
    let total: f64 = open.iter().map(|(_, weight)| weight).sum();
    let mut at = rng.unit() * total;
    for (case, weight) in &open {
        at -= weight;
        if at < 0.0 {
            return Some((*case).clone());
        }
    }
    open.last().map(|(case, _)| (*case).clone())
}

struct Expansion<'a> {
    scenario: &'a LoadScenario,
    /// The spans directly below each span of the scenario.
    below: Vec<Vec<usize>>,
    wishes: &'a ScenarioOverrides,
    case: Option<String>,
    shape: TracePlan,
    /// Which span of the scenario each span of the shape is.
    origin: Vec<usize>,
    names: Vec<(String, usize)>,
    rng: &'a mut Rng,
}

impl Expansion<'_> {
    /// Adds the span and all below it; `level` counts from 1 at the root.
    fn add_span(&mut self, at: usize, parent: Option<usize>, level: usize) {
        let scenario = self.scenario;
        let span = &scenario.spans[at];
        let absent = span.when.as_ref().is_some_and(|when| Some(when) != self.case.as_ref())
            || span.chance.is_some_and(|chance| self.rng.unit() >= chance)
            || self.wishes.depth.is_some_and(|depth| level > depth);
        if absent {
            return;
        }
        let Some(service) = self.add_service(&span.service) else {
            return;
        };
        let times = span
            .repeat
            .map_or(1, |[from, to]| from as usize + self.rng.below((to - from) as usize + 1));
        for _ in 0..times {
            if self.shape.spans.len() >= MOST_SPANS {
                return;
            }
            let number = self.shape.spans.len();
            self.shape.spans.push(build_bare_span(span, parent, service));
            self.origin.push(at);
            self.set_attributes(number, span);
            for index in 0..self.below[at].len() {
                self.add_span(self.below[at][index], Some(number), level + 1);
            }
        }
    }

    /// The number of a service; `None` where the trace has enough of them already.
    fn add_service(&mut self, name: &str) -> Option<usize> {
        let full = format!("{}{name}", self.wishes.prefix);
        if let Some(at) = self.shape.services.iter().position(|service| service.name == full) {
            return Some(at);
        }
        if self
            .wishes
            .services
            .is_some_and(|most| self.shape.services.len() >= most)
        {
            return None;
        }
        self.shape
            .services
            .push(build_resource(name, self.scenario, self.wishes));
        Some(self.shape.services.len() - 1)
    }

    /// Attributes and events of a span.
    fn set_attributes(&mut self, number: usize, span: &ScenarioSpan) {
        for (key, value) in &span.attributes {
            self.add_attribute(number, key, value);
        }
        for (key, scalar) in &self.wishes.attributes {
            let value = self.shape.plan_value(scalar, &mut self.names);
            set_attribute(&mut self.shape.spans[number].attributes, key, value);
        }
        for event in &span.events {
            let attributes = event
                .attributes
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), self.choose_value(value)?)))
                .collect();
            self.shape.spans[number].events.push(PlannedEvent {
                name: event.name.clone(),
                at: event.at,
                attributes,
            });
        }
    }

    fn add_attribute(&mut self, number: usize, key: &str, value: &toml::Value) {
        if let Some(value) = self.choose_value(value) {
            set_attribute(&mut self.shape.spans[number].attributes, key, value);
        }
    }

    /// The value, or one of a list.
    fn choose_value(&mut self, value: &toml::Value) -> Option<PlannedValue> {
        let chosen = match value {
            toml::Value::Array(list) => list.get(self.rng.below(list.len()))?,
            one => one,
        };
        let scalar = text::parse_scalar(chosen).ok()?;
        Some(self.shape.plan_value(&scalar, &mut self.names))
    }

    fn add_links(&mut self) {
        for number in 0..self.shape.spans.len() {
            for link in &self.scenario.spans[self.origin[number]].links {
                let (id, previous) = match link.strip_suffix("@previous") {
                    Some(id) => (id, true),
                    None => (link.as_str(), false),
                };
                let found = self.origin.iter().position(|at| self.scenario.spans[*at].id == id);
                if let Some(span) = found {
                    self.shape.spans[number].links.push(PlannedLink { span, previous });
                }
            }
        }
    }

    /// Puts an error where one can begin, and lets it travel up.
    fn add_failure(&mut self) {
        let open: Vec<usize> = (0..self.origin.len())
            .filter(|number| self.scenario.spans[self.origin[*number]].fail.is_some())
            .collect();
        let Some(number) = open.get(self.rng.below(open.len())).copied() else {
            return;
        };
        let Some(fail) = self.scenario.spans[self.origin[number]].fail.clone() else {
            return;
        };
        for (key, value) in &fail.attributes {
            self.add_attribute(number, key, value);
        }
        let span = &mut self.shape.spans[number];
        span.own = fail.own.unwrap_or(span.own);
        let mut exception = vec![
            ("exception.type".to_owned(), PlannedValue::fixed(&fail.kind)),
            ("exception.message".to_owned(), PlannedValue::fixed(&fail.message)),
        ];
        if let Some(stack) = &fail.stacktrace {
            exception.push(("exception.stacktrace".to_owned(), PlannedValue::fixed(stack)));
        }
        span.events.push(PlannedEvent {
            name: "exception".to_owned(),
            at: 1.0,
            attributes: exception,
        });
        let span = &mut self.shape.spans[number];
        span.error = Some(fail.message.clone());
        set_attribute(&mut span.attributes, "error.type", PlannedValue::fixed(&fail.kind));
        let mut at = number;
        while let Some(parent) = self.shape.spans[at].parent {
            // What takes a message up later fails for itself; what can fall back does not fail.
            if self.shape.spans[at].kind == SpanKind::Consumer || self.scenario.spans[self.origin[parent]].absorbs {
                return;
            }
            propagate_error(&mut self.shape.spans[parent], &fail.kind, fail.http_status);
            at = parent;
        }
    }

    /// Adds calls below the deepest span until depth and services are as wished.
    fn deepen(&mut self) {
        let levels = compute_levels(&self.shape);
        let Some(mut at) = (0..levels.len()).max_by_key(|at| (levels[*at], usize::MAX - at)) else {
            return;
        };
        let more_levels = self.wishes.depth.map_or(0, |depth| depth.saturating_sub(levels[at]));
        let more_services = self
            .wishes
            .services
            .map(|services| services.saturating_sub(self.shape.services.len()));
        let (calls, known) = (more_levels / 2, more_services.unwrap_or(4).max(1));
        for call in 0..calls {
            at = self.add_call(at, &format!("backend-{:02}", call % known + 1));
        }
        if more_levels % 2 == 1 {
            self.push_span(at, self.shape.spans[at].service, SpanKind::Internal, "work".to_owned());
        }
        // Services for which no level was left are called side by side.
        if self.wishes.depth.is_none_or(|depth| depth >= 3) {
            for call in calls..more_services.unwrap_or(0) {
                self.add_call(0, &format!("backend-{:02}", call + 1));
            }
        }
    }

    /// A client span below `parent`, and the server span of another service that answers it.
    fn add_call(&mut self, parent: usize, name: &str) -> usize {
        let service = self.shape.spans[parent].service;
        let client = self.push_span(parent, service, SpanKind::Client, "GET".to_owned());
        let attributes = [
            ("http.request.method", PlannedValue::fixed("GET")),
            ("url.full", PlannedValue::fixed(format!("http://{name}:8080/work"))),
            ("server.address", PlannedValue::fixed(name)),
            ("server.port", PlannedValue::int(8080)),
            ("http.response.status_code", PlannedValue::int(200)),
            (
                "peer.service",
                PlannedValue::fixed(format!("{}{name}", self.wishes.prefix)),
            ),
        ];
        for (key, value) in attributes {
            set_attribute(&mut self.shape.spans[client].attributes, key, value);
        }
        let service = self.add_service(name).unwrap_or(service);
        let server = self.push_span(client, service, SpanKind::Server, "GET /work".to_owned());
        let attributes = [
            ("http.request.method", PlannedValue::fixed("GET")),
            ("http.route", PlannedValue::fixed("/work")),
            ("url.path", PlannedValue::fixed("/work")),
            ("url.scheme", PlannedValue::fixed("http")),
            ("http.response.status_code", PlannedValue::int(200)),
        ];
        for (key, value) in attributes {
            set_attribute(&mut self.shape.spans[server].attributes, key, value);
        }
        server
    }

    fn push_span(&mut self, parent: usize, service: usize, kind: SpanKind, name: String) -> usize {
        let ms = |ms: u64| std::time::Duration::from_millis(ms).as_nanos() as f64;
        let mut span = PlannedSpan {
            parent: Some(parent),
            service,
            kind,
            name,
            own: Distribution {
                p50: ms(2),
                p99: ms(12),
            },
            gap: Distribution::ZERO,
            parallel: false,
            attributes: Vec::new(),
            events: Vec::new(),
            links: Vec::new(),
            error: None,
        };
        for (key, scalar) in &self.wishes.attributes {
            let value = self.shape.plan_value(scalar, &mut self.names);
            set_attribute(&mut span.attributes, key, value);
        }
        self.shape.spans.push(span);
        self.shape.spans.len() - 1
    }
}

/// The level of each span, 1 at the root.
pub(super) fn compute_levels(shape: &TracePlan) -> Vec<usize> {
    let mut levels: Vec<usize> = Vec::with_capacity(shape.spans.len());
    for span in &shape.spans {
        levels.push(span.parent.map_or(1, |parent| levels[parent] + 1));
    }
    levels
}

/// What an error below does to a span: HTTP servers answer with a status, and only one from 500 on is their own error;
/// clients fail from 400 on (OpenTelemetry semantic conventions, «HTTP spans», «Status»).
fn propagate_error(span: &mut PlannedSpan, kind: &str, http_status: i64) {
    let has = |span: &PlannedSpan, key: &str| span.attributes.iter().any(|(known, _)| known == key);
    if has(span, "http.response.status_code") {
        set_attribute(
            &mut span.attributes,
            "http.response.status_code",
            PlannedValue::int(http_status),
        );
        if span.kind == SpanKind::Server && http_status < 500 {
            return;
        }
        set_attribute(
            &mut span.attributes,
            "error.type",
            PlannedValue::fixed(http_status.to_string()),
        );
    } else {
        if has(span, "rpc.grpc.status_code") {
            // 13 is INTERNAL.
            set_attribute(&mut span.attributes, "rpc.grpc.status_code", PlannedValue::int(13));
        }
        set_attribute(&mut span.attributes, "error.type", PlannedValue::fixed(kind));
    }
    span.error = Some(String::new());
}

#[cfg(test)]
mod tests {
    use super::super::scenario;
    use super::*;
    use std::collections::BTreeSet;

    fn shape(name: &str, wishes: &ScenarioOverrides, failing: bool, seed: u64) -> TracePlan {
        let scenario = scenario::find_scenario(name).expect("a built-in scenario");
        expand_scenario(&scenario, wishes, failing, &mut Rng::new(seed))
    }

    #[test]
    fn every_client_that_names_a_service_is_answered_by_it() {
        for name in scenario::list_scenario_names() {
            for seed in 0..20 {
                let shape = shape(name, &ScenarioOverrides::default(), false, seed);
                for (at, span) in shape.spans.iter().enumerate() {
                    let names_peer = span.attributes.iter().find(|(key, _)| key == "peer.service");
                    let Some((_, peer)) = names_peer else {
                        continue;
                    };
                    let answers = |other: &PlannedSpan| {
                        let service = PlannedValue::fixed(shape.services[other.service].name.as_str());
                        other.parent == Some(at) && other.kind == SpanKind::Server && service == *peer
                    };
                    assert!(shape.spans.iter().any(answers), "{name}: {} calls {peer:?}", span.name);
                }
            }
        }
    }

    #[test]
    fn an_error_travels_to_the_root_unless_something_absorbs_it() {
        for name in ["error", "db-failure", "external-timeout", "user-request"] {
            let shape = shape(name, &ScenarioOverrides::default(), true, 4);
            assert!(shape.spans[0].error.is_some(), "{name}");
            let origin = shape
                .spans
                .iter()
                .filter(|span| span.events.iter().any(|event| event.name == "exception"));
            assert_eq!(origin.count(), 1, "{name}");
        }
        for seed in 0..10 {
            let fan = shape("fan-out", &ScenarioOverrides::default(), true, seed);
            assert!(fan.spans[0].error.is_none() && fan.spans.iter().any(|span| span.error.is_some()));
            let queue = shape("queue", &ScenarioOverrides::default(), true, seed);
            assert!(queue.spans[0].error.is_none() && queue.spans.iter().any(|span| span.error.is_some()));
            let cache = shape("cache", &ScenarioOverrides::default(), true, seed);
            assert!(cache.spans[0].error.is_some());
            // A declined card is the caller's affair: no server fails, its clients do.
            let sound = shape("order", &ScenarioOverrides::default(), false, seed);
            assert!(sound.spans.iter().all(|span| span.error.is_none()));
        }
    }

    #[test]
    fn depth_and_services_are_as_wished() {
        for name in scenario::list_scenario_names() {
            for depth in [1, 2, 5, 9, 20] {
                let wishes = ScenarioOverrides {
                    depth: Some(depth),
                    ..ScenarioOverrides::default()
                };
                let shape = shape(name, &wishes, false, 1);
                assert_eq!(compute_levels(&shape).into_iter().max(), Some(depth), "{name}");
            }
            for services in [1, 2, 7, 30] {
                let wishes = ScenarioOverrides {
                    services: Some(services),
                    ..ScenarioOverrides::default()
                };
                let shape = shape(name, &wishes, false, 1);
                assert_eq!(shape.services.len(), services, "{name}");
                let used: BTreeSet<_> = shape.spans.iter().map(|span| span.service).collect();
                assert_eq!(used.len(), services, "{name}");
            }
            let both = ScenarioOverrides {
                services: Some(12),
                depth: Some(15),
                ..ScenarioOverrides::default()
            };
            let shape = shape(name, &both, true, 2);
            assert_eq!(
                (shape.services.len(), compute_levels(&shape).into_iter().max()),
                (12, Some(15)),
                "{name}"
            );
        }
    }

    #[test]
    fn the_prefix_stands_before_every_service() {
        let wishes = ScenarioOverrides {
            prefix: "team-".to_owned(),
            services: Some(9),
            ..ScenarioOverrides::default()
        };
        let shape = shape("order", &wishes, false, 1);
        assert!(shape.services.iter().all(|service| service.name.starts_with("team-")));
    }
}
