//! What every gRPC call needs: the channel with its TLS, the headers as metadata, and what a push is answered.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use tonic::metadata::{MetadataKey, MetadataMap, MetadataValue};
use tonic::transport::{ClientTlsConfig, Endpoint, Identity};

use telemetry::model::marker::{Protocol, PushAnswer};
use telemetry::model::{Failure, FailureKind};
use telemetry::parse::otlp as parse;

use super::checked_channel::CheckedChannel;
use super::connect::ConnectOptions;
use super::failures::{translate_status, translate_transport};
use super::http::BuildError;
use super::trust;

/// The endpoint of a target, not connected yet.
fn build_endpoint(connect: &ConnectOptions, target: &str) -> Result<Endpoint, Failure> {
    let endpoint = Endpoint::from_shared(connect.base().to_owned())
        .map_err(|error| Failure::new(FailureKind::Protocol, target, error.to_string()))?
        .connect_timeout(connect.deadline.min(Duration::from_secs(5)))
        .timeout(connect.deadline);
    if !connect.base().starts_with("https://") {
        return Ok(endpoint);
    }
    let verifier = trust::build_verifier(connect.tls())
        .map_err(|error| Failure::new(FailureKind::Tls, target, error.to_string()))?;
    endpoint
        .tls_config_with_verifier(build_tls_config(connect), verifier)
        .map_err(|error| translate_transport(&error, target))
}

/// A channel to a target, connected.
#[expect(clippy::disallowed_methods, reason = "what comes of it is checked")]
pub(super) async fn open_channel(connect: &ConnectOptions, target: &str) -> Result<CheckedChannel, Failure> {
    let channel = build_endpoint(connect, target)?.connect().await;
    channel
        .map(CheckedChannel::new)
        .map_err(|error| translate_transport(&error, target))
}

/// Whether a channel to a target can be made at all.
pub(super) fn check_endpoint(connect: &ConnectOptions) -> Result<(), BuildError> {
    let made = build_endpoint(connect, connect.base());
    made.map(|_| ())
        .map_err(|failure| BuildError::new(connect.base(), failure))
}

/// A channel to the host and port of a target; a path is no part of gRPC and is left out.
pub(super) async fn open_root_channel(connect: &ConnectOptions, target: &str) -> Result<CheckedChannel, Failure> {
    let connect = connect.root();
    if connect.base().starts_with("https://") && connect.tls().skip_verify {
        let why = "gRPC always verifies certificates: pass the CA certificate with --ca-cert";
        return Err(Failure::new(FailureKind::Tls, target, why));
    }
    open_channel(&connect, target).await
}

/// Adds the target's headers to a call.
pub(super) fn add_headers(connect: &ConnectOptions, metadata: &mut MetadataMap, target: &str) -> Result<(), Failure> {
    let unusable = |why: String| Failure::new(FailureKind::Protocol, target, why);
    for (name, value) in connect.headers() {
        let key = MetadataKey::from_bytes(name.to_ascii_lowercase().as_bytes())
            .map_err(|error| unusable(format!("header {name}: {error}")))?;
        let value = MetadataValue::try_from(value.expose())
            .map_err(|_| unusable(format!("header {name} has an invalid value")))?;
        metadata.append(key, value);
    }
    Ok(())
}

/// What an OTLP receiver says to a push: its status, or that spans were taken in part.
pub(super) fn read_push_result(
    result: Result<tonic::Response<ExportTraceServiceResponse>, tonic::Status>,
    connect: &ConnectOptions,
    target: &str,
) -> Result<PushAnswer, Failure> {
    let answer = |code: tonic::Code, message: &str| PushAnswer {
        protocol: Protocol::Grpc,
        endpoint: connect.base().to_owned(),
        http_status: None,
        grpc_code: Some(code as i32),
        message: (connect.redact)(message),
        rejected_spans: 0,
        retry_after_s: None,
        server: None,
    };
    let status = match result {
        Ok(response) => {
            let partial = response.into_inner().partial_success.unwrap_or_default();
            let mut read = answer(tonic::Code::Ok, &partial.error_message);
            read.rejected_spans = partial.rejected_spans;
            return Ok(read);
        }
        Err(status) => status,
    };
    match translate_status(&status, target) {
        Some(failure) => Err(failure),
        None => {
            let mut read = answer(status.code(), status.message());
            read.retry_after_s = parse::parse_retry_delay(status.details());
            Ok(read)
        }
    }
}

fn build_tls_config(connect: &ConnectOptions) -> ClientTlsConfig {
    let tls = connect.tls();
    let mut config = ClientTlsConfig::new();
    if let (Some(cert), Some(key)) = (&tls.cert, &tls.key) {
        config = config.identity(Identity::from_pem(cert.text.expose(), key.text.expose()));
    }
    config
}
