//! Every service that sent in the day before still sends.

use telemetry::model::{CheckOutcome, Fact, Finding};

use super::sending::list_known_services;
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "app.services",
    title: "every service that sent in the day before still sends",
    needs: &[&[Fact::AppServices, Fact::StoppedServices, Fact::Marker]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let sending = list_known_services(view, view.app_services());
    if sending.is_empty() {
        return CheckOutcome::not_applicable("no application was found sending");
    }
    let window =
        telemetry::parse::duration::format_duration(std::time::Duration::from_secs(view.request().app_window_s));
    let Some(stopped) = view.stopped_services().get() else {
        return CheckOutcome::no_evidence("the services of the day before could not be searched");
    };
    if stopped.is_empty() {
        return CheckOutcome::pass(format!("sent in the last {window}: {}", sending.join(", ")));
    }
    let names: Vec<&str> = stopped.iter().map(|one| one.name.as_str()).collect();
    let finding = Finding::degraded(
        "app-stopped",
        format!(
            "sent earlier but not in the last {window}: {}; still sending: {}",
            names.join(", "),
            sending.join(", ")
        ),
    )
    .possible();
    let seen = |one: &telemetry::model::evidence::StoppedService| {
        jiff::Timestamp::from_second(one.last_seen as i64).map_or_else(|_| String::new(), |time| time.to_string())
    };
    CheckOutcome::Warn(stopped.iter().fold(finding, |finding, one| {
        finding.with_evidence(
            "Tempo search, the day before",
            format!("{}, last seen", one.name),
            seen(one),
        )
    }))
}
