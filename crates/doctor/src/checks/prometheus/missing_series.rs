//! Series that leave Tempo and do not show here went elsewhere.

use crate::checks::{EvidenceView, installation, marker_state, tempo_counters};
use telemetry::model::marker::Watch;
use telemetry::model::{CheckOutcome, EvidenceLine, Finding};
use telemetry::parse::authority::is_same_place;

/// The series that is not there; without a marker, how old its newest sample is.
fn build_absence_evidence(view: &EvidenceView<'_>, metric: &str) -> EvidenceLine {
    if !view.request().no_marker {
        return EvidenceLine::new("GET /api/v1/query", format!("{metric} of the marker"), "absent");
    }
    let newest = view
        .freshest()
        .get()
        .and_then(|list| list.first()?.points.last().copied());
    let shown = newest.map_or("none".to_owned(), |(asked, at)| format!("{:.0} s old", asked - at));
    EvidenceLine::new("GET /api/v1/query", format!("newest sample of {metric}"), shown)
}

/// What the absence of the marker's series in this Prometheus means where no better explanation stands upstream.
pub fn explain_absence(view: &EvidenceView<'_>, metric: &str) -> Finding {
    let here = &view.targets().prometheus.url;
    let urls = installation::find_remote_write_urls(view).unwrap_or_default();
    let elsewhere = !urls.is_empty() && urls.iter().all(|url| !is_same_place(url, here));
    let sent = tempo_counters::find_increase_evidence(view, "prometheus_remote_storage_samples_total", &[]);
    let mut finding = Finding::broken(
        "prom-different-instance",
        if elsewhere {
            format!("Tempo writes to {}, but this Prometheus is {here}", urls.join(", "))
        } else {
            let of_marker = if view.request().no_marker {
                ""
            } else {
                " from the marker"
            };
            format!("the metrics that Tempo's generator produces{of_marker} do not arrive in the Prometheus at {here}")
        },
    )
    .with_evidence_lines([build_absence_evidence(view, metric)]);
    for url in &urls {
        finding = finding.with_evidence("Tempo", "remote_write.url", url);
    }
    let is_sending = sent.is_some();
    finding = finding.with_evidence_lines(sent);
    // The counter of samples counts attempts: it says that they arrived elsewhere only where none failed.
    let undelivered = crate::checks::remote_write::delivery::find_delivery_failure(view).is_some();
    if elsewhere && is_sending && !undelivered {
        finding.likely()
    } else {
        finding.possible()
    }
}

/// `the marker's traces_spanmetrics_calls_total rose after 9.6 s`
pub fn describe_rise(metric: &str, watch: &Option<Watch>) -> String {
    let after = watch.as_ref().and_then(|watch| watch.seen_after_ms).unwrap_or(0);
    format!("the marker's {metric} rose after {:.1} s", after as f64 / 1e3)
}

/// Why nothing is known of the marker's series, which are called `what` in a sentence.
pub fn explain_unknown(view: &EvidenceView<'_>, waited_for: &str, what: &str) -> CheckOutcome {
    if !installation::detect_metrics_branch(view).is_configured() {
        CheckOutcome::not_applicable("metrics from spans are not configured")
    } else if !marker_state::is_marker_accepted(view) {
        CheckOutcome::not_applicable("the receiver did not accept the marker")
    } else if view.request().fast {
        CheckOutcome::no_evidence(format!("--fast does not wait for {waited_for}"))
    } else {
        CheckOutcome::no_evidence(format!("Prometheus could not be queried for the marker's {what}"))
    }
}
