//! Services have names.

use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

use super::sending::others;
use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.names",
    hop: Hop::App,
    title: "services have names",
    needs: &[&[Fact::AppServices, Fact::Marker]],
    causes: &["app-service-name-missing"],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let sending = view
        .app_services()
        .get()
        .map(|list| others(view, list))
        .unwrap_or_default();
    if sending.is_empty() {
        return Outcome::not_applicable("no application was found sending");
    }
    // The SDKs' own stand-in for a name nobody gave (…/specs/semconv/resource/#service).
    let nameless: Vec<&str> = sending
        .iter()
        .copied()
        .filter(|name| name.starts_with("unknown_service") || *name == "(no service.name)")
        .collect();
    if nameless.is_empty() {
        return Outcome::pass(format!("{} of {} services have a name", sending.len(), sending.len()));
    }
    Outcome::Warn(
        Finding::degraded(
            "app-service-name-missing",
            format!("spans have no service.name; they appear as {}", nameless.join(", ")),
        )
        .possible()
        .seen("Tempo search", "services", sending.join(", ")),
    )
}
