//! One file per subcommand: its arguments and a short sequence of calls; no parsing, no formatting.
//!
//! May import: all.

pub mod completions;
pub mod config;
pub mod doctor;
pub mod explain;
pub mod lab;
pub mod man;
