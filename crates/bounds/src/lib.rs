//! Durations, moments and PromQL from numbers that others say, bounded to what a clock holds; reading with a limit.
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::disallowed_methods,
        reason = "the durations of tests are their own"
    )
)]

pub mod bounded_reads;
pub mod promql_durations;
pub mod time_bounds;
