//! OTLP receivers: HTTP with protobuf and JSON, and gRPC. Their answers are those of the collector's receiver that Tempo embeds.

mod grpc;
mod http;
mod json;

pub(crate) use grpc::router as grpc_router;
pub(crate) use http::router as http_router;
