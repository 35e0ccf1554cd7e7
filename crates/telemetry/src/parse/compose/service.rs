//! One service of the merged files, and what it reads.

use std::collections::BTreeMap;

use crate::model::compose::{ComposeMount, ComposeRole, ComposeService, LocatedValue, MountKind};
use crate::parse::app_runtime::detect_runtime;
use crate::parse::spanned_yaml::{YamlEntry, YamlNode};

use super::load::ComposeReading;
use super::{asked_metrics, command, config_file, dockerfile, merge, mounts, ports, role};

/// The service of an entry under `services`.
pub(super) fn build_service(reading: &ComposeReading<'_>, root: &YamlNode, entry: &YamlEntry) -> ComposeService {
    let node = &entry.node;
    let spot = |node: &YamlNode| {
        Some(LocatedValue {
            value: node.text()?,
            at: reading.location(node),
        })
    };
    let image = node.get("image").and_then(spot);
    let built = node.get("build").is_some();
    let base_image = node
        .get("build")
        .and_then(|build| dockerfile::read_base_image(reading, build))
        // The version of a distribution is not that of the server put into it.
        .filter(|image| role::detect_role_by_image(&image.value) != ComposeRole::Other);
    let roles = [&image, &base_image].into_iter().flatten();
    let role = roles
        .map(|image| role::detect_role_by_image(&image.value))
        .find(|role| *role != ComposeRole::Other)
        .unwrap_or(ComposeRole::Other);
    let mounts = collect_mounts(reading, root, node);
    let line = command::read_command_line(reading, node, &mounts, role);
    let (networks, aliases) = parse_networks(node);
    let mut aliases = aliases;
    aliases.extend(node.get("container_name").and_then(YamlNode::text));
    let mut service = ComposeService {
        name: entry.key.clone(),
        at: reading.location_at(node.file, entry.line),
        role,
        image,
        built,
        base_image,
        words: line.words,
        command_source: line.source,
        program: line.program,
        runtime: None,
        environment: read_environment(reading, node),
        environment_is_list: !list_items(node, "environment").is_empty(),
        ports: list_items(node, "ports")
            .iter()
            .flat_map(|item| ports::parse_ports(item, reading.location(item)))
            .collect(),
        mounts,
        depends_on: parse_depends_on(reading, node),
        healthcheck: parse_healthcheck(reading, node),
        networks,
        aliases,
        hosts: parse_extra_hosts(node),
        network_mode: node.get("network_mode").and_then(spot),
        user: node.get("user").and_then(spot),
        addresses: Vec::new(),
        configs: Vec::new(),
        missing_config: None,
        asked_metrics: Vec::new(),
        cluster: None,
    };
    if role == ComposeRole::Other {
        let variables = service.environment.iter();
        let image = service.base_image.as_ref().or(service.image.as_ref());
        service.runtime = detect_runtime(
            variables.map(|(name, spot)| (name.as_str(), spot.value.as_deref().unwrap_or_default())),
            service.words.iter().map(|word| word.value.as_str()),
            image.map(|image| image.value.as_str()),
        );
    }
    config_file::read_service_configs(reading, root, node, &mut service);
    service.asked_metrics = asked_metrics::find_asked_metrics(reading, &service);
    service
}

fn list_items<'a>(node: &'a YamlNode, key: &str) -> &'a [YamlNode] {
    node.get(key).map(YamlNode::items).unwrap_or_default()
}

pub(super) fn read_environment(
    reading: &ComposeReading<'_>,
    node: &YamlNode,
) -> BTreeMap<String, LocatedValue<Option<String>>> {
    let mut all = BTreeMap::new();
    let files = node.get("env_file").map(YamlNode::items_or_self);
    for file in files.unwrap_or_default() {
        let path = file.text().or_else(|| file.get("path").and_then(YamlNode::text));
        let Some(path) = path else { continue };
        let optional = file.get("required").and_then(YamlNode::text).as_deref() == Some("false");
        let path = reading.base_folder(file).join(path);
        match reading.folder.read(&path) {
            Ok(text) => {
                let mut values = BTreeMap::new();
                reading.parse_env_file(&text, &mut values);
                all.extend(values.into_iter().map(|(name, value)| {
                    let at = reading.location(file);
                    (name, LocatedValue { value: Some(value), at })
                }));
            }
            Err(_) if optional => {}
            Err(why) => reading.add_note(format!("cannot read env_file {}: {why}", path.display())),
        }
    }
    let own = node.get("environment").cloned().map(merge::convert_to_map);
    for entry in own.iter().flat_map(YamlNode::entries) {
        let file = entry.node.file;
        let value = entry.node.text().or_else(|| reading.look_up_variable(file, &entry.key));
        let at = reading.location_at(file, entry.line);
        all.insert(entry.key.clone(), LocatedValue { value, at });
    }
    all
}

fn parse_depends_on(reading: &ComposeReading<'_>, node: &YamlNode) -> BTreeMap<String, LocatedValue<String>> {
    let map = node.get("depends_on").cloned().map(merge::convert_to_map);
    map.iter()
        .flat_map(YamlNode::entries)
        .map(|entry| {
            let condition = entry.node.get("condition");
            let value = condition
                .and_then(YamlNode::text)
                .unwrap_or_else(|| "service_started".to_owned());
            let at = condition.map_or_else(
                || reading.location_at(entry.node.file, entry.line),
                |node| reading.location(node),
            );
            (entry.key.clone(), LocatedValue { value, at })
        })
        .collect()
}

fn parse_healthcheck(reading: &ComposeReading<'_>, node: &YamlNode) -> Option<LocatedValue<Vec<String>>> {
    let check = node.get("healthcheck")?;
    let disabled = check.get("disable").and_then(YamlNode::text).as_deref() == Some("true");
    let test = check.get("test");
    let value = match test {
        _ if disabled => vec!["NONE".to_owned()],
        None => return None,
        Some(test) => match test.text() {
            Some(text) => vec!["CMD-SHELL".to_owned(), text],
            None => test.items().iter().filter_map(YamlNode::text).collect(),
        },
    };
    Some(LocatedValue {
        value,
        at: reading.location(test.unwrap_or(check)),
    })
}

/// The networks of a service and its names in them.
fn parse_networks(node: &YamlNode) -> (Vec<String>, Vec<String>) {
    let map = node.get("networks").cloned().map(merge::convert_to_map);
    let mut names = Vec::new();
    let mut aliases = Vec::new();
    for entry in map.iter().flat_map(YamlNode::entries) {
        names.push(entry.key.clone());
        let listed = entry.node.get("aliases").map(YamlNode::items).unwrap_or_default();
        aliases.extend(listed.iter().filter_map(YamlNode::text));
    }
    if names.is_empty() {
        names.push("default".to_owned());
    }
    (names, aliases)
}

/// Names that are known besides those of services.
fn parse_extra_hosts(node: &YamlNode) -> Vec<String> {
    let extra = node.get("extra_hosts").cloned().map(merge::convert_to_map);
    let mut names: Vec<String> = extra
        .iter()
        .flat_map(YamlNode::entries)
        .map(|entry| entry.key.split(':').next().unwrap_or_default().to_owned())
        .collect();
    for key in ["links", "external_links"] {
        let linked = list_items(node, key).iter().filter_map(YamlNode::text);
        names.extend(linked.map(|text| text.rsplit(':').next().unwrap_or_default().to_owned()));
    }
    names
}

/// Volumes, temporary folders, and configs that are files of the host.
fn collect_mounts(reading: &ComposeReading<'_>, root: &YamlNode, node: &YamlNode) -> Vec<ComposeMount> {
    let mut all: Vec<ComposeMount> = list_items(node, "volumes")
        .iter()
        .filter_map(|item| mounts::parse_mount(item, reading.location(item), &reading.base_folder(item)))
        .collect();
    if let Some(tmpfs) = node.get("tmpfs") {
        all.extend(tmpfs.items_or_self().iter().filter_map(|item| {
            Some(ComposeMount {
                kind: MountKind::Tmpfs,
                source: String::new(),
                target: item.text()?.split(':').next()?.to_owned(),
                at: reading.location(item),
                found: None,
                foreign: false,
            })
        }));
    }
    for item in list_items(node, "configs") {
        let Some((name, target)) = config_file::parse_config_grant(item) else {
            continue;
        };
        let file = root.at(&["configs", &name, "file"]);
        let Some((file, path)) = file.and_then(|file| Some((file, file.text()?))) else {
            continue;
        };
        all.push(ComposeMount {
            kind: MountKind::Config,
            source: mounts::resolve_host_path(&path, &reading.base_folder(file)),
            target,
            at: reading.location(item),
            found: None,
            foreign: false,
        });
    }
    for mount in &mut all {
        if matches!(mount.kind, MountKind::Bind | MountKind::Config) {
            mount.found = reading.folder.stat(std::path::Path::new(&mount.source));
        }
    }
    all
}
