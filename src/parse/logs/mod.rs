//! Logs: where one line ends and an entry begins, what an entry says of itself, which entries are alike, and which are
//! known. Everything here takes any bytes: a line that nobody understands is still a line.

pub mod cursor;
pub mod escape;
pub mod fields;
pub mod filter;
pub mod fold;
pub mod frames;
pub mod head;
pub mod journal;
pub mod json;
pub mod line;
pub mod logfmt;
pub mod mask;
pub mod part;
pub mod shape;
pub mod signatures;
pub mod source;
pub mod stamp;
pub mod templates;

pub use cursor::{Cursor, Entry};
pub use filter::Filter;
pub use fold::{Fold, Taken};
pub use head::{Format, Head, Span};
pub use source::Source;
