//! Series that leave Tempo and do not show here went elsewhere.

use crate::checks::{EvidenceView, installation, tempo_counters};
use telemetry::model::{EvidenceLine, Finding};
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
