//! The servers of a stack: their addresses and credentials with where each came from, and one client per server.
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::disallowed_methods,
        reason = "the durations of tests are their own"
    )
)]

pub mod config;
pub mod clients;
mod servers;
mod via_grafana;

pub use servers::{Stack, TempoOtlp, build_exporter, build_loki_connect, limit_question, resolve_tempo_receiver};
pub use via_grafana::ProxyError;
