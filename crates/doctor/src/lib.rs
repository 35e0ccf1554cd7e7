//! Judgement: what the evidence says about an installation, the checks, the catalogue of causes, the verdict. Pure: the same
//! evidence always gives the same report, so it can be saved and judged again.
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::disallowed_methods,
        reason = "the durations of tests are their own"
    )
)]

pub mod evidence;
pub mod causes;
pub mod checks;
pub mod diagnose;
