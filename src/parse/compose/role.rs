//! What a service is: by its image, else by the configuration file that it reads.

use serde_json::Value;

use crate::model::compose::Role;

/// The role that an image tells.
pub(super) fn of_image(image: &str) -> Role {
    let name = image.split('@').next().unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    let last = last.split(':').next().unwrap_or_default();
    match last {
        "tempo" | "grafana-tempo" => Role::Tempo,
        "prometheus" => Role::Prometheus,
        "grafana" | "grafana-oss" | "grafana-enterprise" => Role::Grafana,
        "alloy" | "grafana-alloy" => Role::Alloy,
        "loki" | "grafana-loki" => Role::Loki,
        "mimir" | "grafana-mimir" | "victoria-metrics" | "thanos" | "cortex" => Role::Metrics,
        _ if last.starts_with("opentelemetry-collector") || last.starts_with("otelcol") => Role::Collector,
        _ => Role::Other,
    }
}

/// The role that a configuration file tells.
pub(super) fn of_config(tree: &Value) -> Role {
    let has = |key: &str| tree.get(key).is_some_and(|value| !value.is_null());
    if has("scrape_configs") {
        Role::Prometheus
    } else if tree.pointer("/storage/trace").is_some() || tree.pointer("/distributor/receivers").is_some() {
        Role::Tempo
    } else if tree.pointer("/service/pipelines").is_some() {
        Role::Collector
    } else {
        Role::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_tell() {
        let cases = [
            ("grafana/tempo:latest", Role::Tempo),
            ("grafana/tempo-vulture:latest", Role::Other),
            ("registry:5000/mirror/grafana/tempo@sha256:0", Role::Tempo),
            ("prom/prometheus", Role::Prometheus),
            ("prom/node-exporter", Role::Other),
            ("grafana/grafana-oss:12.4.0", Role::Grafana),
            ("otel/opentelemetry-collector-contrib:0.161.0", Role::Collector),
            ("tempoctl:0.1.0", Role::Other),
        ];
        for (image, role) in cases {
            assert_eq!(of_image(image), role, "{image}");
        }
    }
}
