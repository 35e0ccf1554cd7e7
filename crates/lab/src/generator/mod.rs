//! The metrics-generator: an instance for each tenant, made on its first span, collecting on a clock of its own.

pub(crate) mod registry;
mod service_graphs;
mod span_metrics;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;

use tempoctl_bounds::time_bounds::{deadline_after, scale_duration};

use super::remote_write::RemoteWriter;
use super::settings::LabSettings;
use super::task::LabTask;
use super::tempo::{LabMetrics, unix_millis_now};
use registry::SeriesRegistry;
use service_graphs::OpenEdges;

/// All instances of one Tempo.
#[derive(Debug)]
pub(crate) struct MetricsGenerator {
    settings: Arc<LabSettings>,
    metrics: Arc<LabMetrics>,
    instances: Mutex<HashMap<String, RunningInstance>>,
}

/// An instance and its clock, which stops with it.
#[derive(Debug)]
struct RunningInstance {
    instance: Arc<TenantInstance>,
    _clock: LabTask,
    _writer: Option<RemoteWriter>,
}

/// What is generated for one tenant.
#[derive(Debug)]
struct TenantInstance {
    tenant: String,
    settings: Arc<LabSettings>,
    metrics: Arc<LabMetrics>,
    state: Mutex<InstanceState>,
}

#[derive(Debug)]
struct InstanceState {
    registry: SeriesRegistry,
    edges: OpenEdges,
}

impl MetricsGenerator {
    pub(crate) fn new(settings: Arc<LabSettings>, metrics: Arc<LabMetrics>) -> MetricsGenerator {
        MetricsGenerator {
            settings,
            metrics,
            instances: Mutex::default(),
        }
    }

    /// Whether there is a generator at all.
    pub(crate) fn is_configured(&self) -> bool {
        !self.settings.fault.generator_off
    }

    /// Takes spans of a tenant, making its instance if this is its first.
    pub(crate) fn push(&self, tenant: &str, batches: &[ResourceSpans]) {
        let mut instances = self.instances.lock().unwrap_or_else(PoisonError::into_inner);
        instances
            .entry(tenant.to_owned())
            .or_insert_with(|| self.start(tenant))
            .instance
            .push(batches);
    }

    fn start(&self, tenant: &str) -> RunningInstance {
        let instance = Arc::new(TenantInstance {
            tenant: tenant.to_owned(),
            settings: Arc::clone(&self.settings),
            metrics: Arc::clone(&self.metrics),
            state: Mutex::new(InstanceState {
                registry: SeriesRegistry::new(self.settings.limits.max_active_series),
                edges: OpenEdges::default(),
            }),
        });
        instance.create_idle_samples();
        let writer = self
            .settings
            .remote_write
            .as_ref()
            .map(|remote| RemoteWriter::start(&self.settings, remote, tenant, Arc::clone(&self.metrics)));
        let wal = writer.as_ref().map(RemoteWriter::wal);
        let clock = LabTask::spawn(Arc::clone(&instance).tick(wal));
        RunningInstance {
            instance,
            _clock: clock,
            _writer: writer,
        }
    }
}

impl TenantInstance {
    /// The samples that exist as soon as an instance does.
    fn create_idle_samples(&self) {
        let tenant = ("tenant", self.tenant.as_str());
        for name in [
            "prometheus_agent_active_series",
            "prometheus_agent_exemplars_appended_total",
            "prometheus_agent_out_of_order_samples_total",
            "prometheus_agent_corruptions_total",
            "prometheus_remote_storage_highest_timestamp_in_seconds",
            "tempo_metrics_generator_registry_active_series_demand_estimate",
            "tempo_metrics_generator_registry_collections_total",
            "tempo_metrics_generator_registry_entity_demand_estimate",
            "tempo_metrics_generator_registry_series_removed_total",
        ] {
            self.metrics.touch(name, &[tenant]);
        }
        self.metrics.set("prometheus_agent_clean_start", &[tenant], 1.0);
        let limit = self.settings.limits.max_active_series as f64;
        self.metrics
            .set("tempo_metrics_generator_registry_max_active_series", &[tenant], limit);
        if self.settings.fault.dry_run {
            self.metrics.set(
                "tempo_limits_overrides",
                &[
                    ("limit_name", "metrics_generator_dry_run_enabled"),
                    ("user", &self.tenant),
                ],
                1.0,
            );
        }
        self.report_processors();
        self.discard("all", "outside_metrics_ingestion_slack", 0);
    }

    fn report_processors(&self) {
        let known = ["host-info", "local-blocks", "service-graphs", "span-metrics"];
        let parts = ["span-metrics-count", "span-metrics-latency", "span-metrics-size"];
        for name in known
            .iter()
            .chain(&parts)
            .filter(|name| **name != "local-blocks" || !self.settings.is_v3())
        {
            let on = f64::from(u8::from(self.has(name)));
            let labels = [("processor", *name), ("tenant", self.tenant.as_str())];
            self.metrics
                .set("tempo_metrics_generator_active_processors", &labels, on);
        }
        if self.has("span-metrics") {
            self.discard("span-metrics", "invalid_utf8", 0);
            self.discard("span-metrics", "span_metrics_filtered", 0);
        }
        if self.has("service-graphs") {
            let newer: &[&str] = &["dropped_edges_total", "dropped_span_side_cache_overflow_total"];
            let newer = if self.settings.is_v3() { newer } else { &[] };
            for name in ["dropped_spans", "edges", "expired_edges"].iter().chain(newer) {
                let name = format!("tempo_metrics_generator_processor_service_graphs_{name}");
                self.metrics.touch(&name, &[("tenant", &self.tenant)]);
            }
            self.discard("service-graphs", "invalid_utf8", 0);
            if self.settings.is_v3() {
                self.discard("service-graphs", "service_graphs_filtered", 0);
            }
        }
    }

    fn has(&self, processor: &str) -> bool {
        self.settings.processors.iter().any(|name| name == processor)
    }

    fn discard(&self, processor: &str, reason: &str, spans: usize) {
        let labels = [
            ("processor", processor),
            ("reason", reason),
            ("tenant", self.tenant.as_str()),
        ];
        self.metrics
            .add("tempo_metrics_generator_spans_discarded_total", &labels, spans as f64);
    }

    fn push(&self, batches: &[ResourceSpans]) {
        let tenant = [("tenant", self.tenant.as_str())];
        let spans: usize = super::tempo::iterate_spans(batches).count();
        let bytes: usize = batches.iter().map(Message::encoded_len).sum();
        self.metrics
            .add("tempo_metrics_generator_spans_received_total", &tenant, spans as f64);
        self.metrics
            .add("tempo_metrics_generator_bytes_received_total", &tenant, bytes as f64);
        let kept = self.within_slack(batches);
        self.discard(
            "all",
            "outside_metrics_ingestion_slack",
            spans - super::tempo::iterate_spans(&kept).count(),
        );
        let mut state = self.lock();
        let InstanceState { registry, edges } = &mut *state;
        if self.has("span-metrics") {
            span_metrics::count_span_metrics(&kept, registry);
        }
        if self.has("service-graphs") {
            let opened = edges.consume(&kept, registry);
            self.metrics.add(
                "tempo_metrics_generator_processor_service_graphs_edges",
                &tenant,
                opened as f64,
            );
        }
        self.report(registry);
    }

    /// Spans whose end lies within the slack of now.
    fn within_slack(&self, batches: &[ResourceSpans]) -> Vec<ResourceSpans> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let near = |span: &Span| now.abs_diff(Duration::from_nanos(span.end_time_unix_nano)) <= self.settings.slack;
        let mut kept = batches.to_vec();
        for scope in kept.iter_mut().flat_map(|batch| &mut batch.scope_spans) {
            scope.spans.retain(near);
        }
        kept
    }

    fn report(&self, registry: &SeriesRegistry) {
        let tenant = [("tenant", self.tenant.as_str())];
        for (name, series) in [
            ("active_series", registry.active()),
            ("series_added_total", registry.active()),
            ("series_limited_total", registry.limited()),
        ] {
            let name = format!("tempo_metrics_generator_registry_{name}");
            self.metrics.set(&name, &tenant, series as f64);
        }
    }

    async fn tick(self: Arc<TenantInstance>, wal: Option<super::remote_write::WriteAheadLog>) {
        let expire_every = scale_duration(self.settings.edge_wait, 0.2).max(Duration::from_millis(200));
        let mut expire = tokio::time::interval(expire_every);
        let first = deadline_after(self.settings.collection_interval).into();
        let mut collect = tokio::time::interval_at(first, self.settings.collection_interval);
        loop {
            tokio::select! {
                _ = expire.tick() => self.expire(),
                _ = collect.tick() => self.collect(wal.as_ref()),
            }
        }
    }

    fn expire(&self) {
        let mut state = self.lock();
        let InstanceState { registry, edges } = &mut *state;
        let lost = edges.expire(self.settings.edge_wait, registry);
        if lost > 0 {
            self.metrics.add(
                "tempo_metrics_generator_processor_service_graphs_expired_edges",
                &[("tenant", &self.tenant)],
                lost as f64,
            );
        }
        self.report(registry);
    }

    fn collect(&self, wal: Option<&super::remote_write::WriteAheadLog>) {
        let tenant = [("tenant", self.tenant.as_str())];
        let mut state = self.lock();
        let registry = &state.registry;
        for (name, estimate) in [
            ("entity", registry.entities() as f64),
            ("active_series", registry.demand() as f64),
        ] {
            let name = format!("tempo_metrics_generator_registry_{name}_demand_estimate");
            self.metrics.set(&name, &tenant, estimate);
        }
        if self.settings.fault.dry_run {
            return;
        }
        let now_ms = unix_millis_now();
        let collected = state.registry.collect(now_ms, self.settings.fault.native_histograms);
        drop(state);
        let samples = collected.iter().map(|series| series.samples.len()).sum::<usize>() as f64;
        let exemplars = collected.iter().filter(|series| series.exemplar.is_some()).count() as f64;
        let native = collected.iter().filter(|series| series.native.is_some()).count() as f64;
        let of_type = [("tenant", self.tenant.as_str()), ("type", "float")];
        for (name, labels, more) in [
            ("tempo_metrics_generator_registry_collections_total", &tenant[..], 1.0),
            ("prometheus_agent_samples_appended_total", &of_type, samples),
            ("prometheus_agent_exemplars_appended_total", &tenant, exemplars),
            ("prometheus_remote_storage_samples_in_total", &[], samples),
            ("prometheus_remote_storage_exemplars_in_total", &[], exemplars),
            ("prometheus_remote_storage_histograms_in_total", &[], native),
        ] {
            self.metrics.add(name, labels, more);
        }
        for (name, value) in [
            ("prometheus_agent_active_series", collected.len() as f64),
            (
                "prometheus_remote_storage_highest_timestamp_in_seconds",
                (now_ms / 1000) as f64,
            ),
        ] {
            self.metrics.set(name, &tenant, value);
        }
        if let Some(wal) = wal {
            wal.append(collected);
        }
    }

    fn lock(&self) -> MutexGuard<'_, InstanceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
