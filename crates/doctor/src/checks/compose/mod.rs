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

use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, FileLocation, MountedConfig};
use telemetry::model::{CheckOutcome, Confidence, EvidenceLine, Finding, FindingLevel, Slot};

use super::EvidenceView;

pub use host_resolution::{ResolvedHost, resolve_host};
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

/// The command of a service with one more flag, as YAML of the Compose file.
pub fn render_command_with(service: &ComposeService, flag: &str) -> String {
    let words = service.words.iter().map(|word| word.value.as_str()).chain([flag]);
    let lines: String = words.map(|word| format!("\n      - {}", Value::from(word))).collect();
    format!("services:\n  {}:\n    command:{lines}", service.name)
}

/// A setting of a service as evidence, by its key.
pub fn build_service_evidence(
    service: &ComposeService,
    at: &FileLocation,
    key: &str,
    value: impl ToString,
) -> EvidenceLine {
    build_file_evidence(at, format!("services.{}.{key}", service.name), value)
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
