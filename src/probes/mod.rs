//! Questions to the network, and their answers as facts. Probes never judge; not reaching something is a fact.
//!
//! May import: model, parse, load, config, clients.

pub mod app_env;
pub mod applications;
pub mod behind;
pub mod board;
pub mod clock;
pub mod collector;
pub mod gather;
pub mod follow;
pub mod compose;
pub mod dashboard;
pub mod grafana;
pub mod grafana_read;
pub mod logs;
pub mod metrics;
pub mod pace;
pub mod progress;
pub mod prometheus;
pub mod push;
pub mod read_back;
pub mod reader;
pub mod scrape;
pub mod search;
pub mod sending;
pub mod series;
pub mod setup;
pub mod stopped;
pub mod straight;
pub mod stranger;
pub mod tempo;
pub mod trace;
pub mod tenants;
pub mod through;
pub mod via_grafana;
pub mod write;

pub use board::Board;
pub use gather::gather;
pub use setup::Setup;
