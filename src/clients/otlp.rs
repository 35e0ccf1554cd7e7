//! Pushing to an OTLP receiver with the receiver's own answer visible: status, message, partial success, Retry-After.

use std::time::{Duration, Instant};

use http::Method;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use prost::Message;
use secrecy::ExposeSecret;
use tonic::codec::CompressionEncoding;
use tonic::metadata::{MetadataKey, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use crate::model::marker::{Protocol, PushAnswer, SpanSpec};
use crate::model::{Failure, FailureKind, Slot};
use crate::parse::otlp as parse;

use super::connect::Connect;
use super::failures::{of_status, of_transport};
use super::http::{BuildError, HttpClient};
use super::otlp_wire;

/// A sender to one receiver.
#[derive(Clone)]
pub struct OtlpClient {
    protocol: Protocol,
    connect: Connect,
    gzip: bool,
    http: Option<HttpClient>,
}

impl OtlpClient {
    /// A sender. `connect.base` is the exact address: with its path for HTTP, without one for gRPC.
    pub fn new(protocol: Protocol, connect: Connect, gzip: bool) -> Result<Self, BuildError> {
        let http = match protocol {
            Protocol::Grpc => None,
            _ => Some(HttpClient::new(connect.clone())?),
        };
        Ok(OtlpClient {
            protocol,
            connect,
            gzip,
            http,
        })
    }

    /// Where this sender sends.
    pub fn endpoint(&self) -> &str {
        &self.connect.base
    }

    /// Its transport.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Pushes one trace.
    pub async fn push(&self, trace_id: &str, spans: &[SpanSpec]) -> Slot<PushAnswer> {
        match self.protocol {
            Protocol::Grpc => self.push_grpc(otlp_wire::request(trace_id, spans)).await,
            Protocol::HttpProtobuf => {
                let body = otlp_wire::request(trace_id, spans).encode_to_vec();
                self.push_http("application/x-protobuf", body).await
            }
            Protocol::HttpJson => {
                let body = otlp_wire::json_request(trace_id, spans).to_string().into_bytes();
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
            .ask(Method::POST, "", &[("content-type", content_type)], Some(body.into()))
            .await;
        slot.and_then(|answer| Ok(parse::http_answer(answer, self.protocol, &self.connect.base)))
    }

    async fn push_grpc(&self, request: ExportTraceServiceRequest) -> Slot<PushAnswer> {
        let started = Instant::now();
        let target = format!("gRPC TraceService/Export to {}", self.connect.base);
        let result = tokio::time::timeout(self.connect.deadline, self.export(request, &target)).await;
        match result {
            Ok(Ok(answer)) => Slot::known(answer, started.elapsed().as_millis() as u64),
            Ok(Err(mut failure)) => {
                failure.detail = (self.connect.redact)(&failure.detail);
                Slot::failed(failure)
            }
            Err(_) => Slot::failed(Failure::new(
                FailureKind::TimedOut,
                target,
                format!("no answer within {:.1} s", self.connect.deadline.as_secs_f64()),
            )),
        }
    }

    async fn export(&self, request: ExportTraceServiceRequest, target: &str) -> Result<PushAnswer, Failure> {
        let channel = self.channel(target).await?;
        let mut client = TraceServiceClient::new(channel).max_decoding_message_size(4 * 1024 * 1024);
        if self.gzip {
            client = client.send_compressed(CompressionEncoding::Gzip);
        }
        let mut call = tonic::Request::new(request);
        for (name, value) in &self.connect.headers {
            let key = MetadataKey::from_bytes(name.to_ascii_lowercase().as_bytes())
                .map_err(|error| Failure::new(FailureKind::Protocol, target, format!("header {name}: {error}")))?;
            let value = MetadataValue::try_from(value.expose_secret()).map_err(|_| {
                Failure::new(
                    FailureKind::Protocol,
                    target,
                    format!("header {name} has an unusable value"),
                )
            })?;
            call.metadata_mut().append(key, value);
        }
        let answer = |code: tonic::Code, message: String| PushAnswer {
            protocol: Protocol::Grpc,
            endpoint: self.connect.base.clone(),
            http_status: None,
            grpc_code: Some(code as i32),
            message,
            rejected_spans: 0,
            retry_after_s: None,
            server: None,
        };
        match client.export(call).await {
            Ok(response) => {
                let mut read = answer(tonic::Code::Ok, String::new());
                if let Some(partial) = response.into_inner().partial_success {
                    read.rejected_spans = partial.rejected_spans;
                    read.message = (self.connect.redact)(&partial.error_message);
                }
                Ok(read)
            }
            Err(status) => match of_status(&status, target) {
                Some(failure) => Err(failure),
                None => {
                    let mut read = answer(status.code(), (self.connect.redact)(status.message()));
                    read.retry_after_s = parse::retry_delay(status.details());
                    Ok(read)
                }
            },
        }
    }

    async fn channel(&self, target: &str) -> Result<Channel, Failure> {
        let wrong = |error: &dyn std::fmt::Display| Failure::new(FailureKind::Protocol, target, error.to_string());
        let mut endpoint = Endpoint::from_shared(self.connect.base.clone())
            .map_err(|error| wrong(&error))?
            .connect_timeout(self.connect.deadline.min(Duration::from_secs(5)))
            .timeout(self.connect.deadline);
        if self.connect.base.starts_with("https://") {
            endpoint = endpoint
                .tls_config(self.tls())
                .map_err(|error| of_transport(&error, target))?;
        }
        endpoint.connect().await.map_err(|error| of_transport(&error, target))
    }

    fn tls(&self) -> ClientTlsConfig {
        let tls = &self.connect.tls;
        let mut config = ClientTlsConfig::new().with_webpki_roots();
        if let Some(pem) = &tls.ca {
            config = config.ca_certificate(Certificate::from_pem(pem.text.expose_secret()));
        }
        if let (Some(cert), Some(key)) = (&tls.cert, &tls.key) {
            config = config.identity(Identity::from_pem(cert.text.expose_secret(), key.text.expose_secret()));
        }
        config
    }
}
