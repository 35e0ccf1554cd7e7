//! What a judgement comes to.

use serde::{Deserialize, Serialize};

use super::catalogue::Remedy;
use super::hop::Hop;

/// What a check came to.
#[derive(Debug, Clone, PartialEq)]
pub enum CheckOutcome {
    /// As it should be.
    Pass(String),
    /// Worth knowing; changes no verdict.
    Warn(Finding),
    /// The cause of a loss, or the loss itself.
    Fail(Finding),
    /// Not judged.
    Skip(SkipReason),
}

/// Why a check was not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// It does not concern this installation, or there is nothing for it to explain.
    NotApplicable(String),
    /// The facts it needs are not there: which, and why.
    NoEvidence(String),
    /// The hop is still waiting: a longer `--timeout` would decide it.
    Waiting(String),
}

impl SkipReason {
    /// The reason, for a person.
    pub fn reason(&self) -> &str {
        match self {
            SkipReason::NotApplicable(why) | SkipReason::NoEvidence(why) | SkipReason::Waiting(why) => why,
        }
    }
}

impl CheckOutcome {
    /// A pass with one sentence about it.
    pub fn pass(summary: impl Into<String>) -> Self {
        CheckOutcome::Pass(summary.into())
    }

    /// Not this installation's business.
    pub fn not_applicable(why: impl Into<String>) -> Self {
        CheckOutcome::Skip(SkipReason::NotApplicable(why.into()))
    }

    /// The facts are missing.
    pub fn no_evidence(why: impl Into<String>) -> Self {
        CheckOutcome::Skip(SkipReason::NoEvidence(why.into()))
    }

    /// One outcome for everything that a check found, failures first; `None` where it found nothing. Each becomes a result of
    /// its own.
    pub fn of_findings<T: Into<CheckOutcome>>(found: impl IntoIterator<Item = T>) -> Option<Self> {
        let mut all: Vec<CheckOutcome> = found.into_iter().map(Into::into).collect();
        all.sort_by_key(|outcome| !matches!(outcome, CheckOutcome::Fail(_)));
        let mut all = all.into_iter();
        let mut first = all.next()?;
        if let CheckOutcome::Fail(finding) | CheckOutcome::Warn(finding) = &mut first {
            finding.others.extend(all);
        }
        Some(first)
    }

    /// This outcome and what was found beside it, each by itself.
    pub fn split(mut self) -> Vec<CheckOutcome> {
        let others = match &mut self {
            CheckOutcome::Fail(finding) | CheckOutcome::Warn(finding) => std::mem::take(&mut finding.others),
            _ => Vec::new(),
        };
        std::iter::once(self).chain(others).collect()
    }
}

/// What a finding means for the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingLevel {
    /// It arrives, but something that users see is wrong.
    Degraded,
    /// The marker, or what it should cause, is lost; or a given target does not answer.
    Broken,
}

/// How sure the judgement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// One explanation of several.
    Possible,
    /// The evidence fits and nothing better does.
    Likely,
    /// An answer, a log or a counter without other traffic names it.
    Certain,
}

/// One fact as a person reads it: where it was seen, what, and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// `GET /api/v1/status/flags`
    pub source: String,
    /// `web.enable-remote-write-receiver`
    pub name: String,
    /// `false`
    pub value: String,
}

impl EvidenceLine {
    /// A line of evidence.
    pub fn new(source: impl Into<String>, name: impl Into<String>, value: impl ToString) -> Self {
        EvidenceLine {
            source: source.into(),
            name: name.into(),
            value: value.to_string(),
        }
    }
}

/// A cause with the evidence for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// A catalogue id.
    pub cause: &'static str,
    /// What it means for the verdict.
    pub level: FindingLevel,
    /// How sure.
    pub confidence: Confidence,
    /// One sentence.
    pub summary: String,
    /// What it rests on.
    pub evidence: Vec<EvidenceLine>,
    /// The hop it is charged to, where it is not the check's own.
    pub hop: Option<Hop>,
    /// More exact than the catalogue's remedy, where the evidence allows it.
    pub remedy: Option<Remedy>,
    /// What the check itself could say, where a log knew better: what follows from that follows from this.
    pub instead_of: Option<&'static str>,
    /// What the same check found beside it, by [`CheckOutcome::of_findings`].
    pub others: Vec<CheckOutcome>,
}

impl Finding {
    /// A finding without evidence yet.
    pub fn new(cause: &'static str, level: FindingLevel, confidence: Confidence, summary: impl Into<String>) -> Self {
        Finding {
            cause,
            level,
            confidence,
            summary: summary.into(),
            evidence: Vec::new(),
            hop: None,
            remedy: None,
            instead_of: None,
            others: Vec::new(),
        }
    }

    /// Broken, certain.
    pub fn broken(cause: &'static str, summary: impl Into<String>) -> Self {
        Finding::new(cause, FindingLevel::Broken, Confidence::Certain, summary)
    }

    /// Degraded, certain.
    pub fn degraded(cause: &'static str, summary: impl Into<String>) -> Self {
        Finding::new(cause, FindingLevel::Degraded, Confidence::Certain, summary)
    }

    /// The same finding, less sure.
    #[must_use]
    pub fn likely(mut self) -> Self {
        self.confidence = Confidence::Likely;
        self
    }

    /// The same finding, one of several explanations.
    #[must_use]
    pub fn possible(mut self) -> Self {
        self.confidence = Confidence::Possible;
        self
    }

    /// The same finding, less sure where it is not.
    #[must_use]
    pub fn likely_unless(self, sure: bool) -> Self {
        if sure { self } else { self.likely() }
    }

    /// The same finding with that confidence.
    #[must_use]
    pub fn with_confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// One more line of evidence.
    #[must_use]
    pub fn with_evidence(mut self, source: impl Into<String>, name: impl Into<String>, value: impl ToString) -> Self {
        self.evidence.push(EvidenceLine::new(source, name, value));
        self
    }

    /// More lines of evidence.
    #[must_use]
    pub fn with_evidence_lines(mut self, lines: impl IntoIterator<Item = EvidenceLine>) -> Self {
        self.evidence.extend(lines);
        self
    }

    /// Charged to another hop than the check's.
    #[must_use]
    pub fn at_hop(mut self, hop: Hop) -> Self {
        self.hop = Some(hop);
        self
    }

    /// A remedy that knows this installation.
    #[must_use]
    pub fn with_remedy(mut self, text: impl Into<String>) -> Self {
        self.remedy = Some(Remedy {
            text: text.into(),
            ..Remedy::default()
        });
        self
    }

    /// The configuration to paste for that remedy.
    #[must_use]
    pub fn with_config(mut self, config: impl Into<String>) -> Self {
        self.remedy.get_or_insert_default().config = Some(config.into());
        self
    }

    /// The command to paste for that remedy.
    #[must_use]
    pub fn with_command(mut self, command: impl Into<String>) -> Self {
        self.remedy.get_or_insert_default().command = Some(command.into());
        self
    }
}

impl From<Finding> for CheckOutcome {
    fn from(finding: Finding) -> Self {
        CheckOutcome::Fail(finding)
    }
}
