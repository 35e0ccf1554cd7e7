//! Where receivers take what is sent to them over HTTP: OTLP's traces (OTLP specification, «OTLP/HTTP Request»), and Prometheus
//! samples (Prometheus Remote-Write specification).

/// Below the address of the receiver.
pub const OTLP_TRACES: &str = "v1/traces";

/// Below the address of a Prometheus: where it takes remote writes.
pub const REMOTE_WRITE: &str = "api/v1/write";

/// The exact address for traces.
pub fn add_traces_path(base: &str) -> String {
    format!("{}/{OTLP_TRACES}", base.trim_end_matches('/'))
}

/// The address of the receiver: what stands before the path for traces.
pub fn strip_traces_path(address: &str) -> &str {
    match address.strip_suffix(OTLP_TRACES) {
        Some(base) => strip_traces_path(base.trim_end_matches('/')),
        None => address,
    }
}
