//! A Prometheus-shaped server: receives remote write, scrapes the lab's Tempo, answers queries over what it holds. Or a
//! real one, started as a child.

mod api;
mod process;
mod eval;
mod functions;
mod receive;
mod scrape;
mod status;
mod store;

use std::sync::Arc;
use std::time::Instant;

pub(crate) use api::build_router;
pub(crate) use process::{PrometheusProcess, find_prometheus};

use super::settings::LabSettings;
use scrape::LabScrapeTarget;
use store::Tsdb;

/// One simulated Prometheus.
#[derive(Debug)]
pub(crate) struct LabPrometheus {
    settings: Arc<LabSettings>,
    tsdb: Tsdb,
    targets: Vec<LabScrapeTarget>,
    started: Instant,
}

impl LabPrometheus {
    pub(crate) fn new(settings: Arc<LabSettings>) -> Arc<LabPrometheus> {
        Arc::new(LabPrometheus {
            targets: LabScrapeTarget::all(&settings),
            tsdb: Tsdb::default(),
            started: Instant::now(),
            settings,
        })
    }
}
