//! The distributor: tenant, limits, ids, then storage and generator. The order of the counters is that of
//! grafana/tempo v3.0.3: modules/distributor/distributor.go.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans};
use prost::Message;

use super::super::receiver::SpanSink;
use super::super::settings::SINGLE_TENANT;
use super::LabTempo;
use super::store::StoreRefusal;

/// How a push came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Http,
    Grpc,
}

/// Why a push was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PushError {
    NoOrgId,
    RateLimited {
        message: String,
        retry_after_s: Option<u64>,
    },
    Invalid(String),
    Unavailable(String),
}

/// The tokens that are left of the ingestion rate, per process.
#[derive(Debug)]
pub(crate) struct TokenBucket {
    tokens: Mutex<(f64, Instant)>,
}

impl TokenBucket {
    pub(crate) fn full(burst: u64) -> TokenBucket {
        TokenBucket {
            tokens: Mutex::new((burst as f64, Instant::now())),
        }
    }

    fn take(&self, size: u64, rate: u64, burst: u64) -> bool {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let refilled = tokens.0 + now.duration_since(tokens.1).as_secs_f64() * rate as f64;
        *tokens = (refilled.min(burst as f64), now);
        let enough = tokens.0 >= size as f64;
        if enough {
            tokens.0 -= size as f64;
        }
        enough
    }
}

/// Spans of one trace, in the shape they were sent in.
pub(crate) struct TracePart {
    pub(crate) id: [u8; 16],
    pub(crate) batches: Vec<ResourceSpans>,
    pub(crate) spans: u64,
    pub(crate) bytes: u64,
}

impl SpanSink for LabTempo {
    /// Takes what a receiver decoded. `tenant` is the header, if it was sent; `skip_metrics` the header `no-generate-metrics`.
    fn push(
        &self,
        tenant: Option<&str>,
        transport: Transport,
        request: ExportTraceServiceRequest,
        skip_metrics: bool,
    ) -> Result<(), PushError> {
        let spans = count_spans(&request.resource_spans);
        if spans == 0 {
            return Ok(());
        }
        let outcome = self.push_spans(tenant, request, spans, skip_metrics);
        let labels = [
            ("receiver", "otlp/otlp_receiver"),
            ("transport", if transport == Transport::Http { "http" } else { "grpc" }),
        ];
        let (accepted, refused) = if outcome.is_ok() { (spans, 0) } else { (0, spans) };
        self.metrics
            .add("tempo_receiver_accepted_spans", &labels, accepted as f64);
        self.metrics
            .add("tempo_receiver_refused_spans", &labels, refused as f64);
        outcome
    }
}

impl LabTempo {
    fn push_spans(
        &self,
        tenant: Option<&str>,
        request: ExportTraceServiceRequest,
        spans: u64,
        skip_metrics: bool,
    ) -> Result<(), PushError> {
        let began = Instant::now();
        let tenant = if self.settings.fault.multitenancy {
            tenant.filter(|tenant| !tenant.is_empty()).ok_or(PushError::NoOrgId)?
        } else {
            SINGLE_TENANT
        };
        let by_tenant = [("tenant", tenant)];
        let bytes = request.encoded_len() as u64;
        self.metrics
            .add("tempo_distributor_ingress_bytes_total", &by_tenant, bytes as f64);
        let pushed = self
            .check_rate(tenant, bytes, spans)
            .and_then(|()| self.distribute(tenant, request.resource_spans, spans, bytes, skip_metrics));
        self.metrics.observe(
            "tempo_distributor_push_duration_seconds",
            &[],
            began.elapsed().as_secs_f64(),
        );
        pushed
    }

    fn check_rate(&self, tenant: &str, bytes: u64, spans: u64) -> Result<(), PushError> {
        let limits = &self.settings.limits;
        if self.bucket.take(bytes, limits.rate_bytes, limits.burst_bytes) {
            return Ok(());
        }
        self.count_discarded(tenant, "rate_limited", spans);
        let (rate, burst) = (limits.rate_bytes, limits.burst_bytes);
        let problem = if bytes > burst {
            format!(
                "batch size ({bytes} bytes) exceeds ingestion limit (local: {rate} bytes/s, global: 0 bytes/s, burst: {burst} bytes) while adding {bytes} bytes for user {tenant}. consider reducing batch size or increasing rate limit."
            )
        } else {
            format!(
                "ingestion rate limit (local: {rate} bytes/s, global: 0 bytes/s, burst: {burst} bytes) exceeded while adding {bytes} bytes for user {tenant}. consider increasing the limit or reducing ingestion rate."
            )
        };
        Err(PushError::RateLimited {
            message: format!("RATE_LIMITED: {problem}"),
            retry_after_s: self.settings.is_v3().then_some(5),
        })
    }

    fn distribute(
        &self,
        tenant: &str,
        batches: Vec<ResourceSpans>,
        spans: u64,
        bytes: u64,
        skip_metrics: bool,
    ) -> Result<(), PushError> {
        let by_tenant = [("tenant", tenant)];
        self.metrics
            .add("tempo_distributor_bytes_received_total", &by_tenant, bytes as f64);
        self.metrics
            .add("tempo_distributor_spans_received_total", &by_tenant, spans as f64);
        self.check_ids(tenant, &batches, spans)?;
        let parts = split_by_trace(&batches);
        self.metrics
            .observe("tempo_distributor_traces_per_batch", &[], parts.len() as f64);
        self.observe_distance(tenant, &batches);
        self.store_parts(tenant, parts);
        self.generate(tenant, &batches, skip_metrics);
        Ok(())
    }

    fn check_ids(&self, tenant: &str, batches: &[ResourceSpans], spans: u64) -> Result<(), PushError> {
        let wrong = batches
            .iter()
            .flat_map(|batch| &batch.scope_spans)
            .flat_map(|scope| &scope.spans)
            .find_map(|span| {
                if span.trace_id.len() != 16 {
                    let bits = span.trace_id.len() * 8;
                    Some((
                        "invalid_trace_id",
                        format!("trace ids must be 128 bit, received {bits} bits"),
                    ))
                } else if self.settings.is_v3()
                    && (span.span_id.len() != 8 || span.span_id.iter().all(|byte| *byte == 0))
                {
                    let message = "span ids must be 64 bit and not all zero".to_owned();
                    Some(("invalid_span_id", message))
                } else {
                    None
                }
            });
        let Some((reason, message)) = wrong else {
            return Ok(());
        };
        if self.settings.is_v3() {
            self.count_discarded(tenant, reason, spans);
        }
        Err(PushError::Invalid(message))
    }

    fn store_parts(&self, tenant: &str, parts: Vec<TracePart>) {
        let (received, created) = if self.settings.is_v3() {
            (
                "tempo_live_store_bytes_received_total",
                "tempo_live_store_traces_created_total",
            )
        } else {
            for reason in ["live_traces_exceeded", "trace_too_large", "unknown_error"] {
                self.count_discarded(tenant, reason, 0);
            }
            self.metrics.set("tempo_distributor_ingester_clients", &[], 1.0);
            self.metrics.add(
                "tempo_distributor_ingester_appends_total",
                &[("ingester", "127.0.0.1:9095")],
                parts.len() as f64,
            );
            (
                "tempo_ingester_bytes_received_total",
                "tempo_ingester_traces_created_total",
            )
        };
        self.metrics.touch(created, &[("tenant", tenant)]);
        for part in parts {
            let labels = [("data_type", "trace"), ("tenant", tenant)];
            self.metrics.add(received, &labels, part.bytes as f64);
            let spans = part.spans;
            match self.store.push(tenant, part, &self.settings.limits) {
                Ok(()) => {}
                Err(StoreRefusal::TraceTooLarge) => self.count_discarded(tenant, "trace_too_large", spans),
                Err(StoreRefusal::TooManyLive) => self.count_discarded(tenant, "live_traces_exceeded", spans),
            }
        }
    }

    fn generate(&self, tenant: &str, batches: &[ResourceSpans], skip_metrics: bool) {
        if self.settings.processors.is_empty() {
            return;
        }
        let by_tenant = [("tenant", tenant)];
        self.metrics
            .add("tempo_distributor_forwarder_pushes_total", &by_tenant, 1.0);
        let queue = [("name", "metrics-generator"), ("tenant", tenant)];
        self.metrics.set("tempo_distributor_queue_length", &queue, 0.0);
        self.metrics.add("tempo_distributor_queue_pushes_total", &queue, 1.0);
        let pushes = "tempo_distributor_metrics_generator_pushes";
        if !self.generator.is_configured() {
            // 3.0 hands spans to a generator that is not there; 2.10 finds none in the ring.
            if self.settings.is_v3() {
                let local = [("metrics_generator", "local")];
                self.metrics.add(&format!("{pushes}_total"), &local, 1.0);
                self.metrics.add(&format!("{pushes}_failures_total"), &local, 1.0);
            }
            return;
        }
        let target = if self.settings.is_v3() {
            "local"
        } else {
            self.metrics
                .set("tempo_distributor_metrics_generator_clients", &[], 1.0);
            "127.0.0.1:9095"
        };
        self.metrics
            .add(&format!("{pushes}_total"), &[("metrics_generator", target)], 1.0);
        if skip_metrics {
            self.metrics.add(
                "tempo_metrics_generator_metrics_generation_skipped_processor_pushes_total",
                &[("tenant", tenant)],
                1.0,
            );
            return;
        }
        self.generator.push(tenant, batches);
    }

    /// How far the spans' ends lie from now.
    fn observe_distance(&self, tenant: &str, batches: &[ResourceSpans]) {
        let now = super::unix_seconds_now();
        for span in iterate_spans(batches) {
            let age = now - span.end_time_unix_nano as f64 / 1e9;
            let name = if age >= 0.0 {
                "tempo_spans_distance_in_past_seconds"
            } else {
                "tempo_spans_distance_in_future_seconds"
            };
            self.metrics.observe(name, &[("tenant", tenant)], age.abs().floor());
        }
    }

    fn count_discarded(&self, tenant: &str, reason: &str, spans: u64) {
        let labels = [("reason", reason), ("tenant", tenant)];
        self.metrics.add("tempo_discarded_spans_total", &labels, spans as f64);
    }
}

pub(crate) fn iterate_spans(
    batches: &[ResourceSpans],
) -> impl Iterator<Item = &opentelemetry_proto::tonic::trace::v1::Span> {
    batches
        .iter()
        .flat_map(|batch| &batch.scope_spans)
        .flat_map(|scope| &scope.spans)
}

fn count_spans(batches: &[ResourceSpans]) -> u64 {
    iterate_spans(batches).count() as u64
}

/// The spans of each trace, still under the resource and scope they came with.
fn split_by_trace(batches: &[ResourceSpans]) -> Vec<TracePart> {
    let mut traces: BTreeMap<[u8; 16], Vec<ResourceSpans>> = BTreeMap::new();
    for batch in batches {
        for scope in &batch.scope_spans {
            let mut of_trace: BTreeMap<[u8; 16], ScopeSpans> = BTreeMap::new();
            for span in &scope.spans {
                let Ok(id) = <[u8; 16]>::try_from(span.trace_id.as_slice()) else {
                    continue;
                };
                of_trace
                    .entry(id)
                    .or_insert_with(|| ScopeSpans {
                        spans: Vec::new(),
                        ..scope.clone()
                    })
                    .spans
                    .push(span.clone());
            }
            for (id, scope) in of_trace {
                traces.entry(id).or_default().push(ResourceSpans {
                    scope_spans: vec![scope],
                    ..batch.clone()
                });
            }
        }
    }
    traces
        .into_iter()
        .map(|(id, batches)| TracePart {
            spans: count_spans(&batches),
            bytes: batches.iter().map(|batch| batch.encoded_len() as u64).sum(),
            id,
            batches,
        })
        .collect()
}
