//! What is wrong with the settings: every error with its place and the way out, all of them at once.

use std::fmt;

use telemetry::parse::ParseError;

use super::origin::Origin;

/// One thing wrong with what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// Where: `--otlp-endpoint`, `TEMPO_URL`, `/home/me/.config/tempoctl/config.toml:12: tempo_url`.
    pub place: String,
    /// What, as a fragment.
    pub message: String,
    /// What to give instead, to paste.
    pub advice: Option<String>,
}

impl ConfigError {
    /// An error without advice.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        ConfigError {
            place: place.into(),
            message: message.into(),
            advice: None,
        }
    }

    /// The same error with something to paste.
    #[must_use]
    pub fn advising(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// A refused text at its place; `example` is what would do where the parser has nothing better.
    pub fn rejected(origin: &Origin, refused: &ParseError, example: &str) -> Self {
        let value = refused.suggestion.as_deref().unwrap_or(example);
        ConfigError::new(origin.place(), &refused.message).advising(origin.assigning(value))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}: {}", self.place, self.message)?;
        match &self.advice {
            Some(advice) => write!(f, "\n  try: {advice}"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong, at least one thing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        ConfigErrors(vec![error])
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            write!(f, "{newline}{error}")?;
        }
        Ok(())
    }
}

/// Something that was set and did not count, and why. Not an error: SDKs ignore it likewise, or safety wants it so.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ConfigNote {
    /// Where, as in an error.
    pub place: String,
    /// What became of it, as a fragment.
    pub message: String,
    /// Safety wants it so: a person who counts on it has to be told, whatever else is folded.
    #[serde(skip)]
    pub held_back: bool,
}

impl ConfigNote {
    /// A note about what stands at `place`.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        ConfigNote {
            place: place.into(),
            message: message.into(),
            held_back: false,
        }
    }

    /// A note that a file in the working directory got less than it asks for.
    pub(super) fn held_back(place: impl Into<String>, message: impl Into<String>) -> Self {
        ConfigNote {
            held_back: true,
            ..ConfigNote::new(place, message)
        }
    }
}

impl fmt::Display for ConfigNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "note: {}: {}", self.place, self.message)
    }
}
