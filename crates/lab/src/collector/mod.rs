//! A collector-shaped server between the senders and the lab's Tempo: its receivers, one processor, a batch, an exporter with
//! a queue, and its counters about itself, as those of a collector 0.161 in the recordings.

mod processors;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header;
use axum::routing::get;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;

use tempoctl_bounds::time_bounds::{deadline_after, instant_after};

use super::receiver::SpanSink;
use super::scenario::{CollectorState, Fault};
use super::tempo::{LabMetrics, LabTempo, PushError, Transport, iterate_spans};

const TICK: Duration = Duration::from_millis(50);
const CAPACITY: f64 = 1000.0;
const QUEUE: [(&str, &str); 2] = [("data_type", "traces"), ("exporter", "otlp")];

/// One simulated collector.
pub(crate) struct LabCollector {
    state: CollectorState,
    tempo: Option<Arc<LabTempo>>,
    metrics: LabMetrics,
    held: Mutex<Vec<HeldBatch>>,
    /// How long a batch waits for more, and how long a tail sampler for the rest of a trace.
    batch: Duration,
    decision: Duration,
    /// How long a second collector keeps what it is handed.
    second_hop_delay: Duration,
}

/// What came in and has not left.
struct HeldBatch {
    due: Instant,
    tenant: Option<String>,
    batches: Vec<ResourceSpans>,
    spans: f64,
    stage: BatchStage,
}

/// Where it is.
#[derive(PartialEq, Eq, Clone, Copy)]
enum BatchStage {
    Sampling,
    Batch,
    Queue,
    /// With the second collector: this one has counted it as sent.
    Second,
}

impl LabCollector {
    pub(crate) fn new(fault: &Fault, tempo: Option<Arc<LabTempo>>, fast: bool) -> Arc<LabCollector> {
        let state = fault.collector;
        let metrics = LabMetrics::empty();
        metrics.set(
            "target_info",
            &[("service_name", "otelcol"), ("service_version", "0.161.0")],
            1.0,
        );
        metrics.set(
            "otelcol_processor_batch_metadata_cardinality",
            &[("processor", "batch")],
            1.0,
        );
        if state != CollectorState::NoExporter {
            metrics.set("otelcol_exporter_queue_capacity", &QUEUE, CAPACITY);
            metrics.set("otelcol_exporter_queue_size", &QUEUE, 0.0);
        }
        let slow = state == CollectorState::SlowBatch;
        Arc::new(LabCollector {
            state,
            tempo,
            metrics,
            held: Mutex::default(),
            batch: match (slow, fast) {
                (true, false) => Duration::from_secs(10),
                (true, true) => Duration::from_secs(4),
                _ => Duration::from_millis(200),
            },
            decision: Duration::from_millis(if fast { 1_500 } else { 5_000 }),
            second_hop_delay: Duration::from_secs(if fast { 8 } else { 12 }),
        })
    }

    /// Moves what is due, for ever.
    pub(crate) async fn work_for_ever(self: Arc<LabCollector>) {
        let mut tick = tokio::time::interval(TICK);
        loop {
            tick.tick().await;
            self.advance_due();
        }
    }

    fn advance_due(&self) {
        let now = Instant::now();
        let mut held = self.lock();
        let all = std::mem::take(&mut *held);
        for one in all {
            if one.due > now {
                held.push(one);
            } else if let Some(kept) = self.advance(one, now) {
                held.push(kept);
            }
        }
        if self.state != CollectorState::NoExporter {
            let queued = held.iter().filter(|one| one.stage == BatchStage::Queue).count();
            self.metrics.set("otelcol_exporter_queue_size", &QUEUE, queued as f64);
            self.metrics
                .set("otelcol_exporter_in_flight_requests", &QUEUE, queued as f64);
        }
    }

    /// One step further; `None` once it has left, or is lost.
    fn advance(&self, mut one: HeldBatch, now: Instant) -> Option<HeldBatch> {
        match one.stage {
            BatchStage::Sampling => {
                self.decide(&one);
                None
            }
            BatchStage::Batch => {
                self.metrics.add(
                    "otelcol_processor_batch_timeout_trigger_send",
                    &[("processor", "batch")],
                    1.0,
                );
                let full = self.state == CollectorState::QueueFull && self.queued_elsewhere();
                if self.state == CollectorState::NoExporter {
                    return None;
                }
                if full {
                    let labels = [("exporter", "otlp")];
                    self.metrics
                        .add("otelcol_exporter_enqueue_failed_spans", &labels, one.spans);
                    return None;
                }
                one.stage = BatchStage::Queue;
                self.export(one, now)
            }
            BatchStage::Queue => self.export(one, now),
            BatchStage::Second => {
                if !self.deliver(&one) {
                    one.due = instant_after(now, Duration::from_secs(1));
                    return Some(one);
                }
                None
            }
        }
    }

    /// The queue of one holds another already: the gauge says so, because the list is being gone through.
    fn queued_elsewhere(&self) -> bool {
        self.metrics.value("otelcol_exporter_queue_size", &QUEUE) > 0.0
    }

    fn export(&self, mut one: HeldBatch, now: Instant) -> Option<HeldBatch> {
        let target = [
            ("exporter", "otlp"),
            ("server_address", "127.0.0.1"),
            ("server_port", "4317"),
        ];
        match self.state {
            // Until it gives up, neither success nor failure is counted.
            CollectorState::Retrying | CollectorState::QueueFull => {
                if self.state == CollectorState::QueueFull {
                    self.metrics.set("otelcol_exporter_queue_size", &QUEUE, 1.0);
                }
                one.due = instant_after(now, Duration::from_secs(1));
                return Some(one);
            }
            CollectorState::PathTwice => {
                let labels = [
                    ("error_permanent", "true"),
                    ("error_type", "Unimplemented"),
                    ("exporter", "otlphttp"),
                    ("server_address", "127.0.0.1"),
                    ("server_port", "4318"),
                    ("url_path", "/v1/traces/v1/traces"),
                ];
                self.metrics
                    .add("otelcol_exporter_send_failed_spans", &labels, one.spans);
                return None;
            }
            CollectorState::SecondIsSlow => {
                self.metrics.add("otelcol_exporter_sent_spans", &target, one.spans);
                one.stage = BatchStage::Second;
                one.due = instant_after(now, self.second_hop_delay);
                return Some(one);
            }
            _ => {}
        }
        if self.deliver(&one) {
            self.metrics.add("otelcol_exporter_sent_spans", &target, one.spans);
            return None;
        }
        one.due = instant_after(now, Duration::from_secs(1));
        Some(one)
    }

    /// Tempo takes it.
    fn deliver(&self, one: &HeldBatch) -> bool {
        let tenant = one.tenant.as_deref().filter(|_| self.state != CollectorState::NoTenant);
        let request = ExportTraceServiceRequest {
            resource_spans: one.batches.clone(),
        };
        let tempo = self.tempo.as_ref();
        tempo.is_some_and(|tempo| tempo.push(tenant, Transport::Grpc, request, false).is_ok())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<HeldBatch>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SpanSink for LabCollector {
    fn push(
        &self,
        tenant: Option<&str>,
        transport: Transport,
        request: ExportTraceServiceRequest,
        _skip_metrics: bool,
    ) -> Result<(), PushError> {
        let mut batches = request.resource_spans;
        let came = iterate_spans(&batches).count() as f64;
        if came == 0.0 {
            return Ok(());
        }
        let labels = [
            ("receiver", "otlp"),
            ("transport", if transport == Transport::Http { "http" } else { "grpc" }),
        ];
        let refuses = self.state == CollectorState::MemoryLimiter;
        let (accepted, refused) = if refuses { (0.0, came) } else { (came, 0.0) };
        self.metrics.add("otelcol_receiver_accepted_spans", &labels, accepted);
        self.metrics.add("otelcol_receiver_refused_spans", &labels, refused);
        self.metrics.touch("otelcol_receiver_failed_spans", &labels);
        if refuses {
            let labels = [("processor", "memory_limiter")];
            self.metrics
                .add("otelcol_processor_memory_limiter_refused_spans", &labels, came);
            return Err(PushError::Unavailable(
                "data refused due to high memory usage".to_owned(),
            ));
        }
        self.process(&mut batches);
        let spans = iterate_spans(&batches).count() as f64;
        if spans > 0.0 {
            let sampling = self.state == CollectorState::TailSampling;
            let (stage, wait) = if sampling {
                (BatchStage::Sampling, self.decision)
            } else {
                (BatchStage::Batch, self.batch)
            };
            self.lock().push(HeldBatch {
                due: deadline_after(wait),
                tenant: tenant.map(str::to_owned),
                batches,
                spans,
                stage,
            });
        }
        Ok(())
    }
}

/// Its own metrics, on a port of their own.
pub(crate) fn build_metrics_router(collector: Arc<LabCollector>) -> Router {
    Router::new().route(
        "/metrics",
        get(async move || {
            (
                [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
                collector.metrics.render(),
            )
        }),
    )
}
