//! The servers of a stack: their addresses and credentials with where each came from, and one client per server.
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::disallowed_methods,
        reason = "the durations of tests are their own"
    )
)]

pub mod config;
pub mod clients;
