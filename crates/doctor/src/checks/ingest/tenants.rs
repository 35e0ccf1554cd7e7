//! The markers of the other given tenants are accepted and found.

use telemetry::model::evidence::{Fact, TenantMarker};
use telemetry::model::{CheckOutcome, Confidence, Finding, Hop, Slot};

use crate::checks::receiver::push_refusal;
use crate::checks::{Check, EvidenceView, query};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "ingest.tenants",
    title: "the other tenants' markers are accepted and found",
    needs: &[&[Fact::OtherTenants]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let others = view.other_tenants();
    if others.is_empty() {
        return CheckOutcome::not_applicable("at most one tenant was given");
    }
    if let Some((other, finding)) = others
        .iter()
        .find_map(|other| Some((other, find_tenant_failure(other)?)))
    {
        return Finding {
            summary: format!("tenant {}: {}", other.tenant, finding.summary),
            ..finding
        }
        .into();
    }
    let names = |wanted: bool| {
        let those = others.iter().filter(|other| is_marker_found(other) == wanted);
        those.map(|other| other.tenant.as_str()).collect::<Vec<_>>().join(", ")
    };
    let unread = names(false);
    if unread.is_empty() {
        CheckOutcome::pass(format!("accepted and found for each tenant: {}", names(true)))
    } else {
        CheckOutcome::no_evidence(format!("it is not known what became of the markers of {unread}"))
    }
}

fn is_marker_found(other: &TenantMarker) -> bool {
    other.by_id.get().is_some_and(|read| read.spans > 0)
}

/// What keeps this tenant's marker from being found; `None` where it was, or where nobody can tell.
fn find_tenant_failure(other: &TenantMarker) -> Option<Finding> {
    let whose = format!("X-Scope-OrgID: {}", other.tenant);
    if let Some(answer) = other.push.get().filter(|answer| !answer.is_accepted()) {
        let denied = matches!(answer.http_status, Some(401 | 403)) || matches!(answer.grpc_code, Some(7 | 16));
        let (cause, hop) =
            push_refusal::classify_push_error(answer).or_else(|| denied.then_some(("gateway-401", Hop::Receiver)))?;
        let summary = format!("its push is rejected: {}", answer.summary_line());
        return Some(Finding::broken(cause, summary).at_hop(hop).with_evidence(
            "OTLP push",
            whose,
            answer.summary_line(),
        ));
    }
    match &other.by_id {
        Slot::Known { value, .. } if value.spans == 0 => Some(
            Finding::broken("trace-not-found-v1", "its marker was accepted but is not found by id")
                .likely()
                .at_hop(Hop::Query)
                .with_evidence(value.request.clone(), whose, "absent"),
        ),
        Slot::Failed { failure } => query::query_refusal::classify_query_error(failure)
            .filter(|finding| finding.confidence == Confidence::Certain)
            .map(|finding| finding.at_hop(Hop::Query)),
        _ => None,
    }
}
