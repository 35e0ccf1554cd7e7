//! A lab in the background. It and those who start and stop it meet in one file: the lab writes it when everything
//! answers, touches it every second, and stops when it is gone.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tokio::process::Command;

use tempoctl_bounds::time_bounds::deadline_after;

use super::error::LabError;
use super::options::LabAddresses;
use super::start::Lab;

const BEAT: Duration = Duration::from_millis(500);
const DEAD_AFTER: Duration = Duration::from_secs(5);
const START_WITHIN: Duration = Duration::from_secs(45);

/// The place where `up` and `down` meet.
#[derive(Debug)]
pub struct BackgroundLab {
    folder: PathBuf,
}

/// What a background lab says about itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunningLab {
    /// The process, for people.
    pub pid: u32,
    /// The scenario's name.
    pub scenario: String,
    /// Where it answers.
    pub addresses: LabAddresses,
    /// Whether a real Prometheus runs behind it.
    pub real_prometheus: bool,
    /// The flags with which doctor looks at it.
    pub doctor_args: Vec<String>,
}

impl BackgroundLab {
    /// The background lab of a state folder.
    pub fn at(folder: &Path) -> BackgroundLab {
        BackgroundLab {
            folder: folder.to_owned(),
        }
    }

    /// Starts one and waits until it answers.
    pub async fn start(&self, typed: Vec<OsString>) -> Result<RunningLab, LabError> {
        if let Some(running) = self.running() {
            return Err(LabError::Background {
                what: format!(
                    "a lab is already running: {}, process {}",
                    running.scenario, running.pid
                ),
                advice: "Stop it with `tempoctl lab down`.".to_owned(),
            });
        }
        let shown = self.folder.display().to_string();
        std::fs::create_dir_all(&self.folder).map_err(LabError::io(&shown))?;
        let _ = std::fs::remove_file(self.file());
        let log_path = self.folder.join("lab.log");
        let log = std::fs::File::create(&log_path).map_err(LabError::io(&shown))?;
        let program = std::env::current_exe().map_err(LabError::io("tempoctl's own path"))?;
        let mut command = Command::new(program);
        command
            .arg("lab")
            .args(typed)
            .arg("--announce")
            .arg(self.file())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::from(log));
        #[cfg(unix)]
        command.process_group(0);
        let mut process = command.spawn().map_err(LabError::io("the lab's process"))?;
        let deadline = tokio::time::Instant::from_std(deadline_after(START_WITHIN));
        loop {
            if let Some(running) = self.running() {
                return Ok(running);
            }
            let ended = matches!(process.try_wait(), Ok(Some(_)));
            if ended || tokio::time::Instant::now() > deadline {
                let _ = process.start_kill();
                return Err(LabError::Background {
                    what: "the lab did not start".to_owned(),
                    advice: read_last_line(&log_path),
                });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Stops it; false where none was running.
    pub async fn stop(&self) -> Result<bool, LabError> {
        let Some(running) = self.running() else {
            return Ok(false);
        };
        std::fs::remove_file(self.file()).map_err(LabError::io(self.file().display().to_string()))?;
        let address = running.addresses.tempo.trim_start_matches("http://").to_owned();
        for _ in 0..100 {
            if tokio::net::TcpListener::bind(&address).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(true)
    }

    /// The lab that runs, if one does: its file is there and fresh.
    pub fn running(&self) -> Option<RunningLab> {
        let touched = std::fs::metadata(self.file()).ok()?.modified().ok()?;
        let age = SystemTime::now().duration_since(touched).unwrap_or_default();
        if age > DEAD_AFTER {
            return None;
        }
        serde_json::from_str(&std::fs::read_to_string(self.file()).ok()?).ok()
    }

    fn file(&self) -> PathBuf {
        self.folder.join("lab.json")
    }
}

fn read_last_line(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    last.map_or_else(|| format!("See {}.", log.display()), str::to_owned)
}

/// Says that the lab is up, and returns when somebody takes the file away.
pub async fn announce_until_removed(file: &Path, lab: &Lab) {
    let running = RunningLab {
        pid: std::process::id(),
        scenario: lab.scenario().name.clone(),
        addresses: lab.addresses().clone(),
        real_prometheus: lab.has_real_prometheus(),
        doctor_args: lab.doctor_args(),
    };
    let Ok(text) = serde_json::to_string(&running) else {
        return;
    };
    // Written aside and moved, so that nobody reads half of it.
    let aside = file.with_extension("new");
    if std::fs::write(&aside, &text)
        .and_then(|()| std::fs::rename(&aside, file))
        .is_err()
    {
        return;
    }
    loop {
        tokio::time::sleep(BEAT).await;
        let touched = std::fs::File::options()
            .write(true)
            .open(file)
            .and_then(|file| file.set_modified(SystemTime::now()));
        if touched.is_err() {
            return;
        }
    }
}
