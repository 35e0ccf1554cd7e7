//! W3C trace context: `traceparent` and `tracestate` (w3.org/TR/trace-context).

use super::rng::{decode_hex, encode_hex};

/// A context that came from outside, or is handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace.
    pub trace_id: [u8; 16],
    /// The span that is the parent.
    pub span_id: [u8; 8],
    /// Trace flags; the lowest bit is *sampled*.
    pub flags: u8,
    /// `tracestate`, as it came.
    pub state: String,
}

impl TraceContext {
    /// Reads `traceparent`; a version above 00 may have more fields, which are not read.
    pub fn parse(parent: &str, state: &str) -> Result<TraceContext, String> {
        let wrong = |why: &str| Err(format!("'{parent}' is not a traceparent: {why}"));
        let fields: Vec<&str> = parent.trim().split('-').collect();
        let [version, trace, span, flags, more @ ..] = fields.as_slice() else {
            return wrong("it must have four fields, 00-TRACE-SPAN-FLAGS");
        };
        let lower = |text: &str, len: usize| {
            text.len() == len
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        };
        if !lower(version, 2) || *version == "ff" || *version == "00" && !more.is_empty() {
            return wrong("its version is unknown");
        }
        if !lower(trace, 32) || !lower(span, 16) || !lower(flags, 2) {
            return wrong("its fields must be 32, 16 and 2 lower-case hex digits");
        }
        let bytes = |text: &str| decode_hex(text).unwrap_or_default();
        let (Ok(trace_id), Ok(span_id)) = (bytes(trace).try_into(), bytes(span).try_into()) else {
            return wrong("its ids are invalid");
        };
        if trace_id == [0; 16] || span_id == [0; 8] {
            return wrong("an id must not be all zeros");
        }
        Ok(TraceContext {
            trace_id,
            span_id,
            flags: bytes(flags).first().copied().unwrap_or(0),
            state: state.trim().to_owned(),
        })
    }

    /// The sender of this context keeps its trace.
    pub fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }

    /// `00-TRACE-SPAN-FLAGS`
    pub fn traceparent(&self) -> String {
        format!(
            "00-{}-{}-{:02x}",
            encode_hex(&self.trace_id),
            encode_hex(&self.span_id),
            self.flags
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_context_is_read_and_written() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let context = TraceContext::parse(text, "a=b").expect("a context");
        assert!(context.is_sampled());
        assert_eq!((context.traceparent().as_str(), context.state.as_str()), (text, "a=b"));
        let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more";
        assert!(!TraceContext::parse(later, "").expect("a later version").is_sampled());
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ] {
            assert!(TraceContext::parse(text, "").is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,80}") {
            let _ = TraceContext::parse(&text, "");
        }
    }
}
