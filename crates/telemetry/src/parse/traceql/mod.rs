//! TraceQL as far as a client needs it: building a filter from flags, finding the comparisons in a query, and reading what
//! Tempo says about one that it does not take. Tempo alone decides what a query means.

mod build;
mod fixes;
mod leave_one_out;
mod problem;
mod scan;

pub use build::FilterFlags;
pub use fixes::{QueryFix, suggest_fixes, suggest_metrics_query};
pub use leave_one_out::{ReducedQuery, drop_each_condition};
pub use problem::{TraceqlProblem, parse_problem};
pub use scan::{TraceqlCondition, TraceqlToken, find_conditions, scan_tokens};
