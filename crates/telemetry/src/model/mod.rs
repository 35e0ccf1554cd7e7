//! The vocabulary every other layer speaks: hops, facts, outcomes, findings, the report.

pub mod app_env;
pub mod attributes;
pub mod catalogue;
pub mod check;
pub mod docker;
pub mod collector;
pub mod progress_event;
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
pub mod problem;
pub mod prometheus;
pub mod receiver_path;
pub mod red;
pub mod report;
pub mod search;
pub mod waterfall_layout;
pub mod send_report;
pub mod slot;
pub mod tempo;
pub mod trace;
pub mod trace_diff;
pub mod tempo_metrics;
pub mod time_window;

pub use tempoctl_bounds::{promql_durations, time_bounds};

pub use catalogue::{Cause, Remedy, Severity};
pub use check::{CheckOutcome, Confidence, EvidenceLine, Finding, FindingLevel, SkipReason};
pub use evidence::{Evidence, Fact};
pub use failure::{Failure, FailureKind};
pub use hop::{Branch, Hop};
pub use problem::Problem;
pub use progress_event::ProgressEvent;
pub use report::{DoctorReport, HopState, VerdictStatus};
pub use slot::Slot;
