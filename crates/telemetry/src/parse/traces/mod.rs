//! Traces in every form in which they come: OTLP JSON, Tempo's v1 and v2 JSON, Jaeger UI's JSON, OTLP protobuf.

mod builder;
mod jaeger;
mod otlp_json;
mod protobuf;
mod otlp_json_messages;

use crate::model::trace::Trace;

use super::parse_error::ParseError;

/// For what the user gave.
pub const UNLIMITED: u64 = u64::MAX;

/// Which form a text had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceForm {
    /// `{"resourceSpans": […]}`, one document or one a line.
    OtlpJson,
    /// `{"batches": […]}`, as `/api/traces` answers.
    TempoV1,
    /// `{"trace": {…}}`, as `/api/v2/traces` answers.
    TempoV2,
    /// `{"data": [{"spans": …}]}`, as Jaeger's UI saves and its API answers.
    Jaeger,
    /// `TracesData`, or what Tempo answers in protobuf.
    Protobuf,
}

/// The traces in these bytes, in the order of their first span, and the form they had. An answer for an unknown id holds
/// none.
pub fn parse_traces(bytes: &[u8]) -> Result<(Vec<Trace>, TraceForm), ParseError> {
    let text = bytes.trim_ascii_start();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    match text.first() {
        None => Err(ParseError::new("it is empty")),
        Some(b'{' | b'[') => parse_json_traces(text),
        // The answer of `/api/v2/traces` cannot be told from a bare trace by its first byte: both are tried.
        Some(_) => parse_v2_protobuf(bytes, &mut { UNLIMITED })
            .or_else(|_| parse_v1_protobuf(bytes, &mut { UNLIMITED }))
            .map(|traces| (traces, TraceForm::Protobuf))
            .map_err(|_| {
                ParseError::new("it is neither JSON nor an OTLP message")
                    .with_suggestion("a file written by tempoctl search --save")
            }),
    }
}

/// Traces that are to be sent again, from JSON of any form. What cannot be read as it stands there is refused, by its place.
pub fn parse_recording(text: &str) -> Result<Vec<Trace>, ParseError> {
    let mut gather = builder::TraceBuilder::default();
    otlp_json::add_json_documents(text.as_bytes(), &mut gather)?;
    if let Some(rejected) = gather.rejected {
        return Err(ParseError::new(rejected));
    }
    match gather.finish() {
        traces if traces.is_empty() => Err(ParseError::new("contains no spans")),
        traces => Ok(traces),
    }
}

/// JSON of any form.
pub fn parse_json_traces(text: &[u8]) -> Result<(Vec<Trace>, TraceForm), ParseError> {
    let mut gather = builder::TraceBuilder::default();
    let form = otlp_json::add_json_documents(text, &mut gather)?;
    Ok((gather.finish(), form))
}

/// The protobuf answer of `/api/v2/traces/{id}`. It takes of `memory`, in bytes, from above; 0 is left where that was too little.
pub fn parse_v2_protobuf(bytes: &[u8], memory: &mut u64) -> Result<Vec<Trace>, ParseError> {
    gather_within(memory, |gather| protobuf::add_trace_by_id(bytes, gather))
}

/// The protobuf answer of `/api/traces/{id}`, which is OTLP's `TracesData`; as [`parse_v2_protobuf`].
pub fn parse_v1_protobuf(bytes: &[u8], memory: &mut u64) -> Result<Vec<Trace>, ParseError> {
    gather_within(memory, |gather| protobuf::add_trace(bytes, gather))
}

fn gather_within(
    memory: &mut u64,
    add: impl FnOnce(&mut builder::TraceBuilder) -> Result<(), ParseError>,
) -> Result<Vec<Trace>, ParseError> {
    let mut gather = builder::TraceBuilder::default();
    gather.memory = *memory;
    let added = add(&mut gather);
    *memory = gather.memory;
    added.map(|()| gather.finish())
}

#[cfg(test)]
mod tests;
