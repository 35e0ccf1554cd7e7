//! How long things take in this installation, from its own configuration.

use std::time::Duration;

use doctor::evidence::{EvidenceView, installation};
use telemetry::model::evidence::Evidence;
use telemetry::model::tempo::ScrapeSource;
use telemetry::model::time_bounds::wait_of_seconds;
use telemetry::parse::tempo_config;

/// Seconds within which a trace is found by id: it is in memory at once.
const BY_ID_S: f64 = 10.0;
/// Seconds on top of what configuration says, for machines under load.
const MARGIN_S: f64 = 17.0;
/// A fresh generator starts remote write late: 20 to 35 s were measured on 2.10.8 and 3.0.3.
const FRESH_GENERATOR_S: f64 = 30.0;

/// The waits of one run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitBudget {
    /// How far search stays behind now.
    pub cutoff_s: f64,
    /// After that, how long until search sees a span.
    pub search_delay_s: f64,
    /// Seconds between two collections of the generator.
    pub collection_s: f64,
    /// Seconds between two scrapes of Tempo by Prometheus, where its copy has to serve.
    pub scrape_s: Option<f64>,
    /// Nothing the generator makes can be on its way: the configuration names no processor, no storage or no address.
    pub metrics_impossible: bool,
    /// The tenant had no remote-write series before the push.
    pub fresh_generator: bool,
    /// The configuration switches one of span metrics and service graph on, and not the other.
    pub single_processor: bool,
}

impl WaitBudget {
    /// The pace that this evidence tells.
    pub fn from_evidence(evidence: &Evidence) -> Self {
        let view = &EvidenceView::new(evidence);
        let config = view.config().get();
        let line = installation::detect_line(view);
        WaitBudget {
            cutoff_s: tempo_config::find_search_cutoff_s(config, line),
            search_delay_s: tempo_config::find_search_delay_s(config, line),
            collection_s: tempo_config::find_collection_interval_s(config),
            scrape_s: find_copy_interval(view),
            metrics_impossible: is_metrics_impossible(view),
            single_processor: has_single_processor(view),
            fresh_generator: (view.metrics_before().get())
                .is_none_or(|scrape| scrape.sum("prometheus_remote_storage_samples_total", &[]).is_none()),
        }
    }

    /// The age of the back-dated trace; `None` where the live one is found as soon, or where none would be.
    pub fn backdate_s(&self) -> Option<f64> {
        (self.cutoff_s > 1.0 && self.cutoff_s <= tempo_config::LONGEST_CUTOFF_S)
            .then(|| (self.cutoff_s + 3.0).min(110.0))
    }

    /// When absence by id is a loss.
    pub fn by_id(&self) -> Duration {
        let copy = self.scrape_s.map_or(0.0, |interval| 2.0 * interval + 3.0);
        wait_of_seconds(BY_ID_S.max(copy))
    }

    /// When absence of the live marker in search is a loss.
    pub fn search(&self) -> Duration {
        wait_of_seconds(self.cutoff_s + self.search_delay_s + MARGIN_S)
    }

    /// When absence of the back-dated trace in search is a loss.
    pub fn backdated(&self) -> Duration {
        wait_of_seconds(self.search_delay_s + MARGIN_S)
    }

    /// When absence of span metrics is a loss: a span may come just after a collection, and a young queue was measured one
    /// collection behind (3.0.3).
    pub fn metrics(&self) -> Duration {
        if self.metrics_impossible {
            let copy = self.scrape_s.map_or(0.0, |interval| 2.0 * interval + 2.0);
            return wait_of_seconds(copy.max(5.0));
        }
        let fresh = if self.fresh_generator {
            FRESH_GENERATOR_S.min(2.0 * self.collection_s)
        } else {
            0.0
        };
        wait_of_seconds(2.0 * self.collection_s + MARGIN_S + fresh)
    }
}

fn find_copy_interval(view: &EvidenceView<'_>) -> Option<f64> {
    let scrape = view.metrics_before().get()?;
    let intervals = view
        .scrape_targets()
        .get()
        .into_iter()
        .flatten()
        .filter_map(|target| target.interval_s);
    (scrape.source == ScrapeSource::Prometheus).then(|| intervals.fold(5.0, f64::max).min(60.0))
}

fn has_single_processor(view: &EvidenceView<'_>) -> bool {
    installation::find_processors(view).is_some_and(|list| {
        let calls = list
            .iter()
            .any(|name| name == "span-metrics" || name == "span-metrics-count");
        let graph = list.iter().any(|name| name == "service-graphs");
        calls != graph
    })
}

fn is_metrics_impossible(view: &EvidenceView<'_>) -> bool {
    let Some(config) = view.config().get() else {
        let refused = view.write_probe().get().is_some_and(installation::is_receiver_disabled);
        return refused && view.metrics_before().get().is_none();
    };
    let collects = installation::find_overrides(view)
        .is_none_or(|block| block.flag("metrics_generator.disable_collection") != Some(true));
    let known = tempo_config::list_known_processors(installation::detect_line(view));
    let makes =
        installation::find_processors(view).is_some_and(|list| list.iter().any(|name| known.contains(&name.as_str())));
    !(collects && makes)
        || tempo_config::find_generator_path(config).is_none()
        || tempo_config::find_remote_write_urls(config).is_empty()
}
