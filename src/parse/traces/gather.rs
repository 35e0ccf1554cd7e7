//! Where spans of any form are put together into traces; texts that repeat are kept once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::trace::{Attribute, Resource, Scope, Span, Text, Trace, TraceId, find};

/// Texts that are remembered at most, and how long one may be: what repeats is short.
const MOST: usize = 200_000;
const LONGEST: usize = 256;

/// Texts, each kept once.
#[derive(Default)]
pub(super) struct Interner {
    known: HashSet<Text>,
}

impl Interner {
    pub(super) fn text(&mut self, text: &str) -> Text {
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        let new: Text = Arc::from(text);
        if text.len() <= LONGEST && self.known.len() < MOST {
            self.known.insert(Arc::clone(&new));
        }
        new
    }
}

/// Spans of one or many traces, while they are read.
#[derive(Default)]
pub(super) struct Gather {
    pub(super) texts: Interner,
    traces: Vec<Trace>,
    at: HashMap<TraceId, usize>,
    last: usize,
    partial: Option<String>,
}

impl Gather {
    pub(super) fn span(&mut self, trace_id: TraceId, span: Span) {
        let same = self.traces.get(self.last).is_some_and(|trace| trace.id == trace_id);
        if !same {
            self.last = *self.at.entry(trace_id).or_insert_with(|| {
                self.traces.push(Trace {
                    id: trace_id,
                    ..Trace::default()
                });
                self.traces.len() - 1
            });
        }
        if let Some(trace) = self.traces.get_mut(self.last) {
            trace.spans.push(span);
        }
    }

    /// What the server said about what is missing.
    pub(super) fn partial(&mut self, message: &str) {
        let message = if message.is_empty() { "partial" } else { message };
        self.partial = Some(message.to_owned());
    }

    pub(super) fn resource(&mut self, attributes: Box<[Attribute]>, dropped: u32, schema_url: &str) -> Arc<Resource> {
        let service = find(&attributes, "service.name")
            .map(ToString::to_string)
            .unwrap_or_default();
        let service = self.texts.text(&service);
        Arc::new(Resource {
            service,
            attributes,
            dropped_attributes: dropped,
            schema_url: self.texts.text(schema_url),
        })
    }

    pub(super) fn scope(
        &mut self,
        name: &str,
        version: &str,
        attributes: Box<[Attribute]>,
        schema: &str,
    ) -> Arc<Scope> {
        Arc::new(Scope {
            name: self.texts.text(name),
            version: self.texts.text(version),
            attributes,
            schema_url: self.texts.text(schema),
        })
    }

    pub(super) fn finish(mut self) -> Vec<Trace> {
        for trace in &mut self.traces {
            trace.partial.clone_from(&self.partial);
            trace.spans.shrink_to_fit();
        }
        self.traces
    }
}
