//! A Compose project and the configuration files of its servers, read from the disk. Nothing is asked of Docker.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use stack::config::{Environment, MOST_SETTINGS};
use telemetry::model::compose::{AskedMetric, ComposeProject, HostPathInfo, parse_version};
use telemetry::parse::ParseError;
use telemetry::parse::app_env::EnvPairs;
use telemetry::parse::compose::dashboards::find_dashboard_metrics;
use telemetry::parse::compose::helm_values::load_values;
use telemetry::parse::compose::manifests::load_manifests;
use telemetry::parse::compose::single_files::{ConfigFileKind, build_single_file_project, detect_file_kind};
use telemetry::parse::compose::{
    ComposeError, ComposeRequest, ProjectFiles, TextPlace, is_project_folder, load_project, normalize_path,
    read_service_environment,
};
use telemetry::parse::spanned_yaml::{YamlNode, parse_yaml};

/// More files than this in a folder are not looked at.
const MOST_FILES: usize = 200;
/// A file that was named is not larger than this: what Helm or Kustomize prints may hold a whole cluster.
const MOST_NAMED: u64 = 16 << 20;

/// The files of this machine.
struct ComposeDisk;

impl ProjectFiles for ComposeDisk {
    fn read(&self, path: &Path) -> Result<String, String> {
        let about = std::fs::metadata(path).map_err(|why| stack::config::explain_io_error(&why).to_owned())?;
        if about.is_dir() {
            return Err("it is a folder".to_owned());
        }
        // Opening a pipe waits for its writer, and a device has no end.
        if !about.is_file() {
            return Err("it is not a regular file".to_owned());
        }
        stack::config::Disk
            .decode_text(path, MOST_SETTINGS)
            .map_err(|why| stack::config::explain_io_error(&why))
    }

    fn list(&self, path: &Path) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(path)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .take(MOST_FILES)
            .filter(|path| path.is_file())
            .collect();
        files.sort();
        files
    }

    fn stat(&self, path: &Path) -> Option<HostPathInfo> {
        let about = std::fs::metadata(path).ok()?;
        #[cfg(unix)]
        let (uid, mode) = {
            use std::os::unix::fs::MetadataExt;
            (Some(about.uid()), Some(about.mode()))
        };
        #[cfg(not(unix))]
        let (uid, mode) = (None, None);
        Some(HostPathInfo {
            folder: about.is_dir(),
            uid,
            mode,
        })
    }
}

/// Reads the project that these files make, variables taken from the environment, then from `.env`.
pub fn read_compose_project(files: &[PathBuf], env: &Environment) -> Result<ComposeProject, ComposeError> {
    load_project(&ComposeRequest {
        files,
        env: &|name| env.get(name).map(str::to_owned),
        folder: &ComposeDisk,
    })
}

/// The project that is made for single files; its lines are nobody's.
pub const GENERATED: &str = "the given files";
const OF_NO_KIND: &str = "not a Compose project, a manifest or values of a chart for Tempo, and not a configuration of Tempo, a collector, \
    Alloy or Grafana's data sources";
const BESIDE_A_PROJECT: &str = "checked only if the Compose project mounts it; pass it alone to check it by itself";
/// The name of what is read from standard input.
const STANDARD_INPUT: &str = "standard input";

/// What the files are together; it decides what can be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckedKind {
    Compose,
    /// Objects of Kubernetes, and configuration files beside them.
    Manifests,
    /// Configuration files alone: what is outside them is unknown.
    SingleFiles,
}

/// What `check` was given.
pub struct CheckedFiles {
    pub project: ComposeProject,
    pub kind: CheckedKind,
}

/// Texts that were read already, a pipe's among them, in front of the files of this machine.
#[derive(Default)]
struct ReadTexts(BTreeMap<PathBuf, String>);

impl ReadTexts {
    /// Reads what was named: a file, a pipe, or `-` for standard input. What a pipe says is read once.
    fn read_named(&mut self, path: &Path) -> Result<(PathBuf, &str), ComposeError> {
        let name = if path == Path::new("-") {
            PathBuf::from(STANDARD_INPUT)
        } else {
            normalize_path(path)
        };
        let text = stack::config::Disk
            .text_or_stdin(path, MOST_NAMED)
            .map_err(|why| ComposeError::at_file(&name, 0, stack::config::explain_io_error(&why)))?;
        let text = self.0.entry(name.clone()).or_insert(text);
        Ok((name, text))
    }
}

impl ProjectFiles for ReadTexts {
    fn read(&self, path: &Path) -> Result<String, String> {
        match self.0.get(&normalize_path(path)) {
            Some(text) => Ok(text.clone()),
            None => ComposeDisk.read(path),
        }
    }

    fn list(&self, path: &Path) -> Vec<PathBuf> {
        ComposeDisk.list(path)
    }

    fn stat(&self, path: &Path) -> Option<HostPathInfo> {
        let given = self.0.get(&normalize_path(path)).map(|_| HostPathInfo {
            folder: false,
            uid: None,
            mode: None,
        });
        ComposeDisk.stat(path).or(given)
    }
}

/// The files of a folder and of those in it that may be configurations; `None` for a folder with a Compose project.
fn list_configurations(folder: &Path) -> Option<Vec<PathBuf>> {
    if is_project_folder(folder, &ComposeDisk) {
        return None;
    }
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
            if name.starts_with('.') || path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if matches!(end, "yaml" | "yml" | "json" | "alloy" | "river") && path.is_file() {
                found.push(path);
            }
            if found.len() + folders.len() >= MOST_FILES {
                return Some(found);
            }
        }
    }
    Some(found)
}

/// Reads a Compose project, or single configuration files. One that is of another kind is a note, unless there is no other.
pub fn read_checked_files(
    files: &[PathBuf],
    tempo_version: Option<&str>,
    env: &Environment,
) -> Result<CheckedFiles, ComposeError> {
    let (mut projects, mut single, mut unusable) = (Vec::new(), Vec::new(), Vec::new());
    let mut texts = ReadTexts::default();
    let (mut listed, mut unknown) = (Vec::new(), Vec::new());
    for path in files {
        if path.is_dir() {
            match list_configurations(path) {
                Some(found) => listed.extend(found),
                None => projects.push(path.clone()),
            }
            continue;
        }
        match texts.read_named(path) {
            Err(unread) => unusable.push(unread),
            Ok((path, text)) => match detect_file_kind(&path, text) {
                Ok(Some(ConfigFileKind::Compose)) => projects.push(path),
                Ok(Some(kind)) => single.push((kind, path)),
                Ok(None) => unknown.push(path),
                Err(broken) => unusable.push(ComposeError::at_file(&path, broken.line, broken.why)),
            },
        }
    }
    for path in listed {
        // What else is in a folder, nobody named.
        if let Ok((path, text)) = texts.read_named(&path)
            && let Ok(Some(kind)) = detect_file_kind(&path, text)
            && kind != ConfigFileKind::Compose
        {
            single.push((kind, path));
        }
    }
    // Beside values of a chart, a file that says nothing of itself has more of them.
    if single.iter().any(|(kind, _)| *kind == ConfigFileKind::HelmValues) {
        single.extend(unknown.into_iter().map(|path| (ConfigFileKind::HelmValues, path)));
    } else {
        unusable.extend(unknown.iter().map(|path| ComposeError::at_file(path, 0, OF_NO_KIND)));
    }
    let (manifests, single): (Vec<_>, Vec<_>) = single
        .into_iter()
        .partition(|(kind, _)| *kind == ConfigFileKind::Manifest);
    let (values, single): (Vec<_>, Vec<_>) = single
        .into_iter()
        .partition(|(kind, _)| *kind == ConfigFileKind::HelmValues);
    let (dashboards, single): (Vec<_>, Vec<_>) = single
        .into_iter()
        .partition(|(kind, _)| *kind == ConfigFileKind::Dashboard);
    let dashboard_metrics: Vec<AskedMetric> = dashboards
        .iter()
        .filter_map(|(_, path)| {
            let text = texts.0.get(path)?;
            let tree = parse_yaml(text, 0).ok()?.json();
            Some(find_dashboard_metrics(&tree, text, &TextPlace::of_file(path)))
        })
        .flatten()
        .collect();
    let parse_values = |(_, path): &(ConfigFileKind, PathBuf)| {
        let index = values.iter().position(|(_, other)| other == path)?;
        let root = parse_yaml(texts.0.get(path)?, index).ok()?;
        Some((path.display().to_string(), root))
    };
    let trees: Vec<(String, YamlNode)> = values.iter().filter_map(parse_values).collect();
    let load = |texts: &ReadTexts, files: &[PathBuf]| {
        load_project(&ComposeRequest {
            files,
            env: &|name| env.get(name).map(str::to_owned),
            folder: texts,
        })
    };
    let (kind, mut project) = if !projects.is_empty() {
        let beside = manifests.iter().chain(&values).chain(&dashboards).chain(&single);
        unusable.extend(beside.map(|(_, path)| ComposeError::at_file(path, 0, BESIDE_A_PROJECT)));
        (CheckedKind::Compose, load(&texts, &projects)?)
    } else if !manifests.is_empty() || !values.is_empty() {
        let read = |(_, path): &(ConfigFileKind, PathBuf)| (path.display().to_string(), texts.0[path].clone());
        let manifests: Vec<(String, String)> = manifests.iter().map(read).collect();
        let mut project = load_manifests(&manifests)?;
        project.add_values(load_values(&trees, tempo_version)?);
        if !single.is_empty() {
            texts.0.insert(
                PathBuf::from(GENERATED),
                build_single_file_project(&single, tempo_version),
            );
            project.add_files(load(&texts, &[PathBuf::from(GENERATED)])?);
        }
        (CheckedKind::Manifests, project)
    } else if !single.is_empty() {
        texts.0.insert(
            PathBuf::from(GENERATED),
            build_single_file_project(&single, tempo_version),
        );
        (CheckedKind::SingleFiles, load(&texts, &[PathBuf::from(GENERATED)])?)
    } else if !dashboards.is_empty() {
        let files = dashboards.iter().map(|(_, path)| path.display().to_string());
        let project = ComposeProject {
            files: files.collect(),
            ..ComposeProject::default()
        };
        (CheckedKind::SingleFiles, project)
    } else {
        return Err(unusable.into_iter().next().unwrap_or_else(|| {
            let at = files.first().map_or(Path::new("."), PathBuf::as_path);
            ComposeError::at_file(
                at,
                0,
                "no Compose project, manifest, values or configuration that check reads",
            )
        }));
    };
    if kind != CheckedKind::Compose {
        project.dashboard_metrics.extend(dashboard_metrics);
        project.given_version = tempo_version.and_then(parse_version);
    }
    project.notes.extend(unusable.iter().map(ToString::to_string));
    Ok(CheckedFiles { project, kind })
}

/// The variables that one service of a Compose file is started with.
pub fn read_service_variables(file: &Path, service: &str, env: &Environment) -> Result<EnvPairs, ParseError> {
    let asked = ComposeRequest {
        files: &[file.to_owned()],
        env: &|name| env.get(name).map(str::to_owned),
        folder: &ComposeDisk,
    };
    read_service_environment(&asked, service).map_err(|refused| match refused.suggestion {
        Some(_) => refused,
        None => refused.with_suggestion(format!("{}:shop", file.display())),
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_not_read() {
        let refused = ComposeDisk.read(Path::new("/dev/zero")).expect_err("it has no end");
        assert_eq!(refused, "it is not a regular file");
    }
}
