//! tempoctl from the outside: a file per feature. Tables of cases are in tests/cases.rs.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "durations and files of tests are their own"
)]

#[allow(dead_code, reason = "tests/cases.rs uses the rest of what both share")]
mod accuracy;
mod absurd_durations;
mod app_environment;
mod bad_input;
mod collector;
#[allow(dead_code, reason = "tests/cases.rs uses the rest")]
mod compose_cases;
mod compose_files;
mod contract;
mod coverage;
mod credentials;
mod deploy;
mod doctor_options;
mod documents;
#[allow(dead_code, reason = "tests/cases.rs uses the rest")]
mod evidence;
mod examples;
mod fact_account;
mod fences;
mod foreign_input;
mod generated;
mod grafana;
mod grpc_answers;
#[allow(dead_code, reason = "tests/cases.rs uses the rest")]
mod kept;
mod kept_of_servers;
mod lab_command;
mod lab_kit;
mod lab_nuisance;
mod lab_pipeline;
mod lab_real_prometheus;
mod lab_scenarios;
mod lab_shape;
mod logs;
mod logs_kit;
mod logs_loki;
mod logs_real_docker;
mod logs_servers;
mod look;
mod manifests;
mod metrics;
mod metrics_bad_input;
mod metrics_names;
mod metrics_render;
mod metrics_replay;
mod metrics_shape;
mod pager;
mod packaging;
mod panics;
mod pages;
mod picture;
mod product;
mod recording;
mod render;
mod render_any;
mod reports;
mod large_answers;
mod robustness;
mod schema;
mod search;
mod search_docs;
mod search_grafana;
mod search_limit;
mod search_one;
mod search_traces;
mod streaming_client;
mod tls;
mod waterfall;
mod send;
mod send_account;
mod send_receiver;
mod signals;
mod snippet;
mod stack;
