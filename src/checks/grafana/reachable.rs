//! Grafana answers at the given address, and its data sources can be read.

use crate::model::evidence::Fact;
use crate::model::failure::with_status;
use crate::model::{Failure, FailureKind, Finding, Hop, Outcome, Slot};
use crate::parse::grafana::{message, permissions_needed};

use super::{State, is_grafana, state};
use crate::checks::certificates::{self, Client};
use crate::checks::{Check, View};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.reachable",
    hop: Hop::Grafana,
    title: "Grafana answers, and its data sources can be read",
    needs: &[&[Fact::Grafana, Fact::Targets]],
    causes: &[
        "target-unreachable",
        "target-not-grafana",
        "target-unauthorised",
        "tls-cert-untrusted",
        "plain-client-tls-server",
    ],
    judge,
};

const HEALTH: &str = "GET /api/health";

fn judge(view: &View<'_>) -> Outcome {
    let url = &view.targets().grafana.url;
    let facts = view.grafana();
    if !facts.health.was_asked() {
        return Outcome::no_evidence("Grafana was not queried");
    }
    match state(view) {
        State::NotConfigured(why) => return Outcome::not_applicable(why),
        State::Open => {
            let version = facts
                .version()
                .map_or_else(String::new, |version| format!(" {version}"));
            return Outcome::pass(match &facts.found_at {
                Some(found) => {
                    format!("Grafana{version} answers at {found}, not at {url}; pass --grafana-url {found}")
                }
                None => format!("{url} is Grafana{version}"),
            });
        }
        State::Shut => {}
    }
    match &facts.health {
        Slot::Failed { failure } => certificates::finding(url, failure, Client::Flags("grafana-"))
            .unwrap_or_else(|| silent(url, failure))
            .seen(HEALTH, url.clone(), failure.to_string())
            .into(),
        Slot::Known { value, .. } if !is_grafana(facts) => not_grafana(value, url).into(),
        _ => refused(view),
    }
}

fn silent(url: &str, failure: &Failure) -> Finding {
    Finding::broken(
        "target-unreachable",
        format!("Grafana does not answer at {url}: {}", failure.kind.words()),
    )
    .fix(
        "pass an address at which Grafana answers from here, or leave it out:",
        None,
        Some(format!(
            "curl -s {url}/api/health\ntempoctl doctor --grafana-url http://localhost:3000"
        )),
    )
}

fn not_grafana(answer: &crate::model::tempo::Answer, url: &str) -> Finding {
    let shown = match (answer.header("location"), answer.is_html()) {
        (Some(to), _) => format!("{} redirects to {to}", answer.status),
        (None, true) => format!("{} a web page", answer.status),
        (None, false) => answer.line(),
    };
    if let Some(plain) = certificates::plain(url, answer, "grafana-") {
        return plain.at(Hop::Grafana).seen(HEALTH, url.to_owned(), shown);
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
    finding.seen(HEALTH, url.to_owned(), shown).fix(
        "pass the address at which Grafana's /api/health answers with JSON, including its path prefix:",
        None,
        Some(format!(
            "curl -s {url}/api/health\ntempoctl doctor --grafana-url http://localhost:3000/grafana"
        )),
    )
}

/// It is a Grafana, and its data sources could not be read.
fn refused(view: &View<'_>) -> Outcome {
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
        finding = finding.seen(
            "GET /api/org",
            url.clone(),
            with_status(answer.status, &message(answer)),
        );
    }
    if let Some(failure) = facts.sources.failure() {
        refused |= failure.kind == FailureKind::Unauthorised;
        let needed = permissions_needed(&failure.detail).map_or_else(String::new, |needed| format!(": needs {needed}"));
        finding = finding.seen("GET /api/datasources", url.clone(), format!("{failure}{needed}"));
    }
    if !refused {
        return Outcome::no_evidence("Grafana answers, but its data sources could not be read");
    }
    finding
        .fix(
            "pass a service account token that can read data sources (role Viewer is enough), or a login:",
            None,
            Some(
                "tempoctl doctor --grafana-token-file /run/secrets/grafana-token\nGRAFANA_USERNAME=… GRAFANA_PASSWORD=… tempoctl doctor"
                    .to_owned(),
            ),
        )
        .into()
}
