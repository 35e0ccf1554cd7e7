//! The report of `doctor`, in every format. All of them are made from the same report and say the same.

mod answer;
mod cause;
mod checks;
mod closing;
mod fix;
mod human;
mod json;
mod junit;
mod lists;
mod markdown;
mod short;
mod stops;

/// One cause as a block, for commands that name one without a whole report.
pub(crate) fn cause_block(
    cause: &crate::model::report::ReportCause,
    style: crate::render::style::Style,
) -> Vec<String> {
    cause::block(cause, style, false)
}

pub(in crate::render) use fix::human as remedy;
pub use human::{frame, human};
pub use json::{json, jsonl};
pub use junit::junit;
pub use lists::{checks, checks_json, saved};
pub use markdown::markdown;
pub use short::short;
