//! OTLP receivers: HTTP with protobuf and JSON, and gRPC. Their answers are those of the collector's receiver that Tempo embeds.

mod grpc;
mod http;
mod json;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;

use super::tempo::{PushError, Tempo, Transport};

pub(crate) use grpc::router as grpc_router;
pub(crate) use http::router as http_router;

/// Whoever stands behind a receiver: Tempo's distributor, or the pipeline of a collector.
pub(crate) trait Sink: Send + Sync + 'static {
    /// Takes what was decoded.
    fn push(
        &self,
        tenant: Option<&str>,
        transport: Transport,
        request: ExportTraceServiceRequest,
        skip_metrics: bool,
    ) -> Result<(), PushError>;
}

impl Sink for Tempo {
    fn push(
        &self,
        tenant: Option<&str>,
        transport: Transport,
        request: ExportTraceServiceRequest,
        skip_metrics: bool,
    ) -> Result<(), PushError> {
        Tempo::push(self, tenant, transport, request, skip_metrics)
    }
}
