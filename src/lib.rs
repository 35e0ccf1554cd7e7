//! tempoctl: finds the hop where a Grafana Tempo pipeline loses traces, says why and what to change.
//!
//! The modules stand in the order in which data passes them.
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::disallowed_methods,
        reason = "the durations of tests are their own"
    )
)]

pub mod cli;
pub mod exit;
mod panics;
mod signal;
mod app;
mod command_error;
pub mod commands;
pub mod render;
pub mod snippets;

pub use app::App;
pub use cli::{Io, run};
pub use command_error::CommandError;
pub use exit::Exit;
pub use panics::watch_panics;
pub use signal::watch_signals;
#[cfg(feature = "lab")]
pub use tempoctl_lab as lab;
