//! What Compose refuses before it starts anything. Source: compose-go v2.13.0, loader/validate.go and
//! schema/compose-spec.json.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::model::compose::{ComposeProject, LocatedValue, MountKind};
use crate::parse::spanned_yaml::{YamlEntry, YamlNode};

use super::load::ComposeReading;
use super::{config_file, merge};

/// Keys that may stand at the top of a file, beside `x-…`.
const TOP_KEYS: [&str; 9] = [
    "version", "name", "include", "services", "networks", "volumes", "secrets", "configs", "models",
];

/// Every reason to refuse the project, with its place.
pub(super) fn list_refusals(
    reading: &ComposeReading<'_>,
    root: &YamlNode,
    project: &ComposeProject,
) -> Vec<LocatedValue<String>> {
    let mut all = Vec::new();
    for entry in root.entries() {
        if !TOP_KEYS.contains(&entry.key.as_str()) && !entry.key.starts_with("x-") {
            all.push(LocatedValue {
                value: format!("{} is no key of the top level", entry.key),
                at: reading.location_at(entry.node.file, entry.line),
            });
        }
    }
    let services = root.get("services").map(YamlNode::entries).unwrap_or_default();
    let mut containers: BTreeMap<String, &str> = BTreeMap::new();
    for entry in services {
        if project.service(&entry.key).is_none() {
            continue;
        }
        if let Some(container) = entry.node.get("container_name")
            && let Some(name) = container.text()
        {
            match containers.entry(name) {
                Entry::Vacant(free) => drop(free.insert(&entry.key)),
                Entry::Occupied(taken) => all.push(LocatedValue {
                    value: format!("{} has the container_name of {}", entry.key, taken.get()),
                    at: reading.location_at(entry.node.file, container.line),
                }),
            }
        }
        check_service(reading, root, project, entry, &mut all);
    }
    all
}

fn check_service(
    reading: &ComposeReading<'_>,
    root: &YamlNode,
    project: &ComposeProject,
    entry: &YamlEntry,
    all: &mut Vec<LocatedValue<String>>,
) {
    let (name, node) = (&entry.key, &entry.node);
    let mut refuse = |file: usize, line: u32, value: String| {
        let at = reading.location_at(file, line);
        all.push(LocatedValue { value, at });
    };
    if ["image", "build", "provider"].iter().all(|key| node.get(key).is_none()) {
        refuse(
            node.file,
            entry.line,
            format!("{name} has neither an image nor a build"),
        );
    }
    let is_declared = |list: &str, key: &str| root.at(&[list, key]).is_some() || has_key(root, list, key);
    for on in pairs(node, "depends_on").entries() {
        if waits_for(project, &on.key, name) {
            refuse(
                on.node.file,
                on.line,
                format!("{name} and {} depend on each other", on.key),
            );
        }
        let required = on.node.get("required").and_then(YamlNode::text).as_deref() != Some("false");
        if !required || project.service(&on.key).is_some() {
            continue;
        }
        let why = if project.behind_profiles.contains(&on.key) {
            format!("{name} depends on {}, which is behind a profile that is off", on.key)
        } else {
            format!("{name} depends on {}, but no service has that name", on.key)
        };
        refuse(on.node.file, on.line, why);
    }
    for network in pairs(node, "networks").entries() {
        if network.key != "default" && !is_declared("networks", &network.key) {
            let why = format!(
                "{name} is in the network {}, which no `networks:` at the top declares",
                network.key
            );
            refuse(network.node.file, network.line, why);
        }
    }
    if let (Some(mode), Some(networks)) = (node.get("network_mode"), node.get("networks"))
        && networks.value != crate::parse::spanned_yaml::YamlValue::Null
    {
        refuse(
            mode.file,
            mode.line,
            format!("{name} has both network_mode and networks"),
        );
    }
    let service = project.service(name);
    for mount in service.iter().flat_map(|service| &service.mounts) {
        if mount.kind == MountKind::Volume && !mount.source.is_empty() && !is_declared("volumes", &mount.source) {
            all.push(LocatedValue {
                value: format!(
                    "{name} mounts the volume {}, which no `volumes:` at the top declares",
                    mount.source
                ),
                at: mount.at.clone(),
            });
        }
    }
    for list in ["configs", "secrets"] {
        for item in node.get(list).map(YamlNode::items).unwrap_or_default() {
            let Some((granted, _)) = config_file::parse_config_grant(item) else {
                continue;
            };
            if !is_declared(list, &granted) {
                let value = format!("{name} is granted {granted}, which no `{list}:` at the top declares");
                let at = reading.location(item);
                all.push(LocatedValue { value, at });
            }
        }
    }
}

/// True where one service depends on another, at whatever distance.
fn waits_for(project: &ComposeProject, from: &str, on: &str) -> bool {
    let mut seen = vec![from];
    let mut at = 0;
    while let Some(name) = seen.get(at).copied() {
        at += 1;
        if name == on {
            return true;
        }
        let further = project.service(name).map(|service| service.depends_on.keys());
        for next in further.into_iter().flatten() {
            if !seen.contains(&next.as_str()) {
                seen.push(next);
            }
        }
    }
    false
}

/// A list of names or a mapping, as a mapping.
fn pairs(node: &YamlNode, key: &str) -> YamlNode {
    node.get(key)
        .cloned()
        .map_or_else(|| YamlNode::null(0, 0), merge::convert_to_map)
}

/// True for a key with nothing behind it as well.
fn has_key(root: &YamlNode, list: &str, key: &str) -> bool {
    let entries = root.get(list).map(YamlNode::entries).unwrap_or_default();
    entries.iter().any(|entry| entry.key == key)
}
