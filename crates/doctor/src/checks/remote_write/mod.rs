//! The hop `remote-write`: are samples leaving the generator, and arriving?

pub mod compose_url;
pub mod delivery;
pub mod endpoint;
pub mod exemplars;
pub mod relabel;
