//! Applications send to the examined tenant.

use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::text::quote::quote_flag;

use super::sending::list_known_services;
use crate::checks::{Check, EvidenceView, tempo_counters};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.tenant",
    title: "applications send to the examined tenant",
    needs: &[tempo_counters::TENANT_FACTS, &[Fact::AppServices, Fact::Marker]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let ours = tempo_counters::resolve_tenant(view);
    if view.metrics_after().get().is_none() {
        return CheckOutcome::no_evidence("per-tenant counters could not be read");
    }
    if !list_known_services(view, view.app_services()).is_empty() {
        return CheckOutcome::pass(format!("applications send to {ours}"));
    }
    let receiving = tempo_counters::list_other_tenants(view);
    if receiving.is_empty() || view.app_services().get().is_none() {
        return CheckOutcome::pass("no other tenant receives spans");
    }
    let names = receiving
        .iter()
        .map(|(tenant, _)| *tenant)
        .collect::<Vec<_>>()
        .join(", ");
    let mut finding = Finding::degraded(
        "tenant-mismatch",
        format!(
            "no spans arrive for tenant {ours}, but {names} receives spans: senders and readers use different tenants"
        ),
    );
    for (tenant, grown) in &receiving {
        let name = format!("tempo_distributor_spans_received_total{{tenant=\"{tenant}\"}}");
        finding = finding.with_evidence_lines([tempo_counters::build_increase_evidence(view, &name, *grown)]);
    }
    finding
        .with_remedy("examine the tenant that receives spans, or configure the senders for this one:")
        .with_config(format!("X-Scope-OrgID: {}", receiving[0].0))
        .with_command(format!("tempoctl doctor {}", quote_flag("--org-id", receiving[0].0)))
        .into()
}
