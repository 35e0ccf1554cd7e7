//! `opentelemetry.proto.collector.trace.v1.TraceService/Export`.

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tonic::codec::CompressionEncoding;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use super::super::nuisance::{self, Nuisances};
use super::super::options::LabPart;
use super::super::tempo::{PushError, Transport};
use super::SpanSink;

struct GrpcReceiver<S> {
    sink: Arc<S>,
}

/// The receiver on 4317.
pub(crate) fn build_grpc_router<S: SpanSink>(sink: Arc<S>, part: LabPart, nuisances: Nuisances) -> Router {
    let service = TraceServiceServer::new(GrpcReceiver { sink })
        .accept_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(20 * 1024 * 1024);
    Routes::new(service)
        .prepare()
        .into_axum_router()
        .layer(middleware::from_fn_with_state(
            (part, nuisances),
            nuisance::apply_nuisance,
        ))
}

#[tonic::async_trait]
impl<S: SpanSink> TraceService for GrpcReceiver<S> {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let metadata = request.metadata().clone();
        let tenant = metadata.get("x-scope-orgid").and_then(|value| value.to_str().ok());
        let skip = metadata.contains_key("no-generate-metrics");
        self.sink
            .push(tenant, Transport::Grpc, request.into_inner(), skip)
            .map_err(|error| match error {
                PushError::NoOrgId => Status::unavailable("no org id"),
                PushError::RateLimited { message, .. } => Status::resource_exhausted(message),
                PushError::Unavailable(message) => Status::unavailable(message),
                PushError::Invalid(message) => Status::invalid_argument(message),
            })?;
        Ok(Response::new(ExportTraceServiceResponse {
            partial_success: Some(ExportTracePartialSuccess::default()),
        }))
    }
}
