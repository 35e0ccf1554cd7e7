//! The values of the two charts for Tempo, `tempo` and `tempo-distributed`: what they switch on, and the parts that go into
//! Tempo's configuration as they are. Chart versions: grafana/helm-charts tempo 1.10 to 1.24, tempo-distributed 1.9 to 1.61.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::model::compose::{
    ClusterPlace, ComposeProject, ComposeRole, FileLocation, HelmChart, HelmValues, HostPathInfo, LocatedValue,
    MountedConfig,
};
use crate::parse::kept::keep_project;
use crate::parse::spanned_yaml::{YamlEntry, YamlNode, YamlValue};

use super::load::build_tree;
use super::{LoadResult, ProjectFiles};

/// The address that the chart `tempo` writes to unless another is given: it stands in every copy of its values.
const DEFAULT_URL: &str = "http://prometheus.monitoring:9090/api/v1/write";

/// The values of a chart in a file, those of a chart that depends on it under its name.
pub fn find_values(root: &YamlNode) -> Option<(HelmChart, &YamlNode, String)> {
    let found = detect_chart(root).map(|chart| (chart, root, String::new()));
    found.or_else(|| {
        root.entries().iter().find_map(|entry| {
            let chart = match entry.key.as_str() {
                "tempo-distributed" => HelmChart::TempoDistributed,
                _ => detect_chart(&entry.node)?,
            };
            Some((chart, &entry.node, format!("{}.", entry.key)))
        })
    })
}

fn detect_chart(node: &YamlNode) -> Option<HelmChart> {
    const SINGLE: [&str; 9] = [
        "global_overrides",
        "metricsGenerator",
        "multitenancyEnabled",
        "overrides",
        "per_tenant_overrides",
        "queryFrontend",
        "receivers",
        "retention",
        "storage",
    ];
    let traces = node.get("traces").map(YamlNode::entries).unwrap_or_default();
    let has_receivers = traces.iter().any(|entry| {
        matches!(
            entry.key.as_str(),
            "otlp" | "jaeger" | "zipkin" | "opencensus" | "kafka"
        )
    });
    let is_distributed = has_receivers
        || node.at(&["tempo", "structuredConfig"]).is_some()
        || node.get("metricsGenerator").is_some()
            && node.get("tempo").is_none_or(|tempo| !is_single(tempo, &SINGLE))
            && ["distributor", "ingester", "querier", "storage", "gateway"]
                .iter()
                .any(|key| node.get(key).is_some());
    if is_distributed {
        return Some(HelmChart::TempoDistributed);
    }
    let is_chart = node.get("tempo").is_some_and(|tempo| is_single(tempo, &SINGLE));
    is_chart.then_some(HelmChart::Tempo)
}

fn is_single(tempo: &YamlNode, keys: &[&str]) -> bool {
    keys.iter().any(|key| tempo.get(key).is_some())
}

/// What a later values file lays over an earlier one: maps are merged, everything else is replaced.
fn lay_over(under: &mut YamlNode, over: &YamlNode) {
    let (YamlValue::Map(entries), YamlValue::Map(more)) = (&mut under.value, &over.value) else {
        *under = over.clone();
        return;
    };
    for entry in more {
        match entries.iter_mut().find(|own| own.key == entry.key) {
            Some(own) => {
                lay_over(&mut own.node, &entry.node);
                own.line = entry.line;
            }
            None => entries.push(entry.clone()),
        }
    }
}

/// The project that values describe. Several files of one chart are laid over each other in their order.
pub fn load_values(files: &[(String, YamlNode)], tempo_version: Option<&str>) -> LoadResult {
    let mut charts: Vec<(HelmChart, YamlNode, String)> = Vec::new();
    let first = files.iter().find_map(|(_, root)| find_values(root));
    for (_, root) in files {
        // A file with few keys does not say whose they are: they are those of the others.
        let beside = || {
            let (chart, _, prefix) = first.clone()?;
            let node = match prefix.strip_suffix('.') {
                Some(key) => root.get(key)?,
                None => root,
            };
            Some((chart, node, prefix))
        };
        let Some((chart, node, prefix)) = find_values(root).or_else(beside) else {
            continue;
        };
        match charts.iter_mut().find(|(own, ..)| *own == chart) {
            Some((_, under, _)) => lay_over(under, node),
            None => charts.push((chart, node.clone(), prefix)),
        }
    }
    let names: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let mut project = ComposeProject {
        files: names.clone(),
        ..ComposeProject::default()
    };
    for (chart, node, prefix) in &charts {
        let reader = ValuesReader {
            names: &names,
            chart: *chart,
            prefix,
            node,
        };
        project.helm_values.push(reader.read());
        let mut tempo = build_tree(&reader.describe_service(tempo_version), names.clone(), &NoFiles)?;
        for service in &mut tempo.services {
            service.role = ComposeRole::Tempo;
            // What its parts do is judged by the values themselves.
            service.words = vec![LocatedValue {
                value: "-target=values".to_owned(),
                at: service.at.clone(),
            }];
            service.configs.extend(reader.read_configuration());
            service.cluster = Some(ClusterPlace {
                is_shared: true,
                ..ClusterPlace::default()
            });
        }
        project.services.append(&mut tempo.services);
    }
    keep_project(&mut project);
    Ok(project)
}

/// Values name no files.
struct NoFiles;

impl ProjectFiles for NoFiles {
    fn read(&self, _: &Path) -> Result<String, String> {
        Err("no such file".to_owned())
    }

    fn list(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    fn stat(&self, _: &Path) -> Option<HostPathInfo> {
        None
    }
}

struct ValuesReader<'a> {
    names: &'a [String],
    chart: HelmChart,
    prefix: &'a str,
    node: &'a YamlNode,
}

impl ValuesReader<'_> {
    fn locate(&self, file: usize, line: u32) -> FileLocation {
        FileLocation {
            file: self.names.get(file).cloned().unwrap_or_default(),
            line,
        }
    }

    /// The entry at a path of keys.
    fn find(&self, path: &[&str]) -> Option<&YamlEntry> {
        let (last, above) = path.split_last()?;
        let entries = self.node.at(above)?.entries();
        entries.iter().find(|entry| entry.key == *last)
    }

    /// A key that is set, by its name in the file.
    fn find_set(&self, path: &[&str]) -> Option<LocatedValue<String>> {
        let entry = self.find(path).filter(|entry| !is_empty(&entry.node))?;
        Some(LocatedValue {
            value: format!("{}{}", self.prefix, path.join(".")),
            at: self.locate(entry.node.file, entry.line),
        })
    }

    fn read_switch(&self, path: &[&str]) -> Option<LocatedValue<bool>> {
        let entry = self.find(path)?;
        Some(LocatedValue {
            value: entry.node.text().as_deref() == Some("true"),
            at: self.locate(entry.node.file, entry.line),
        })
    }

    /// A configuration that uses no values. The chart's own template stands in many copies of its values.
    fn is_replaced(&self) -> bool {
        let config = self.find(&["config"]).and_then(|entry| entry.node.text());
        config.is_some_and(|text| !text.is_empty() && !text.contains("{{"))
    }

    /// The chart `tempo` before 1.18.3 lists the processors by itself: its values have other names for the overrides.
    fn lists_processors(&self) -> bool {
        let config = self.find(&["config"]).and_then(|entry| entry.node.text());
        let own = config.is_some_and(|text| text.contains("metrics_generator_processors:\n"));
        own || self.chart == HelmChart::Tempo && self.find(&["tempo", "global_overrides"]).is_some()
    }

    fn overrides(&self) -> [Vec<&'static str>; 2] {
        match self.chart {
            HelmChart::Tempo => [vec!["tempo", "overrides"], vec!["tempo", "global_overrides"]],
            HelmChart::TempoDistributed => [vec!["overrides"], vec!["global_overrides"]],
        }
    }

    fn read(&self) -> HelmValues {
        let is_single = self.chart == HelmChart::Tempo;
        let generator: &[&str] = match is_single {
            true => &["tempo", "metricsGenerator"],
            false => &["metricsGenerator"],
        };
        let below = |more: &[&'static str]| [generator, more].concat();
        let writes = match is_single {
            true => [below(&["remoteWriteUrl"]), below(&["storage", "remote_write"])],
            false => [
                below(&["config", "storage", "remote_write"]),
                vec![
                    "tempo",
                    "structuredConfig",
                    "metrics_generator",
                    "storage",
                    "remote_write",
                ],
            ],
        };
        let mut lists: Vec<Vec<&str>> = Vec::new();
        for place in self.overrides() {
            lists.push([&place[..], &["defaults", "metrics_generator", "processors"]].concat());
            lists.push([&place[..], &["metrics_generator_processors"]].concat());
        }
        let structured = ["tempo", "structuredConfig", "overrides"];
        lists.push([&structured[..], &["defaults", "metrics_generator", "processors"]].concat());
        let processors = lists.iter().find_map(|path| {
            let entry = self.find(path)?;
            let names = entry.node.items().iter().filter_map(YamlNode::text).collect();
            Some(LocatedValue {
                value: names,
                at: self.locate(entry.node.file, entry.line),
            })
        });
        let tenants: [&[&str]; 4] = [
            &["per_tenant_overrides"],
            &["tempo", "per_tenant_overrides"],
            &["tempo", "structuredConfig", "overrides", "per_tenant_override_config"],
            &["useExternalConfig"],
        ];
        let (receivers, closed) = self.read_receivers();
        HelmValues {
            chart: self.chart,
            prefix: self.prefix.to_owned(),
            at: self.locate(self.node.file, self.node.line),
            // A configuration of its own replaces what the chart makes of the other values.
            is_replaced: self.is_replaced(),
            has_more_overrides: self.lists_processors() || tenants.iter().any(|path| self.find_set(path).is_some()),
            generator: self.read_switch(&below(&["enabled"])),
            remote_write: writes.iter().find_map(|path| {
                let is_default = self.find(path).and_then(|entry| entry.node.text()).as_deref() == Some(DEFAULT_URL);
                self.find_set(path).filter(|_| !is_default)
            }),
            processors,
            receivers,
            closed,
        }
    }

    /// The receivers that `tempo-distributed` opens, and those that are described and not switched on.
    fn read_receivers(&self) -> (Vec<String>, Vec<LocatedValue<String>>) {
        const PLACES: [&[&str]; 8] = [
            &["otlp", "grpc"],
            &["otlp", "http"],
            &["jaeger", "grpc"],
            &["jaeger", "thriftHttp"],
            &["jaeger", "thriftCompact"],
            &["jaeger", "thriftBinary"],
            &["zipkin"],
            &["opencensus"],
        ];
        let (mut open, mut closed) = (Vec::new(), Vec::new());
        for place in PLACES {
            let path = [&["traces"], place].concat();
            let Some(entry) = self.find(&path) else { continue };
            let switch = self.read_switch(&[&path[..], &["enabled"]].concat());
            match switch {
                Some(switch) if switch.value => open.push(place.join(".")),
                Some(switch) => closed.push(LocatedValue {
                    value: place.join("."),
                    at: switch.at,
                }),
                None => closed.push(LocatedValue {
                    value: place.join("."),
                    at: self.locate(entry.node.file, entry.line),
                }),
            }
        }
        let others: [&[&str]; 2] = [
            &["traces", "kafka"],
            &["tempo", "structuredConfig", "distributor", "receivers"],
        ];
        open.extend(
            others
                .iter()
                .filter(|path| self.find_set(path).is_some())
                .map(|path| path.join(".")),
        );
        (open, closed)
    }

    /// Tempo with the image that the values name.
    fn describe_service(&self, tempo_version: Option<&str>) -> YamlNode {
        let tags: [&[&str]; 3] = [&["tempo", "tag"], &["tempo", "image", "tag"], &["image", "tag"]];
        let tag = tags.iter().find_map(|path| self.find_set(path).and(self.find(path)));
        let text = |value: String| YamlNode {
            value: YamlValue::Text(value),
            ..YamlNode::null(self.node.line, self.node.file)
        };
        let entry = |key: &str, line: u32, node: YamlNode| YamlEntry {
            key: key.to_owned(),
            line,
            node,
        };
        let written = tag.and_then(|tag| Some((tag.node.text()?, tag.line, tag.node.file)));
        let image = match (tempo_version, written) {
            (Some(version), _) => Some(text(format!("grafana/tempo:{version}"))),
            (None, Some((tag, line, file))) => Some(YamlNode {
                line,
                file,
                ..text(format!("grafana/tempo:{tag}"))
            }),
            (None, None) => None,
        };
        let line = self.node.line;
        let mut service = Vec::new();
        match image {
            Some(image) => service.push(entry("image", image.line, image)),
            // Nobody knows the version.
            None => service.push(entry("build", line, text(".".to_owned()))),
        }
        let map = |entries: Vec<YamlEntry>| YamlNode {
            value: YamlValue::Map(entries),
            ..YamlNode::null(line, self.node.file)
        };
        let name = format!("{}values of {}", self.prefix, self.chart.name());
        let services = map(vec![entry(&name, line, map(service))]);
        map(vec![entry("services", line, services)])
    }

    /// What goes into Tempo's configuration as it is.
    fn read_configuration(&self) -> Option<MountedConfig> {
        let mut tree = YamlNode {
            value: YamlValue::Map(Vec::new()),
            ..self.node.clone()
        };
        if self.is_replaced() {
            return None;
        }
        match self.chart {
            HelmChart::TempoDistributed => {
                tree = self.node.at(&["tempo", "structuredConfig"])?.clone();
            }
            HelmChart::Tempo => {
                let passed = [
                    ("ingester", "ingester"),
                    ("overrides", "overrides"),
                    ("querier", "querier"),
                    ("queryFrontend", "query_frontend"),
                    ("server", "server"),
                    ("storage", "storage"),
                ];
                let mut entries: Vec<YamlEntry> = passed
                    .iter()
                    .filter_map(|(from, to)| {
                        let entry = self.find(&["tempo", from])?;
                        Some(YamlEntry {
                            key: (*to).to_owned(),
                            ..entry.clone()
                        })
                    })
                    .filter(|entry| entry.key != "overrides" || entry.node.get("defaults").is_some())
                    .collect();
                if let Some(receivers) = self.find(&["tempo", "receivers"]) {
                    let node = YamlNode {
                        value: YamlValue::Map(vec![receivers.clone()]),
                        ..receivers.node.clone()
                    };
                    entries.push(YamlEntry {
                        key: "distributor".to_owned(),
                        line: receivers.line,
                        node,
                    });
                }
                tree.value = YamlValue::Map(entries);
            }
        }
        let lines = tree.lines();
        Some(MountedConfig {
            file: self.names.get(self.node.file).cloned().unwrap_or_default(),
            target: "values".to_owned(),
            tree: tree.json(),
            lines,
            elsewhere: Default::default(),
            problem: None,
            unexpanded: Vec::new(),
        })
        .filter(|config| config.tree != Value::Object(serde_json::Map::new()))
    }
}

/// `{}`, `[]`, nothing, or an empty text.
fn is_empty(node: &YamlNode) -> bool {
    match &node.value {
        YamlValue::Map(entries) => entries.is_empty(),
        YamlValue::List(items) => items.is_empty(),
        YamlValue::Text(text) => text.is_empty(),
        YamlValue::Null => true,
        YamlValue::Bool(on) => !on,
        YamlValue::Number(_) => false,
    }
}
