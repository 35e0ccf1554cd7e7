//! Text in, model out. Nothing here touches the network, and nothing here panics on what a server says.
//!
//! May import: model.

pub mod exposition;
pub mod prometheus;
pub mod tempo;
pub mod tempo_config;
pub mod trace;
