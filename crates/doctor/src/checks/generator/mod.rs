//! The hop `generator`: did the metrics-generator get the spans, and is a processor on for this tenant?

pub mod compose_processors;
pub mod compose_values;
pub mod collections;
pub mod configured;
pub mod processors;
pub mod series;
pub mod spans;
pub mod both_processors;

use super::{EvidenceView, installation, tempo_counters};

/// An override of our tenant keeps the generator from collecting.
fn is_collection_disabled(view: &EvidenceView<'_>) -> bool {
    installation::find_overrides(view)
        .is_some_and(|block| block.flag("metrics_generator.disable_collection") == Some(true))
}

/// The cause that keeps the generator from making anything of spans it may have got, where the evidence names one.
pub fn find_blocking_cause(view: &EvidenceView<'_>) -> Option<&'static str> {
    let limited = tempo_counters::measure_own_increase(view, "tempo_metrics_generator_registry_series_limited_total");
    if limited.is_some_and(|grown| grown > 0.0) {
        return Some("gen-series-limit");
    }
    if is_collection_disabled(view) {
        return Some("gen-dry-run");
    }
    let discarded = tempo_counters::measure_own_increase(view, "tempo_metrics_generator_spans_discarded_total");
    if discarded.is_some_and(|grown| grown - tempo_counters::count_backdated_spans(view) > 0.5) {
        return Some("gen-slack");
    }
    let active = installation::find_active_processors(view);
    if active.is_some_and(|list| list.is_empty()) {
        return Some("gen-processors-not-enabled");
    }
    None
}
