//! Tempo's counters held against the thresholds of its official alerts (grafana/tempo v3.0.3 and v2.10.8:
//! operations/tempo-mixin/alerts.libsonnet, config.libsonnet).

mod generator;
mod ingest;
mod query;
mod reading;
mod storage;
#[cfg(test)]
mod tests;

use crate::model::health::{Health, HealthFacts, Standing};
use crate::model::red::Note;
use crate::model::tempo::ScrapeSource;

use reading::Counters;

/// Every reading that these counters allow.
pub fn health(facts: &HealthFacts) -> Health {
    let counters = Counters::new(facts);
    let mut readings = ingest::readings(&counters);
    readings.extend(storage::readings(&counters));
    readings.extend(query::readings(&counters));
    readings.extend(generator::readings(&counters));
    let mut notes = Vec::new();
    if facts.now.source == ScrapeSource::Direct {
        notes.push(Note::of(
            "scrape-missing",
            "Read twice from Tempo itself; alerts that look back an hour need a Prometheus that scrapes Tempo.",
        ));
    }
    let tenants = counters.tenants();
    if facts.tenant.is_none() && tenants > 1 {
        notes.push(Note::new(format!("{tenants} tenants are summed; --org-id shows one.")));
    }
    if readings.iter().all(|reading| reading.standing != Standing::Over) && facts.processes == 0 {
        notes.push(Note::of("scrape-missing", "No Tempo process was found."));
    }
    Health {
        window: facts.window,
        source: facts.now.source,
        versions: facts.versions.clone(),
        processes: facts.processes,
        readings,
        notes,
    }
}
