//! Readiness, version, services, endpoints, configuration and overrides pages.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::json;

use super::super::scenario::TempoState;
use super::query::{Answer, Params, Shared, plain, with_type};
use super::{Tempo, config_page};

const TEXT: &str = "text/plain";

/// `GET /ready`
pub(crate) async fn ready(State(tempo): Shared) -> Answer {
    match tempo.settings.fault.tempo {
        TempoState::Starting => plain(
            StatusCode::SERVICE_UNAVAILABLE,
            &format!(
                "Some services are not Running:\nStarting: {}\nRunning: 11\n",
                STARTING.len()
            ),
        ),
        _ => plain(StatusCode::OK, "ready"),
    }
}

/// `GET /api/echo`
pub(crate) async fn echo() -> Answer {
    plain(StatusCode::OK, "echo")
}

/// `GET /metrics`
pub(crate) async fn metrics(State(tempo): Shared) -> Answer {
    with_type(
        StatusCode::OK,
        "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
        tempo.metrics.render(),
    )
}

/// `GET /api/status/buildinfo`
pub(crate) async fn buildinfo(State(tempo): Shared) -> Answer {
    let [version, revision, go] = tempo.settings.version();
    let info = json!({
        "version": version, "revision": revision, "branch": "HEAD", "buildUser": "", "buildDate": "", "goVersion": go,
    });
    with_type(StatusCode::OK, "application/json", format!("{info}\n"))
}

/// `GET /status`: all pages one after the other.
pub(crate) async fn all(State(tempo): Shared) -> Answer {
    let pages = ["version", "services", "endpoints", "runtime_config", "config"];
    let text: String = pages.iter().filter_map(|name| page(&tempo, name, "")).collect();
    with_type(StatusCode::OK, TEXT, text)
}

/// `GET /status/{page}`
pub(crate) async fn one(State(tempo): Shared, Path(name): Path<String>, Query(params): Params) -> Answer {
    if name == "usage-stats" {
        return plain(StatusCode::OK, "usage-stats is not enabled");
    }
    let mode = params.get("mode").map_or("", String::as_str);
    match page(&tempo, &name, mode) {
        Some(text) => with_type(StatusCode::OK, TEXT, text),
        None => plain(StatusCode::NOT_FOUND, "404 page not found"),
    }
}

fn page(tempo: &Tempo, name: &str, mode: &str) -> Option<String> {
    let settings = &tempo.settings;
    let inner = match (name, mode) {
        ("version", _) => version(tempo),
        ("services", _) => services(tempo),
        ("endpoints", _) => endpoints(tempo),
        ("config", "diff") => format!("---\n{}\n", config_page::diff(settings)),
        ("config", _) => format!("---\n{}\n", config_page::full(settings)),
        ("runtime_config", _) => format!("---\n{}\n", config_page::runtime(settings)),
        _ => return None,
    };
    Some(format!("GET /status/{name}\n{inner}"))
}

fn version(tempo: &Tempo) -> String {
    let [version, revision, go] = tempo.settings.version();
    format!(
        "tempo, version {version} (branch: HEAD, revision: {revision})\n  build user:       \n  build date:       \n  go version:       {go}\n  platform:         linux/amd64\n  tags:             unknown\n"
    )
}

fn services(tempo: &Tempo) -> String {
    let v3 = tempo.settings.v3();
    let names: &[&str] = if v3 { &SERVICES_3_0 } else { &SERVICES_2_10 };
    let starting = tempo.settings.fault.tempo == TempoState::Starting;
    let rows: Vec<[String; 3]> = names
        .iter()
        .filter(|name| !(tempo.settings.fault.generator_off && name.starts_with("metrics-generator")))
        .map(|name| {
            let state = if starting && STARTING.contains(name) {
                "Starting"
            } else {
                "Running"
            };
            [(*name).to_owned(), state.to_owned(), String::new()]
        })
        .collect();
    table(&["SERVICE NAME", "STATUS", "FAILURE CASE"], &rows)
}

const SERVICES_3_0: [&str; 16] = [
    "backend-scheduler",
    "backend-worker",
    "cache-provider",
    "distributor",
    "internal-server",
    "live-store",
    "live-store-ring",
    "memberlist-kv",
    "metrics-generator",
    "overrides",
    "overrides-api",
    "partition-ring",
    "querier",
    "query-frontend",
    "server",
    "store",
];
const SERVICES_2_10: [&str; 18] = [
    "cache-provider",
    "compactor",
    "distributor",
    "ingester",
    "internal-server",
    "live-store-ring",
    "memberlist-kv",
    "metrics-generator",
    "metrics-generator-ring",
    "optional-store",
    "overrides",
    "overrides-api",
    "querier",
    "query-frontend",
    "ring",
    "secondary-ring",
    "server",
    "store",
];

/// What starts last.
const STARTING: [&str; 5] = [
    "distributor",
    "live-store",
    "partition-ring",
    "querier",
    "query-frontend",
];

fn endpoints(tempo: &Tempo) -> String {
    let text = if tempo.settings.v3() {
        include_str!("shapes/endpoints-3.0.txt")
    } else {
        include_str!("shapes/endpoints-2.10.txt")
    };
    let prefix = tempo.settings.prefix();
    let rows: Vec<[String; 2]> = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, regex)| match regex.strip_prefix('^') {
            Some(rest) if name.starts_with("/api/") => [format!("{prefix}{name}"), format!("^{prefix}{rest}")],
            _ => [name.to_owned(), regex.to_owned()],
        })
        .collect();
    table(&["NAME", "REGEX"], &rows)
}

fn table<const N: usize>(head: &[&str; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row.get(column).map_or(0, String::len));
        cells
            .chain([head.get(column).map_or(0, |cell| cell.len())])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let rule: String = widths
        .iter()
        .map(|width| format!("+{}", "-".repeat(width + 2)))
        .collect();
    let line = |cells: &[String]| -> String {
        let cells = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("| {cell:width$} "));
        format!("{}|\n", cells.collect::<String>())
    };
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let body: String = rows.iter().map(|row| line(row)).collect();
    format!("{rule}+\n{}{rule}+\n{body}{rule}+\n", line(&head))
}

/// `GET /status/overrides`
pub(crate) async fn tenants(State(tempo): Shared, headers: HeaderMap) -> Answer {
    if wants_json(&headers) {
        let page = json!({"now": now(), "tenants": null});
        return with_type(StatusCode::OK, "application/json", page.to_string());
    }
    let page = html(
        "Overrides: tenants",
        &tempo,
        "<table border=\"1\"><tr><th>Tenant</th></tr></table>",
    );
    with_type(StatusCode::OK, "text/html; charset=utf-8", page)
}

/// `GET /status/overrides/{tenant}`
pub(crate) async fn overrides(State(tempo): Shared, headers: HeaderMap, Path(tenant): Path<String>) -> Answer {
    let limits = config_page::runtime_defaults(&tempo.settings);
    let off = "User-configurable overrides are not enabled";
    if wants_json(&headers) {
        let page = json!({
            "now": now(),
            "tenant": tenant,
            "user_configurable_overrides": off,
            "runtime_overrides": limits,
            "using_default_or_wildcard_runtime_overrides": "default overrides",
        });
        return with_type(StatusCode::OK, "application/json", page.to_string());
    }
    let escaped = tenant.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&#34;");
    let inner = format!(
        "<p>Showing overrides for tenant: <strong>{escaped}</strong></p>\n<h3>User-configurable overrides</h3>\n<pre><code>{off}</code></pre>\n<h3>Runtime overrides</h3>\n<p>Source of runtime overrides: <strong>default overrides</strong></p>\n<pre><code>{limits}</code></pre>"
    );
    with_type(
        StatusCode::OK,
        "text/html; charset=utf-8",
        html("Overrides: tenant", &tempo, &inner),
    )
}

pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"))
}

pub(crate) fn now() -> String {
    jiff::Timestamp::now().to_string()
}

pub(crate) fn html(title: &str, tempo: &Tempo, inner: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html>\n<head>\n    <meta charset=\"UTF-8\">\n    <title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<p>Current time: {} m=+{:.3}</p>\n{inner}\n</body>\n</html>\n",
        now(),
        tempo.uptime().as_secs_f64()
    )
}
