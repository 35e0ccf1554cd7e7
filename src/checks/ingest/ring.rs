//! The rings that route spans have healthy members.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Level, Outcome};

use crate::checks::{Check, View, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "ingest.ring",
    hop: Hop::Ingest,
    title: "the rings have healthy members",
    needs: &[&[Fact::Metrics, Fact::Push, Fact::ById]],
    causes: &["ring-unhealthy-members"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let Some(scrape) = view.metrics_after().get().or(view.metrics_before().get()) else {
        return Outcome::no_evidence("the ring gauges could not be read");
    };
    let unhealthy: Vec<_> = scrape
        .select("tempo_ring_members", &[("state", "Unhealthy")])
        .filter(|sample| sample.value > 0.0)
        .collect();
    let Some(worst) = unhealthy.first() else {
        return match scrape.sum("tempo_ring_members", &[("state", "ACTIVE")]) {
            Some(active) => Outcome::pass(format!("{active:.0} ring members active, none unhealthy")),
            None => Outcome::not_applicable("no ring here"),
        };
    };
    let ring = worst.labels.get("name").map_or("a ring", String::as_str);
    let level = if passage::by_id(view) == HopState::Passed {
        Level::Degraded
    } else {
        Level::Broken
    };
    let mut finding = Finding::broken(
        "ring-unhealthy-members",
        format!("{:.0} of the instances in the {ring} ring are unhealthy", worst.value),
    );
    finding.level = level;
    for sample in &unhealthy {
        let name = sample.labels.get("name").map_or("", String::as_str);
        finding = finding.seen_all([traffic::value_line(
            view,
            &format!("tempo_ring_members{{name=\"{name}\",state=\"Unhealthy\"}}"),
            sample.value,
        )]);
    }
    finding.into()
}
