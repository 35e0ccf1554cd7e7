//! Test traffic beside a background lab: `tempoctl send` in a process of its own. It and those who start and stop it meet in
//! one file, as the lab's do: it touches the file, and stops when it, or the lab's, is gone.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::background::{BEAT, BackgroundLab, find_own_program, is_announced, start_announced, touch};
use super::error::LabError;

/// The place where those who start and stop it meet.
#[derive(Debug)]
pub struct TestTraffic {
    folder: PathBuf,
}

impl TestTraffic {
    /// The traffic of a state folder.
    pub fn at(folder: &Path) -> TestTraffic {
        TestTraffic {
            folder: folder.to_owned(),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("traffic")
    }

    /// What it wrote.
    pub fn log(&self) -> PathBuf {
        self.file().with_extension("log")
    }

    /// True where it runs.
    pub fn is_running(&self) -> bool {
        is_announced(&self.file())
    }

    /// Starts it against the lab that runs.
    pub async fn start(&self) -> Result<(), LabError> {
        let Some(lab) = BackgroundLab::at(&self.folder).running() else {
            return Err(LabError::background(
                "no stack is running to send traffic to",
                "Start one first: `make stack-up`, or `tempoctl lab up --prefer-compose`.",
            ));
        };
        if self.is_running() {
            return Err(LabError::background(
                "test traffic is already running",
                "Stop it with `make tempo-stop-test-generator`, or `tempoctl lab down --generator`.",
            ));
        }
        let typed = ["traffic", "--to", &lab.addresses.otlp_http].map(OsString::from);
        start_announced(typed, &self.file(), "the test traffic").await
    }

    /// Stops it; false where none was sent.
    pub fn stop(&self) -> Result<bool, LabError> {
        let was = self.is_running();
        match std::fs::remove_file(self.file()) {
            Err(why) if was => Err(LabError::io(self.file().display().to_string())(why)),
            _ => Ok(was),
        }
    }
}

/// Sends until the file is taken away, or `stopped`. This is the process that `start` begins.
pub async fn send_until_removed(to: &str, announce: &Path, stopped: impl Future<Output = ()>) -> Result<(), LabError> {
    tokio::pin!(stopped);
    let mut child = Command::new(find_own_program()?)
        .args(["send", "--rate", "5", "--otlp-endpoint", to])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(LabError::io("tempoctl send"))?;
    std::fs::write(announce, std::process::id().to_string()).map_err(LabError::io(announce.display().to_string()))?;
    let lab = announce.with_file_name("lab.json");
    loop {
        tokio::select! {
            ended = child.wait() => {
                let _ = std::fs::remove_file(announce);
                return ended.map(|_| ()).map_err(LabError::io("tempoctl send"));
            }
            () = &mut stopped => break,
            () = tokio::time::sleep(BEAT) => {}
        }
        if !touch(announce) || !lab.exists() {
            break;
        }
    }
    let _ = std::fs::remove_file(announce);
    // Dropping the child ends it.
    Ok(())
}
