//! Judgements: pure functions from facts to an outcome, one a file, in folders by hop.

pub mod certificates;
pub mod internal_tls;
pub mod listeners;
pub mod compose;
pub mod marker_state;

pub mod app;
pub mod collector;
pub mod dashboard;
pub mod generator;
pub mod grafana;
pub mod ingest;
pub mod prometheus;
pub mod query;
pub mod registry;
pub mod receiver;
pub mod remote_write;
pub mod storage;

pub use crate::evidence::{EvidenceView, installation, tempo_counters};
pub use registry::CHECKS;

use telemetry::model::{CheckOutcome, Fact, Hop};

/// One judgement: facts in, one outcome out.
pub struct Check {
    /// `hop.what`, stable for ever.
    pub id: &'static str,
    /// What is true when the check passes.
    pub title: &'static str,
    /// The facts the judgement may read, in groups; a test holds it to them.
    pub needs: &'static [&'static [Fact]],
    /// The judgement.
    pub judge: fn(&EvidenceView<'_>) -> CheckOutcome,
}

impl Check {
    /// The hop this check looks at, with which its id begins; a test holds every id to one.
    pub fn hop(&self) -> Hop {
        let name = self.id.split('.').next().unwrap_or_default();
        Hop::from_name(name).unwrap_or(Hop::App)
    }

    /// The facts the judgement may read.
    pub fn facts(&self) -> impl Iterator<Item = Fact> {
        self.needs.iter().copied().flatten().copied()
    }
}
