//! The generator collects its series for remote write.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

use crate::checks::{Check, View, facts, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.collections",
    hop: Hop::Generator,
    title: "the generator collects its series",
    needs: &[passage::METRICS, &[Fact::Marker, Fact::Exemplars]],
    causes: &["gen-dry-run", "gen-collections-failing"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if !facts::metrics_branch(view).is_configured() {
        return Outcome::not_applicable("metrics from spans are not configured");
    }
    if passage::anything_arrived(view) {
        return Outcome::pass("its series arrive");
    }
    if !passage::metrics_lost(view) {
        return Outcome::not_applicable("nothing is known to be lost here");
    }
    let tenant = traffic::tenant(view);
    let labels = [("tenant", tenant.as_str())];
    if facts::overrides(view).is_some_and(|block| block.flag("metrics_generator.disable_collection") == Some(true)) {
        return Finding::broken(
            "gen-dry-run",
            "the override disable_collection makes the generator count series but send none",
        )
        .seen(
            "GET /status/runtime_config",
            "metrics_generator.disable_collection",
            "true",
        )
        .into();
    }
    if let Some(failed) = traffic::delta(
        view,
        "tempo_metrics_generator_registry_collections_failed_total",
        &labels,
    )
    .filter(|grown| *grown > 0.0)
    {
        return Finding::broken(
            "gen-collections-failing",
            "the generator cannot write its series to its write-ahead log",
        )
        .seen_all([traffic::line(
            view,
            "tempo_metrics_generator_registry_collections_failed_total",
            failed,
        )])
        .into();
    }
    let active = traffic::value(view, "tempo_metrics_generator_registry_active_series", &labels);
    let collected = traffic::delta(view, "tempo_metrics_generator_registry_collections_total", &labels);
    match (active, collected) {
        (Some(active), Some(collected)) if active > 0.0 && collected == 0.0 && waited_two_collections(view) => {
            Finding::broken(
                "gen-dry-run",
                "the generator holds active series but collects none of them",
            )
            .likely()
            .seen_all([
                traffic::value_line(view, "tempo_metrics_generator_registry_active_series", active),
                traffic::line(view, "tempo_metrics_generator_registry_collections_total", 0.0),
            ])
            .into()
        }
        (_, Some(collected)) => Outcome::pass(format!("{collected:.0} collections since the marker")),
        _ => Outcome::no_evidence("the registry's counters could not be read"),
    }
}

/// Long enough between push and last scrape that a generator which collects would have done so. A Tempo that died
/// meanwhile leaves an old scrape, which says nothing.
fn waited_two_collections(view: &View<'_>) -> bool {
    let interval = crate::parse::tempo_config::collection_interval_s(view.config().get());
    match (view.metrics_after().get(), view.marker()) {
        (Some(scrape), Some(marker)) => scrape.at - marker.sent_at > 2.0 * interval,
        _ => false,
    }
}
