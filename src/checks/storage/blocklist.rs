//! Tempo polls its block list.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

use crate::checks::{Check, View, traffic};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "storage.blocklist",
    hop: Hop::Storage,
    title: "Tempo polls its block list",
    needs: &[&[Fact::Metrics]],
    causes: &["blocklist-not-polled"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    if view.metrics_after().get().is_none() || view.metrics_before().get().is_none() {
        return Outcome::no_evidence("Tempo's polling counters could not be read twice");
    }
    let mut finding = Finding::degraded(
        "blocklist-not-polled",
        "Tempo fails to poll its block list, so older traces are not found",
    )
    .likely();
    for name in [
        "tempodb_blocklist_poll_errors_total",
        "tempodb_blocklist_tenant_index_errors_total",
    ] {
        if let Some(grown) = traffic::delta(view, name, &[]).filter(|grown| *grown > 0.0) {
            finding = finding.seen_all([traffic::line(view, name, grown)]);
        }
    }
    if finding.evidence.is_empty() {
        Outcome::pass("no poll failed since the marker")
    } else {
        finding.into()
    }
}
