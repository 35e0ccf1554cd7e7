//! TraceQL as far as a client needs it: building a filter from flags, finding the comparisons in a query, and reading what
//! Tempo says about one that it does not take. Tempo alone decides what a query means.

mod build;
mod fixes;
mod problem;
mod scan;

pub use build::{Filters, quoted_value};
pub use fixes::{Fix, fixes};
pub use problem::{Problem, problem};
pub use scan::{Condition, Token, conditions, tokens};
