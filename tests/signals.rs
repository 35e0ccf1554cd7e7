//! Whatever a command waits for, a signal or its timeout ends it.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use clap::CommandFactory as _;

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

/// Runs the command, sends the signal once the server has been asked, and returns how it ended.
fn interrupt(args: &[&str], flags: &[&str], name: &str) -> std::process::Output {
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
    output
}

/// Every command that has none below it, with what it is run with while its servers are silent; nothing for one that waits
/// for no server.
const LEAVES: &[(&str, Option<&[&str]>)] = &[
    ("doctor", Some(&[])),
    ("check", None),
    ("send", Some(&["--rate", "5"])),
    ("send exec", None),
    ("send report", None),
    ("search", Some(&["--service", "shop"])),
    ("search tags", Some(&[])),
    ("search values", Some(&["resource.service.name"])),
    (
        "search diff",
        Some(&["981295a0981295a0981295a0981295a0", "981295a0981295a0981295a0981295a1"]),
    ),
    ("dashboard", Some(&["any"])),
    ("explain", None),
    ("metrics", Some(&[])),
    ("metrics services", Some(&[])),
    ("metrics operations", Some(&[])),
    ("metrics graph", Some(&[])),
    ("metrics tempo", Some(&[])),
    ("metrics query", Some(&["up"])),
    ("metrics traceql", Some(&["{} | rate()"])),
    // Runs until it is ended, or tempoctl itself.
    ("lab", None),
    ("lab run", None),
    ("lab up", None),
    ("lab down", None),
    ("lab log", None),
    ("logs", Some(&["loki:{a=\"b\"}"])),
    ("snippet", None),
    ("config init", None),
    ("config check", None),
    ("config show", None),
    ("config contexts", None),
    ("config use", None),
    ("completions", None),
    ("man", None),
];

fn list_leaves(command: &clap::Command, path: &str, found: &mut Vec<String>) {
    let below: Vec<_> = command.get_subcommands().filter(|below| !below.is_hide_set()).collect();
    if !path.is_empty() && !command.is_subcommand_required_set() {
        found.push(path.to_owned());
    }
    for one in below {
        list_leaves(one, format!("{path} {}", one.get_name()).trim(), found);
    }
}

/// New commands included: the list above has to name them.
#[test]
fn every_signal_ends_every_waiting_command_with_one_document() {
    let mut leaves = Vec::new();
    list_leaves(&tempoctl::cli::Cli::command(), "", &mut leaves);
    let listed: Vec<&str> = LEAVES.iter().map(|(path, _)| *path).collect();
    assert_eq!(leaves, listed, "say in LEAVES how a new command waits");
    let waiting = LEAVES.iter().filter_map(|(path, more)| Some((path, (*more)?)));
    std::thread::scope(|scope| {
        for (path, more) in waiting {
            scope.spawn(move || {
                for name in ["INT", "TERM", "HUP"] {
                    let args: Vec<&str> = path
                        .split(' ')
                        .chain(more.iter().copied())
                        .chain(["-o", "json"])
                        .collect();
                    let flags = [
                        "--tempo-url",
                        "--prometheus-url",
                        "--grafana-url",
                        "--otlp-endpoint",
                        "--loki-url",
                    ];
                    let output = interrupt(&args, &flags, name);
                    let text = String::from_utf8_lossy(&output.stdout);
                    let what = format!("{path}, SIG{name}: {text}{}", String::from_utf8_lossy(&output.stderr));
                    assert_eq!(output.status.code(), Some(5), "{what}");
                    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{what}");
                }
            });
        }
    });
}

/// What reads a pipe that nobody writes to waits for nothing that hears: the watchdog ends it, or the second signal.
#[test]
fn a_run_that_does_not_wait_is_ended_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = make_pipe(folder.path());
    let run = |timeout: &str| {
        let args = ["search", "--input", &pipe, "--timeout", timeout, "-o", "json"];
        spawned(&args.map(str::to_owned))
    };
    let ended = run("200ms").wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(6));
    let document: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.contains(&pipe) && message.contains("200ms"), "{message}");

    let child = run("60s");
    // It holds the pipe open once a writer gets through; that is the moment at which it no longer hears anything.
    let writer = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    signal(&child, "INT");
    signal(&child, "TERM");
    let ended = child.wait_with_output().unwrap();
    drop(writer);
    assert_eq!(
        ended.status.code(),
        Some(5),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(serde_json::from_slice::<serde_json::Value>(&ended.stdout).is_ok());
}

/// Answers every request with this body.
fn serve_body(body: Vec<u8>) -> String {
    use std::io::{Read as _, Write as _};
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            // A client that has had enough goes.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    url
}

/// A response that takes longer to read than the run may take: the report says what was found before.
#[test]
fn a_doctor_that_computes_too_long_reports_what_it_found() {
    let line =
        "tempo_distributor_spans_received_total{tenant=\"aaaaaaaaaaaaaaaaaaaaaaaa\",kind=\"bbbbbbbbbbbbbbbbb\"} 1\n";
    let url = serve_body(line.repeat(700_000).into_bytes());
    let words = [
        "doctor",
        "--no-marker",
        "--timeout",
        "300ms",
        "-o",
        "json",
        "--tempo-url",
        &url,
    ];
    let ended = spawned(&words.map(str::to_owned)).wait_with_output().unwrap();
    assert_ne!(ended.status.code(), Some(0));
    let report: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    let verdict = report["verdict"]["summary"]
        .as_str()
        .unwrap_or_else(|| panic!("{report}"));
    assert!(verdict.contains("300ms"), "{verdict}");
}

#[test]
fn every_signal_reaches_a_wrapped_command_and_its_span_is_sent() {
    for (name, code) in [("HUP", 7), ("TERM", 8), ("INT", 9)] {
        let server = SilentServer::start();
        let url = format!("http://{}", server.address);
        let script =
            "trap 'exit 7' HUP; trap 'exit 8' TERM; trap 'exit 9' INT; echo ready; while :; do sleep 0.02; done";
        let args = ["send", "exec", "--otlp-endpoint", &url, "--", "sh", "-c", script];
        let mut child = spawned(&args.map(str::to_owned));
        let mut ready = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut out, &mut ready).unwrap();
        signal(&child, name);
        let sent = server.accepted.recv_timeout(Duration::from_secs(30));
        assert!(sent.is_ok(), "SIG{name}: no span was sent");
        drop(sent);
        let ended = child.wait_with_output().unwrap();
        assert_eq!(
            ended.status.code(),
            Some(code),
            "SIG{name}: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
}

/// Few descriptors, a file that may not grow: an error with a document, no panic and no signal.
#[test]
fn what_the_system_does_not_give_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("saved.json");
    let nowhere = "--tempo-url http://127.0.0.1:9 --otlp-endpoint http://127.0.0.1:9";
    for (limits, args, code, said) in [
        ("ulimit -n 7", format!("search {nowhere} -o json"), 1, "ulimit -n"),
        (
            "ulimit -f 1",
            format!("doctor --fast --timeout 1s {nowhere} --save {}", saved.display()),
            1,
            "--save: cannot write",
        ),
    ] {
        let script = format!("{limits}; exec {} {args}", env!("CARGO_BIN_EXE_tempoctl"));
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{limits}: {text}");
        assert!(text.contains(said) && !text.contains("panicked"), "{limits}: {text}");
    }
    assert!(!saved.exists(), "half a file helps nobody");
}

/// A named pipe in a folder.
fn make_pipe(folder: &std::path::Path) -> String {
    let pipe = folder.join("pipe");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    pipe.to_string_lossy().into_owned()
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
    assert_eq!(interrupt(&args, &["--loki-url"], "INT").status.code(), Some(5));
}

/// `<(kubectl logs …)` is such a file.
#[test]
fn no_byte_of_a_named_pipe_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = make_pipe(folder.path());
    let child = spawned(&["logs".to_owned(), pipe.clone(), "-o".to_owned(), "json".to_owned()]);
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
    let pipe = make_pipe(folder.path());
    let nowhere = "http://127.0.0.1:9";
    let path = pipe;
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
