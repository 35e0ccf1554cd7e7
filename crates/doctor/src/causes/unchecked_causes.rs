//! Why no check of doctor names a cause.

use telemetry::model::{Cause, Hop, Severity};

/// Each reason, and the causes it holds for beside those that their hop or severity tells.
pub const UNCHECKED_REASONS: [(&str, &[&str]); 10] = [
    (
        "A trap: nothing is broken, but an observation misleads. It is explained, not checked",
        &[],
    ),
    (
        "Visible only when several collectors, or the metric names that a collector produces, are compared",
        &["scrape-collector-hidden"],
    ),
    (
        "Depends on what a person opens in Grafana, or on a Grafana version that no check meets",
        &[],
    ),
    (
        "Visible only from the container runtime, Kubernetes or the other side of the network; doctor sees that the address does not answer",
        &["k8s-networkpolicy", "mesh-port-naming"],
    ),
    (
        "Needs Kafka, several instances or microservices; doctor examines a single binary so far",
        &[
            "block-builder-partitions-mismatch",
            "component-missing",
            "gen-kafka-no-partitions",
            "kafka-consumer-lag",
            "livestore-record-too-old",
            "local-backend-distributed",
            "memberlist-no-private-ip",
            "memberlist-split",
            "rate-strategy-global-divided",
            "rw-tenant-mismatch",
            "scrape-subset",
            "up-kafka-required",
        ],
    ),
    (
        "Reported only in Tempo's log, because Tempo does not start or reports it nowhere else",
        &["backend-not-set", "cache-failing", "wal-replay-error"],
    ),
    (
        "Visible only in a history that is longer than one run",
        &[
            "compaction-stopped",
            "poll-longer-than-live-window",
            "trace-too-large-to-compact",
            "traceql-metrics-rf1-history",
            "up-cutover-gap",
        ],
    ),
    (
        "Lies in the application's own spans, which the marker does not share",
        &[
            "jaeger-zipkin-port-assumption",
            "long-running-trace",
            "root-span-not-received",
            "sg-missing-service-name",
            "sg-no-pairs",
            "sg-uninstrumented-peer",
            "sg-unpaired-expired",
            "timestamps-wrong-unit",
        ],
    ),
    (
        "Depends on the query that a panel or a person sends, not on the pipeline",
        &[
            "sm-target-info-absent",
            "tag-values-truncated",
            "traceql-metrics-server-spans-only",
            "up-removed-apis",
        ],
    ),
    (
        "Set in the application's own environment or code, where doctor does not run",
        &["app-browser-cors", "app-fork-batch-processor", "app-parent-unsampled"],
    ),
];

/// Which reason holds for a cause that no check names.
pub fn find_reason(cause: &Cause) -> Option<usize> {
    match (cause.severity, cause.hop) {
        (Severity::Trap, _) => Some(0),
        (_, Hop::Collector) => Some(1),
        (_, Hop::Grafana | Hop::Dashboard) => Some(2),
        _ => UNCHECKED_REASONS
            .iter()
            .position(|(_, ids)| ids.contains(&cause.id.as_str())),
    }
}

/// That reason as a sentence; `None` where a check names the cause.
pub fn explain_unchecked(cause: &Cause) -> Option<&'static str> {
    find_reason(cause)
        .and_then(|at| UNCHECKED_REASONS.get(at))
        .map(|(why, _)| *why)
}
