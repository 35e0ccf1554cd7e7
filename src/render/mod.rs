//! Finished data in, text out. Nothing here judges, asks or writes.
//!
//! May import: model.

pub mod doctor;
pub mod error;
pub mod explain;
pub mod live;
pub mod sink;
pub mod style;
pub mod wrap;

pub use style::Style;
