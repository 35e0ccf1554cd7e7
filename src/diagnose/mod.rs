//! From evidence to a report: run the checks, mute symptoms behind their cause, name the break. Pure.
//!
//! May import: model, parse, causes, checks.

pub mod absence;
pub mod accounts;
pub mod attribute;
pub mod files;
pub mod dashboard;
pub mod empty;
pub mod health;
pub mod judged;
pub mod report;
mod told;
pub mod verdict;

pub use judged::{Judged, Selection};
pub use report::report;

use crate::model::Report;
use crate::model::evidence::Evidence;

/// The report on this evidence.
pub fn diagnose(evidence: &Evidence) -> Report {
    let mut judged = judged::run(evidence, &Selection::of(&evidence.request));
    told::told(evidence, &mut judged);
    report(evidence, &judged)
}
