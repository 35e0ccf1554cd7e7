//! A lab in the background. It and those who start and stop it meet in one file: the lab writes it when everything
//! answers, touches it every second, and stops when it is gone.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tokio::process::Command;

use tempoctl_bounds::bounded_reads::{read_end, read_small_text};
use tempoctl_bounds::time_bounds::deadline_after;

use super::error::LabError;
use super::options::LabAddresses;
use super::start::Lab;

pub(crate) const BEAT: Duration = Duration::from_millis(500);
const DEAD_AFTER: Duration = Duration::from_secs(5);
const START_WITHIN: Duration = Duration::from_secs(45);
/// Bytes of a state that are read.
const MOST_STATE: u64 = 1 << 20;

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
        claim_folder(&self.folder)?;
        // Of two that start at once one waits for the other, and finds its lab.
        let _lock = lock_folder(&self.folder).await?;
        if let Some(running) = self.running() {
            let what = format!(
                "a lab is already running: {}, process {}",
                running.scenario, running.pid
            );
            return Err(LabError::background(what, "Stop it with `tempoctl lab down`."));
        }
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
        if !is_announced(&file) {
            return None;
        }
        let text = read_small_text(&file, MOST_STATE).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn file(&self) -> PathBuf {
        self.folder.join("lab.json")
    }
}

/// Makes the folder the user's own: nobody else may put links or a state into it.
fn claim_folder(folder: &Path) -> Result<(), LabError> {
    let shown = || folder.display().to_string();
    std::fs::create_dir_all(folder).map_err(LabError::io(shown()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let about = std::fs::symlink_metadata(folder).map_err(LabError::io(shown()))?;
        // A process' own entry is its user's.
        let own = std::fs::metadata("/proc/self").map_or(about.uid(), |process| process.uid());
        if !about.is_dir() || about.uid() != own {
            return Err(LabError::background(
                format!("{} is not a folder of yours", shown()),
                "Set XDG_STATE_HOME to one.",
            ));
        }
        if about.mode() & 0o077 != 0 {
            let private = std::fs::Permissions::from_mode(0o700);
            std::fs::set_permissions(folder, private).map_err(LabError::io(shown()))?;
        }
    }
    Ok(())
}

/// Holds the folder while a lab starts.
async fn lock_folder(folder: &Path) -> Result<File, LabError> {
    let path = folder.join("lab.lock");
    let named = || LabError::io(path.display().to_string());
    if std::fs::symlink_metadata(&path).is_ok_and(|about| !about.is_file()) {
        std::fs::remove_file(&path).map_err(named())?;
    }
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(named())?;
    let deadline = tokio::time::Instant::from_std(deadline_after(START_WITHIN));
    while lock.try_lock().is_err() {
        if tokio::time::Instant::now() > deadline {
            return Err(LabError::background(
                "another lab is starting",
                "Wait for it, or end its process.",
            ));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(lock)
}

/// A new file; a file or a link that has its name goes first, and is not followed.
fn create_anew(path: &Path) -> std::io::Result<File> {
    if let Err(problem) = std::fs::remove_file(path)
        && problem.kind() != std::io::ErrorKind::NotFound
    {
        return Err(problem);
    }
    File::create_new(path)
}

/// True where a process says that it runs: its file is there and fresh.
pub(crate) fn is_announced(file: &Path) -> bool {
    // A link is none of ours.
    let touched = std::fs::symlink_metadata(file).ok().filter(std::fs::Metadata::is_file);
    let touched = touched.and_then(|about| about.modified().ok());
    touched.is_some_and(|at| match SystemTime::now().duration_since(at) {
        Ok(ago) => ago <= DEAD_AFTER,
        // A clock that was set back a little.
        Err(ahead) => ahead.duration() <= BEAT,
    })
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
    let log = create_anew(&log_path).map_err(log_error())?;
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
            let (why, advice) = read_last_words(&log_path);
            return Err(LabError::background(format!("{name} did not start: {why}"), advice));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// tempoctl itself.
pub(crate) fn find_own_program() -> Result<PathBuf, LabError> {
    std::env::current_exe().map_err(LabError::io("tempoctl's own path"))
}

/// Why a process ended, and what to do about it, as it said in its log; else the last line of that.
fn read_last_words(log: &Path) -> (String, String) {
    let text = read_end(log, 64 << 10).unwrap_or_default();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).rev();
    let last = lines.clone().next().unwrap_or("it wrote nothing").to_owned();
    let advice = last.strip_prefix("try: ").map(str::to_owned);
    let why = lines.find_map(|line| line.strip_prefix("error: ")).map(str::to_owned);
    (
        why.unwrap_or(last),
        advice.unwrap_or_else(|| format!("See {}.", log.display())),
    )
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
    if create_anew(&aside)
        .and_then(|mut new| new.write_all(text.as_bytes()))
        .and_then(|()| std::fs::rename(&aside, file))
        .is_err()
    {
        return;
    }
    while touch(file) {
        tokio::time::sleep(BEAT).await;
    }
}
