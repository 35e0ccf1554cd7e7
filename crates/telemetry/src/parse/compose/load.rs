//! From the files that were named to one project.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::model::compose::{ComposeProject, FileLocation};
use crate::parse::app_env::{EnvPairs, split_key_values, unquote_value};
use crate::parse::kept::keep_project;
use crate::parse::spanned_yaml::{self, YamlEntry, YamlNode, YamlValue};
use crate::parse::{ParseError, find_nearest};

use super::substitute::{ExpansionRoom, Variables, substitute_variables};
use super::{ComposeError, LoadResult, ProjectFiles, address, merge, mounts, networks, refusals, service};

/// The names that Compose looks for in a folder, in its order.
const NAMES: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];
/// Files that include or extend each other deeper than this do so for ever.
const DEEPEST: usize = 16;
/// More files than any project is made of.
const MOST_FILES: usize = 200;

/// What to read, and with what.
pub struct ComposeRequest<'a> {
    /// The files in their order, or one folder.
    pub files: &'a [PathBuf],
    /// The environment of the process.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Where files are read.
    pub folder: &'a dyn ProjectFiles,
}

/// A file that was read.
pub(super) struct ComposeFile {
    /// As a person opens it.
    pub(super) name: String,
    /// Where its relative paths count from.
    pub(super) base: PathBuf,
    /// What its `.env` files say, where the environment says nothing.
    variables: Rc<BTreeMap<String, String>>,
}

/// The folder and the variables with which a file is read.
#[derive(Clone)]
struct FileContext {
    base: PathBuf,
    variables: Rc<BTreeMap<String, String>>,
}

/// Everything that is needed while reading.
pub(super) struct ComposeReading<'a> {
    pub(super) folder: &'a dyn ProjectFiles,
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    pub(super) read: RefCell<Vec<ComposeFile>>,
    pub(super) unset: RefCell<BTreeSet<String>>,
    pub(super) notes: RefCell<Vec<String>>,
    pub(super) room: ExpansionRoom,
}

impl ComposeReading<'_> {
    /// Where a node stands.
    pub(super) fn location(&self, node: &YamlNode) -> FileLocation {
        self.location_at(node.file, node.line)
    }

    pub(super) fn location_at(&self, file: usize, line: u32) -> FileLocation {
        FileLocation {
            file: self
                .read
                .borrow()
                .get(file)
                .map(|read| read.name.clone())
                .unwrap_or_default(),
            line,
        }
    }

    /// Where the relative paths of a node count from.
    pub(super) fn base_folder(&self, node: &YamlNode) -> PathBuf {
        self.read
            .borrow()
            .get(node.file)
            .map_or_else(|| PathBuf::from("."), |read| read.base.clone())
    }

    /// The value of a variable in a file: of the environment, else of the file's own `.env`.
    pub(super) fn look_up_variable(&self, file: usize, name: &str) -> Option<String> {
        let read = self.read.borrow();
        let read = read.get(file)?;
        // Compose is started in the folder of the project, which is where its paths count from.
        if name == "PWD" && self.read.borrow().first().is_some_and(|first| first.base == read.base) {
            return Some(".".to_owned());
        }
        (self.env)(name).or_else(|| read.variables.get(name).cloned())
    }

    /// The variables of a file of `NAME=value` lines, laid over others. Values may use the environment and what stands above.
    pub(super) fn parse_env_file(&self, text: &str, over: &mut BTreeMap<String, String>) {
        for (name, written) in split_key_values(text, &['=', ':']).unwrap_or_default() {
            let literal = written.starts_with('\'');
            let mut value = unquote_value(&written);
            if !literal && value.contains('$') {
                let get = |name: &str| (self.env)(name).or_else(|| over.get(name).cloned());
                let mut variables = Variables {
                    room: &self.room,
                    get: &get,
                    unset: BTreeSet::new(),
                };
                value = substitute_variables(&value, &mut variables).unwrap_or(value);
            }
            over.insert(name, value);
        }
    }

    pub(super) fn add_note(&self, note: impl Into<String>) {
        self.notes.borrow_mut().push(note.into());
    }
}

/// Services are compared with each other: more than anybody has would take for ever.
pub(super) const MOST_SERVICES: usize = 1000;

/// Reads a project, without what no judgement reads of it.
pub fn load_project(asked: &ComposeRequest<'_>) -> LoadResult {
    let mut project = load_whole(asked)?;
    keep_project(&mut project);
    Ok(project)
}

/// Reads a project with everything that its files say.
pub(super) fn load_whole(asked: &ComposeRequest<'_>) -> LoadResult {
    let (reading, root) = load_merged(asked)?;
    build_project(&reading, &root)
}

/// The variables that Compose sets for one service, whether a chosen profile starts it or not.
pub fn read_service_environment(asked: &ComposeRequest<'_>, service: &str) -> Result<EnvPairs, ParseError> {
    let (reading, root) = load_merged(asked).map_err(|refused| ParseError::new(refused.to_string()))?;
    let services = root.get("services").map(YamlNode::entries).unwrap_or_default();
    let Some(found) = services.iter().find(|entry| entry.key == service) else {
        let names: Vec<&str> = services.iter().map(|entry| entry.key.as_str()).collect();
        let file = asked
            .files
            .first()
            .map(|file| file.display().to_string())
            .unwrap_or_default();
        let near = find_nearest(service, names.iter().copied()).or(names.first().copied());
        let why = match service {
            "" => "is a Compose file: name one of its services,".to_owned(),
            _ => format!("has no service '{service}', only"),
        };
        return Err(ParseError::new(format!("{file} {why} {}", names.join(", ")))
            .with_suggestion(format!("{file}:{}", near.unwrap_or("shop"))));
    };
    let variables = service::read_environment(&reading, &found.node);
    if let Some(unreadable) = reading.notes.borrow().first() {
        return Err(ParseError::new(unreadable));
    }
    let set = variables
        .into_iter()
        .filter_map(|(name, found)| Some((name, found.value?)));
    Ok(set.collect())
}

fn load_merged<'a>(asked: &ComposeRequest<'a>) -> Result<(ComposeReading<'a>, YamlNode), ComposeError> {
    let files = resolve_files(asked)?;
    let base = files[0].parent().map(Path::to_owned).unwrap_or_default();
    let reading = ComposeReading {
        folder: asked.folder,
        env: asked.env,
        read: RefCell::default(),
        unset: RefCell::default(),
        notes: RefCell::default(),
        room: ExpansionRoom::default(),
    };
    let mut variables = BTreeMap::new();
    if let Ok(text) = asked.folder.read(&base.join(".env")) {
        reading.parse_env_file(&text, &mut variables);
    }
    let context = FileContext {
        base,
        variables: Rc::new(variables),
    };
    let mut root: Option<YamlNode> = None;
    for file in &files {
        let over = load_document(&reading, file, &context, 0)?;
        root = Some(match root {
            None => over,
            Some(under) => merge::merge_nodes(under, over),
        });
    }
    let root = root.unwrap_or(YamlNode::null(0, 0));
    Ok((reading, root))
}

/// True for a folder in which Compose finds a project.
pub fn is_project_folder(folder: &Path, files: &dyn ProjectFiles) -> bool {
    let is_there = |name: &&str| files.stat(&folder.join(name)).is_some_and(|found| !found.folder);
    NAMES.iter().any(is_there)
}

/// The project of a tree that somebody else made. `names` are the files of its nodes.
pub(super) fn build_tree(root: &YamlNode, names: Vec<String>, folder: &dyn ProjectFiles) -> LoadResult {
    let variables = Rc::default();
    let read = names.into_iter().map(|name| ComposeFile {
        name,
        base: PathBuf::new(),
        variables: Rc::clone(&variables),
    });
    let reading = ComposeReading {
        folder,
        env: &|_| None,
        read: RefCell::new(read.collect()),
        unset: RefCell::default(),
        notes: RefCell::default(),
        room: ExpansionRoom::default(),
    };
    let mut project = build_project(&reading, root)?;
    // What Compose would refuse is no matter here.
    project.refusals.clear();
    keep_project(&mut project);
    Ok(project)
}

/// The files to read: those that were named, or those that Compose would take in a folder.
fn resolve_files(asked: &ComposeRequest<'_>) -> Result<Vec<PathBuf>, ComposeError> {
    let Some(first) = asked.files.first() else {
        return Err(ComposeError::at_file(Path::new("."), 0, "no file given"));
    };
    if !asked.folder.stat(first).is_some_and(|found| found.folder) {
        return Ok(asked.files.to_vec());
    }
    let is_there = |path: &PathBuf| asked.folder.stat(path).is_some_and(|found| !found.folder);
    let Some(file) = NAMES.iter().map(|name| first.join(name)).find(is_there) else {
        return Err(ComposeError::at_file(first, 0, "no Compose file in this folder"));
    };
    let mut files = vec![file.clone()];
    // In a folder, Compose takes an override beside it without being told.
    let stem = file
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let beside = ["yml", "yaml"]
        .iter()
        .map(|end| file.with_file_name(format!("{stem}.override.{end}")));
    files.extend(beside.into_iter().find(is_there));
    files.extend(asked.files[1..].iter().cloned());
    Ok(files)
}

/// One file with its variables put in, what it includes below it, and its `extends` followed.
fn load_document(
    reading: &ComposeReading<'_>,
    path: &Path,
    context: &FileContext,
    depth: usize,
) -> Result<YamlNode, ComposeError> {
    let name = mounts::normalize_path(path).display().to_string();
    let index = reading.read.borrow().len();
    reading.read.borrow_mut().push(ComposeFile {
        name: name.clone(),
        base: context.base.clone(),
        variables: context.variables.clone(),
    });
    let refused = |line: u32, why: String| {
        let file = name.clone();
        ComposeError::new(FileLocation { file, line }, why)
    };
    if depth > DEEPEST || index > MOST_FILES {
        return Err(refused(0, "it includes or extends itself".to_owned()));
    }
    let text = reading
        .folder
        .read(path)
        .map_err(|why| refused(0, format!("cannot read the file: {why}")))?;
    let mut root = spanned_yaml::parse_yaml(&text, index)
        .map_err(|broken| refused(broken.line, format!("is not YAML: {}", broken.why)))?;
    substitute_tree(reading, &mut root).map_err(|(line, why)| {
        let is_unset = why.contains("must be set");
        let error = refused(line, why);
        if is_unset {
            error.advising("set it in the environment or in .env")
        } else {
            error
        }
    })?;
    if root.get("services").is_none() && root.get("include").is_none() && depth == 0 && index == 0 {
        let why = "has no `services`, so it is not a Compose file".to_owned();
        return Err(refused(root.line, why));
    }
    apply_extends(reading, &mut root, path, depth)?;
    let Some(include) = root.get("include").cloned() else {
        return Ok(root);
    };
    let mut below: Option<YamlNode> = None;
    for item in include.items() {
        let files = list_texts(item.get("path").unwrap_or(item));
        if let Some(remote) = files.iter().find(|file| is_remote(file)) {
            let at = reading.location(item);
            reading.add_note(format!("{at}: {remote} is not a file here and is not read"));
            continue;
        }
        let own = describe_include(reading, item, &files, context);
        for file in &files {
            let path = context.base.join(file);
            let node = load_document(reading, &path, &own, depth + 1)?;
            below = Some(match below {
                None => node,
                Some(under) => merge::merge_nodes(under, node),
            });
        }
    }
    Ok(match below {
        None => root,
        Some(under) => merge::merge_nodes(under, root),
    })
}

/// Folder and variables of what an item of `include` names: its own `.env` says what no file above does.
fn describe_include(
    reading: &ComposeReading<'_>,
    item: &YamlNode,
    files: &[String],
    above: &FileContext,
) -> FileContext {
    let folder = item.get("project_directory").and_then(YamlNode::text);
    let base = match (folder, files.first()) {
        (Some(folder), _) => above.base.join(folder),
        (None, Some(first)) => above.base.join(first).parent().map(Path::to_owned).unwrap_or_default(),
        (None, None) => above.base.clone(),
    };
    let env_files: Vec<PathBuf> = match item.get("env_file") {
        Some(list) => list_texts(list).iter().map(|file| above.base.join(file)).collect(),
        None => vec![base.join(".env")],
    };
    let mut variables = BTreeMap::new();
    for file in env_files {
        if let Ok(text) = reading.folder.read(&file) {
            reading.parse_env_file(&text, &mut variables);
        }
    }
    variables.extend(
        above
            .variables
            .iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    FileContext {
        base,
        variables: Rc::new(variables),
    }
}

/// A text, or each of a list.
fn list_texts(node: &YamlNode) -> Vec<String> {
    node.items_or_self().iter().filter_map(YamlNode::text).collect()
}

/// A repository or a registry, which Compose would fetch from.
fn is_remote(file: &str) -> bool {
    file.contains("://") || file.starts_with("oci:") || file.starts_with("git@") || file.contains(".git#")
}

/// Puts variables into every text of the tree.
fn substitute_tree(reading: &ComposeReading<'_>, node: &mut YamlNode) -> Result<(), (u32, String)> {
    match &mut node.value {
        YamlValue::Text(text) if text.contains('$') => {
            let file = node.file;
            let get = |name: &str| reading.look_up_variable(file, name);
            let mut variables = Variables {
                room: &reading.room,
                get: &get,
                unset: BTreeSet::new(),
            };
            *text = substitute_variables(text, &mut variables).map_err(|why| (node.line, why))?;
            reading.unset.borrow_mut().extend(variables.unset);
        }
        YamlValue::List(items) => {
            for item in items {
                substitute_tree(reading, item)?;
            }
        }
        YamlValue::Map(entries) => {
            for entry in entries {
                substitute_tree(reading, &mut entry.node)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Lays every service over the one it extends.
fn apply_extends(
    reading: &ComposeReading<'_>,
    root: &mut YamlNode,
    path: &Path,
    depth: usize,
) -> Result<(), ComposeError> {
    let Some(services) = root.get("services").cloned() else {
        return Ok(());
    };
    let mut done = BTreeMap::new();
    for entry in services.entries() {
        let whole = resolve_extends(reading, &services, entry, path, depth)?;
        done.insert(entry.key.clone(), whole);
    }
    if let YamlValue::Map(top) = &mut root.value
        && let Some(services) = top.iter_mut().find(|entry| entry.key == "services")
        && let YamlValue::Map(entries) = &mut services.node.value
    {
        for entry in entries {
            if let Some(whole) = done.remove(&entry.key) {
                entry.node = whole;
            }
        }
    }
    Ok(())
}

fn resolve_extends(
    reading: &ComposeReading<'_>,
    services: &YamlNode,
    entry: &YamlEntry,
    path: &Path,
    depth: usize,
) -> Result<YamlNode, ComposeError> {
    let Some(from) = entry.node.get("extends") else {
        return Ok(entry.node.clone());
    };
    let refused = |why: String| ComposeError::new(reading.location(from), why);
    if depth > DEEPEST {
        return Err(refused("services extend each other in a loop".to_owned()));
    }
    let name = from
        .text()
        .or_else(|| from.get("service").and_then(YamlNode::text))
        .ok_or_else(|| refused("`extends` names no service".to_owned()))?;
    let mut base = match from.get("file").and_then(YamlNode::text) {
        None => {
            let base = services
                .entries()
                .iter()
                .find(|other| other.key == name)
                .ok_or_else(|| refused(format!("extends '{name}', which is not a service here")))?;
            resolve_extends(reading, services, base, path, depth + 1)?
        }
        Some(file) => {
            let file = path.parent().unwrap_or(Path::new("")).join(file);
            let own = FileContext {
                base: file.parent().map(Path::to_owned).unwrap_or_default(),
                variables: reading.read.borrow()[entry.node.file].variables.clone(),
            };
            let other = load_document(reading, &file, &own, depth + 1)?;
            let found = other.at(&["services", &name]).cloned();
            found.ok_or_else(|| refused(format!("{} has no service '{name}'", file.display())))?
        }
    };
    // What ties the other service to its own project does not come along.
    if let YamlValue::Map(entries) = &mut base.value {
        entries.retain(|entry| !matches!(entry.key.as_str(), "extends" | "depends_on" | "profiles"));
    }
    Ok(merge::merge_nodes(base, entry.node.clone()))
}

/// The services that `up` would start.
fn build_project(reading: &ComposeReading<'_>, root: &YamlNode) -> LoadResult {
    // Without the variable the profile without a name is on (compose-go v2: cli/options.go, WithDefaultProfiles).
    let chosen = reading.look_up_variable(0, "COMPOSE_PROFILES").unwrap_or_default();
    let chosen: Vec<String> = chosen.split(',').map(|name| name.trim().to_owned()).collect();
    let mut hidden: Vec<(&str, String)> = Vec::new();
    let mut project = ComposeProject::default();
    let services = root.get("services").map(YamlNode::entries).unwrap_or_default();
    if services.len() > MOST_SERVICES {
        let why = format!("has {} services; at most {MOST_SERVICES} are read", services.len());
        return Err(ComposeError::new(reading.location(root), why));
    }
    for entry in services {
        if !matches!(entry.node.value, YamlValue::Map(_)) {
            let at = reading.location_at(entry.node.file, entry.line);
            return Err(ComposeError::new(
                at,
                format!("services.{} is not a mapping", entry.key),
            ));
        }
        let profiles: Vec<String> = entry
            .node
            .get("profiles")
            .map(|list| list.items().iter().filter_map(YamlNode::text).collect())
            .unwrap_or_default();
        let starts = profiles.is_empty()
            || profiles.iter().any(|name| chosen.contains(name))
            || chosen.iter().any(|name| name == "*");
        if starts {
            project.services.push(service::build_service(reading, root, entry));
        } else {
            project.behind_profiles.push(entry.key.clone());
            hidden.extend(profiles.into_iter().next().map(|profile| (entry.key.as_str(), profile)));
        }
    }
    if !hidden.is_empty() {
        let named: Vec<String> = hidden
            .iter()
            .map(|(service, profile)| format!("{service} ({profile})"))
            .collect();
        let profiles: BTreeSet<&str> = hidden.iter().map(|(_, profile)| profile.as_str()).collect();
        let profiles: Vec<&str> = profiles.into_iter().collect();
        reading.add_note(format!(
            "not examined, because the profile is off: {}; to include them, set COMPOSE_PROFILES={}",
            named.join(", "),
            profiles.join(",")
        ));
    }
    networks::unite_networks(reading, root, &mut project.services);
    project.refusals = refusals::list_refusals(reading, root, &project);
    for entry in root.get("volumes").map(YamlNode::entries).unwrap_or_default() {
        project.volumes.push(entry.key.clone());
        let set = |key: &str| {
            entry
                .node
                .get(key)
                .is_some_and(|set| set.text().as_deref() != Some("false"))
        };
        if set("external") || set("driver_opts") || set("driver") {
            project.external_volumes.push(entry.key.clone());
        }
    }
    project.external_networks = networks::list_external_networks(reading, root);
    project.shared_networks = list_shared_networks(root);
    address::find_named_addresses(&mut project);
    let unset = reading.unset.borrow();
    if !unset.is_empty() {
        let names: Vec<&str> = unset.iter().map(String::as_str).collect();
        reading.add_note(format!(
            "variables without a value, used as empty: {}",
            names.join(", ")
        ));
    }
    project.files = reading.read.borrow().iter().map(|read| read.name.clone()).collect();
    project.files.dedup();
    project.notes = reading.notes.borrow().clone();
    Ok(project)
}

/// Networks that other projects join: external ones, attachable ones, and those with a name of their own.
fn list_shared_networks(root: &YamlNode) -> Vec<String> {
    let is_on = |node: &YamlNode, key: &str| {
        let value = node.get(key);
        value.is_some_and(|value| value.text().as_deref() != Some("false") && value.value != YamlValue::Null)
    };
    let all = root.get("networks").map(YamlNode::entries).unwrap_or_default();
    all.iter()
        .filter(|entry| {
            ["external", "attachable", "name"]
                .iter()
                .any(|key| is_on(&entry.node, key))
        })
        .map(|entry| entry.key.clone())
        .collect()
}
