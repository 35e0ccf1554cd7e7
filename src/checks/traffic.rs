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

/// Spans that the distributor took for our tenant between the two scrapes.
pub fn received(view: &View<'_>) -> Option<f64> {
    let tenant = tenant(view);
    delta(view, "tempo_distributor_spans_received_total", &[("tenant", &tenant)])
}

/// A line of evidence for a delta: `+122 since the marker`.
pub fn line(view: &View<'_>, name: &str, grown: f64) -> EvidenceLine {
    let source = view.metrics_after().get().map_or("Tempo /metrics", Scrape::label);
    EvidenceLine::new(source, name, format!("{grown:+.0} {}", since(view)))
}

/// `since the marker`, or `in 30 s` where none was sent.
pub fn since(view: &View<'_>) -> String {
    match (view.metrics_before().get(), view.metrics_after().get()) {
        (Some(before), Some(after)) if view.request().no_marker => format!("in {:.0} s", after.at - before.at),
        _ => "since the marker".to_owned(),
    }
}

/// A line of evidence for a value.
pub fn value_line(view: &View<'_>, name: &str, shown: impl ToString) -> EvidenceLine {
    let source = view.metrics_after().get().map_or("Tempo /metrics", Scrape::label);
    EvidenceLine::new(source, name, shown)
}

/// The tenant whose counters are ours.
pub fn tenant(view: &View<'_>) -> String {
    let given = view.targets().written_tenant();
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
        given.to_owned()
    } else {
        SINGLE_TENANT.to_owned()
    }
}

/// Spans that this run pushed, both traces.
pub fn own_spans(view: &View<'_>) -> f64 {
    let Some(marker) = view.marker() else { return 0.0 };
    let backdated = view.backdated_push().get().is_some_and(|answer| answer.accepted());
    // The first of two markers may have come out of the collector all the same, too late or only to be discarded.
    let first = view.way().lost.as_ref().map_or(0, |lost| lost.marker.spans);
    f64::from(marker.spans + first) + f64::from(u8::from(backdated))
}

/// Spans the distributor took from the tenant beyond our own; `None` where its counter is not known.
pub fn other_spans(view: &View<'_>) -> Option<f64> {
    let grown = received(view)?;
    Some((grown - own_spans(view)).max(0.0))
}

/// How sure a tenant-wide counter makes us: it names the marker only where nobody else sent.
pub fn confidence(view: &View<'_>) -> Confidence {
    match other_spans(view) {
        Some(others) if others < 0.5 => Confidence::Certain,
        _ => Confidence::Likely,
    }
}

/// Attributes that Tempo cut (grafana/tempo v3.0.3: modules/distributor/distributor.go).
pub const TRUNCATED: &str = "tempo_distributor_attributes_truncated_total";

/// How many attributes of our tenant were cut, where any was.
pub fn truncated(view: &View<'_>) -> Option<f64> {
    let tenant = tenant(view);
    delta(view, TRUNCATED, &[("tenant", &tenant)]).filter(|grown| *grown > 0.0)
}

/// `1 span`, `12 spans`
pub fn spans(count: f64) -> String {
    format!("{count:.0} span{}", if count.round() == 1.0 { "" } else { "s" })
}
