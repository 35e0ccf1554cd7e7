//! The places a span, or the metric made from it, passes on its way from an application to a panel.

use serde::{Deserialize, Serialize};

/// One place on the way. The order is the order of the pipeline: earlier is further upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hop {
    /// Whatever creates spans.
    App,
    /// An OpenTelemetry Collector or Alloy between the application and Tempo.
    Collector,
    /// Tempo's OTLP listener.
    Receiver,
    /// Tempo's distributor and what it writes to.
    Ingest,
    /// Blocks in the backend.
    Storage,
    /// Tempo's query API.
    Query,
    /// Tempo's metrics-generator.
    Generator,
    /// The generator's remote write queue.
    RemoteWrite,
    /// The time series database the generator writes to.
    Prometheus,
    /// Grafana's data sources.
    Grafana,
    /// Panels.
    Dashboard,
}

/// The part of the pipeline a hop belongs to. The distributor hands every span to both branches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Branch {
    /// Before the fork: what breaks here breaks both branches.
    Trunk,
    /// Storage and query.
    Traces,
    /// Generator, remote write, Prometheus.
    Metrics,
    /// After the branches meet again.
    View,
}

impl Hop {
    /// Every hop, upstream first.
    pub const ALL: [Hop; 11] = [
        Hop::App,
        Hop::Collector,
        Hop::Receiver,
        Hop::Ingest,
        Hop::Storage,
        Hop::Query,
        Hop::Generator,
        Hop::RemoteWrite,
        Hop::Prometheus,
        Hop::Grafana,
        Hop::Dashboard,
    ];

    /// The name used in reports, check ids and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Hop::App => "app",
            Hop::Collector => "collector",
            Hop::Receiver => "receiver",
            Hop::Ingest => "ingest",
            Hop::Storage => "storage",
            Hop::Query => "query",
            Hop::Generator => "generator",
            Hop::RemoteWrite => "remote-write",
            Hop::Prometheus => "prometheus",
            Hop::Grafana => "grafana",
            Hop::Dashboard => "dashboard",
        }
    }

    /// The hop of that name.
    pub fn from_name(name: &str) -> Option<Hop> {
        Hop::ALL.into_iter().find(|hop| hop.name() == name)
    }

    /// The part of the pipeline this hop belongs to.
    pub fn branch(self) -> Branch {
        match self {
            Hop::App | Hop::Collector | Hop::Receiver | Hop::Ingest => Branch::Trunk,
            Hop::Storage | Hop::Query => Branch::Traces,
            Hop::Generator | Hop::RemoteWrite | Hop::Prometheus => Branch::Metrics,
            Hop::Grafana | Hop::Dashboard => Branch::View,
        }
    }
}

impl std::fmt::Display for Hop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
