//! The hop `storage`, as far as it is visible from outside: are blocks flushed, and is the block list polled?

pub mod compose_volume;
pub mod blocklist;
pub mod flush;
