//! A path and its parameters as they go into a request.

use std::fmt::{Display, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// What stands for itself in a segment of a path and in a parameter (RFC 3986 §2.3, and the parentheses of queries, which
/// are easier to read so).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'(')
    .remove(b')');

/// A text as a segment of a path.
pub(super) fn encode_segment(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, UNRESERVED)
}

/// A path with parameters; their values are encoded.
pub(super) struct RequestPath(String);

impl RequestPath {
    pub(super) fn new(path: impl Into<String>) -> Self {
        RequestPath(path.into())
    }

    pub(super) fn with(mut self, name: &str, value: impl Display) -> Self {
        let mark = if self.0.contains('?') { '&' } else { '?' };
        // Writing to a text does not fail.
        let _ = write!(self.0, "{mark}{name}={}", encode_segment(&value.to_string()));
        self
    }

    pub(super) fn with_some(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
