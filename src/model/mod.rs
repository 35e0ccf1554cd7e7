//! The vocabulary every other layer speaks: hops, facts, outcomes, findings, the report.
//!
//! May import: nothing.

pub mod app_env;
pub mod catalogue;
pub mod check;
pub mod docker;
pub mod collector;
pub mod event;
pub mod compose;
pub mod dashboard;
pub mod dashboard_report;
pub mod evidence;
pub mod failure;
pub mod grafana;
pub mod health;
pub mod hop;
pub mod ids;
pub mod judged;
pub mod latencies;
pub mod logs;
pub mod marker;
pub mod plot;
pub mod prometheus;
pub mod promql_durations;
pub mod red;
pub mod report;
pub mod search;
pub mod shape;
pub mod sending;
pub mod slot;
pub mod tempo;
pub mod trace;
pub mod trace_diff;
pub mod tempo_metrics;
pub mod time_bounds;
pub mod window;

pub use catalogue::{Cause, Remedy, Severity};
pub use check::{Confidence, EvidenceLine, Finding, Level, Outcome, Skip};
pub use event::Event;
pub use evidence::{Evidence, Fact};
pub use failure::{Failure, FailureKind};
pub use hop::{Branch, Hop};
pub use report::{HopState, Report, Status};
pub use slot::Slot;
