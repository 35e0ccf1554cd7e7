//! A Compose project and the configuration files of its servers, read from the disk. Nothing is asked of Docker.

use std::path::{Path, PathBuf};

use stack::config::{Environment, MOST_SETTINGS};
use telemetry::model::compose::{ComposeProject, HostPathInfo};
use telemetry::parse::ParseError;
use telemetry::parse::app_env::EnvPairs;
use telemetry::parse::compose::{ComposeError, ComposeRequest, ProjectFiles, load_project, read_service_environment};

/// More files than this in a folder are not looked at.
const MOST_FILES: usize = 200;

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
