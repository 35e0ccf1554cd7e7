//! From evidence to a report: run the checks, mute symptoms behind their cause, name the break. Pure.
//!
//! May import: model, parse, causes, checks.

pub mod attribute;
pub mod judged;
pub mod report;
pub mod verdict;

pub use judged::{Judged, Selection};
pub use report::report;

use crate::model::Report;
use crate::model::evidence::Evidence;

/// The report on this evidence.
pub fn diagnose(evidence: &Evidence) -> Report {
    let judged = judged::run(evidence, &Selection::of(&evidence.request));
    report(evidence, &judged)
}
