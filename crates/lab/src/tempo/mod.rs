//! A Tempo-shaped server: distributor, storage and query API over one in-memory store.

mod config_page;
mod yaml_page;
mod ingest;
mod metrics;
mod query;
mod rings;
mod router;
mod search;
mod status;
mod store;
mod streaming;
mod trace_json;
mod traceql;
mod traceql_metrics;
mod traceql_parser;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub(crate) use config_page::render_go_duration;
pub(crate) use ingest::{PushError, Transport, iterate_spans};
pub(crate) use metrics::LabMetrics;
pub(crate) use router::build_router;
pub(crate) use traceql::{encode_hex, find_attribute, find_resource_service};

use super::generator::MetricsGenerator;
use super::settings::{LabSettings, SINGLE_TENANT};
use store::TraceStore;

/// One simulated Tempo.
#[derive(Debug)]
pub(crate) struct LabTempo {
    pub(crate) settings: Arc<LabSettings>,
    pub(crate) metrics: Arc<LabMetrics>,
    store: TraceStore,
    generator: MetricsGenerator,
    bucket: ingest::TokenBucket,
    started: Instant,
    started_at: SystemTime,
}

impl LabTempo {
    pub(crate) fn new(settings: Arc<LabSettings>) -> Arc<LabTempo> {
        let metrics = Arc::new(LabMetrics::idle(settings.shape));
        Arc::new(LabTempo {
            generator: MetricsGenerator::new(Arc::clone(&settings), Arc::clone(&metrics)),
            bucket: ingest::TokenBucket::full(settings.limits.burst_bytes),
            store: TraceStore::default(),
            started: Instant::now(),
            started_at: SystemTime::now(),
            metrics,
            settings,
        })
    }

    /// Moves idle traces from memory to where search sees them, for ever.
    pub(crate) async fn flush_for_ever(self: Arc<LabTempo>) {
        let mut tick = tokio::time::interval(self.settings.flush_tick);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            tick.tick().await;
            self.flush();
        }
    }

    fn flush(&self) {
        let v3 = self.settings.is_v3();
        let (live, bytes, created) = if v3 {
            (
                "tempo_live_store_live_traces",
                "tempo_live_store_live_trace_bytes",
                "tempo_live_store_traces_created_total",
            )
        } else {
            (
                "tempo_ingester_live_traces",
                "tempo_ingester_live_trace_bytes",
                "tempo_ingester_traces_created_total",
            )
        };
        for state in self.store.cut_idle(self.settings.trace_idle) {
            let labels = [("tenant", state.tenant.as_str())];
            self.metrics.set(live, &labels, state.live as f64);
            self.metrics.set(bytes, &labels, state.live_bytes as f64);
            self.metrics.add(created, &labels, state.cut as f64);
        }
    }

    /// Whether a search finds anything, or would, were it not for a cutoff of minutes.
    pub(crate) fn is_settled(&self) -> bool {
        let latest = unix_seconds_now() - self.short_cutoff().as_secs_f64();
        !self.visible_traces(SINGLE_TENANT, (0.0, latest)).is_empty()
    }

    /// How often the generator has collected for the tenant of a stack without tenants.
    pub(crate) fn collections(&self) -> f64 {
        let tenant = [("tenant", SINGLE_TENANT)];
        self.metrics
            .value("tempo_metrics_generator_registry_collections_total", &tenant)
    }

    /// The time between two of them.
    pub(crate) fn collection_interval(&self) -> Duration {
        self.settings.collection_interval
    }

    /// How long that may take.
    pub(crate) fn longest_settling(&self) -> Duration {
        let parts = [self.short_cutoff(), self.settings.trace_idle, self.settings.flush_tick];
        let margin = Duration::from_secs(3);
        parts.into_iter().fold(margin, Duration::saturating_add)
    }

    fn short_cutoff(&self) -> Duration {
        let cutoff = self.settings.query_end_cutoff;
        if cutoff > Duration::from_secs(30) {
            Duration::ZERO
        } else {
            cutoff
        }
    }

    pub(crate) fn generator(&self) -> &MetricsGenerator {
        &self.generator
    }

    fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Seconds since 1970.
pub(crate) fn unix_millis_now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

pub(crate) fn unix_seconds_now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}
