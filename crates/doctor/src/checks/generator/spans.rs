//! The generator receives the marker's spans and keeps them.

use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::tempo_config::TempoReleaseLine;

use crate::checks::{Check, EvidenceView, installation, internal_tls, marker_state, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.spans",
    title: "the generator receives the spans and keeps them",
    needs: &[
        marker_state::METRICS_FACTS,
        &[Fact::Exemplars, Fact::BackdatedPush, Fact::Marker],
    ],
    judge: |view| marker_state::judge_metrics_branch(view, judge),
};

/// Values of the label `reason`, the cause each names, and what that means (grafana/tempo v3.0.3:
/// modules/generator/instance.go).
pub const REASONS: [(&str, &str, &str); 4] = [
    (
        "outside_metrics_ingestion_slack",
        "gen-slack",
        "the metrics-generator discards spans that end outside its ingestion slack",
    ),
    (
        "span_metrics_filtered",
        "sm-filter-policies",
        "a filter policy keeps spans out of the span metrics",
    ),
    (
        "service_graphs_filtered",
        "sm-filter-policies",
        "a filter policy keeps spans out of the service graph",
    ),
    (
        "invalid_utf8",
        "gen-invalid-utf8",
        "spans with labels that are not valid UTF-8 are dropped",
    ),
];

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    if !marker_state::is_marker_accepted(view) {
        return CheckOutcome::not_applicable("the receiver did not accept the marker");
    }
    if !tempo_counters::has_both_scrapes(view) {
        return CheckOutcome::no_evidence("the generator's counters could not be read twice");
    }
    if !marker_state::has_lost_series(view) {
        return CheckOutcome::pass("the marker's metrics arrive");
    }
    find_discarded_spans(view)
        .or_else(|| find_failed_pushes(view))
        .map_or_else(
            || CheckOutcome::pass("no counter shows that the generator lost spans"),
            CheckOutcome::from,
        )
}

fn find_discarded_spans(view: &EvidenceView<'_>) -> Option<Finding> {
    let tenant = tempo_counters::resolve_tenant(view);
    let spans = f64::from(view.marker().as_ref().map_or(2, |marker| marker.spans));
    for (reason, cause, summary) in REASONS {
        let labels = [("tenant", tenant.as_str()), ("reason", reason)];
        let grown = tempo_counters::measure_increase(view, "tempo_metrics_generator_spans_discarded_total", &labels)
            .unwrap_or(0.0);
        // The back-dated trace is older than the usual slack: its discard is ours, and expected.
        let expected = if reason == "outside_metrics_ingestion_slack" {
            tempo_counters::count_backdated_spans(view)
        } else {
            0.0
        };
        if grown - expected < 0.5 {
            continue;
        }
        let name = format!("tempo_metrics_generator_spans_discarded_total{{reason=\"{reason}\"}}");
        let finding = Finding::broken(cause, summary)
            .with_confidence(tempo_counters::assess_confidence(view))
            .with_evidence_lines([tempo_counters::build_increase_evidence(view, &name, grown - expected)]);
        // Where something arrives all the same, or others pass, only the marker was kept out.
        let excluded = marker_state::has_any_metric_arrived(view)
            || marker_state::has_other_metrics_arriving(view)
            || grown - expected < spans;
        return Some(if excluded {
            let mut finding = finding.likely();
            finding.level = telemetry::model::FindingLevel::Degraded;
            finding
        } else {
            finding
        });
    }
    None
}

fn find_failed_pushes(view: &EvidenceView<'_>) -> Option<Finding> {
    if marker_state::has_any_metric_arrived(view) {
        return None;
    }
    let failures = [
        "tempo_distributor_metrics_generator_pushes_failures_total",
        "tempo_distributor_queue_pushes_failures_total",
    ];
    if let Some(failed) = failures
        .iter()
        .find_map(|name| tempo_counters::find_increase_evidence(view, name, &[]))
    {
        if let Some(finding) = explain_local_blocks(view) {
            return Some(finding.with_evidence_lines([failed]));
        }
        let finding = Finding::broken(
            "gen-push-failing",
            "the distributor fails to push spans to the metrics-generator",
        )
        .with_confidence(tempo_counters::assess_confidence(view))
        .with_evidence_lines([failed]);
        return Some(internal_tls::explain_internal_tls(view, finding));
    }
    let skipped = "tempo_metrics_generator_metrics_generation_skipped_processor_pushes_total";
    if let Some(skipped) = tempo_counters::find_increase_evidence(view, skipped, &[]) {
        return Some(
            Finding::broken(
                "gen-header-skips",
                "the push carries a header that disables metrics for it",
            )
            .likely()
            .with_evidence_lines([skipped]),
        );
    }
    let received = tempo_counters::measure_own_increase(view, "tempo_metrics_generator_spans_received_total");
    let pushes = "tempo_distributor_metrics_generator_pushes_total";
    if let Some(pushes) = tempo_counters::find_increase_evidence(view, pushes, &[])
        && received.is_none_or(|spans| spans == 0.0)
    {
        if let Some(finding) = explain_local_blocks(view) {
            return Some(finding.with_evidence_lines([pushes]));
        }
        return Some(
            Finding::broken(
                "gen-instance-backoff",
                "the distributor forwards spans, but the generator has no working instance for this tenant",
            )
            .likely()
            .with_evidence_lines([
                pushes,
                tempo_counters::build_value_evidence(view, "tempo_metrics_generator_spans_received_total", "absent"),
            ]),
        );
    }
    None
}

/// With local-blocks and no path for its blocks, Tempo 2 creates no generator for any tenant (grafana/tempo v2.10.8:
/// modules/generator/processor/localblocks/processor.go). Tempo 3 has no such processor, and ignores its name.
fn explain_local_blocks(view: &EvidenceView<'_>) -> Option<Finding> {
    let path = "metrics_generator.traces_storage.path";
    let config = view.config().get()?;
    let on = installation::find_processors(view)?
        .iter()
        .any(|name| name == "local-blocks");
    let placed = config.text(path).is_some_and(|path| !path.is_empty());
    if !on || placed || installation::detect_line(view) == Some(TempoReleaseLine::V3) {
        return None;
    }
    let finding = Finding::broken(
        "gen-local-blocks-no-storage",
        "local-blocks is enabled without a path for its blocks, so the generator produces no metrics at all",
    );
    Some(
        finding
            .with_evidence("Tempo", "processors in the overrides", "local-blocks")
            .with_evidence("GET /status/config", path, "not set"),
    )
}
