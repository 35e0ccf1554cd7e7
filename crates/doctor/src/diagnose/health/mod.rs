//! Tempo's counters held against the thresholds of its official alerts (grafana/tempo v3.0.3 and v2.10.8:
//! operations/tempo-mixin/alerts.libsonnet, config.libsonnet).

mod generator;
mod ingest;
mod query;
mod counters;
mod storage;
#[cfg(test)]
mod tests;

use telemetry::model::health::{HealthFacts, HealthReport, ThresholdStatus};
use telemetry::model::red::CauseNote;
use telemetry::model::tempo::ScrapeSource;

use counters::HealthCounters;

/// Every reading that these counters allow.
pub fn assess_health(facts: &HealthFacts) -> HealthReport {
    let counters = HealthCounters::new(facts);
    let mut readings = ingest::collect_readings(&counters);
    readings.extend(storage::collect_readings(&counters));
    readings.extend(query::collect_readings(&counters));
    readings.extend(generator::collect_readings(&counters));
    let mut notes = Vec::new();
    if facts.now.source == ScrapeSource::Direct {
        notes.push(CauseNote::with_cause(
            "scrape-missing",
            "Read twice from Tempo itself; alerts that look back an hour need a Prometheus that scrapes Tempo.",
        ));
    }
    let tenants = counters.tenants();
    if facts.tenant.is_none() && tenants > 1 {
        notes.push(CauseNote::new(format!(
            "{tenants} tenants are summed; --org-id shows one."
        )));
    }
    if readings
        .iter()
        .all(|reading| reading.standing != ThresholdStatus::Exceeded)
        && facts.processes == 0
    {
        notes.push(CauseNote::with_cause("scrape-missing", "No Tempo process was found."));
    }
    HealthReport {
        window: facts.window,
        source: facts.now.source,
        versions: facts.versions.clone(),
        processes: facts.processes,
        readings,
        notes,
    }
}
