//! Finished data in, text out. Nothing here judges or asks; only the sink and the live view write.
//!
//! May import: model.

pub mod clean;
pub mod doctor;
pub mod error;
pub mod explain;
pub mod live;
pub mod pipeline;
pub mod sink;
pub mod style;
pub mod time;
pub mod wrap;

pub use live::LiveView;
pub use sink::Sink;
pub use style::{Style, Tone};
