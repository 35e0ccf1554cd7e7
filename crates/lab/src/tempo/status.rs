//! Readiness, version, services, endpoints, configuration and overrides pages.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::json;

use super::super::answers::{build_answer, build_go_error};
use super::super::scenario::TempoState;
use super::query::{QueryParams, SharedTempo, TempoAnswer};
use super::{LabTempo, config_page};

const TEXT: &str = "text/plain";

/// `GET /ready`
pub(crate) async fn serve_ready(State(tempo): SharedTempo) -> TempoAnswer {
    match tempo.settings.fault.tempo {
        TempoState::Starting => build_go_error(
            StatusCode::SERVICE_UNAVAILABLE,
            &format!(
                "Some services are not Running:\nStarting: {}\nRunning: 11\n",
                STARTING.len()
            ),
        ),
        _ => build_go_error(StatusCode::OK, "ready"),
    }
}

/// `GET /api/echo`
pub(crate) async fn serve_echo() -> TempoAnswer {
    build_go_error(StatusCode::OK, "echo")
}

/// `GET /metrics`
pub(crate) async fn serve_metrics(State(tempo): SharedTempo) -> TempoAnswer {
    build_answer(
        StatusCode::OK,
        "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
        tempo.metrics.render(),
    )
}

/// `GET /api/status/buildinfo`
pub(crate) async fn serve_buildinfo(State(tempo): SharedTempo) -> TempoAnswer {
    let [version, revision, go] = tempo.settings.version();
    let info = json!({
        "version": version, "revision": revision, "branch": "HEAD", "buildUser": "", "buildDate": "", "goVersion": go,
    });
    build_answer(StatusCode::OK, "application/json", format!("{info}\n"))
}

/// `GET /status`: all pages one after the other.
pub(crate) async fn serve_all_pages(State(tempo): SharedTempo) -> TempoAnswer {
    let pages = ["version", "services", "endpoints", "runtime_config", "config"];
    let text: String = pages.iter().filter_map(|name| render_page(&tempo, name, "")).collect();
    build_answer(StatusCode::OK, TEXT, text)
}

/// `GET /status/{page}`
pub(crate) async fn serve_page(
    State(tempo): SharedTempo,
    Path(name): Path<String>,
    Query(params): QueryParams,
) -> TempoAnswer {
    if name == "usage-stats" {
        return build_go_error(StatusCode::OK, "usage-stats is not enabled");
    }
    let mode = params.get("mode").map_or("", String::as_str);
    match render_page(&tempo, &name, mode) {
        Some(text) => build_answer(StatusCode::OK, TEXT, text),
        None => build_go_error(StatusCode::NOT_FOUND, "404 page not found"),
    }
}

fn render_page(tempo: &LabTempo, name: &str, mode: &str) -> Option<String> {
    let settings = &tempo.settings;
    let inner = match (name, mode) {
        ("version", _) => render_version(tempo),
        ("services", _) => render_services(tempo),
        ("endpoints", _) => render_endpoints(tempo),
        ("config", "diff") => format!("---\n{}\n", config_page::render_diff(settings)),
        ("config", _) => format!("---\n{}\n", config_page::render_full(settings)),
        ("runtime_config", _) => format!("---\n{}\n", config_page::render_runtime(settings)),
        _ => return None,
    };
    Some(format!("GET /status/{name}\n{inner}"))
}

fn render_version(tempo: &LabTempo) -> String {
    let [version, revision, go] = tempo.settings.version();
    format!(
        "tempo, version {version} (branch: HEAD, revision: {revision})\n  build user:       \n  build date:       \n  go version:       {go}\n  platform:         linux/amd64\n  tags:             unknown\n"
    )
}

fn render_services(tempo: &LabTempo) -> String {
    let v3 = tempo.settings.is_v3();
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
    render_table(&["SERVICE NAME", "STATUS", "FAILURE CASE"], &rows)
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

fn render_endpoints(tempo: &LabTempo) -> String {
    let text = if tempo.settings.is_v3() {
        include_str!("shapes/endpoints-3.0.txt")
    } else {
        include_str!("shapes/endpoints-2.10.txt")
    };
    let prefix = tempo.settings.api_prefix();
    let rows: Vec<[String; 2]> = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, regex)| match regex.strip_prefix('^') {
            Some(rest) if name.starts_with("/api/") => [format!("{prefix}{name}"), format!("^{prefix}{rest}")],
            _ => [name.to_owned(), regex.to_owned()],
        })
        .collect();
    render_table(&["NAME", "REGEX"], &rows)
}

fn render_table<const N: usize>(head: &[&str; N], rows: &[[String; N]]) -> String {
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
pub(crate) async fn serve_tenants(State(tempo): SharedTempo, headers: HeaderMap) -> TempoAnswer {
    if wants_json(&headers) {
        let page = json!({"now": render_now(), "tenants": null});
        return build_answer(StatusCode::OK, "application/json", page.to_string());
    }
    let page = render_html(
        "Overrides: tenants",
        &tempo,
        "<table border=\"1\"><tr><th>Tenant</th></tr></table>",
    );
    build_answer(StatusCode::OK, "text/html; charset=utf-8", page)
}

/// `GET /status/overrides/{tenant}`
pub(crate) async fn serve_overrides(
    State(tempo): SharedTempo,
    headers: HeaderMap,
    Path(tenant): Path<String>,
) -> TempoAnswer {
    let limits = config_page::render_runtime_defaults(&tempo.settings);
    let off = "User-configurable overrides are not enabled";
    if wants_json(&headers) {
        let page = json!({
            "now": render_now(),
            "tenant": tenant,
            "user_configurable_overrides": off,
            "runtime_overrides": limits,
            "using_default_or_wildcard_runtime_overrides": "default overrides",
        });
        return build_answer(StatusCode::OK, "application/json", page.to_string());
    }
    let escaped = tenant.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&#34;");
    let inner = format!(
        "<p>Showing overrides for tenant: <strong>{escaped}</strong></p>\n<h3>User-configurable overrides</h3>\n<pre><code>{off}</code></pre>\n<h3>Runtime overrides</h3>\n<p>Source of runtime overrides: <strong>default overrides</strong></p>\n<pre><code>{limits}</code></pre>"
    );
    build_answer(
        StatusCode::OK,
        "text/html; charset=utf-8",
        render_html("Overrides: tenant", &tempo, &inner),
    )
}

pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"))
}

pub(crate) fn render_now() -> String {
    jiff::Timestamp::now().to_string()
}

pub(crate) fn render_html(title: &str, tempo: &LabTempo, inner: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html>\n<head>\n    <meta charset=\"UTF-8\">\n    <title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n<p>Current time: {} m=+{:.3}</p>\n{inner}\n</body>\n</html>\n",
        render_now(),
        tempo.uptime().as_secs_f64()
    )
}
