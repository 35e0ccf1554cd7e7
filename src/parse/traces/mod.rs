//! Traces in every form in which they come: OTLP JSON, Tempo's v1 and v2 JSON, Jaeger UI's JSON, OTLP protobuf.

mod gather;
mod jaeger;
mod otlp_json;
mod protobuf;
mod wire;

use crate::model::trace::Trace;

use super::rejected::Rejected;

/// Which form a text had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
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
pub fn read(bytes: &[u8]) -> Result<(Vec<Trace>, Form), Rejected> {
    let text = bytes.trim_ascii_start();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    match text.first() {
        None => Err(Rejected::new("it is empty")),
        Some(b'{' | b'[') => json(text),
        // The answer of `/api/v2/traces` cannot be told from a bare trace by its first byte: both are tried.
        Some(_) => protobuf::trace_by_id(bytes)
            .or_else(|_| protobuf::traces_data(bytes))
            .map(|traces| (traces, Form::Protobuf))
            .map_err(|_| {
                Rejected::new("it is neither JSON nor an OTLP message")
                    .suggesting("a file written by tempoctl search --save")
            }),
    }
}

/// JSON of any form.
pub fn json(text: &[u8]) -> Result<(Vec<Trace>, Form), Rejected> {
    let mut gather = gather::Gather::default();
    let form = otlp_json::read(text, &mut gather)?;
    Ok((gather.finish(), form))
}

/// The protobuf answer of `/api/v2/traces/{id}`.
pub fn v2_protobuf(bytes: &[u8]) -> Result<Vec<Trace>, Rejected> {
    protobuf::trace_by_id(bytes)
}

/// The protobuf answer of `/api/traces/{id}`, which is OTLP's `TracesData`.
pub fn v1_protobuf(bytes: &[u8]) -> Result<Vec<Trace>, Rejected> {
    protobuf::traces_data(bytes)
}

#[cfg(test)]
mod tests;
