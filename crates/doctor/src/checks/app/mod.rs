//! The hop `app`: does anything besides us send spans?

pub mod clock;
pub mod endpoint;
pub mod environment;
pub mod names;
pub mod propagation;
pub mod compose_endpoint;
pub mod sending;
pub mod services;
pub mod settings;
pub mod tenant;
