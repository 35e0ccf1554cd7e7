//! Logs: where one line ends and an entry begins, what an entry says of itself, which entries are alike, and which are
//! known. Everything here takes any bytes: a line that nobody understands is still a line.

pub mod splitter;
pub mod escape;
pub mod fields;
pub mod filter;
pub mod fold;
pub mod frames;
pub mod header;
pub mod journal;
pub mod json;
pub mod display;
pub mod logfmt;
pub mod mask;
pub mod component;
pub mod fingerprint;
pub mod signatures;
pub mod source;
pub mod timestamp;
pub mod templates;

pub use filter::LogFilter;
pub use fold::{FoldedEntry, LogFold};
pub use header::{ByteSpan, LineFormat, LineHeader};
pub use source::LogSource;
pub use splitter::{EntrySplitter, LogRecord};
