//! What the logs that were given say about the collector's exporters.

use crate::checks::EvidenceView;
use telemetry::model::EvidenceLine;
use telemetry::model::collector::LogMatch;

/// Causes that a log line can give for spans, and last for metrics, that do not leave the collector, the most telling first.
const CAUSES_BY_PRIORITY: [&str; 13] = [
    "collector-missing-org-header",
    "collector-tls-default",
    "collector-exporter-protocol-mixup",
    "collector-compression-unsupported",
    "collector-batch-too-large",
    "collector-permanent-429",
    "collector-memory-limiter",
    "collector-export-timeout",
    "collector-send-failed",
    "collector-queue-full",
    "collector-receiver-localhost",
    "collector-delta-temporality",
    "collector-metrics-undelivered",
];

/// The most telling message about `causes`, those younger than the push before all others.
pub fn find_newest_match<'a>(
    view: &EvidenceView<'a>,
    wanted: impl Fn(&str) -> bool,
) -> Option<(&'static str, &'a LogMatch)> {
    let all = || {
        view.logs()
            .iter()
            .flat_map(|log| &log.exporters)
            .filter(|found| wanted(&found.cause))
    };
    let pick = |young: bool| {
        CAUSES_BY_PRIORITY.iter().find_map(|cause| {
            let found = all().find(|found| found.cause == *cause && (found.since_marker > 0) == young)?;
            Some((*cause, found))
        })
    };
    pick(true).or_else(|| pick(false))
}

/// The line as evidence.
pub fn build_log_evidence(found: &LogMatch) -> EvidenceLine {
    EvidenceLine::new(
        format!("log {}", found.source),
        format!(
            "{} lines, {} since the marker; the newest",
            found.count, found.since_marker
        ),
        found.example.clone(),
    )
}
