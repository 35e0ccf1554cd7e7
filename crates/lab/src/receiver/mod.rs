//! OTLP receivers: HTTP with protobuf and JSON, and gRPC. Their answers are those of the collector's receiver that Tempo embeds.

mod grpc;
mod http;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;

use super::tempo::{PushError, Transport};

pub(crate) use grpc::build_grpc_router;
pub(crate) use http::build_http_router;

/// Whoever stands behind a receiver: Tempo's distributor, or the pipeline of a collector.
pub(crate) trait SpanSink: Send + Sync + 'static {
    /// Takes what was decoded.
    fn push(
        &self,
        tenant: Option<&str>,
        transport: Transport,
        request: ExportTraceServiceRequest,
        skip_metrics: bool,
    ) -> Result<(), PushError>;
}
