//! A shape: one way a scenario may go, every choice made. Only ids, times and fresh texts are still open.

use super::distribution::Distribution;
use super::scenario::{LoadScenario, ScenarioSpan};
use super::text::{self, AttributeScalar, Placeholder, TextPart};
use crate::model::trace::{AttributeValue, SpanKind};

/// One way a scenario may go.
#[derive(Debug, Clone)]
pub struct TracePlan {
    /// The scenario's name.
    pub scenario: String,
    /// Who takes part.
    pub services: Vec<PlannedResource>,
    /// Spans, parents before children; the first is the root.
    pub spans: Vec<PlannedSpan>,
    /// The fresh texts of a trace.
    pub fresh: Vec<Placeholder>,
}

/// A service's resource.
#[derive(Debug, Clone)]
pub struct PlannedResource {
    /// `service.name`
    pub name: String,
    /// Everything else.
    pub attributes: PlannedAttributes,
}

/// Keys and values.
pub type PlannedAttributes = Vec<(String, PlannedValue)>;

/// A value of which parts may be fresh.
#[derive(Debug, Clone, PartialEq)]
pub enum PlannedValue {
    /// The same in every trace.
    Value(AttributeValue),
    /// A text, in pieces.
    Text(Vec<TextPiece>),
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPiece {
    /// Always the same.
    Fixed(String),
    /// Number of a fresh text in [`Shape::fresh`].
    Slot(usize),
}

impl PlannedValue {
    /// A text in which nothing is fresh.
    pub fn fixed(text: impl AsRef<str>) -> Self {
        PlannedValue::Value(AttributeValue::Text(text.as_ref().into()))
    }

    /// A number.
    pub fn int(number: i64) -> Self {
        PlannedValue::Value(AttributeValue::Int(number))
    }
}

/// One span of a shape.
#[derive(Debug, Clone)]
pub struct PlannedSpan {
    /// Number of its parent; the root has none.
    pub parent: Option<usize>,
    /// Number of its service.
    pub service: usize,
    /// Kind.
    pub kind: SpanKind,
    /// Name.
    pub name: String,
    /// Time it spends itself.
    pub own: Distribution,
    /// Time before it starts.
    pub gap: Distribution,
    /// Its children start together.
    pub parallel: bool,
    /// Attributes.
    pub attributes: PlannedAttributes,
    /// Events.
    pub events: Vec<PlannedEvent>,
    /// Links.
    pub links: Vec<PlannedLink>,
    /// The description of its error, where it failed.
    pub error: Option<String>,
}

/// One event.
#[derive(Debug, Clone)]
pub struct PlannedEvent {
    /// Name.
    pub name: String,
    /// When, as a share of the span's duration.
    pub at: f64,
    /// Attributes.
    pub attributes: PlannedAttributes,
}

/// A link to another span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedLink {
    /// Number of the span.
    pub span: usize,
    /// That span of the trace of this shape before, not of this one.
    pub previous: bool,
}

/// What a person wants different about every scenario.
#[derive(Debug, Clone, Default)]
pub struct ScenarioOverrides {
    /// Before every service's name.
    pub prefix: String,
    /// Levels of spans.
    pub depth: Option<usize>,
    /// Services in a trace.
    pub services: Option<usize>,
    /// Attributes of every span.
    pub attributes: Vec<(String, AttributeScalar)>,
    /// Attributes of every resource.
    pub resource: Vec<(String, AttributeScalar)>,
}

/// What marks the resources of generated traces, so that nobody takes them for an application's.
pub const GENERATOR_ATTRIBUTE: &str = "tempoctl.generator";

impl TracePlan {
    /// How many times a trace of this shape has: start and end of each span, then its events.
    pub fn time_count(&self) -> usize {
        self.spans.len() * 2 + self.spans.iter().map(|span| span.events.len()).sum::<usize>()
    }

    /// The value with its fresh texts numbered.
    pub(super) fn plan_value(&mut self, scalar: &AttributeScalar, names: &mut Vec<(String, usize)>) -> PlannedValue {
        match scalar {
            AttributeScalar::Value(value) => PlannedValue::Value(value.clone()),
            AttributeScalar::Text(parts) => PlannedValue::Text(
                parts
                    .iter()
                    .map(|part| match part {
                        TextPart::Fixed(text) => TextPiece::Fixed(text.clone()),
                        TextPart::Placeholder(fresh, name) => {
                            TextPiece::Slot(self.placeholder_slot(*fresh, name.as_deref(), names))
                        }
                    })
                    .collect(),
            ),
        }
    }

    fn placeholder_slot(&mut self, fresh: Placeholder, name: Option<&str>, names: &mut Vec<(String, usize)>) -> usize {
        let known = name.and_then(|name| names.iter().find(|(known, _)| known == name));
        if let Some((_, slot)) = known
            && self.fresh[*slot] == fresh
        {
            return *slot;
        }
        self.fresh.push(fresh);
        let slot = self.fresh.len() - 1;
        if let Some(name) = name {
            names.push((name.to_owned(), slot));
        }
        slot
    }
}

/// The resource of a service, as its SDK would report it.
pub(super) fn build_resource(name: &str, scenario: &LoadScenario, wishes: &ScenarioOverrides) -> PlannedResource {
    let service = scenario.services.get(name).cloned().unwrap_or_default();
    let mut attributes: PlannedAttributes = vec![
        (
            GENERATOR_ATTRIBUTE.to_owned(),
            PlannedValue::Value(AttributeValue::Bool(true)),
        ),
        (
            "telemetry.sdk.language".to_owned(),
            PlannedValue::fixed(service.language.as_deref().unwrap_or("go")),
        ),
        ("telemetry.sdk.name".to_owned(), PlannedValue::fixed("opentelemetry")),
        // The same in every run, so that repeated runs add no series.
        (
            "service.instance.id".to_owned(),
            PlannedValue::fixed(format!("{name}-0")),
        ),
    ];
    if let Some(version) = service.version {
        attributes.push(("service.version".to_owned(), PlannedValue::fixed(version)));
    }
    for (key, value) in &service.attributes {
        if let Ok(scalar) = text::parse_scalar(value) {
            set_attribute(&mut attributes, key, PlannedValue::Value(scalar.to_value()));
        }
    }
    for (key, scalar) in &wishes.resource {
        set_attribute(&mut attributes, key, PlannedValue::Value(scalar.to_value()));
    }
    PlannedResource {
        name: format!("{}{name}", wishes.prefix),
        attributes,
    }
}

/// Sets an attribute, in place of the one of that key.
pub(super) fn set_attribute(attributes: &mut PlannedAttributes, key: &str, value: PlannedValue) {
    match attributes.iter_mut().find(|(known, _)| known == key) {
        Some((_, old)) => *old = value,
        None => attributes.push((key.to_owned(), value)),
    }
}

/// A span of a shape without anything that depends on choices.
pub(super) fn build_bare_span(span: &ScenarioSpan, parent: Option<usize>, service: usize) -> PlannedSpan {
    PlannedSpan {
        parent,
        service,
        kind: span.kind,
        name: span.name.clone(),
        own: span.own,
        gap: span.gap,
        parallel: span.parallel,
        attributes: Vec::new(),
        events: Vec::new(),
        links: Vec::new(),
        error: None,
    }
}
