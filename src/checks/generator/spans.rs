//! The generator receives the marker's spans and keeps them.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, HopState, Outcome};

use crate::checks::{Check, View, facts, passage, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "generator.spans",
    hop: Hop::Generator,
    title: "the generator receives the spans and keeps them",
    needs: &[passage::METRICS, &[Fact::Exemplars, Fact::BackdatedPush, Fact::Marker]],
    causes: &[
        "gen-slack",
        "sm-filter-policies",
        "gen-invalid-utf8",
        "gen-push-failing",
        "gen-instance-backoff",
        "gen-header-skips",
    ],
    judge,
};

/// Values of the label `reason` (grafana/tempo v3.0.3: modules/generator/instance.go).
const REASONS: [(&str, &str, &str); 4] = [
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

fn judge(view: &View<'_>) -> Outcome {
    if !facts::metrics_branch(view).is_configured() {
        return Outcome::not_applicable("metrics from spans are not configured");
    }
    if !passage::accepted(view) {
        return Outcome::not_applicable("the receiver did not accept the marker");
    }
    if view.metrics_after().get().is_none() || view.metrics_before().get().is_none() {
        return Outcome::no_evidence("the generator's counters could not be read twice");
    }
    let half_lost = [passage::calls(view), passage::graph(view)].contains(&HopState::Lost);
    if !half_lost {
        return Outcome::pass("the marker's metrics arrive");
    }
    discarded(view).or_else(|| not_pushed(view)).map_or_else(
        || Outcome::pass("no counter shows that the generator lost spans"),
        Outcome::from,
    )
}

fn discarded(view: &View<'_>) -> Option<Finding> {
    let tenant = traffic::tenant(view);
    let backdated = f64::from(u8::from(
        view.backdated_push().get().is_some_and(|answer| answer.accepted()),
    ));
    let spans = f64::from(view.marker().as_ref().map_or(2, |marker| marker.spans));
    for (reason, cause, summary) in REASONS {
        let labels = [("tenant", tenant.as_str()), ("reason", reason)];
        let grown = traffic::delta(view, "tempo_metrics_generator_spans_discarded_total", &labels).unwrap_or(0.0);
        // The back-dated trace is older than the usual slack: its discard is ours, and expected.
        let expected = if reason == "outside_metrics_ingestion_slack" {
            backdated
        } else {
            0.0
        };
        if grown - expected < 0.5 {
            continue;
        }
        let name = format!("tempo_metrics_generator_spans_discarded_total{{reason=\"{reason}\"}}");
        let finding = Finding::broken(cause, summary)
            .with_confidence(traffic::confidence(view))
            .seen_all([traffic::line(view, &name, grown - expected)]);
        // Where something arrives all the same, or others pass, only the marker was kept out.
        let excluded = passage::anything_arrived(view) || passage::others_arrive(view) || grown - expected < spans;
        return Some(if excluded {
            let mut finding = finding.likely();
            finding.level = crate::model::Level::Degraded;
            finding
        } else {
            finding
        });
    }
    None
}

fn not_pushed(view: &View<'_>) -> Option<Finding> {
    if passage::anything_arrived(view) {
        return None;
    }
    let tenant = traffic::tenant(view);
    let grown = |name: &str, labels: &[(&str, &str)]| traffic::delta(view, name, labels).unwrap_or(0.0);
    for name in [
        "tempo_distributor_metrics_generator_pushes_failures_total",
        "tempo_distributor_queue_pushes_failures_total",
    ] {
        let failed = grown(name, &[]);
        if failed > 0.0 {
            return Some(
                Finding::broken(
                    "gen-push-failing",
                    "the distributor fails to push spans to the metrics-generator",
                )
                .with_confidence(traffic::confidence(view))
                .seen_all([traffic::line(view, name, failed)]),
            );
        }
    }
    let skipped = grown(
        "tempo_metrics_generator_metrics_generation_skipped_processor_pushes_total",
        &[],
    );
    if skipped > 0.0 {
        return Some(
            Finding::broken(
                "gen-header-skips",
                "the push carries a header that disables metrics for it",
            )
            .likely()
            .seen_all([traffic::line(
                view,
                "tempo_metrics_generator_metrics_generation_skipped_processor_pushes_total",
                skipped,
            )]),
        );
    }
    let pushes = grown("tempo_distributor_metrics_generator_pushes_total", &[]);
    let received = traffic::delta(
        view,
        "tempo_metrics_generator_spans_received_total",
        &[("tenant", &tenant)],
    );
    if pushes > 0.0 && received.is_none_or(|spans| spans == 0.0) {
        return Some(
            Finding::broken(
                "gen-instance-backoff",
                "the distributor forwards spans, but the generator has no working instance for this tenant",
            )
            .likely()
            .seen_all([
                traffic::line(view, "tempo_distributor_metrics_generator_pushes_total", pushes),
                traffic::value_line(view, "tempo_metrics_generator_spans_received_total", "absent"),
            ]),
        );
    }
    None
}
