//! A Compose project as its files describe it: services, ports, mounts, and the configuration files that servers read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::app_env::AppRuntime;
use super::{EvidenceLine, judged};

/// A line of a file, as a person opens it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileLocation {
    /// The path as it was given, or found from what was given.
    pub file: String,
    /// From 1; 0 where the whole file is meant.
    pub line: u32,
}

impl std::fmt::Display for FileLocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line == 0 {
            f.write_str(&self.file)
        } else {
            write!(f, "{}:{}", self.file, self.line)
        }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocatedValue<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub at: FileLocation,
}

/// The project: every file merged, variables put in, profiles chosen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ComposeProject {
    /// The files that were read, the first given first.
    pub files: Vec<String>,
    /// Services that `up` starts; those behind a profile that is not chosen are left out.
    pub services: Vec<ComposeService>,
    /// Names of services behind profiles that are not chosen.
    pub behind_profiles: Vec<String>,
    /// Volumes declared at the top, by name.
    pub volumes: Vec<String>,
    /// Those of them that others own, or that a driver of its own makes.
    pub external_volumes: Vec<String>,
    /// Networks that the project joins and does not own: names may answer there that no service here has.
    pub external_networks: Vec<String>,
    /// Networks that containers of other projects are meant to join: external, attachable, or with a name of their own.
    pub shared_networks: Vec<String>,
    /// What was left out or could not be read, and what it means.
    pub notes: Vec<String>,
    /// Why Compose refuses the project, so that nothing of it starts.
    pub refusals: Vec<LocatedValue<String>>,
    /// Services of Kubernetes, by which workloads are found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cluster_services: Vec<ClusterService>,
    /// Values of the charts for Tempo.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub helm_values: Vec<HelmValues>,
    /// Metrics that dashboards ask for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dashboard_metrics: Vec<AskedMetric>,
    /// The version of Tempo that was given with the files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_version: Option<(u32, u32)>,
}

/// A metric in the queries of a dashboard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedMetric {
    /// `traces_spanmetrics_calls_total`
    pub name: String,
    /// A query that names it names others behind `or`.
    pub has_alternative: bool,
    /// Where it is named first.
    pub at: FileLocation,
}

/// A chart that installs Tempo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HelmChart {
    /// One process.
    Tempo,
    /// A process for each part.
    TempoDistributed,
}

impl HelmChart {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            HelmChart::Tempo => "tempo",
            HelmChart::TempoDistributed => "tempo-distributed",
        }
    }
}

/// What the values of a chart switch on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelmValues {
    /// Whose.
    pub chart: HelmChart,
    /// `tempo-distributed.` where they are those of a chart that another one depends on.
    pub prefix: String,
    /// Where they begin.
    pub at: FileLocation,
    /// A whole configuration is given, which the other values change nothing of.
    pub is_replaced: bool,
    /// Overrides by tenant may say more.
    pub has_more_overrides: bool,
    /// `metricsGenerator.enabled`
    pub generator: Option<LocatedValue<bool>>,
    /// The key that says where metrics are written.
    pub remote_write: Option<LocatedValue<String>>,
    /// Processors that the defaults of the overrides list.
    pub processors: Option<LocatedValue<Vec<String>>>,
    /// Receivers of `tempo-distributed` that are on: `otlp.grpc`.
    pub receivers: Vec<String>,
    /// Those that are named and off.
    pub closed: Vec<LocatedValue<String>>,
}

impl HelmValues {
    /// A key of the values as evidence; without a place, the file.
    pub fn build_evidence(&self, at: Option<&FileLocation>, key: &str, value: &str) -> EvidenceLine {
        let file = || FileLocation {
            file: self.at.file.clone(),
            line: 0,
        };
        let at = at.cloned().unwrap_or_else(file);
        EvidenceLine::new(at.to_string(), format!("{}{key}", self.prefix), value)
    }

    /// A key with its value, as YAML from the root of the file.
    pub fn render(&self, key: &str, value: &str) -> String {
        self.render_all(&[(key, value)])
    }

    /// Keys with their values, those that share a path beside each other.
    pub fn render_all(&self, keys: &[(&str, &str)]) -> String {
        let mut lines = Vec::new();
        let mut open: Vec<String> = Vec::new();
        for (key, value) in keys {
            let parts: Vec<String> = format!("{}{key}", self.prefix).split('.').map(str::to_owned).collect();
            let shared = open.iter().zip(&parts).take_while(|(one, other)| one == other).count();
            for (depth, part) in parts.iter().enumerate().skip(shared) {
                let value = if depth + 1 == parts.len() {
                    format!(" {value}")
                } else {
                    String::new()
                };
                lines.push(format!("{}{part}:{value}", "  ".repeat(depth)));
            }
            open = parts;
        }
        lines.join("\n")
    }
}

/// Where a container of Kubernetes runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterPlace {
    /// None where whoever applies the manifest says it.
    pub namespace: Option<String>,
    /// Its name in the pod.
    pub container: String,
    /// The labels of its pod: `app=tempo`.
    pub labels: String,
    /// Others are behind its localhost: containers of the same pod, or the node.
    pub is_shared: bool,
}

/// A Service of Kubernetes and what it leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterService {
    /// Its name in DNS.
    pub name: String,
    /// None where whoever applies the manifest says it.
    pub namespace: Option<String>,
    /// Where it is defined.
    pub at: FileLocation,
    /// Its name leads to the pods themselves, on any port.
    pub headless: bool,
    /// `app=tempo`; without one, somebody else says where it leads.
    pub selector: String,
    /// Several of that name are defined.
    pub is_ambiguous: bool,
    /// The services of the project that it selects.
    pub workloads: Vec<String>,
    /// What it lists.
    pub ports: Vec<ClusterPort>,
}

/// A port of a Service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterPort {
    /// `otlp-grpc`
    pub name: Option<String>,
    /// The port that clients use.
    pub port: u16,
    /// A number, or the name of a port of the container.
    pub target: String,
    /// The service of the project behind it and the port inside, where exactly one may be meant.
    pub leads_to: Option<(String, u16)>,
    /// No pod that is selected has a port of that name.
    pub is_dead: bool,
    /// Where it is listed.
    pub at: FileLocation,
}

/// What a service is, by its image, its command or the file it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComposeRole {
    /// Grafana Tempo.
    Tempo,
    /// Prometheus.
    Prometheus,
    /// Grafana.
    Grafana,
    /// An OpenTelemetry Collector.
    Collector,
    /// Grafana Alloy.
    Alloy,
    /// Grafana Loki.
    Loki,
    /// Mimir, VictoriaMetrics, Thanos: takes remote write without a flag.
    Metrics,
    /// Everything else; applications among it.
    Other,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComposeService {
    /// Its key.
    pub name: String,
    /// Where the key stands.
    pub at: FileLocation,
    /// What it is.
    pub role: ComposeRole,
    /// `grafana/tempo:3.0.3`
    pub image: Option<LocatedValue<String>>,
    /// True where the image is built here, whatever it is called.
    #[serde(default)]
    pub built: bool,
    /// The image that its Dockerfile takes the server from, where that can be read.
    #[serde(default)]
    pub base_image: Option<LocatedValue<String>>,
    /// Entrypoint and command, word by word, without what no judgement reads; of a script, its words.
    pub words: Vec<LocatedValue<String>>,
    /// Where the words come from.
    #[serde(default)]
    pub command_source: CommandSource,
    /// The program that runs in the place of the image's server: it prepares something, and ends.
    #[serde(default)]
    pub program: Option<LocatedValue<String>>,
    /// In which language it runs, and under which agent, where that shows.
    #[serde(default)]
    pub runtime: Option<AppRuntime>,
    /// The environment, without values that no judgement reads. `None`: taken over from the shell.
    pub environment: BTreeMap<String, LocatedValue<Option<String>>>,
    /// True where the file has the environment as a list of `NAME=value`.
    #[serde(default)]
    pub environment_is_list: bool,
    /// Published ports.
    pub ports: Vec<ComposePort>,
    /// Volumes, binds and mounted configs.
    pub mounts: Vec<ComposeMount>,
    /// Service → condition.
    pub depends_on: BTreeMap<String, LocatedValue<String>>,
    /// The words of the health check: `CMD`, `CMD-SHELL` or `NONE` first.
    pub healthcheck: Option<LocatedValue<Vec<String>>>,
    /// Networks it is in; `default` where none is named.
    pub networks: Vec<String>,
    /// Other names under which it is found: container name, aliases.
    pub aliases: Vec<String>,
    /// Names that `extra_hosts` and `links` add.
    pub hosts: Vec<String>,
    /// `host`, `service:NAME`, `none`.
    pub network_mode: Option<LocatedValue<String>>,
    /// `user:`
    pub user: Option<LocatedValue<String>>,
    /// Receivers of traces that its variables and arguments name.
    #[serde(default)]
    pub addresses: Vec<NamedAddress>,
    /// The configuration that it reads; several for Grafana's data sources.
    pub configs: Vec<MountedConfig>,
    /// The configuration file that its command names, where no mount brings it.
    pub missing_config: Option<LocatedValue<String>>,
    /// Tempo's own metrics that its dashboards or rules ask for.
    #[serde(default)]
    pub asked_metrics: Vec<LocatedValue<String>>,
    /// Its pod, where it is a container of Kubernetes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<ClusterPlace>,
}

/// How much of a command line the files show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandSource {
    /// All of it, as words.
    #[default]
    Listed,
    /// All of it, in a text or a file that a shell reads.
    Script,
    /// Not all: a flag that is not among the words may be given all the same.
    Hidden,
}

/// Another service that a variable or an argument names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedAddress {
    /// `environment.ENDPOINT`, `command`
    pub key: String,
    /// The service's name, or another name of it.
    pub host: String,
    /// The port behind it, where one is written.
    pub port: Option<u16>,
    /// Where it stands.
    pub at: FileLocation,
}

/// A published port: `host_ip:host:container/protocol`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposePort {
    /// The address of the host it is bound to, where one is given.
    pub host_ip: Option<String>,
    /// The port of the host; `None` where Docker picks one.
    pub host: Option<u16>,
    /// The port inside.
    pub container: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Where it stands.
    pub at: FileLocation,
}

/// How a mount is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MountKind {
    /// A path of the host.
    Bind,
    /// A volume of Docker's.
    Volume,
    /// In memory.
    Tmpfs,
    /// A config or secret of the project.
    Config,
}

/// Something mounted into a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeMount {
    /// How.
    pub kind: MountKind,
    /// A path of the host, or a volume's name; empty for an anonymous volume.
    pub source: String,
    /// The path inside.
    pub target: String,
    /// Where it stands.
    pub at: FileLocation,
    /// For a bind: what stands at the source.
    pub found: Option<HostPathInfo>,
    /// True for a path from the root of a machine: what is at it here says nothing of where the project runs.
    #[serde(default)]
    pub foreign: bool,
}

/// A path of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostPathInfo {
    /// A folder.
    pub folder: bool,
    /// Owner; `None` where the system has no such thing.
    pub uid: Option<u32>,
    /// Permission bits; `None` where the system has no such thing.
    pub mode: Option<u32>,
}

/// A configuration file that a service reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MountedConfig {
    /// The path of the host.
    pub file: String,
    /// The path inside.
    pub target: String,
    /// Its content, without what no judgement reads; `null` where it could not be read.
    pub tree: Value,
    /// The line of each key and list item, by JSON pointer.
    pub lines: BTreeMap<String, u32>,
    /// The file of each key that another one brought in, by JSON pointer: a collector lays several over each other.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub elsewhere: BTreeMap<String, String>,
    /// Why it could not be read, and the line.
    pub problem: Option<LocatedValue<String>>,
    /// Lines on which `${VAR}` stands that nothing replaces.
    pub unexpanded: Vec<LocatedValue<String>>,
}

impl MountedConfig {
    /// True where there is no file: the server runs with flags and its defaults.
    pub fn is_defaults(&self) -> bool {
        self.target.is_empty()
    }

    /// The value at a JSON pointer, which is one of [`judged::TEMPO`] or [`judged::FILES`].
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        let keys: Vec<String> = pointer
            .split('/')
            .skip(1)
            .map(|key| key.replace("~1", "/").replace("~0", "~"))
            .collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        debug_assert!(
            judged::is_read(judged::TEMPO, &keys) || judged::is_read(judged::FILES, &keys),
            "{pointer} is read and not declared"
        );
        self.tree.pointer(pointer)
    }

    /// The text at a JSON pointer.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.at(pointer)?.as_str()
    }

    /// Where a value stands; the nearest line above where it is not there.
    pub fn location(&self, pointer: &str) -> FileLocation {
        let mut path = pointer;
        let line = loop {
            if let Some(line) = self.lines.get(path) {
                break *line;
            }
            match path.rfind('/') {
                Some(at) => path = &path[..at],
                None => break 0,
            }
        };
        FileLocation {
            file: self.elsewhere.get(path).unwrap_or(&self.file).clone(),
            line,
        }
    }

    /// Lays a later configuration over this one: maps are merged, everything else is replaced
    /// (open-telemetry/opentelemetry-collector v0.150.0: confmap/README.md).
    pub fn lay_over(&mut self, over: MountedConfig) {
        self.problem = self.problem.take().or_else(|| over.problem.clone());
        let mut tree = std::mem::take(&mut self.tree);
        self.lay_value_over(&mut tree, &over.tree, &mut String::new(), &over);
        self.tree = tree;
    }

    fn lay_value_over(&mut self, under: &mut Value, value: &Value, pointer: &mut String, over: &MountedConfig) {
        match (under, value) {
            (under @ Value::Null, Value::Object(map)) if pointer.is_empty() => {
                *under = Value::Object(serde_json::Map::new());
                self.lay_value_over(under, &Value::Object(map.clone()), pointer, over);
            }
            (Value::Object(under), Value::Object(map)) => {
                for (key, value) in map {
                    let length = pointer.len();
                    pointer.push('/');
                    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    let known = under.contains_key(key);
                    let below = under.entry(key.clone()).or_insert(Value::Null);
                    if known && below.is_object() && value.is_object() {
                        self.lay_value_over(below, value, pointer, over);
                    } else {
                        *below = value.clone();
                        self.take_lines(pointer, over);
                    }
                    pointer.truncate(length);
                }
            }
            // A file that says nothing takes nothing away.
            _ => {}
        }
    }

    /// Takes over the lines of a key and of what is below it.
    fn take_lines(&mut self, pointer: &str, over: &MountedConfig) {
        let is_below = |other: &str| {
            other
                .strip_prefix(pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.lines.retain(|other, _| !is_below(other));
        self.elsewhere.retain(|other, _| !is_below(other));
        for (other, line) in over.lines.iter().filter(|(other, _)| is_below(other)) {
            self.lines.insert(other.clone(), *line);
            self.elsewhere.insert(other.clone(), over.location(other).file);
        }
    }
}

impl ComposeProject {
    /// The services that run a server of that role.
    pub fn services_with_role(&self, role: ComposeRole) -> impl Iterator<Item = &ComposeService> {
        let runs = move |service: &&ComposeService| service.role == role && service.program.is_none();
        self.services.iter().filter(runs)
    }

    /// Major and minor version of Tempo: what was given, else that of the first one here.
    pub fn tempo_version(&self) -> Option<(u32, u32)> {
        let own = || {
            self.services_with_role(ComposeRole::Tempo)
                .find_map(ComposeService::version)
        };
        self.given_version.or_else(own)
    }

    /// Adds what the values of charts describe.
    pub fn add_values(&mut self, values: ComposeProject) {
        self.services.extend(values.services);
        self.helm_values.extend(values.helm_values);
        self.files.extend(values.files);
    }

    /// Adds configuration files beside the manifests of a cluster: what is around them is unknown.
    pub fn add_files(&mut self, files: ComposeProject) {
        for mut service in files.services {
            service.cluster = Some(ClusterPlace {
                is_shared: true,
                ..ClusterPlace::default()
            });
            self.services.push(service);
        }
        self.notes.extend(files.notes);
    }

    /// The service of that name.
    pub fn service(&self, name: &str) -> Option<&ComposeService> {
        self.services.iter().find(|service| service.name == name)
    }
}

impl ComposeService {
    /// The configuration, where there is exactly one that could be read.
    pub fn config(&self) -> Option<&MountedConfig> {
        self.configs.first().filter(|config| config.problem.is_none())
    }

    /// The image that says which server runs, and its version; none where it is built in a way that cannot be read.
    pub fn server_image(&self) -> Option<&LocatedValue<String>> {
        if self.built {
            self.base_image.as_ref()
        } else {
            self.image.as_ref()
        }
    }

    /// Major and minor version of the server: of its tag, or today's where the tag moves. `None`: nobody knows.
    pub fn version(&self) -> Option<(u32, u32)> {
        match self.read_tag()? {
            ImageTag::Version(version) => Some(version),
            ImageTag::Moving => find_newest_version(self.role),
            ImageTag::Other => None,
        }
    }

    /// The version that is taken to run, where the image names none: `latest`, no tag, a digest.
    pub fn assumed_version(&self) -> Option<(u32, u32)> {
        self.version().filter(|_| self.read_tag() == Some(ImageTag::Moving))
    }

    fn read_tag(&self) -> Option<ImageTag> {
        let tag = parse_image_tag(&self.server_image()?.value);
        // The number of somebody's own image says nothing of Tempo unless Tempo has such a version.
        Some(match tag {
            ImageTag::Version((major, _)) if self.role == ComposeRole::Tempo && !(2..=3).contains(&major) => {
                let official = self.server_image()?.value.contains("grafana");
                if official { tag } else { ImageTag::Other }
            }
            tag => tag,
        })
    }

    /// The value of a command-line flag, given as `-name=value`, `--name=value` or `--name value`; a flag without a value
    /// is `true`. The last one counts.
    pub fn flag(&self, name: &str) -> Option<LocatedValue<String>> {
        self.flags(name).pop()
    }

    /// Every value of a flag that may be repeated.
    pub fn flags(&self, name: &str) -> Vec<LocatedValue<String>> {
        debug_assert!(
            judged::read_of(&judged::COMMAND_FLAGS, name).is_some(),
            "--{name} is read and not declared"
        );
        let mut all = Vec::new();
        for (index, word) in self.words.iter().enumerate() {
            let Some(rest) = word.value.strip_prefix("--").or_else(|| word.value.strip_prefix('-')) else {
                continue;
            };
            let value = match rest.split_once('=') {
                Some((flag, value)) if flag == name => value.to_owned(),
                None if rest == name => match self.words.get(index + 1) {
                    Some(next) if !next.value.starts_with('-') => next.value.clone(),
                    _ => "true".to_owned(),
                },
                _ => continue,
            };
            all.push(LocatedValue {
                value,
                at: word.at.clone(),
            });
        }
        all
    }

    /// The value of a switch: `-name`, `-name=true`.
    pub fn is_switched_on(&self, name: &str) -> bool {
        self.flag(name)
            .is_some_and(|flag| !matches!(flag.value.as_str(), "false" | "0"))
    }

    /// The published address of a port inside.
    pub fn published_port(&self, container: u16) -> Option<&ComposePort> {
        self.ports
            .iter()
            .find(|port| port.container == container && port.protocol != "udp")
    }

    /// True where the container shares the host's network.
    pub fn uses_host_network(&self) -> bool {
        self.network_mode.as_ref().is_some_and(|mode| mode.value == "host")
    }
}

/// What the tag of an image says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ImageTag {
    /// Major and minor.
    Version((u32, u32)),
    /// Whatever is newest when it is pulled.
    Moving,
    /// Something else.
    Other,
}

/// Major and minor of a version that somebody typed: `3.0.3`.
pub fn parse_version(text: &str) -> Option<(u32, u32)> {
    match parse_image_tag(&format!("tempo:{text}")) {
        ImageTag::Version(version) => Some(version),
        _ => None,
    }
}

/// `3.0.3` of `grafana/tempo:local-3.0.3`: the first part of the tag that is a version.
fn parse_image_tag(image: &str) -> ImageTag {
    const MOVING: [&str; 5] = ["latest", "main", "edge", "nightly", "stable"];
    let name = image.split('@').next().unwrap_or_default();
    let tag = name
        .rsplit_once(':')
        .map(|(_, tag)| tag)
        .filter(|tag| !tag.contains('/') && !tag.is_empty());
    let Some(tag) = tag else {
        return ImageTag::Moving;
    };
    let mut parts = tag.split(['-', '_']);
    let version = parts.clone().find_map(|part| {
        let mut numbers = part.trim_start_matches('v').split('.');
        let major = numbers.next()?.parse().ok()?;
        match numbers.next() {
            Some(minor) => Some((major, minor.parse().ok()?)),
            // A number alone may be anything, unless it is the whole tag.
            None => (part == tag).then_some((major, 0)),
        }
    });
    match version {
        Some(version) => ImageTag::Version(version),
        None if parts.next().is_some_and(|part| MOVING.contains(&part)) => ImageTag::Moving,
        None => ImageTag::Other,
    }
}

/// What `latest` is, at least: the newest release when this was written.
fn find_newest_version(role: ComposeRole) -> Option<(u32, u32)> {
    match role {
        ComposeRole::Tempo => Some((3, 0)),
        ComposeRole::Prometheus => Some((3, 9)),
        ComposeRole::Grafana => Some((13, 0)),
        ComposeRole::Collector => Some((0, 150)),
        ComposeRole::Alloy => Some((1, 18)),
        ComposeRole::Loki => Some((3, 7)),
        ComposeRole::Metrics | ComposeRole::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(image: &str, words: &[&str]) -> ComposeService {
        let spot = |text: &str| LocatedValue {
            value: text.to_owned(),
            at: FileLocation::default(),
        };
        ComposeService {
            name: "x".into(),
            at: FileLocation::default(),
            role: ComposeRole::Other,
            image: Some(spot(image)),
            built: false,
            base_image: None,
            words: words.iter().map(|word| spot(word)).collect(),
            command_source: CommandSource::Listed,
            program: None,
            environment: BTreeMap::new(),
            environment_is_list: false,
            ports: Vec::new(),
            mounts: Vec::new(),
            depends_on: BTreeMap::new(),
            healthcheck: None,
            networks: Vec::new(),
            aliases: Vec::new(),
            hosts: Vec::new(),
            network_mode: None,
            user: None,
            addresses: Vec::new(),
            configs: Vec::new(),
            missing_config: None,
            asked_metrics: Vec::new(),
            cluster: None,
            runtime: None,
        }
    }

    #[test]
    fn versions_are_read_off_tags() {
        let of = |image: &str, role| {
            let service = ComposeService {
                role,
                ..service(image, &[])
            };
            (service.version(), service.assumed_version().is_some())
        };
        let named = |major, minor| (Some((major, minor)), false);
        let assumed = |major, minor| (Some((major, minor)), true);
        let unknown = (None, false);
        let cases = [
            ("grafana/tempo:3.0.3", named(3, 0)),
            ("grafana/tempo:local-2.10.8", named(2, 10)),
            ("grafana/tempo:v1.5.0", named(1, 5)),
            ("grafana/tempo:2.6.1@sha256:12ab", named(2, 6)),
            ("registry:5000/mirror/tempo:2.6.1", named(2, 6)),
            ("x:2", named(2, 0)),
            ("localhost:5000/tempo", assumed(3, 0)),
            ("grafana/tempo@sha256:12ab", assumed(3, 0)),
            ("grafana/tempo:latest@sha256:12ab", assumed(3, 0)),
            ("grafana/tempo:latest-arm64", assumed(3, 0)),
            ("grafana/tempo:main-1a2b3c4", assumed(3, 0)),
            ("registry.example/obs/tempo:1.0.5", unknown),
            ("registry.example/obs/tempo:build-1754", unknown),
        ];
        for (image, expected) in cases {
            assert_eq!(of(image, ComposeRole::Tempo), expected, "{image}");
        }
        assert_eq!(of("prom/prometheus:v3.14.0", ComposeRole::Prometheus), named(3, 14));
        assert_eq!(of("shop", ComposeRole::Other), unknown);
    }

    #[test]
    fn the_tag_of_an_image_that_is_built_is_no_version() {
        let mut own = ComposeService {
            role: ComposeRole::Tempo,
            built: true,
            ..service("tempo:2.4.1", &[])
        };
        assert_eq!(own.version(), None);
        own.base_image = service("grafana/tempo:3.0.3", &[]).image;
        assert_eq!(own.version(), Some((3, 0)));
    }

    #[test]
    fn flags_are_read_in_every_spelling() {
        let words = [
            "-target=a",
            "--config",
            "b",
            "--web.enable-lifecycle",
            "--config.expand-env=false",
            "-target=c",
        ];
        let service = service("x", &words);
        let value = |name: &str| service.flag(name).map(|spot| spot.value);
        assert_eq!(value("target").as_deref(), Some("c"));
        assert_eq!(value("config").as_deref(), Some("b"));
        assert_eq!(value("web.enable-lifecycle").as_deref(), Some("true"));
        assert_eq!(value("config.file"), None);
        assert!(service.is_switched_on("web.enable-lifecycle"));
        assert!(!service.is_switched_on("config.expand-env") && !service.is_switched_on("web.enable-admin-api"));
    }
}
