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

pub(crate) const BEAT: Duration = Duration::from_millis(500);
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
            let what = format!(
                "a lab is already running: {}, process {}",
                running.scenario, running.pid
            );
            return Err(LabError::background(what, "Stop it with `tempoctl lab down`."));
        }
        std::fs::create_dir_all(&self.folder).map_err(LabError::io(self.folder.display().to_string()))?;
        let _ = std::fs::remove_file(self.file());
        start_announced(typed, &self.file(), "the lab").await?;
        self.running()
            .ok_or_else(|| LabError::background("the lab did not start", "It stopped at once: start it again."))
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
        let file = self.file();
        let text = is_announced(&file).then(|| std::fs::read_to_string(&file).ok())?;
        serde_json::from_str(&text?).ok()
    }

    fn file(&self) -> PathBuf {
        self.folder.join("lab.json")
    }
}

/// True where a process says that it runs: its file is there and fresh.
pub(crate) fn is_announced(file: &Path) -> bool {
    let touched = std::fs::metadata(file).and_then(|about| about.modified());
    touched.is_ok_and(|at| SystemTime::now().duration_since(at).unwrap_or_default() <= DEAD_AFTER)
}

/// Says once more that this process runs; false where somebody took the file away.
pub(crate) fn touch(file: &Path) -> bool {
    let opened = std::fs::File::options().write(true).open(file);
    opened.and_then(|file| file.set_modified(SystemTime::now())).is_ok()
}

/// Runs `tempoctl lab … --announce FILE` in the background and waits until it says that it runs. What it writes goes
/// to a log beside the file.
pub(crate) async fn start_announced(
    typed: impl IntoIterator<Item = OsString>,
    file: &Path,
    name: &str,
) -> Result<(), LabError> {
    let log_path = file.with_extension("log");
    let log_error = || LabError::io(log_path.display().to_string());
    let log = std::fs::File::create(&log_path).map_err(log_error())?;
    let mut command = Command::new(find_own_program()?);
    command
        .arg("lab")
        .args(typed)
        .arg("--announce")
        .arg(file)
        .stdin(Stdio::null())
        .stdout(log.try_clone().map_err(log_error())?)
        .stderr(log);
    #[cfg(unix)]
    command.process_group(0);
    let mut process = command
        .spawn()
        .map_err(LabError::io(format!("the process of {name}")))?;
    let deadline = tokio::time::Instant::from_std(deadline_after(START_WITHIN));
    while !is_announced(file) {
        if matches!(process.try_wait(), Ok(Some(_))) || tokio::time::Instant::now() > deadline {
            let _ = process.start_kill();
            return Err(LabError::background(
                format!("{name} did not start"),
                read_last_line(&log_path),
            ));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// tempoctl itself.
pub(crate) fn find_own_program() -> Result<PathBuf, LabError> {
    std::env::current_exe().map_err(LabError::io("tempoctl's own path"))
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
    while touch(file) {
        tokio::time::sleep(BEAT).await;
    }
}
