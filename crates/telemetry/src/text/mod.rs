//! Words for people: numbers, counted things and lengths of time; and quoting, where a text becomes part of a command or a
//! query.
//!
//! May import: nothing.

pub mod duration;
pub mod number;
pub mod quote;

pub use number::{group_thousands, pluralize, pluralize_as};
pub use quote::quote_shell;
