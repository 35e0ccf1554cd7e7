//! A Prometheus-shaped server: receives remote write, scrapes the lab's Tempo, answers queries over what it holds. Or a
//! real one, started as a child.

mod api;
mod child;
mod eval;
mod functions;
mod receive;
mod scrape;
mod status;
mod store;

use std::sync::Arc;
use std::time::Instant;

pub(crate) use api::router;
pub(crate) use child::{Child, find};

use super::settings::Settings;
use scrape::Target;
use store::Tsdb;

/// One simulated Prometheus.
#[derive(Debug)]
pub(crate) struct Prometheus {
    settings: Arc<Settings>,
    tsdb: Tsdb,
    targets: Vec<Target>,
    started: Instant,
}

impl Prometheus {
    pub(crate) fn new(settings: Arc<Settings>) -> Arc<Prometheus> {
        Arc::new(Prometheus {
            targets: Target::all(&settings),
            tsdb: Tsdb::default(),
            started: Instant::now(),
            settings,
        })
    }
}
