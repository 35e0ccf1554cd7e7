//! What it means that a data source does not lead to its server: from the proxy's answer, from what *Save & test* says,
//! and from the address itself.
//!
//! The proxy answers 502 where it reaches nobody, 400 «Authentication to data source failed» where the server says 401,
//! and everything else as the server does (grafana/grafana v12.4: pkg/api/pluginproxy/ds_proxy.go). From 12.3 the health
//! check repeats Go's own words about a connection.

use telemetry::model::failure::format_status_text;
use telemetry::model::grafana::DataSource;
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::{EvidenceLine, Finding, Slot};
use telemetry::parse::authority::{Authority, extract_path, is_same_place};
use telemetry::parse::grafana::extract_message;

use super::provisioning;
use crate::checks::{EvidenceView, installation};

/// Makes a finding: cause, summary without a subject, whether an answer names it, what to change, what to paste.
type FindingBuilder<'a> = dyn Fn(&'static str, String, bool, &str, String) -> Finding + 'a;

/// A finding about a data source; `summary` has no subject: `asks a port on which nobody listens`.
pub fn build_source_finding(cause: &'static str, source: &DataSource, summary: impl std::fmt::Display) -> Finding {
    Finding::broken(cause, format!("the data source {} {summary}", source.display_name()))
}

/// What is known about one data source.
pub struct DataSourceProbe<'a> {
    /// The data source.
    pub source: &'a DataSource,
    /// The path that was asked through the proxy.
    pub path: &'static str,
    /// The answer to it.
    pub answer: &'a Slot<HttpAnswer>,
    /// What *Save & test* says.
    pub health: &'a Slot<HttpAnswer>,
    /// Where the same server answers us.
    pub server: &'a str,
}

/// The address was reached through Grafana itself: it says nothing about where the server stands.
pub fn is_through_grafana(url: &str) -> bool {
    url.contains("api/datasources/proxy/")
}

/// Why this data source does not lead to its server; `None` where permissions are missing and nothing can be said.
pub fn classify_failure(view: &EvidenceView<'_>, asked: &DataSourceProbe<'_>) -> Option<Finding> {
    let told = get_health_message(asked);
    let status = asked.answer.get().map(|answer| answer.status);
    let body = asked.answer.get().map(extract_message).unwrap_or_default();
    if status == Some(403) && body.to_lowercase().contains("access denied") {
        return None;
    }
    let text = format!("{body} {told}").to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let url = asked.source.url.as_deref().unwrap_or_default();
    let kind = if asked.source.kind == "tempo" {
        "Tempo"
    } else {
        "Prometheus"
    };
    let refused = |cause, summary: String, certain, fix: &str, config: String| {
        build_source_finding(cause, asked.source, summary)
            .likely_unless(certain)
            .with_evidence_lines(build_evidence(asked, &told))
            .with_remedy(fix)
            .with_config(config)
    };
    if text.contains("unable to find datasource plugin") {
        return Some(refused(
            "ds-plugin-missing",
            "has a type with a plugin that is not installed".to_owned(),
            true,
            "install the plugin, or use Grafana's own image, which includes it:",
            format!("grafana cli plugins install {}", asked.source.kind),
        ));
    }
    if text.contains("authentication to data source failed") {
        return Some(refused(
            "gateway-401",
            format!("is rejected by a server in front of {kind}: 401 on a query that needs no tenant"),
            true,
            "add the gateway's credentials to the data source:",
            provisioning::render_settings(
                asked.source,
                &[
                    "httpHeaderName1: Authorization",
                    "# and: secureJsonData: {httpHeaderValue1: \"Bearer …\"}",
                ],
            ),
        ));
    }
    if let Some(found) = find_tls_failure(asked, &text, &refused) {
        return Some(found);
    }
    let through = is_through_grafana(asked.server);
    let usual = if kind == "Tempo" {
        "http://tempo:3200"
    } else {
        "http://prometheus:9090"
    };
    let server = if through { usual } else { asked.server };
    let right = correct_url(asked.source, server);
    let fixed = |url: &str| provisioning::render_entry(asked.source, url, &[]);
    if is_unreachable_status(status) || asked.answer.failure().is_some() {
        let here = Authority::parse(url);
        let loopback = here.is_loopback();
        let dead = has(&["no such host", "server misbehaving", "name resolution", "lookup "]);
        if loopback
            && !dead
            && !through
            && here.port == Authority::parse(server).port
            && is_server_answering(view, asked)
        {
            return Some(refused(
                "ds-localhost",
                format!("points at {url}, which inside Grafana's container is Grafana itself"),
                true,
                "use the name of the other container or service in Grafana's network:",
                fixed(&url.replacen(&here.host, if kind == "Tempo" { "tempo" } else { "prometheus" }, 1)),
            ));
        }
        let summary = if dead {
            format!("points at the host \"{}\", which Grafana cannot resolve", here.host)
        } else if has(&["refused"]) {
            format!("points at {url}, where nothing listens")
        } else if has(&["malformed http"]) {
            format!("points at {url}, which does not speak HTTP: most likely a gRPC port")
        } else if url.is_empty() {
            format!("does not reach {kind}")
        } else {
            format!("points at {url}, where Grafana does not reach {kind}")
        };
        let certain = !told.is_empty() || status.is_some();
        return Some(refused(
            "ds-wrong-port",
            summary,
            certain,
            &format!("point it at {kind}'s HTTP API, at an address that Grafana can reach:"),
            fixed(&right),
        ));
    }
    let path = extract_path(url);
    let wanted = extract_path(server);
    if !path.is_empty() && path != wanted || path.is_empty() && !wanted.is_empty() {
        let summary = if path.is_empty() {
            format!("points at {url} without the path {wanted}, under which {kind} answers")
        } else {
            format!(
                "points at {url}: with the path {path}, every query is answered {}",
                render_answer(asked)
            )
        };
        return Some(refused(
            "ds-url-with-path",
            summary,
            true,
            &format!("set only host and port, plus the path prefix that {kind} has:"),
            fixed(&format!("{}{wanted}", strip_path(url))),
        ));
    }
    Some(refused(
        "ds-wrong-port",
        format!("points at {url}, which is not {kind}'s API"),
        true,
        &format!("point it at {kind}'s HTTP API:"),
        fixed(&right),
    ))
}

/// `access: direct`: the browser is to ask by itself, which no current version does any more.
pub fn explain_direct_access(source: &DataSource, echo: &Slot<HttpAnswer>) -> Finding {
    let echoed = echo.get().map(|answer| {
        let request = format!("GET /api/datasources/proxy/uid/{}/api/echo", source.uid);
        let said = format_status_text(answer.status, &extract_message(answer));
        EvidenceLine::new(request, "", said.trim())
    });
    let summary = "has access \"direct\": browsers query the server themselves, bypassing Grafana";
    build_source_finding("ds-access-direct", source, summary)
        .with_evidence(format!("data source {}", source.name), "access", &source.access)
        .with_evidence_lines(echoed)
        .with_remedy("have Grafana's server send the queries:")
        .with_config(provisioning::render_settings(source, &[]))
}

fn find_tls_failure(asked: &DataSourceProbe<'_>, text: &str, refused: &FindingBuilder<'_>) -> Option<Finding> {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let url = asked.source.url.as_deref().unwrap_or_default();
    let https = url.starts_with("https:");
    let plain = asked.server.starts_with("http:") && is_same_place(url, asked.server);
    if has(&["http response to https client"])
        || https && plain && is_unreachable_status(asked.answer.get().map(|answer| answer.status))
    {
        return Some(refused(
            "ds-tls-or-proxy",
            format!("uses TLS for {url}, but the server there speaks plain HTTP"),
            has(&["http response to https client"]),
            "use http:// :",
            provisioning::render_entry(asked.source, &url.replacen("https:", "http:", 1), &[]),
        ));
    }
    // 0x15 0x03: a TLS alert where an HTTP answer was expected.
    if has(&["http request to an https server", "\\x15\\x03", "\u{15}\u{3}"]) {
        return Some(refused(
            "ds-tls-or-proxy",
            format!("uses plain HTTP for {url}, but the server there speaks TLS"),
            true,
            "use https:// :",
            provisioning::render_entry(asked.source, &url.replacen("http:", "https:", 1), &[]),
        ));
    }
    if has(&["x509", "tls:", "certificate"]) {
        return Some(refused(
            "ds-tls-or-proxy",
            format!("points at {url}, and Grafana does not trust its certificate"),
            true,
            "give Grafana the CA that signed the certificate:",
            provisioning::render_entry(
                asked.source,
                url,
                &[
                    "tlsAuthWithCACert: true",
                    "# and: secureJsonData: {tlsCACert: $__file{/etc/ssl/ca.pem}}",
                ],
            ),
        ));
    }
    let slow =
        asked.answer.get().is_some_and(|answer| answer.status == 504) || has(&["deadline exceeded", "i/o timeout"]);
    slow.then(|| {
        refused(
            "ds-tls-or-proxy",
            format!("gets no answer from {url} before Grafana's timeout"),
            false,
            "open network access from Grafana to that address, or raise the timeout:",
            "[dataproxy]\ntimeout = 60".to_owned(),
        )
    })
}

fn build_evidence(asked: &DataSourceProbe<'_>, told: &str) -> Vec<EvidenceLine> {
    let uid = &asked.source.uid;
    let mut lines = vec![EvidenceLine::new(
        format!("GET /api/datasources/proxy/uid/{uid}/{}", asked.path),
        "",
        render_answer(asked),
    )];
    if !told.is_empty() {
        lines.push(EvidenceLine::new(
            format!("GET /api/datasources/uid/{uid}/health"),
            "",
            told,
        ));
    }
    if let Some(url) = asked.source.url.as_deref().filter(|url| !url.is_empty()) {
        lines.push(EvidenceLine::new(
            format!("data source {}", asked.source.name),
            "url",
            url,
        ));
    }
    if !is_through_grafana(asked.server) {
        lines.push(EvidenceLine::new("queried directly", asked.server, "answers"));
    }
    lines
}

/// The proxy's answer in a few words.
fn render_answer(asked: &DataSourceProbe<'_>) -> String {
    match asked.answer {
        Slot::Known { value, .. } => {
            let said = extract_message(value);
            format_status_text(value.status, &said).trim().to_owned()
        }
        Slot::Failed { failure } => failure.to_string(),
        Slot::NotAsked => "not queried".to_owned(),
    }
}

/// What the health check says, unless it is content or not implemented.
fn get_health_message(asked: &DataSourceProbe<'_>) -> String {
    asked
        .health
        .get()
        .filter(|answer| !answer.is_success() && answer.status != 404)
        .map(extract_message)
        .unwrap_or_default()
}

/// The proxy found nobody.
fn is_unreachable_status(status: Option<u16>) -> bool {
    status.is_none_or(|status| matches!(status, 500 | 502..=504))
}

/// The server answers where we ask it, on this machine or a published port.
fn is_server_answering(view: &EvidenceView<'_>, asked: &DataSourceProbe<'_>) -> bool {
    if asked.source.kind == "tempo" {
        installation::has_tempo_echo(view)
    } else {
        installation::is_prometheus_answering(view)
    }
}

fn strip_path(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    url[start..].find('/').map_or(url, |at| &url[..start + at])
}

/// The address that the data source should have: its own host where that is a name in Grafana's network, with the port
/// under which the server answers us.
pub fn correct_url(source: &DataSource, server: &str) -> String {
    let url = source.url.as_deref().unwrap_or_default();
    let (own, there) = (Authority::parse(url), Authority::parse(server));
    if url.is_empty() || own.is_loopback() || there.is_loopback() && own.port == there.port {
        return server.to_owned();
    }
    let scheme = server.split_once("://").map_or("http", |(scheme, _)| scheme);
    format!("{scheme}://{}:{}{}", own.host, there.port, extract_path(server))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        assert_eq!(strip_path("http://tempo:3200/x"), "http://tempo:3200");
    }

    #[test]
    fn what_to_write_keeps_the_name_that_grafana_knows() {
        let source = |url: &str| DataSource {
            url: Some(url.to_owned()),
            ..DataSource::default()
        };
        assert_eq!(
            correct_url(&source("http://tempo:4317"), "http://localhost:3200"),
            "http://tempo:3200"
        );
        assert_eq!(
            correct_url(&source("http://127.0.0.1:9095"), "http://127.0.0.1:3200"),
            "http://127.0.0.1:3200"
        );
    }
}
