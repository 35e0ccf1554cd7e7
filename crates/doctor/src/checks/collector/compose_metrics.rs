//! In the Compose files, the metrics that a collector makes from spans reach Prometheus as Grafana reads them.

use serde_json::Value;

use crate::checks::Check;
use crate::checks::compose::collector_service::{
    self, escape_key, list_collectors, list_components, list_pipelines, parse_component_type,
};
use crate::checks::compose::{self, ResolvedHost, build_setting_evidence, resolve_address};
use crate::checks::grafana::compose_url::list_provisioned_data_sources;
use crate::checks::prometheus::compose_receiver::list_features;
use telemetry::model::compose::{CommandSource, ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::parse::authority::Authority;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "collector.compose-metrics",
    title: "in the Compose files, the metrics that a collector makes from spans reach Prometheus",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for (service, config) in list_collectors(project) {
        for connector in list_span_connectors(service, config) {
            for route in list_metric_routes(service, config, &connector.key) {
                let way = MetricWay {
                    project,
                    service,
                    config,
                    connector: &connector,
                    route: &route,
                };
                found.extend(way.find_dropped_deltas());
                found.extend(way.find_hidden_exemplars());
                found.extend(way.find_renamed_graph());
            }
            seen.push(connector.key);
        }
    }
    match CheckOutcome::of_findings(found) {
        Some(outcome) => outcome,
        None if seen.is_empty() => CheckOutcome::not_applicable("no collector of these files makes metrics from spans"),
        None => CheckOutcome::pass(format!("metrics from spans: {}", seen.join(", "))),
    }
}

/// A connector that makes metrics from spans.
struct SpanConnector {
    /// `spanmetrics/red`, or the whole name in Alloy.
    key: String,
    /// Its pointer.
    base: String,
    /// `spanmetrics` or `servicegraph`.
    kind: String,
}

fn list_span_connectors(service: &ComposeService, config: &MountedConfig) -> Vec<SpanConnector> {
    let is_alloy = service.role == ComposeRole::Alloy;
    let names = if is_alloy {
        let all = config.tree.as_object().into_iter().flatten();
        all.map(|(key, _)| key.clone()).collect()
    } else {
        list_components(config, "connectors")
    };
    let parse = |key: String| {
        let (kind, base) = if is_alloy {
            let kind = key.strip_prefix("otelcol.connector.")?.split('.').next()?;
            (kind, format!("/{}", escape_key(&key)))
        } else {
            (parse_component_type(&key), format!("/connectors/{}", escape_key(&key)))
        };
        // Both spellings are one component (open-telemetry/opentelemetry-collector-contrib v0.161.0: its deprecated aliases).
        let kind = kind.replace('_', "");
        matches!(kind.as_str(), "spanmetrics" | "servicegraph").then_some(SpanConnector { key, base, kind })
    };
    names.into_iter().filter_map(parse).collect()
}

/// An exporter that the metrics of a connector come to, and the processors on the way.
struct MetricRoute {
    exporter: String,
    processors: Vec<String>,
}

fn list_metric_routes(service: &ComposeService, config: &MountedConfig, connector: &str) -> Vec<MetricRoute> {
    let mut routes = Vec::new();
    let mut open = vec![(connector.to_owned(), Vec::new())];
    let mut seen: Vec<String> = Vec::new();
    while let Some((from, processors)) = open.pop() {
        if seen.contains(&from) {
            continue;
        }
        for (to, passed) in list_next_components(service, config, &from) {
            let processors: Vec<String> = processors.iter().cloned().chain(passed).collect();
            let is_exporter = if service.role == ComposeRole::Alloy {
                to.starts_with("otelcol.exporter.")
            } else {
                list_components(config, "exporters").contains(&to)
            };
            if is_exporter {
                routes.push(MetricRoute {
                    exporter: to,
                    processors,
                });
            } else {
                open.push((to, processors));
            }
        }
        seen.push(from);
    }
    routes
}

/// Where metrics go from a component, each with the processors in between.
fn list_next_components(service: &ComposeService, config: &MountedConfig, from: &str) -> Vec<(String, Vec<String>)> {
    if service.role == ComposeRole::Alloy {
        let outputs = config.at(&format!("/{}/output/metrics", escape_key(from)));
        let names = outputs.and_then(Value::as_array).into_iter().flatten();
        let own = from.starts_with("otelcol.processor.").then(|| from.to_owned());
        return names
            .filter_map(|name| name.as_str()?.strip_suffix(".input"))
            .map(|name| (name.to_owned(), own.iter().cloned().collect()))
            .collect();
    }
    let fed = list_pipelines(config).into_iter().filter(|one| {
        parse_component_type(&one.name) == "metrics" && one.receivers.iter().any(|receiver| receiver == from)
    });
    fed.flat_map(|one| {
        let processors = one.processors;
        one.exporters.into_iter().map(move |name| (name, processors.clone()))
    })
    .collect()
}

/// One connector, one exporter, and what lies between.
struct MetricWay<'a> {
    project: &'a ComposeProject,
    service: &'a ComposeService,
    config: &'a MountedConfig,
    connector: &'a SpanConnector,
    route: &'a MetricRoute,
}

impl MetricWay<'_> {
    fn exporter_pointer(&self, key: &str) -> String {
        let name = escape_key(&self.route.exporter);
        if self.service.role == ComposeRole::Alloy {
            format!("/{name}/{key}")
        } else {
            format!("/exporters/{name}/{key}")
        }
    }

    /// `prometheus` of an exporter, whatever its spelling.
    fn exporter_type(&self) -> String {
        let name = &self.route.exporter;
        let kind = match name.strip_prefix("otelcol.exporter.") {
            Some(rest) => rest.split('.').next().unwrap_or(rest),
            None => parse_component_type(name),
        };
        kind.replace('_', "")
    }

    /// Remote write has no deltas, and exporters drop what they cannot translate without a word; those that are scraped add
    /// them up (open-telemetry/opentelemetry-collector-contrib v0.161.0: pkg/translator/prometheusremotewrite,
    /// exporter/prometheusexporter/accumulator.go; grafana/alloy v1.18.1:
    /// internal/component/otelcol/exporter/prometheus/internal/convert/convert.go).
    fn find_dropped_deltas(&self) -> Option<Finding> {
        const CHANGING: [&str; 3] = ["deltatocumulative", "deltatorate", "transform"];
        let setting = format!("{}/aggregation_temporality", self.connector.base);
        let is_delta = self.config.text(&setting).is_some_and(|text| text.ends_with("DELTA"));
        let is_changed = self.route.processors.iter().any(|name| {
            let kind = name.strip_prefix("otelcol.processor.").unwrap_or(name);
            let kind = kind.split(['/', '.']).next().unwrap_or(kind).replace('_', "");
            CHANGING.contains(&kind.as_str())
        });
        if !is_delta || is_changed || !self.needs_cumulative() {
            return None;
        }
        let cumulative = match self.service.role {
            ComposeRole::Alloy => "\"CUMULATIVE\"",
            _ => "AGGREGATION_TEMPORALITY_CUMULATIVE",
        };
        let place = self.find_endpoint().map(|(pointer, _)| pointer);
        Some(
            Finding::degraded(
                "collector-delta-temporality",
                format!(
                    "the collector {} makes its span metrics as deltas, which {} cannot deliver to Prometheus",
                    self.service.name, self.route.exporter
                ),
            )
            .with_evidence_lines([build_setting_evidence(self.config, &setting)])
            .with_evidence_lines(place.map(|pointer| build_setting_evidence(self.config, &pointer)))
            .with_remedy(format!(
                "make the span metrics cumulative in {}:",
                self.config.location(&setting).file
            ))
            .with_config(collector_service::render_settings(
                self.service,
                &[(setting, cumulative.to_owned())],
            )),
        )
    }

    /// Where the exporter sends, and the pointer to it.
    fn find_endpoint(&self) -> Option<(String, &str)> {
        let keys: &[&str] = match (self.service.role, self.exporter_type().as_str()) {
            (ComposeRole::Alloy, "otlphttp") => &["client/endpoint"],
            (ComposeRole::Alloy, _) => &[],
            (_, "otlphttp") => &["metrics_endpoint", "endpoint"],
            _ => &["endpoint"],
        };
        keys.iter().find_map(|key| {
            let pointer = self.exporter_pointer(key);
            let text = self.config.text(&pointer)?;
            Some((pointer, text))
        })
    }

    fn needs_cumulative(&self) -> bool {
        match self.exporter_type().as_str() {
            "prometheusremotewrite" => true,
            "prometheus" => self.service.role == ComposeRole::Alloy,
            "otlphttp" => self.leads_to_strict_prometheus(),
            _ => false,
        }
    }

    /// The OTLP receiver of a Prometheus that neither converts nor stores deltas (prometheus/prometheus v3.5.0:
    /// docs/feature_flags.md).
    fn leads_to_strict_prometheus(&self) -> bool {
        const ACCEPTING: [&str; 2] = ["otlp-deltatocumulative", "otlp-native-delta-ingestion"];
        let Some((_, endpoint)) = self.find_endpoint() else {
            return false;
        };
        let Authority { host, port } = Authority::parse(endpoint);
        match resolve_address(self.project, self.service, &host, port).0 {
            ResolvedHost::Service(other) if other.role == ComposeRole::Prometheus => {
                other.command_source != CommandSource::Hidden
                    && !list_features(other)
                        .iter()
                        .any(|name| ACCEPTING.contains(&name.as_str()))
            }
            _ => false,
        }
    }

    /// Exemplars exist in OpenMetrics only, which the exporter serves where it is told to
    /// (open-telemetry/opentelemetry-collector-contrib v0.161.0: exporter/prometheusexporter/prometheus.go).
    fn find_hidden_exemplars(&self) -> Option<Finding> {
        let made = format!("{}/exemplars/enabled", self.connector.base);
        let switch = self.exporter_pointer("enable_open_metrics");
        let is_on = |pointer: &str| self.config.at(pointer) == Some(&Value::Bool(true));
        let is_scraped = self.exporter_type() == "prometheus" && self.service.role != ComposeRole::Alloy;
        // A variable may be any switch.
        if !is_scraped || !is_on(&made) || is_on(&switch) || self.config.text(&switch).is_some() {
            return None;
        }
        Some(
            Finding::degraded(
                "collector-exemplars-hidden",
                format!(
                    "the collector {} makes exemplars, but its exporter {} does not expose them: it serves no OpenMetrics",
                    self.service.name, self.route.exporter
                ),
            )
            .with_evidence_lines([
                build_setting_evidence(self.config, &made),
                build_setting_evidence(self.config, &switch),
            ])
            .with_remedy(format!(
                "enable OpenMetrics in {}:",
                self.config.location(&switch).file
            ))
            .with_config(collector_service::render_settings(
                self.service,
                &[(switch, "true".to_owned())],
            )),
        )
    }

    /// Grafana's service graph queries fixed names.
    fn find_renamed_graph(&self) -> Option<Finding> {
        let is_named_here = self.service.role != ComposeRole::Alloy && self.exporter_type().starts_with("prometheus");
        if self.connector.kind != "servicegraph" || !is_named_here {
            return None;
        }
        let setting = self.exporter_pointer("namespace");
        let prefix = self.config.text(&setting).filter(|text| !text.is_empty())?;
        let sources = list_provisioned_data_sources(self.project);
        let (source, map) = sources.iter().find_map(|one| {
            let pointer = format!("{}/jsonData/serviceMap/datasourceUid", one.at);
            (one.kind() == "tempo" && one.config.text(&pointer).is_some()).then_some((one, pointer))
        })?;
        Some(
            Finding::degraded(
                "sg-from-collector-names",
                format!(
                    "the exporter {} writes the service graph as {prefix}_traces_service_graph_…, but Grafana queries traces_service_graph_…",
                    self.route.exporter
                ),
            )
            .with_evidence_lines([
                build_setting_evidence(self.config, &setting),
                build_setting_evidence(source.config, &map),
            ])
            .with_remedy(format!(
                "put nothing in front of the names in {}:",
                self.config.location(&setting).file
            ))
            .with_config(collector_service::render_settings(
                self.service,
                &[(setting, "\"\"".to_owned())],
            )),
        )
    }
}
