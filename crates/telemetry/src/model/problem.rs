//! What keeps a run from doing what was asked.

/// What is wrong, and what to try. A message may have several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// What to try, a piece a line.
    pub advice: Vec<String>,
}

impl Problem {
    /// A problem without advice.
    pub fn new(message: impl Into<String>) -> Problem {
        Problem {
            message: message.into(),
            advice: Vec::new(),
        }
    }

    /// The same with one more thing to try.
    #[must_use]
    pub fn advising(mut self, advice: impl Into<String>) -> Problem {
        self.advice.push(advice.into());
        self
    }

    /// The same with more to try.
    #[must_use]
    pub fn advising_all<T: Into<String>>(mut self, advice: impl IntoIterator<Item = T>) -> Problem {
        self.advice.extend(advice.into_iter().map(Into::into));
        self
    }
}
