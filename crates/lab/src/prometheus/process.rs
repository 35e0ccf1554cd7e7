//! A real Prometheus as a child process, in a folder of its own, gone when the lab is.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use http_body_util::Full;
use tempoctl_bounds::bounded_reads::read_end;
use tokio::process::{Child as Process, Command};

use super::super::error::LabError;
use super::super::files::ScenarioFiles;
use super::super::options::PrometheusChoice;
use super::super::remote_write::{HttpExchange, exchange_http};
use super::super::settings::LabSettings;
use super::super::tempo::render_go_duration;

/// A running Prometheus.
#[derive(Debug)]
pub(crate) struct PrometheusProcess {
    _process: Process,
    // Removed after the process: what it still writes is of no use to anybody.
    _files: ScenarioFiles,
}

/// The binary to start; `None` where the lab's own Prometheus is wanted, or `auto` finds no other.
pub(crate) fn find_prometheus(choice: &PrometheusChoice) -> Result<Option<PathBuf>, LabError> {
    match choice {
        PrometheusChoice::Simulated => Ok(None),
        PrometheusChoice::Auto => Ok(find_on_path("prometheus")),
        PrometheusChoice::Binary(path) => {
            let found = if path.components().count() == 1 {
                find_on_path(&path.to_string_lossy())
            } else {
                path.is_file().then(|| path.clone())
            };
            found.map(Some).ok_or_else(|| LabError::NoPrometheus {
                binary: path.display().to_string(),
            })
        }
    }
}

fn find_on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
}

impl PrometheusProcess {
    /// Starts it and waits until it is ready.
    pub(crate) async fn start(binary: &Path, settings: &LabSettings) -> Result<PrometheusProcess, LabError> {
        let config = ("prometheus.yml".to_owned(), render_config(settings));
        let files = ScenarioFiles::write(&BTreeMap::from([config]))?;
        let log_path = files.folder().join("prometheus.log");
        let log = std::fs::File::create(&log_path).map_err(LabError::io(log_path.display().to_string()))?;
        let address = settings.sockets.prometheus;
        let mut command = Command::new(binary);
        command
            .arg("--config.file=prometheus.yml")
            .arg("--storage.tsdb.path=data")
            .arg(format!("--web.listen-address={address}"))
            .current_dir(files.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::from(log))
            .kill_on_drop(true);
        if !settings.fault.receiver_off {
            command.arg("--web.enable-remote-write-receiver");
        }
        if !settings.fault.exemplar_storage_off {
            command.arg("--enable-feature=exemplar-storage");
        }
        let process = command.spawn().map_err(LabError::io(binary.display().to_string()))?;
        let mut child = PrometheusProcess {
            _process: process,
            _files: files,
        };
        child.wait_until_ready(address, &log_path).await?;
        Ok(child)
    }

    async fn wait_until_ready(&mut self, address: SocketAddr, log: &Path) -> Result<(), LabError> {
        let failed = || {
            let text = read_end(log, 64 << 10).unwrap_or_default();
            let last = text.lines().rev().find(|line| !line.trim().is_empty());
            LabError::PrometheusFailed {
                reason: last.unwrap_or("it wrote nothing").to_owned(),
            }
        };
        for _ in 0..300 {
            if matches!(self._process.try_wait(), Ok(Some(_)) | Err(_)) {
                return Err(failed());
            }
            if is_ready(address).await {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(failed())
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(request) = Request::get(format!("http://{address}/-/ready")).body(Full::new(Bytes::new())) else {
        return false;
    };
    matches!(
        exchange_http(request, Duration::from_secs(2)).await,
        HttpExchange::Answered { status: 200, .. }
    )
}

fn render_config(settings: &LabSettings) -> String {
    let interval = render_go_duration(settings.scrape_interval);
    let mut text = format!("global:\n  scrape_interval: {interval}\n  scrape_timeout: {interval}\nscrape_configs:\n");
    for (job, target) in settings.scraped_jobs() {
        text.push_str(&format!(
            "  - job_name: {job}\n    static_configs:\n      - targets: [\"{target}\"]\n"
        ));
    }
    text
}
