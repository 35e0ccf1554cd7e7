//! What a lab does, worked out from scenario, pace and ports. The pages that show configuration are rendered from the
//! same values that the servers obey, so the two cannot differ.

use std::net::SocketAddr;
use std::time::Duration;

use super::options::LabSpeed;
use super::scenario::{Fault, ImitatedTempo, LabScenario, ReceiverState, RemoteWriteFault, ScrapeState};

/// The tenant of everything while multitenancy is off.
pub(crate) const SINGLE_TENANT: &str = "single-tenant";

/// Where each part listens, or would listen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sockets {
    pub(crate) tempo: SocketAddr,
    pub(crate) otlp_http: SocketAddr,
    pub(crate) otlp_grpc: SocketAddr,
    pub(crate) prometheus: SocketAddr,
    /// Tempo without the gateway, for those who stand behind it too.
    pub(crate) behind_gateway: SocketAddr,
    /// A port that is kept closed, for addresses where nobody answers.
    pub(crate) nowhere: SocketAddr,
}

/// Ingestion limits of every tenant. Zero is no limit, as in Tempo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TenantLimits {
    pub(crate) rate_bytes: u64,
    pub(crate) burst_bytes: u64,
    pub(crate) max_traces: u64,
    pub(crate) max_bytes_per_trace: u64,
    pub(crate) max_active_series: u64,
}

/// Where the generator writes.
#[derive(Debug, Clone)]
pub(crate) struct RemoteWriteTarget {
    pub(crate) url: String,
    pub(crate) drops_everything: bool,
}

/// Everything the servers obey.
#[derive(Debug, Clone)]
pub(crate) struct LabSettings {
    pub(crate) shape: ImitatedTempo,
    pub(crate) sockets: Sockets,
    pub(crate) fault: Fault,
    pub(crate) limits: TenantLimits,
    pub(crate) processors: Vec<String>,
    pub(crate) remote_write: Option<RemoteWriteTarget>,
    pub(crate) collection_interval: Duration,
    /// How often the generator's remote write looks for new samples in its write-ahead log.
    pub(crate) wal_read_interval: Duration,
    pub(crate) slack: Duration,
    pub(crate) trace_idle: Duration,
    pub(crate) flush_tick: Duration,
    pub(crate) query_end_cutoff: Duration,
    pub(crate) edge_wait: Duration,
    pub(crate) scrape_interval: Duration,
    pub(crate) app_interval: Duration,
}

impl LabSettings {
    pub(crate) fn from_scenario(scenario: &LabScenario, pace: LabSpeed, sockets: Sockets) -> LabSettings {
        let fault = scenario.fault.clone();
        let v3 = scenario.shape == ImitatedTempo::V3;
        let fast = pace == LabSpeed::Fast;
        let pick = |real: u64, quick: u64| Duration::from_millis(if fast { quick } else { real });
        let cutoff = match fault.query_end_cutoff_s {
            Some(seconds) => Duration::from_secs(seconds),
            None if v3 => pick(30_000, 2_000),
            None => Duration::ZERO,
        };
        LabSettings {
            shape: scenario.shape,
            sockets,
            limits: choose_limits(&fault, v3),
            processors: fault
                .processors
                .clone()
                .unwrap_or_else(|| vec!["span-metrics".to_owned(), "service-graphs".to_owned()]),
            remote_write: choose_remote_write(fault.remote_write, sockets),
            collection_interval: pick(15_000, 1_000),
            wal_read_interval: pick(15_000, 300),
            slack: fault.slack_us.map_or(Duration::from_secs(30), Duration::from_micros),
            trace_idle: pick(5_000, 500),
            flush_tick: if v3 { pick(5_000, 500) } else { pick(10_000, 500) },
            query_end_cutoff: cutoff,
            edge_wait: pick(10_000, 2_000),
            scrape_interval: pick(5_000, 1_000),
            app_interval: pick(1_000, 500),
            fault,
        }
    }

    pub(crate) fn is_v3(&self) -> bool {
        self.shape == ImitatedTempo::V3
    }

    /// The version the lab's Tempo reports, with the revision and toolchain of the release it imitates.
    pub(crate) fn version(&self) -> [&'static str; 3] {
        if self.is_v3() {
            ["3.0.3", "53d1c1c208", "go1.27.3"]
        } else {
            ["2.10.8", "c25d63b1d6", "go1.27.3"]
        }
    }

    /// What Prometheus scrapes: itself, and Tempo where it knows of it.
    pub(crate) fn scraped_jobs(&self) -> Vec<(&'static str, SocketAddr)> {
        let tempo = match self.fault.scrape {
            ScrapeState::Missing => None,
            ScrapeState::Down => Some(self.sockets.nowhere),
            ScrapeState::On if self.fault.closed.is_empty() => Some(self.sockets.tempo),
            ScrapeState::On => Some(self.sockets.behind_gateway),
        };
        let mut jobs = vec![("prometheus", self.sockets.prometheus)];
        jobs.extend(tempo.map(|address| ("tempo", address)));
        jobs
    }

    /// The prefix of `/api`, without a trailing slash.
    pub(crate) fn api_prefix(&self) -> &str {
        self.fault
            .http_api_prefix
            .as_deref()
            .unwrap_or("")
            .trim_end_matches('/')
    }

    /// Where a receiver listens; `None` where its protocol is not configured.
    pub(crate) fn receiver_address(&self, receiver: ReceiverState, address: SocketAddr) -> Option<SocketAddr> {
        match receiver {
            ReceiverState::Missing => None,
            ReceiverState::Elsewhere => Some(SocketAddr::from(([127, 0, 0, 2], address.port()))),
            ReceiverState::On | ReceiverState::Tls => Some(address),
        }
    }
}

fn choose_limits(fault: &Fault, v3: bool) -> TenantLimits {
    let (rate, burst) = if v3 {
        (30_000_000, 30_000_000)
    } else {
        (15_000_000, 20_000_000)
    };
    TenantLimits {
        rate_bytes: fault.rate_limit_bytes.unwrap_or(rate),
        burst_bytes: fault.burst_size_bytes.unwrap_or(burst),
        max_traces: fault.max_traces_per_user.unwrap_or(10_000),
        max_bytes_per_trace: fault.max_bytes_per_trace.unwrap_or(5_000_000),
        max_active_series: fault.max_active_series.unwrap_or(0),
    }
}

fn choose_remote_write(fault: RemoteWriteFault, sockets: Sockets) -> Option<RemoteWriteTarget> {
    let url = match fault {
        RemoteWriteFault::Missing => return None,
        RemoteWriteFault::WrongHost => format!("http://{}/api/v1/write", sockets.nowhere),
        RemoteWriteFault::WrongPath => format!("http://{}/api/v1/push", sockets.prometheus),
        _ => format!("http://{}/api/v1/write", sockets.prometheus),
    };
    Some(RemoteWriteTarget {
        url,
        drops_everything: fault == RemoteWriteFault::RelabelDrop,
    })
}
