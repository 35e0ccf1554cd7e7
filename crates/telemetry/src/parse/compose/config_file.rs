//! Which configuration a server reads: the file that its command names, followed through its mounts to the host.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::model::compose::{
    CommandSource, ComposeMount, ComposeRole, ComposeService, FileLocation, LocatedValue, MountKind, MountedConfig,
};
use crate::parse::alloy;
use crate::parse::spanned_yaml::{self, YamlEntry, YamlNode};

use super::load::ComposeReading;
use super::substitute::{ExpansionRoom, Variables, substitute_variables};
use super::{TextPlace, mounts, role};

/// Where a path inside a container leads.
enum ConfigOrigin {
    /// A file of the host.
    File(PathBuf),
    /// A config of the project with its text in the Compose file.
    Inline(YamlEntry),
    /// A path of another machine.
    Elsewhere(String),
    /// A volume, which cannot be read from here.
    Volume,
    /// Nothing is mounted there.
    Nothing,
}

/// Configurations that images bring along.
const IN_IMAGES: [&str; 4] = [
    "/etc/alloy/config.alloy",
    "/etc/prometheus/prometheus.yml",
    "/etc/otelcol/config.yaml",
    "/etc/otelcol-contrib/config.yaml",
];

/// Finds and reads what the service reads.
pub(super) fn read_service_configs(
    reading: &ComposeReading<'_>,
    root: &YamlNode,
    node: &YamlNode,
    service: &mut ComposeService,
) {
    if service.program.is_some() {
        return;
    }
    if service.role == ComposeRole::Grafana {
        service.configs = read_data_source_configs(reading, service);
        return;
    }
    let mut named = service.flags("config.file");
    if named.is_empty() {
        named = service.flags("config");
    }
    if service.role == ComposeRole::Alloy {
        let Some(path) = find_alloy_path(service) else {
            let name = &service.name;
            reading.add_note(format!(
                "{name}: its configuration is not in Alloy's syntax and is not read"
            ));
            return;
        };
        named = path.into_iter().collect();
    }
    let is_named = !named.is_empty();
    if named.is_empty() {
        let (value, at) = match service.role {
            ComposeRole::Alloy => ("/etc/alloy/config.alloy".to_owned(), service.at.clone()),
            ComposeRole::Prometheus => pick_prometheus_config_path(service),
            ComposeRole::Collector => (pick_collector_config_path(service), service.at.clone()),
            ComposeRole::Tempo => {
                service.configs.extend(describe_defaults(service));
                return;
            }
            _ => return,
        };
        named.push(LocatedValue { value, at });
    }
    // A collector lays all of them over each other; everywhere else the last one counts.
    let last = named.split_off(named.len() - 1);
    if service.role != ComposeRole::Collector && service.role != ComposeRole::Other {
        named.clear();
    }
    named.extend(last);
    let mut whole: Option<MountedConfig> = None;
    for LocatedValue { value, at } in named {
        let target = value.trim_start_matches("file:").to_owned();
        let Some(config) = find_config(reading, root, node, service, target, at, is_named) else {
            return;
        };
        match &mut whole {
            None => whole = Some(config),
            Some(under) => under.lay_over(config),
        }
    }
    if let Some(config) = whole {
        if let Some(problem) = config.problem.as_ref().filter(|_| service.role == ComposeRole::Alloy) {
            let name = &service.name;
            reading.add_note(format!(
                "{}: not understood, so {name} is not judged: {}",
                problem.at, problem.value
            ));
        }
        adopt_config(service, config);
    }
}

/// The configuration at a path inside; `None` where it cannot be read from here.
fn find_config(
    reading: &ComposeReading<'_>,
    root: &YamlNode,
    node: &YamlNode,
    service: &mut ComposeService,
    target: String,
    at: FileLocation,
    is_named: bool,
) -> Option<MountedConfig> {
    if !is_path(&target) || target.contains('$') {
        return None;
    }
    let target = match (mounts::unify_slashes(&target), service.role) {
        // The image's working folder.
        (target, ComposeRole::Prometheus) if !target.starts_with('/') => {
            let folder = node.get("working_dir").and_then(YamlNode::text);
            format!("{}/{target}", folder.as_deref().unwrap_or("/prometheus"))
        }
        (target, _) => target,
    };
    match resolve_config_origin(root, node, service, &target) {
        ConfigOrigin::Elsewhere(path) => {
            reading.add_note(format!(
                "{}: {path} is not on this machine and is not read",
                service.name
            ));
            None
        }
        ConfigOrigin::File(path)
            if service.command_source != CommandSource::Listed && reading.folder.stat(&path).is_none() =>
        {
            let file = path.display();
            reading.add_note(format!(
                "{}: {file} is not there, and the script that starts {0} may write it",
                service.name
            ));
            None
        }
        ConfigOrigin::File(path) => {
            let mount_at = find_mount_location(service, &target).unwrap_or(at);
            Some(read_config(reading, service, &path, target, mount_at))
        }
        ConfigOrigin::Inline(content) => {
            let text = content.node.text().unwrap_or_default();
            // A block of text begins on the line after its key.
            let place = TextPlace {
                file: reading.location(&content.node).file,
                above: content.line,
                is_block: true,
            };
            Some(parse_config(place, target, &text, service))
        }
        // A new volume holds what the image has there, which is no configuration of this project.
        ConfigOrigin::Volume if !is_named && target == "/prometheus/prometheus.yml" => {
            service.missing_config = Some(LocatedValue { value: target, at });
            None
        }
        ConfigOrigin::Volume => {
            reading.add_note(format!("{}: {target} is in a volume and is not read", service.name));
            None
        }
        ConfigOrigin::Nothing => {
            // A script, an image that is built here, or a grant of the project may bring the file along.
            let shown = service.command_source == CommandSource::Listed && !service.built;
            let granted = ["configs", "secrets", "volumes_from"]
                .iter()
                .any(|key| node.get(key).is_some());
            let named = is_named && !IN_IMAGES.contains(&target.as_str());
            if shown && !granted && (named || target == "/prometheus/prometheus.yml") {
                service.missing_config = Some(LocatedValue { value: target, at });
            }
            None
        }
    }
}

/// Tempo without a file has its defaults: an empty configuration, to be read at the command. Whether a script brings a file
/// is not known.
fn describe_defaults(service: &ComposeService) -> Option<MountedConfig> {
    // The entrypoint of the image, written out.
    let own = |word: &&LocatedValue<String>| matches!(word.value.as_str(), "/tempo" | "tempo");
    let first = service
        .words
        .iter()
        .find(|word| !own(word))
        .filter(|word| word.value.starts_with('-'))?;
    Some(MountedConfig {
        file: first.at.file.clone(),
        target: String::new(),
        tree: serde_json::Value::Object(serde_json::Map::new()),
        lines: std::iter::once((String::new(), first.at.line)).collect(),
        elsewhere: Default::default(),
        problem: None,
        unexpanded: Vec::new(),
    })
}

/// The file or folder behind `run`, where one is named; `None` where the configuration has another syntax.
fn find_alloy_path(service: &ComposeService) -> Option<Option<LocatedValue<String>>> {
    let words = &service.words;
    let is_other = |word: &LocatedValue<String>| {
        let text = word.value.as_str();
        text == "otel" || text.starts_with("--config.format") && !text.ends_with("=alloy")
    };
    if words.iter().any(is_other) {
        return None;
    }
    let is_config = |text: &str| text.ends_with(".alloy") || text.ends_with(".river");
    let mut paths = words.iter().enumerate().filter(|(index, word)| {
        // Behind a flag without `=` a path is the flag's value.
        let before = index.checked_sub(1).and_then(|before| words.get(before));
        let is_value = before.is_some_and(|before| before.value.starts_with('-') && !before.value.contains('='));
        word.value.starts_with('/') && index > &0 && (!is_value || is_config(&word.value))
    });
    Some(paths.next_back().map(|(_, word)| word.clone()))
}

/// A service of unknown image is what its configuration makes it.
fn adopt_config(service: &mut ComposeService, config: MountedConfig) {
    if service.role == ComposeRole::Other {
        service.role = role::detect_role_by_config(&config.tree);
        if service.role == ComposeRole::Other {
            return;
        }
    }
    service.configs.push(config);
}

/// A collector also takes whole configurations and addresses where a path is expected: `yaml:…`, `env:…`, `https:…`.
fn is_path(target: &str) -> bool {
    target.split_once(':').is_none_or(|(scheme, _)| scheme.len() == 1)
}

/// What Prometheus reads without the flag: with a command of its own, `prometheus.yml` in its working folder; else what the
/// image's command names.
fn pick_prometheus_config_path(service: &ComposeService) -> (String, FileLocation) {
    let image = service.image.as_ref().map_or("", |image| &image.value);
    let shown = !service.built && image.contains("prom/prometheus") && service.command_source != CommandSource::Hidden;
    match service.words.first().filter(|_| shown) {
        Some(first) => ("prometheus.yml".to_owned(), first.at.clone()),
        None => ("/etc/prometheus/prometheus.yml".to_owned(), service.at.clone()),
    }
}

fn pick_collector_config_path(service: &ComposeService) -> String {
    let contrib = service
        .image
        .as_ref()
        .is_some_and(|image| image.value.contains("contrib"));
    let folder = if contrib { "otelcol-contrib" } else { "otelcol" };
    format!("/etc/{folder}/config.yaml")
}

/// The name of a granted config and where it is mounted.
pub(super) fn parse_config_grant(item: &YamlNode) -> Option<(String, String)> {
    let name = item.text().or_else(|| item.get("source").and_then(YamlNode::text))?;
    let target = item
        .get("target")
        .and_then(YamlNode::text)
        .unwrap_or_else(|| format!("/{name}"));
    Some((name, target))
}

fn resolve_config_origin(root: &YamlNode, node: &YamlNode, service: &ComposeService, target: &str) -> ConfigOrigin {
    for item in node.get("configs").map(YamlNode::items).unwrap_or_default() {
        if let Some((name, at)) = parse_config_grant(item)
            && at == target
            && let Some(config) = root.at(&["configs", &name])
            && let Some(content) = config.entries().iter().find(|entry| entry.key == "content")
        {
            return ConfigOrigin::Inline(content.clone());
        }
    }
    let Some(mount) = find_covering_mount(&service.mounts, target) else {
        return ConfigOrigin::Nothing;
    };
    match find_mounted_path(&service.mounts, target) {
        Some((MountKind::Bind, path)) if mount.foreign && mount.found.is_none() => ConfigOrigin::Elsewhere(path),
        Some((MountKind::Bind | MountKind::Config, path)) => ConfigOrigin::File(PathBuf::from(path)),
        _ => ConfigOrigin::Volume,
    }
}

/// The path of the host, or in the volume, behind a path inside.
pub(super) fn find_mounted_path(mounts: &[ComposeMount], target: &str) -> Option<(MountKind, String)> {
    let mount = find_covering_mount(mounts, target)?;
    let rest = target[mount.target.len().min(target.len())..].trim_start_matches('/');
    let path = match rest.is_empty() {
        true => mount.source.clone(),
        false => Path::new(&mount.source).join(rest).display().to_string(),
    };
    Some((mount.kind, path))
}

/// The mount that brings a path, the innermost where several do.
fn find_covering_mount<'a>(mounts: &'a [ComposeMount], target: &str) -> Option<&'a ComposeMount> {
    mounts
        .iter()
        .filter(|mount| is_below(target, mount.target.trim_end_matches('/')))
        .max_by_key(|mount| mount.target.len())
}

fn find_mount_location(service: &ComposeService, target: &str) -> Option<FileLocation> {
    find_covering_mount(&service.mounts, target).map(|mount| mount.at.clone())
}

/// Reads a configuration from a file; `at` is where somebody named it.
fn read_config(
    reading: &ComposeReading<'_>,
    service: &ComposeService,
    path: &Path,
    target: String,
    at: FileLocation,
) -> MountedConfig {
    let file = path.display().to_string();
    if service.role == ComposeRole::Alloy && reading.folder.stat(path).is_some_and(|found| found.folder) {
        return read_alloy_folder(reading, service, path, target, at);
    }
    match reading.folder.read(path) {
        Ok(text) => {
            let place = reading.folder.place(path);
            parse_config(
                place.unwrap_or_else(|| TextPlace::of_file(path)),
                target,
                &text,
                service,
            )
        }
        Err(why) => MountedConfig {
            file,
            target,
            tree: serde_json::Value::Null,
            lines: Default::default(),
            elsewhere: Default::default(),
            problem: Some(LocatedValue { value: why, at }),
            unexpanded: Vec::new(),
        },
    }
}

/// Alloy reads every `.alloy` file of a folder as one configuration.
fn read_alloy_folder(
    reading: &ComposeReading<'_>,
    service: &ComposeService,
    path: &Path,
    target: String,
    at: FileLocation,
) -> MountedConfig {
    let files = reading.folder.list(path).into_iter();
    let mut parts = files
        .filter(|file| file.extension().is_some_and(|end| end == "alloy"))
        .map(|file| read_config(reading, service, &file, target.clone(), at.clone()));
    let Some(mut whole) = parts.next() else {
        return parse_config(TextPlace::of_file(path), target, "", service);
    };
    for part in parts {
        whole.lay_over(part);
    }
    whole
}

/// Reads a configuration that is written at `written`.
fn parse_config(written: TextPlace, target: String, text: &str, service: &ComposeService) -> MountedConfig {
    let place = |line: u32| FileLocation {
        file: written.file.clone(),
        line: written.line(line),
    };
    let mut unexpanded = Vec::new();
    let mut filled = text.to_owned();
    if service.role == ComposeRole::Tempo {
        if service.is_switched_on("config.expand-env") {
            filled = expand_environment(text, service);
        } else {
            let lines = text.lines().zip(1u32..);
            unexpanded = lines
                .filter_map(|(line, number)| {
                    let value = find_variable(line)?.to_owned();
                    Some(LocatedValue {
                        value,
                        at: place(number),
                    })
                })
                .collect();
        }
    }
    if matches!(service.role, ComposeRole::Collector | ComposeRole::Other) {
        filled = expand_collector_variables(text, service);
    }
    let parsed = if service.role == ComposeRole::Alloy {
        let get = |name: &str| service.environment.get(name).and_then(|spot| spot.value.clone());
        alloy::parse_alloy(text, &get)
    } else {
        spanned_yaml::parse_yaml(&filled, 0)
    };
    let (tree, lines, problem) = match parsed {
        Ok(node) => {
            let lines = node
                .lines()
                .into_iter()
                .map(|(key, line)| (key, written.line(line)))
                .collect();
            let mut tree = node.json();
            if service.role == ComposeRole::Grafana {
                expand_provisioning(&mut tree, service, &ExpansionRoom::default());
            }
            (tree, lines, None)
        }
        Err(broken) => {
            let at = place(broken.line);
            (
                serde_json::Value::Null,
                Default::default(),
                Some(LocatedValue { value: broken.why, at }),
            )
        }
    };
    MountedConfig {
        file: written.file,
        target,
        tree,
        lines,
        elsewhere: Default::default(),
        problem,
        unexpanded,
    }
}

/// `${NAME}` on a line, outside of comments.
fn find_variable(line: &str) -> Option<&str> {
    let code = line
        .split(" #")
        .next()
        .filter(|code| !code.trim_start().starts_with('#'))?;
    let start = code.find("${")?;
    let end = code[start..].find('}')?;
    Some(&code[start..=start + end])
}

/// `${env:NAME}`, `${env:NAME:-default}` and `${NAME}` as a collector reads them. What has no value here stays as it is.
fn expand_collector_variables(text: &str, service: &ComposeService) -> String {
    let mut filled = String::with_capacity(text.len());
    let room = ExpansionRoom::default();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(end) = rest[start..].find(['}', '\n']).map(|end| start + end) else {
            break;
        };
        let inner = &rest[start + 2..end];
        let (name, default) = match inner.strip_prefix("env:").unwrap_or(inner).split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inner.strip_prefix("env:").unwrap_or(inner), None),
        };
        let set = service.environment.get(name).and_then(|spot| spot.value.as_deref());
        let is_escaped = rest[..start].ends_with('$');
        let value = set.filter(|value| !value.is_empty()).or(default);
        let fits = |value: &&str| !value.contains('\n') && room.take(value.len());
        match value.filter(|value| !is_escaped && rest[end..].starts_with('}') && fits(value)) {
            Some(value) => {
                filled.push_str(&rest[..start]);
                filled.push_str(value);
                rest = &rest[end + 1..];
            }
            None => {
                filled.push_str(&rest[..end]);
                rest = &rest[end..];
            }
        }
    }
    filled + rest
}

/// Variables put in as `-config.expand-env` does, from the environment of the service. One without a value stays empty.
fn expand_environment(text: &str, service: &ComposeService) -> String {
    let get = |name: &str| service.environment.get(name).and_then(|spot| spot.value.clone());
    let room = ExpansionRoom::default();
    let mut variables = Variables {
        room: &room,
        get: &get,
        unset: BTreeSet::new(),
    };
    text.lines()
        .map(|line| substitute_variables(line, &mut variables).unwrap_or_else(|_| line.to_owned()) + "\n")
        .collect()
}

/// `$NAME`, `${NAME}` and `$__env{NAME}` in every text, as Grafana expands provisioning files; a variable that the service
/// does not set stays as it is written, and so does `$$` (grafana 12.4.0: pkg/services/provisioning/values/values.go).
fn expand_provisioning(tree: &mut serde_json::Value, service: &ComposeService, room: &ExpansionRoom) {
    match tree {
        serde_json::Value::String(text) if text.contains('$') => *text = expand_grafana_variables(text, service, room),
        serde_json::Value::Array(items) => items
            .iter_mut()
            .for_each(|item| expand_provisioning(item, service, room)),
        serde_json::Value::Object(map) => map
            .values_mut()
            .for_each(|value| expand_provisioning(value, service, room)),
        _ => {}
    }
}

fn expand_grafana_variables(text: &str, service: &ComposeService, room: &ExpansionRoom) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (name, whole) = read_grafana_variable(rest);
        let set = service.environment.get(name).and_then(|spot| spot.value.as_deref());
        match set.filter(|value| room.take(value.len())) {
            Some(value) => out.push_str(value),
            None => out.push_str(&rest[..whole]),
        }
        rest = &rest[whole..];
    }
    out.push_str(rest);
    out
}

/// The name of the variable at the beginning, and how long it is with all that belongs to it; `$$` has none.
fn read_grafana_variable(text: &str) -> (&str, usize) {
    let after = &text[1..];
    if after.starts_with('$') {
        return ("", 2);
    }
    for opening in ["{", "__env{"] {
        if let Some(inner) = after.strip_prefix(opening)
            && let Some(end) = inner.find('}')
        {
            return (&inner[..end], 1 + opening.len() + end + 1);
        }
    }
    let end = after
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .unwrap_or(after.len());
    (&after[..end], 1 + end)
}

/// The path of the host behind a path of the container, through a mount of the host's files.
pub(super) fn find_host_path(service: &ComposeService, target: &str) -> Option<PathBuf> {
    let (kind, path) = find_mounted_path(&service.mounts, target.trim_end_matches('/'))?;
    matches!(kind, MountKind::Bind | MountKind::Config).then(|| PathBuf::from(path))
}

/// A folder of Grafana's provisioning.
fn find_provisioning_folder(service: &ComposeService, folder: &str) -> String {
    let root = service
        .environment
        .get("GF_PATHS_PROVISIONING")
        .and_then(|spot| spot.value.clone())
        .unwrap_or_else(|| "/etc/grafana/provisioning".to_owned());
    format!("{}/{folder}", root.trim_end_matches('/'))
}

/// True for the folder itself and what lies in it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The files of the host in a folder of Grafana's provisioning, `datasources` or `dashboards`, with their paths inside.
pub(super) fn list_provisioned_files(
    reading: &ComposeReading<'_>,
    service: &ComposeService,
    folder: &str,
) -> Vec<(PathBuf, String)> {
    let target = find_provisioning_folder(service, folder);
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for mount in &service.mounts {
        let source = Path::new(&mount.source);
        let at = mount.target.trim_end_matches('/');
        let is_absent = mount.kind == MountKind::Bind && mount.found.is_none();
        if is_absent {
            continue;
        }
        if is_below(&target, at) {
            let below = target[at.len()..].trim_start_matches('/');
            let listed = reading.folder.list(&source.join(below));
            files.extend(listed.into_iter().map(|path| {
                let name = path
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default();
                (path, format!("{target}/{name}"))
            }));
        } else if is_below(at, &target) {
            files.push((source.to_owned(), mount.target.clone()));
        }
    }
    files.retain(|(path, _)| path.extension().is_some_and(|end| end == "yml" || end == "yaml"));
    files
}

/// Every file that Grafana provisions data sources from, and every mount of one that is not there.
fn read_data_source_configs(reading: &ComposeReading<'_>, service: &ComposeService) -> Vec<MountedConfig> {
    let files = list_provisioned_files(reading, service, "datasources");
    let read = files.into_iter().map(|(path, target)| {
        let at = FileLocation {
            file: path.display().to_string(),
            line: 0,
        };
        read_config(reading, service, &path, target, at)
    });
    let target = find_provisioning_folder(service, "datasources");
    let is_part = |mount: &&ComposeMount| {
        let at = mount.target.trim_end_matches('/');
        let absent = mount.kind == MountKind::Bind && mount.found.is_none();
        absent && (is_below(at, &target) || is_below(&target, at))
    };
    let (foreign, missing): (Vec<_>, Vec<_>) = service.mounts.iter().filter(is_part).partition(|mount| mount.foreign);
    for mount in foreign {
        reading.add_note(format!(
            "{}: {} is not on this machine and is not read",
            service.name, mount.source
        ));
    }
    let missing = missing.into_iter().map(|mount| {
        read_config(
            reading,
            service,
            Path::new(&mount.source),
            mount.target.clone(),
            mount.at.clone(),
        )
    });
    read.chain(missing).collect()
}
