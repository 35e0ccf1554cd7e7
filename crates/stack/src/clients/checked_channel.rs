//! The one kind of channel that gRPC clients are given: below tonic, and above the connection, every answer is made one that
//! tonic reads without a panic.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use futures_util::TryFutureExt;
use futures_util::future::MapOk;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt;
use tonic::body::Body;
use tonic::codegen::{Context, Poll, Service};
use tonic::transport::Channel;
use tonic::transport::channel::ResponseFuture;

/// What tonic reads as bytes as soon as an answer has a status, in headers and trailers alike: it panics where this is no
/// base64 (`Status::from_header_map`). All other metadata it reads without a panic, or only when asked to.
const DETAILS: &str = "grpc-status-details-bin";

/// Base64 as tonic reads it: padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A channel that drops what tonic would panic on.
#[derive(Debug, Clone)]
pub(super) struct CheckedChannel(Channel);

impl CheckedChannel {
    pub(super) fn new(channel: Channel) -> Self {
        CheckedChannel(channel)
    }
}

impl Service<Request<Body>> for CheckedChannel {
    type Response = Response<Body>;
    type Error = tonic::transport::Error;
    type Future = MapOk<ResponseFuture, fn(Response<Body>) -> Response<Body>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.0.call(request).map_ok(check_answer)
    }
}

fn check_answer(mut answer: Response<Body>) -> Response<Body> {
    drop_malformed_details(answer.headers_mut());
    answer.map(|body| {
        Body::new(body.map_frame(|mut frame| {
            if let Some(trailers) = frame.trailers_mut() {
                drop_malformed_details(trailers);
            }
            frame
        }))
    })
}

/// The details only add to what status and message say; without them the answer is read as one that has none.
fn drop_malformed_details(metadata: &mut HeaderMap) {
    let mut values = metadata.get_all(DETAILS).iter();
    if values.any(|value| BASE64.decode(value.as_bytes()).is_err()) {
        metadata.remove(DETAILS);
    }
}
