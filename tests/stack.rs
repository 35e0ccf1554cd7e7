//! The stack behind `make`: Docker's where it runs, the lab elsewhere; a Compose project beside servers that run; several
//! workers of `send` and their one account.
#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use clap::Parser;
use serde_json::Value;
use tempoctl::Exit;
use tempoctl::cli::Cli;
use tempoctl::lab::Lab;

use crate::generated::root;
use crate::lab_kit::lab;
use crate::product::{run, run_beside, words};
use crate::send_receiver::Receiver;

/// tempoctl where neither Docker nor Compose is on the path.
fn without_docker(arguments: &[&str], state: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tempoctl"))
        .args(arguments)
        .current_dir(root())
        .env("PATH", state)
        .env("XDG_STATE_HOME", state)
        .env("XDG_CONFIG_HOME", state)
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn without_docker_the_lab_stands_in_and_says_so() {
    let home = tempfile::tempdir().unwrap();
    let call = |words: &[&str]| without_docker(words, home.path());
    let early = call(&["lab", "up", "--generator", "--prefer-compose"]);
    assert_eq!(early.status.code(), Some(1));
    assert!(text(&early.stderr).contains("make stack-up"), "{}", text(&early.stderr));
    let up = call(&["lab", "up", "--free-ports", "--prefer-compose"]);
    let (told, why) = (text(&up.stdout), text(&up.stderr));
    assert_eq!(up.status.code(), Some(0), "{why}");
    assert!(
        why.contains("neither `docker compose` nor `docker-compose` is installed"),
        "{why}"
    );
    // As the real stack, it has no application of its own.
    assert!(
        told.contains("no-app-traffic") && told.contains("This is a simulator"),
        "{told}"
    );
    let log = call(&["lab", "log", "--prefer-compose"]);
    assert_eq!(log.status.code(), Some(1));
    assert!(text(&log.stderr).contains("writes no log"), "{}", text(&log.stderr));
    let traffic = call(&["lab", "up", "--generator", "--prefer-compose"]);
    assert_eq!(traffic.status.code(), Some(0), "{}", text(&traffic.stderr));
    assert!(text(&traffic.stdout).contains("the simulated stack"));
    let twice = call(&["lab", "up", "--generator", "--prefer-compose"]);
    assert_eq!(twice.status.code(), Some(1), "{}", text(&twice.stdout));
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let written = call(&["lab", "log", "--generator", "--prefer-compose"]);
        if text(&written.stdout).contains("traces") {
            assert_eq!(written.status.code(), Some(0));
            break;
        }
        assert!(
            Instant::now() < deadline,
            "{}{}",
            text(&written.stdout),
            text(&written.stderr)
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    let stop = |words: &[&str]| call(words).status.code();
    assert_eq!(stop(&["lab", "down", "--generator", "--prefer-compose"]), Some(0));
    assert_eq!(
        stop(&["lab", "down", "--generator", "--prefer-compose"]),
        Some(1),
        "there is none"
    );
    assert_eq!(stop(&["lab", "down", "--prefer-compose"]), Some(0));
}

#[test]
fn every_target_of_the_stack_is_one_line_that_tempoctl_takes() {
    let makefile = std::fs::read_to_string(root().join("Makefile")).unwrap();
    for target in [
        "stack-up",
        "stack-down",
        "doctor",
        "tempo-status",
        "tempo-metrics",
        "tempo-logs",
        "tempo-logs-generator",
        "tempo-start-test-generator",
        "tempo-stop-test-generator",
    ] {
        let recipe = makefile
            .split(&format!("\n{target}: ## "))
            .nth(1)
            .unwrap_or_else(|| panic!("no {target}"));
        let lines: Vec<&str> = recipe
            .lines()
            .skip(1)
            .take_while(|line| line.starts_with('\t'))
            .collect();
        assert_eq!(lines.len(), 1, "{target}: {lines:?}");
        let call = lines[0]
            .strip_prefix("\t@$(TEMPOCTL) ")
            .unwrap_or_else(|| panic!("{target}: {}", lines[0]));
        let typed: Vec<&str> = std::iter::once("tempoctl").chain(call.split(' ')).collect();
        if let Err(problem) = Cli::try_parse_from(&typed) {
            panic!("{target}: {typed:?}\n{problem}");
        }
    }
}

/// A project that publishes what this lab listens on.
fn project(folder: &Path, lab: &Lab, flag: &str) -> String {
    let port = |url: &str| url.rsplit_once(':').unwrap().1.trim_end_matches('/').to_owned();
    let at = lab.addresses();
    std::fs::write(
        folder.join("tempo.yaml"),
        "server: {http_listen_port: 3200}\ndistributor: {receivers: {otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}, http: {endpoint: '0.0.0.0:4318'}}}}}\n\
         metrics_generator: {storage: {path: /var/tempo/wal, remote_write: [{url: 'http://prometheus:9090/api/v1/write', send_exemplars: true}]}}\n\
         storage: {trace: {backend: local, wal: {path: /var/tempo/w}, local: {path: /var/tempo/b}}}\n\
         overrides: {defaults: {metrics_generator: {processors: [service-graphs, span-metrics]}}}\n",
    )
    .unwrap();
    std::fs::write(
        folder.join("prometheus.yml"),
        "scrape_configs:\n  - job_name: tempo\n    static_configs: [{targets: ['tempo:3200']}]\n",
    )
    .unwrap();
    let file = folder.join("compose.yml");
    std::fs::write(
        &file,
        format!(
            "services:\n  tempo:\n    image: grafana/tempo:3.0.3\n    command: ['-config.file=/etc/tempo.yaml']\n    volumes: ['./tempo.yaml:/etc/tempo.yaml', 'data:/var/tempo']\n    ports: ['127.0.0.1:{}:3200', '127.0.0.1:{}:4318', '127.0.0.1:{}:4317']\n  prometheus:\n    image: prom/prometheus:v3.14.0\n    command: ['--config.file=/etc/prometheus/prometheus.yml', '--enable-feature=exemplar-storage'{flag}]\n    volumes: ['./prometheus.yml:/etc/prometheus/prometheus.yml']\n    ports: ['127.0.0.1:{}:9090']\nvolumes:\n  data:\n",
            port(&at.tempo),
            port(&at.otlp_http),
            port(&at.otlp_grpc),
            port(&at.prometheus),
        ),
    )
    .unwrap();
    file.display().to_string()
}

/// Addresses come from the project.
async fn examined(file: &str) -> (Exit, Value) {
    let ran = run_beside(words(&["doctor", "--timeout", "30s", "-o", "json", "--compose", file])).await;
    (ran.exit, ran.json())
}

#[tokio::test]
async fn what_a_file_says_explains_what_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let lab = lab("remote-write-receiver-off").await;
    lab.await_searchable().await;
    let file = project(folder.path(), &lab, "");
    let (exit, report) = examined(&file).await;
    assert_eq!(exit, Exit::Found, "{report}");
    let origin = report["targets"]["tempo"]["origin"].as_str().unwrap();
    assert!(
        origin.starts_with("published in ") && origin.contains("compose.yml:"),
        "{origin}"
    );
    let causes = report["verdict"]["causes"].as_array().unwrap();
    assert_eq!(
        (causes[0]["id"].as_str(), causes[0]["confidence"].as_str()),
        (Some("rw-receiver-disabled"), Some("certain"))
    );
    let lines = causes[0]["evidence"].to_string();
    // What was seen where it runs, and the line that makes it so.
    for part in ["/api/v1/", "compose.yml:9", "--enable-feature=exemplar-storage"] {
        assert!(lines.contains(part), "{part}: {lines}");
    }
}

/// A configuration alone fails no pipeline that runs: here the file lags behind what was started.
#[tokio::test]
async fn a_file_accuses_nobody_whose_traces_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let lab = lab("healthy-3.0").await;
    lab.await_searchable().await;
    let file = project(folder.path(), &lab, "");
    let (exit, report) = examined(&file).await;
    assert_eq!(
        (exit, &report["verdict"]["status"]),
        (Exit::Done, &Value::from("healthy")),
        "{report}"
    );
    let checks = report["checks"].as_array().unwrap();
    let read = checks
        .iter()
        .find(|check| check["id"] == "prometheus.compose-receiver")
        .unwrap();
    assert_eq!(
        (&read["status"], &read["cause"]),
        (&Value::from("warn"), &Value::from("rw-receiver-disabled"))
    );
    let (_, sound) = examined(&project(folder.path(), &lab, ", --web.enable-remote-write-receiver")).await;
    let warned = |check: &&Value| check["status"] == "warn" && check["id"].as_str().unwrap().contains(".compose-");
    assert_eq!(sound["checks"].as_array().unwrap().iter().find(warned), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_share_a_load_and_their_accounts_become_one() {
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start([]).await;
    let endpoint = format!("http://{}", receiver.address);
    let mut files = Vec::new();
    let mut spans = 0;
    for index in 0..3 {
        let worker = format!("{index}/3");
        let args = [
            "send", "--count", "50", "--rate", "500", "--seed", "7", "--worker", &worker, "-o", "json",
        ];
        let mut args = words(&args);
        args.extend(words(&["--otlp-endpoint", &endpoint]));
        let ran = run_beside(args).await;
        assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
        spans += ran.json()["account"]["spans"]["accepted"].as_u64().unwrap();
        let path = folder.path().join(format!("{index}.json"));
        std::fs::write(&path, ran.out).unwrap();
        files.push(path.display().to_string());
    }
    let mut args = vec!["send", "report", "-o", "json"];
    args.extend(files.iter().map(String::as_str));
    let ran = run(&args);
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let whole = ran.json();
    crate::send::valid(&whole);
    assert_eq!(whole["account"]["traces"], 50);
    assert_eq!(whole["account"]["spans"]["accepted"], spans);
    let taken = receiver.taken.lock().unwrap();
    assert_eq!(taken.accepted, spans);
    let mut ids = taken.ids.clone();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 50, "no two workers make the same trace");
    // The pods of a Job in one log.
    let log: String = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect();
    let one = folder.path().join("log");
    std::fs::write(&one, format!("a line for people\n{log}")).unwrap();
    let same = run(&["send", "report", "-o", "json", one.to_str().unwrap()]).json();
    assert_eq!(
        (&same["account"], &same["latency_ms"]),
        (&whole["account"], &whole["latency_ms"])
    );
}

#[test]
fn a_report_of_nothing_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.json");
    for (text, why) in [
        ("", "contains no report"),
        ("{\"account\": {", "truncated"),
        ("{\"a\": 1}\n", "not a report of tempoctl send"),
        ("{nonsense}\n", "not a JSON document"),
    ] {
        std::fs::write(&path, text).unwrap();
        let ran = run(&["send", "report", path.to_str().unwrap()]);
        assert_eq!(ran.exit, Exit::Usage, "{text}");
        assert!(ran.err.contains(why), "{text}: {}", ran.err);
    }
    assert_eq!(run(&["send", "report", "/nonexistent"]).exit, Exit::Usage);
}
