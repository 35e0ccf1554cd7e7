//! What cannot be right is refused at once: exit 2, the place and the way out on standard error, nothing on standard
//! output, and nothing sent anywhere.

use std::net::TcpListener;
use std::path::Path;

use doctor::diagnose::diagnose_evidence;
use tempoctl::Exit;

use crate::evidence::read_evidence;
use crate::product::{Ran, run};

/// A server that must not be asked.
struct Watchman(TcpListener);

impl Watchman {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Watchman(listener)
    }

    fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    /// The run is over: whoever had connected would be waiting.
    fn saw_nobody(&self, what: &str) {
        let waiting = self.0.accept().map(|(_, from)| from);
        assert!(waiting.is_err(), "{what}: something was sent, from {waiting:?}");
    }
}

/// Refused, with these words on standard error.
fn refused(ran: &Ran, words: &[&str], what: &str) {
    assert_eq!(ran.exit, Exit::Usage, "{what}: {ran:?}");
    assert_eq!(ran.out, "", "{what}");
    for word in words {
        assert!(ran.err.contains(word), "{what}: no '{word}' in\n{}", ran.err);
    }
    assert!(!ran.err.contains("panicked"), "{what}");
}

#[test]
fn what_is_typed_wrongly_is_refused_before_anything_is_sent() {
    let table: [(&[&str], &[&str]); 14] = [
        (&["--tiemout", "3s"], &["error:", "--tiemout", "try: --timeout"]),
        (&["--only", "nope"], &["--only", "'nope'", "doctor --list"]),
        (
            &["--only", "query.by-ids"],
            &["'query.by-ids'", "try: --only query.by-id"],
        ),
        (&["--skip", "reciever.*"], &["--skip", "'reciever.*'"]),
        (&["--timeout", "15"], &["--timeout", "'15'", "unit", "try: --timeout"]),
        (&["--timeout", "0s"], &["--timeout", "try: --timeout"]),
        (&["--app-window", "yesterday"], &["--app-window", "'yesterday'"]),
        (&["--watch=-3s"], &["--watch"]),
        (&["--prometheus-url", "http://"], &["--prometheus-url", "try:"]),
        (
            &["--prometheus-url", "localhost:99999"],
            &["--prometheus-url", "99999", "1 to 65535", "try:"],
        ),
        (&["--header", "X-Name"], &["--header", "try:"]),
        (&["--otlp-header", "X-Name"], &["--otlp-header", "try:"]),
        (&["--fail-on", "brokn"], &["brokn", "broken"]),
        (
            &["--otlp-protocol", "http/proto"],
            &["--otlp-protocol", "http/protobuf"],
        ),
    ];
    for (flags, words) in table {
        let watchman = Watchman::new();
        let url = watchman.url();
        let mut args = vec!["doctor", "--tempo-url", &url, "--otlp-endpoint", &url];
        args.extend(flags);
        let what = flags.join(" ");
        refused(&run(&args), words, &what);
        watchman.saw_nobody(&what);
    }
}

#[test]
fn every_error_of_a_file_and_of_flags_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let watchman = Watchman::new();
    let text = format!(
        "[contexts.default]\ntempo_ulr = \"x\"\ntls_skip_verify = \"yes\"\nprometheus_url = \"{}\"\n",
        watchman.url()
    );
    std::fs::write(&file, text).unwrap();
    let shown = file.display().to_string();
    let ran = run(&["doctor", "--config", &shown, "--tempo-url", &watchman.url()]);
    let places = [format!("{shown}:2: tempo_ulr"), format!("{shown}:3: tls_skip_verify")];
    refused(
        &ran,
        &[&places[0], "try: tempo_url", &places[1], "true or false"],
        "a file with two errors",
    );
    let ran = run(&[
        "doctor",
        "--tempo-url",
        "localhost:99999",
        "--otlp-endpoint",
        "ftp://x",
        "--header",
        "oops",
    ]);
    refused(&ran, &["--tempo-url", "--otlp-endpoint", "--header"], "three flags");
    let missing = folder.path().join("none.toml").display().to_string();
    refused(&run(&["doctor", "--config", &missing]), &[&missing], "no such file");
    watchman.saw_nobody("a wrong file");
}

#[test]
fn the_nearest_spelling_is_offered() {
    refused(
        &run(&["explain", "rw-reciever-disabled"]),
        &["rw-receiver-disabled"],
        "a cause",
    );
    refused(
        &run(&["lab", "--scenario", "helthy-3.0"]),
        &["healthy-3.0"],
        "a scenario",
    );
    refused(&run(&["docter"]), &["docter", "try: doctor"], "a command");
    refused(&run(&["doctor", "-o", "jsn"]), &["jsn", "try: json"], "a format");
}

/// Runs doctor on a file with that content.
fn judged(folder: &Path, name: &str, text: &str) -> Ran {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    run(&["doctor", "--input", &path.display().to_string()])
}

#[test]
fn what_is_no_saved_evidence_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let evidence = read_evidence("recorded-healthy-3.0.3");
    let text = serde_json::to_string_pretty(&evidence).unwrap();
    let report = serde_json::to_string(&diagnose_evidence(&evidence)).unwrap();
    let newer = text.replace("\"evidence_version\": 1", "\"evidence_version\": 7");
    let partly = text.replace("\"targets\": {", "\"other\": {");
    let cases: [(&str, &str, &[&str]); 7] = [
        ("newer.json", &newer, &["newer.json", "version 7", "version 1"]),
        ("cut.json", &text[..text.len() / 2], &["cut.json", "truncated at line"]),
        ("empty.json", "", &["empty.json", "truncated at line"]),
        ("report.json", &report, &["report.json", "is a report", "--save"]),
        ("list.json", "[1]", &["list.json", "evidence_version"]),
        ("text.json", "healthy\n", &["text.json", "not JSON"]),
        ("partly.json", &partly, &["partly.json", "targets"]),
    ];
    for (name, content, words) in cases {
        refused(&judged(folder.path(), name, content), words, name);
    }
    let none = folder.path().join("none.json").display().to_string();
    refused(
        &run(&["doctor", "--input", &none]),
        &["--input", &none, "try:"],
        "no such file",
    );
    let whole = judged(folder.path(), "whole.json", &text);
    assert_ne!(whole.exit, Exit::Usage, "{whole:?}");
}

#[test]
fn who_asked_for_json_gets_one_document_also_on_failure() {
    let table: [&[&str]; 7] = [
        &["doctor", "-o", "json", "--only", "nope"],
        &["doctor", "-o", "json", "--only", "nope", "--timeout", "x"],
        &["doctor", "-o", "json", "--tempo-url", "localhost:99999"],
        &["doctor", "-o", "json", "--input", "/nonexistent/evidence.json"],
        &["doctor", "-o", "json", "--ca-cert", "/nonexistent/ca.pem"],
        &["doctor", "-o", "json", "--tiemout", "3s"],
        &["doctor", "--output=json", "--tiemout", "3s"],
    ];
    for args in table {
        let ran = run(args);
        assert_eq!(ran.exit, Exit::Usage, "{args:?}: {ran:?}");
        let document = ran.json();
        assert_eq!(document["schema_version"], 1, "{args:?}");
        let message = document["error"]["message"].as_str().unwrap();
        assert!(
            !message.is_empty() && !message.starts_with("error:"),
            "{args:?}: {message}"
        );
        assert!(document["error"]["advice"].is_array(), "{args:?}");
        assert!(
            ran.err.starts_with("error: ") && !ran.err.contains("Usage:"),
            "{args:?}: {}",
            ran.err
        );
    }
}

#[test]
fn a_configuration_that_cannot_be_written_is_no_usage_error() {
    let ran = run(&["config", "init", "--config", "/proc/nope/config.toml"]);
    assert_eq!(ran.exit, Exit::General, "{ran:?}");
    assert!(ran.err.contains("cannot write '/proc/nope/config.toml'"), "{}", ran.err);
}
