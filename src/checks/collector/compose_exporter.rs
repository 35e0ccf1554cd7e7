//! In the Compose files, the collector accepts traces and exports them to Tempo.

use serde_json::Value;

use crate::checks::compose::reach::{host_and_port, is_open};
use crate::checks::compose::{self, Reached, line, reach, setting, tempo};
use crate::checks::{Check, View, facts};
use crate::model::compose::{ConfigFile, Project, Role, Service};
use crate::model::evidence::Fact;
use crate::model::{Finding, Hop, Outcome};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.compose-exporter",
    hop: Hop::Collector,
    title: "in the Compose files, the collector exports traces to Tempo",
    needs: &[&[Fact::Compose]],
    causes: &[
        "collector-receiver-localhost",
        "collector-pipeline-not-wired",
        "collector-send-failed",
        "collector-exporter-protocol-mixup",
        "collector-tls-default",
        "collector-missing-org-header",
    ],
    judge,
};

fn judge(view: &View<'_>) -> Outcome {
    let project = match compose::project(view) {
        Ok(project) => project,
        Err(outcome) => return *outcome,
    };
    let Some((service, config)) = project
        .of(Role::Collector)
        .find_map(|service| Some((service, service.config()?)))
    else {
        return Outcome::not_applicable("no OpenTelemetry Collector configuration in these files");
    };
    if let Some(finding) = deaf(service, config) {
        return finding.into();
    }
    let exporters = wired(config);
    if exporters.is_empty() {
        return not_wired(config);
    }
    for name in &exporters {
        if let Some(finding) = wrong(project, service, config, name) {
            return finding.into();
        }
    }
    Outcome::pass(format!("traces are exported by {}", exporters.join(", ")))
}

/// The OTLP receiver listens on its own localhost: its default since 0.104 (open-telemetry/opentelemetry-collector#8510).
fn deaf(service: &Service, config: &ConfigFile) -> Option<Finding> {
    if service.on_host() {
        return None;
    }
    let protocols = config.at("/receivers/otlp/protocols")?.as_object()?;
    let (name, at, port) = protocols.iter().find_map(|(name, body)| {
        let endpoint = body["endpoint"].as_str();
        let local = endpoint.is_none_or(|endpoint| facts::is_loopback(&host_and_port(endpoint).0));
        let port = if name == "grpc" { 4317 } else { 4318 };
        local.then(|| (name, format!("/receivers/otlp/protocols/{name}/endpoint"), port))
    })?;
    Some(
        Finding::broken(
            "collector-receiver-localhost",
            format!(
                "the {name} OTLP receiver of {} listens on localhost inside its container, so nothing else can reach it",
                service.name
            ),
        )
        .seen_all([setting(config, &at)])
        .fix(
            format!("bind it to all addresses in {}:", config.file),
            Some(format!(
                "receivers:\n  otlp:\n    protocols:\n      {name}:\n        endpoint: 0.0.0.0:{port}"
            )),
            None,
        ),
    )
}

/// The exporters of the pipelines for traces that lead to another server.
fn wired(config: &ConfigFile) -> Vec<String> {
    let pipelines = config.at("/service/pipelines").and_then(Value::as_object);
    let mut names: Vec<String> = pipelines
        .into_iter()
        .flatten()
        .filter(|(name, _)| name.split('/').next() == Some("traces"))
        .flat_map(|(_, body)| body["exporters"].as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .filter(|name| !matches!(kind(name), "debug" | "logging" | "nop"))
        .map(str::to_owned)
        .collect();
    names.dedup();
    names
}

fn kind(exporter: &str) -> &str {
    exporter.split('/').next().unwrap_or(exporter)
}

fn not_wired(config: &ConfigFile) -> Outcome {
    Finding::broken(
        "collector-pipeline-not-wired",
        "no traces pipeline exports to another server",
    )
    .seen_all([setting(config, "/service/pipelines/traces")])
    .fix(
        format!("add the exporter to the pipeline in {}:", config.file),
        Some("service:\n  pipelines:\n    traces:\n      receivers: [otlp]\n      exporters: [otlp_grpc]".to_owned()),
        None,
    )
    .into()
}

fn wrong(project: &Project, service: &Service, config: &ConfigFile, name: &str) -> Option<Finding> {
    let http = matches!(kind(name), "otlphttp" | "otlp_http");
    if !http && !matches!(kind(name), "otlp" | "otlp_grpc") {
        return None;
    }
    let base = format!("/exporters/{}", name.replace('/', "~1"));
    let keys: &[&str] = if http {
        &["traces_endpoint", "endpoint"]
    } else {
        &["endpoint"]
    };
    let (pointer, endpoint) = keys.iter().find_map(|key| {
        let pointer = format!("{base}/{key}");
        let text = config.text(&pointer)?.to_owned();
        Some((pointer, text))
    })?;
    if is_open(&endpoint) {
        return None;
    }
    let (host, port) = host_and_port(&endpoint);
    let seen = setting(config, &pointer);
    let nowhere = |why: String| {
        Some(
            Finding::broken(
                "collector-send-failed",
                format!("{} exports to {endpoint}, {why}", service.name),
            )
            .seen_all([seen.clone()]),
        )
    };
    let other = match reach(project, service, &host) {
        Reached::Itself => return nowhere("which is its own container".to_owned()),
        Reached::Nobody => return nowhere(format!("but no service is named {host}")),
        Reached::Apart(other) => return nowhere(format!("but shares no network with {}", other.name)),
        Reached::Service(other) if other.role == Role::Tempo => other,
        _ => return None,
    };
    protocol(config, &pointer, http, port, other)
        .or_else(|| tls(config, &base, &endpoint, http, other))
        .or_else(|| tenant(config, &base, other))
}

fn protocol(config: &ConfigFile, pointer: &str, http: bool, port: u16, to: &Service) -> Option<Finding> {
    let listeners = tempo::listeners(to.config()?);
    let listener = listeners.iter().find(|one| one.port == port);
    let wanted = if http { "http" } else { "grpc" };
    match listener {
        Some(one) if one.receiver == "otlp" && one.protocol == wanted => None,
        // A port that nobody listens on is another matter, unless it is one of Tempo's own.
        None if port != tempo::http_port(to) && port != 9095 => None,
        _ => {
            let right = listeners
                .iter()
                .find(|one| one.receiver == "otlp" && one.protocol == wanted)
                .map_or(if http { 4318 } else { 4317 }, |one| one.port);
            let scheme = if http { "http://" } else { "" };
            Some(
                Finding::broken(
                    "collector-exporter-protocol-mixup",
                    format!(
                        "the exporter sends OTLP over {}, but port {port} of {} serves something else",
                        if http { "HTTP" } else { "gRPC" },
                        to.name
                    ),
                )
                .seen_all([setting(config, pointer)])
                .fix(
                    format!("point the exporter at the right port in {}:", config.file),
                    Some(format!("endpoint: {scheme}{}:{right}", to.name)),
                    None,
                ),
            )
        }
    }
}

fn tls(config: &ConfigFile, base: &str, endpoint: &str, http: bool, to: &Service) -> Option<Finding> {
    let server = to
        .config()?
        .at("/distributor/receivers/otlp/protocols/grpc/tls")
        .is_some();
    let insecure = config.at(&format!("{base}/tls/insecure")) == Some(&Value::Bool(true));
    if http || server || insecure || endpoint.starts_with("http://") {
        return None;
    }
    Some(
        Finding::broken(
            "collector-tls-default",
            format!("the exporter uses TLS, its default, but {} expects plain text", to.name),
        )
        .seen_all([
            setting(config, &format!("{base}/tls/insecure")),
            setting(config, &format!("{base}/endpoint")),
        ])
        .fix(
            format!("turn TLS off for this exporter in {}:", config.file),
            Some("tls:\n  insecure: true".to_owned()),
            None,
        ),
    )
}

fn tenant(config: &ConfigFile, base: &str, to: &Service) -> Option<Finding> {
    let tempo = to.config()?;
    if tempo.at("/multitenancy_enabled") != Some(&Value::Bool(true)) {
        return None;
    }
    let headers = config.at(&format!("{base}/headers")).and_then(Value::as_object);
    let named = headers.is_some_and(|headers| headers.keys().any(|key| key.eq_ignore_ascii_case("x-scope-orgid")));
    let passed = config.at(&format!("{base}/auth/authenticator")).is_some();
    (!named && !passed).then(|| {
        Finding::broken(
            "collector-missing-org-header",
            "Tempo requires a tenant with every push, but the exporter sends none",
        )
        .seen_all([
            line(
                &config.place(&format!("{base}/headers")),
                compose::dotted(&format!("{base}/headers")),
                "no X-Scope-OrgID",
            ),
            setting(tempo, "/multitenancy_enabled"),
        ])
        .fix(
            format!("add the header in {}:", config.file),
            Some("headers:\n  X-Scope-OrgID: team-a".to_owned()),
            None,
        )
    })
}
