//! One file per subcommand: its arguments and a short sequence of calls; no parsing, no formatting.

mod child;
pub mod check;
pub mod completions;
pub mod compose;
pub mod config;
pub mod dashboard;
pub mod doctor;
pub mod explain;
#[cfg_attr(not(feature = "lab"), path = "lab_left_out.rs")]
pub mod lab;
pub mod logs;
pub mod man;
pub mod metrics;
mod proxy_error;
mod query_refusal;
pub(crate) mod pager;
pub mod range_args;
pub mod search;
pub mod send;
pub mod snippet;
mod identify;
mod values;
