//! The generator collects its series for remote write.

use telemetry::model::{CheckOutcome, Fact, Finding};

use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.collections",
    title: "the generator collects its series",
    needs: &[marker_state::METRICS_FACTS, &[Fact::Marker, Fact::Exemplars]],
    judge: |view| marker_state::judge_metrics_branch(view, judge),
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if marker_state::has_any_metric_arrived(view) {
        return CheckOutcome::pass("its series arrive");
    }
    if !marker_state::has_lost_metrics(view) {
        return CheckOutcome::not_applicable("nothing is known to be lost here");
    }
    let tenant = tempo_counters::resolve_tenant(view);
    let labels = [("tenant", tenant.as_str())];
    if super::is_collection_disabled(view) {
        return Finding::broken(
            "gen-dry-run",
            "the override disable_collection makes the generator count series but send none",
        )
        .with_evidence(
            "GET /status/runtime_config",
            "metrics_generator.disable_collection",
            "true",
        )
        .into();
    }
    let failures = "tempo_metrics_generator_registry_collections_failed_total";
    if let Some(failed) = tempo_counters::find_increase_evidence(view, failures, &labels) {
        return Finding::broken(
            "gen-collections-failing",
            "the generator cannot write its series to its write-ahead log",
        )
        .with_evidence_lines([failed])
        .into();
    }
    let active = tempo_counters::sum_counter(view, "tempo_metrics_generator_registry_active_series", &labels);
    let collected =
        tempo_counters::measure_increase(view, "tempo_metrics_generator_registry_collections_total", &labels);
    match (active, collected) {
        (Some(active), Some(collected)) if active > 0.0 && collected == 0.0 && has_waited_two_collections(view) => {
            Finding::broken(
                "gen-dry-run",
                "the generator holds active series but collects none of them",
            )
            .likely()
            .with_evidence_lines([
                tempo_counters::build_value_evidence(view, "tempo_metrics_generator_registry_active_series", active),
                tempo_counters::build_increase_evidence(
                    view,
                    "tempo_metrics_generator_registry_collections_total",
                    0.0,
                ),
            ])
            .into()
        }
        (_, Some(collected)) => CheckOutcome::pass(format!("{collected:.0} collections since the marker")),
        _ => CheckOutcome::no_evidence("the registry's counters could not be read"),
    }
}

/// Long enough between push and last scrape that a generator which collects would have done so. A Tempo that died
/// meanwhile leaves an old scrape, which says nothing.
fn has_waited_two_collections(view: &EvidenceView<'_>) -> bool {
    let interval = telemetry::parse::tempo_config::find_collection_interval_s(view.config().get());
    match (view.metrics_after().get(), view.marker()) {
        (Some(scrape), Some(marker)) => scrape.at - marker.sent_at > 2.0 * interval,
        _ => false,
    }
}
