//! Running the checks that were asked for.

use crate::checks::{CHECKS, Check, View};
use crate::model::evidence::{Evidence, Request};
use crate::model::{Finding, Outcome};
use crate::parse::glob;

/// Which checks to run.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    only: Vec<String>,
    skip: Vec<String>,
}

impl Selection {
    /// The selection that was asked for.
    pub fn of(request: &Request) -> Self {
        Selection {
            only: request.only.clone(),
            skip: request.skip.clone(),
        }
    }

    /// True where the check is to be run.
    pub fn takes(&self, id: &str) -> bool {
        (self.only.is_empty() || self.only.iter().any(|pattern| glob::matches(pattern, id)))
            && !self.skip.iter().any(|pattern| glob::matches(pattern, id))
    }
}

/// A check and what it came to.
pub struct Judged {
    /// The check.
    pub check: &'static Check,
    /// Its outcome.
    pub outcome: Outcome,
}

impl Judged {
    /// The finding of a failed check.
    pub fn failure(&self) -> Option<&Finding> {
        match &self.outcome {
            Outcome::Fail(finding) => Some(finding),
            _ => None,
        }
    }
}

/// Runs every selected check on these facts. The order of the registry changes no outcome.
pub fn run(evidence: &Evidence, selection: &Selection) -> Vec<Judged> {
    CHECKS
        .iter()
        .filter(|check| selection.takes(check.id))
        .map(|check| Judged {
            check,
            outcome: judge(check, evidence),
        })
        .collect()
}

/// Runs one check.
pub fn judge(check: &Check, evidence: &Evidence) -> Outcome {
    (check.judge)(&View::new(evidence))
}
