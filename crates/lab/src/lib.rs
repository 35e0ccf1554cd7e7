//! A simulated Tempo and Prometheus on loopback that can be broken in named ways: for trying tempoctl without a stack,
//! for teaching, and for tests. Its answers are shaped on recordings of real servers.
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "the files of tests are their own"))]

mod answers;
mod app;
pub mod background;
mod collector;
pub mod compose;
mod error;
mod files;
mod generator;
mod grafana;
mod nuisance;
mod options;
mod prometheus;
mod receiver;
mod remote_write;
mod scenario;
mod serve;
mod settings;
mod start;
mod task;
mod tempo;
pub mod text;
pub mod traffic;

pub use error::LabError;
pub use grafana::GrafanaPlan;
pub use nuisance::Nuisance;
pub use options::{CollectorAddresses, LabAddresses, LabOptions, LabPart, LabSpeed, Ports, PrometheusChoice};
pub use scenario::{CollectorState, ExpectedStatus, ExpectedVerdict, Fault, ImitatedTempo, LabScenario};
pub use start::Lab;
