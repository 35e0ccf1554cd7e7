//! Running the checks that were asked for.

use crate::checks::{CHECKS, Check, EvidenceView};
use telemetry::model::evidence::{DoctorRequest, Evidence, Fact, FactSet};
use telemetry::model::{CheckOutcome, Finding, Hop};
use telemetry::parse::glob;

use super::static_findings;

/// Which checks to run.
#[derive(Debug, Clone, Default)]
pub struct CheckSelection {
    only: Vec<String>,
    skip: Vec<String>,
}

impl CheckSelection {
    /// The selection that was asked for.
    pub fn from_request(request: &DoctorRequest) -> Self {
        CheckSelection {
            only: request.only.clone(),
            skip: request.skip.clone(),
        }
    }

    /// These alone.
    pub fn only(patterns: &[&str]) -> Self {
        CheckSelection {
            only: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
            skip: Vec::new(),
        }
    }

    /// True where the check is to be run.
    pub fn includes(&self, id: &str) -> bool {
        (self.only.is_empty() || self.only.iter().any(|pattern| glob::matches_glob(pattern, id)))
            && !self.skip.iter().any(|pattern| glob::matches_glob(pattern, id))
    }

    /// The facts that the selected checks may read.
    pub fn facts(&self) -> FactSet {
        let selected = CHECKS.iter().filter(|check| self.includes(check.id));
        selected
            .flat_map(|check| check.facts().chain(find_waited_fact(check)))
            .collect()
    }
}

/// Counters that tell of applications tell more the longer they are watched: where they are judged, the run is as long as
/// it is with every check, which is until the metrics made of the marker are there.
fn find_waited_fact(check: &Check) -> Option<Fact> {
    let counted = matches!(check.hop(), Hop::App | Hop::Collector | Hop::Ingest | Hop::Storage);
    (counted && check.facts().any(|fact| fact == Fact::Metrics)).then_some(Fact::Series)
}

/// A check and what it came to.
pub struct CheckResult {
    /// The check.
    pub check: &'static Check,
    /// Its outcome.
    pub outcome: CheckOutcome,
}

impl CheckResult {
    /// The finding of a failed check.
    pub fn failure(&self) -> Option<&Finding> {
        match &self.outcome {
            CheckOutcome::Fail(finding) => Some(finding),
            _ => None,
        }
    }
}

/// Runs every selected check on these facts; one that finds several things has a result for each. The order of the registry
/// changes no outcome.
pub fn run_checks(evidence: &Evidence, selection: &CheckSelection) -> Vec<CheckResult> {
    let mut judged: Vec<CheckResult> = CHECKS
        .iter()
        .filter(|check| selection.includes(check.id))
        .flat_map(|check| {
            let outcomes = (check.judge)(&EvidenceView::new(evidence)).split();
            outcomes.into_iter().map(move |outcome| CheckResult { check, outcome })
        })
        .collect();
    static_findings::merge_static_findings(&mut judged, &EvidenceView::new(evidence));
    judged
}
