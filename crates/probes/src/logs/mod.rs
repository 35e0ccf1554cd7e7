//! Logs: which there are, how each is opened, and what several of them say in the order of time.

pub mod discover;
pub mod docker_engine;
pub mod gather;
pub mod kubernetes;
pub mod merge;
pub mod open;

pub use merge::{LogEvent, LogMerge};
pub use open::{LogOpener, OpenedLogs};
