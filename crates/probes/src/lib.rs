//! Questions to the network, and their answers as facts. Probes never judge; not reaching something is a fact.

#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::disallowed_methods,
        reason = "the durations of tests are their own"
    )
)]

pub mod app_env;
pub mod senders;
pub mod tempo_receiver;
pub mod evidence_recorder;
pub mod clock;
pub mod collector;
pub mod gather;
pub mod follow;
pub mod compose;
pub mod dashboard;
pub mod grafana;
pub mod grafana_marker;
pub mod logs;
pub mod metrics;
pub mod wait;
pub mod wait_budget;
pub mod collector_progress;
pub mod prometheus;
pub mod push;
pub mod marker_query;
pub mod scrape;
pub mod search;
pub mod sending;
pub mod marker_series;
pub mod stopped_services;
pub mod direct_push;
pub mod identify;
pub mod tempo;
pub mod tenants;
pub mod via_collector;
pub mod remote_write;

pub use evidence_recorder::EvidenceRecorder;
pub use gather::gather_evidence;
