//! Tempo's query API answers at the given address.

use telemetry::model::{CheckOutcome, Fact, Failure, Finding, Hop, Slot};
use telemetry::parse::authority::{Authority, is_same_place};
use telemetry::text::quote_shell;

use crate::checks::certificates::{self, CertificateClient};
use crate::checks::{Check, EvidenceView, installation};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.api",
    title: "Tempo's query API answers at the given address",
    needs: &[&[
        Fact::Echo,
        Fact::Ready,
        Fact::Targets,
        Fact::FoundPrefix,
        Fact::Endpoints,
        Fact::Services,
    ]],
    judge,
};

fn judge(view: &EvidenceView<'_>) -> CheckOutcome {
    let url = &view.targets().tempo.url;
    if installation::has_tempo_echo(view) {
        return CheckOutcome::pass(format!("{url} serves Tempo's API"));
    }
    if installation::is_tempo_unreachable(view) {
        return explain_unreachable(view, url).into();
    }
    if !view.echo().was_asked() {
        return CheckOutcome::no_evidence("Tempo's API was not queried");
    }
    if let Some(prefix) = view.found_prefix().get() {
        return explain_prefix(view, url, prefix).into();
    }
    explain_wrong_server(view, url).into()
}

fn render_answer(slot: &Slot<telemetry::model::tempo::HttpAnswer>) -> String {
    match slot {
        Slot::Known { value, .. } if value.is_html() => format!("{} a web page", value.status),
        Slot::Known { value, .. } => value.status_line(),
        Slot::Failed { failure } => failure.to_string(),
        Slot::NotAsked => "not queried".to_owned(),
    }
}

fn explain_unreachable(view: &EvidenceView<'_>, url: &str) -> Finding {
    let failure: Option<&Failure> = view.echo().failure().or(view.ready().failure());
    let untrusted =
        failure.and_then(|failure| certificates::find_rejected_certificate(url, failure, CertificateClient::Flags("")));
    let why = failure.map_or("the gateway has no healthy backend".to_owned(), |failure| {
        failure.kind.description().to_owned()
    });
    let speaks_otherwise = failure.is_some_and(|failure| failure.kind == telemetry::model::FailureKind::Protocol);
    let finding = if speaks_otherwise {
        Finding::broken(
            "tempo-wrong-http-port",
            format!("{url} does not serve Tempo's HTTP API: it is another port, for example the gRPC port"),
        )
    } else if let Some(untrusted) = untrusted {
        untrusted
    } else {
        Finding::broken("target-unreachable", format!("Tempo does not answer at {url}: {why}"))
    };
    finding
        .with_evidence("GET /ready", url, render_answer(view.ready()))
        .with_evidence("GET /api/echo", url, render_answer(view.echo()))
}

fn explain_prefix(view: &EvidenceView<'_>, url: &str, prefix: &str) -> Finding {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let right = format!("{scheme}://{authority}{prefix}");
    let (summary, text) = match path.trim_end_matches('/') {
        "" => (
            format!("Tempo serves its API under {prefix}, which {url} leaves out"),
            "add the prefix to the address, here and in Grafana's data source:",
        ),
        path => (
            format!("Tempo serves its API under {right}, but not under the path /{path} of the given address"),
            "correct the path of the address, here and in Grafana's data source:",
        ),
    };
    let mut finding = Finding::broken("http-api-prefix", summary)
        .with_evidence("GET /api/echo", "at the given address", render_answer(view.echo()))
        .with_evidence(format!("GET {prefix}/api/echo"), "under the prefix", "200 echo")
        .with_remedy(text)
        .with_command(format!("tempoctl doctor --tempo-url {}", quote_shell(&right)));
    if view.endpoints().get().is_some() {
        finding = finding.with_evidence("GET /status/endpoints", "API path", format!("{prefix}/api/…"));
    }
    finding
}

/// Something answers that is not Tempo's API.
fn explain_wrong_server(view: &EvidenceView<'_>, url: &str) -> Finding {
    let port = Authority::parse(url).port;
    let status = view.echo().get().map(|answer| answer.status);
    let is_tempo =
        view.services().get().is_some() || view.ready().get().is_some_and(|answer| answer.body.trim() == "ready");
    let redirected = status.is_some_and(|status| (300..400).contains(&status));
    let plain = view
        .echo()
        .get()
        .and_then(|answer| certificates::find_plain_text_request(url, answer, ""));
    let wants_tenant = [view.echo(), view.ready()]
        .into_iter()
        .filter_map(Slot::get)
        .any(|answer| answer.body.to_lowercase().contains("no org id"));
    let finding = if let Some(plain) = plain {
        plain.at_hop(Hop::Query)
    } else if wants_tenant {
        Finding::broken(
            "query-no-org-id",
            format!("{url} requires a tenant, but the query carried none"),
        )
    } else if matches!(status, Some(401 | 403)) {
        Finding::broken("target-unauthorised", format!("{url} rejects the credentials"))
    } else if redirected {
        Finding::broken("gateway-401", format!("{url} redirects queries, as if to a login page"))
    } else if is_same_place(url, &view.targets().otlp.url) || matches!(port, 4317 | 4318 | 9095 | 14268 | 14250) {
        Finding::broken(
            "tempo-wrong-http-port",
            format!("port {port} is another of Tempo's ports, not its HTTP API"),
        )
    } else if is_tempo {
        Finding::broken(
            "http-api-prefix",
            format!("Tempo answers at {url}, but not under /api: its API has another path prefix"),
        )
        .likely()
    } else {
        // Behind a path Tempo may still be, at another one.
        let has_path = url.trim_end_matches('/').matches('/').count() > 2;
        let is_asked = view.services().was_asked() && view.ready().was_asked();
        Finding::broken("target-not-tempo", format!("{url} is not a Tempo API")).likely_unless(is_asked && !has_path)
    };
    let server = view
        .echo()
        .get()
        .and_then(|answer| answer.header("server"))
        .unwrap_or("unknown");
    finding
        .with_evidence("GET /api/echo", "expected \"echo\"", render_answer(view.echo()))
        .with_evidence("GET /ready", "expected \"ready\"", render_answer(view.ready()))
        .with_evidence("the answers", "Server", server)
}
