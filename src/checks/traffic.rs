//! Deltas of Tempo's counters round the push. Absent is not zero; a counter's old value says nothing; a counter that
//! fell was reset.

use crate::model::check::{Confidence, EvidenceLine};
use crate::model::tempo::Scrape;

use super::View;

/// The tenant's name where multi-tenancy is off (grafana/tempo v3.0.3: pkg/util/constants.go and receiver/shim.go).
pub const SINGLE_TENANT: &str = "single-tenant";

/// How much a counter grew between the two scrapes, summed over the matching series.
pub fn delta(view: &View<'_>, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let after = view.metrics_after().get()?;
    after.grown_since(view.metrics_before().get(), name, labels)
}

/// The value afterwards, summed over the matching series.
pub fn value(view: &View<'_>, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    view.metrics_after().get()?.sum(name, labels)
}

/// A line of evidence for a delta: `+122 since the marker`.
pub fn line(view: &View<'_>, name: &str, grown: f64) -> EvidenceLine {
    let source = view.metrics_after().get().map_or("Tempo /metrics", Scrape::label);
    EvidenceLine::new(source, name, format!("{grown:+.0} since the marker"))
}

/// A line of evidence for a value.
pub fn value_line(view: &View<'_>, name: &str, shown: impl ToString) -> EvidenceLine {
    let source = view.metrics_after().get().map_or("Tempo /metrics", Scrape::label);
    EvidenceLine::new(source, name, shown)
}

/// The tenant whose counters are ours.
pub fn tenant(view: &View<'_>) -> String {
    let given = view.targets().tenants.first();
    if let Some(config) = view.config().get()
        && config.flag("multitenancy_enabled") != Some(true)
    {
        return SINGLE_TENANT.to_owned();
    }
    let Some(given) = given else {
        return SINGLE_TENANT.to_owned();
    };
    let known = view.config().get().is_some();
    let counted = value(view, "tempo_distributor_spans_received_total", &[("tenant", given)]).is_some();
    if known || counted || view.metrics_after().get().is_none() {
        given.clone()
    } else {
        SINGLE_TENANT.to_owned()
    }
}

/// Spans that this run pushed, both traces.
pub fn own_spans(view: &View<'_>) -> f64 {
    let Some(marker) = view.marker() else { return 0.0 };
    let backdated = view.backdated_push().get().is_some_and(|answer| answer.accepted());
    f64::from(marker.spans) + f64::from(u8::from(backdated))
}

/// Spans the distributor took from the tenant beyond our own; `None` where its counter is not known.
pub fn other_spans(view: &View<'_>) -> Option<f64> {
    let tenant = tenant(view);
    let grown = delta(view, "tempo_distributor_spans_received_total", &[("tenant", &tenant)])?;
    Some((grown - own_spans(view)).max(0.0))
}

/// How sure a tenant-wide counter makes us: it names the marker only where nobody else sent.
pub fn confidence(view: &View<'_>) -> Confidence {
    match other_spans(view) {
        Some(others) if others < 0.5 => Confidence::Certain,
        _ => Confidence::Likely,
    }
}
