//! Grafana answers at the given address, and its data sources can be read.

use telemetry::model::failure::format_status_text;
use telemetry::model::{CheckOutcome, Fact, Failure, FailureKind, Finding, Hop, Slot};
use telemetry::parse::grafana::{extract_message, find_needed_permissions};
use telemetry::text::quote_shell;

use super::{GrafanaState, find_grafana_state, is_grafana_answering};
use crate::checks::certificates::{self, CertificateClient};
use crate::checks::{Check, EvidenceView};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.reachable",
    title: "Grafana answers, and its data sources can be read",
    needs: &[&[Fact::Grafana, Fact::Targets]],
    judge,
};

const HEALTH: &str = "GET /api/health";

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let url = &view.targets().grafana.url;
    let facts = view.grafana();
    if !facts.health.was_asked() {
        return CheckOutcome::no_evidence("Grafana was not queried");
    }
    match find_grafana_state(view) {
        GrafanaState::NotConfigured(why) => return CheckOutcome::not_applicable(why),
        GrafanaState::Available => {
            let version = facts
                .version()
                .map_or_else(String::new, |version| format!(" {version}"));
            return CheckOutcome::pass(match &facts.found_at {
                Some(found) => {
                    format!("Grafana{version} answers at {found}, not at {url}; pass --grafana-url {found}")
                }
                None => format!("{url} is Grafana{version}"),
            });
        }
        GrafanaState::Unavailable => {}
    }
    match &facts.health {
        Slot::Failed { failure } => {
            certificates::find_rejected_certificate(url, failure, CertificateClient::Flags("grafana-"))
                .unwrap_or_else(|| explain_no_answer(url, failure))
                .with_evidence(HEALTH, url.clone(), failure.to_string())
                .into()
        }
        Slot::Known { value, .. } if !is_grafana_answering(facts) => explain_wrong_server(value, url).into(),
        _ => judge_refusal(view),
    }
}

fn explain_no_answer(url: &str, failure: &Failure) -> Finding {
    Finding::broken(
        "target-unreachable",
        format!("Grafana does not answer at {url}: {}", failure.kind.description()),
    )
    .with_remedy("pass an address at which Grafana answers from here, or leave it out:")
    .with_command(format!(
        "curl -s {}\ntempoctl doctor --grafana-url http://localhost:3000",
        quote_shell(&format!("{url}/api/health"))
    ))
}

fn explain_wrong_server(answer: &telemetry::model::tempo::HttpAnswer, url: &str) -> Finding {
    let shown = match (answer.header("location"), answer.is_html()) {
        (Some(to), _) => format!("{} redirects to {to}", answer.status),
        (None, true) => format!("{} a web page", answer.status),
        (None, false) => answer.status_line(),
    };
    if let Some(plain) = certificates::find_plain_text_request(url, answer, "grafana-") {
        return plain.at_hop(Hop::Grafana).with_evidence(HEALTH, url.to_owned(), shown);
    }
    let finding = match answer.status {
        300..=399 => Finding::broken(
            "target-unauthorised",
            format!("{url} redirects elsewhere: a login in front of Grafana, or a path that is not Grafana's"),
        )
        .likely(),
        401 | 403 => Finding::broken(
            "target-unauthorised",
            format!("a server in front of Grafana at {url} denies access"),
        ),
        502..=504 => Finding::broken(
            "target-unreachable",
            format!("the gateway at {url} has no healthy Grafana behind it"),
        ),
        _ => Finding::broken("target-not-grafana", format!("{url} is not Grafana")),
    };
    finding
        .with_evidence(HEALTH, url.to_owned(), shown)
        .with_remedy("pass the address at which Grafana's /api/health answers with JSON, including its path prefix:")
        .with_command(format!(
            "curl -s {}\ntempoctl doctor --grafana-url http://localhost:3000/grafana",
            quote_shell(&format!("{url}/api/health"))
        ))
}

/// It is a Grafana, and its data sources could not be read.
fn judge_refusal(view: &EvidenceView<'_>) -> CheckOutcome {
    let facts = view.grafana();
    let url = &view.targets().grafana.url;
    let answer = facts.org.get();
    let what = if facts.has_login {
        "Grafana rejects the given credentials"
    } else {
        "Grafana requires a login, and none was given"
    };
    let mut finding = Finding::broken("target-unauthorised", what);
    let mut refused = false;
    if let Some(answer) = answer.filter(|answer| !answer.is_success()) {
        refused = matches!(answer.status, 401 | 403 | 404);
        finding = finding.with_evidence(
            "GET /api/org",
            url.clone(),
            format_status_text(answer.status, &extract_message(answer)),
        );
    }
    if let Some(failure) = facts.sources.failure() {
        refused |= failure.kind == FailureKind::Unauthorised;
        let needed =
            find_needed_permissions(&failure.detail).map_or_else(String::new, |needed| format!(": needs {needed}"));
        finding = finding.with_evidence("GET /api/datasources", url.clone(), format!("{failure}{needed}"));
    }
    if !refused {
        return CheckOutcome::no_evidence("Grafana answers, but its data sources could not be read");
    }
    finding
        .with_remedy("pass a service account token that can read data sources (role Viewer is enough), or a login:").with_command("tempoctl doctor --grafana-token-file /run/secrets/grafana-token\nGRAFANA_USERNAME=… GRAFANA_PASSWORD=… tempoctl doctor")
        .into()
}
