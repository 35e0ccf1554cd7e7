//! tempoctl: finds the hop where a Grafana Tempo pipeline loses traces, says why and what to change.
//!
//! The modules stand in the order in which data passes them.

pub mod commands;
pub mod lab;
pub mod model;
