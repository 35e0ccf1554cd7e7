//! Test traffic beside a background lab: `tempoctl send` in a process of its own. It and those who start and stop it meet in
//! one file, as the lab's do: it touches the file, and stops when it, or the lab's, is gone.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use tokio::process::Command;

use tempoctl_bounds::time_bounds::deadline_after;

use super::background::BackgroundLab;
use super::error::LabError;

const BEAT: Duration = Duration::from_millis(500);
const DEAD_AFTER: Duration = Duration::from_secs(5);
const START_WITHIN: Duration = Duration::from_secs(10);

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
        self.folder.join("traffic.log")
    }

    /// True where it runs.
    pub fn is_running(&self) -> bool {
        let touched = std::fs::metadata(self.file()).and_then(|about| about.modified());
        touched.is_ok_and(|at| SystemTime::now().duration_since(at).unwrap_or_default() < DEAD_AFTER)
    }

    /// Starts it against the lab that runs.
    pub async fn start(&self) -> Result<(), LabError> {
        let Some(lab) = BackgroundLab::at(&self.folder).running() else {
            return Err(LabError::Background {
                what: "no stack is running to send traffic to".to_owned(),
                advice: "Start one first: `make stack-up`, or `tempoctl lab up --prefer-compose`.".to_owned(),
            });
        };
        if self.is_running() {
            return Err(LabError::Background {
                what: "test traffic is already running".to_owned(),
                advice: "Stop it with `make tempo-stop-test-generator`, or `tempoctl lab down --generator`.".to_owned(),
            });
        }
        let log = std::fs::File::create(self.log()).map_err(LabError::io(self.log().display().to_string()))?;
        let program = std::env::current_exe().map_err(LabError::io("tempoctl's own path"))?;
        let mut command = Command::new(program);
        command
            .args(["lab", "traffic", "--to", &lab.addresses.otlp_http, "--announce"])
            .arg(self.file())
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(LabError::io("the log"))?)
            .stderr(log);
        #[cfg(unix)]
        command.process_group(0);
        let mut process = command.spawn().map_err(LabError::io("the process that sends"))?;
        let deadline = tokio::time::Instant::from_std(deadline_after(START_WITHIN));
        while !self.is_running() {
            if matches!(process.try_wait(), Ok(Some(_))) || tokio::time::Instant::now() > deadline {
                return Err(LabError::Background {
                    what: "the test traffic did not start".to_owned(),
                    advice: format!("See {}.", self.log().display()),
                });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
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
    let program = std::env::current_exe().map_err(LabError::io("tempoctl's own path"))?;
    let mut child = Command::new(program)
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
        let touched = std::fs::File::options()
            .write(true)
            .open(announce)
            .and_then(|file| file.set_modified(SystemTime::now()));
        if touched.is_err() || !lab.exists() {
            break;
        }
    }
    let _ = std::fs::remove_file(announce);
    // Dropping the child ends it.
    Ok(())
}
