//! What `tempoctl logs` costs: bytes a second of one core, logfmt and JSON, folded and plain, and the memory it takes.
//!
//! Lines are those of recorded logs, each with a time, ids and numbers of its own. The program runs as a child, as a user runs it,
//! so that its own CPU time and memory are measured: `cargo bench --bench logs [-- MIB]`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::disallowed_methods, reason = "the input is its own")]

use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// Lines of real servers.
const RECORDED: [&str; 2] = [
    include_str!("../tests/recordings/logs/faults/remote-write-wrong-host-tempo-3.0.3-tempo.log"),
    include_str!("../tests/recordings/logs/sound/micro-3.0.3-query-frontend.log"),
];
/// Ticks of `/proc/PID/stat` in a second.
const TICKS: f64 = 100.0;

fn main() {
    let mib: usize = std::env::args()
        .skip(1)
        .find_map(|word| word.parse().ok())
        .unwrap_or(512);
    let folder = std::env::temp_dir().join(format!("tempoctl-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let logfmt = folder.join("logfmt.log");
    let json = folder.join("json.log");
    write(&logfmt, mib, |line| line.to_owned());
    write(&json, mib, as_json);
    println!("{mib} MiB each, {} lines of logfmt\n", count(&logfmt));
    println!("{:28} {:>10} {:>10} {:>10}", "", "MB/s core", "wall s", "peak MiB");
    for (name, path, arguments) in [
        ("logfmt, folded", &logfmt, &["-o", "json"][..]),
        ("logfmt, folded, one level", &logfmt, &["-o", "json", "--level", "warn"]),
        ("logfmt, plain", &logfmt, &["-o", "raw"]),
        ("logfmt to jsonl", &logfmt, &["-o", "jsonl"]),
        ("json, folded", &json, &["-o", "json"]),
        ("json, plain", &json, &["-o", "raw"]),
    ] {
        let bytes = std::fs::metadata(path).expect("written").len();
        let (cpu, wall, peak) = run(path, arguments);
        println!("{name:28} {:>10.0} {wall:>10.2} {peak:>10.1}", bytes as f64 / 1e6 / cpu);
    }
    flat(&folder, mib);
    let _ = std::fs::remove_dir_all(&folder);
}

/// Memory must not grow with the log: twenty times the same through a pipe.
fn flat(folder: &Path, mib: usize) {
    let small = folder.join("small.log");
    write(&small, mib.min(128), |line| line.to_owned());
    let text = std::fs::read(&small).expect("written");
    let mut peaks = Vec::new();
    for times in [1, 20] {
        let mut child = start(Path::new("-"), &["-o", "json"], Stdio::piped());
        let mut pipe = child.stdin.take().expect("a pipe");
        for _ in 0..times {
            pipe.write_all(&text).expect("taken");
        }
        drop(pipe);
        peaks.push(finish(child).1);
    }
    println!(
        "\npeak memory, {} MiB through a pipe: {:.1} MiB; {} MiB: {:.1} MiB",
        mib.min(128),
        peaks[0],
        mib.min(128) * 20,
        peaks[1]
    );
}

fn run(path: &Path, arguments: &[&str]) -> (f64, f64, f64) {
    let started = Instant::now();
    let (cpu, peak) = finish(start(path, arguments, Stdio::null()));
    (cpu, started.elapsed().as_secs_f64(), peak)
}

fn start(path: &Path, arguments: &[&str], stdin: Stdio) -> Child {
    Command::new(env!("CARGO_BIN_EXE_tempoctl"))
        .arg("logs")
        .arg(path)
        .args(arguments)
        .stdin(stdin)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("tempoctl")
}

/// CPU seconds and peak memory in MiB, as the kernel counted them while the child was there.
fn finish(mut child: Child) -> (f64, f64) {
    let about = PathBuf::from(format!("/proc/{}", child.id()));
    let mut peak = 0.0;
    loop {
        // A process that has ended keeps its times until it is waited for.
        let stat = std::fs::read_to_string(about.join("stat")).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks: f64 = fields
            .iter()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok())
            .sum();
        let cpu = ticks / TICKS;
        let status = std::fs::read_to_string(about.join("status")).unwrap_or_default();
        let high = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(kib) = high.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok()) {
            peak = kib / 1024.0;
        }
        if fields.first() == Some(&"Z") {
            child.wait().expect("ended");
            return (cpu, peak);
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

fn count(path: &Path) -> usize {
    std::fs::read(path)
        .expect("written")
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
}

/// Recorded lines again and again, each with numbers and a time of its own.
fn write(path: &Path, mib: usize, form: impl Fn(&str) -> String) {
    let mut out = BufWriter::new(std::fs::File::create(path).expect("a file"));
    let lines: Vec<&str> = RECORDED
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| line.contains("ts=2026"))
        .collect();
    let mut written = 0;
    let mut number = 0_u64;
    while written < mib * 1024 * 1024 {
        for line in &lines {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let line = form(&varied(line, number, written));
            out.write_all(line.as_bytes()).expect("written");
            out.write_all(b"\n").expect("written");
            written += line.len() + 1;
        }
    }
    out.flush().expect("written");
}

fn varied(line: &str, number: u64, written: usize) -> String {
    let mut text = String::with_capacity(line.len() + 16);
    let (before, rest) = line.split_once("ts=").expect("a time");
    let (_, after) = rest.split_once(' ').unwrap_or((rest, ""));
    let second = written / 4_096 % 86_400;
    let _ = write!(
        text,
        "{before}ts=2026-11-22T{:02}:{:02}:{:02}.{:09}Z {after}",
        second / 3_600,
        second / 60 % 60,
        second % 60,
        number % 1_000_000_000
    );
    if let Some(at) = text.find("traces/") {
        let id = format!("{number:016x}{:016x}", number.rotate_left(17));
        let end = (at + 7 + 32).min(text.len());
        if text.is_char_boundary(end) {
            text.replace_range(at + 7..end, &id);
        }
    }
    text
}

/// The same entry as a line of JSON.
fn as_json(line: &str) -> String {
    let mut object = serde_json::Map::new();
    for pair in telemetry::parse::logs::logfmt::LogfmtPairs::new(line.as_bytes()).filter(|pair| pair.assigned) {
        let text =
            |span: telemetry::parse::logs::ByteSpan| String::from_utf8_lossy(span.slice(line.as_bytes())).into_owned();
        object.insert(
            text(pair.key),
            telemetry::parse::logs::escape::unescape_text(pair.value.slice(line.as_bytes())).into(),
        );
    }
    serde_json::Value::Object(object).to_string()
}
