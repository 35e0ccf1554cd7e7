//! What a receiver's refusal means. The texts are those of grafana/tempo v2.6.1, v2.10.8 and v3.0.3
//! (modules/distributor/distributor.go, receiver/shim.go), dskit (ring/batch.go, tenant/tenant.go) and grpc-go
//! (server.go).

use telemetry::model::Hop;
use telemetry::model::marker::PushAnswer;

/// Tempo's own components do not agree on TLS.
pub const INTERNAL_TLS: &str = "internal-grpc-tls";

/// Text fragments, lower case, and the cause each names with its hop. The first that fits decides.
const FRAGMENTS: [(&str, &str, Hop); 27] = [
    ("no org id", "push-no-org-id", Hop::Receiver),
    ("more than one orgid found", "push-multiple-org-ids", Hop::Receiver),
    ("multiple org ids present", "push-multiple-org-ids", Hop::Receiver),
    ("tenant id '", "push-invalid-tenant-id", Hop::Receiver),
    ("tenant id is", "push-invalid-tenant-id", Hop::Receiver),
    ("exceeds ingestion limit", "batch-larger-than-burst", Hop::Ingest),
    ("rate_limited", "rate-limited", Hop::Ingest),
    ("ingestion rate limit", "rate-limited", Hop::Ingest),
    ("trace_too_large", "trace-too-large", Hop::Ingest),
    ("live_traces_exceeded", "live-traces-exceeded", Hop::Ingest),
    ("trace ids must be 128 bit", "invalid-trace-id", Hop::Ingest),
    ("span ids must be 64 bit", "invalid-span-id", Hop::Ingest),
    ("instancescount <= 0", "ring-empty", Hop::Ingest),
    ("ingestercount <= 0", "ring-empty", Hop::Ingest),
    ("empty ring", "ring-empty", Hop::Ingest),
    ("live replicas required", "ring-unhealthy-members", Hop::Ingest),
    ("too many unhealthy instances", "ring-unhealthy-members", Hop::Ingest),
    // grpc-go's «dial tcp ADDRESS:9095: connect: …»: the distributor calls a member that the ring names on the port of Tempo's own
    // gRPC (`server.grpc_listen_port`, 9095 unless it is set).
    (":9095: ", "ring-unhealthy-members", Hop::Ingest),
    // The handshake with such a member fails: grpc-go, and crypto/tls.
    ("error reading server preface", INTERNAL_TLS, Hop::Ingest),
    ("authentication handshake failed", INTERNAL_TLS, Hop::Ingest),
    ("no active partition", "no-active-partition", Hop::Ingest),
    ("kafka", "kafka-unreachable", Hop::Ingest),
    ("no space left on device", "disk-full", Hop::Ingest),
    (
        "unknown service opentelemetry.proto",
        "push-to-internal-grpc",
        Hop::Receiver,
    ),
    (
        "client sent an http request to an https server",
        "plain-client-tls-server",
        Hop::Receiver,
    ),
    ("high memory usage", "collector-memory-limiter", Hop::Collector),
    ("received message larger than max", "response-too-large", Hop::Receiver),
];

/// The cause that the refusal itself names.
pub fn classify_push_error(answer: &PushAnswer) -> Option<(&'static str, Hop)> {
    if answer.is_accepted() {
        return None;
    }
    let message = answer.message.to_lowercase();
    FRAGMENTS
        .iter()
        .find(|(fragment, _, _)| message.contains(fragment))
        .map(|(_, cause, hop)| (*cause, *hop))
        .or_else(|| is_throttled(answer).then_some(("rate-limited", Hop::Ingest)))
}

/// 429 or `RESOURCE_EXHAUSTED` without a text that says more.
fn is_throttled(answer: &PushAnswer) -> bool {
    answer.http_status == Some(429) || answer.http_status.is_none() && answer.grpc_code == Some(8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use telemetry::model::marker::Protocol;

    fn answer(status: u16, message: &str) -> PushAnswer {
        PushAnswer {
            protocol: Protocol::HttpJson,
            endpoint: "http://x:4318/v1/traces".into(),
            http_status: Some(status),
            grpc_code: None,
            message: message.into(),
            rejected_spans: 0,
            retry_after_s: None,
            server: None,
        }
    }

    #[test]
    fn the_recorded_texts_name_their_cause() {
        let cases = [
            (503, "no org id", "push-no-org-id"),
            (
                429,
                "RATE_LIMITED: batch size (230 bytes) exceeds ingestion limit (local: 1 bytes/s",
                "batch-larger-than-burst",
            ),
            (
                429,
                "RATE_LIMITED: ingestion rate limit (local: 1 bytes/s) exceeded while adding 9 bytes",
                "rate-limited",
            ),
            (
                503,
                "connection error: desc = \"transport: Error while dialing: dial tcp 127.0.0.12:9095: connect: connection refused\"",
                "ring-unhealthy-members",
            ),
            (
                503,
                "connection error: desc = \"error reading server preface: EOF\"",
                INTERNAL_TLS,
            ),
            (
                500,
                "at least 2 live replicas required, could only find 1",
                "ring-unhealthy-members",
            ),
            (429, "", "rate-limited"),
        ];
        for (status, message, cause) in cases {
            assert_eq!(
                classify_push_error(&answer(status, message)).map(|(id, _)| id),
                Some(cause),
                "{message}"
            );
        }
        assert_eq!(classify_push_error(&answer(200, "")), None);
    }
}
