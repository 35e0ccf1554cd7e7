//! The receivers refuse no spans of others. Doctor's own marker passes with the tenant that doctor was given; a sender of
//! Zipkin or Jaeger that names none is refused beside it.

use telemetry::model::{CheckOutcome, Fact, Finding};

use crate::checks::{Check, EvidenceView, installation, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.refused",
    title: "no receiver refuses spans of applications",
    needs: &[&[Fact::Metrics, Fact::Config, Fact::Push]],
    judge,
};

/// What receivers count per protocol (opentelemetry-collector: receiver/receiverhelper).
const REFUSED: &str = "tempo_receiver_refused_spans";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !view.request().no_marker && !marker_state::is_marker_accepted(view) {
        return CheckOutcome::not_applicable("the receiver did not accept the marker");
    }
    if !tempo_counters::has_both_scrapes(view) {
        return CheckOutcome::no_evidence("the receivers' counters could not be read twice");
    }
    let scrape = view.metrics_after().get();
    let receivers = scrape.into_iter().flat_map(|scrape| scrape.select(REFUSED, &[]));
    let refusing = receivers
        .filter_map(|sample| sample.labels.get("receiver"))
        .find_map(|name| {
            Some((
                name,
                tempo_counters::find_increase(view, REFUSED, &[("receiver", name)])?,
            ))
        });
    let Some((receiver, grown)) = refusing else {
        return CheckOutcome::pass("no receiver refused spans while doctor ran");
    };
    let line = format!("{REFUSED}{{receiver=\"{receiver}\"}}");
    let line = tempo_counters::build_increase_evidence(view, &line, grown);
    let protocol = receiver.split('/').next().unwrap_or(receiver);
    if !installation::is_multitenant(view) {
        return CheckOutcome::no_evidence(format!(
            "the receiver {protocol} refused {}; Tempo's log has the reason",
            tempo_counters::render_span_count(grown)
        ));
    }
    Finding::degraded(
        "push-no-org-id",
        format!("the receiver {protocol} refuses spans of senders without a tenant"),
    )
    .likely()
    .with_evidence_lines([line])
    .with_evidence("GET /status/config", "multitenancy_enabled", "true")
    .into()
}
