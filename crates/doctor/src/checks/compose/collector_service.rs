//! A collector as its files describe it: the ports that its receivers open, and where each pipeline for traces ends.

use std::collections::BTreeSet;

use serde_json::Value;

use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::parse::authority::Authority;

use super::host_resolution::has_unset_variable;
use super::tempo_service::{self, ReceiverListener};
use super::{ResolvedHost, alloy_service, list_senders, resolve_address};

/// How traces pass through a collector.
#[derive(Debug, Default)]
pub struct TraceRoutes {
    /// The ports that its receivers open.
    pub listeners: Vec<CollectorListener>,
    /// False where a receiver may open ports that are not known here.
    pub knows_every_port: bool,
    /// A pipeline for traces is there.
    pub has_traces: bool,
    /// OTLP exporters that spans come to.
    pub exporters: Vec<OtlpExporter>,
    /// The other ways out, by name: Kafka, a vendor.
    pub other_exits: Vec<String>,
    /// Receivers for traces whose spans come to no exporter, with the pointers where they end.
    pub dead_ends: Vec<(String, Vec<String>)>,
    /// Components that are named and not configured, with the pointers that name them.
    pub undefined: Vec<(String, String)>,
}

/// A port that a receiver opens.
#[derive(Debug)]
pub struct CollectorListener {
    /// The protocol and its port.
    pub listener: ReceiverListener,
    /// A pipeline for traces reads it.
    pub has_traces: bool,
}

/// An OTLP exporter.
#[derive(Debug)]
pub struct OtlpExporter {
    /// `otlp/tempo`
    pub name: String,
    /// OTLP over HTTP; else over gRPC.
    pub is_http: bool,
    /// Where its settings are.
    pub base: String,
    /// Pointer and value of its endpoint.
    pub endpoint: Option<(String, String)>,
}

/// Receivers that open no port.
const ASKING_RECEIVERS: [&str; 12] = [
    "docker_stats",
    "filelog",
    "hostmetrics",
    "k8s_cluster",
    "k8s_events",
    "kafka",
    "kubeletstats",
    "mysql",
    "nginx",
    "postgresql",
    "prometheus",
    "redis",
];

/// The collectors of a project, Alloy among them, whose configuration could be read.
pub fn list_collectors(project: &ComposeProject) -> impl Iterator<Item = (&ComposeService, &MountedConfig)> {
    let is_collector = |service: &&ComposeService| matches!(service.role, ComposeRole::Collector | ComposeRole::Alloy);
    project
        .services
        .iter()
        .filter(is_collector)
        .filter_map(|service| Some((service, service.config()?)))
}

/// Settings as that service writes them: YAML, or the syntax of Alloy.
pub fn render_settings(service: &ComposeService, settings: &[(String, String)]) -> String {
    if service.role == ComposeRole::Alloy {
        alloy_service::render_alloy_settings(settings)
    } else {
        super::render_settings(settings)
    }
}

/// `otlp` of `otlp/2`
pub fn parse_component_type(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// A component as a part of a JSON pointer.
pub fn escape_key(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A pipeline of `service.pipelines`.
#[derive(Debug, Clone)]
pub struct CollectorPipeline {
    /// `traces/in`
    pub name: String,
    /// Its JSON pointer.
    pub pointer: String,
    /// Names below `receivers`.
    pub receivers: Vec<String>,
    /// Names below `processors`.
    pub processors: Vec<String>,
    /// Names below `exporters`.
    pub exporters: Vec<String>,
}

impl CollectorPipeline {
    /// True where it carries spans.
    pub fn has_traces(&self) -> bool {
        parse_component_type(&self.name) == "traces"
    }
}

/// The pipelines of a collector.
pub fn list_pipelines(config: &MountedConfig) -> Vec<CollectorPipeline> {
    let all = config.at("/service/pipelines").and_then(Value::as_object);
    all.into_iter()
        .flatten()
        .map(|(name, body)| {
            let list = |key: &str| {
                let items = body[key].as_array().into_iter().flatten();
                items.filter_map(Value::as_str).map(str::to_owned).collect()
            };
            CollectorPipeline {
                name: name.clone(),
                pointer: format!("/service/pipelines/{}", escape_key(name)),
                receivers: list("receivers"),
                processors: list("processors"),
                exporters: list("exporters"),
            }
        })
        .collect()
}

/// The names that a section of the configuration defines.
pub fn list_components(config: &MountedConfig, section: &str) -> BTreeSet<String> {
    let map = config.at(&format!("/{section}")).and_then(Value::as_object);
    map.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// Reads the routes of a collector or of Alloy.
pub fn read_routes(service: &ComposeService, config: &MountedConfig) -> TraceRoutes {
    if service.role == ComposeRole::Alloy {
        return alloy_service::read_alloy_routes(config);
    }
    let pipelines = list_pipelines(config);
    let connectors = list_components(config, "connectors");
    let mut routes = TraceRoutes {
        has_traces: pipelines.iter().any(CollectorPipeline::has_traces),
        ..TraceRoutes::default()
    };
    read_listeners(config, &pipelines, &connectors, &mut routes);
    let mut seen = BTreeSet::new();
    for pipeline in pipelines.iter().filter(|one| one.has_traces()) {
        for name in pipeline.exporters.iter().filter(|name| !connectors.contains(*name)) {
            if !seen.insert(name.clone()) || is_sink(name) {
                continue;
            }
            match read_otlp_exporter(config, name) {
                Some(exporter) => routes.exporters.push(exporter),
                None => routes.other_exits.push(name.clone()),
            }
        }
    }
    let sources: BTreeSet<&String> = pipelines
        .iter()
        .filter(|one| one.has_traces())
        .flat_map(|one| &one.receivers)
        .filter(|name| !connectors.contains(*name))
        .collect();
    for source in sources {
        let mut ends = Vec::new();
        if !leads_out(source, &pipelines, &connectors, &mut BTreeSet::new(), &mut ends) {
            routes.dead_ends.push((source.clone(), ends));
        }
    }
    routes
}

/// Exporters that keep nothing.
fn is_sink(name: &str) -> bool {
    matches!(parse_component_type(name), "debug" | "logging" | "nop")
}

/// True where spans from a receiver, or from a connector that hands spans on, come to an exporter. `ends` collects where
/// they do not.
fn leads_out(
    source: &str,
    pipelines: &[CollectorPipeline],
    connectors: &BTreeSet<String>,
    seen: &mut BTreeSet<String>,
    ends: &mut Vec<String>,
) -> bool {
    if !seen.insert(source.to_owned()) {
        return false;
    }
    // A connector between traces and traces hands spans on; a receiver of metrics makes something else of them.
    let fed = pipelines
        .iter()
        .filter(|one| one.has_traces() && one.receivers.iter().any(|name| name == source));
    let mut out = false;
    for pipeline in fed {
        let before = ends.len();
        let mut leads = false;
        for name in &pipeline.exporters {
            leads |= if connectors.contains(name) {
                leads_out(name, pipelines, connectors, seen, ends)
            } else {
                !is_sink(name)
            };
        }
        if !leads && ends.len() == before {
            ends.push(format!("{}/exporters", pipeline.pointer));
        }
        out |= leads;
    }
    out
}

fn read_otlp_exporter(config: &MountedConfig, name: &str) -> Option<OtlpExporter> {
    let is_http = match parse_component_type(name) {
        "otlp" | "otlp_grpc" => false,
        "otlphttp" | "otlp_http" => true,
        _ => return None,
    };
    let base = format!("/exporters/{}", escape_key(name));
    let keys: &[&str] = if is_http {
        &["traces_endpoint", "endpoint"]
    } else {
        &["endpoint"]
    };
    let endpoint = keys.iter().find_map(|key| {
        let pointer = format!("{base}/{key}");
        let text = config.text(&pointer)?.to_owned();
        Some((pointer, text))
    });
    Some(OtlpExporter {
        name: name.to_owned(),
        is_http,
        base,
        endpoint,
    })
}

fn read_listeners(
    config: &MountedConfig,
    pipelines: &[CollectorPipeline],
    connectors: &BTreeSet<String>,
    routes: &mut TraceRoutes,
) {
    let used: BTreeSet<&String> = pipelines.iter().flat_map(|one| &one.receivers).collect();
    let traced: BTreeSet<&String> = pipelines
        .iter()
        .filter(|one| one.has_traces())
        .flat_map(|one| &one.receivers)
        .collect();
    routes.knows_every_port = true;
    for name in used.into_iter().filter(|name| !connectors.contains(*name)) {
        let kind = parse_component_type(name);
        if !matches!(kind, "otlp" | "jaeger" | "zipkin") {
            routes.knows_every_port &= ASKING_RECEIVERS.contains(&kind);
            continue;
        }
        let pointer = format!("/receivers/{}", escape_key(name));
        for listener in tempo_service::read_receiver(kind, &pointer, config.at(&pointer)) {
            routes.knows_every_port &= listener
                .endpoint
                .as_deref()
                .is_none_or(|text| !has_unset_variable(text));
            routes.listeners.push(CollectorListener {
                has_traces: traced.contains(name),
                listener,
            });
        }
    }
}

/// True where a listener of a service is reached by its own container alone.
pub fn is_local_listener(project: &ComposeProject, service: &ComposeService, listener: &ReceiverListener) -> bool {
    // Containers that share a network have one localhost.
    let is_shared = |mode: &str| mode == "host" || mode.starts_with("service:") || mode.starts_with("container:");
    let own = service.network_mode.as_ref().is_some_and(|mode| is_shared(&mode.value));
    let guests = format!("service:{}", service.name);
    let has_guest = project
        .services
        .iter()
        .any(|other| other.network_mode.as_ref().is_some_and(|mode| mode.value == guests));
    if own || has_guest || service.cluster.as_ref().is_some_and(|place| place.is_shared) {
        return false;
    }
    match &listener.endpoint {
        None => defaults_to_localhost(service),
        Some(endpoint) => Authority::parse(endpoint).is_loopback(),
    }
}

/// A receiver without an endpoint listens on localhost since 0.104, unless a feature gate that was removed in 0.110 says
/// otherwise (open-telemetry/opentelemetry-collector v0.104.0: CHANGELOG.md). Other distributions count differently.
fn defaults_to_localhost(service: &ComposeService) -> bool {
    // `--set` may give it an endpoint.
    if !is_upstream_image(service) || service.words.iter().any(|word| word.value.starts_with("--set")) {
        return false;
    }
    let gates = service.flags("feature-gates");
    let is_off = gates.iter().any(|gates| {
        let mut names = gates.value.split(',');
        names.any(|name| name.trim() == "-component.UseLocalHostAsDefaultHost")
    });
    match service.version() {
        Some((0, minor)) if minor < 110 => minor >= 104 && !is_off,
        version => version.is_some(),
    }
}

/// An image of the project's own releases, whose tag is a version of the collector.
pub fn is_upstream_image(service: &ComposeService) -> bool {
    let Some(image) = service.server_image() else {
        return false;
    };
    let name = image.value.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    last.starts_with("opentelemetry-collector") || last.starts_with("otelcol")
}

/// Somebody in this project who sends to a port of a service.
pub struct AddressedPort<'a> {
    /// Who.
    pub from: &'a ComposeService,
    /// The place that names it.
    pub at: telemetry::model::EvidenceLine,
}

/// Everybody in this project who sends traces to that port of the service.
pub fn list_senders_to<'a>(project: &'a ComposeProject, service: &ComposeService, port: u16) -> Vec<AddressedPort<'a>> {
    let is_there = |from: &ComposeService, host: &str, to: u16| {
        resolve_address(project, from, host, to) == (ResolvedHost::Service(service), port)
    };
    let mut all: Vec<AddressedPort<'a>> = list_senders(project)
        .into_iter()
        .filter(|sender| sender.exports_traces() && is_there(sender.from, &sender.host, sender.port))
        .map(|sender| AddressedPort {
            from: sender.from,
            at: sender.build_evidence(),
        })
        .collect();
    for (from, config) in list_collectors(project) {
        for exporter in read_routes(from, config).exporters {
            let Some((pointer, endpoint)) = exporter.endpoint else {
                continue;
            };
            let to = Authority::parse(&endpoint);
            if is_there(from, &to.host, to.port) {
                let at = super::build_setting_evidence(config, &pointer);
                all.push(AddressedPort { from, at });
            }
        }
    }
    all
}

/// The port for a protocol of OTLP, where nothing in that service listens on the one that was asked. `None` where something
/// does, or its ports are not known.
pub fn find_right_port(service: &ComposeService, is_http: bool, asked: u16) -> Option<u16> {
    let config = service.config()?;
    let listeners = match service.role {
        ComposeRole::Tempo => {
            let own = [
                tempo_service::find_http_port(service),
                tempo_service::find_grpc_port(config),
            ];
            if own.contains(&asked) {
                return None;
            }
            tempo_service::list_listeners(config)
        }
        ComposeRole::Collector | ComposeRole::Alloy => {
            let routes = read_routes(service, config);
            if !routes.knows_every_port {
                return None;
            }
            routes.listeners.into_iter().map(|one| one.listener).collect()
        }
        _ => return None,
    };
    let is_unclear = |one: &ReceiverListener| one.endpoint.as_deref().is_some_and(has_unset_variable);
    if listeners
        .iter()
        .any(|one| one.port == asked || one.port == 0 || is_unclear(one))
    {
        return None;
    }
    let wanted = if is_http { "http" } else { "grpc" };
    let found = listeners
        .iter()
        .find(|one| one.receiver == "otlp" && one.protocol == wanted);
    Some(found.map_or(if is_http { 4318 } else { 4317 }, |one| one.port))
}

/// The line that publishes a port under that number on the host alone.
pub fn find_host_port(service: &ComposeService, asked: u16) -> Option<telemetry::model::EvidenceLine> {
    let port = service.ports.iter().find(|port| port.host == Some(asked))?;
    let value = format!("{asked}:{}", port.container);
    Some(super::build_service_evidence(service, &port.at, "ports", value))
}

/// Where the protocols of the OTLP receiver are, or would be, configured.
pub fn find_otlp_receiver(service: &ComposeService, config: &MountedConfig) -> String {
    let names = |section: Option<&Value>| -> Vec<String> {
        let map = section.and_then(Value::as_object).into_iter().flatten();
        map.map(|(name, _)| name.clone()).collect()
    };
    if service.role == ComposeRole::Alloy {
        let mut all = names(Some(&config.tree)).into_iter();
        let own = all.find(|name| name.starts_with("otelcol.receiver.otlp."));
        return format!("/{}", own.as_deref().unwrap_or("otelcol.receiver.otlp.default"));
    }
    let mut all = names(config.at("/receivers")).into_iter();
    let own = all.find(|name| parse_component_type(name) == "otlp");
    format!("/receivers/{}/protocols", escape_key(own.as_deref().unwrap_or("otlp")))
}
