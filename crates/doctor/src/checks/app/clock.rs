//! Span timestamps are close to now.

use telemetry::model::{CheckOutcome, Finding};

use crate::checks::{Check, EvidenceView, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.clock",
    title: "span timestamps are close to now",
    needs: &[tempo_counters::OTHER_SPANS_FACTS],
    judge,
};

/// Seconds from the future that no transport explains.
const FUTURE_S: f64 = 5.0;
/// Seconds from the past beyond which Tempo cuts a block's range (tempodb/encoding/common/slackTimeRange.go).
const PAST_S: f64 = 120.0;

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let tenant = tempo_counters::resolve_tenant(view);
    let grown = |name: &str| tempo_counters::measure_increase(view, name, &[("tenant", &tenant)]);
    if !tempo_counters::has_both_scrapes(view) {
        return CheckOutcome::no_evidence("Tempo's histograms of span times could not be read twice");
    }
    let warned = view
        .metrics_after()
        .get()
        .into_iter()
        .flat_map(|scrape| scrape.select("tempo_warnings_total", &[]))
        .filter_map(|sample| sample.labels.get("reason"))
        .filter(|reason| reason.ends_with("outside_ingestion_time_slack"))
        .find_map(|reason| {
            let labels = [("reason", reason.as_str()), ("tenant", tenant.as_str())];
            let grown = tempo_counters::find_increase(view, "tempo_warnings_total", &labels)?;
            Some(tempo_counters::build_increase_evidence(
                view,
                &format!("tempo_warnings_total{{reason=\"{reason}\"}}"),
                grown,
            ))
        });
    let mean = |side: &str, own: f64, own_count: f64| {
        let sum = grown(&format!("tempo_spans_distance_in_{side}_seconds_sum"))? - own;
        let count = grown(&format!("tempo_spans_distance_in_{side}_seconds_count"))? - own_count;
        (count >= 1.0).then(|| (sum.max(0.0) / count, count))
    };
    let backdated = view.marker().as_ref().and_then(|marker| marker.backdated.as_ref());
    let backdated = backdated.filter(|_| view.backdated_push().get().is_some_and(|answer| answer.is_accepted()));
    let own = backdated.map_or((0.0, 0.0), |trace| (trace.age_s, 1.0));
    let future = mean("future", 0.0, 0.0).filter(|(mean, _)| *mean > FUTURE_S);
    let past = mean("past", own.0, own.1).filter(|(mean, _)| *mean > PAST_S);
    let (cause, summary) = match (&future, &past, &warned) {
        (Some((mean, count)), _, _) => (
            "clock-skew-search-miss",
            format!(
                "{} had timestamps {mean:.0} s in the future on average: a sender's clock is ahead",
                tempo_counters::render_span_count(*count)
            ),
        ),
        (_, Some((mean, count)), _) => (
            "backdated-import",
            format!(
                "{} ended {mean:.0} s before arriving, on average",
                tempo_counters::render_span_count(*count)
            ),
        ),
        (_, _, Some(_)) => (
            "clock-skew-search-miss",
            "Tempo warns about spans with timestamps too far from now".to_owned(),
        ),
        _ => return CheckOutcome::pass("no span is dated in the future or long ago"),
    };
    let mut finding = Finding::degraded(cause, summary).possible();
    for (side, found) in [("future", &future), ("past", &past)] {
        if let Some((mean, count)) = found {
            finding = finding.with_evidence_lines([tempo_counters::build_value_evidence(
                view,
                &format!("tempo_spans_distance_in_{side}_seconds"),
                format!(
                    "{mean:.0} s on average over {} since the marker",
                    tempo_counters::render_span_count(*count)
                ),
            )]);
        }
    }
    CheckOutcome::Warn(finding.with_evidence_lines(warned))
}
