//! Single configuration files: each becomes a service that reads it, so that what judges a project judges them as well.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::parse::spanned_yaml::{YamlError, YamlNode, parse_yaml_documents};

use crate::parse::tempo_keys::{KnownKeys, is_known_key};

use super::dashboards::is_dashboard;
use super::helm_values::find_values;
use super::manifests::is_manifest;

/// What a configuration file configures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigFileKind {
    /// A Compose project.
    Compose,
    Tempo,
    Collector,
    Alloy,
    /// Data sources that Grafana provisions.
    GrafanaDataSources,
    /// Objects of Kubernetes.
    Manifest,
    /// Values of a chart that installs Tempo.
    HelmValues,
    /// A dashboard of Grafana.
    Dashboard,
}

/// What a file configures, by its name and its keys; nothing for a file of another kind.
pub fn detect_file_kind(path: &Path, text: &str) -> Result<Option<ConfigFileKind>, YamlError> {
    if path.extension().is_some_and(|end| end == "alloy" || end == "river") {
        return Ok(Some(ConfigFileKind::Alloy));
    }
    let (documents, broken) = parse_yaml_documents(text, 0);
    if documents.iter().any(is_manifest) {
        return Ok(Some(ConfigFileKind::Manifest));
    }
    if let Some(broken) = broken {
        return Err(broken);
    }
    let Some(root) = documents.into_iter().next() else {
        return Ok(None);
    };
    let has = |key: &str| root.get(key).is_some();
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    Ok(Some(match () {
        () if has("services") && !has("receivers") => ConfigFileKind::Compose,
        () if has("include") && root.get("include").is_some_and(|list| !list.items().is_empty()) => {
            ConfigFileKind::Compose
        }
        () if has("service") && any(&["receivers", "exporters", "connectors"]) => ConfigFileKind::Collector,
        () if is_dashboard(&root) => ConfigFileKind::Dashboard,
        () if has("datasources") => ConfigFileKind::GrafanaDataSources,
        () if is_tempo_configuration(&root) => ConfigFileKind::Tempo,
        () if find_values(&root).is_some() => ConfigFileKind::HelmValues,
        () => return Ok(None),
    }))
}

/// A file with something that no other server has, or with keys of Tempo alone: Loki and Mimir have sections of the same
/// names, and so have the values of charts.
fn is_tempo_configuration(root: &YamlNode) -> bool {
    const OWN: [&[&str]; 5] = [
        &["storage", "trace"],
        &["distributor", "receivers"],
        &["metrics_generator"],
        &["live_store"],
        &["block_builder"],
    ];
    let is_value = |key: &str| key.contains(|letter: char| letter.is_ascii_uppercase() || letter == '-');
    let keys = || root.entries().iter().map(|entry| entry.key.as_str());
    if keys().any(|key| is_value(key) || OF_OTHERS.contains(&key)) {
        return false;
    }
    let is_known = |key: &str| is_known_key(&format!("/{key}"), KnownKeys::of_any_version());
    OWN.iter().any(|path| root.at(path).is_some()) || keys().next().is_some() && keys().all(is_known)
}

/// Sections that Loki or Mimir has, and keys of values that Helm puts into templates.
const OF_OTHERS: [&str; 12] = [
    "alertmanager",
    "blocks_storage",
    "frontend_worker",
    "image",
    "limits",
    "limits_config",
    "resources",
    "ruler",
    "schema_config",
    "storage_config",
    "tempo",
    "traces",
];

/// A Compose file, as JSON, with a service for each of the files. Without a version of Tempo the image is one whose version
/// nobody knows.
pub fn build_single_file_project(files: &[(ConfigFileKind, PathBuf)], tempo_version: Option<&str>) -> String {
    let mut services = Map::new();
    for (number, (kind, path)) in files.iter().enumerate() {
        let (name, image, target, flag) = match kind {
            ConfigFileKind::Compose
            | ConfigFileKind::Manifest
            | ConfigFileKind::HelmValues
            | ConfigFileKind::Dashboard => continue,
            ConfigFileKind::Tempo => ("tempo", "grafana/tempo", "/etc/tempo.yaml", Some("-config.file=")),
            ConfigFileKind::Collector => (
                "collector",
                "otel/opentelemetry-collector-contrib",
                "/etc/collector.yaml",
                Some("--config="),
            ),
            ConfigFileKind::Alloy => ("alloy", "grafana/alloy", "/etc/alloy/config.alloy", None),
            ConfigFileKind::GrafanaDataSources => (
                "grafana",
                "grafana/grafana",
                "/etc/grafana/provisioning/datasources/datasources.yaml",
                None,
            ),
        };
        let source = if path.is_absolute() {
            path.clone()
        } else {
            Path::new(".").join(path)
        };
        let mut service = json!({
            "image": image,
            "volumes": [{
                "type": "bind",
                "source": source.to_string_lossy().replace('$', "$$"),
                "target": target,
            }],
        });
        if let Some(flag) = flag {
            service["command"] = json!([format!("{flag}{target}")]);
        }
        match tempo_version.filter(|_| *kind == ConfigFileKind::Tempo) {
            Some(version) => service["image"] = json!(format!("{image}:{version}")),
            // Built by oneself: its tag says nothing.
            None => service["build"] = json!({"dockerfile_inline": "FROM scratch"}),
        }
        let taken = services.contains_key(name);
        let name = if taken {
            format!("{name}-{number}")
        } else {
            name.to_owned()
        };
        services.insert(name, service);
    }
    Value::from(Map::from_iter([("services".to_owned(), Value::from(services))])).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_keys() {
        let cases = [
            (
                "compose.yaml",
                "services: {a: {image: b}}",
                Some(ConfigFileKind::Compose),
            ),
            (
                "t.yaml",
                "storage: {trace: {backend: local}}",
                Some(ConfigFileKind::Tempo),
            ),
            ("t.yaml", "ingester: {}", Some(ConfigFileKind::Tempo)),
            ("loki.yaml", "ingester: {}\nschema_config: {}", None),
            ("values.yaml", "ingester: {}\nqueryFrontend: {replicas: 2}", None),
            (
                "values.yaml",
                "traces: {otlp: {grpc: {enabled: true}}}",
                Some(ConfigFileKind::HelmValues),
            ),
            (
                "values.yaml",
                "grafana: {}\ntempo: {tempo: {retention: 24h}}",
                Some(ConfigFileKind::HelmValues),
            ),
            (
                "values.yaml",
                "loki: {storage: {type: s3}}\ningester: {replicas: 1}",
                None,
            ),
            ("mimir.yaml", "distributor: {}\nlimits: {}", None),
            (
                "c.yaml",
                "receivers: {otlp: }\nservice: {pipelines: {}}",
                Some(ConfigFileKind::Collector),
            ),
            ("p.yml", "scrape_configs: []", None),
            (
                "ds.yml",
                "apiVersion: 1\ndatasources: []",
                Some(ConfigFileKind::GrafanaDataSources),
            ),
            (
                "x.alloy",
                "otelcol.receiver.otlp \"default\" {}",
                Some(ConfigFileKind::Alloy),
            ),
            (
                "k.yaml",
                "# Source: chart\n---\napiVersion: v1\nkind: Service",
                Some(ConfigFileKind::Manifest),
            ),
            ("k.yaml", "# nothing\n", None),
        ];
        for (name, text, kind) in cases {
            assert_eq!(detect_file_kind(Path::new(name), text), Ok(kind), "{name}: {text}");
        }
        assert_eq!(
            detect_file_kind(Path::new("broken.yaml"), "a:\n  - [").map_err(|error| error.line),
            Err(2)
        );
    }
}
