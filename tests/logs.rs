//! `tempoctl logs` on what real servers wrote, and on what people get wrong.

use std::io::Write as _;

use doctor::causes;
use serde_json::Value;
use telemetry::parse::logs::signatures;
use tempoctl::Exit;

use crate::generated::root;
use crate::product::{Ran, run, run_in};

const WRONG: &str = "tests/recordings/logs/faults/remote-write-wrong-host-tempo-3.0.3-tempo.log";

/// What each recorded log tells: the causes, without those that need not be told.
const FAULTS: &[(&str, &[&str])] = &[
    (
        "faults/collector-exporter-wants-tls-tempo-3.0.3-collector",
        &["collector-tls-default"],
    ),
    (
        "faults/collector-grpc-exporter-to-http-port-tempo-3.0.3-collector",
        &["collector-exporter-protocol-mixup"],
    ),
    ("faults/generator-series-limit-tempo-3.0.3-tempo", &["gen-series-limit"]),
    (
        "faults/grafana-tempo-wrong-port-tempo-3.0.3-grafana",
        &["ds-wrong-port"],
    ),
    // A wrong prefix tells nothing in the log; a panic of Tempo 3.0 stands there.
    ("faults/http-api-prefix-tempo-3.0.3-tempo", &[]),
    (
        "faults/ingestion-rate-limited-tempo-2.10.8-tempo",
        &["batch-larger-than-burst"],
    ),
    (
        "faults/ingestion-rate-limited-tempo-3.0.3-tempo",
        &["batch-larger-than-burst"],
    ),
    ("faults/prometheus-down-tempo-3.0.3-tempo", &["rw-unreachable"]),
    (
        "faults/remote-write-receiver-off-tempo-2.10.8-tempo",
        &["rw-receiver-disabled"],
    ),
    (
        "faults/remote-write-receiver-off-tempo-3.0.3-tempo",
        &["rw-receiver-disabled"],
    ),
    ("faults/remote-write-wrong-host-tempo-2.10.8-tempo", &["rw-unreachable"]),
    ("faults/remote-write-wrong-host-tempo-3.0.3-tempo", &["rw-unreachable"]),
    ("faults/tenant-header-missing-tempo-2.10.8-tempo", &["push-no-org-id"]),
    ("faults/tenant-header-missing-tempo-3.0.3-tempo", &["push-no-org-id"]),
    ("faults/trace-too-large-tempo-2.10.8-tempo", &["trace-too-large"]),
    ("faults/trace-too-large-tempo-3.0.3-tempo", &["trace-too-large"]),
    ("starts/backend-not-set-tempo-2.10.8", &["backend-not-set"]),
    ("starts/backend-not-set-tempo-3.0.3", &["backend-not-set"]),
    ("starts/config-missing-tempo-2.10.8", &["config-file-not-used"]),
    ("starts/config-missing-tempo-3.0.3", &["config-file-not-used"]),
    ("starts/config-strict-yaml-tempo-2.10.8", &["config-strict-yaml"]),
    ("starts/config-strict-yaml-tempo-3.0.3", &["config-strict-yaml"]),
    (
        "starts/env-not-expanded-port-tempo-2.10.8",
        &["config-env-not-expanded"],
    ),
    ("starts/env-not-expanded-port-tempo-3.0.3", &["config-env-not-expanded"]),
    ("starts/env-not-expanded-tempo-2.10.8", &["config-env-not-expanded"]),
    ("starts/env-not-expanded-tempo-3.0.3", &["config-env-not-expanded"]),
    ("starts/kafka-required-tempo-2.10.8", &["tempo-module-failed"]),
    ("starts/kafka-required-tempo-3.0.3", &["up-kafka-required"]),
    ("starts/legacy-overrides-tempo-3.0.3", &["up-legacy-overrides"]),
    ("starts/overrides-broken-tempo-2.10.8", &["runtime-overrides-broken"]),
    ("starts/overrides-broken-tempo-3.0.3", &["runtime-overrides-broken"]),
    (
        "starts/receiver-unsupported-tempo-2.10.8",
        &["receiver-type-unsupported"],
    ),
    (
        "starts/receiver-unsupported-tempo-3.0.3",
        &["receiver-type-unsupported"],
    ),
    ("starts/removed-flag-tempo-3.0.3", &["up-removed-flags"]),
    ("starts/removed-keys-tempo-3.0.3", &["up-removed-keys"]),
    ("starts/removed-target-tempo-2.10.8", &["memberlist-no-private-ip"]),
    ("starts/removed-target-tempo-3.0.3", &["up-removed-flags"]),
    ("starts/volume-permission-tempo-2.10.8", &["volume-permission-10001"]),
    ("starts/volume-permission-tempo-3.0.3", &["volume-permission-10001"]),
];

fn recorded(name: &str) -> String {
    root()
        .join("tests/recordings/logs")
        .join(format!("{name}.log"))
        .display()
        .to_string()
}

fn names(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("tests/recordings/logs").join(folder))
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_string_lossy()
                .trim_end_matches(".log")
                .to_owned()
        })
        .map(|name| format!("{folder}/{name}"))
        .collect();
    names.sort();
    names
}

fn told(ran: &Ran) -> Vec<String> {
    let document = ran.json();
    let account = &document["account"];
    let number = |key: &str| account[key].as_u64().unwrap();
    assert_eq!(
        number("read"),
        number("shown") + number("folded") + number("filtered"),
        "{account}"
    );
    let known = document["known"].as_array().unwrap();
    known
        .iter()
        .map(|known| known["cause"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_recorded_fault_is_recognised_and_nothing_else() {
    let listed: Vec<&str> = FAULTS.iter().map(|(name, _)| *name).collect();
    for name in names("faults").into_iter().chain(names("starts")) {
        assert!(
            listed.contains(&name.as_str()),
            "{name} is recorded and not expected to tell anything"
        );
    }
    for (name, causes) in FAULTS {
        let ran = run(&["logs", &recorded(name), "-o", "json"]);
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        assert_eq!(told(&ran), *causes, "{name}");
    }
}

#[test]
fn sound_servers_tell_of_nothing() {
    let names = names("sound");
    assert!(names.len() > 15);
    for name in names {
        let ran = run(&["logs", &recorded(&name), "-o", "json"]);
        assert_eq!(told(&ran), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_signature_names_a_cause_and_cites_a_source() {
    for signature in signatures::list_signatures() {
        assert!(
            causes::find_cause(&signature.cause).is_some(),
            "{} is no cause",
            signature.cause
        );
        let source = &signature.source;
        assert!(
            source.starts_with("https://") || source.starts_with("grafana/tempo v"),
            "{source}"
        );
    }
}

#[test]
fn a_person_sees_the_answer_first() {
    let ran = run_in(&[("HOME", "/nonexistent"), ("TZ", "UTC")], &["logs", WRONG]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "Known problems", "{}", ran.out);
    assert!(lines[1].starts_with("  rw-unreachable  ×1  "), "{}", ran.out);
    assert!(ran.out.contains("connection refused"), "{}", ran.out);
    assert!(
        ran.out
            .contains("tempoctl doctor --only 'remote-write.*'    tempoctl explain rw-unreachable\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("→ rw-unreachable\n"), "{}", ran.out);
    assert!(
        ran.out.ends_with(" folded\n") && lines.last().unwrap().starts_with("191 lines read · "),
        "{}",
        ran.out
    );
}

#[test]
fn a_panic_is_one_entry() {
    let ran = run(&[
        "logs",
        &recorded("faults/http-api-prefix-tempo-3.0.3-tempo"),
        "--grep",
        "panic serving",
        "-o",
        "json",
    ]);
    let document = ran.json();
    let templates = document["templates"].as_array().unwrap();
    assert_eq!(templates.len(), 1, "{templates:?}");
    assert_eq!(templates[0]["count"], 3);
    assert_eq!(templates[0]["level"], "error");
    let example = templates[0]["example"].as_str().unwrap();
    assert!(
        example.contains("goroutine ") && example.contains("server.go:"),
        "{example}"
    );
}

#[test]
fn each_format_shows_every_line_that_passes() {
    let count = |format: &str| {
        let ran = run(&["logs", WRONG, "--level", "warn", "-o", format]);
        assert_eq!(ran.exit, Exit::Done);
        assert!(
            ran.err.contains("rw-unreachable"),
            "what is known is said beside: {}",
            ran.err
        );
        ran.out.lines().count()
    };
    let shown = count("raw");
    assert!(shown > 5);
    assert_eq!((count("jsonl"), count("logfmt")), (shown, shown));
    let ran = run(&["logs", WRONG, "-o", "jsonl", "--grep", "Failed to send"]);
    let entry: Value = serde_json::from_str(ran.out.lines().next().unwrap()).unwrap();
    assert_eq!(entry["causes"][0], "rw-unreachable");
    assert_eq!(entry["part"], "remote write");
    assert_eq!(entry["level"], "warn");
    assert_eq!(entry["fields"]["url"], "http://127.0.0.1:9999/api/v1/write");
}

#[test]
fn the_last_entries_and_a_stretch_of_time() {
    let all = run(&["logs", WRONG, "-o", "raw"]).out;
    let last = run(&["logs", WRONG, "-o", "raw", "--tail", "3"]);
    assert!(
        all.ends_with(&last.out) && last.out.lines().count() == 3,
        "{}",
        last.out
    );
    let ran = run(&[
        "logs",
        WRONG,
        "-o",
        "json",
        "--from",
        "2026-11-22T09:28:40Z",
        "--to",
        "2026-11-22T09:28:50Z",
    ]);
    let templates = ran.json()["templates"].as_array().unwrap().clone();
    // What was written before the first time in a log is within any time.
    let timed: Vec<&str> = templates
        .iter()
        .filter_map(|template| template["first"].as_str())
        .collect();
    assert!(
        !timed.is_empty() && timed.iter().all(|first| first.starts_with("2026-11-22T09:28:4")),
        "{timed:?}"
    );
    assert!(told(&ran).is_empty());
}

#[test]
fn rotated_and_packed_files_are_one_log() {
    let folder = tempfile::tempdir().unwrap();
    let line =
        |second: u32| format!("level=info ts=2026-11-22T09:00:{second:02}Z caller=a.go:1 msg=\"line {second}\"\n");
    let path = |name: &str| folder.path().join(name);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(line(1).as_bytes()).unwrap();
    std::fs::write(path("tempo.log.2.gz"), gzip.finish().unwrap()).unwrap();
    let packed = |second| zstd::stream::encode_all(line(second).as_bytes(), 1).unwrap();
    std::fs::write(path("tempo.log.1.zst"), [packed(2), packed(3)].concat()).unwrap();
    std::fs::write(path("tempo.log"), line(4)).unwrap();
    let all: String = (1..5).map(line).collect();
    let pattern = path("tempo.log*").display().to_string();
    let ran = run(&["logs", &pattern, "-o", "raw"]);
    assert_eq!(ran.out, all, "{}", ran.err);
    let newest = path("tempo.log").display().to_string();
    assert_eq!(run(&["logs", &newest, "-o", "raw"]).out, line(4));
    let back = run(&["logs", &newest, "-o", "raw", "--from", "2026-11-22T09:00:02Z"]);
    assert_eq!(
        back.out,
        (2..5).map(line).collect::<String>(),
        "as far back as is asked for"
    );
}

#[test]
fn what_is_left_of_a_packed_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    // Every line is a message of its own, so that the packed file is long enough to be cut.
    let lines: Vec<String> = (0..60_000_u64)
        .map(|line| format!("{:016x}\n", line.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        .collect();
    let packed = zstd::stream::encode_all(lines.concat().as_bytes(), 1).unwrap();
    let path = folder.path().join("cut.log.zst");
    std::fs::write(&path, packed.get(..packed.len() / 2).unwrap()).unwrap();
    let path = path.display().to_string();
    let ran = run(&["logs", &path, "-o", "raw"]);
    let told: Vec<&str> = ran.err.lines().filter(|line| line.starts_with("note:")).collect();
    assert_eq!(told, [format!("note: {path}: its compressed data is truncated")]);
    let kept: Vec<&str> = ran.out.lines().collect();
    assert!(kept.len() > 10_000, "{}", kept.len());
    assert_eq!(kept[9_999].trim_end(), lines[9_999].trim_end());
}

#[test]
fn a_line_that_is_cut_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.log").display().to_string();
    let long = "y".repeat(3 << 20);
    std::fs::write(&path, format!("a\n{long}\n{long}\nb\n")).unwrap();
    let ran = run(&["logs", &path, "-o", "raw"]);
    let told: Vec<&str> = ran.err.lines().filter(|line| line.starts_with("note:")).collect();
    let says = format!("note: {path}: lines longer than 1 MiB are cut; only the first 64 KiB of each are read");
    assert_eq!(told, [says]);
    assert_eq!(ran.out.lines().count(), 4);
}

#[test]
fn an_exported_journal_is_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.json");
    let entry = |micros: u64, message: &str| {
        serde_json::json!({"__REALTIME_TIMESTAMP": micros.to_string(), "_SYSTEMD_UNIT": "tempo.service", "PRIORITY": "6", "MESSAGE": message}).to_string() + "\n"
    };
    let text = entry(
        1_795_332_060_000_000,
        "failed parsing config: failed to parse configFile /etc/tempo.yaml: yaml: unmarshal errors:",
    ) + &entry(
        1_795_332_060_000_001,
        "  line 7: field ingestor not found in type app.Config",
    ) + &entry(
        1_795_332_061_000_000,
        "tempo.service: Main process exited, code=exited, status=1/FAILURE",
    );
    std::fs::write(&path, text).unwrap();
    let ran = run(&["logs", &path.display().to_string(), "-o", "json"]);
    assert_eq!(told(&ran), ["config-strict-yaml"], "{}", ran.out);
    let known = &ran.json()["known"][0];
    assert_eq!(known["first"], "2026-11-22T07:21:00Z");
    assert!(
        known["reason"].as_str().unwrap().contains("field ingestor not found"),
        "{known}"
    );
}

#[test]
fn secrets_and_what_steers_a_terminal_stay_inside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    std::fs::write(&path, "level=error ts=2026-11-22T09:00:00Z caller=a.go:1 msg=\"push to https://me:hunter2@mimir failed\" token=glsa_0123456789abcdef err=\"\x1b[31mred\x07\"\nplain \x1b]0;title\x07 text\n").unwrap();
    let path = path.display().to_string();
    for format in ["human", "json", "jsonl", "raw", "logfmt"] {
        let ran = run(&["logs", &path, "-o", format]);
        for secret in ["hunter2", "glsa_0123"] {
            assert!(!ran.out.contains(secret), "{format}: {}", ran.out);
        }
        assert!(
            !ran.out.contains('\u{1b}') && !ran.out.contains('\u{7}'),
            "{format}: {:?}",
            ran.out
        );
    }
    assert!(
        run(&["logs", &path, "-o", "raw", "--show-secrets"])
            .out
            .contains("hunter2")
    );
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_shown() {
    let ran = run(&["logs", "/no/such/tempo.log", WRONG]);
    assert_eq!(ran.exit, Exit::Found);
    assert!(
        ran.err.contains("note: /no/such/tempo.log: no such file"),
        "{}",
        ran.err
    );
    assert!(
        ran.out.contains("rw-unreachable") && ran.out.contains("1 source not read"),
        "{}",
        ran.out
    );
    let alone = run(&["logs", "/no/such/tempo.log"]);
    assert_eq!(alone.exit, Exit::General);
    assert!(
        alone.err.starts_with("error: /no/such/tempo.log: no such file\n"),
        "{}",
        alone.err
    );
    let json = run(&["logs", "/no/such/tempo.log", "-o", "json"]);
    assert!(
        json.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("no such file"),
        "{}",
        json.out
    );
}

#[test]
fn where_nothing_is_found_it_says_what_was_tried() {
    let env = [
        ("HOME", "/nonexistent"),
        ("DOCKER_HOST", "unix:///no/such/docker.sock"),
        ("PATH", "/nonexistent"),
    ];
    let ran = run_in(&env, &["logs"]);
    assert_eq!(ran.exit, Exit::General);
    for tried in [
        "Docker (unix:///no/such/docker.sock): no socket at /no/such/docker.sock",
        "journald: journalctl is not on PATH",
        "Kubernetes: kubectl is not on PATH",
        "Loki: no Loki address is set (--loki-url, LOKI_ADDR)",
    ] {
        assert!(ran.err.contains(tried), "{tried}: {}", ran.err);
    }
}

#[test]
fn what_is_wrong_is_named_before_anything_is_opened() {
    for (arguments, message) in [
        (&["--since", "soon"][..], "--since: "),
        (&["--from", "2026-11-22 09:00"], "has no time zone"),
        (&["--from", "now", "--to", "now-1h"], "--from: the range ends ("),
        (&["--tail", "few"], "--tail: 'few' is not a count"),
        (&["--grep", "("], "--grep: '(' is not a regular expression"),
        (&["--trace-id", "xyz"], "--trace-id: 'xyz' is not a trace id"),
        (&["--level", "loud"], "--level"),
        (&["dokcer:tempo"], "'dokcer' is not a source type"),
        (&["--follow", "-o", "json"], "jsonl"),
        (
            &["--since", "1h", "--from", "now-2h"],
            "--since: set the start with --since or --from",
        ),
    ] {
        let ran = run(&[&["logs", "/no/such/file"], arguments].concat());
        assert_eq!(ran.exit, Exit::Usage, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(message), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn an_empty_result_says_why() {
    let ran = run(&["logs", WRONG, "--grep", "no such words"]);
    assert_eq!(ran.exit, Exit::Done);
    assert!(ran.out.contains("191 filtered out"), "{}", ran.out);
    assert!(
        ran.out
            .contains("No line matches the filters. Without them: tempoctl logs "),
        "{}",
        ran.out
    );
}

#[test]
fn the_document_holds_to_its_schema() {
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(root().join("docs/schema/logs.v1.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for name in [
        "faults/remote-write-wrong-host-tempo-3.0.3-tempo",
        "starts/removed-keys-tempo-3.0.3",
    ] {
        let document = run(&["logs", &recorded(name), "/no/such/file", "-o", "json"]).json();
        let problems: Vec<String> = validator
            .iter_errors(&document)
            .map(|problem| problem.to_string())
            .collect();
        assert!(problems.is_empty(), "{name}: {problems:?}");
    }
}
