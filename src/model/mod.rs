//! The vocabulary every other layer speaks: hops, facts, outcomes, findings, the report.
//!
//! May import: nothing.

pub mod catalogue;
pub mod check;
pub mod event;
pub mod evidence;
pub mod failure;
pub mod hop;
pub mod marker;
pub mod prometheus;
pub mod report;
pub mod slot;
pub mod tempo;

pub use catalogue::{Cause, Remedy, Severity};
pub use check::{Confidence, EvidenceLine, Finding, Level, Outcome, Skip};
pub use event::Event;
pub use evidence::{Evidence, Fact};
pub use failure::{Failure, FailureKind};
pub use hop::{Branch, Hop};
pub use report::{HopState, Report, Status};
pub use slot::Slot;
