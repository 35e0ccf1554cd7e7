//! Handing over bodies that are encoded already, in any of the encodings that receivers of traces take, with the
//! receiver's own answer visible.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{BufMut, Bytes};
use http::Method;
use http::uri::PathAndQuery;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use tokio::sync::OnceCell;
use tonic::codec::{BufferSettings, Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};

use telemetry::model::marker::{Protocol, PushAnswer};
use telemetry::model::send_report::{BodyCompression, TraceProtocol};
use telemetry::model::{Failure, FailureKind, Slot};
use telemetry::parse::otlp as parse;

use super::checked_channel::CheckedChannel;
use super::connect::ConnectOptions;
use super::failures::enrich_failure;
use super::grpc;
use super::http::{BuildError, HttpClient, RawAnswer};
use super::trust;

/// Answers of receivers are a few bytes; more is not read.
const ANSWER_LIMIT: usize = 4 * 1024 * 1024;

/// A sender over one connection.
#[derive(Clone)]
pub struct ExportClient {
    wire: TraceProtocol,
    packing: BodyCompression,
    connect: ConnectOptions,
    transport: ExportTransport,
}

#[derive(Clone)]
enum ExportTransport {
    Http(Box<HttpClient>),
    /// Connected by the first call that can, and again by itself after a failure.
    Grpc(Arc<OnceCell<CheckedChannel>>),
}

impl ExportClient {
    /// A sender. The base of `connect` is the exact address: with its path for HTTP, without one for gRPC.
    pub fn new(wire: TraceProtocol, connect: ConnectOptions, packing: BodyCompression) -> Result<Self, BuildError> {
        let transport = if wire.is_grpc() {
            trust::check_client_certificate(connect.tls())?;
            grpc::check_endpoint(&connect)?;
            ExportTransport::Grpc(Arc::default())
        } else {
            ExportTransport::Http(Box::new(HttpClient::new(connect.clone())?))
        };
        Ok(ExportClient {
            wire,
            packing,
            connect,
            transport,
        })
    }

    /// The same sender for another tenant.
    pub fn for_tenant(&self, tenant: &str) -> Result<Self, BuildError> {
        ExportClient::new(self.wire, self.connect.for_tenant(tenant), self.packing)
    }

    /// How its receiver is reached.
    pub fn connect(&self) -> &ConnectOptions {
        &self.connect
    }

    /// Where this sender sends.
    pub fn endpoint(&self) -> &str {
        self.connect.base()
    }

    /// In what.
    pub fn wire(&self) -> TraceProtocol {
        self.wire
    }

    /// How long one call may take.
    pub fn deadline(&self) -> Duration {
        self.connect.deadline
    }

    /// The same sender with a connection of its own.
    pub fn new_connection(&self) -> Result<Self, BuildError> {
        ExportClient::new(self.wire, self.connect.clone(), self.packing)
    }

    /// Hands one body over.
    pub async fn send(&self, body: Bytes) -> Slot<PushAnswer> {
        match &self.transport {
            ExportTransport::Http(http) => self.post(http, body).await,
            ExportTransport::Grpc(channel) => self.call(channel, body).await,
        }
    }

    /// Hands bodies over, one after the other, as far as they are accepted; what the last of these was answered, and how long
    /// it took in all.
    pub async fn send_all(&self, bodies: Vec<Vec<u8>>) -> Slot<PushAnswer> {
        let mut took = 0;
        let mut last = Slot::NotAsked;
        for body in bodies {
            last = self.send(body.into()).await;
            took += last.took_ms().unwrap_or(0);
            if !last.get().is_some_and(PushAnswer::is_accepted) {
                return last;
            }
        }
        match last {
            Slot::Known { value, .. } => Slot::known(value, took),
            other => other,
        }
    }

    async fn post(&self, http: &HttpClient, body: Bytes) -> Slot<PushAnswer> {
        let packed = match self.packing {
            BodyCompression::None => body,
            BodyCompression::Gzip => unwrap_packed(compress_gzip(&body)),
            BodyCompression::Zstd => unwrap_packed(zstd::bulk::compress(&body, 1)),
        };
        let content = ("content-type", self.wire.content_type());
        let encoding = |name| ("content-encoding", name);
        let headers: &[(&'static str, &str)] = match self.packing {
            BodyCompression::None => &[content],
            BodyCompression::Gzip => &[content, encoding("gzip")],
            BodyCompression::Zstd => &[content, encoding("zstd")],
        };
        let slot = http.ask_raw(Method::POST, "", headers, Some(packed)).await;
        let protocol = self.wire.otlp_protocol();
        slot.and_then(|raw| parse_push_answer(raw, protocol, &self.connect))
    }

    async fn call(&self, channel: &OnceCell<CheckedChannel>, body: Bytes) -> Slot<PushAnswer> {
        let started = Instant::now();
        let target = format!(
            "gRPC {} to {}",
            self.wire.path().trim_start_matches('/'),
            self.connect.base()
        );
        let result = tokio::time::timeout(self.connect.deadline, self.export(channel, body, &target)).await;
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

    async fn export(
        &self,
        channel: &OnceCell<CheckedChannel>,
        body: Bytes,
        target: &str,
    ) -> Result<PushAnswer, Failure> {
        let channel = channel
            .get_or_try_init(|| grpc::open_channel(&self.connect, target))
            .await?;
        let channel = channel.clone();
        let mut client = tonic::client::Grpc::new(channel).max_decoding_message_size(ANSWER_LIMIT);
        let encoding = match self.packing {
            BodyCompression::None => None,
            BodyCompression::Gzip => Some(CompressionEncoding::Gzip),
            BodyCompression::Zstd => Some(CompressionEncoding::Zstd),
        };
        if let Some(encoding) = encoding {
            // A Go server packs its answer as the call was packed, whether that was asked for or not.
            client = client.send_compressed(encoding).accept_compressed(encoding);
        }
        let size = body.len();
        let mut call = tonic::Request::new(body);
        grpc::add_headers(&self.connect, call.metadata_mut(), target)?;
        let result = match client.ready().await {
            Ok(()) => {
                client
                    .unary(call, PathAndQuery::from_static(self.wire.path()), RawCodec { size })
                    .await
            }
            // The service in front of the channel is closed: the same as a connection that broke.
            Err(error) => Err(tonic::Status::from_error(error.into())),
        };
        grpc::read_push_result(result, &self.connect, target)
    }
}

/// What an answer over HTTP says. Other receivers than OTLP's say in plain text why they refuse.
fn parse_push_answer(raw: RawAnswer, otlp: Option<Protocol>, connect: &ConnectOptions) -> Result<PushAnswer, Failure> {
    let status = raw.status;
    let protocol = otlp.unwrap_or(Protocol::HttpJson);
    // What other receivers answer a success with says nothing.
    let body = if otlp.is_none() && (200..300).contains(&status) {
        &[]
    } else {
        raw.body.as_slice()
    };
    let redact = |text: &str| (connect.redact)(text);
    match parse::parse_http_answer(status, &raw.headers, body, protocol, connect.base()) {
        Ok(answer) => Ok(PushAnswer {
            message: redact(&answer.message),
            ..answer
        }),
        Err(why) => {
            let target = format!("POST {}", connect.base());
            Err(Failure::new(FailureKind::Protocol, target, redact(&why)).with_status(status))
        }
    }
}

fn compress_gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::with_capacity(body.len() / 6), flate2::Compression::fast());
    writer.write_all(body)?;
    writer.finish()
}

/// Packing into memory does not fail.
fn unwrap_packed(result: std::io::Result<Vec<u8>>) -> Bytes {
    result.map(Bytes::from).unwrap_or_default()
}

/// Bodies go out as they are; an answer is what an OTLP receiver answers, which an empty one is as well.
struct RawCodec {
    size: usize,
}

struct RawEncoder {
    size: usize,
}

struct AnswerDecoder;

impl Codec for RawCodec {
    type Encode = Bytes;
    type Decode = ExportTraceServiceResponse;
    type Encoder = RawEncoder;
    type Decoder = AnswerDecoder;

    fn encoder(&mut self) -> RawEncoder {
        RawEncoder { size: self.size }
    }

    fn decoder(&mut self) -> AnswerDecoder {
        AnswerDecoder
    }
}

impl Encoder for RawEncoder {
    type Item = Bytes;
    type Error = tonic::Status;

    fn encode(&mut self, item: Bytes, out: &mut EncodeBuf<'_>) -> Result<(), tonic::Status> {
        out.reserve(item.len());
        out.put(item);
        Ok(())
    }

    fn buffer_settings(&self) -> BufferSettings {
        // The message and its five bytes of framing, at once.
        BufferSettings::new(self.size + 16, self.size + 16)
    }
}

impl Decoder for AnswerDecoder {
    type Item = ExportTraceServiceResponse;
    type Error = tonic::Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Self::Item>, tonic::Status> {
        ExportTraceServiceResponse::decode(from)
            .map(Some)
            .map_err(|error| tonic::Status::internal(error.to_string()))
    }
}
