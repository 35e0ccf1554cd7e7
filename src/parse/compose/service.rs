//! One service of the merged files, and what it reads.

use std::collections::BTreeMap;

use crate::model::compose::{Mount, MountKind, Role, Service, Spot};
use crate::parse::yaml_nodes::{Entry, Node};

use super::load::Reading;
use super::{command, config_file, env_file, merge, mounts, ports, role};

/// The service of an entry under `services`.
pub(super) fn service(reading: &Reading<'_>, root: &Node, entry: &Entry) -> Service {
    let node = &entry.node;
    let spot = |node: &Node| {
        Some(Spot {
            value: node.text()?,
            at: reading.place(node),
        })
    };
    let place = |node: &Node| reading.place(node);
    let image = node.get("image").and_then(spot);
    let words = ["entrypoint", "command"]
        .into_iter()
        .filter_map(|key| node.get(key))
        .flat_map(|node| command::words(node, &place))
        .collect();
    let (networks, aliases) = networks(node);
    let mut aliases = aliases;
    aliases.extend(node.get("container_name").and_then(Node::text));
    let mut service = Service {
        name: entry.key.clone(),
        at: reading.place_at(node.file, entry.line),
        role: image.as_ref().map_or(Role::Other, |image| role::of_image(&image.value)),
        image,
        words,
        environment: environment(reading, node),
        ports: items(node, "ports")
            .iter()
            .flat_map(|item| ports::published(item, reading.place(item)))
            .collect(),
        mounts: mounted(reading, root, node),
        depends_on: depends_on(reading, node),
        healthcheck: healthcheck(reading, node),
        networks,
        aliases,
        hosts: hosts(node),
        network_mode: node.get("network_mode").and_then(spot),
        user: node.get("user").and_then(spot),
        configs: Vec::new(),
        missing_config: None,
    };
    config_file::read(reading, root, node, &mut service);
    service
}

fn items<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).map(Node::items).unwrap_or_default()
}

fn environment(reading: &Reading<'_>, node: &Node) -> BTreeMap<String, Spot<Option<String>>> {
    let mut all = BTreeMap::new();
    let files = node.get("env_file").map_or_else(Vec::new, |files| match files.text() {
        Some(_) => vec![files.clone()],
        None => files.items().to_vec(),
    });
    for file in files {
        let path = file.text().or_else(|| file.get("path").and_then(Node::text));
        let Some(path) = path else { continue };
        let path = reading.base(&file).join(path);
        match reading.folder.read(&path) {
            Ok(text) => all.extend(env_file::pairs(&text).into_iter().map(|(name, value)| {
                let at = reading.place(&file);
                (name, Spot { value: Some(value), at })
            })),
            Err(why) => reading.note(format!("cannot read env_file {}: {why}", path.display())),
        }
    }
    let own = node.get("environment").cloned().map(merge::as_map);
    for entry in own.iter().flat_map(Node::entries) {
        let value = entry.node.text().or_else(|| (reading.env)(&entry.key));
        let at = reading.place_at(entry.node.file, entry.line);
        all.insert(entry.key.clone(), Spot { value, at });
    }
    all
}

fn depends_on(reading: &Reading<'_>, node: &Node) -> BTreeMap<String, Spot<String>> {
    let map = node.get("depends_on").cloned().map(merge::as_map);
    map.iter()
        .flat_map(Node::entries)
        .map(|entry| {
            let condition = entry.node.get("condition");
            let value = condition
                .and_then(Node::text)
                .unwrap_or_else(|| "service_started".to_owned());
            let at = condition.map_or_else(
                || reading.place_at(entry.node.file, entry.line),
                |node| reading.place(node),
            );
            (entry.key.clone(), Spot { value, at })
        })
        .collect()
}

fn healthcheck(reading: &Reading<'_>, node: &Node) -> Option<Spot<Vec<String>>> {
    let check = node.get("healthcheck")?;
    let disabled = check.get("disable").and_then(Node::text).as_deref() == Some("true");
    let test = check.get("test");
    let value = match test {
        _ if disabled => vec!["NONE".to_owned()],
        None => return None,
        Some(test) => match test.text() {
            Some(text) => vec!["CMD-SHELL".to_owned(), text],
            None => test.items().iter().filter_map(Node::text).collect(),
        },
    };
    Some(Spot {
        value,
        at: reading.place(test.unwrap_or(check)),
    })
}

/// The networks of a service and its names in them.
fn networks(node: &Node) -> (Vec<String>, Vec<String>) {
    let map = node.get("networks").cloned().map(merge::as_map);
    let mut names = Vec::new();
    let mut aliases = Vec::new();
    for entry in map.iter().flat_map(Node::entries) {
        names.push(entry.key.clone());
        let listed = entry.node.get("aliases").map(Node::items).unwrap_or_default();
        aliases.extend(listed.iter().filter_map(Node::text));
    }
    if names.is_empty() {
        names.push("default".to_owned());
    }
    (names, aliases)
}

/// Names that are known besides those of services.
fn hosts(node: &Node) -> Vec<String> {
    let extra = node.get("extra_hosts").cloned().map(merge::as_map);
    let mut names: Vec<String> = extra
        .iter()
        .flat_map(Node::entries)
        .map(|entry| entry.key.split(':').next().unwrap_or_default().to_owned())
        .collect();
    for key in ["links", "external_links"] {
        let linked = items(node, key).iter().filter_map(Node::text);
        names.extend(linked.map(|text| text.rsplit(':').next().unwrap_or_default().to_owned()));
    }
    names
}

/// Volumes, temporary folders, and configs that are files of the host.
fn mounted(reading: &Reading<'_>, root: &Node, node: &Node) -> Vec<Mount> {
    let mut all: Vec<Mount> = items(node, "volumes")
        .iter()
        .filter_map(|item| mounts::mount(item, reading.place(item), &reading.base(item)))
        .collect();
    if let Some(tmpfs) = node.get("tmpfs") {
        let list = tmpfs
            .text()
            .map_or_else(|| tmpfs.items().to_vec(), |_| vec![tmpfs.clone()]);
        all.extend(list.iter().filter_map(|item| {
            Some(Mount {
                kind: MountKind::Tmpfs,
                source: String::new(),
                target: item.text()?.split(':').next()?.to_owned(),
                at: reading.place(item),
                found: None,
            })
        }));
    }
    for item in items(node, "configs") {
        let Some((name, target)) = config_file::granted(item) else {
            continue;
        };
        let file = root.at(&["configs", &name, "file"]);
        let Some((file, path)) = file.and_then(|file| Some((file, file.text()?))) else {
            continue;
        };
        all.push(Mount {
            kind: MountKind::Config,
            source: mounts::path(&path, &reading.base(file)),
            target,
            at: reading.place(item),
            found: None,
        });
    }
    for mount in &mut all {
        if mount.kind == MountKind::Bind {
            mount.found = reading.folder.found(std::path::Path::new(&mount.source));
        }
    }
    all
}
