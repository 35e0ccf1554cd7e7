//! Why a text is not what it should be. The caller knows where the text came from and adds the place.

/// A text that was refused. It never repeats a credential that stood in the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What is wrong, as a fragment: `'localhost:99999' has no valid port (1 to 65535)`.
    pub message: String,
    /// A text that would do in its place, where one can be told.
    pub suggestion: Option<String>,
}

impl ParseError {
    /// Refused, with nothing to offer in its place.
    pub fn new(message: impl Into<String>) -> Self {
        ParseError {
            message: message.into(),
            suggestion: None,
        }
    }

    /// The same, with a text that would do.
    #[must_use]
    pub fn with_suggestion(mut self, text: impl Into<String>) -> Self {
        self.suggestion = Some(text.into());
        self
    }
}

/// A text as an error may quote it: one line, no control characters, not endless.
pub fn quote_text(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut shown: String = text
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .take(LONGEST)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("'{shown}'")
}
