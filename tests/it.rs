//! tempoctl from the outside: one binary, a file per feature.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod bad_input;
mod contract;
mod coverage;
mod doctor_options;
mod documents;
mod generated;
mod lab_command;
mod lab_faults;
mod lab_kit;
mod lab_nuisance;
mod lab_pipeline;
mod lab_real_prometheus;
mod lab_registry;
mod lab_shape;
mod look;
mod product;
mod render;
mod render_any;
mod replay;
mod reports;
mod robustness;
mod scenarios;
mod schema;
