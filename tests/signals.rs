//! Whatever a command waits for, a signal or its timeout ends it.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::robustness::{signal, spawned};

/// A server that accepts connections and never answers.
struct SilentServer {
    address: SocketAddr,
    accepted: Receiver<TcpStream>,
}

impl SilentServer {
    fn start() -> SilentServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, accepted) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if sender.send(stream).is_err() {
                    return;
                }
            }
        });
        SilentServer { address, accepted }
    }
}

/// Runs the command, sends the signal once the server has been asked, and returns the exit code.
fn interrupt(args: &[&str], flags: &[&str], name: &str) -> Option<i32> {
    let server = SilentServer::start();
    let url = format!("http://{}", server.address);
    let mut words: Vec<String> = args.iter().map(|word| (*word).to_owned()).collect();
    for flag in flags {
        words.extend([(*flag).to_owned(), url.clone()]);
    }
    let child = spawned(&words);
    let connection = server
        .accepted
        .recv_timeout(Duration::from_secs(30))
        .expect("asks the server");
    signal(&child, name);
    let output = child.wait_with_output().unwrap();
    drop(connection);
    output.status.code()
}

#[test]
fn every_signal_ends_a_waiting_command() {
    for name in ["INT", "TERM", "HUP"] {
        for (args, flag) in [
            (&["search"][..], "--tempo-url"),
            (&["metrics", "tempo"], "--tempo-url"),
            (&["dashboard", "any"], "--grafana-url"),
            (&["doctor"], "--tempo-url"),
        ] {
            assert_eq!(interrupt(args, &[flag], name), Some(5), "{args:?}, SIG{name}");
        }
    }
}

#[test]
fn a_signal_ends_doctor_while_it_reads_logs() {
    let nowhere = "http://127.0.0.1:9";
    let args = [
        "doctor",
        "--fast",
        "--tempo-url",
        nowhere,
        "--otlp-endpoint",
        nowhere,
        "--logs",
        "loki:{job=\"tempo\"}",
    ];
    assert_eq!(interrupt(&args, &["--loki-url"], "INT"), Some(5));
}

/// `<(kubectl logs …)` is such a file.
#[test]
fn no_byte_of_a_named_pipe_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let path = pipe.to_string_lossy().into_owned();
    let child = spawned(&["logs".to_owned(), path, "-o".to_owned(), "json".to_owned()]);
    let lines: String = (0..200)
        .map(|line| format!("level=info msg=\"line {line}\"\n"))
        .collect();
    std::fs::write(&pipe, lines).unwrap();
    let output = child.wait_with_output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["account"]["read"], 200, "{report}");
}

#[test]
fn a_named_pipe_that_nobody_writes_to_ends_with_the_timeout() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let nowhere = "http://127.0.0.1:9";
    let path = pipe.to_string_lossy().into_owned();
    let args = [
        "doctor",
        "-v",
        "--fast",
        "--timeout",
        "1s",
        "--tempo-url",
        nowhere,
        "--otlp-endpoint",
        nowhere,
        "--logs",
        &path,
    ];
    let output = spawned(&args.map(str::to_owned)).wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("not fully read within"), "{text}");
}
