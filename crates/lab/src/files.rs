//! Files that a scenario hands to doctor beside the addresses (an application's environment, a collector's log), or a
//! process to its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::LabError;

/// A folder of its own, removed when the lab stops.
#[derive(Debug)]
pub(crate) struct ScenarioFiles(PathBuf);

impl ScenarioFiles {
    /// Writes them, by name and text.
    pub(crate) fn write(files: &BTreeMap<String, String>) -> Result<ScenarioFiles, LabError> {
        let mut random = [0_u8; 8];
        let drawn = getrandom::fill(&mut random).is_ok();
        let number = if drawn {
            u64::from_le_bytes(random)
        } else {
            u64::from(std::process::id())
        };
        let folder = std::env::temp_dir().join(format!("tempoctl-lab-{number:016x}"));
        std::fs::create_dir(&folder).map_err(LabError::io(format!("cannot make {}", folder.display())))?;
        let written = ScenarioFiles(folder);
        for (name, text) in files {
            let path = written.0.join(name);
            std::fs::write(&path, text).map_err(LabError::io(format!("cannot write {}", path.display())))?;
        }
        Ok(written)
    }

    /// Where they are.
    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for ScenarioFiles {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
