//! Where an OTLP receiver takes traces over HTTP (OTLP specification, «OTLP/HTTP Request»).

/// Below the address of the receiver.
pub const OTLP_TRACES: &str = "v1/traces";

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
