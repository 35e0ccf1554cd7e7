//! Tempo as its files describe it.

use serde_json::Value;

use telemetry::model::EvidenceLine;
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};

use super::{build_service_evidence, build_setting_evidence, is_at_least_version, is_before_version};

/// Which part of Tempo a service runs.
pub fn find_target(service: &ComposeService) -> String {
    service
        .flag("target")
        .map(|flag| flag.value)
        .or_else(|| service.config()?.text("/target").map(str::to_owned))
        .unwrap_or_else(|| "all".to_owned())
}

/// The Tempo services that run one of these parts, or everything, with a configuration that could be read.
pub fn find_services_running<'a>(
    project: &'a ComposeProject,
    part: &'static str,
) -> impl Iterator<Item = (&'a ComposeService, &'a MountedConfig)> {
    project
        .services_with_role(ComposeRole::Tempo)
        .filter(move |service| {
            let target = find_target(service);
            target == part || matches!(target.as_str(), "all" | "scalable-single-binary")
        })
        .filter_map(|service| Some((service, service.config()?)))
}

/// What switches multi-tenancy on, as evidence: a key of the file, or a flag, which wins. `auth` is its old name
/// (grafana/tempo v3.0.3: cmd/tempo/app/config.go).
pub fn find_multitenancy(service: &ComposeService) -> Option<EvidenceLine> {
    const NAMES: [(&str, &str); 2] = [
        ("multitenancy.enabled", "/multitenancy_enabled"),
        ("auth.enabled", "/auth_enabled"),
    ];
    NAMES.into_iter().find_map(|(name, pointer)| match service.flag(name) {
        Some(flag) => service
            .is_switched_on(name)
            .then(|| build_service_evidence(service, &flag.at, "command", format!("-{name}={}", flag.value))),
        None => {
            let config = service.config()?;
            (config.at(pointer) == Some(&Value::Bool(true))).then(|| build_setting_evidence(config, pointer))
        }
    })
}

/// The port of the query API.
pub fn find_http_port(service: &ComposeService) -> u16 {
    let flag = service
        .flag("server.http-listen-port")
        .and_then(|flag| flag.value.parse().ok());
    let configured = || {
        service
            .config()?
            .at("/server/http_listen_port")?
            .as_u64()?
            .try_into()
            .ok()
    };
    // 80 up to 2.7 (grafana/tempo v2.6.1: cmd/tempo/app/config.go).
    flag.or_else(configured)
        .unwrap_or(if is_before_version(service, 2, 8) { 80 } else { 3200 })
}

/// The port of Tempo's own gRPC.
pub fn find_grpc_port(config: &MountedConfig) -> u16 {
    let written = config.at("/server/grpc_listen_port").and_then(Value::as_u64);
    written.and_then(|port| port.try_into().ok()).unwrap_or(9095)
}

/// One receiver protocol that is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiverListener {
    /// `otlp`, `jaeger`, `zipkin`
    pub receiver: String,
    /// `grpc`, `http`, `thrift_http`; empty for receivers without protocols.
    pub protocol: String,
    /// JSON pointer of its endpoint.
    pub pointer: String,
    /// The endpoint that is written, if any.
    pub endpoint: Option<String>,
    /// The port it listens on.
    pub port: u16,
}

const DEFAULT_PORTS: [(&str, &str, u16); 7] = [
    ("otlp", "grpc", 4317),
    ("otlp", "http", 4318),
    ("jaeger", "grpc", 14250),
    ("jaeger", "thrift_http", 14268),
    ("jaeger", "thrift_compact", 6831),
    ("jaeger", "thrift_binary", 6832),
    ("zipkin", "", 9411),
];

/// The receivers. Where none is listed: OTLP over gRPC, Jaeger gRPC and thrift_http (grafana/tempo v3.0.3:
/// modules/distributor/config.go).
pub fn list_listeners(config: &MountedConfig) -> Vec<ReceiverListener> {
    const ROOT: &str = "/distributor/receivers";
    let listed = config.at(ROOT).and_then(Value::as_object).filter(|map| !map.is_empty());
    let Some(listed) = listed else {
        let standard = [("otlp", "grpc"), ("jaeger", "grpc"), ("jaeger", "thrift_http")];
        return standard
            .iter()
            .map(|(receiver, protocol)| build_listener(receiver, protocol, None))
            .collect();
    };
    listed
        .iter()
        .flat_map(|(receiver, body)| {
            let kind = receiver.split('/').next().unwrap_or_default();
            let pointer = format!("{ROOT}/{}", receiver.replace('/', "~1"));
            read_receiver(kind, &pointer, Some(body))
        })
        .collect()
}

/// The protocols of one receiver. Tempo's are those of the collector.
pub fn read_receiver(kind: &str, pointer: &str, body: Option<&Value>) -> Vec<ReceiverListener> {
    let body = body.unwrap_or(&Value::Null);
    let mut all = Vec::new();
    if kind == "zipkin" {
        all.push(ReceiverListener {
            pointer: format!("{pointer}/endpoint"),
            ..build_listener(kind, "", body["endpoint"].as_str())
        });
    }
    for (protocol, body) in body["protocols"].as_object().into_iter().flatten() {
        all.push(ReceiverListener {
            pointer: format!("{pointer}/protocols/{protocol}/endpoint"),
            ..build_listener(kind, protocol, body["endpoint"].as_str())
        });
    }
    all
}

/// A protocol with its standard port, unless the endpoint says another.
pub fn build_listener(receiver: &str, protocol: &str, endpoint: Option<&str>) -> ReceiverListener {
    let standard = DEFAULT_PORTS
        .iter()
        .find(|(name, of, _)| *name == receiver && *of == protocol)
        .map_or(0, |(_, _, port)| *port);
    let given = endpoint.and_then(|endpoint| endpoint.rsplit_once(':')?.1.parse().ok());
    ReceiverListener {
        receiver: receiver.to_owned(),
        protocol: protocol.to_owned(),
        pointer: format!("/distributor/receivers/{receiver}/protocols/{protocol}/endpoint"),
        endpoint: endpoint.map(str::to_owned),
        port: given.unwrap_or(standard),
    }
}

impl ReceiverListener {
    /// `otlp.grpc`
    pub fn name(&self) -> String {
        if self.protocol.is_empty() {
            self.receiver.clone()
        } else {
            format!("{}.{}", self.receiver, self.protocol)
        }
    }

    /// True where only the container itself reaches it. Without an endpoint that is so since 2.7 (grafana/tempo v2.7.0:
    /// CHANGELOG.md, #4465).
    pub fn is_local(&self, service: &ComposeService) -> bool {
        match &self.endpoint {
            None => is_at_least_version(service, 2, 7),
            Some(endpoint) => {
                let host = endpoint.rsplit_once(':').map_or(endpoint.as_str(), |(host, _)| host);
                telemetry::parse::authority::is_loopback(host)
            }
        }
    }
}

/// The processors that the defaults of the overrides switch on, in both formats.
pub fn find_processors(config: &MountedConfig) -> Option<(&'static str, Vec<String>)> {
    const PLACES: [&str; 2] = [
        "/overrides/defaults/metrics_generator/processors",
        "/overrides/metrics_generator_processors",
    ];
    PLACES.into_iter().find_map(|place| {
        let list = config.at(place)?.as_array()?;
        let names = list
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect();
        Some((place, names))
    })
}

/// A file of overrides by tenant may say more than the defaults.
pub fn has_more_overrides(config: &MountedConfig) -> bool {
    let text = |pointer: &str| config.text(pointer).is_some_and(|text| !text.is_empty());
    text("/overrides/per_tenant_override_config")
        || config.at("/overrides/user_configurable_overrides/enabled") == Some(&Value::Bool(true))
}

/// The addresses the generator writes to, with their pointers.
pub fn list_remote_write_urls(config: &MountedConfig) -> Vec<(String, String)> {
    const ROOT: &str = "/metrics_generator/storage/remote_write";
    let list = config.at(ROOT).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .enumerate()
        .filter_map(|(index, item)| Some((format!("{ROOT}/{index}/url"), item["url"].as_str()?.to_owned())))
        .collect()
}

/// The pointer of a remote write that sends exemplars along, which none does by itself.
pub fn find_sent_exemplars(config: &MountedConfig) -> Option<String> {
    let urls = list_remote_write_urls(config).into_iter();
    urls.map(|(url, _)| url.replace("/url", "/send_exemplars"))
        .find(|pointer| config.at(pointer) == Some(&Value::Bool(true)))
}

/// A setting of Tempo's storage, `trace.local.path`: a flag wins over the file (grafana/tempo v3.0.3: cmd/tempo/main.go).
pub fn find_storage_setting(service: &ComposeService, name: &str) -> Option<String> {
    let flag = service.flag(&format!("storage.{name}")).map(|flag| flag.value);
    flag.or_else(|| {
        let pointer = format!("/storage/{}", name.replace('.', "/"));
        service.config()?.text(&pointer).map(str::to_owned)
    })
}
