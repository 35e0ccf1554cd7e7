//! How long things take in this installation, from its own configuration.

use std::time::Duration;

use crate::model::evidence::Evidence;
use crate::model::tempo::{ConfigTree, MetricsScrape};
use crate::model::time_bounds::wait_of_seconds;
use crate::parse::tempo_config::{self, TempoReleaseLine};

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
        let config = evidence.tempo.config.get();
        let line = detect_tempo_line(evidence);
        let before = evidence.tempo.metrics_before.get();
        WaitBudget {
            cutoff_s: tempo_config::find_search_cutoff_s(config, line),
            search_delay_s: tempo_config::find_search_delay_s(config, line),
            collection_s: tempo_config::find_collection_interval_s(config),
            scrape_s: find_copy_interval(evidence),
            metrics_impossible: config.map_or_else(
                || before.is_none() && has_refused_writes(evidence),
                |config| is_metrics_impossible(config, evidence),
            ),
            single_processor: has_single_processor(evidence),
            fresh_generator: before.is_none_or(|scrape: &MetricsScrape| {
                scrape.sum("prometheus_remote_storage_samples_total", &[]).is_none()
            }),
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

/// The line of Tempo as far as it is known while gathering.
pub fn detect_tempo_line(evidence: &Evidence) -> Option<TempoReleaseLine> {
    if let Some(line) = evidence
        .tempo
        .services
        .get()
        .and_then(|rows| tempo_config::detect_release_line(rows))
    {
        return Some(line);
    }
    if let Some(scrape) = evidence.tempo.metrics_before.get() {
        let has = |name: &str| scrape.samples.iter().any(|sample| sample.name == name);
        if has("tempo_live_store_ready") {
            return Some(TempoReleaseLine::V3);
        }
        if has("tempo_distributor_ingester_clients") || has("tempo_ingester_flush_queue_length") {
            return Some(TempoReleaseLine::V2);
        }
    }
    match evidence.tempo.ingester_ring.get().map(|answer| answer.status) {
        Some(200) => Some(TempoReleaseLine::V2),
        Some(404) => Some(TempoReleaseLine::V3),
        _ => None,
    }
}

fn find_copy_interval(evidence: &Evidence) -> Option<f64> {
    let copied = evidence
        .tempo
        .metrics_before
        .get()
        .is_some_and(|scrape| scrape.source == crate::model::tempo::ScrapeSource::Prometheus);
    if !copied {
        return None;
    }
    let intervals = evidence
        .prometheus
        .targets
        .get()
        .into_iter()
        .flatten()
        .filter_map(|target| target.interval_s);
    Some(intervals.fold(5.0, f64::max).min(60.0))
}

/// Prometheus says that its remote-write receiver is off.
fn has_refused_writes(evidence: &Evidence) -> bool {
    evidence
        .prometheus
        .write_probe
        .get()
        .is_some_and(|answer| answer.status == 404 && answer.body.contains("remote write receiver needs to be enabled"))
}

/// The processors that the configuration switches on for our tenant.
fn list_processors(evidence: &Evidence) -> Option<Vec<String>> {
    let tempo = &evidence.tempo;
    let tenant = choose_tenant(evidence);
    tempo_config::find_effective_processors(
        tempo.runtime_config.get(),
        tempo.config.get(),
        &tenant,
        detect_tempo_line(evidence),
    )
}

fn choose_tenant(evidence: &Evidence) -> String {
    let config = evidence.tempo.config.get();
    let many = config.is_none_or(|config| config.flag("multitenancy_enabled") == Some(true));
    match evidence.targets.written_tenant() {
        Some(tenant) if many => tenant.to_owned(),
        _ => "single-tenant".to_owned(),
    }
}

fn has_single_processor(evidence: &Evidence) -> bool {
    list_processors(evidence).is_some_and(|list| {
        let calls = list
            .iter()
            .any(|name| name == "span-metrics" || name == "span-metrics-count");
        let graph = list.iter().any(|name| name == "service-graphs");
        calls != graph
    })
}

fn is_metrics_impossible(config: &ConfigTree, evidence: &Evidence) -> bool {
    let runtime = evidence.tempo.runtime_config.get();
    let dry = tempo_config::find_effective_overrides(runtime, Some(config), &choose_tenant(evidence))
        .is_some_and(|block| block.flag("metrics_generator.disable_collection") == Some(true));
    if dry {
        return true;
    }
    let known = tempo_config::list_known_processors(detect_tempo_line(evidence));
    !list_processors(evidence)
        .unwrap_or_default()
        .iter()
        .any(|name| known.contains(&name.as_str()))
        || tempo_config::find_generator_path(config).is_none()
        || tempo_config::find_remote_write_urls(config).is_empty()
}
