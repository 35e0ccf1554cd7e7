//! The Docker Engine API, over its Unix socket or TCP: which containers there are, and what they write.
//!
//! Paths have no version: each engine answers in its own (an engine of 2025 refuses the versions of 2019). Source: Docker Engine
//! API 1.41, `ContainerList`, `ContainerInspect`, `ContainerLogs`.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use super::{LogFeed, LogPiece, LogWindow, PieceSender};
use crate::clients::TlsFiles;
use crate::clients::http::add_tls;
use crate::config::{PemFile, Secret};
use telemetry::model::docker::{DockerContainer, DockerInspection};
use telemetry::model::logs::Nanos;
use telemetry::parse::endpoint::mask_url;
use telemetry::parse::logs::{frames::DockerFrames, timestamp};
use tempoctl_bounds::bounded_reads::read_small_text;

/// What is read of an error.
const COMPLAINT: usize = 64 * 1024;
/// How long a question may take.
const DEADLINE: Duration = Duration::from_secs(5);
/// How long it takes to find out that nobody is there.
const CONNECT: Duration = Duration::from_secs(2);
/// An answer may be so long.
const ANSWER: usize = 16 * 1024 * 1024;
/// Waiting for a container to run again, or for an engine to answer again.
const PAUSE: Duration = Duration::from_millis(500);

/// Where an engine is. It is shown without a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DockerAddress {
    /// A Unix socket.
    Socket(PathBuf),
    /// `http://host:2375` or `https://host:2376`
    Tcp(String),
}

impl std::fmt::Display for DockerAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DockerAddress::Socket(path) => write!(f, "unix://{}", path.display()),
            DockerAddress::Tcp(base) => f.write_str(&mask_url(base)),
        }
    }
}

/// An engine.
#[derive(Debug, Clone)]
pub struct Docker {
    client: reqwest::Client,
    base: String,
    /// Where it is, for a person.
    pub address: DockerAddress,
}

/// Why an engine says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DockerError {
    /// There is no such socket.
    #[error("no socket at {0}")]
    NoSocket(String),
    /// The socket may not be used by this user.
    #[error("{socket}: permission denied; it belongs to group {group}")]
    Permission {
        /// The socket.
        socket: String,
        /// Its group, by name or number.
        group: String,
    },
    /// It cannot be asked.
    #[error("{0}")]
    Unreachable(String),
    /// It answered with an error.
    #[error("HTTP {status}: {message}")]
    Refused {
        /// The status.
        status: u16,
        /// What it says.
        message: String,
    },
}

impl Docker {
    /// An engine at this address; with client certificates where it wants them.
    pub fn new(address: DockerAddress, tls: &TlsFiles) -> Result<Self, DockerError> {
        let builder = crate::clients::build_http_client()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT);
        let (builder, base) = match &address {
            DockerAddress::Socket(path) => (use_socket(builder, path), "http://docker".to_owned()),
            DockerAddress::Tcp(base) => (builder, base.clone()),
        };
        let client = add_tls(builder, tls)
            .map_err(|problem| DockerError::Unreachable(problem.to_string()))?
            .build()
            .map_err(|problem| DockerError::Unreachable(problem.to_string()))?;
        Ok(Docker { client, base, address })
    }

    /// Every container, also those that have ended.
    pub async fn list_containers(&self) -> Result<Vec<DockerContainer>, DockerError> {
        self.get("/containers/json?all=1").await
    }

    /// A container by id or name.
    pub async fn inspect(&self, id: &str) -> Result<DockerInspection, DockerError> {
        self.get(&format!("/containers/{}/json", encode_id(id))).await
    }

    /// The last lines of a container, each with its time before it.
    pub async fn last_lines(&self, container: &DockerInspection, lines: usize) -> Result<Vec<u8>, DockerError> {
        let wanted = LogWindow {
            tail: Some(lines),
            ..LogWindow::default()
        };
        let response = self
            .ask(&build_logs_path(&container.id, &wanted), Some(DEADLINE))
            .await?;
        let mut frames = build_frames(container);
        let mut text = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|problem| DockerError::Unreachable(find_root_cause(&problem)))?;
            frames.push(&chunk, &mut text);
            if text.len() > ANSWER {
                break;
            }
        }
        frames.end(&mut text);
        Ok(text)
    }

    /// Reads a container's log. Following goes on when the container restarts and when the engine goes away for a while.
    pub fn read(&self, name: &str, container: DockerInspection, wanted: LogWindow) -> LogFeed {
        let (feed, out) = LogFeed::new(name, true, true);
        let docker = self.clone();
        tokio::spawn(async move {
            if let Err(problem) = docker.pump(container, wanted, &out).await {
                let _ = out.send(LogPiece::Failed(problem.to_string())).await;
            }
        });
        feed
    }

    async fn pump(
        &self,
        container: DockerInspection,
        mut wanted: LogWindow,
        out: &PieceSender,
    ) -> Result<(), DockerError> {
        let name = container.name().to_owned();
        let mut seen = SeenTime::default();
        loop {
            let ended = self.stream(&container, &wanted, &mut seen, out).await;
            if out.is_closed() {
                return Ok(());
            }
            if !wanted.follow {
                return ended;
            }
            if let Err(problem @ DockerError::Refused { .. }) = ended {
                return Err(problem);
            }
            let note = match &ended {
                Err(problem) => format!("{name}: lost the Docker Engine ({problem}); waiting for it"),
                Ok(()) => format!("{name}: the container stopped; waiting for it to start again"),
            };
            let running = self.inspect(&container.id).await.is_ok_and(|now| now.is_running());
            if !running && out.send(LogPiece::Note(note)).await.is_err() {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
            if !self.wait_until_running(&container.id, out).await? {
                return Ok(());
            }
            // Go on behind the last line; without one, from where the reading began.
            wanted.from = seen.last.map(|last| last + 1).or(wanted.from);
            wanted.tail = wanted.tail.filter(|_| seen.last.is_none());
        }
    }

    /// Waits until the container runs; false where nobody waits any more.
    async fn wait_until_running(&self, id: &str, out: &PieceSender) -> Result<bool, DockerError> {
        loop {
            match self.inspect(id).await {
                Ok(now) if now.is_running() => return Ok(true),
                Err(problem @ DockerError::Refused { .. }) => return Err(problem),
                _ => {}
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = out.closed() => return Ok(false),
            }
        }
    }

    async fn stream(
        &self,
        container: &DockerInspection,
        wanted: &LogWindow,
        seen: &mut SeenTime,
        out: &PieceSender,
    ) -> Result<(), DockerError> {
        let silent = |why| DockerError::Unreachable(format!("{}: {why}", self.address));
        let path = build_logs_path(&container.id, wanted);
        let asked = super::await_piece(wanted.follow, self.ask(&path, None)).await;
        let response = asked.map_err(silent)??;
        let mut frames = build_frames(container);
        let mut stream = response.bytes_stream();
        loop {
            let chunk = tokio::select! {
                chunk = super::await_piece(wanted.follow, stream.next()) => chunk.map_err(silent)?,
                () = out.closed() => return Ok(()),
            };
            let mut text = Vec::new();
            let (ended, result) = match chunk {
                Some(Ok(chunk)) => {
                    frames.push(&chunk, &mut text);
                    (false, Ok(()))
                }
                Some(Err(problem)) => (true, Err(DockerError::Unreachable(find_root_cause(&problem)))),
                None => (true, Ok(())),
            };
            if ended && !wanted.follow {
                frames.end(&mut text);
            }
            // What is left of a line when the connection breaks comes whole with the next one.
            seen.note_stamps(&text);
            if !text.is_empty() && out.send(LogPiece::Bytes(text)).await.is_err() {
                return Ok(());
            }
            if ended {
                return result;
            }
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, DockerError> {
        let response = self.ask(path, Some(DEADLINE)).await?;
        let mut body = Vec::new();
        let mut stream = response.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|problem| DockerError::Unreachable(find_root_cause(&problem)))?;
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER {
                return Err(DockerError::Unreachable(format!("{path}: the response is too long")));
            }
        }
        serde_json::from_slice(&body)
            .map_err(|problem| DockerError::Unreachable(format!("{path}: not a Docker Engine response: {problem}")))
    }

    async fn ask(&self, path: &str, within: Option<Duration>) -> Result<reqwest::Response, DockerError> {
        let mut request = self.client.get(format!("{}{path}", self.base));
        if let Some(within) = within {
            request = request.timeout(within);
        }
        let response = request.send().await.map_err(|problem| self.unreachable(&problem))?;
        let status = response.status().as_u16();
        if status == 200 {
            return Ok(response);
        }
        let mut body = Vec::new();
        let mut stream = response.bytes_stream();
        // What is there of a message is better than none.
        let _ = tokio::time::timeout(DEADLINE, async {
            while let Some(Ok(chunk)) = stream.next().await {
                body.extend_from_slice(&chunk[..chunk.len().min(COMPLAINT - body.len())]);
                if body.len() == COMPLAINT {
                    break;
                }
            }
        })
        .await;
        let body = String::from_utf8_lossy(&body);
        let told: Option<String> = serde_json::from_str::<serde_json::Value>(&body)
            .ok()
            .and_then(|body| body.get("message")?.as_str().map(str::to_owned));
        let message = told.unwrap_or_else(|| body.lines().next().unwrap_or_default().chars().take(200).collect());
        Err(DockerError::Refused { status, message })
    }

    fn unreachable(&self, problem: &reqwest::Error) -> DockerError {
        let DockerAddress::Socket(path) = &self.address else {
            return DockerError::Unreachable(format!("{}: {}", self.address, find_root_cause(problem)));
        };
        let socket = path.display().to_string();
        let mut source: Option<&dyn std::error::Error> = Some(problem);
        while let Some(error) = source {
            match error.downcast_ref::<std::io::Error>().map(std::io::Error::kind) {
                Some(std::io::ErrorKind::NotFound) => return DockerError::NoSocket(socket),
                Some(std::io::ErrorKind::PermissionDenied) => {
                    return DockerError::Permission {
                        group: find_socket_group(path),
                        socket,
                    };
                }
                _ => source = error.source(),
            }
        }
        DockerError::Unreachable(format!("{socket}: {}", find_root_cause(problem)))
    }
}

/// Where the last whole line stands in time.
#[derive(Default)]
struct SeenTime {
    last: Option<Nanos>,
}

impl SeenTime {
    fn note_stamps(&mut self, text: &[u8]) {
        let stamps = text.split(|byte| *byte == b'\n').filter_map(timestamp::parse_rfc3339);
        self.last = self.last.max(stamps.map(|(nanos, _)| nanos).max());
    }
}

#[cfg(unix)]
fn use_socket(builder: reqwest::ClientBuilder, path: &std::path::Path) -> reqwest::ClientBuilder {
    builder.unix_socket(path)
}

#[cfg(not(unix))]
fn use_socket(builder: reqwest::ClientBuilder, _: &std::path::Path) -> reqwest::ClientBuilder {
    builder
}

fn build_frames(container: &DockerInspection) -> DockerFrames {
    if container.config.tty {
        DockerFrames::raw()
    } else {
        DockerFrames::default()
    }
}

fn build_logs_path(id: &str, wanted: &LogWindow) -> String {
    let mut query = format!("/containers/{}/logs?stdout=1&stderr=1&timestamps=1", encode_id(id));
    let mut time = |name: &str, nanos: Option<Nanos>| {
        if let Some(nanos) = nanos.filter(|nanos| *nanos >= 0) {
            query.push_str(&format!(
                "&{name}={}.{:09}",
                nanos / 1_000_000_000,
                nanos % 1_000_000_000
            ));
        }
    };
    time("since", wanted.from);
    time("until", wanted.to);
    if let Some(tail) = wanted.tail {
        query.push_str(&format!("&tail={tail}"));
    }
    if wanted.follow {
        query.push_str("&follow=1");
    }
    query
}

fn encode_id(id: &str) -> String {
    percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The innermost reason: it names what happened.
fn find_root_cause(problem: &reqwest::Error) -> String {
    let mut error: &dyn std::error::Error = problem;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// The group that may use the socket.
fn find_socket_group(path: &std::path::Path) -> String {
    #[cfg(unix)]
    if let Ok(about) = std::fs::metadata(path) {
        use std::os::unix::fs::MetadataExt;
        let id = about.gid().to_string();
        let groups = read_small_text("/etc/group".as_ref(), 4 << 20).unwrap_or_default();
        let named = groups.lines().find_map(|line| {
            let mut parts = line.split(':');
            let name = parts.next()?;
            (parts.nth(1)? == id).then(|| name.to_owned())
        });
        return named.unwrap_or(id);
    }
    let _ = path;
    "docker".to_owned()
}

/// A PEM file of `DOCKER_CERT_PATH`.
pub fn read_pem(path: &std::path::Path) -> Option<PemFile> {
    let text = Secret::new(read_small_text(path, 1 << 20).ok()?);
    let path = path.to_owned();
    Some(PemFile { path, text })
}
