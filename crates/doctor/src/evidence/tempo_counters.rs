//! Deltas of Tempo's counters round the push. Absent is not zero; a counter's old value says nothing; a counter that
//! fell was reset.

use telemetry::model::Fact;
use telemetry::model::check::{Confidence, EvidenceLine};
use telemetry::model::tempo::MetricsScrape;
use telemetry::text::pluralize;

use super::EvidenceView;

/// The tenant's name where multi-tenancy is off (grafana/tempo v3.0.3: pkg/util/constants.go and receiver/shim.go).
pub const SINGLE_TENANT: &str = "single-tenant";

/// What tells whose counters are ours.
pub const TENANT_FACTS: &[Fact] = &[Fact::Config, Fact::Targets, Fact::Metrics];

/// What tells how many spans others sent to our tenant.
pub const OTHER_SPANS_FACTS: &[Fact] = &[
    Fact::Config,
    Fact::Targets,
    Fact::Metrics,
    Fact::Marker,
    Fact::BackdatedPush,
];

/// How much a counter grew between the two scrapes, summed over the matching series.
pub fn measure_increase(view: &EvidenceView<'_>, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let after = view.metrics_after().get()?;
    after.increase_since(view.metrics_before().get(), name, labels)
}

/// How much a counter grew, where it did.
pub fn find_increase(view: &EvidenceView<'_>, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    measure_increase(view, name, labels).filter(|grown| *grown > 0.0)
}

/// The same as a line of evidence.
pub fn find_increase_evidence(view: &EvidenceView<'_>, name: &str, labels: &[(&str, &str)]) -> Option<EvidenceLine> {
    find_increase(view, name, labels).map(|grown| build_increase_evidence(view, name, grown))
}

/// How much a counter of our tenant grew.
pub fn measure_own_increase(view: &EvidenceView<'_>, name: &str) -> Option<f64> {
    measure_increase(view, name, &[("tenant", &resolve_tenant(view))])
}

/// The counters were read before the push and after it, of one process.
pub fn has_both_scrapes(view: &EvidenceView<'_>) -> bool {
    match (view.metrics_before().get(), view.metrics_after().get()) {
        (Some(before), Some(after)) => !after.is_of_another_process(before),
        _ => false,
    }
}

/// The value afterwards, summed over the matching series.
pub fn sum_counter(view: &EvidenceView<'_>, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    view.metrics_after().get()?.sum(name, labels)
}

/// Spans that the distributor took for our tenant between the two scrapes.
pub fn count_received_spans(view: &EvidenceView<'_>) -> Option<f64> {
    measure_own_increase(view, "tempo_distributor_spans_received_total")
}

/// A line of evidence for a delta: `+122 since the marker`.
pub fn build_increase_evidence(view: &EvidenceView<'_>, name: &str, grown: f64) -> EvidenceLine {
    build_value_evidence(view, name, format!("{grown:+.0} {}", describe_interval(view)))
}

/// `since the marker`, or `in 30 s` where none was sent.
pub fn describe_interval(view: &EvidenceView<'_>) -> String {
    match (view.metrics_before().get(), view.metrics_after().get()) {
        (Some(before), Some(after)) if view.request().no_marker => format!("in {:.0} s", after.at - before.at),
        _ => "since the marker".to_owned(),
    }
}

/// A line of evidence for a value.
pub fn build_value_evidence(view: &EvidenceView<'_>, name: &str, shown: impl ToString) -> EvidenceLine {
    let source = view
        .metrics_after()
        .get()
        .map_or("Tempo /metrics", MetricsScrape::source_name);
    EvidenceLine::new(source, name, shown)
}

/// The tenant whose counters are ours.
pub fn resolve_tenant(view: &EvidenceView<'_>) -> String {
    let given = view.targets().written_tenant();
    let counts = |tenant: &str| {
        let name = "tempo_distributor_spans_received_total";
        view.metrics_after().get().is_none() || sum_counter(view, name, &[("tenant", tenant)]).is_some()
    };
    match (view.config().get(), given) {
        (Some(_), Some(given)) if super::installation::is_multitenant(view) => given.to_owned(),
        (None, Some(given)) if counts(given) => given.to_owned(),
        _ => SINGLE_TENANT.to_owned(),
    }
}

/// Tenants other than ours whose spans were counted since the push, with how many.
pub fn list_other_tenants<'a>(view: &EvidenceView<'a>) -> Vec<(&'a str, f64)> {
    let name = "tempo_distributor_spans_received_total";
    let ours = resolve_tenant(view);
    let counted = view
        .metrics_after()
        .get()
        .into_iter()
        .flat_map(|scrape| scrape.select(name, &[]));
    counted
        .filter_map(|sample| sample.labels.get("tenant"))
        .filter(|tenant| **tenant != ours)
        .filter_map(|tenant| Some((tenant.as_str(), find_increase(view, name, &[("tenant", tenant)])?)))
        .collect()
}

/// Spans that this run pushed, both traces.
pub fn count_own_spans(view: &EvidenceView<'_>) -> f64 {
    let Some(marker) = view.marker() else { return 0.0 };
    // The first of two markers may have come out of the collector all the same, too late or only to be discarded.
    let first = view
        .collector_untracked()
        .lost
        .as_ref()
        .map_or(0, |lost| lost.marker.spans);
    f64::from(marker.spans + first) + count_backdated_spans(view)
}

/// The span that was dated back on purpose, where it was taken.
pub fn count_backdated_spans(view: &EvidenceView<'_>) -> f64 {
    f64::from(u8::from(
        view.backdated_push().get().is_some_and(|answer| answer.is_accepted()),
    ))
}

/// Spans the distributor took from the tenant beyond our own; `None` where its counter is not known.
pub fn count_other_spans(view: &EvidenceView<'_>) -> Option<f64> {
    let grown = count_received_spans(view)?;
    Some((grown - count_own_spans(view)).max(0.0))
}

/// How sure a tenant-wide counter makes us: it names the marker only where nobody else sent.
pub fn assess_confidence(view: &EvidenceView<'_>) -> Confidence {
    match count_other_spans(view) {
        Some(others) if others < 0.5 => Confidence::Certain,
        _ => Confidence::Likely,
    }
}

/// Attributes that Tempo cut (grafana/tempo v3.0.3: modules/distributor/distributor.go).
pub const TRUNCATED_ATTRIBUTES: &str = "tempo_distributor_attributes_truncated_total";

/// How many attributes of our tenant were cut, where any was.
pub fn count_truncated_attributes(view: &EvidenceView<'_>) -> Option<f64> {
    measure_own_increase(view, TRUNCATED_ATTRIBUTES).filter(|grown| *grown > 0.0)
}

/// `1 span`, `12 spans`
pub fn render_span_count(count: f64) -> String {
    pluralize(count, "span")
}
