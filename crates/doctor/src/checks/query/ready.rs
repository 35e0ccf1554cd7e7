//! Tempo reports ready.

use telemetry::model::tempo::ServiceRow;
use telemetry::model::{CheckOutcome, Fact, Finding, Hop, HopState};

use crate::checks::{Check, EvidenceView, internal_tls, marker_state};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.ready",
    title: "Tempo reports ready",
    needs: &[&[Fact::Ready, Fact::Services, Fact::ById, Fact::Push, Fact::Config]],
    judge,
};

/// Beginnings of the body of a 503, lower case (grafana/tempo v3.0.3: cmd/tempo/app/app.go).
const BODIES: [(&str, &str, &str); 7] = [
    (
        "number of queriers connected",
        "frontend-no-queriers",
        "no querier is connected to the query-frontend, so queries hang",
    ),
    ("ingester not ready", "ingester-not-ready", "an ingester is not ready"),
    (
        "livestore not ready",
        "livestore-not-ready",
        "the live-store is not ready",
    ),
    (
        "generator not ready",
        "generator-not-ready",
        "the metrics-generator is not ready",
    ),
    (
        "query frontend not ready",
        "frontend-no-queriers",
        "the query-frontend is not ready",
    ),
    ("application is stopping", "tempo-starting", "Tempo is shutting down"),
    (
        "some services are not running",
        "tempo-starting",
        "Tempo is still starting",
    ),
];

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let Some(answer) = view.ready().get() else {
        return CheckOutcome::no_evidence("/ready could not be queried");
    };
    if answer.status == 200 {
        return CheckOutcome::pass("/ready answers 200");
    }
    if answer.status != 503 {
        return CheckOutcome::no_evidence(format!("/ready answers {}, which is inconclusive", answer.status));
    }
    let body = answer.body.to_lowercase();
    let Some((_, cause, summary)) = BODIES.iter().find(|(text, _, _)| body.contains(text)) else {
        return CheckOutcome::no_evidence(format!("/ready answers {}", answer.status_line()));
    };
    let failed: Vec<&ServiceRow> = view
        .services()
        .get()
        .map(|rows| rows.iter().filter(|row| row.status == "Failed").collect())
        .unwrap_or_default();
    let mut finding = match failed.first() {
        Some(row) => Finding::broken("tempo-module-failed", format!("Tempo module {} failed", row.name)),
        None => Finding::broken(cause, *summary),
    }
    .with_evidence("GET /ready", "answer", answer.status_line());
    for row in failed {
        finding = finding.with_evidence(
            "GET /status/services",
            row.name.clone(),
            format!("Failed {}", row.failure),
        );
    }
    if *cause == "frontend-no-queriers" {
        finding = internal_tls::explain_internal_tls(view, finding);
    }
    if *cause == "generator-not-ready" {
        finding = finding.at_hop(Hop::Generator);
    }
    if marker_state::find_by_id_state(view) == HopState::Passed && *cause != "frontend-no-queriers" {
        // It said so before the marker passed: it has become ready since.
        return CheckOutcome::Warn(finding.possible());
    }
    finding.into()
}
