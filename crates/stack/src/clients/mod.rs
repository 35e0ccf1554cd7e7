//! The only home of reqwest and tonic: connections, deadlines, bounded bodies, and failures in our own words.

mod checked_channel;
pub mod answer_budget;
pub mod collector;
pub mod connect;
pub mod export;
pub mod failures;
mod grpc;
pub mod grafana;
pub mod http;
pub mod logs;
pub mod loki;
pub mod prometheus;
pub mod request_cache;
mod request_path;
#[cfg(test)]
mod samples;
pub mod streaming;
pub mod tempo;
mod trust;
#[allow(missing_docs, clippy::all, clippy::unwrap_used, reason = "generated")]
#[rustfmt::skip]
mod tempopb;

pub use collector::CollectorClient;
pub use connect::{ConnectOptions, TlsFiles};
pub use grafana::GrafanaClient;
pub use http::HttpClient;
pub use prometheus::PrometheusClient;
pub use request_cache::RequestCache;
pub use tempo::TempoClient;

/// A builder of plain HTTP clients: the one place where the cryptography of TLS is chosen for the process.
pub fn build_http_client() -> reqwest::ClientBuilder {
    // An error says that it was chosen before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}

/// Seconds since 1970 by this machine.
pub fn unix_now() -> f64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}
