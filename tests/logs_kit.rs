//! Servers for `tempoctl logs` that answer exactly what a test says, byte by byte: a Docker Engine on a Unix socket, a Loki.

use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use stack::config::Environment;
use tempoctl::Exit;
use tempoctl::Io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixListener};

/// What a server answers.
#[derive(Clone, Default)]
pub struct Reply {
    pub status: u16,
    /// Each is sent as a chunk of its own.
    pub chunks: Vec<Vec<u8>>,
    /// The connection is torn before the last chunk is complete.
    pub torn: bool,
    /// After the last chunk the answer stays open.
    pub open: bool,
}

impl Reply {
    pub fn json(value: &serde_json::Value) -> Self {
        Reply::of(value.to_string().into_bytes())
    }

    pub fn of(body: Vec<u8>) -> Self {
        Reply {
            status: 200,
            chunks: vec![body],
            ..Reply::default()
        }
    }

    pub fn status(status: u16, body: &str) -> Self {
        Reply {
            status,
            ..Reply::of(body.as_bytes().to_vec())
        }
    }
}

/// Path and query in, answer out.
type Answer = Arc<dyn Fn(&str) -> Reply + Send + Sync>;

/// A Docker Engine on a socket of its own; `DOCKER_HOST` for it.
pub struct Engine {
    pub host: String,
    asked: Arc<Mutex<Vec<String>>>,
    _folder: tempfile::TempDir,
}

impl Engine {
    pub fn start(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path: PathBuf = folder.path().join("docker.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, log): (Answer, _) = (Arc::new(answer), asked.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answer.clone(), log.clone()));
            }
        });
        Engine {
            host: format!("unix://{}", path.display()),
            asked,
            _folder: folder,
        }
    }

    /// What was asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// A Loki; its address.
pub async fn loki(answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer: Answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, answer.clone(), Arc::default()));
        }
    });
    format!("http://{address}")
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: Answer, asked: Arc<Mutex<Vec<String>>>) {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
        asked.lock().unwrap().push(path.clone());
        let reply = answer(&path);
        let head = format!(
            "HTTP/1.1 {} X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
            reply.status
        );
        if stream.write_all(head.as_bytes()).await.is_err() {
            return;
        }
        for chunk in reply.chunks.iter().filter(|chunk| !chunk.is_empty()) {
            let head = format!("{:x}\r\n", chunk.len());
            let sent = async {
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(chunk).await?;
                stream.write_all(b"\r\n").await?;
                stream.flush().await
            };
            if sent.await.is_err() {
                return;
            }
            // So that chunks arrive one by one.
            tokio::task::yield_now().await;
        }
        if reply.torn {
            return;
        }
        if reply.open {
            std::future::pending::<()>().await;
        }
        if stream.write_all(b"0\r\n\r\n").await.is_err() {
            return;
        }
    }
}

/// A frame as the engine sends it.
pub fn frame(kind: u8, text: &str) -> Vec<u8> {
    let mut bytes = vec![kind, 0, 0, 0];
    bytes.extend_from_slice(&u32::try_from(text.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// Takes what is written until it holds a text, then is closed as by a reader who has seen enough.
#[derive(Clone)]
struct Until {
    tape: Arc<Mutex<String>>,
    text: String,
}

impl Write for Until {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut tape = self.tape.lock().unwrap();
        tape.push_str(&String::from_utf8_lossy(bytes));
        if tape.contains(&self.text) {
            return Err(ErrorKind::BrokenPipe.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs an endless command until its output holds a text. What it wrote to both streams, and how it ended.
pub async fn until(text: &str, env: Vec<(String, String)>, arguments: &[&str]) -> (String, String, Exit) {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let text = text.to_owned();
    let run = tokio::task::spawn_blocking(move || {
        let out = Until {
            tape: Arc::default(),
            text,
        };
        let err = Until {
            tape: Arc::default(),
            text: "\u{0}".to_owned(),
        };
        let home = ("HOME".to_owned(), "/nonexistent".to_owned());
        let exit = tempoctl::run(Io {
            args: std::iter::once("tempoctl".to_owned())
                .chain(arguments)
                .map(Into::into)
                .collect(),
            env: Environment::from_os(
                env.into_iter()
                    .chain([home])
                    .map(|(name, value)| (name.into(), value.into())),
            ),
            stdout: Box::new(out.clone()),
            stderr: Box::new(err.clone()),
            stdout_tty: false,
            stderr_tty: false,
        });
        (out.tape.lock().unwrap().clone(), err.tape.lock().unwrap().clone(), exit)
    });
    tokio::time::timeout(std::time::Duration::from_secs(60), run)
        .await
        .expect("it ends")
        .unwrap()
}
