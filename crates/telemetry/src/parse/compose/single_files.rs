//! Single configuration files: each becomes a service that reads it, so that what judges a project judges them as well.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::parse::spanned_yaml::{YamlError, YamlNode, parse_yaml};

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
}

/// What a file configures, by its name and its keys; nothing for a file of another kind.
pub fn detect_file_kind(path: &Path, text: &str) -> Result<Option<ConfigFileKind>, YamlError> {
    if path.extension().is_some_and(|end| end == "alloy" || end == "river") {
        return Ok(Some(ConfigFileKind::Alloy));
    }
    let root = parse_yaml(text, 0)?;
    let has = |key: &str| root.get(key).is_some();
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    Ok(Some(match () {
        () if has("services") && !has("receivers") => ConfigFileKind::Compose,
        () if has("include") && root.get("include").is_some_and(|list| !list.items().is_empty()) => {
            ConfigFileKind::Compose
        }
        () if has("service") && any(&["receivers", "exporters", "connectors"]) => ConfigFileKind::Collector,
        () if has("datasources") => ConfigFileKind::GrafanaDataSources,
        () if is_tempo_configuration(&root) => ConfigFileKind::Tempo,
        () => return Ok(None),
    }))
}

/// Blocks that Tempo's configuration alone has, in any version.
fn is_tempo_configuration(root: &YamlNode) -> bool {
    let trace = root
        .get("storage")
        .is_some_and(|storage| storage.get("trace").is_some());
    trace
        || [
            "distributor",
            "metrics_generator",
            "query_frontend",
            "ingester",
            "compactor",
            "live_store",
            "block_builder",
        ]
        .iter()
        .any(|key| root.get(key).is_some())
}

/// A Compose file, as JSON, with a service for each of the files. Without a version of Tempo the image is one whose version
/// nobody knows.
pub fn build_single_file_project(files: &[(ConfigFileKind, PathBuf)], tempo_version: Option<&str>) -> String {
    let mut services = Map::new();
    for (number, (kind, path)) in files.iter().enumerate() {
        let (name, image, target, flag) = match kind {
            ConfigFileKind::Compose => continue,
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
            ("k.yaml", "apiVersion: v1\nkind: Service", None),
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
