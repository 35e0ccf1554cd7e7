//! Pushing to an OTLP receiver with the receiver's own answer visible: status, message, partial success, Retry-After.

use std::time::Instant;

use http::Method;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use prost::Message;
use tonic::codec::CompressionEncoding;

use crate::model::marker::{Protocol, PushAnswer, SpanSpec};
use crate::model::{Failure, FailureKind, Slot};

use super::connect::ConnectOptions;
use super::export;
use super::failures::enrich_failure;
use super::grpc;
use super::http::{BuildError, HttpClient};
use super::otlp_wire;
use super::trust;

/// A sender to one receiver.
#[derive(Clone)]
pub struct OtlpClient {
    protocol: Protocol,
    connect: ConnectOptions,
    gzip: bool,
    http: Option<HttpClient>,
}

impl OtlpClient {
    /// A sender. The base of `connect` is the exact address: with its path for HTTP, without one for gRPC.
    pub fn new(protocol: Protocol, connect: ConnectOptions, gzip: bool) -> Result<Self, BuildError> {
        let http = match protocol {
            Protocol::Grpc => {
                trust::check_client_certificate(connect.tls())?;
                None
            }
            _ => Some(HttpClient::new(connect.clone())?),
        };
        Ok(OtlpClient {
            protocol,
            connect,
            gzip,
            http,
        })
    }

    /// The same sender for another tenant.
    pub fn for_tenant(&self, tenant: &str) -> Result<Self, BuildError> {
        OtlpClient::new(self.protocol, self.connect.for_tenant(tenant), self.gzip)
    }

    /// Where this sender sends.
    pub fn endpoint(&self) -> &str {
        self.connect.base()
    }

    /// Its transport.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Pushes one trace.
    pub async fn push(&self, trace_id: &str, spans: &[SpanSpec]) -> Slot<PushAnswer> {
        match self.protocol {
            Protocol::Grpc => self.push_grpc(otlp_wire::build_request(trace_id, spans)).await,
            Protocol::HttpProtobuf => {
                let body = otlp_wire::build_request(trace_id, spans).encode_to_vec();
                self.push_http("application/x-protobuf", body).await
            }
            Protocol::HttpJson => {
                let body = otlp_wire::build_json_request(trace_id, spans).to_string().into_bytes();
                self.push_http("application/json", body).await
            }
        }
    }

    /// An export without spans: proves address, transport and path, and moves no counter.
    pub async fn push_nothing(&self) -> Slot<PushAnswer> {
        self.push("", &[]).await
    }

    async fn push_http(&self, content_type: &'static str, body: Vec<u8>) -> Slot<PushAnswer> {
        let Some(http) = &self.http else {
            return Slot::NotAsked;
        };
        let slot = http
            .ask_raw(Method::POST, "", &[("content-type", content_type)], Some(body.into()))
            .await;
        slot.and_then(|raw| export::parse_push_answer(raw, Some(self.protocol), &self.connect))
    }

    async fn push_grpc(&self, request: ExportTraceServiceRequest) -> Slot<PushAnswer> {
        let started = Instant::now();
        let target = format!("gRPC TraceService/Export to {}", self.connect.base());
        let result = tokio::time::timeout(self.connect.deadline, self.export(request, &target)).await;
        match result {
            Ok(Ok(answer)) => Slot::known(answer, started.elapsed().as_millis() as u64),
            Ok(Err(mut failure)) => {
                failure.detail = (self.connect.redact)(&failure.detail);
                Slot::failed(enrich_failure(failure, &self.connect).await)
            }
            Err(_) => Slot::failed(Failure::new(
                FailureKind::TimedOut,
                target,
                format!("no answer within {:.1} s", self.connect.deadline.as_secs_f64()),
            )),
        }
    }

    async fn export(&self, request: ExportTraceServiceRequest, target: &str) -> Result<PushAnswer, Failure> {
        let channel = grpc::open_channel(&self.connect, target).await?;
        let mut client = TraceServiceClient::new(channel).max_decoding_message_size(4 * 1024 * 1024);
        if self.gzip {
            // A Go server packs its answer as the call was packed, whether that was asked for or not.
            client = client
                .send_compressed(CompressionEncoding::Gzip)
                .accept_compressed(CompressionEncoding::Gzip);
        }
        let mut call = tonic::Request::new(request);
        grpc::add_headers(&self.connect, call.metadata_mut(), target)?;
        grpc::read_push_result(client.export(call).await, &self.connect, target)
    }
}
