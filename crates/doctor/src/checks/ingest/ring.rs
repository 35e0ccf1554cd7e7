//! The rings that route spans have healthy members.

use telemetry::model::{CheckOutcome, Fact, Finding, FindingLevel, HopState};

use crate::checks::{Check, EvidenceView, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "ingest.ring",
    title: "the rings have healthy members",
    needs: &[&[Fact::Metrics, Fact::Push, Fact::ById]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let Some(scrape) = view.metrics_after().get().or(view.metrics_before().get()) else {
        return CheckOutcome::no_evidence("the ring gauges could not be read");
    };
    let unhealthy: Vec<_> = scrape
        .select("tempo_ring_members", &[("state", "Unhealthy")])
        .filter(|sample| sample.value > 0.0)
        .collect();
    let Some(worst) = unhealthy.first() else {
        return match scrape.sum("tempo_ring_members", &[("state", "ACTIVE")]) {
            Some(active) => CheckOutcome::pass(format!("{active:.0} ring members active, none unhealthy")),
            None => CheckOutcome::not_applicable("no ring here"),
        };
    };
    let ring = worst.labels.get("name").map_or("a ring", String::as_str);
    let level = if marker_state::find_by_id_state(view) == HopState::Passed {
        FindingLevel::Degraded
    } else {
        FindingLevel::Broken
    };
    let mut finding = Finding::broken(
        "ring-unhealthy-members",
        format!("{:.0} of the instances in the {ring} ring are unhealthy", worst.value),
    );
    finding.level = level;
    for sample in &unhealthy {
        let name = sample.labels.get("name").map_or("", String::as_str);
        finding = finding.with_evidence_lines([tempo_counters::build_value_evidence(
            view,
            &format!("tempo_ring_members{{name=\"{name}\",state=\"Unhealthy\"}}"),
            sample.value,
        )]);
    }
    finding.into()
}
