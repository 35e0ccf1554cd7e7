//! In the Compose files, the collector accepts traces and exports them to Tempo.

use serde_json::Value;

use crate::checks::Check;
use crate::checks::compose::host_resolution::has_unset_variable;
use crate::checks::compose::{
    self, ResolvedHost, build_file_evidence, build_setting_evidence, resolve_host, tempo_service,
};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::authority::Authority;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.compose-exporter",
    title: "in the Compose files, the collector exports traces to Tempo",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let Some((service, config)) = project
        .services_with_role(ComposeRole::Collector)
        .find_map(|service| Some((service, service.config()?)))
    else {
        return CheckOutcome::not_applicable("no OpenTelemetry Collector configuration in these files");
    };
    if let Some(finding) = find_loopback_receiver(service, config) {
        return finding.into();
    }
    let exporters = list_connected_exporters(config);
    if exporters.is_empty() {
        return explain_missing_exporter(config);
    }
    for name in &exporters {
        if let Some(finding) = find_wrong_exporter(project, service, config, name) {
            return finding.into();
        }
    }
    CheckOutcome::pass(format!("traces are exported by {}", exporters.join(", ")))
}

/// The OTLP receiver listens on its own localhost: its default since 0.104 (open-telemetry/opentelemetry-collector#8510).
fn find_loopback_receiver(service: &ComposeService, config: &MountedConfig) -> Option<Finding> {
    if service.uses_host_network() {
        return None;
    }
    let protocols = config.at("/receivers/otlp/protocols")?.as_object()?;
    let (name, at, port) = protocols.iter().find_map(|(name, body)| {
        let endpoint = body["endpoint"].as_str();
        let local = endpoint.is_none_or(|endpoint| Authority::parse(endpoint).is_loopback());
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
        .with_evidence_lines([build_setting_evidence(config, &at)])
        .with_remedy(format!("bind it to all addresses in {}:", config.file)).with_config(format!(
                "receivers:\n  otlp:\n    protocols:\n      {name}:\n        endpoint: 0.0.0.0:{port}"
            )),
    )
}

/// The exporters of the pipelines for traces that lead to another server.
fn list_connected_exporters(config: &MountedConfig) -> Vec<String> {
    let pipelines = config.at("/service/pipelines").and_then(Value::as_object);
    let mut names: Vec<String> = pipelines
        .into_iter()
        .flatten()
        .filter(|(name, _)| name.split('/').next() == Some("traces"))
        .flat_map(|(_, body)| body["exporters"].as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .filter(|name| !matches!(parse_exporter_kind(name), "debug" | "logging" | "nop"))
        .map(str::to_owned)
        .collect();
    names.dedup();
    names
}

fn parse_exporter_kind(exporter: &str) -> &str {
    exporter.split('/').next().unwrap_or(exporter)
}

fn explain_missing_exporter(config: &MountedConfig) -> CheckOutcome {
    Finding::broken(
        "collector-pipeline-not-wired",
        "no traces pipeline exports to another server",
    )
    .with_evidence_lines([build_setting_evidence(config, "/service/pipelines/traces")])
    .with_remedy(format!("add the exporter to the pipeline in {}:", config.file))
    .with_config("service:\n  pipelines:\n    traces:\n      receivers: [otlp]\n      exporters: [otlp_grpc]")
    .into()
}

fn find_wrong_exporter(
    project: &ComposeProject,
    service: &ComposeService,
    config: &MountedConfig,
    name: &str,
) -> Option<Finding> {
    let http = matches!(parse_exporter_kind(name), "otlphttp" | "otlp_http");
    if !http && !matches!(parse_exporter_kind(name), "otlp" | "otlp_grpc") {
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
    if has_unset_variable(&endpoint) {
        return None;
    }
    let Authority { host, port } = Authority::parse(&endpoint);
    let seen = build_setting_evidence(config, &pointer);
    let nowhere = |why: String| {
        Some(
            Finding::broken(
                "collector-send-failed",
                format!("{} exports to {endpoint}, {why}", service.name),
            )
            .with_evidence_lines([seen.clone()]),
        )
    };
    let other = match resolve_host(project, service, &host) {
        ResolvedHost::OwnContainer => return nowhere("which is its own container".to_owned()),
        ResolvedHost::Unknown => return nowhere(format!("but no service is named {host}")),
        ResolvedHost::OtherNetwork(other) => return nowhere(format!("but shares no network with {}", other.name)),
        ResolvedHost::Service(other) if other.role == ComposeRole::Tempo => other,
        _ => return None,
    };
    find_protocol_mismatch(config, &pointer, http, port, other)
        .or_else(|| find_tls_mismatch(config, &base, &endpoint, http, other))
        .or_else(|| find_missing_tenant(config, &base, other))
}

fn find_protocol_mismatch(
    config: &MountedConfig,
    pointer: &str,
    http: bool,
    port: u16,
    to: &ComposeService,
) -> Option<Finding> {
    let listeners = tempo_service::list_listeners(to.config()?);
    let listener = listeners.iter().find(|one| one.port == port);
    let wanted = if http { "http" } else { "grpc" };
    match listener {
        Some(one) if one.receiver == "otlp" && one.protocol == wanted => None,
        // A port that nobody listens on is another matter, unless it is one of Tempo's own.
        None if port != tempo_service::find_http_port(to) && port != 9095 => None,
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
                .with_evidence_lines([build_setting_evidence(config, pointer)])
                .with_remedy(format!("point the exporter at the right port in {}:", config.file))
                .with_config(format!("endpoint: {scheme}{}:{right}", to.name)),
            )
        }
    }
}

fn find_tls_mismatch(
    config: &MountedConfig,
    base: &str,
    endpoint: &str,
    http: bool,
    to: &ComposeService,
) -> Option<Finding> {
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
        .with_evidence_lines([
            build_setting_evidence(config, &format!("{base}/tls/insecure")),
            build_setting_evidence(config, &format!("{base}/endpoint")),
        ])
        .with_remedy(format!("turn TLS off for this exporter in {}:", config.file))
        .with_config("tls:\n  insecure: true"),
    )
}

fn find_missing_tenant(config: &MountedConfig, base: &str, to: &ComposeService) -> Option<Finding> {
    let tenancy = tempo_service::find_multitenancy(to)?;
    let headers = config.at(&format!("{base}/headers")).and_then(Value::as_object);
    let named = headers.is_some_and(|headers| headers.keys().any(|key| key.eq_ignore_ascii_case("x-scope-orgid")));
    let passed = config.at(&format!("{base}/auth/authenticator")).is_some();
    (!named && !passed).then(|| {
        Finding::broken(
            "collector-missing-org-header",
            "Tempo requires a tenant with every push, but the exporter sends none",
        )
        .with_evidence_lines([
            build_file_evidence(
                &config.location(&format!("{base}/headers")),
                compose::render_pointer(&format!("{base}/headers")),
                "no X-Scope-OrgID",
            ),
            tenancy,
        ])
        .with_remedy(format!("add the header in {}:", config.file))
        .with_config("headers:\n  X-Scope-OrgID: team-a")
    })
}
