//! The lab's application: `frontend` calls `orders`, which calls a database, about once a second. Its spans are made by
//! the OpenTelemetry SDK and sent by its OTLP exporter, like those of any other application.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{Span as _, SpanKind, Status, TraceContextExt as _, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, SpanData, SpanExporter as _, SpanProcessor};

use super::error::LabError;
use super::task::LabTask;

/// Two services that send to an OTLP/gRPC endpoint.
pub(crate) fn start_application(endpoint: &str, every: Duration) -> Result<LabTask, LabError> {
    let (frontend, orders) = (
        SampleService::new("frontend", endpoint)?,
        SampleService::new("orders", endpoint)?,
    );
    Ok(LabTask::spawn(async move {
        let mut tick = tokio::time::interval(every);
        let mut count = 0_u32;
        loop {
            tick.tick().await;
            count += 1;
            make_checkout_trace(
                &frontend.tracer,
                &orders.tracer,
                SystemTime::now(),
                count.is_multiple_of(5),
            );
            frontend.send().await;
            orders.send().await;
        }
    }))
}

/// A worker whose one trace never ends.
pub(crate) fn start_long_trace(endpoint: &str, every: Duration) -> Result<LabTask, LabError> {
    let worker = SampleService::new("worker", endpoint)?;
    let root = worker.tracer.start("process queue").span_context().clone();
    Ok(LabTask::spawn(async move {
        let mut tick = tokio::time::interval(every);
        loop {
            tick.tick().await;
            let parent = Context::new().with_remote_span_context(root.clone());
            let mut step = worker
                .tracer
                .span_builder("step")
                .start_with_context(&worker.tracer, &parent);
            step.end();
            worker.send().await;
        }
    }))
}

/// A few traces that ended some time ago, and then silence.
pub(crate) async fn send_past_traces(endpoint: &str, ago: Duration) -> Result<(), LabError> {
    let (frontend, orders) = (
        SampleService::new("frontend", endpoint)?,
        SampleService::new("orders", endpoint)?,
    );
    for _ in 0..3 {
        let ended = SystemTime::now().checked_sub(ago).unwrap_or(SystemTime::UNIX_EPOCH);
        make_checkout_trace(&frontend.tracer, &orders.tracer, ended, false);
    }
    frontend.send().await;
    orders.send().await;
    Ok(())
}

/// One instrumented service.
struct SampleService {
    tracer: SdkTracer,
    _provider: SdkTracerProvider,
    ended: EndedSpans,
    exporter: SpanExporter,
}

/// Ended spans, kept until they are sent. The SDK's own batching would need a thread that outlives the lab.
#[derive(Debug, Clone, Default)]
struct EndedSpans(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for EndedSpans {
    fn on_start(&self, _span: &mut opentelemetry_sdk::trace::Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl SampleService {
    fn new(name: &'static str, endpoint: &str) -> Result<SampleService, LabError> {
        let resource = Resource::builder()
            .with_service_name(name)
            .with_attribute(KeyValue::new("deployment.environment", "lab"))
            .build();
        let mut exporter = SpanExporter::builder()
            .with_tonic()
            .with_endpoint(endpoint)
            .with_timeout(Duration::from_secs(5))
            .build()
            .map_err(|error| LabError::Io {
                what: "the sample application's exporter".to_owned(),
                source: std::io::Error::other(error.to_string()),
            })?;
        exporter.set_resource(&resource);
        let ended = EndedSpans::default();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(ended.clone())
            .with_resource(resource)
            .build();
        Ok(SampleService {
            tracer: provider.tracer("lab"),
            _provider: provider,
            ended,
            exporter,
        })
    }

    /// Sends what has ended. An application does not stop because its telemetry is refused.
    async fn send(&self) {
        let spans = std::mem::take(&mut *self.ended.0.lock().unwrap_or_else(PoisonError::into_inner));
        if !spans.is_empty() {
            let _ = self.exporter.export(spans).await;
        }
    }
}

/// One request through both services, which just ended.
fn make_checkout_trace(frontend: &SdkTracer, orders: &SdkTracer, now: SystemTime, fails: bool) {
    let began = now.checked_sub(Duration::from_millis(18)).unwrap_or(now);
    let ok = i64::from(!fails);
    let root = SampleSpan::new("GET /checkout", SpanKind::Server, 0, 18)
        .with("http.request.method", "GET")
        .with("http.response.status_code", 500 - 300 * ok)
        .failing(fails);
    let call = SampleSpan::new("POST /orders", SpanKind::Client, 1, 15).with("peer.service", "orders");
    let serve = SampleSpan::new("POST /orders", SpanKind::Server, 2, 13)
        .with("http.response.status_code", 500 - 299 * ok)
        .failing(fails);
    let insert = SampleSpan::new("INSERT orders", SpanKind::Client, 3, 9)
        .with("db.system", "postgresql")
        .with("db.name", "orders");
    let mut parent = Context::new();
    for (tracer, step) in [(frontend, root), (frontend, call), (orders, serve), (orders, insert)] {
        parent = step.record(tracer, began, &parent);
    }
}

/// A span to be.
struct SampleSpan {
    name: &'static str,
    kind: SpanKind,
    offset_ms: u64,
    length_ms: u64,
    attributes: Vec<KeyValue>,
    fails: bool,
}

impl SampleSpan {
    fn new(name: &'static str, kind: SpanKind, offset_ms: u64, length_ms: u64) -> SampleSpan {
        SampleSpan {
            name,
            kind,
            offset_ms,
            length_ms,
            attributes: Vec::new(),
            fails: false,
        }
    }

    fn with(mut self, key: &'static str, value: impl Into<opentelemetry::Value>) -> SampleSpan {
        self.attributes.push(KeyValue::new(key, value));
        self
    }

    fn failing(mut self, fails: bool) -> SampleSpan {
        self.fails = fails;
        self
    }

    /// Makes the span and returns the context its children stand in.
    fn record(self, tracer: &SdkTracer, began: SystemTime, parent: &Context) -> Context {
        let start = began
            .checked_add(Duration::from_millis(self.offset_ms))
            .unwrap_or(began);
        let mut span = tracer
            .span_builder(self.name)
            .with_kind(self.kind)
            .with_start_time(start)
            .with_attributes(self.attributes)
            .start_with_context(tracer, parent);
        if self.fails {
            span.set_status(Status::error("out of stock"));
        }
        let context = span.span_context().clone();
        let end = start.checked_add(Duration::from_millis(self.length_ms));
        span.end_with_timestamp(end.unwrap_or(start));
        Context::new().with_remote_span_context(context)
    }
}
