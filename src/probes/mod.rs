//! Questions to the network, and their answers as facts. Probes never judge; not reaching something is a fact.
//!
//! May import: model, parse, config, clients.

pub mod applications;
pub mod board;
pub mod clock;
pub mod gather;
pub mod pace;
pub mod prometheus;
pub mod push;
pub mod read_back;
pub mod scrape;
pub mod series;
pub mod setup;
pub mod tempo;
pub mod write;

pub use board::Board;
pub use gather::gather;
pub use setup::Setup;
