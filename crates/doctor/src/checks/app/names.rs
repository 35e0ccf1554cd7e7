//! Services have names.

use telemetry::model::{CheckOutcome, Fact, Finding};

use super::sending::list_known_services;
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.names",
    title: "services have names",
    needs: &[&[Fact::AppServices, Fact::Marker]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let sending = list_known_services(view, view.app_services());
    if sending.is_empty() {
        return CheckOutcome::not_applicable("no application was found sending");
    }
    // The SDKs' own stand-in for a name nobody gave (…/specs/semconv/resource/#service).
    let nameless: Vec<&str> = sending
        .iter()
        .copied()
        .filter(|name| name.starts_with("unknown_service") || *name == "(no service.name)")
        .collect();
    if nameless.is_empty() {
        return CheckOutcome::pass(format!("{} of {} services have a name", sending.len(), sending.len()));
    }
    CheckOutcome::Warn(
        Finding::degraded(
            "app-service-name-missing",
            format!("spans have no service.name; they appear as {}", nameless.join(", ")),
        )
        .possible()
        .with_evidence("Tempo search", "services", sending.join(", ")),
    )
}
