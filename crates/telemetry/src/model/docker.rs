//! What a Docker Engine says of its containers.

use serde::Deserialize;
use std::collections::BTreeMap;

/// A container in the engine's list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DockerContainer {
    /// 64 hexadecimal digits.
    pub id: String,
    /// `["/tempo"]`
    pub names: Vec<String>,
    /// `grafana/tempo:3.0.3`
    pub image: String,
    /// What it runs, arguments included.
    pub command: String,
    /// `running`, `exited`, `restarting`, …
    pub state: String,
    /// `com.docker.compose.service` and others.
    pub labels: BTreeMap<String, String>,
}

impl DockerContainer {
    /// Its name without the slash.
    pub fn name(&self) -> &str {
        self.names
            .first()
            .map_or(self.id.get(..12).unwrap_or(&self.id), |name| {
                name.trim_start_matches('/')
            })
    }

    /// The Compose project and service it belongs to.
    pub fn compose_service(&self) -> Option<(&str, &str)> {
        let label = |name: &str| {
            self.labels
                .get(&format!("com.docker.compose.{name}"))
                .map(String::as_str)
        };
        Some((label("project")?, label("service")?))
    }
}

/// A container looked at closely.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DockerInspection {
    /// 64 hexadecimal digits.
    pub id: String,
    /// `/tempo`
    pub name: String,
    /// How often the engine restarted it.
    pub restart_count: u64,
    /// What it is doing.
    pub state: DockerState,
    /// What it is made of.
    pub config: DockerConfig,
    /// How it is run.
    pub host_config: DockerHostConfig,
}

/// What a container is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DockerState {
    /// `running`, `exited`, …
    pub status: String,
    /// It runs.
    pub running: bool,
    /// The kernel killed it for memory.
    #[serde(rename = "OOMKilled")]
    pub oom_killed: bool,
    /// The last exit code.
    pub exit_code: i64,
    /// What the engine says of its last start.
    pub error: String,
    /// When it last started, RFC 3339.
    pub started_at: String,
    /// When it last ended, RFC 3339; the year 1 where it never did.
    pub finished_at: String,
}

/// What a container is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DockerConfig {
    /// It has a terminal: its log has no frames.
    pub tty: bool,
    /// The image as it was named.
    pub image: String,
    /// Labels.
    pub labels: Option<BTreeMap<String, String>>,
}

/// How a container is run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DockerHostConfig {
    /// `3200/tcp` → where it is published.
    pub port_bindings: Option<BTreeMap<String, Option<Vec<DockerPortBinding>>>>,
    /// `host`, `bridge`, …
    pub network_mode: String,
    /// How the log is kept.
    pub log_config: DockerLogConfig,
}

/// Where a port is published.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DockerPortBinding {
    /// Empty for every address.
    pub host_ip: String,
    /// The port on the host.
    pub host_port: String,
}

/// How a log is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DockerLogConfig {
    /// `json-file`, `journald`, `none`, …
    #[serde(rename = "Type")]
    pub kind: String,
}

impl DockerInspection {
    /// It runs, and is not about to be started again.
    pub fn is_running(&self) -> bool {
        self.state.status == "running"
    }

    /// Its name without the slash.
    pub fn name(&self) -> &str {
        self.name.trim_start_matches('/')
    }

    /// The ports of the host that it publishes.
    pub fn published_ports(&self) -> Vec<u16> {
        let bindings = self.host_config.port_bindings.iter().flatten();
        bindings
            .filter_map(|(_, bindings)| bindings.as_ref())
            .flatten()
            .filter_map(|binding| binding.host_port.parse().ok())
            .collect()
    }
}
