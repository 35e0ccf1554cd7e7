//! In the values of the charts, a receiver is enabled.

use crate::checks::Check;
use crate::checks::compose::{self, build_file_evidence};
use telemetry::model::compose::{ComposeProject, HelmChart, HelmValues};
use telemetry::model::{CheckOutcome, Fact, Finding};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "receiver.compose-values",
    title: "in the values of the charts, a receiver is enabled",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let judged = |one: &&HelmValues| one.chart == HelmChart::TempoDistributed && !one.is_replaced;
    let all: Vec<&HelmValues> = project.helm_values.iter().filter(judged).collect();
    let without = || all.iter().filter(|one| one.receivers.is_empty());
    let closed = without().filter(|one| !one.closed.is_empty());
    if let Some(outcome) = CheckOutcome::of_findings(closed.map(|one| explain_closed(one))) {
        return outcome;
    }
    // Another file of values may say more where this one says nothing.
    if let Some(silent) = without().next() {
        return CheckOutcome::Warn(explain_closed(silent).possible());
    }
    match all.first() {
        Some(values) => CheckOutcome::pass(format!("enabled: {}", values.receivers.join(", "))),
        None => CheckOutcome::not_applicable("no values of the chart tempo-distributed"),
    }
}

/// The chart opens no receiver by itself (grafana/helm-charts, tempo-distributed 1.61.3: values.yaml, `traces`).
fn explain_closed(values: &HelmValues) -> Finding {
    let lines: Vec<_> = values
        .closed
        .iter()
        .map(|spot| build_file_evidence(&spot.at, format!("traces.{}.enabled", spot.value), "not true"))
        .collect();
    let none = lines
        .is_empty()
        .then(|| values.build_evidence(None, "traces", "not set: every receiver is off by default"));
    Finding::broken(
        "receiver-protocol-not-enabled",
        "the values enable no receiver, and the chart tempo-distributed opens none by itself",
    )
    .with_evidence_lines(lines)
    .with_evidence_lines(none)
    .with_remedy(format!(
        "enable the protocols that are sent in {}, or pass the other values files as well:",
        values.at.file
    ))
    .with_config(values.render_all(&[
        ("traces.otlp.grpc.enabled", "true"),
        ("traces.otlp.http.enabled", "true"),
    ]))
}
