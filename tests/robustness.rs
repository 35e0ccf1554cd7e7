//! Servers that are slow, cut off, something else or die midway, secrets that servers echo, and signals: doctor ends
//! within its timeout with a verdict that says what it saw.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tempoctl::lab::{Lab, LabOptions, LabPart, LabScenario, LabSpeed, Nuisance};

use crate::lab_kit::{eventually, lab, metric, start};
use crate::product::{Ran, run_beside, run_beside_in, words};

const TIMEOUT_S: u64 = 10;

/// What every report owes whoever asked, whatever the servers did.
fn sound(ran: &Ran, what: &str) -> Value {
    assert!(!ran.err.contains("panicked"), "{what}: {}", ran.err);
    let report = ran.json();
    assert_eq!(report["schema_version"], 1, "{what}");
    assert!(
        report["verdict"]["summary"]
            .as_str()
            .is_some_and(|text| !text.is_empty()),
        "{what}"
    );
    let took = report["duration_ms"].as_u64().unwrap();
    assert!(took <= (TIMEOUT_S + 3) * 1000, "{what}: took {took} ms");
    let status = report["verdict"]["status"].as_str().unwrap();
    let code = match status {
        "healthy" => 0,
        "broken" | "degraded" => 4,
        _ => 6,
    };
    assert_eq!(ran.exit.code(), code, "{what}: {status}");
    report
}

fn told(report: &Value) -> String {
    serde_json::to_string_pretty(&report["verdict"]).unwrap()
}

async fn annoyed(part: LabPart, path: &'static str, nuisance: Nuisance) {
    let what = format!("{part:?} {path} {nuisance:?}");
    let lab = lab("healthy-3.0").await;
    lab.set_nuisance(part, path, nuisance.clone());
    let mut args = words(&["doctor", "-o", "json", "--timeout", &format!("{TIMEOUT_S}s")]);
    args.extend(lab.doctor_args());
    let report = sound(&run_beside(args).await, &what);
    let status = report["verdict"]["status"].as_str().unwrap();
    if matches!(nuisance, Nuisance::Slow(_)) {
        // It answers properly, only late: whatever is said, nothing is accused of being something else.
        assert!(!told(&report).contains("target-not-"), "{what}: {}", told(&report));
        return;
    }
    assert_ne!(status, "healthy", "{what}: {}", told(&report));
    let answers = matches!(
        nuisance,
        Nuisance::Html | Nuisance::NotJson | Nuisance::Status(_) | Nuisance::Redirect(_)
    );
    if answers && path == "/" {
        assert_eq!(status, "broken", "{what}: {}", told(&report));
        let hop = if part == LabPart::Prometheus {
            "prometheus"
        } else {
            "query"
        };
        let hops = report["verdict"]["broken_hops"].as_array().unwrap();
        assert!(hops.iter().any(|one| one == hop), "{what}: {}", told(&report));
    }
    if let Nuisance::Redirect(_) = nuisance {
        assert!(told(&report).contains("redirect"), "{what}: {}", told(&report));
    }
}

fn nuisances() -> [Nuisance; 8] {
    [
        Nuisance::Slow(Duration::from_millis(700)),
        Nuisance::CutOff,
        Nuisance::NotJson,
        Nuisance::Html,
        Nuisance::Status(500),
        Nuisance::Redirect("https://login.example/?next=%2Fapi".to_owned()),
        Nuisance::Endless,
        Nuisance::Hang,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nuisance_of_a_tempo_gets_a_verdict_in_time() {
    let all = nuisances().map(|nuisance| tokio::spawn(annoyed(LabPart::Tempo, "/", nuisance)));
    for one in all {
        one.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nuisance_of_a_prometheus_gets_a_verdict_in_time() {
    let all = nuisances().map(|nuisance| tokio::spawn(annoyed(LabPart::Prometheus, "/", nuisance)));
    for one in all {
        one.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_answers_nonsense_is_not_healthy() {
    let all = nuisances().map(|nuisance| tokio::spawn(annoyed(LabPart::OtlpHttp, "/v1/traces", nuisance)));
    for one in all {
        one.await.unwrap();
    }
}

/// A lab whose metrics take as long as a real stack's, so that a run is still waiting when its push was seen.
async fn unhurried() -> Lab {
    let mut options = LabOptions::fast(LabScenario::find("no-app-traffic").unwrap());
    options.speed = LabSpeed::Real;
    start(options).await
}

async fn push_was_seen(lab: &Lab) {
    eventually(
        "a push",
        async || metric(lab, "tempo_distributor_spans_received_total").await,
        |spans| spans.is_some_and(|spans| spans > 0.0),
    )
    .await;
}

async fn dies(part: LabPart, hop: &str) {
    let lab = unhurried().await;
    let mut args = words(&["doctor", "-o", "json", "--timeout", &format!("{TIMEOUT_S}s")]);
    args.extend(lab.doctor_args());
    let running = tokio::spawn(run_beside(args));
    push_was_seen(&lab).await;
    lab.kill(part);
    let what = format!("{part:?} died");
    let report = sound(&running.await.unwrap(), &what);
    assert_ne!(report["verdict"]["status"], "healthy", "{what}: {}", told(&report));
    let hops = report["marker"]["hops"].as_array().unwrap();
    let receiver = hops.iter().find(|hop| hop["hop"] == "receiver").unwrap();
    assert_eq!(receiver["state"], "passed", "{what}: {}", report["marker"]);
    if report["verdict"]["status"] == "broken" {
        assert!(told(&report).contains(hop), "{what}: {}", told(&report));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_midway_leaves_a_verdict() {
    tokio::join!(dies(LabPart::Tempo, "query"), dies(LabPart::Prometheus, "prometheus"));
}

// Secrets.

/// A server that answers everything with what it was sent: head and body, as a debugging gateway does.
pub fn echo(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer_with_the_question(stream, status));
        }
    });
    address.to_string()
}

fn answer_with_the_question(mut stream: TcpStream, status: &str) {
    let mut seen = Vec::new();
    let mut chunk = [0; 4096];
    while !seen.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(read) if read > 0 => seen.extend_from_slice(&chunk[..read]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&seen);
    let head = head.split("\r\n\r\n").next().unwrap_or_default();
    let value = |name: &str| {
        head.lines()
            .find(|line| line.to_lowercase().starts_with(&format!("{name}:")))
            .and_then(|line| line.split_once(": "))
            .map_or(String::new(), |(_, value)| value.to_owned())
    };
    let login = value("authorization");
    let body = format!("refused: {head}\n{}\n", utf8_percent_encode(&login, NON_ALPHANUMERIC));
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nWWW-Authenticate: Basic realm=\"{login}\"\r\n\
         Location: https://login.example/?was={}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        utf8_percent_encode(&login, NON_ALPHANUMERIC),
        body.len()
    );
    let _ = stream.write_all(answer.as_bytes());
}

/// Every secret of these tests; each has characters that encodings change.
const SECRETS: [&str; 8] = [
    "bearer/one+1=zq",
    "pass word/two&zq",
    "header=three+zq",
    "otel four/zq==",
    "userinfo:five/zq",
    "prom/six+zq=",
    "flag seven/zq",
    "prom user eight/zq",
];

/// A secret as it may come back.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        serde_json::to_string(secret).unwrap().trim_matches('"').to_owned(),
    ];
    for user in ["me", "you"] {
        forms.push(STANDARD.encode(format!("{user}:{secret}")));
        forms.push(URL_SAFE_NO_PAD.encode(format!("{user}:{secret}")));
    }
    forms
}

fn keeps_secrets(text: &str, what: &str) {
    for secret in SECRETS {
        for form in forms(secret) {
            let line = text.lines().find(|line| line.contains(&form));
            assert_eq!(line, None, "{what}: '{form}' of '{secret}'");
        }
    }
}

async fn secretive(status: &'static str, with_bearer: bool, format: &'static str) {
    let what = format!("{status}, bearer {with_bearer}, {format}");
    let [tempo, otlp, prometheus] = [echo(status), echo(status), echo(status)];
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("evidence.json");
    let encoded = |secret: &str| utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let mut env = vec![
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            format!(
                "authorization=Basic%20{},x-key={}",
                STANDARD.encode(format!("me:{}", SECRETS[3])),
                encoded(SECRETS[3])
            ),
        ),
        ("PROMETHEUS_BEARER_TOKEN", SECRETS[5].replace(' ', "")),
    ];
    let mut tempo_url = format!("http://{tempo}");
    if with_bearer {
        env.push(("TEMPO_BEARER_TOKEN", SECRETS[0].to_owned()));
    } else if format == "json" {
        tempo_url = format!("http://me:{}@{tempo}", encoded(SECRETS[4]));
    } else {
        env.push(("TEMPO_USERNAME", "me".to_owned()));
        env.push(("TEMPO_PASSWORD", SECRETS[1].to_owned()));
    }
    let mut args = words(&[
        "doctor",
        "-v",
        "--timeout",
        "10s",
        "-o",
        format,
        "--tempo-url",
        &tempo_url,
    ]);
    args.extend(words(&[
        "--otlp-endpoint",
        &format!("http://{otlp}"),
        "--prometheus-url",
        &format!("http://{prometheus}"),
    ]));
    args.extend(words(&[
        "--header",
        &format!("X-Key={}", SECRETS[2]),
        "--otlp-header",
        &format!("X-Flag={}", SECRETS[6]),
    ]));
    args.extend(words(&[
        "--prometheus-header",
        &format!("X-Key={}", SECRETS[7]),
        "--save",
        &saved.display().to_string(),
    ]));
    let ran = run_beside_in(env, args).await;
    assert!(matches!(ran.exit.code(), 4 | 6), "{what}: {ran:?}");
    keeps_secrets(&ran.out, &what);
    keeps_secrets(&ran.err, &what);
    let evidence = std::fs::read_to_string(&saved).unwrap();
    assert!(
        evidence.contains("refused: "),
        "{what}: the answers are in the evidence"
    );
    keeps_secrets(&evidence, &what);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_output_and_no_file_holds_a_secret_that_a_server_echoes() {
    let mut all = Vec::new();
    for status in ["500 Oops", "401 Unauthorized", "302 Found", "200 OK"] {
        for (with_bearer, format) in [
            (true, "human"),
            (false, "json"),
            (false, "junit"),
            (false, "markdown"),
            (true, "short"),
            (true, "sarif"),
            (false, "github"),
        ] {
            all.push(tokio::spawn(secretive(status, with_bearer, format)));
        }
    }
    for one in all {
        one.await.unwrap();
    }
}

/// A receiver over gRPC that answers with what it was sent.
struct GrpcEcho;

#[tonic::async_trait]
impl TraceService for GrpcEcho {
    async fn export(
        &self,
        request: tonic::Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, tonic::Status> {
        let sent: Vec<String> = request
            .metadata()
            .iter()
            .filter_map(|entry| match entry {
                tonic::metadata::KeyAndValueRef::Ascii(key, value) => {
                    Some(format!("{key}: {}", value.to_str().unwrap_or_default()))
                }
                tonic::metadata::KeyAndValueRef::Binary(..) => None,
            })
            .collect();
        Err(tonic::Status::unauthenticated(format!("refused: {}", sent.join(", "))))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_output_holds_a_secret_that_a_receiver_echoes_over_grpc() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let incoming = tokio_stream::wrappers::TcpListenerStream::new(listener);
    let server = tonic::transport::Server::builder().add_service(TraceServiceServer::new(GrpcEcho));
    tokio::spawn(server.serve_with_incoming(incoming));
    let tempo = echo("200 OK");
    let env = vec![(
        "OTEL_EXPORTER_OTLP_HEADERS",
        format!("x-key={}", utf8_percent_encode(SECRETS[3], NON_ALPHANUMERIC)),
    )];
    for format in ["human", "json"] {
        let mut args = words(&[
            "doctor",
            "-v",
            "--timeout",
            "10s",
            "-o",
            format,
            "--otlp-protocol",
            "grpc",
        ]);
        args.extend(words(&["--tempo-url", &format!("http://{tempo}")]));
        args.extend(words(&["--otlp-endpoint", &format!("http://{address}")]));
        args.extend(words(&["--otlp-header", &format!("X-Flag={}", SECRETS[6])]));
        let ran = run_beside_in(env.clone(), args).await;
        assert!(ran.out.contains("refused: "), "the answer is shown: {ran:?}");
        keeps_secrets(&ran.out, format);
        keeps_secrets(&ran.err, format);
    }
}

#[tokio::test]
async fn what_is_refused_names_no_secret() {
    for args in [
        vec![
            "doctor",
            "--tempo-url",
            "http://me:bearer%2Fone%2B1%3Dzq@localhost:99999",
        ],
        vec!["doctor", "--header", "bearer/one+1=zq", "--timeout", "x"],
        vec![
            "doctor",
            "-o",
            "json",
            "--prometheus-url",
            "ftp://me:bearer%2Fone%2B1%3Dzq@localhost",
        ],
    ] {
        let env = vec![("TEMPO_BEARER_TOKEN", SECRETS[0].to_owned())];
        let ran = run_beside_in(env, words(&args)).await;
        assert_eq!(ran.exit.code(), 2, "{ran:?}");
        keeps_secrets(&ran.out, &args.join(" "));
        keeps_secrets(&ran.err.replace("'bearer/one+1=zq'", ""), &args.join(" "));
    }
}

// Signals.

/// The program itself, as a process.
pub fn spawned(args: &[String]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_tempoctl"))
        .args(args)
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Sends a signal by its name to a process of ours.
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args(["-s", name, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

async fn signalled(name: &'static str) {
    let lab = unhurried().await;
    let mut args = words(&["doctor", "-o", "json", "--timeout", "60s"]);
    args.extend(lab.doctor_args());
    let child = spawned(&args);
    push_was_seen(&lab).await;
    signal(&child, name);
    let output = tokio::task::spawn_blocking(|| child.wait_with_output())
        .await
        .unwrap()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{name}: {out}{err}");
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{name}: {error}: {out}{err}"));
    // Nobody sends in this lab: that may be seen already, and is then said.
    let status = report["verdict"]["status"].as_str().unwrap();
    assert!(
        matches!(status, "inconclusive" | "degraded"),
        "{name}: {}",
        told(&report)
    );
    assert!(
        report["verdict"]["summary"].as_str().unwrap().contains("cancelled"),
        "{name}: {}",
        told(&report)
    );
    assert!(
        report["marker"]["trace_id"].is_string(),
        "{name}: what was found so far is printed"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_ends_the_run_with_what_was_found() {
    tokio::join!(signalled("INT"), signalled("TERM"));
}
