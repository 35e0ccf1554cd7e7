//! The hop `collector`: does the collector or Alloy hand on what it takes?

pub mod compose_components;
pub mod compose_exporter;
pub mod compose_metrics;
pub mod compose_pipeline;
pub mod compose_receiver;
pub mod delivery;
pub mod export_failure;
pub mod health;
pub mod exporter_logs;
pub mod losses;
pub mod metric_export;
pub mod metrics;
pub mod push;

use crate::checks::EvidenceView;
use telemetry::model::collector::KnownBy;

/// Somebody said that there is a collector; a port that nobody of Tempo's listens on is no more than a hint.
pub fn is_collector_known(view: &EvidenceView<'_>) -> bool {
    view.collector_untracked()
        .known_by
        .is_some_and(|why| why != KnownBy::Presumed)
}

/// The push on the board went to the collector: no second marker was sent past it.
pub fn is_push_to_collector(view: &EvidenceView<'_>) -> bool {
    is_collector_known(view) && view.collector_untracked().lost.is_none()
}
