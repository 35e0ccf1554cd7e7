//! A Grafana-shaped server in front of the lab: data sources, their proxy and health, dashboards. Shaped on recordings of
//! 9.4 and 12.4; what lies between differs as grafana/grafana's history says.

mod answers;
mod dashboards;
mod plan;
mod proxy;
mod router;

use std::sync::Arc;

use serde_json::Value;

pub(crate) use plan::DataSourceAddresses;
pub use plan::GrafanaPlan;
pub(crate) use router::build_router;

/// One simulated Grafana.
#[derive(Debug)]
pub(crate) struct LabGrafana {
    plan: GrafanaPlan,
    sources: Vec<Value>,
    dashboards: Vec<Value>,
    streams: bool,
}

impl LabGrafana {
    pub(crate) fn new(plan: &GrafanaPlan, places: &DataSourceAddresses, streams: bool) -> Arc<LabGrafana> {
        Arc::new(LabGrafana {
            sources: plan.build_sources(places),
            dashboards: dashboards::load_dashboards(plan),
            plan: plan.clone(),
            streams,
        })
    }

    /// The data source with that uid.
    fn source(&self, uid: &str) -> Option<&Value> {
        self.sources.iter().find(|source| source["uid"] == uid)
    }

    /// The version's first two numbers.
    fn version(&self) -> (u32, u32) {
        let mut parts = self.plan.version.split('.').map(|part| part.parse().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    }
}
