//! Durations, moments and PromQL from numbers that others say, bounded to what a clock holds.
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::disallowed_methods,
        reason = "the durations of tests are their own"
    )
)]

pub mod promql_durations;
pub mod time_bounds;
