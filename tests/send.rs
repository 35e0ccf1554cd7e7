//! `tempoctl send` against a lab: probes, load, replays, commands inside a span, and what is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use tempoctl::Exit;
use tempoctl::lab::{Lab, LabOptions, LabScenario, PrometheusChoice};

use crate::lab_kit::{eventually, json_of, lab, start};
use crate::product::{Ran, run, run_beside, run_beside_in, words};
use crate::robustness::echo;
use crate::send_receiver::Receiver;

async fn send(lab: &Lab, flags: &[&str]) -> Ran {
    send_in(lab, Vec::new(), flags).await
}

async fn send_in(lab: &Lab, env: Vec<(&'static str, String)>, flags: &[&str]) -> Ran {
    let mut args = words(&["send"]);
    args.extend(words(flags));
    args.splice(1..1, lab.doctor_args());
    run_beside_in(env, args).await
}

/// Spans of a trace as Tempo gives it back, by name.
async fn read_back(lab: &Lab, id: &str) -> BTreeMap<String, (Value, Value)> {
    let url = format!("{}/api/v2/traces/{id}", lab.addresses().tempo);
    let document = json_of(&url).await;
    let groups = document["trace"]["resourceSpans"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut spans = BTreeMap::new();
    for group in &groups {
        for span in group["scopeSpans"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|scope| scope["spans"].as_array().unwrap())
        {
            let name = span["name"].as_str().unwrap().to_owned();
            spans.insert(name, (group["resource"].clone(), span.clone()));
        }
    }
    spans
}

fn attribute(holder: &Value, key: &str) -> Option<String> {
    let found = holder["attributes"]
        .as_array()?
        .iter()
        .find(|pair| pair["key"] == key)?;
    let value = found["value"].as_object()?.values().next()?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn hops(report: &Value) -> Vec<(String, String)> {
    let list = report["hops"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.iter()
        .map(|hop| (text(&hop["hop"]), text(&hop["state"])))
        .collect()
}

#[tokio::test]
async fn a_probe_is_found_by_id_over_every_otlp_protocol() {
    let lab = lab("no-app-traffic").await;
    for protocol in ["http/protobuf", "http/json"] {
        let ran = send(&lab, &["--otlp-protocol", protocol, "-o", "json"]).await;
        let report = ran.json();
        assert_eq!(ran.exit, Exit::Done, "{report}");
        valid(&report);
        let passed = |hop: &str| (hop.to_owned(), "passed".to_owned());
        assert_eq!(hops(&report), [passed("receiver"), passed("ingest"), passed("query")]);
        assert_eq!(
            report["account"]["spans"]["found"],
            report["account"]["spans"]["generated"]
        );
    }
    let grpc = format!("http://{}", lab.addresses().otlp_grpc.trim_start_matches("http://"));
    let mut args = words(&["send", "--protocol", "grpc", "-o", "json"]);
    args.extend(lab.doctor_args());
    let at = args.iter().position(|arg| arg == "--otlp-endpoint").unwrap();
    args[at + 1] = grpc;
    let ran = run_beside(args).await;
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
}

#[tokio::test]
async fn a_probe_is_followed_to_search_and_metrics() {
    let lab = lab("no-app-traffic").await;
    let ran = send(&lab, &["--wait", "all", "-o", "json", "--scenario", "order"]).await;
    let report = ran.json();
    assert_eq!(ran.exit, Exit::Done, "{report}");
    let last = report["hops"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["hop"], &last["state"]),
        (&"prometheus".into(), &"passed".into()),
        "{report}"
    );
    assert!(last["note"].as_str().unwrap().contains("edge"), "{report}");
    // Human: the answer first, a line a hop, the id to paste.
    let ran = send(&lab, &["--scenario", "order"]).await;
    assert!(ran.out.starts_with("✓ trace "), "{}", ran.out);
    assert!(ran.out.contains("tempoctl search --id "), "{}", ran.out);
}

#[tokio::test]
async fn a_span_made_by_hand_comes_back_as_it_was_made() {
    let lab = lab("no-app-traffic").await;
    let context = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let flags = [
        "--name",
        "deploy",
        "--kind",
        "producer",
        "--service",
        "ci",
        "--attribute",
        "build=12",
        "--attribute",
        "branch=main",
        "--resource-attribute",
        "team=platform",
        "--status",
        "error:boom",
        "--event",
        "retry@now-1s,attempt=2",
        "--link",
        context,
        "--start",
        "now-3s",
        "--end",
        "now-1s",
        "--print-id",
    ];
    let ran = send_in(
        &lab,
        vec![("OTEL_RESOURCE_ATTRIBUTES", "region=eu%2Dwest".to_owned())],
        &flags,
    )
    .await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let id = ran.out.trim().to_owned();
    assert_eq!(id.len(), 32, "the id alone: {}", ran.out);
    let spans = read_back(&lab, &id).await;
    let (resource, span) = &spans["deploy"];
    assert_eq!(span["kind"], "SPAN_KIND_PRODUCER");
    assert_eq!(span["status"]["code"], "STATUS_CODE_ERROR");
    assert_eq!(span["status"]["message"], "boom");
    assert_eq!(attribute(span, "build").as_deref(), Some("12"));
    assert_eq!(span["events"][0]["name"], "retry");
    assert_eq!(attribute(&span["events"][0], "attempt").as_deref(), Some("2"));
    assert_eq!(span["links"].as_array().map(Vec::len), Some(1));
    for (key, value) in [("service.name", "ci"), ("team", "platform"), ("region", "eu-west")] {
        assert_eq!(attribute(resource, key).as_deref(), Some(value));
    }
    let nanos = |key: &str| span[key].as_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(nanos("endTimeUnixNano") - nanos("startTimeUnixNano"), 2_000_000_000);
}

#[tokio::test]
async fn a_probe_continues_the_context_of_its_environment() {
    let lab = lab("no-app-traffic").await;
    let env = vec![
        (
            "TRACEPARENT",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned(),
        ),
        ("TRACESTATE", "vendor=1".to_owned()),
    ];
    let ran = send_in(&lab, env, &["--print-traceparent", "--scenario", "error"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(
        ran.out.starts_with("TRACEPARENT=00-4bf92f3577b34da6a3ce929d0e0e4736-"),
        "{}",
        ran.out
    );
    let spans = read_back(&lab, "4bf92f3577b34da6a3ce929d0e0e4736").await;
    let (_, root) = &spans["GET /orders/{id}"];
    assert_eq!(root["traceState"], "vendor=1");
    let (_, failed) = &spans["load article"];
    assert_eq!(failed["events"][0]["name"], "exception");
    assert_eq!(failed["status"]["code"], "STATUS_CODE_ERROR");
}

#[tokio::test]
async fn load_is_accounted_for_and_read_back() {
    let lab = lab("no-app-traffic").await;
    let flags = ["--rate", "100", "--duration", "2s", "--verify", "20%", "-o", "json"];
    let ran = send(&lab, &flags).await;
    let report = ran.json();
    assert_eq!(ran.exit, Exit::Done, "{report}");
    valid(&report);
    assert_eq!(report["account"]["traces"], 200);
    let verified = &report["verified"];
    assert!(verified["sampled"].as_u64().unwrap() > 10, "{verified}");
    assert_eq!(verified["found"], verified["sampled"], "{verified}");
    assert_eq!(report["trace_ids"].as_array().map(Vec::len), Some(200));
    assert!(report["latency_ms"]["p50"].as_f64().unwrap() > 0.0);
}

/// What a receiver took and Tempo never got is missing, and nothing about it is silent.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_found_is_exit_4() {
    let lab = lab("no-app-traffic").await;
    let elsewhere = Receiver::start([]).await;
    let endpoint = format!("http://{}", elsewhere.address);
    let tempo = lab.addresses().tempo.clone();
    let args = words(&[
        "send",
        "--count",
        "20",
        "--rate",
        "max",
        "--verify",
        "50%",
        "--timeout",
        "1s",
        "--tempo-url",
        &tempo,
        "--otlp-endpoint",
        &endpoint,
    ]);
    let ran = run_beside(args).await;
    assert_eq!(ran.exit, Exit::Found, "{}{}", ran.out, ran.err);
    assert!(ran.out.starts_with('✗') && ran.out.contains("missing"), "{}", ran.out);
}

#[tokio::test]
async fn a_command_runs_inside_a_span_and_keeps_its_code() {
    let lab = lab("no-app-traffic").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("context").display().to_string();
    let script = format!("printf %s \"$TRACEPARENT\" > {file}; exit 7");
    let mut args = words(&["send", "exec", "--name", "build", "--service", "ci", "--print-id"]);
    args.extend(lab.doctor_args());
    args.extend(words(&["--", "sh", "-c", &script]));
    let ran = run_beside(args).await;
    assert_eq!(ran.exit, Exit::Child(7), "{}", ran.err);
    let id = ran.err.lines().next().unwrap().to_owned();
    let handed_on = std::fs::read_to_string(&file).unwrap();
    assert!(handed_on.starts_with(&format!("00-{id}-")), "{handed_on}");
    let spans = read_back(&lab, &id).await;
    let (_, span) = &spans["build"];
    assert_eq!(attribute(span, "process.exit.code").as_deref(), Some("7"));
    assert_eq!(span["status"]["code"], "STATUS_CODE_ERROR");
    // The span's own id was what the command was given as its parent.
    let own = handed_on.split('-').nth(2).unwrap().to_owned();
    let bytes: Vec<u8> = (0..8)
        .map(|at| u8::from_str_radix(&own[at * 2..at * 2 + 2], 16).unwrap())
        .collect();
    use base64::Engine;
    assert_eq!(span["spanId"], base64::prelude::BASE64_STANDARD.encode(bytes));
    // A receiver that is not there changes no code, and is said.
    let gone = words(&["send", "exec", "--otlp-endpoint", "http://127.0.0.1:9", "--", "true"]);
    let ran = run_beside(gone).await;
    assert_eq!(ran.exit, Exit::Child(0));
    assert!(ran.err.contains("did not accept the span"), "{}", ran.err);
    // Where everything is may be said before; what concerns the command may not.
    let before = words(&["send", "--otlp-endpoint", "http://127.0.0.1:9", "exec", "--", "false"]);
    assert_eq!(run_beside(before).await.exit, Exit::Child(1));
    let missing = words(&["send", "exec", "--", "/nowhere/to/be/found"]);
    assert_eq!(run_beside(missing).await.exit, Exit::Child(127));
    let stray = run_beside(words(&["send", "--rate", "5", "exec", "--", "true"])).await;
    assert_eq!(stray.exit, Exit::Usage, "{}", stray.err);
}

#[tokio::test]
async fn what_is_printed_can_be_sent_again() {
    let lab = lab("no-app-traffic").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.json").display().to_string();
    let printed = run_beside(words(&[
        "send",
        "--dry-run",
        "--count",
        "3",
        "--scenario",
        "queue",
        "--seed",
        "4",
        "--backdate",
        "1h",
    ]))
    .await;
    assert_eq!(printed.exit, Exit::Done, "{}", printed.err);
    std::fs::write(&file, &printed.out).unwrap();
    let ran = send(&lab, &["--input", &file, "-o", "json", "--verify", "100%"]).await;
    let report = ran.json();
    assert_eq!(ran.exit, Exit::Done, "{report}");
    let ids: BTreeSet<String> = report["trace_ids"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| printed.out.contains(id)), "{ids:?}");
    let ran = send(
        &lab,
        &[
            "--input",
            &file,
            "-o",
            "json",
            "--new-ids",
            "--new-times",
            "--verify",
            "100%",
        ],
    )
    .await;
    let again = ran.json();
    assert_eq!(ran.exit, Exit::Done, "{again}");
    assert_eq!(again["account"], report["account"]);
    let new = again["trace_ids"][0].as_str().unwrap();
    assert!(!ids.contains(new));
    let spans = read_back(&lab, new).await;
    assert_eq!(
        spans["settle orders"].1["links"].as_array().map(Vec::len),
        Some(2),
        "{spans:?}"
    );
}

#[test]
fn the_same_seed_prints_the_same_traces() {
    let print = |seed: &str| {
        run(&[
            "send",
            "--dry-run",
            "--name",
            "x",
            "--seed",
            seed,
            "--end",
            "1795458257",
        ])
        .out
    };
    assert_eq!(print("1"), print("1"));
    assert_ne!(print("1"), print("2"));
}

#[tokio::test]
async fn real_prometheus_gets_span_metrics_and_edges_of_every_scenario() {
    let options = LabOptions {
        prometheus: PrometheusChoice::Binary("prometheus".into()),
        ..LabOptions::fast(LabScenario::find("no-app-traffic").unwrap())
    };
    let lab = start(options).await;
    let all = "user-request,order,error,db-failure,external-timeout,queue,cache,fan-out,browser";
    let ran = send(
        &lab,
        &[
            "--rate",
            "60",
            "--duration",
            "3s",
            "--scenario",
            all,
            "--seed",
            "11",
            "-o",
            "json",
        ],
    )
    .await;
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    let at = lab.addresses().prometheus.clone();
    let values = async |metric: &str, label: &str| -> BTreeSet<String> {
        let url = format!("{at}/api/v1/query?query={metric}");
        let answer = json_of(&url).await;
        let list = answer["data"]["result"].as_array().cloned().unwrap_or_default();
        list.iter()
            .filter_map(|series| Some(series["metric"][label].as_str()?.to_owned()))
            .collect()
    };
    let services = [
        "web",
        "frontend",
        "user-api",
        "order-api",
        "inventory",
        "payment",
        "shipping",
        "catalog",
        "search",
        "search-shard",
    ];
    let wanted: BTreeSet<String> = services.iter().map(|name| (*name).to_owned()).collect();
    eventually(
        "span metrics of every service",
        async || values("traces_spanmetrics_calls_total", "service").await,
        |found| wanted.is_subset(found),
    )
    .await;
    let answering: BTreeSet<String> = wanted.iter().filter(|name| *name != "web").cloned().collect();
    eventually(
        "an edge to every service that is called",
        async || values("traces_service_graph_request_total", "server").await,
        |found| answering.is_subset(found),
    )
    .await;
}

#[test]
fn nonsense_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let unknown = file("own.toml", "about='x'\nwieght=3\n");
    let recorded = file("bad.json", "{\"resourceSpans\":[{");
    for (flags, says) in [
        (vec!["--rate", "0"], "--rate: '0' is not a rate above 0"),
        (vec!["--rate", "-5"], "--rate"),
        (vec!["--duration", "-5s"], "--duration: '-5s' is negative"),
        (vec!["--count", "0"], "--count"),
        (vec!["--scenario", "ordre"], "--scenario order"),
        (vec!["--rate", "5", "--scenario", "order=0,error=0"], "sum to 0"),
        (vec!["--scenario-file", &unknown], "unknown field `wieght`"),
        (vec!["--scenario-file", "/nowhere.toml"], "cannot read"),
        (vec!["--input", &recorded], "truncated at line 1"),
        (vec!["--protocol", "udp"], "--protocol: 'udp' is not one of"),
        (vec!["--compression", "lz4"], "--compression"),
        (vec!["--error-rate", "5"], "--error-rate 5%"),
        (vec!["--name", "x", "--rate", "5"], "one of them"),
        (vec!["--link", "x"], "is not a traceparent"),
        (vec!["--start", "now", "--end", "now-1s"], "is after"),
        (vec!["--attribute", "x"], "is not KEY=VALUE"),
        (vec!["--depth", "0"], "--depth"),
        (vec!["--sample-ratio", "0"], "keeps no trace"),
        (vec!["--verify", "200%"], "--verify"),
        (vec!["--backdate", "40y"], "before 2004"),
    ] {
        let mut args = vec!["send", "-o", "json"];
        args.extend(&flags);
        let ran = run(&args);
        assert_eq!(ran.exit, Exit::Usage, "{flags:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(says), "{flags:?}: {}", ran.err);
        assert_eq!(ran.json()["schema_version"], 1, "{flags:?}");
    }
}

#[tokio::test]
async fn a_closed_port_and_a_wrong_protocol_name_their_cause() {
    let ran = run_beside(words(&[
        "send",
        "-o",
        "json",
        "--otlp-endpoint",
        "http://127.0.0.1:9",
        "--tempo-url",
        "http://127.0.0.1:9",
    ]))
    .await;
    assert_eq!(ran.exit, Exit::Found);
    let report = ran.json();
    valid(&report);
    assert_eq!(report["cause"]["id"], "target-unreachable", "{report}");
    let load = run_beside(words(&[
        "send",
        "-o",
        "json",
        "--rate",
        "50",
        "--otlp-endpoint",
        "http://127.0.0.1:9",
        "--tempo-url",
        "http://127.0.0.1:9",
    ]))
    .await;
    assert_eq!(load.exit, Exit::Found);
    let report = load.json();
    assert_eq!(report["cause"]["id"], "target-unreachable", "{report}");
    assert_eq!(report["account"]["spans"]["accepted"], 0);
    assert!(report["duration_ms"].as_u64().unwrap() < 10_000);
    let lab = lab("no-app-traffic").await;
    let http = lab.addresses().otlp_http.clone();
    let ran = run_beside(words(&[
        "send",
        "-o",
        "json",
        "--protocol",
        "grpc",
        "--otlp-endpoint",
        &http,
        "--tempo-url",
        &lab.addresses().tempo,
    ]))
    .await;
    assert_eq!(ran.exit, Exit::Found);
    assert_eq!(
        ran.json()["cause"]["id"],
        "app-otlp-protocol-port-mismatch",
        "{}",
        ran.out
    );
    let prometheus = lab.addresses().prometheus.clone();
    let ran = run_beside(words(&[
        "send",
        "-o",
        "json",
        "--otlp-endpoint",
        &prometheus,
        "--prometheus-url",
        &prometheus,
        "--tempo-url",
        &lab.addresses().tempo,
    ]))
    .await;
    let cause = &ran.json()["cause"];
    assert_eq!(cause["id"], "otlp-wrong-path", "{}", ran.out);
    assert!(
        cause["summary"].as_str().unwrap().contains("is Prometheus"),
        "{}",
        ran.out
    );
    let tls = http.replacen("http://", "https://", 1);
    let ran = run_beside(words(&[
        "send",
        "-o",
        "json",
        "--rate",
        "20",
        "--otlp-endpoint",
        &tls,
        "--tempo-url",
        &lab.addresses().tempo,
    ]))
    .await;
    assert_eq!(ran.exit, Exit::Found, "{}", ran.out);
    assert_eq!(ran.json()["cause"]["id"], "tls-client-plain-server", "{}", ran.out);
    let zipkin = run_beside(words(&[
        "send",
        "-o",
        "json",
        "--protocol",
        "zipkin",
        "--otlp-endpoint",
        "http://127.0.0.1:9",
    ]))
    .await;
    assert_eq!(
        zipkin.json()["cause"]["id"],
        "jaeger-zipkin-port-assumption",
        "{}",
        zipkin.out
    );
}

/// Who could not look says nothing of the trace.
#[tokio::test(flavor = "multi_thread")]
async fn a_tempo_that_cannot_be_asked_has_not_lost_the_trace() {
    let lab = lab("no-app-traffic").await;
    let gateway = format!("http://{}", echo("401 Unauthorized"));
    for (tempo, exit) in [
        (gateway.as_str(), Exit::Refused),
        ("http://127.0.0.1:9", Exit::Inconclusive),
    ] {
        let ran = run_beside(words(&[
            "send",
            "-o",
            "json",
            "--otlp-endpoint",
            &lab.addresses().otlp_http,
            "--tempo-url",
            tempo,
        ]))
        .await;
        let report = ran.json();
        assert_eq!(ran.exit, exit, "{report}");
        let hops = hops(&report);
        assert!(hops.iter().all(|(_, state)| state != "lost"), "{report}");
    }
}

/// What refuses a push wants the sender's credentials, not the reader's.
#[tokio::test]
async fn a_gateway_that_refuses_a_push_is_told_how_senders_log_in() {
    let gateway = format!("http://{}", echo("401 Unauthorized"));
    for protocol in ["http/protobuf", "zipkin"] {
        let ran = run_beside(words(&[
            "send",
            "-o",
            "json",
            "--protocol",
            protocol,
            "--otlp-endpoint",
            &gateway,
            "--tempo-url",
            "http://127.0.0.1:9",
        ]))
        .await;
        assert_eq!(ran.exit, Exit::Refused, "{}", ran.out);
        let cause = &ran.json()["cause"];
        assert_eq!(cause["id"], "gateway-401", "{}", ran.out);
        let config = cause["remedy"]["config"].as_str().unwrap();
        assert!(config.starts_with("OTEL_EXPORTER_OTLP_HEADERS="), "{}", ran.out);
    }
}

pub fn valid(report: &Value) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/send.v1.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema), "the schema itself is none");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    // A field that is added is described as well.
    for key in report.as_object().unwrap().keys() {
        assert!(schema["properties"].get(key).is_some(), "{key} is not in the schema");
    }
}

/// Ctrl-C and SIGTERM end the run in order: the account is printed, and adds up.
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_the_run_with_its_account() {
    let receiver = Receiver::start([]).await;
    for (flags, code) in [
        (vec!["--rate", "100"], 0),
        (vec!["--rate", "100", "--duration", "1h"], 5),
    ] {
        let endpoint = format!("http://{}", receiver.address);
        let mut args = words(&["send", "-o", "json", "--otlp-endpoint", &endpoint]);
        args.extend(words(&flags));
        let before = receiver.count().0;
        let child = crate::robustness::spawned(&args);
        for _ in 0..400 {
            if receiver.count().0 > before + 100 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        crate::robustness::signal(&child, "TERM");
        let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap())
            .await
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(code),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["cancelled"], true);
        let spans = &report["account"]["spans"];
        assert_eq!(spans["generated"], spans["accepted"], "{spans}");
        assert!(spans["accepted"].as_u64().unwrap() >= 100);
    }
}

#[tokio::test]
async fn a_worker_without_a_share_has_done_its_part() {
    let lab = lab("healthy-3.0").await;
    let ran = send(&lab, &["--worker", "3/4", "--count", "2"]).await;
    assert_eq!(ran.exit, Exit::Done, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("this worker's share is empty"), "{}", ran.out);
}
