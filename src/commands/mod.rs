//! One file per subcommand: its arguments and a short sequence of calls; no parsing, no formatting.
//!
//! May import: all.

pub mod lab;
