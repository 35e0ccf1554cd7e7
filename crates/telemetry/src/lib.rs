//! What tempoctl knows without asking anyone: its data types, the texts that people and servers write, traces and the load
//! made of them. No I/O, no clock, no server.
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::disallowed_methods,
        reason = "the durations of tests are their own"
    )
)]

pub mod text;
pub mod model;
pub mod parse;
pub mod load;
pub mod shape;
