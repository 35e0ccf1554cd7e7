//! In the Compose files, the collector accepts traces and exports them to Tempo.

use serde_json::Value;

use crate::checks::Check;
use crate::checks::compose::collector_service::{self, OtlpExporter, find_host_port, find_right_port, list_collectors};
use crate::checks::compose::host_resolution::has_unset_variable;
use crate::checks::compose::{
    self, ResolvedHost, build_file_evidence, build_setting_evidence, resolve_address, tempo_service,
};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::receiver_path::OTLP_TRACES;
use telemetry::model::{CheckOutcome, Confidence, Fact, Finding, FindingLevel};
use telemetry::parse::authority::Authority;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.compose-exporter",
    title: "in the Compose files, the collector exports traces to Tempo",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut found: Vec<Finding> = Vec::new();
    let mut seen = Vec::new();
    for (service, config) in list_collectors(project) {
        let exporters = collector_service::read_routes(service, config).exporters;
        let wrong: Vec<Option<Finding>> = exporters
            .iter()
            .map(|one| find_wrong_exporter(project, service, config, one))
            .collect();
        // Where another exporter serves Tempo, a loss is not the whole.
        let serves = exporters
            .iter()
            .zip(&wrong)
            .any(|(one, wrong)| wrong.is_none() && leads_to_tempo(project, service, one));
        found.extend(wrong.into_iter().flatten().map(|finding| {
            let level = if serves { FindingLevel::Degraded } else { finding.level };
            Finding { level, ..finding }
        }));
        seen.extend(exporters.into_iter().map(|one| one.name));
    }
    match CheckOutcome::of_findings(found) {
        Some(outcome) => outcome,
        None if seen.is_empty() => CheckOutcome::not_applicable("no OTLP exporter of a collector was read"),
        None => CheckOutcome::pass(format!("exporters for traces: {}", seen.join(", "))),
    }
}

fn leads_to_tempo(project: &ComposeProject, service: &ComposeService, exporter: &OtlpExporter) -> bool {
    let Some((_, endpoint)) = &exporter.endpoint else {
        return false;
    };
    let Authority { host, port } = Authority::parse(endpoint);
    match resolve_address(project, service, &host, port).0 {
        ResolvedHost::Service(other) => other.role == ComposeRole::Tempo,
        _ => false,
    }
}

fn find_wrong_exporter(
    project: &ComposeProject,
    service: &ComposeService,
    config: &MountedConfig,
    exporter: &OtlpExporter,
) -> Option<Finding> {
    let (pointer, endpoint) = exporter.endpoint.as_ref()?;
    if has_unset_variable(endpoint) {
        return None;
    }
    let Authority { host, port } = Authority::parse(endpoint);
    let seen = build_setting_evidence(config, pointer);
    let nowhere = |why: String| {
        Finding::broken(
            "collector-send-failed",
            format!("{} exports to {endpoint}, {why}", service.name),
        )
        .with_evidence_lines([seen.clone()])
        .with_remedy(format!(
            "export to Tempo by its service name in {}:",
            config.location(pointer).file
        ))
        .with_config(collector_service::render_settings(
            service,
            &[(pointer.clone(), render_tempo_address(project, exporter.is_http))],
        ))
    };
    let asked = port;
    let (behind, port) = resolve_address(project, service, &host, port);
    let other = match behind {
        ResolvedHost::OwnContainer => return Some(nowhere("which is its own container".to_owned())),
        ResolvedHost::Unknown => return Some(nowhere(format!("but no service is named {host}"))),
        ResolvedHost::OtherNetwork(other) => {
            let joined = compose::explain_other_network(FindingLevel::Broken, service, other, seen.clone());
            return Some(Finding {
                remedy: joined.remedy,
                ..nowhere(format!("but shares no network with {}", other.name))
            });
        }
        ResolvedHost::ClosedPort(to) => {
            let summary = format!(
                "{} exports to {endpoint}, but the Service {} has no port {port}",
                service.name, to.name
            );
            let finding = Finding::broken("k8s-service-port-missing", summary).with_evidence_lines([seen]);
            return Some(compose::explain_closed_port(finding, to, port));
        }
        ResolvedHost::OtherNamespace(to) => {
            let namespace = to.namespace.as_deref().unwrap_or_default();
            let why = format!("but the Service {} is in the namespace {namespace}", to.name);
            let right = endpoint.replacen(&host, &compose::find_dns_name(to), 1);
            return Some(Finding {
                confidence: Confidence::Likely,
                ..nowhere(why)
                    .with_evidence_lines([compose::build_namespace_evidence(to)])
                    .with_remedy(format!("name the namespace in {}:", config.location(pointer).file))
                    .with_config(collector_service::render_settings(service, &[(pointer.clone(), right)]))
            });
        }
        ResolvedHost::Service(other) => other,
        _ => return None,
    };
    // Where a Service leads astray, that is judged with the Services.
    if port != asked && matches!(asked, 4317 | 4318) {
        return None;
    }
    let base = &exporter.base;
    let is_tempo = other.role == ComposeRole::Tempo;
    if is_tempo && let Some(finding) = find_protocol_mismatch(project, service, config, exporter, pointer, port, other)
    {
        return Some(finding);
    }
    if let Some(right) = find_right_port(other, exporter.is_http, port) {
        let scheme = endpoint
            .split_once("://")
            .map_or(String::new(), |(scheme, _)| format!("{scheme}://"));
        let why = format!("but nothing in {} listens on port {port}", other.name);
        return Some(
            nowhere(why)
                .with_evidence_lines(find_host_port(other, port))
                .with_remedy(format!(
                    "use the port inside the container in {}:",
                    config.location(pointer).file
                ))
                .with_config(collector_service::render_settings(
                    service,
                    &[(
                        pointer.clone(),
                        match other.cluster {
                            None => format!("{scheme}{host}:{right}"),
                            Some(_) => format!("{scheme}{}", compose::find_address(project, other, right)),
                        },
                    )],
                )),
        );
    }
    if !is_tempo {
        return None;
    }
    find_wrong_path(service, config, exporter, pointer, endpoint)
        .or_else(|| find_tls_mismatch(service, config, exporter, pointer, endpoint, other))
        .or_else(|| find_missing_tenant(service, config, base, other))
}

/// Where this project's Tempo takes OTLP, as an exporter names it.
fn render_tempo_address(project: &ComposeProject, is_http: bool) -> String {
    let tempo = tempo_service::find_services_running(project, "distributor").next();
    let name = tempo.map_or("tempo", |(service, _)| &service.name);
    if is_http {
        format!("http://{name}:4318")
    } else {
        format!("{name}:4317")
    }
}

fn find_protocol_mismatch(
    project: &ComposeProject,
    from: &ComposeService,
    config: &MountedConfig,
    exporter: &OtlpExporter,
    pointer: &str,
    port: u16,
    to: &ComposeService,
) -> Option<Finding> {
    let http = exporter.is_http;
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
                .with_remedy(format!(
                    "point the exporter at the right port in {}:",
                    config.location(pointer).file
                ))
                .with_config(collector_service::render_settings(
                    from,
                    &[(
                        pointer.to_owned(),
                        format!("{scheme}{}", compose::find_address(project, to, right)),
                    )],
                )),
            )
        }
    }
}

/// Over HTTP, `endpoint` is the base that the exporter appends `/v1/traces` to, and `traces_endpoint` the whole address
/// (opentelemetry-collector v0.158.0: exporter/otlphttpexporter/factory.go). Tempo answers 404 to any other path, which the
/// exporter does not retry.
fn find_wrong_path(
    from: &ComposeService,
    config: &MountedConfig,
    exporter: &OtlpExporter,
    pointer: &str,
    endpoint: &str,
) -> Option<Finding> {
    if !exporter.is_http {
        return None;
    }
    let base = endpoint.trim_end_matches('/');
    let path = base.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let (why, right) = match (pointer.ends_with("/traces_endpoint"), path) {
        (true, None) => ("without the path /v1/traces", format!("{base}/{OTLP_TRACES}")),
        (false, Some((_, OTLP_TRACES))) => (
            "and appends /v1/traces to it once more",
            base.trim_end_matches(OTLP_TRACES).trim_end_matches('/').to_owned(),
        ),
        _ => return None,
    };
    Some(
        Finding::broken(
            "collector-send-failed",
            format!(
                "{} exports to {endpoint} {why}, so Tempo answers 404 and the spans are dropped",
                from.name
            ),
        )
        .with_evidence_lines([build_setting_evidence(config, pointer)])
        .with_remedy(format!("correct the address in {}:", config.location(pointer).file))
        .with_config(collector_service::render_settings(from, &[(pointer.to_owned(), right)])),
    )
}

/// Over HTTP the scheme decides; over gRPC `https://` turns TLS on even beside `tls.insecure`, and `http://` does not turn it
/// off (opentelemetry-collector v0.158.0: config/configgrpc/configgrpc.go).
fn find_tls_mismatch(
    from: &ComposeService,
    config: &MountedConfig,
    exporter: &OtlpExporter,
    pointer: &str,
    endpoint: &str,
    to: &ComposeService,
) -> Option<Finding> {
    let protocol = if exporter.is_http { "http" } else { "grpc" };
    let server = to
        .config()?
        .at(&format!("/distributor/receivers/otlp/protocols/{protocol}/tls"))
        .is_some();
    let switch = format!("{}/tls/insecure", exporter.base);
    let insecure = config.at(&switch).is_some_and(|value| *value != Value::Bool(false));
    let bare = endpoint.strip_prefix("https://");
    if server || bare.is_none() && (exporter.is_http || insecure) {
        return None;
    }
    let (seen, why) = match bare {
        Some(_) => (vec![build_setting_evidence(config, pointer)], " because of https://"),
        None => (
            vec![
                build_setting_evidence(config, &switch),
                build_setting_evidence(config, pointer),
            ],
            ", its default",
        ),
    };
    let address = bare.map(|bare| {
        let scheme = if exporter.is_http { "http://" } else { "" };
        (pointer.to_owned(), format!("{scheme}{bare}"))
    });
    let switched_off = (!exporter.is_http && !insecure).then(|| (switch, "true".to_owned()));
    let settings: Vec<(String, String)> = address.into_iter().chain(switched_off).collect();
    Some(
        Finding::broken(
            "collector-tls-default",
            format!("the exporter uses TLS{why}, but {} expects plain text", to.name),
        )
        .with_evidence_lines(seen)
        .with_remedy(format!(
            "turn TLS off for this exporter in {}:",
            config.location(&exporter.base).file
        ))
        .with_config(collector_service::render_settings(from, &settings)),
    )
}

fn find_missing_tenant(
    from: &ComposeService,
    config: &MountedConfig,
    base: &str,
    to: &ComposeService,
) -> Option<Finding> {
    let tenancy = tempo_service::find_multitenancy(to)?;
    let headers = config.at(&format!("{base}/headers")).and_then(Value::as_object);
    let named = headers.is_some_and(|headers| headers.keys().any(|key| key.eq_ignore_ascii_case("x-scope-orgid")));
    let passed = config.at(&format!("{base}/auth")).is_some_and(|auth| !auth.is_null());
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
        .with_remedy(format!("add the header in {}:", config.location(base).file))
        .with_config(collector_service::render_settings(
            from,
            &[match from.role {
                ComposeRole::Alloy => (
                    format!("{base}/headers"),
                    "{ \"X-Scope-OrgID\" = \"team-a\" }".to_owned(),
                ),
                _ => (format!("{base}/headers/X-Scope-OrgID"), "team-a".to_owned()),
            }],
        ))
    })
}
