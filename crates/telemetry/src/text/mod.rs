//! Words for people: numbers, counted things and lengths of time; and quoting, where a text becomes part of a command or a
//! query.
//!
//! May import: nothing.

pub mod duration;
pub mod number;
pub mod quote;

pub use number::{group_thousands, pluralize, pluralize_as};
pub use quote::quote_shell;

/// `a`, `a and b`, `a, b and c`
pub fn join_words(words: &[impl AsRef<str>]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        Some((last, _)) => (*last).to_owned(),
        None => String::new(),
    }
}
