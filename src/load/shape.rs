//! A shape: one way a scenario may go, every choice made. Only ids, times and fresh texts are still open.

use super::scenario::{Kind, Scenario, Span};
use super::spread::Spread;
use super::text::{self, Fresh, Part, Scalar};

/// One way a scenario may go.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The scenario's name.
    pub scenario: String,
    /// Who takes part.
    pub services: Vec<Resource>,
    /// Spans, parents before children; the first is the root.
    pub spans: Vec<ShapeSpan>,
    /// The fresh texts of a trace.
    pub fresh: Vec<Fresh>,
}

/// A service's resource.
#[derive(Debug, Clone)]
pub struct Resource {
    /// `service.name`
    pub name: String,
    /// Everything else.
    pub attributes: Attributes,
}

/// Keys and values.
pub type Attributes = Vec<(String, Value)>;

/// A value of which parts may be fresh.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(Vec<Piece>),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Bool(bool),
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Always the same.
    Fixed(String),
    /// Number of a fresh text in [`Shape::fresh`].
    Slot(usize),
}

impl Value {
    /// A text in which nothing is fresh.
    pub fn fixed(text: impl Into<String>) -> Self {
        Value::Text(vec![Piece::Fixed(text.into())])
    }
}

/// One span of a shape.
#[derive(Debug, Clone)]
pub struct ShapeSpan {
    /// Number of its parent; the root has none.
    pub parent: Option<usize>,
    /// Number of its service.
    pub service: usize,
    /// Kind.
    pub kind: Kind,
    /// Name.
    pub name: String,
    /// Time it spends itself.
    pub own: Spread,
    /// Time before it starts.
    pub gap: Spread,
    /// Its children start together.
    pub parallel: bool,
    /// Attributes.
    pub attributes: Attributes,
    /// Events.
    pub events: Vec<ShapeEvent>,
    /// Links.
    pub links: Vec<Link>,
    /// The description of its error, where it failed.
    pub error: Option<String>,
}

/// One event.
#[derive(Debug, Clone)]
pub struct ShapeEvent {
    /// Name.
    pub name: String,
    /// When, as a share of the span's duration.
    pub at: f64,
    /// Attributes.
    pub attributes: Attributes,
}

/// A link to another span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Number of the span.
    pub span: usize,
    /// That span of the trace of this shape before, not of this one.
    pub previous: bool,
}

/// What a person wants different about every scenario.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Before every service's name.
    pub prefix: String,
    /// Levels of spans.
    pub depth: Option<usize>,
    /// Services in a trace.
    pub services: Option<usize>,
    /// Attributes of every span.
    pub attributes: Vec<(String, Scalar)>,
    /// Attributes of every resource.
    pub resource: Vec<(String, Scalar)>,
}

/// What marks the resources of generated traces, so that nobody takes them for an application's.
pub const GENERATOR_ATTRIBUTE: &str = "tempoctl.generator";

impl Shape {
    /// How many times a trace of this shape has: start and end of each span, then its events.
    pub fn times(&self) -> usize {
        self.spans.len() * 2 + self.spans.iter().map(|span| span.events.len()).sum::<usize>()
    }

    /// The value with its fresh texts numbered.
    pub(super) fn value(&mut self, scalar: &Scalar, names: &mut Vec<(String, usize)>) -> Value {
        match scalar {
            Scalar::Int(number) => Value::Int(*number),
            Scalar::Float(number) => Value::Float(*number),
            Scalar::Bool(flag) => Value::Bool(*flag),
            Scalar::Text(parts) => Value::Text(
                parts
                    .iter()
                    .map(|part| match part {
                        Part::Fixed(text) => Piece::Fixed(text.clone()),
                        Part::Fresh(fresh, name) => Piece::Slot(self.slot(*fresh, name.as_deref(), names)),
                    })
                    .collect(),
            ),
        }
    }

    fn slot(&mut self, fresh: Fresh, name: Option<&str>, names: &mut Vec<(String, usize)>) -> usize {
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
pub(super) fn resource(name: &str, scenario: &Scenario, wishes: &Wishes) -> Resource {
    let service = scenario.services.get(name).cloned().unwrap_or_default();
    let mut attributes: Attributes = vec![
        (GENERATOR_ATTRIBUTE.to_owned(), Value::Bool(true)),
        (
            "telemetry.sdk.language".to_owned(),
            Value::fixed(service.language.as_deref().unwrap_or("go")),
        ),
        ("telemetry.sdk.name".to_owned(), Value::fixed("opentelemetry")),
        // The same in every run, so that repeated runs add no series.
        ("service.instance.id".to_owned(), Value::fixed(format!("{name}-0"))),
    ];
    if let Some(version) = service.version {
        attributes.push(("service.version".to_owned(), Value::fixed(version)));
    }
    for (key, value) in &service.attributes {
        if let Ok(scalar) = text::scalar(value) {
            set(&mut attributes, key, plain(&scalar));
        }
    }
    for (key, scalar) in &wishes.resource {
        set(&mut attributes, key, plain(scalar));
    }
    Resource {
        name: format!("{}{name}", wishes.prefix),
        attributes,
    }
}

/// A value in which nothing is fresh: resources are the same in every trace.
pub(super) fn plain(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Int(number) => Value::Int(*number),
        Scalar::Float(number) => Value::Float(*number),
        Scalar::Bool(flag) => Value::Bool(*flag),
        Scalar::Text(parts) => Value::fixed(
            parts
                .iter()
                .map(|part| match part {
                    Part::Fixed(text) => text.clone(),
                    Part::Fresh(fresh, _) => "0".repeat(fresh.len),
                })
                .collect::<String>(),
        ),
    }
}

/// Sets an attribute, in place of the one of that key.
pub(super) fn set(attributes: &mut Attributes, key: &str, value: Value) {
    match attributes.iter_mut().find(|(known, _)| known == key) {
        Some((_, old)) => *old = value,
        None => attributes.push((key.to_owned(), value)),
    }
}

/// A span of a shape without anything that depends on choices.
pub(super) fn bare(span: &Span, parent: Option<usize>, service: usize) -> ShapeSpan {
    ShapeSpan {
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
