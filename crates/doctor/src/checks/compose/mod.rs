//! What judgements over a Compose project share: who is behind a name, which port a server listens on, how a line of a
//! file is shown. The judgements themselves stand with their hops, as `compose_*.rs`.
//!
//! They say what the files say. Whether it fails a run is decided later (`diagnose::static_findings`): what is written explains a
//! loss that was seen, or is a note; where nothing runs it is all there is.

mod alloy_service;
pub mod collector_service;
pub mod host_resolution;
mod senders;
pub mod tempo_service;

use serde_json::Value;

use telemetry::model::compose::{
    ClusterService, ComposeProject, ComposeRole, ComposeService, FileLocation, MountedConfig,
};
use telemetry::model::{CheckOutcome, Confidence, EvidenceLine, Finding, FindingLevel, Slot};

use super::EvidenceView;
use super::grafana::provisioning::quote_yaml;

pub use host_resolution::{ResolvedHost, resolve_address};
pub use senders::{ComposeSender, list_senders};

/// The part of an id by which a judgement over files is known: `receiver.compose-bind`.
pub const COMPOSE_ID_PART: &str = ".compose-";

/// Judges the project, where one was given.
pub fn judge_project(view: &EvidenceView<'_>, judge: fn(&ComposeProject) -> CheckOutcome) -> CheckOutcome {
    match view.compose() {
        Slot::Known { value, .. } => judge(value),
        Slot::Failed { failure } => CheckOutcome::no_evidence(failure.to_string()),
        Slot::NotAsked => CheckOutcome::not_applicable("no Compose project given; pass --compose FILE"),
    }
}

/// A line of a file as evidence.
pub fn build_file_evidence(place: &FileLocation, name: impl Into<String>, value: impl ToString) -> EvidenceLine {
    EvidenceLine::new(place.to_string(), name, value)
}

/// A value of a configuration as evidence; what is not there is shown as `not set`.
pub fn build_setting_evidence(config: &MountedConfig, pointer: &str) -> EvidenceLine {
    build_file_evidence(
        &config.location(pointer),
        render_pointer(pointer),
        render_value(config.tree.pointer(pointer)),
    )
}

/// `/a/b/0` as `a.b.0`
pub fn render_pointer(pointer: &str) -> String {
    pointer
        .trim_start_matches('/')
        .replace('/', ".")
        .replace("~1", "/")
        .replace("~0", "~")
}

/// Settings as YAML from the root of their file, each key once. `settings` are pointers with what to write there, those that
/// share a path beside each other.
pub fn render_settings(settings: &[(String, String)]) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    for (pointer, value) in settings {
        let keys: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
        let shared = open.iter().zip(&keys).take_while(|(one, other)| one == other).count();
        for (depth, key) in keys.iter().enumerate().skip(shared) {
            let key = key.replace("~1", "/").replace("~0", "~");
            let value = if depth + 1 == keys.len() {
                format!(" {value}")
            } else {
                String::new()
            };
            lines.push(format!("{}{key}:{value}", "  ".repeat(depth)));
        }
        open = keys;
    }
    lines.join("\n")
}

/// A value on one line.
pub fn render_value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "not set".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// `docker-compose.yml` of the project, for a remedy.
pub fn find_file_name(project: &ComposeProject) -> &str {
    let path = project.files.first().map_or("docker-compose.yml", String::as_str);
    path.rsplit('/').next().unwrap_or(path)
}

/// The command of a service with more flags, as YAML of the file that describes it.
pub fn render_command_with(service: &ComposeService, flags: &[&str]) -> String {
    let words = service.words.iter().map(|word| word.value.as_str());
    let is_argument = |word: &&str| service.cluster.is_none() || word.starts_with('-');
    let words = words.skip_while(|word| !is_argument(word)).chain(flags.iter().copied());
    let lines: String = words.map(|word| format!("\n  - {}", Value::from(word))).collect();
    let key = if service.cluster.is_some() { "args" } else { "command" };
    render_service(service, &format!("{key}:{lines}"))
}

/// Lines of a service as YAML from the root of the file that describes it: a Compose file, or a manifest.
pub fn render_service(service: &ComposeService, lines: &str) -> String {
    let Some(place) = &service.cluster else {
        return format!("services:\n  {}:\n    {}", service.name, lines.replace('\n', "\n    "));
    };
    let lines = lines.replace('\n', "\n          ");
    let container = format!("containers:\n        - name: {}\n          {lines}", place.container);
    if service.name.starts_with("Pod/") {
        return format!("spec:\n  {}", container.replace("\n    ", "\n"));
    }
    format!("spec:\n  template:\n    spec:\n      {container}")
}

/// A file mounted into a service.
pub fn render_mount(service: &ComposeService, source: &str, target: &str) -> String {
    match service.cluster {
        None => render_service(service, &format!("volumes:\n  - {source}:{target}:ro")),
        Some(_) => render_service(
            service,
            &format!("volumeMounts:\n  - name: VOLUME\n    mountPath: {target}"),
        ),
    }
}

/// `the service shop`, `Deployment/shop`
pub fn describe_service(service: &ComposeService) -> String {
    match service.cluster {
        None => format!("the service {}", service.name),
        Some(_) => service.name.clone(),
    }
}

/// `tempo:4317`: how others of the project reach a port inside.
pub fn find_address(project: &ComposeProject, service: &ComposeService, port: u16) -> String {
    if service.cluster.is_none() {
        return format!("{}:{port}", service.name);
    }
    let is_behind = |one: &&ClusterService| one.workloads.contains(&service.name);
    let all = || project.cluster_services.iter().filter(is_behind);
    let open = all().find_map(|one| {
        let fits = |port_of: &&telemetry::model::compose::ClusterPort| {
            port_of.leads_to.as_ref() == Some(&(service.name.clone(), port))
        };
        Some((one, one.ports.iter().find(fits)?.port))
    });
    match open.or_else(|| all().next().map(|one| (one, port))) {
        Some((one, port)) => format!("{}:{port}", find_dns_name(one)),
        None => format!("{}:{port}", service.name.rsplit('/').next().unwrap_or_default()),
    }
}

/// `tempo.tracing`
pub fn find_dns_name(service: &ClusterService) -> String {
    match &service.namespace {
        Some(namespace) => format!("{}.{namespace}", service.name),
        None => service.name.clone(),
    }
}

/// What a Service lists, as evidence.
pub fn build_ports_evidence(service: &ClusterService) -> EvidenceLine {
    let ports: Vec<String> = service.ports.iter().map(|port| port.port.to_string()).collect();
    build_file_evidence(&service.at, format!("Service/{} ports", service.name), ports.join(", "))
}

/// Where a Service is, as evidence.
pub fn build_namespace_evidence(service: &ClusterService) -> EvidenceLine {
    let namespace = service.namespace.as_deref().unwrap_or("not set");
    build_file_evidence(&service.at, format!("Service/{} namespace", service.name), namespace)
}

/// The way out where a Service does not list a port.
pub fn explain_closed_port(finding: Finding, service: &ClusterService, port: u16) -> Finding {
    const USUAL: [(u16, &str); 5] = [
        (3200, "http"),
        (4317, "otlp-grpc"),
        (4318, "otlp-http"),
        (9411, "zipkin"),
        (14268, "jaeger-thrift-http"),
    ];
    let finding = finding.with_evidence_lines([build_ports_evidence(service)]);
    match USUAL.into_iter().find(|(usual, _)| *usual == port) {
        Some((_, name)) => finding
            .with_remedy(format!(
                "list the port in the Service {} in {}:",
                service.name, service.at.file
            ))
            .with_config(format!(
                "spec:\n  ports:\n    - name: {name}\n      port: {port}\n      targetPort: {port}"
            )),
        None => finding.with_remedy(format!("use a port that the Service {} lists", service.name)),
    }
}

/// A variable of a service as YAML of its file: of a pod, or of the Compose file in the form that the environment has there.
pub fn render_variable(service: &ComposeService, name: &str, value: &str) -> String {
    if service.cluster.is_some() {
        return format!("- name: {name}\n  value: {}", quote_yaml(value));
    }
    let line = if service.environment_is_list {
        format!("- {name}={value}")
    } else {
        format!("{name}: {}", quote_yaml(value))
    };
    format!("services:\n  {}:\n    environment:\n      {line}", service.name)
}

/// A setting of a service as evidence, by its key.
pub fn build_service_evidence(
    service: &ComposeService,
    at: &FileLocation,
    key: &str,
    value: impl ToString,
) -> EvidenceLine {
    let name = &service.name;
    if service.cluster.is_none() {
        return build_file_evidence(at, format!("services.{name}.{key}"), value);
    }
    let (first, rest) = key.split_once('.').unwrap_or((key, ""));
    let first = match first {
        "command" => "args",
        "entrypoint" => "command",
        "environment" => "env",
        "volumes" => "volumeMounts",
        other => other,
    };
    let separator = if rest.is_empty() { "" } else { "." };
    build_file_evidence(at, format!("{name} {first}{separator}{rest}"), value)
}

/// `net-unreachable`: two services in networks of their own. `address` is the line that names the other one.
pub fn explain_other_network(
    level: FindingLevel,
    from: &ComposeService,
    other: &ComposeService,
    address: EvidenceLine,
) -> Finding {
    let summary = format!("{} and {} share no network", from.name, other.name);
    let network = other.networks.first().map_or("default", String::as_str);
    let mut networks = from.networks.clone();
    networks.push(network.to_owned());
    Finding::new("net-unreachable", level, Confidence::Certain, summary)
        .with_evidence_lines([
            address,
            build_service_evidence(other, &other.at, "networks", other.networks.join(", ")),
        ])
        .with_remedy(format!(
            "put {} in a network of {} as well, in {}:",
            from.name, other.name, from.at.file
        ))
        .with_config(format!(
            "services:\n  {}:\n    networks: [{}]",
            from.name,
            networks.join(", ")
        ))
}

/// The image that the version was read from, its line, and what was assumed of it.
pub fn build_image_evidence(service: &ComposeService) -> EvidenceLine {
    let Some(image) = service.server_image() else {
        return build_file_evidence(&service.at, format!("services.{}", service.name), "built locally");
    };
    let said = match service.assumed_version() {
        Some((major, minor)) => format!("{}, assumed to be {major}.{minor} or later", image.value),
        None => image.value.clone(),
    };
    let key = if service.built { "build, FROM" } else { "image" };
    build_service_evidence(service, &image.at, key, said)
}

/// True for a version from `major.minor` on; false for an unknown one, of which nothing can be said.
pub fn is_at_least_version(service: &ComposeService, major: u32, minor: u32) -> bool {
    service.version().is_some_and(|version| version >= (major, minor))
}

/// True for a version before `major.minor`; false for an unknown one.
pub fn is_before_version(service: &ComposeService, major: u32, minor: u32) -> bool {
    service.version().is_some_and(|version| version < (major, minor))
}

/// Programs that Tempo 2.8 and 2.9 have from busybox, in its folder alone (grafana/tempo v2.9.0: cmd/tempo/Dockerfile).
const BUSYBOX: [&str; 16] = [
    "ash", "busybox", "cat", "chgrp", "chmod", "chown", "cp", "echo", "install", "mkdir", "mv", "nc", "sh", "sleep",
    "true", "wget",
];

/// True where the image of a server has the program, or nobody knows: of the official images of Tempo (without a shell since
/// 2.8, without busybox since 2.10: grafana/tempo#4556, #5717), Loki since 3.6 (grafana/loki#20149) and the collector.
pub fn has_program(service: &ComposeService, program: &str) -> bool {
    let image = service.image.as_ref().map_or("", |image| &image.value);
    let official = image.contains("grafana/") || image.contains("opentelemetry-collector");
    let name = program.rsplit('/').next().unwrap_or(program);
    if service.built || !official || !(BUSYBOX.contains(&name) || matches!(name, "bash" | "curl")) {
        return true;
    }
    match service.role {
        ComposeRole::Tempo if is_at_least_version(service, 2, 10) => false,
        ComposeRole::Tempo if is_at_least_version(service, 2, 8) => {
            BUSYBOX.contains(&name) && (program == name || program.starts_with("/busybox/"))
        }
        ComposeRole::Loki => !is_at_least_version(service, 3, 6),
        ComposeRole::Collector => false,
        _ => true,
    }
}
