//! The only home of reqwest and tonic: connections, deadlines, bounded bodies, and failures in our own words.
//!
//! May import: model, parse.

mod checked_channel;
pub mod connect;
pub mod export;
pub mod failures;
mod grpc;
pub mod grafana;
pub mod http;
pub mod logs;
pub mod streaming;
mod trust;
#[allow(missing_docs, clippy::all, clippy::unwrap_used, reason = "generated")]
#[rustfmt::skip]
mod tempopb;

pub use connect::{ConnectOptions, PemText, TlsFiles};
pub use grafana::GrafanaClient;
pub use http::HttpClient;

/// A builder of plain HTTP clients: the one place where the cryptography of TLS is chosen for the process.
pub fn build_http_client() -> reqwest::ClientBuilder {
    // An error says that it was chosen before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}
