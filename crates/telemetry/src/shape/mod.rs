//! What a trace looks like: who called whom, where the time went, what repeats, what is odd; and how two traces differ.
//! Pure; works on the trace as it was reported and corrects nothing. Nothing here recurses: a trace may be a chain of a
//! hundred thousand spans.

mod critical;
mod diff;
mod notes;
mod rows;
mod tree;

pub use diff::compare_traces;
pub use rows::analyze_trace;
