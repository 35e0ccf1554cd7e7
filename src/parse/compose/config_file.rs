//! Which configuration a server reads: the file that its command names, followed through its mounts to the host.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::model::compose::{ConfigFile, MountKind, Place, Role, Service, Spot};
use crate::parse::yaml_nodes::{self, Node};

use super::load::Reading;
use super::role;
use super::substitute::{Variables, substitute};

/// Where a path inside a container leads.
enum Behind {
    /// A file of the host.
    File(PathBuf),
    /// A config of the project with its text in the Compose file.
    Inline(Node),
    /// A volume, which cannot be read from here.
    Volume,
    /// Nothing is mounted there.
    Nothing,
}

/// Finds and reads what the service reads.
pub(super) fn read(reading: &Reading<'_>, root: &Node, node: &Node, service: &mut Service) {
    if service.role == Role::Grafana {
        service.configs = data_sources(reading, service);
        return;
    }
    if service.role == Role::Alloy {
        reading.note(format!("{}: tempoctl does not read Alloy configuration", service.name));
    }
    let flag = service.flag("config.file").or_else(|| service.flag("config"));
    let (target, at) = match (&flag, service.role) {
        (Some(flag), _) => (flag.value.trim_start_matches("file:").to_owned(), flag.at.clone()),
        (None, Role::Prometheus) => ("/etc/prometheus/prometheus.yml".to_owned(), service.at.clone()),
        (None, Role::Collector) => (collector_default(service), service.at.clone()),
        (None, _) => return,
    };
    if !is_path(&target) {
        return;
    }
    match behind(reading, root, node, service, &target) {
        Behind::File(path) => {
            let shown = path.display().to_string();
            let mount_at = at_of(service, &target).unwrap_or(at);
            let config = match reading.folder.read(&path) {
                Ok(text) => parsed(shown, target, &text, service, 0),
                Err(why) => unreadable(shown, target, why, mount_at),
            };
            adopt(service, config);
        }
        Behind::Inline(content) => {
            let at = reading.place(&content);
            let text = content.text().unwrap_or_default();
            // A block of text begins on the line after its key.
            let config = parsed(at.file, target, &text, service, at.line);
            adopt(service, config);
        }
        Behind::Volume => reading.note(format!("{}: {target} is in a volume and is not read", service.name)),
        Behind::Nothing => {
            // An image that is built here may bring the file along.
            if node.get("build").is_none() && flag.is_some() {
                service.missing_config = Some(Spot { value: target, at });
            }
        }
    }
}

/// A service of unknown image is what its configuration makes it.
fn adopt(service: &mut Service, config: ConfigFile) {
    if service.role == Role::Other {
        service.role = role::of_config(&config.tree);
        if service.role == Role::Other {
            return;
        }
    }
    service.configs.push(config);
}

/// A collector also takes whole configurations and addresses where a path is expected: `yaml:…`, `env:…`, `https:…`.
fn is_path(target: &str) -> bool {
    target.split_once(':').is_none_or(|(scheme, _)| scheme.len() == 1)
}

fn collector_default(service: &Service) -> String {
    let contrib = service
        .image
        .as_ref()
        .is_some_and(|image| image.value.contains("contrib"));
    let folder = if contrib { "otelcol-contrib" } else { "otelcol" };
    format!("/etc/{folder}/config.yaml")
}

/// The name of a granted config and where it is mounted.
pub(super) fn granted(item: &Node) -> Option<(String, String)> {
    let name = item.text().or_else(|| item.get("source").and_then(Node::text))?;
    let target = item
        .get("target")
        .and_then(Node::text)
        .unwrap_or_else(|| format!("/{name}"));
    Some((name, target))
}

fn behind(reading: &Reading<'_>, root: &Node, node: &Node, service: &Service, target: &str) -> Behind {
    for item in node.get("configs").map(Node::items).unwrap_or_default() {
        if let Some((name, at)) = granted(item)
            && at == target
            && let Some(content) = root.at(&["configs", &name, "content"])
        {
            return Behind::Inline(content.clone());
        }
    }
    let _ = reading;
    let Some(mount) = covering(service, target) else {
        return Behind::Nothing;
    };
    if !matches!(mount.kind, MountKind::Bind | MountKind::Config) {
        return Behind::Volume;
    }
    let rest = target[mount.target.len()..].trim_start_matches('/');
    Behind::File(if rest.is_empty() {
        PathBuf::from(&mount.source)
    } else {
        Path::new(&mount.source).join(rest)
    })
}

/// The mount that brings a path, the innermost where several do.
fn covering<'a>(service: &'a Service, target: &str) -> Option<&'a crate::model::compose::Mount> {
    service
        .mounts
        .iter()
        .filter(|mount| {
            let at = mount.target.trim_end_matches('/');
            target == at || target.strip_prefix(at).is_some_and(|rest| rest.starts_with('/'))
        })
        .max_by_key(|mount| mount.target.len())
}

fn at_of(service: &Service, target: &str) -> Option<Place> {
    covering(service, target).map(|mount| mount.at.clone())
}

fn unreadable(file: String, target: String, why: String, at: Place) -> ConfigFile {
    ConfigFile {
        file,
        target,
        tree: serde_json::Value::Null,
        lines: Default::default(),
        problem: Some(Spot { value: why, at }),
        unexpanded: Vec::new(),
    }
}

/// Reads a configuration. `above` is the line before its first, for a text inside another file.
fn parsed(file: String, target: String, text: &str, service: &Service, above: u32) -> ConfigFile {
    let place = |line: u32| Place {
        file: file.clone(),
        line: line + above,
    };
    let mut unexpanded = Vec::new();
    let mut filled = text.to_owned();
    if service.role == Role::Tempo {
        if service.switch("config.expand-env") {
            filled = expanded(text, service);
        } else {
            let lines = text.lines().zip(1u32..);
            unexpanded = lines
                .filter_map(|(line, number)| {
                    let value = variable(line)?.to_owned();
                    Some(Spot {
                        value,
                        at: place(number),
                    })
                })
                .collect();
        }
    }
    let (tree, lines, problem) = match yaml_nodes::parse(&filled, 0) {
        Ok(node) => {
            let lines = node
                .lines()
                .into_iter()
                .map(|(key, line)| (key, line + above))
                .collect();
            (node.json(), lines, None)
        }
        Err(broken) => {
            let at = place(broken.line);
            (
                serde_json::Value::Null,
                Default::default(),
                Some(Spot { value: broken.why, at }),
            )
        }
    };
    ConfigFile {
        file,
        target,
        tree,
        lines,
        problem,
        unexpanded,
    }
}

/// `${NAME}` on a line, outside of comments.
fn variable(line: &str) -> Option<&str> {
    let code = line
        .split(" #")
        .next()
        .filter(|code| !code.trim_start().starts_with('#'))?;
    let start = code.find("${")?;
    let end = code[start..].find('}')?;
    Some(&code[start..=start + end])
}

/// Variables put in as `-config.expand-env` does, from the environment of the service. One without a value stays empty.
fn expanded(text: &str, service: &Service) -> String {
    let get = |name: &str| service.environment.get(name).and_then(|spot| spot.value.clone());
    let mut variables = Variables {
        get: &get,
        unset: BTreeSet::new(),
    };
    text.lines()
        .map(|line| substitute(line, &mut variables).unwrap_or_else(|_| line.to_owned()) + "\n")
        .collect()
}

/// Every file that Grafana provisions data sources from.
fn data_sources(reading: &Reading<'_>, service: &Service) -> Vec<ConfigFile> {
    let root = service
        .environment
        .get("GF_PATHS_PROVISIONING")
        .and_then(|spot| spot.value.clone())
        .unwrap_or_else(|| "/etc/grafana/provisioning".to_owned());
    let target = format!("{}/datasources", root.trim_end_matches('/'));
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for mount in &service.mounts {
        let source = Path::new(&mount.source);
        let at = mount.target.trim_end_matches('/');
        if at == target || target.strip_prefix(at).is_some_and(|rest| rest.starts_with('/')) {
            let below = target[at.len()..].trim_start_matches('/');
            let listed = reading.folder.list(&source.join(below));
            files.extend(listed.into_iter().map(|path| {
                let name = path
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default();
                (path, format!("{target}/{name}"))
            }));
        } else if at.strip_prefix(&target).is_some_and(|rest| rest.starts_with('/')) {
            files.push((source.to_owned(), mount.target.clone()));
        }
    }
    files.retain(|(path, _)| path.extension().is_some_and(|end| end == "yml" || end == "yaml"));
    files
        .into_iter()
        .map(|(path, target)| {
            let shown = path.display().to_string();
            let at = Place {
                file: shown.clone(),
                line: 0,
            };
            match reading.folder.read(&path) {
                Ok(text) => parsed(shown, target, &text, service, 0),
                Err(why) => unreadable(shown, target, why, at),
            }
        })
        .collect()
}
