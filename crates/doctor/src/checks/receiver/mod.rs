//! The hop `receiver`: does a listener of the right protocol answer where the sender sends?

pub mod compose_bind;
pub mod compose_ports;
pub mod compose_services;
pub mod compose_values;
pub mod push;
pub mod push_refusal;
pub mod refused;
pub mod unanswered_push;
