//! Text in, vocabulary out: durations, addresses, headers, globs. Pure, and total: any text gives a value or says why not.
//!
//! May import: model.

pub mod duration;
pub mod endpoint;
pub mod glob;
pub mod header;
pub mod nearest;
pub mod rejected;

pub use endpoint::{Endpoint, Login};
pub use nearest::nearest;
pub use rejected::Rejected;
