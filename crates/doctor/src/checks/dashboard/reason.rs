//! Why a panel or a variable is empty.

use telemetry::model::{Confidence, EvidenceLine, Remedy};

/// How much a reason means for the verdict on a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReasonWeight {
    /// As it should be.
    Expected,
    /// Worth knowing: a component that does not run here, a range without data.
    Note,
    /// One explanation of several.
    Guess,
    /// The facts fit, and nothing better does.
    Likely,
    /// An answer names it.
    Certain,
}

/// One reason.
#[derive(Debug, Clone, PartialEq)]
pub struct EmptinessReason {
    /// A catalogue id, where there is a cause at all.
    pub cause: Option<&'static str>,
    /// How sure, and how much it means.
    pub weight: ReasonWeight,
    /// One sentence, without a full stop.
    pub text: String,
    /// What it rests on.
    pub evidence: Vec<EvidenceLine>,
    /// More exact than the catalogue's remedy.
    pub remedy: Option<Remedy>,
}

impl ReasonWeight {
    /// How sure a finding is that rests on such a reason.
    pub fn confidence(self) -> Confidence {
        match self {
            ReasonWeight::Certain => Confidence::Certain,
            ReasonWeight::Likely => Confidence::Likely,
            ReasonWeight::Guess | ReasonWeight::Note | ReasonWeight::Expected => Confidence::Possible,
        }
    }
}

impl EmptinessReason {
    /// The data source that is to be asked does not exist.
    pub fn is_about_missing_source(&self) -> bool {
        matches!(self.cause, Some("dash-unresolved-input" | "dash-uid-hardcoded"))
    }

    /// A reason of the catalogue.
    pub fn new(cause: &'static str, weight: ReasonWeight, text: impl Into<String>) -> Self {
        EmptinessReason {
            cause: Some(cause),
            weight,
            ..EmptinessReason::unknown(text)
        }
    }

    /// Rightly so: no cause.
    pub fn expected(text: impl Into<String>) -> Self {
        EmptinessReason {
            weight: ReasonWeight::Expected,
            ..EmptinessReason::unknown(text)
        }
    }

    /// Nothing explains it.
    pub fn unknown(text: impl Into<String>) -> Self {
        EmptinessReason {
            cause: None,
            weight: ReasonWeight::Guess,
            text: text.into(),
            evidence: Vec::new(),
            remedy: None,
        }
    }

    /// One more line of evidence.
    #[must_use]
    pub fn seen(mut self, source: impl Into<String>, name: impl Into<String>, value: impl ToString) -> Self {
        self.evidence.push(EvidenceLine::new(source, name, value));
        self
    }

    /// What to change, more exactly than the catalogue says.
    #[must_use]
    pub fn fix(mut self, text: impl Into<String>, config: Option<String>) -> Self {
        self.remedy = Some(Remedy {
            text: text.into(),
            config,
            ..Remedy::default()
        });
        self
    }
}
