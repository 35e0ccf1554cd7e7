//! A traced Rust program.
//!
//!     cargo add opentelemetry opentelemetry_sdk
//!     cargo add opentelemetry-otlp --no-default-features --features {{ "trace,grpc-tonic" if grpc else "trace,http-proto,reqwest-blocking-client" }}
{% if grpc %}//!     cargo add tokio --features rt-multi-thread,macros
{% endif %}//!     cargo run
use std::env;

use opentelemetry::trace::{Span, Status, Tracer, TracerProvider};
use opentelemetry::{KeyValue, global};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};

{% if secrets %}// {{ secrets }}: a credential, so it is not written here. Before you start:
//   export OTEL_EXPORTER_OTLP_HEADERS={{ secret_headers|shell }}
{% elif headers %}// Before you start: export OTEL_EXPORTER_OTLP_HEADERS={{ headers|shell }}
{% endif %}{% if grpc %}#[tokio::main]
async {% endif %}fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Environment variables override these defaults.
    let default = |name: &str, value: &str| env::var(name).unwrap_or_else(|_| value.to_owned());
    let exporter = SpanExporter::builder()
        .{{ "with_tonic" if grpc else "with_http" }}()
        .with_endpoint(default("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", {{ traces_url|quoted }}))
        .build()?;
    let provider = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name(default("OTEL_SERVICE_NAME", {{ service|quoted }})).build())
        .with_batch_exporter(exporter)
        .build();
    // Servers read the caller's context with this, and clients inject their own.
    global::set_text_map_propagator(TraceContextPropagator::new());
    let tracer = provider.tracer("app");

    tracer.in_span("load order", |_| {
        let mut span = tracer.start("query");
        span.set_attribute(KeyValue::new("order.id", 1));
        span.set_status(Status::Ok);
        span.end();
    });

    // This sends the last spans; without it they are lost when the program ends.
    provider.shutdown()?;
    Ok(())
}
