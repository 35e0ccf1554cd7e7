//! Finished data in, text out. Nothing here judges, asks or writes.
//!
//! May import: model.

pub mod explain;
pub mod style;
pub mod wrap;

pub use style::Style;
