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

pub use human::human;
pub use json::{json, jsonl};
pub use junit::junit;
pub use lists::{checks, saved};
pub use markdown::markdown;
pub use short::short;
