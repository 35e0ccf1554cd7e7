//! Series that leave Tempo and do not show here went elsewhere.

use crate::checks::{View, facts, traffic};
use crate::model::{EvidenceLine, Finding};

/// The series that is not there; without a marker, how old its newest sample is.
fn absent(view: &View<'_>, metric: &str) -> EvidenceLine {
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
pub fn lost(view: &View<'_>, metric: &str) -> Finding {
    let here = facts::authority(&view.targets().prometheus.url);
    let urls = facts::remote_write_urls(view).unwrap_or_default();
    let elsewhere = !urls.is_empty()
        && urls
            .iter()
            .all(|url| !facts::same_authority(&facts::authority(url), &here));
    let sent = traffic::delta(view, "prometheus_remote_storage_samples_total", &[]).filter(|grown| *grown > 0.0);
    let mut finding = Finding::broken(
        "prom-different-instance",
        if elsewhere {
            format!("Tempo writes to {}, but this Prometheus is {here}", urls.join(", "))
        } else {
            format!(
                "the metrics that Tempo's generator produces from the marker do not arrive in the Prometheus at {here}"
            )
        },
    )
    .seen_all([absent(view, metric)]);
    for url in &urls {
        finding = finding.seen("Tempo", "remote_write.url", url);
    }
    if let Some(sent) = sent {
        finding = finding.seen_all([traffic::line(view, "prometheus_remote_storage_samples_total", sent)]);
    }
    // The counter of samples counts attempts: it says that they arrived elsewhere only where none failed.
    let undelivered = crate::checks::remote_write::delivery::troubles(view).is_some();
    if elsewhere && sent.is_some() && !undelivered {
        finding.likely()
    } else {
        finding.possible()
    }
}
