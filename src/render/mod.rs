//! Finished data in, text out. Nothing here judges or asks; only the sink and the live view write.
//!
//! May import: model.

pub mod caret;
pub mod sanitize;
pub mod dashboard;
pub mod doctor;
pub mod error;
pub mod explain;
mod csv;
pub mod json;
pub mod live;
pub mod logs;
pub mod metrics;
pub mod pipeline;
pub mod search;
pub mod send;
pub mod send_line;
pub mod sink;
pub mod snippet;
pub mod style;
pub mod table;
pub mod waterfall;
pub mod wrap;

pub use live::LiveView;
pub use send_line::SendLine;
pub use sink::Sink;
pub use style::{Style, Tone};
