//! The metrics that the collector makes from spans reach Prometheus.
//!
//! A collector counts what it drops while it translates metrics for remote write as sent; only a counter of its own tells
//! (open-telemetry/opentelemetry-collector-contrib v0.161.0: exporter/prometheusremotewriteexporter/exporter.go).

use telemetry::model::tempo::MetricsScrape;
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::collector::{is_remote_exporter, select_family};
use telemetry::parse::span_metrics::{TEMPO_PREFIX, find_span_metric_families};

use super::exporter_logs;
use crate::checks::{Check, EvidenceView};
use crate::evidence::collector_counters as counters;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.metric-export",
    title: "the metrics that the collector makes from spans reach Prometheus",
    needs: &[&[Fact::Collector, Fact::Logs]],
    judge,
};

/// Requests in which a metric could not be translated.
const FAILED_TRANSLATIONS: &str = "exporter_prometheusremotewrite_failed_translations";
const SENT_POINTS: &str = "exporter_sent_metric_points";
const FAILED_POINTS: &str = "exporter_send_failed_metric_points";
/// A collector that is restarted resets its counters once; of two that share a series each sample is another's.
const RESETS_OF_SEVERAL: f64 = 5.0;

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let Some(now) = counters::get_latest_scrape(view) else {
        return CheckOutcome::not_applicable("no counters of a collector were read");
    };
    let (sent, failed) = (sum_remote(now, SENT_POINTS), sum_remote(now, FAILED_POINTS));
    if sent + failed <= 0.0 {
        return CheckOutcome::not_applicable("the collector exports no metrics");
    }
    let Some(names) = view.collector().span_metric_names.get() else {
        return CheckOutcome::no_evidence("Prometheus could not be asked for span metrics");
    };
    let families = find_span_metric_families(names);
    let untranslated = counters::sum_family(now, FAILED_TRANSLATIONS).unwrap_or(0.0);
    let is_lossy = untranslated + failed > 0.0;
    // Those may be Tempo's own, unless nothing of the collector's is lost.
    let own = families
        .iter()
        .find(|family| !is_lossy || family.prefix != TEMPO_PREFIX);
    if let Some(family) = own {
        if let Some(finding) = find_shared_series(view) {
            return finding.into();
        }
        return CheckOutcome::pass(format!("{} has samples in Prometheus", family.display_name()));
    }
    let found = if untranslated > 0.0 {
        explain_delta(view, now)
    } else if failed > 0.0 {
        explain_failed_export(view, sent)
    } else {
        return CheckOutcome::not_applicable("Prometheus has no span metrics of a collector, and none were lost");
    };
    // Metrics that came in from elsewhere may be what is lost; Tempo's own may be what people look at.
    let is_received = counters::sum_family(now, "receiver_accepted_metric_points").unwrap_or(0.0) > 0.0;
    let has_spans = counters::sum_family(now, "receiver_accepted_spans").unwrap_or(0.0) > 0.0;
    if is_received || !families.is_empty() || !has_spans {
        return CheckOutcome::Warn(found.possible());
    }
    found.into()
}

/// Its counters fall again and again: samples of several counters stand in one series.
fn find_shared_series(view: &EvidenceView<'_>) -> Option<Finding> {
    let resets = view.collector().counter_resets.as_ref()?;
    if resets.count < RESETS_OF_SEVERAL {
        return None;
    }
    Some(
        Finding::degraded(
            "collector-series-shared",
            format!(
                "several writers share a series of the collector's span metrics: its counter fell {:.0} times in 10 min",
                resets.count
            ),
        )
        .likely()
        .with_evidence("GET /api/v1/query", resets.query.clone(), format!("{:.0}", resets.count)),
    )
}

/// A family over the exporters that send to another process.
fn sum_remote(scrape: &MetricsScrape, family: &str) -> f64 {
    let is_remote = |name: &String| is_remote_exporter(name);
    select_family(scrape, family)
        .filter(|sample| sample.labels.get("exporter").is_none_or(is_remote))
        .map(|sample| sample.value)
        .sum()
}

fn explain_delta(view: &EvidenceView<'_>, now: &MetricsScrape) -> Finding {
    Finding::degraded(
        "collector-delta-temporality",
        "the collector's remote write drops its span metrics: most likely they are deltas, and Prometheus needs cumulative ones",
    )
    .likely()
    .with_evidence_lines(counters::build_value_evidence(view, FAILED_TRANSLATIONS))
    .with_evidence_lines(counters::build_value_evidence(view, SENT_POINTS))
    .with_evidence_lines(build_absence_evidence(now))
}

fn explain_failed_export(view: &EvidenceView<'_>, sent: f64) -> Finding {
    let logged = exporter_logs::find_newest_match(view, |cause| {
        matches!(cause, "collector-delta-temporality" | "collector-metrics-undelivered")
    });
    let finding = match logged {
        Some(("collector-delta-temporality", _)) => Finding::degraded(
            "collector-delta-temporality",
            "the collector sends its span metrics as deltas, which the receiver rejects",
        ),
        _ => Finding::degraded(
            "collector-metrics-undelivered",
            "the collector cannot deliver the metrics that it makes from spans",
        )
        .likely_unless(sent <= 0.0),
    };
    finding
        .with_evidence_lines(logged.map(|(_, found)| exporter_logs::build_log_evidence(found)))
        .with_evidence_lines(counters::build_present_evidence(view, FAILED_POINTS))
        .with_evidence_lines(counters::build_value_evidence(view, SENT_POINTS))
}

fn build_absence_evidence(now: &MetricsScrape) -> Option<telemetry::model::EvidenceLine> {
    let spans = counters::sum_family(now, "receiver_accepted_spans")?;
    Some(telemetry::model::EvidenceLine::new(
        "GET /api/v1/query",
        format!("span metrics with a sample in the last 5 min, of {spans:.0} spans"),
        "none",
    ))
}
