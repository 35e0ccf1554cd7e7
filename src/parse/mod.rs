//! Text in, vocabulary out: what people write (durations, addresses, headers, globs) and what servers answer. Pure, and
//! total: any text gives a value or says why not.
//!
//! May import: model.

pub mod duration;
pub mod endpoint;
pub mod exposition;
pub mod glob;
pub mod header;
pub mod nearest;
pub mod otlp;
pub mod prometheus;
pub mod rejected;
pub mod tempo;
pub mod tempo_config;
pub mod trace;

pub use endpoint::{Endpoint, Login};
pub use nearest::nearest;
pub use rejected::Rejected;
