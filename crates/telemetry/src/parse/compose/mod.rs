//! A Compose project, read as `docker compose` reads it: files merged in their order, `extends` and `include` followed,
//! variables put in, profiles chosen; then the configuration files that its servers read. Pure: files are read through
//! [`Folder`].
//!
//! Rules: the Compose Specification, <https://github.com/compose-spec/compose-spec> (`13-merge.md`, `12-interpolation.md`,
//! `15-profiles.md`, `05-services.md`).

mod address;
mod asked_metrics;
mod command;
mod config_file;
pub mod dashboards;
mod dockerfile;
pub mod helm_values;
mod load;
pub mod manifests;
mod merge;
mod mounts;
mod networks;
mod ports;
mod refusals;
mod role;
mod service;
pub mod single_files;
mod substitute;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::model::compose::{ComposeProject, FileLocation, HostPathInfo};

pub use mounts::normalize_path;

pub use load::{ComposeRequest, is_project_folder, load_project, read_service_environment};

/// Where files are read. Everything that is asked of the disk goes through it.
pub trait ProjectFiles {
    /// The text of a file, or why there is none.
    fn read(&self, path: &Path) -> Result<String, String>;
    /// The files of a folder, sorted; none where it is no folder.
    fn list(&self, path: &Path) -> Vec<PathBuf>;
    /// What stands at a path.
    fn stat(&self, path: &Path) -> Option<HostPathInfo>;
    /// Where the text of a path is written, if that is in another file.
    fn place(&self, _path: &Path) -> Option<TextPlace> {
        None
    }
}

/// Where a text begins that another file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextPlace {
    /// The file, as a person opens it.
    pub file: String,
    /// The line above the first one of the text.
    pub above: u32,
    /// False where its lines are not lines of the file: all of them are on the one above.
    pub is_block: bool,
}

impl TextPlace {
    /// A file of its own.
    pub fn of_file(path: &Path) -> TextPlace {
        TextPlace {
            file: path.display().to_string(),
            above: 0,
            is_block: true,
        }
    }

    /// The line of the file for a line of the text.
    pub(crate) fn line(&self, inside: u32) -> u32 {
        if self.is_block { self.above + inside } else { self.above }
    }
}

/// Why a project cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposeError {
    /// Where.
    pub at: FileLocation,
    /// What is wrong.
    pub why: String,
    /// The way out.
    pub advice: Option<String>,
}

impl ComposeError {
    fn new(at: FileLocation, why: impl Into<String>) -> Self {
        ComposeError {
            at,
            why: why.into(),
            advice: None,
        }
    }

    /// A file that cannot be used; line 0 is the whole file.
    pub fn at_file(path: &Path, line: u32, why: impl Into<String>) -> Self {
        let file = path.display().to_string();
        ComposeError::new(FileLocation { file, line }, why)
    }

    fn advising(mut self, advice: &str) -> Self {
        self.advice = Some(advice.to_owned());
        self
    }
}

impl std::fmt::Display for ComposeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.at, self.why)
    }
}

/// What came of reading.
pub type LoadResult = Result<ComposeProject, ComposeError>;
