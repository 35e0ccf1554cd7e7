//! Where spans of any form are put together into traces; texts that repeat are kept once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::trace::{Attribute, SharedText, SpanResource, SpanScope, Trace, TraceId, TraceSpan, find_attribute};
use crate::parse::parse_error::ParseError;

/// Texts that are remembered at most, and how long one may be: what repeats is short.
const MOST: usize = 200_000;
const LONGEST: usize = 256;

/// Texts, each kept once.
#[derive(Default)]
pub(super) struct Interner {
    known: HashSet<SharedText>,
}

impl Interner {
    pub(super) fn intern(&mut self, text: &str) -> SharedText {
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        let new: SharedText = Arc::from(text);
        if text.len() <= LONGEST && self.known.len() < MOST {
            self.known.insert(Arc::clone(&new));
        }
        new
    }
}

/// Spans of one or many traces, while they are read.
pub(super) struct TraceBuilder {
    /// Bytes of memory that are left; 0 once something needed more.
    pub(super) memory: u64,
    pub(super) texts: Interner,
    /// Document, resource spans, scope spans and span that are being read, counted from 0.
    pub(super) place: [usize; 4],
    /// The first value that could not be read as what it should be, and was left out.
    pub(super) rejected: Option<String>,
    traces: Vec<Trace>,
    at: HashMap<TraceId, usize>,
    last: usize,
    partial: Option<String>,
}

impl Default for TraceBuilder {
    fn default() -> Self {
        TraceBuilder {
            memory: u64::MAX,
            texts: Interner::default(),
            place: [0; 4],
            rejected: None,
            traces: Vec::new(),
            at: HashMap::new(),
            last: 0,
            partial: None,
        }
    }
}

impl TraceBuilder {
    /// Takes memory for something that is about to be read.
    pub(super) fn take_memory(&mut self, needed: u64) -> Result<(), ParseError> {
        match self.memory.checked_sub(needed) {
            Some(left) if left > 0 => {
                self.memory = left;
                Ok(())
            }
            _ => {
                self.memory = 0;
                Err(ParseError::new("its spans take more memory than is allowed"))
            }
        }
    }

    pub(super) fn add_span(&mut self, trace_id: TraceId, span: TraceSpan) {
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

    /// Remembers what could not be read in the span that is being read.
    pub(super) fn reject(&mut self, field: &str, why: &str) {
        let [document, group, scope, span] = self.place;
        self.rejected.get_or_insert_with(|| {
            format!(
                "document {}, resourceSpans[{group}].scopeSpans[{scope}].spans[{span}].{field} {why}",
                document + 1
            )
        });
    }

    /// What the server said about what is missing.
    pub(super) fn mark_partial(&mut self, message: &str) {
        let message = if message.is_empty() { "partial" } else { message };
        self.partial = Some(message.to_owned());
    }

    pub(super) fn build_resource(
        &mut self,
        attributes: Box<[Attribute]>,
        dropped: u32,
        schema_url: &str,
    ) -> Arc<SpanResource> {
        let service = find_attribute(&attributes, "service.name")
            .map(ToString::to_string)
            .unwrap_or_default();
        let service = self.texts.intern(&service);
        Arc::new(SpanResource {
            service,
            attributes,
            dropped_attributes: dropped,
            schema_url: self.texts.intern(schema_url),
        })
    }

    pub(super) fn build_scope(
        &mut self,
        name: &str,
        version: &str,
        attributes: Box<[Attribute]>,
        schema: &str,
    ) -> Arc<SpanScope> {
        Arc::new(SpanScope {
            name: self.texts.intern(name),
            version: self.texts.intern(version),
            attributes,
            schema_url: self.texts.intern(schema),
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
