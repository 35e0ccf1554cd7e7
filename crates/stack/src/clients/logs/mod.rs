//! Where logs are kept: files, the Docker Engine, Loki, and the programs that know journald and Kubernetes. Each sends the
//! bytes of one log as they come.

pub mod program;
pub mod docker;
pub mod files;
mod line_buffer;
pub mod loki;

use tokio::sync::mpsc;

use telemetry::model::logs::Nanos;

/// Pieces that wait to be taken, at most: what is read ahead of who takes it is bounded.
const WAITING: usize = 4;

/// A log that is not followed and of which no byte comes for so long is given up.
const IDLE: std::time::Duration = std::time::Duration::from_secs(if cfg!(test) { 1 } else { 30 });

/// Waits for the next piece of a log: for ever where it is followed.
async fn await_piece<T>(follow: bool, piece: impl Future<Output = T>) -> Result<T, String> {
    if follow {
        return Ok(piece.await);
    }
    let silent = |_| format!("no data for {} s", IDLE.as_secs());
    tokio::time::timeout(IDLE, piece).await.map_err(silent)
}

/// What comes of a log.
#[derive(Debug)]
pub enum LogPiece {
    /// Bytes; a line may be cut anywhere.
    Bytes(Vec<u8>),
    /// Something a person should know: the connection was lost and is there again.
    Note(String),
    /// It cannot be read, or not any further, and why.
    Failed(String),
    /// The credentials were refused, and how.
    Unauthorised(String),
}

/// Where a log's pieces go.
pub type PieceSender = mpsc::Sender<LogPiece>;

/// A log that is being read.
#[derive(Debug)]
pub struct LogFeed {
    /// As a person named it, or as it was found: `docker:tempo`.
    pub name: String,
    /// Each line begins with the time at which it was kept.
    pub stamped: bool,
    /// A container writes it.
    pub container: bool,
    /// Its pieces, in order; closed at its end.
    pub pieces: mpsc::Receiver<LogPiece>,
}

impl LogFeed {
    /// A feed and where its pieces are sent.
    pub fn new(name: impl Into<String>, stamped: bool, container: bool) -> (Self, PieceSender) {
        let (sender, pieces) = mpsc::channel(WAITING);
        let name = name.into();
        let feed = LogFeed {
            name,
            stamped,
            container,
            pieces,
        };
        (feed, sender)
    }
}

/// Which part of a log is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogWindow {
    /// Not before.
    pub from: Option<Nanos>,
    /// Not after.
    pub to: Option<Nanos>,
    /// The last so many lines only.
    pub tail: Option<usize>,
    /// Go on when its end is reached.
    pub follow: bool,
}
