//! The hop `query`: is the marker found by id, by search, by TraceQL metrics?

pub mod compose_config;
pub mod compose_health;
pub mod compose_start;
pub mod api;
pub mod by_id;
pub mod clock;
pub mod content;
pub mod cutoff;
pub mod ready;
pub mod query_refusal;
pub mod search;
pub mod traceql_metrics;
pub mod range;
