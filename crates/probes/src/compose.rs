//! A Compose project and the configuration files of its servers, read from the disk. Nothing is asked of Docker.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use stack::config::{Environment, MOST_SETTINGS};
use telemetry::model::compose::{ComposeProject, HostPathInfo};
use telemetry::parse::ParseError;
use telemetry::parse::app_env::EnvPairs;
use telemetry::parse::compose::single_files::{ConfigFileKind, build_single_file_project, detect_file_kind};
use telemetry::parse::compose::{
    ComposeError, ComposeRequest, ProjectFiles, load_project, normalize_path, read_service_environment,
};

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
const OF_NO_KIND: &str =
    "not a Compose project, and not a configuration of Tempo, a collector, Alloy or Grafana's data sources";
const BESIDE_A_PROJECT: &str = "checked only if the Compose project mounts it; pass it alone to check it by itself";
/// The name of what is read from standard input.
const STANDARD_INPUT: &str = "standard input";

/// What `check` was given.
pub struct CheckedFiles {
    pub project: ComposeProject,
    /// They are single configuration files: what is outside them is unknown.
    pub single: bool,
    /// Which of the files are not judged, and why.
    pub unread: Vec<String>,
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

/// Reads a Compose project, or single configuration files. One that is of another kind is a note, unless there is no other.
pub fn read_checked_files(
    files: &[PathBuf],
    tempo_version: Option<&str>,
    env: &Environment,
) -> Result<CheckedFiles, ComposeError> {
    let (mut projects, mut single, mut unusable) = (Vec::new(), Vec::new(), Vec::new());
    let mut texts = ReadTexts::default();
    for path in files {
        if path.is_dir() {
            projects.push(path.clone());
            continue;
        }
        match texts.read_named(path) {
            Err(unread) => unusable.push(unread),
            Ok((path, text)) => match detect_file_kind(&path, text) {
                Ok(Some(ConfigFileKind::Compose)) => projects.push(path),
                Ok(Some(kind)) => single.push((kind, path)),
                Ok(None) => unusable.push(ComposeError::at_file(&path, 0, OF_NO_KIND)),
                Err(broken) => unusable.push(ComposeError::at_file(&path, broken.line, broken.why)),
            },
        }
    }
    let is_single = projects.is_empty();
    if is_single && single.is_empty() {
        return Err(unusable
            .into_iter()
            .next()
            .unwrap_or_else(|| ComposeError::at_file(Path::new("."), 0, "no file was given")));
    }
    if is_single {
        let generated = PathBuf::from(GENERATED);
        let text = build_single_file_project(&single, tempo_version);
        texts.0.insert(generated.clone(), text);
        projects.push(generated);
    } else {
        unusable.extend(
            single
                .iter()
                .map(|(_, path)| ComposeError::at_file(path, 0, BESIDE_A_PROJECT)),
        );
    }
    let mut project = load_project(&ComposeRequest {
        files: &projects,
        env: &|name| env.get(name).map(str::to_owned),
        folder: &texts,
    })?;
    let unread: Vec<String> = unusable.iter().map(ToString::to_string).collect();
    project.notes.extend(unread.iter().cloned());
    Ok(CheckedFiles {
        project,
        single: is_single,
        unread,
    })
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
