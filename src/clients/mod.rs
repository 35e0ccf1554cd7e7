//! The only home of reqwest and tonic: connections, deadlines, bounded bodies, and failures in our own words.
//!
//! May import: model, parse.

pub mod connect;
pub mod failures;
pub mod http;
pub mod otlp;
pub mod otlp_wire;

pub use connect::{Connect, Pem, TlsFiles};
pub use http::HttpClient;
