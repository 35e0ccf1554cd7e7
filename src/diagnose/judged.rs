//! Running the checks that were asked for.

use crate::checks::{CHECKS, Check, View};
use crate::model::evidence::{Evidence, Fact, Facts, Request};
use crate::model::{Finding, Hop, Outcome};
use crate::parse::glob;

use super::files;

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

    /// The facts that the selected checks may read.
    pub fn facts(&self) -> Facts {
        let selected = CHECKS.iter().filter(|check| self.takes(check.id));
        selected
            .flat_map(|check| check.facts().chain(over_time(check)))
            .collect()
    }
}

/// Counters that tell of applications tell more the longer they are watched: where they are judged, the run is as long as
/// it is with every check, which is until the metrics made of the marker are there.
fn over_time(check: &Check) -> Option<Fact> {
    let counted = matches!(check.hop, Hop::App | Hop::Collector | Hop::Ingest | Hop::Storage);
    (counted && check.facts().any(|fact| fact == Fact::Metrics)).then_some(Fact::Series)
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
    let mut judged: Vec<Judged> = CHECKS
        .iter()
        .filter(|check| selection.takes(check.id))
        .map(|check| Judged {
            check,
            outcome: judge(check, evidence),
        })
        .collect();
    files::weigh(&mut judged, &View::new(evidence));
    judged
}

/// Runs one check.
pub fn judge(check: &Check, evidence: &Evidence) -> Outcome {
    (check.judge)(&View::new(evidence))
}
