//! Kubernetes manifests as a project: each container becomes a service of the tree that a Compose file would be, with the lines
//! of the manifest, so that what judges a project judges a cluster. What is not in the manifests is unknown, not absent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::model::compose::{AskedMetric, ClusterPlace, ClusterPort, ClusterService, FileLocation, HostPathInfo};
use crate::parse::spanned_yaml::{YamlEntry, YamlNode, YamlValue, parse_yaml, parse_yaml_documents};

use super::dashboards::{find_dashboard_metrics, is_dashboard};
use super::load::{MOST_SERVICES, build_tree};
use super::mounts::normalize_path;
use super::substitute::ExpansionRoom;
use super::{LoadResult, ProjectFiles, TextPlace};

/// An annotation that puts another container into the pod.
const INJECTS: &str = "sidecar.opentelemetry.io/inject";
/// Where the configuration of a collector is that an operator runs.
const OPERATED_CONFIG: &str = "/conf/collector.yaml";

/// Objects are compared with each other: more than this would take for ever.
const MOST_OBJECTS: usize = 2000;

/// An object, with the file that it is in.
struct ManifestObject {
    kind: String,
    name: String,
    namespace: Option<String>,
    node: YamlNode,
}

impl ManifestObject {
    /// `Deployment/tempo`
    fn title(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }

    fn shares_namespace(&self, other: &ManifestObject) -> bool {
        is_same_namespace(self.namespace.as_deref(), other.namespace.as_deref())
    }
}

/// Where none is written, whoever applies the manifest says which.
fn is_same_namespace(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// A pod and what its controller says of it.
struct ManifestPod<'a> {
    owner: &'a ManifestObject,
    labels: BTreeMap<String, String>,
    spec: &'a YamlNode,
    /// Somebody puts more containers into it than are written.
    is_injected: bool,
}

impl<'a> ManifestPod<'a> {
    /// Containers that run beside each other; a patch names no image.
    fn containers(&self) -> Vec<&'a YamlNode> {
        let list = |key: &str| self.spec.get(key).map(YamlNode::items).unwrap_or_default();
        let stays = |one: &&YamlNode| read_text(one, "restartPolicy").as_deref() == Some("Always");
        list("containers")
            .iter()
            .chain(list("initContainers").iter().filter(stays))
            .filter(|one| one.get("image").is_some())
            .collect()
    }

    fn uses_host_network(&self) -> bool {
        read_text(self.spec, "hostNetwork").as_deref() == Some("true")
    }

    /// The name of a container's service in the project.
    fn service_name(&self, container: &YamlNode) -> String {
        match self.containers().len() {
            1 => self.owner.title(),
            _ => format!(
                "{}/{}",
                self.owner.title(),
                read_text(container, "name").unwrap_or_default()
            ),
        }
    }
}

/// Texts that manifests hold, by the path at which the project reads them.
#[derive(Default)]
struct ManifestTexts {
    files: BTreeMap<PathBuf, (String, TextPlace)>,
}

impl ProjectFiles for ManifestTexts {
    fn read(&self, path: &Path) -> Result<String, String> {
        let found = self.files.get(&normalize_path(path));
        found
            .map(|(text, _)| text.clone())
            .ok_or_else(|| "no such key".to_owned())
    }

    fn list(&self, path: &Path) -> Vec<PathBuf> {
        let folder = normalize_path(path);
        let all = self.files.keys();
        all.filter(|file| file.parent() == Some(folder.as_path()))
            .cloned()
            .collect()
    }

    fn stat(&self, path: &Path) -> Option<HostPathInfo> {
        let path = normalize_path(path);
        let folder = self.files.keys().any(|file| file != &path && file.starts_with(&path));
        (folder || self.files.contains_key(&path)).then_some(HostPathInfo {
            folder,
            uid: None,
            mode: None,
        })
    }

    fn place(&self, path: &Path) -> Option<TextPlace> {
        self.files.get(&normalize_path(path)).map(|(_, place)| place.clone())
    }
}

/// True for a document of Kubernetes.
pub fn is_manifest(root: &YamlNode) -> bool {
    root.get("apiVersion").and_then(YamlNode::text).is_some() && root.get("kind").and_then(YamlNode::text).is_some()
}

/// The project that these files describe, each with its name and its text. A document that is broken is a note.
pub fn load_manifests(files: &[(String, String)]) -> LoadResult {
    let mut objects = Vec::new();
    let mut notes = Vec::new();
    for (index, (name, text)) in files.iter().enumerate() {
        let (documents, broken) = parse_yaml_documents(text, index);
        if let Some(broken) = broken {
            notes.push(format!(
                "{name}:{}: is not YAML, so nothing from here on is read: {}",
                broken.line, broken.why
            ));
        }
        for document in documents {
            collect_objects(document, &mut objects);
        }
    }
    if objects.len() > MOST_OBJECTS {
        notes.push(format!(
            "only the first {MOST_OBJECTS} of {} objects are examined; pass fewer files",
            objects.len()
        ));
        objects.truncate(MOST_OBJECTS);
    }
    let mut cluster = Cluster {
        files,
        raw: files.iter().map(|(_, text)| text.lines().collect()).collect(),
        objects: &objects,
        texts: ManifestTexts::default(),
        services: Vec::new(),
        entries: Vec::new(),
        places: BTreeMap::new(),
        room: ExpansionRoom::default(),
    };
    cluster.read_objects();
    let dashboard_metrics = cluster.read_dashboards();
    let Cluster {
        texts,
        services,
        entries,
        mut places,
        ..
    } = cluster;
    let root = map_node(
        0,
        0,
        vec![YamlEntry {
            key: "services".to_owned(),
            line: 0,
            node: map_node(0, 0, entries),
        }],
    );
    let names = files.iter().map(|(name, _)| name.clone()).collect();
    let mut project = build_tree(&root, names, &texts)?;
    for service in &mut project.services {
        service.cluster = places.remove(&service.name);
    }
    project.cluster_services = services;
    project.dashboard_metrics = dashboard_metrics;
    project.notes.extend(notes);
    Ok(project)
}

/// The objects of a document, those of a list one by one.
fn collect_objects(node: YamlNode, all: &mut Vec<ManifestObject>) {
    let Some(kind) = read_text(&node, "kind") else {
        return;
    };
    if kind.ends_with("List") {
        let items = node.get("items").map(YamlNode::items).unwrap_or_default().to_vec();
        items.into_iter().for_each(|item| collect_objects(item, all));
        return;
    }
    let text = |key: &str| node.at(&["metadata", key]).and_then(YamlNode::text);
    if let Some(name) = text("name") {
        all.push(ManifestObject {
            kind,
            name,
            namespace: text("namespace"),
            node,
        });
    }
}

struct Cluster<'a> {
    files: &'a [(String, String)],
    raw: Vec<Vec<&'a str>>,
    objects: &'a [ManifestObject],
    texts: ManifestTexts,
    services: Vec<ClusterService>,
    entries: Vec<YamlEntry>,
    places: BTreeMap<String, ClusterPlace>,
    room: ExpansionRoom,
}

impl Cluster<'_> {
    fn location(&self, node: &YamlNode) -> FileLocation {
        FileLocation {
            file: self.files[node.file].0.clone(),
            line: node.line,
        }
    }

    /// The line of its name.
    fn locate_object(&self, object: &ManifestObject) -> FileLocation {
        self.location(object.node.at(&["metadata", "name"]).unwrap_or(&object.node))
    }

    /// The one object of that kind and name; none where several may be meant.
    fn find_object(&self, kind: &str, name: &str, beside: &ManifestObject) -> Option<&ManifestObject> {
        let fits = |one: &&ManifestObject| one.kind == kind && one.name == name && one.shares_namespace(beside);
        let mut all: Vec<&ManifestObject> = self.objects.iter().filter(fits).collect();
        // Of a base and its overlays, the one in the same file.
        if all.len() > 1 {
            all.retain(|one| one.node.file == beside.node.file);
        }
        (all.len() == 1).then(|| all[0])
    }

    fn read_objects(&mut self) {
        let objects = self.objects;
        let pods: Vec<ManifestPod<'_>> = objects.iter().filter_map(find_pod).collect();
        for object in objects.iter().filter(|object| object.kind == "Service") {
            let service = self.read_service(object, &pods);
            self.services.push(service);
        }
        self.drop_ambiguous_services();
        for pod in &pods {
            for container in pod.containers() {
                self.add_container(pod, container);
            }
        }
        for object in objects {
            match object.kind.as_str() {
                "OpenTelemetryCollector" => self.add_operated_collector(object),
                "Instrumentation" => self.add_instrumentation(object),
                _ => {}
            }
        }
    }

    /// Of two Services with one name, nobody knows which is applied.
    fn drop_ambiguous_services(&mut self) {
        let names: Vec<(String, Option<String>)> = self
            .services
            .iter()
            .map(|one| (one.name.clone(), one.namespace.clone()))
            .collect();
        for (index, service) in self.services.iter_mut().enumerate() {
            let same = |(other, (name, namespace)): (usize, &(String, Option<String>))| {
                other != index
                    && *name == service.name
                    && is_same_namespace(namespace.as_deref(), service.namespace.as_deref())
            };
            if names.iter().enumerate().any(same) {
                service.workloads.clear();
                service.is_ambiguous = true;
            }
        }
    }

    fn read_service(&self, object: &ManifestObject, pods: &[ManifestPod<'_>]) -> ClusterService {
        let spec = object.node.get("spec");
        let spec_text = |key: &str| read_text(spec?, key);
        let selector = spec.and_then(|spec| spec.get("selector"));
        let selector = selector.map(read_labels).unwrap_or_default();
        let selected: Vec<&ManifestPod<'_>> = pods
            .iter()
            .filter(|pod| {
                !selector.is_empty()
                    && pod.owner.shares_namespace(object)
                    && selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value))
            })
            .collect();
        let ports = spec.and_then(|spec| spec.get("ports")).map(YamlNode::items);
        let headless = spec_text("clusterIP").as_deref() == Some("None");
        ClusterService {
            name: object.name.clone(),
            namespace: object.namespace.clone(),
            at: self.locate_object(object),
            headless,
            selector: render_labels(&selector),
            is_ambiguous: false,
            workloads: selected
                .iter()
                .flat_map(|pod| pod.containers().into_iter().map(|one| pod.service_name(one)))
                .collect(),
            ports: ports
                .unwrap_or_default()
                .iter()
                .filter_map(|port| self.read_service_port(port, &selected, headless))
                .collect(),
        }
    }

    fn read_service_port(&self, node: &YamlNode, selected: &[&ManifestPod<'_>], headless: bool) -> Option<ClusterPort> {
        let port: u16 = read_text(node, "port")?.parse().ok()?;
        let target = read_text(node, "targetPort").unwrap_or_else(|| port.to_string());
        let number = if headless { Some(port) } else { target.parse().ok() };
        let mut leads_to: Vec<(String, u16)> = Vec::new();
        let mut is_dead = number.is_none() && !selected.is_empty();
        for pod in selected {
            let containers = pod.containers();
            for container in &containers {
                let declared = container.get("ports").map(YamlNode::items).unwrap_or_default();
                let inside = declared.iter().find_map(|one| {
                    let inside: u16 = read_text(one, "containerPort")?.parse().ok()?;
                    let named = || read_text(one, "name").as_deref() == Some(&target);
                    let fits = number.map_or_else(named, |number| number == inside);
                    fits.then_some(inside)
                });
                let inside = inside.or(number.filter(|_| containers.len() == 1));
                leads_to.extend(inside.map(|inside| (pod.service_name(container), inside)));
            }
            is_dead &= leads_to.is_empty() && !pod.is_injected;
        }
        leads_to.dedup();
        Some(ClusterPort {
            name: read_text(node, "name"),
            port,
            target,
            leads_to: (leads_to.len() == 1).then(|| leads_to.remove(0)),
            is_dead,
            at: self.location(node),
        })
    }

    /// The names by which others find a workload that is alone behind a Service.
    fn list_aliases(&self, name: &str) -> Vec<String> {
        let own = self.services.iter().filter(|one| one.workloads == [name]);
        let mut all = Vec::new();
        for service in own {
            all.push(service.name.clone());
            if let Some(namespace) = &service.namespace {
                for end in ["", ".svc", ".svc.cluster.local"] {
                    all.push(format!("{}.{namespace}{end}", service.name));
                }
            }
        }
        all
    }

    /// Adds a service; one of the same name, as in the overlays of a base, is told apart.
    fn add_entry(&mut self, name: String, node: YamlNode, place: ClusterPlace) {
        // The objects may have many containers each.
        if self.entries.len() >= MOST_SERVICES {
            return;
        }
        let mut key = name;
        while self.places.contains_key(&key) {
            key.push('\'');
        }
        self.entries.push(YamlEntry {
            key: key.clone(),
            line: node.line,
            node,
        });
        self.places.insert(key, place);
    }

    fn add_container(&mut self, pod: &ManifestPod<'_>, container: &YamlNode) {
        let (line, file) = (container.line, container.file);
        let mut entries = Vec::new();
        let mut copy = |from: &str, to: &str, node: Option<YamlNode>| {
            if let (Some(node), Some(line)) = (node, find_key_line(container, from)) {
                entries.push(YamlEntry {
                    key: to.to_owned(),
                    line,
                    node,
                });
            }
        };
        let variables = self.read_environment(pod, container);
        let words = |key: &str| {
            let node = container.get(key)?;
            Some(expand_words(node, &variables, &self.room))
        };
        copy("image", "image", container.get("image").cloned());
        copy("command", "entrypoint", words("command"));
        copy("args", "command", words("args"));
        entries.push(YamlEntry {
            key: "environment".to_owned(),
            line: find_key_line(container, "env").unwrap_or(line),
            node: map_node(line, file, variables),
        });
        let mounts = container.get("volumeMounts").map(YamlNode::items).unwrap_or_default();
        let mounts: Vec<YamlNode> = mounts.iter().filter_map(|mount| self.read_mount(pod, mount)).collect();
        entries.push(list_entry("volumes", line, file, mounts));
        let name = pod.service_name(container);
        entries.extend(alias_entry(line, file, &self.list_aliases(&name)));
        let place = ClusterPlace {
            namespace: pod.owner.namespace.clone(),
            container: read_text(container, "name").unwrap_or_default(),
            labels: render_labels(&pod.labels),
            is_shared: pod.is_injected || pod.containers().len() > 1 || pod.uses_host_network(),
        };
        self.add_entry(name, map_node(line, file, entries), place);
    }

    /// The variables of a container. A value that is not in these files stands as `${NAME}`, which nobody knows.
    fn read_environment(&self, pod: &ManifestPod<'_>, container: &YamlNode) -> Vec<YamlEntry> {
        let mut all: Vec<YamlEntry> = Vec::new();
        for from in container.get("envFrom").map(YamlNode::items).unwrap_or_default() {
            let prefix = read_text(from, "prefix").unwrap_or_default();
            let name = from.at(&["configMapRef", "name"]).and_then(YamlNode::text);
            let found = name.and_then(|name| self.find_object("ConfigMap", &name, pod.owner));
            for entry in found
                .and_then(|map| map.node.get("data"))
                .map(YamlNode::entries)
                .unwrap_or_default()
            {
                set_variable(
                    &mut all,
                    format!("{prefix}{}", entry.key),
                    entry.line,
                    as_text(&entry.node),
                );
            }
        }
        for one in container.get("env").map(YamlNode::items).unwrap_or_default() {
            let Some(name) = read_text(one, "name") else {
                continue;
            };
            let of_map = || {
                let key = one.at(&["valueFrom", "configMapKeyRef"])?;
                let map = self.find_object("ConfigMap", &read_text(key, "name")?, pod.owner)?;
                Some(as_text(map.node.get("data")?.get(&read_text(key, "key")?)?))
            };
            let node = match (one.get("value"), one.get("valueFrom")) {
                (Some(value), _) => expand_text(as_text(value), &all, &self.room),
                (None, None) => text_node(one.line, one.file, String::new()),
                (None, Some(_)) => of_map().unwrap_or_else(|| text_node(one.line, one.file, format!("${{{name}}}"))),
            };
            set_variable(&mut all, name, one.line, node);
        }
        all
    }

    /// A mount in the long form of Compose. What a volume holds is read where a ConfigMap or Secret of these files fills it.
    fn read_mount(&mut self, pod: &ManifestPod<'_>, mount: &YamlNode) -> Option<YamlNode> {
        let name = read_text(mount, "name")?;
        let target = read_text(mount, "mountPath")?;
        let volumes = pod.spec.get("volumes").map(YamlNode::items).unwrap_or_default();
        let volume = volumes
            .iter()
            .find(|one| read_text(one, "name").as_deref() == Some(&name));
        let folder = volume.and_then(|volume| self.read_volume(pod, volume));
        let below = read_text(mount, "subPath");
        let (kind, source) = match (folder, below) {
            (Some(folder), Some(below)) => ("bind", format!("./{folder}/{below}")),
            (Some(folder), None) => ("bind", format!("./{folder}")),
            (None, _) => ("volume", name),
        };
        let text = |key: &str, value: String| YamlEntry {
            key: key.to_owned(),
            line: mount.line,
            node: text_node(mount.line, mount.file, value),
        };
        Some(map_node(
            mount.line,
            mount.file,
            vec![
                text("type", kind.to_owned()),
                text("source", source),
                text("target", target),
            ],
        ))
    }

    /// Lays out what a volume holds, and names the folder; `None` where the manifests do not show all of it.
    fn read_volume(&mut self, pod: &ManifestPod<'_>, volume: &YamlNode) -> Option<String> {
        let projected = volume.at(&["projected", "sources"]).map(YamlNode::items);
        let sources = projected.unwrap_or_else(|| std::slice::from_ref(volume));
        let mut title = None;
        let mut files = Vec::new();
        for source in sources {
            let (kind, body, name) = match (source.get("configMap"), source.get("secret")) {
                (Some(body), _) => ("ConfigMap", body, read_text(body, "name")?),
                (_, Some(body)) => (
                    "Secret",
                    body,
                    read_text(body, "secretName").or_else(|| read_text(body, "name"))?,
                ),
                _ => return None,
            };
            let object = self.find_object(kind, &name, pod.owner)?;
            let data = if kind == "ConfigMap" { "data" } else { "stringData" };
            let data = object.node.get(data)?.entries().to_vec();
            title.get_or_insert(format!("{kind}/{name}"));
            let items = body.get("items").map(YamlNode::items).unwrap_or_default();
            for entry in data {
                if items.is_empty() {
                    files.push((entry.key.clone(), entry));
                    continue;
                }
                let chosen = items
                    .iter()
                    .filter(|item| read_text(item, "key").as_ref() == Some(&entry.key));
                files.extend(chosen.filter_map(|item| Some((read_text(item, "path")?, entry.clone()))));
            }
        }
        let mut folder = title?;
        let is_whole = sources.len() == 1 && volume.at(&["configMap", "items"]).is_none();
        if !is_whole {
            folder = format!("{folder} in {}", pod.owner.title().replace('/', " "));
        }
        if let Some(namespace) = &pod.owner.namespace {
            folder = format!("{namespace}/{folder}");
        }
        for (path, entry) in files {
            self.add_text(PathBuf::from(&folder).join(path), &entry);
        }
        Some(folder)
    }

    fn add_text(&mut self, path: PathBuf, entry: &YamlEntry) {
        let Some(text) = entry.node.text() else { return };
        let place = self.place_text(entry);
        self.texts.files.insert(normalize_path(&path), (text, place));
    }

    fn place_text(&self, entry: &YamlEntry) -> TextPlace {
        let (above, node) = (entry.line, &entry.node);
        let head = self.raw[node.file].get(above.saturating_sub(1) as usize);
        TextPlace {
            file: self.files[node.file].0.clone(),
            above,
            is_block: head.is_some_and(|line| is_block_head(line)),
        }
    }

    /// What dashboards in ConfigMaps, and those of Grafana's operator, ask for.
    fn read_dashboards(&self) -> Vec<AskedMetric> {
        let mut found = Vec::new();
        for object in self.objects {
            let (map, end) = match object.kind.as_str() {
                "ConfigMap" => (object.node.get("data"), ".json"),
                "GrafanaDashboard" => (object.node.get("spec"), "json"),
                _ => continue,
            };
            for entry in map.map(YamlNode::entries).unwrap_or_default() {
                let text = entry.node.text().filter(|_| entry.key.ends_with(end));
                let Some(text) = text else { continue };
                if let Ok(root) = parse_yaml(&text, 0)
                    && is_dashboard(&root)
                {
                    found.extend(find_dashboard_metrics(&root.json(), &text, &self.place_text(entry)));
                }
            }
        }
        found
    }

    /// A collector that the operator for OpenTelemetry runs; its Service is called `NAME-collector`.
    fn add_operated_collector(&mut self, object: &ManifestObject) {
        let spec = object.node.get("spec").map(YamlNode::entries).unwrap_or_default();
        let Some(entry) = spec.iter().find(|entry| entry.key == "config") else {
            return;
        };
        let config = &entry.node;
        let (line, file) = (config.line, config.file);
        let name = object.title();
        let path = PathBuf::from(&name).join("collector.yaml");
        match config.entries().first() {
            Some(first) => {
                let Some((text, above)) = self.cut_block(first.line, file) else {
                    return;
                };
                let place = TextPlace {
                    file: self.files[file].0.clone(),
                    above,
                    is_block: true,
                };
                self.texts.files.insert(normalize_path(&path), (text, place));
            }
            None => self.add_text(path.clone(), entry),
        }
        let mode = object.node.at(&["spec", "mode"]).and_then(YamlNode::text);
        let is_sidecar = mode.as_deref() == Some("sidecar");
        if !is_sidecar {
            self.services.push(ClusterService {
                name: format!("{}-collector", object.name),
                namespace: object.namespace.clone(),
                at: self.locate_object(object),
                headless: true,
                selector: "the operator".to_owned(),
                is_ambiguous: false,
                workloads: vec![name.clone()],
                ports: Vec::new(),
            });
        }
        let text = |value: &str| text_node(line, file, value.to_owned());
        let mount = [
            ("type", "bind"),
            ("source", &format!("./{}", path.display())),
            ("target", OPERATED_CONFIG),
        ];
        let mount = mount.map(|(key, value)| YamlEntry {
            key: key.to_owned(),
            line,
            node: text(value),
        });
        let mut entries = vec![
            list_entry(
                "command",
                line,
                file,
                vec![text(&format!("--config={OPERATED_CONFIG}"))],
            ),
            list_entry("volumes", line, file, vec![map_node(line, file, mount.to_vec())]),
        ];
        entries.extend(alias_entry(line, file, &self.list_aliases(&name)));
        let place = ClusterPlace {
            namespace: object.namespace.clone(),
            is_shared: true,
            ..ClusterPlace::default()
        };
        self.add_entry(name, map_node(object.node.line, file, entries), place);
    }

    /// The lines from one on that are indented as far, and the line above them.
    fn cut_block(&self, first: u32, file: usize) -> Option<(String, u32)> {
        let start = first.checked_sub(1)?;
        let lines = self.raw[file].get(start as usize..)?;
        let indent = |line: &str| line.len() - line.trim_start().len();
        let own = indent(lines.first()?);
        let is_flow = lines[0].trim_start().starts_with(['{', '"', '[']);
        let inside = lines
            .iter()
            .take_while(|line| line.trim().is_empty() || indent(line) >= own && !line.starts_with("---"));
        let text: Vec<&str> = inside.copied().collect();
        (!is_flow && own > 0).then(|| (text.join("\n") + "\n", start))
    }

    /// What the operator tells the SDKs that it puts into pods.
    fn add_instrumentation(&mut self, object: &ManifestObject) {
        let Some(endpoint) = object.node.at(&["spec", "exporter", "endpoint"]) else {
            return;
        };
        let (line, file) = (endpoint.line, endpoint.file);
        let variable = YamlEntry {
            key: "OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(),
            line,
            node: endpoint.clone(),
        };
        let environment = YamlEntry {
            key: "environment".to_owned(),
            line,
            node: map_node(line, file, vec![variable]),
        };
        let place = ClusterPlace {
            namespace: object.namespace.clone(),
            is_shared: true,
            ..ClusterPlace::default()
        };
        self.add_entry(object.title(), map_node(line, file, vec![environment]), place);
    }
}

/// The pod that an object runs, if any.
fn find_pod(owner: &ManifestObject) -> Option<ManifestPod<'_>> {
    let template = match owner.kind.as_str() {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => owner.node.at(&["spec", "template"])?,
        "CronJob" => owner.node.at(&["spec", "jobTemplate", "spec", "template"])?,
        "Pod" => &owner.node,
        _ => return None,
    };
    let labels = template
        .at(&["metadata", "labels"])
        .map(read_labels)
        .unwrap_or_default();
    let injected = template
        .at(&["metadata", "annotations"])
        .and_then(|all| all.get(INJECTS));
    Some(ManifestPod {
        owner,
        labels,
        spec: template.get("spec")?,
        is_injected: injected.is_some(),
    })
}

fn read_labels(node: &YamlNode) -> BTreeMap<String, String> {
    let entries = node.entries().iter();
    entries
        .filter_map(|entry| Some((entry.key.clone(), entry.node.text()?)))
        .collect()
}

/// `app=tempo,part=api`
fn render_labels(labels: &BTreeMap<String, String>) -> String {
    let all: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    all.join(",")
}

fn read_text(node: &YamlNode, key: &str) -> Option<String> {
    node.get(key).and_then(YamlNode::text)
}

fn find_key_line(node: &YamlNode, key: &str) -> Option<u32> {
    node.entries()
        .iter()
        .find(|entry| entry.key == key)
        .map(|entry| entry.line)
}

fn set_variable(all: &mut Vec<YamlEntry>, key: String, line: u32, node: YamlNode) {
    all.retain(|one| one.key != key);
    all.push(YamlEntry { key, line, node });
}

/// `key: |`, with what may stand behind it.
fn is_block_head(line: &str) -> bool {
    let code = line.split(" #").next().unwrap_or(line).trim_end();
    let head = code.trim_end_matches(|letter: char| letter.is_ascii_digit() || "+-".contains(letter));
    head.ends_with(['|', '>'])
}

/// A scalar as a text, whatever it looks like.
fn as_text(node: &YamlNode) -> YamlNode {
    YamlNode {
        value: YamlValue::Text(node.text().unwrap_or_default()),
        ..node.clone()
    }
}

fn expand_words(node: &YamlNode, variables: &[YamlEntry], room: &ExpansionRoom) -> YamlNode {
    let items = node.items_or_self().iter();
    YamlNode {
        value: YamlValue::List(items.map(|item| expand_text(as_text(item), variables, room)).collect()),
        ..node.clone()
    }
}

/// `$(NAME)` replaced by the variable's value, where it is known.
fn expand_text(mut node: YamlNode, variables: &[YamlEntry], room: &ExpansionRoom) -> YamlNode {
    let YamlValue::Text(text) = &mut node.value else {
        return node;
    };
    for variable in variables {
        let reference = format!("$({})", variable.key);
        let count = text.matches(&reference).count();
        if count > 0
            && let Some(value) = variable.node.text()
            && room.take(count.saturating_mul(value.len()))
        {
            *text = text.replace(&reference, &value);
        }
    }
    node
}

fn text_node(line: u32, file: usize, text: String) -> YamlNode {
    YamlNode {
        value: YamlValue::Text(text),
        ..YamlNode::null(line, file)
    }
}

fn map_node(line: u32, file: usize, entries: Vec<YamlEntry>) -> YamlNode {
    YamlNode {
        value: YamlValue::Map(entries),
        ..YamlNode::null(line, file)
    }
}

fn list_entry(key: &str, line: u32, file: usize, items: Vec<YamlNode>) -> YamlEntry {
    YamlEntry {
        key: key.to_owned(),
        line,
        node: YamlNode {
            value: YamlValue::List(items),
            ..YamlNode::null(line, file)
        },
    }
}

/// Other names of a service, as Compose writes them.
fn alias_entry(line: u32, file: usize, aliases: &[String]) -> Option<YamlEntry> {
    let names = aliases.iter().map(|name| text_node(line, file, name.clone()));
    let network = map_node(line, file, vec![list_entry("aliases", line, file, names.collect())]);
    let entry = |key: &str, node| YamlEntry {
        key: key.to_owned(),
        line,
        node,
    };
    (!aliases.is_empty()).then(|| entry("networks", map_node(line, file, vec![entry("default", network)])))
}
