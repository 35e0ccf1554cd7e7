//! How many spans `send --rate max` delivers for a second of its own CPU time, and how much memory it takes, against a
//! receiver in another process that reads and throws away. Beside it, in the same run, the baseline: one body that was
//! encoded once, posted again and again by the same client. `cargo bench --bench send`; Linux, because it reads /proc.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::arithmetic_side_effects,
    reason = "a bench that cannot go on panics, and prints what it measured"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use futures_util::StreamExt;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use stack::clients::ConnectOptions;
use stack::clients::export::ExportClient;
use telemetry::load::batch::TraceBatch;
use telemetry::load::generator::{LoadPlan, TraceGenerator, TraceSource};
use telemetry::load::sampling::Sampling;
use telemetry::load::scenario;
use telemetry::load::trace_plan::ScenarioOverrides;
use telemetry::model::send_report::{BodyCompression, TraceProtocol};

/// How long each measurement takes.
const SECONDS: u64 = 10;
const CONNECTIONS: usize = 4;
const BODY: usize = 512 * 1024;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    match args.get(1).map(String::as_str) {
        Some("sink") => runtime().block_on(sink()),
        Some("baseline") => runtime().block_on(baseline(&args[2], &args[3])),
        _ => compare(),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// Reads every body and throws it away.
async fn sink() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            let mut builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
            builder
                .http2()
                .initial_stream_window_size(1 << 20)
                .initial_connection_window_size(1 << 22);
            let service =
                hyper_util::service::TowerToHyperService::new(axum::Router::new().fallback(drain).into_service());
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn drain(request: Request) -> Response {
    let is_grpc = request
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"));
    let mut body = request.into_body().into_data_stream();
    while let Some(Ok(chunk)) = body.next().await {
        std::hint::black_box(chunk);
    }
    if !is_grpc {
        return Response::new(Body::empty());
    }
    let trailers = async {
        let mut trailers = http::HeaderMap::new();
        trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
        Some(Ok(trailers))
    };
    let answer = Full::new(Bytes::from_static(&[0; 5])).with_trailers(trailers);
    Response::builder()
        .header("content-type", "application/grpc")
        .body(Body::new(answer))
        .unwrap()
}

fn client(wire: TraceProtocol, address: &str) -> ExportClient {
    let base = format!(
        "http://{address}{}",
        if wire == TraceProtocol::Grpc { "" } else { "/v1/traces" }
    );
    ExportClient::new(wire, ConnectOptions::plain(base), BodyCompression::None).unwrap()
}

/// Posts one body again and again, and prints how many spans that were.
async fn baseline(wire: &str, address: &str) {
    let wire = TraceProtocol::from_name(wire).unwrap();
    let scenario = scenario::find_scenario("user-request").unwrap();
    let mut generator = TraceGenerator::new(&LoadPlan {
        scenarios: vec![(scenario, 1.0)],
        overrides: ScenarioOverrides::default(),
        error_rate: None,
        seed: 1,
        wire,
        sampling: Sampling::ALL,
        backdate: 0,
    })
    .unwrap();
    let mut batch = TraceBatch::default();
    let mut index = 0;
    while batch.bytes < BODY {
        generator.add(index, 1_795_458_257_000_000_000, &mut batch);
        index += 1;
    }
    let (body, spans) = batch.finish(generator.frames()).remove(0);
    let until = Instant::now() + Duration::from_secs(SECONDS);
    let posted = Arc::new(AtomicU64::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (client, body, posted) = (client(wire, address), body.clone(), posted.clone());
        tasks.spawn(async move {
            while Instant::now() < until {
                let answer = client.send(body.clone()).await;
                assert!(answer.get().is_some_and(|answer| answer.is_accepted()), "{answer:?}");
                posted.fetch_add(spans, Relaxed);
            }
        });
    }
    tasks.join_all().await;
    println!("{}", posted.load(Relaxed));
}

/// What a process used until it ended.
struct Used {
    out: String,
    cpu_s: f64,
    /// After two seconds, in MB.
    early_mb: f64,
    /// At most.
    peak_mb: f64,
}

fn status_kb(pid: u32, key: &str) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse().ok()
}

/// User and system time of a process, in seconds; clock ticks are hundredths on Linux.
fn cpu_s(pid: u32) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// Runs a command to its end and watches what it uses.
fn watch(mut command: Command) -> Used {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
    let pid = child.id();
    let mut stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || std::io::read_to_string(&mut stdout).unwrap());
    let started = Instant::now();
    let (mut cpu, mut early_mb, mut peak_mb) = (0.0, 0.0, 0.0_f64);
    // The last reading before the end is within 10 ms of it.
    while child.try_wait().unwrap().is_none() {
        cpu = cpu_s(pid).filter(|now| *now >= cpu).unwrap_or(cpu);
        let mb = status_kb(pid, "VmRSS:").unwrap_or(0.0) / 1e3;
        if started.elapsed() < Duration::from_secs(2) {
            early_mb = mb;
        }
        peak_mb = peak_mb.max(mb);
        std::thread::sleep(Duration::from_millis(10));
    }
    Used {
        out: reader.join().unwrap(),
        cpu_s: cpu,
        early_mb,
        peak_mb,
    }
}

fn start_sink() -> (Child, String) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg("sink")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut address)
        .unwrap();
    (child, address.trim().to_owned())
}

fn compare() {
    println!("protocol       what       spans/CPU-s   spans/s      MB after 2 s  MB peak");
    let mut worst = f64::MAX;
    for wire in [TraceProtocol::HttpProtobuf, TraceProtocol::Grpc] {
        let (mut sink, address) = start_sink();
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["baseline", wire.name(), &address]);
        let again = watch(again);
        let spans: f64 = again.out.trim().parse().unwrap();
        let base = row(wire, "baseline", spans, SECONDS as f64, &again);
        let mut send = Command::new(env!("CARGO_BIN_EXE_tempoctl"));
        let endpoint = format!("http://{address}");
        let (duration, connections) = (format!("{SECONDS}s"), CONNECTIONS.to_string());
        send.args(["send", "--rate", "max", "--scenario", "user-request", "-o", "json"]);
        send.args(["--protocol", wire.name(), "--otlp-endpoint", &endpoint]);
        send.args(["--duration", &duration, "--connections", &connections]);
        let sent = watch(send);
        let report: serde_json::Value = serde_json::from_str(&sent.out).unwrap();
        let account = &report["account"]["spans"];
        assert_eq!(account["generated"], account["accepted"], "{account}");
        let spans = account["accepted"].as_f64().unwrap();
        let own = row(
            wire,
            "send",
            spans,
            report["duration_ms"].as_f64().unwrap() / 1e3,
            &sent,
        );
        println!(
            "{:14} send is {:.1} % of the baseline (bar: 12 %)",
            wire.name(),
            own / base * 100.0
        );
        worst = worst.min(own / base);
        sink.kill().unwrap();
        sink.wait().unwrap();
    }
    if worst < 0.12 {
        eprintln!("below the bar");
        std::process::exit(1);
    }
}

fn row(wire: TraceProtocol, what: &str, spans: f64, seconds: f64, used: &Used) -> f64 {
    let per_cpu = spans / used.cpu_s;
    println!(
        "{:14} {what:10} {:>11.0}   {:>9.0}   {:>10.1}   {:>8.1}",
        wire.name(),
        per_cpu,
        spans / seconds,
        used.early_mb,
        used.peak_mb
    );
    per_cpu
}
