//! How a lab is started and where it then listens.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::scenario::LabScenario;

/// What to start.
#[derive(Debug, Clone)]
pub struct LabOptions {
    /// Which stack, broken how.
    pub scenario: LabScenario,
    /// How fast its clocks tick.
    pub speed: LabSpeed,
    /// Where it listens.
    pub ports: Ports,
    /// Which Prometheus stands behind the generator.
    pub prometheus: PrometheusChoice,
}

impl LabOptions {
    /// A fast lab on free ports with the simulated Prometheus: what tests want.
    pub fn fast(scenario: LabScenario) -> LabOptions {
        LabOptions {
            scenario,
            speed: LabSpeed::Fast,
            ports: Ports::Free,
            prometheus: PrometheusChoice::Simulated,
        }
    }
}

/// How fast the lab's clocks tick. Whatever is chosen stands in the lab's own `/status/config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LabSpeed {
    /// Tempo's defaults: collection every 15 s, the newest 30 s hidden from search (3.0).
    #[default]
    Real,
    /// Collection every second, cutoff 2 s, traces searchable after about a second.
    Fast,
}

/// Which ports the lab listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ports {
    /// Whatever is free.
    Free,
    /// 3200, 4317, 4318, 9090, 3000, where people look for them.
    #[default]
    Default,
}

/// Which Prometheus receives what the generator writes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PrometheusChoice {
    /// The lab's own.
    #[default]
    Simulated,
    /// A real one, found on `PATH`; the lab's own where there is none.
    Auto,
    /// A real one, at this path.
    Binary(PathBuf),
}

/// A part of the lab that can be stopped or made a nuisance of by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LabPart {
    /// Tempo's HTTP API, status pages and metrics.
    Tempo,
    /// The OTLP/HTTP receiver.
    OtlpHttp,
    /// The OTLP/gRPC receiver.
    OtlpGrpc,
    /// A collector's receivers and its metrics.
    Collector,
    /// The simulated Prometheus; a real one is only ever started and stopped.
    Prometheus,
    /// The simulated Grafana.
    Grafana,
}

/// Where the parts of a running lab answer, or would answer if the scenario let them. All are URLs without a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabAddresses {
    /// Tempo's API.
    pub tempo: String,
    /// OTLP over HTTP.
    pub otlp_http: String,
    /// OTLP over gRPC.
    pub otlp_grpc: String,
    /// Prometheus.
    pub prometheus: String,
    /// Grafana, where the scenario has one.
    #[serde(default)]
    pub grafana: Option<String>,
    /// The collector before Tempo, where the scenario has one.
    #[serde(default)]
    pub collector: Option<CollectorAddresses>,
}

/// Where a collector answers, or would answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectorAddresses {
    /// OTLP over HTTP.
    pub otlp_http: String,
    /// OTLP over gRPC.
    pub otlp_grpc: String,
    /// Its metrics about itself.
    pub metrics: String,
}
