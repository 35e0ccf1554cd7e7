//! One file per subcommand: its arguments and a short sequence.
//!
//! May import: all.

pub mod config;
