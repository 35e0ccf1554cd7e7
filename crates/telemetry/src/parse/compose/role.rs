//! What a service is: by its image, else by the configuration file that it reads.

use serde_json::Value;

use crate::model::compose::ComposeRole;

/// The role that an image tells.
pub(super) fn detect_role_by_image(image: &str) -> ComposeRole {
    let name = image.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    let last = last.split(':').next().unwrap_or_default();
    match last {
        "tempo" | "grafana-tempo" => ComposeRole::Tempo,
        "prometheus" => ComposeRole::Prometheus,
        "grafana" | "grafana-oss" | "grafana-enterprise" => ComposeRole::Grafana,
        "alloy" | "grafana-alloy" => ComposeRole::Alloy,
        "loki" | "grafana-loki" => ComposeRole::Loki,
        "mimir" | "grafana-mimir" | "victoria-metrics" | "thanos" | "cortex" => ComposeRole::Metrics,
        _ if last.starts_with("opentelemetry-collector") || last.starts_with("otelcol") => ComposeRole::Collector,
        _ => ComposeRole::Other,
    }
}

/// The role that a configuration file tells.
pub(super) fn detect_role_by_config(tree: &Value) -> ComposeRole {
    let has = |key: &str| tree.get(key).is_some_and(|value| !value.is_null());
    // Promtail has jobs of the same name, and says where it sends lines.
    if has("scrape_configs") && !has("clients") && !has("positions") {
        ComposeRole::Prometheus
    } else if tree.pointer("/storage/trace").is_some() || tree.pointer("/distributor/receivers").is_some() {
        ComposeRole::Tempo
    } else if tree.pointer("/service/pipelines").is_some() {
        ComposeRole::Collector
    } else {
        ComposeRole::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_tell() {
        let cases = [
            (r#"{"scrape_configs":[]}"#, ComposeRole::Prometheus),
            (
                r#"{"positions":{},"clients":[],"scrape_configs":[]}"#,
                ComposeRole::Other,
            ),
            (r#"{"storage":{"trace":{}}}"#, ComposeRole::Tempo),
            (r#"{"service":{"pipelines":{}}}"#, ComposeRole::Collector),
        ];
        for (text, role) in cases {
            let tree = serde_json::from_str(text).unwrap();
            assert_eq!(detect_role_by_config(&tree), role, "{text}");
        }
    }

    #[test]
    fn images_tell() {
        let cases = [
            ("grafana/tempo:latest", ComposeRole::Tempo),
            ("grafana/tempo-vulture:latest", ComposeRole::Other),
            ("registry:5000/mirror/grafana/tempo@sha256:0", ComposeRole::Tempo),
            ("prom/prometheus", ComposeRole::Prometheus),
            ("prom/node-exporter", ComposeRole::Other),
            ("grafana/grafana-oss:12.4.0", ComposeRole::Grafana),
            ("otel/opentelemetry-collector-contrib:0.161.0", ComposeRole::Collector),
            ("tempoctl:0.1.0", ComposeRole::Other),
        ];
        for (image, role) in cases {
            assert_eq!(detect_role_by_image(image), role, "{image}");
        }
    }
}
