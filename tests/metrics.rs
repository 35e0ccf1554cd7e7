//! `tempoctl metrics` on a running stack: the lab with a real Prometheus that it feeds by remote write.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use tempoctl::Exit;
use tempoctl::lab::{Lab, LabOptions, LabScenario, PrometheusChoice};

use crate::lab_kit::{eventually, start};
use crate::metrics_shape::valid;
use crate::product::{Ran, run_beside, words};

async fn with_prometheus(scenario: &str, prometheus: &str) -> Lab {
    let options = LabOptions {
        prometheus: PrometheusChoice::Binary(prometheus.into()),
        ..LabOptions::fast(LabScenario::find(scenario).unwrap())
    };
    start(options).await
}

async fn metrics(lab: &Lab, args: &[&str]) -> Ran {
    let at = lab.addresses();
    let mut all = vec!["metrics"];
    all.extend(args);
    all.extend(["--tempo-url", &at.tempo, "--prometheus-url", &at.prometheus]);
    run_beside(words(&all)).await
}

/// Rows by service.
fn row<'a>(document: &'a Value, service: &str) -> Option<&'a Value> {
    document["rows"]
        .as_array()?
        .iter()
        .find(|row| row["service"] == service)
}

/// Looks until both services of the lab's application have a duration and a slowest trace in Prometheus: before it has their
/// series, Tempo is asked.
async fn served(lab: &Lab, view: &str) -> Value {
    eventually(
        "a row of every service",
        async || metrics(lab, &[view, "--since", "5m", "-o", "json"]).await.json(),
        |document| {
            document["source"] == "prometheus"
                && ["frontend", "orders"].iter().all(|service| {
                    row(document, service)
                        .is_some_and(|row| row["p95_ms"].is_number() && row["exemplar_trace_id"].is_string())
                })
        },
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_prometheus_has_services_operations_edges_and_tempos_counters() {
    let lab = with_prometheus("healthy-3.0", "prometheus").await;
    let document = served(&lab, "services").await;
    valid("metrics-table", &document);
    assert_eq!(
        (&document["source"], &document["read"]),
        (&Value::from("prometheus"), &Value::from("traces_spanmetrics_*"))
    );
    let frontend = row(&document, "frontend").unwrap();
    assert_eq!(frontend["kind"], "server");
    // The lab's application sends twice a second; the minutes before it started do not dilute that, though the zero with
    // which a new series begins may stand a minute before it.
    eventually(
        "a rate",
        async || metrics(&lab, &["--since", "5m", "-o", "json"]).await.json(),
        |document| row(document, "frontend").is_some_and(|row| (0.3..4.0).contains(&row["rate"].as_f64().unwrap())),
    )
    .await;
    assert!(document["data_from"].is_string(), "{document}");

    let operations = eventually(
        "two operations of more",
        async || {
            let args = ["operations", "--since", "5m", "-o", "json", "--limit", "2"];
            metrics(&lab, &args).await.json()
        },
        |document| document["truncated"] == true && document["rows"].as_array().unwrap().len() == 2,
    )
    .await;
    valid("metrics-table", &operations);

    let graph = eventually(
        "an edge",
        async || metrics(&lab, &["graph", "--since", "5m", "-o", "json"]).await.json(),
        |graph| {
            let mut edges = graph["edges"].as_array().unwrap().iter();
            edges.any(|edge| edge["client"] == "frontend" && edge["server"] == "orders")
        },
    )
    .await;
    valid("metrics-graph", &graph);

    eventually(
        "Tempo scraped",
        async || {
            let args = ["query", "tempo_build_info", "--instant", "-o", "json"];
            metrics(&lab, &args).await.json()
        },
        |answer| answer["total"] == 1,
    )
    .await;
    let tempo = metrics(&lab, &["tempo", "-o", "json"]).await.json();
    valid("metrics-tempo", &tempo);
    assert_eq!(tempo["source"], "prometheus", "{tempo}");

    let query = "sum by (service) (rate(traces_spanmetrics_calls_total[10s]))";
    let plot = eventually(
        "a curve",
        async || {
            let args = ["query", query, "--since", "1m", "--step", "1s", "-o", "json"];
            metrics(&lab, &args).await.json()
        },
        |plot| {
            let mut series = plot["series"].as_array().unwrap().iter();
            series.any(|series| series["points"].as_array().unwrap().len() > 1)
        },
    )
    .await;
    valid("metrics-plot", &plot);

    looks(&lab).await;
}

/// What a person, a spreadsheet and another program are shown of it.
async fn looks(lab: &Lab) {
    let services = [
        "SERVICE",
        "p95",
        "LAST 5 MIN",
        "frontend",
        "from Prometheus, traces_spanmetrics_* (server spans)",
        "tempoctl search --id ",
    ];
    shown(lab, &["--since", "5m"], &services).await;
    let csv = ["service,operation,kind,", "\norders,,server,"];
    shown(lab, &["--since", "5m", "-o", "csv"], &csv).await;
    let dot = ["digraph", "label=\"frontend\""];
    shown(lab, &["graph", "--since", "5m", "-o", "dot"], &dot).await;
    shown(lab, &["graph", "--since", "5m", "-o", "mermaid"], &["flowchart LR\n"]).await;
    shown(lab, &["graph", "--since", "5m"], &["└─ "]).await;
    shown(lab, &["tempo"], &["spans received"]).await;
    let chart = ["query", "sum(traces_spanmetrics_calls_total)", "--since", "1m"];
    shown(lab, &chart, &["┤", "last "]).await;
    let unknown = ["No service named fronted", "frontend, orders", "--service frontend"];
    shown(lab, &["--since", "5m", "--service", "fronted"], &unknown).await;
    let misspelt = [
        "No metric is named",
        "metrics query traces_spanmetrics_calls_total",
        // Since it started, or in the window, once that has two samples.
        "Tenant single-tenant ",
    ];
    shown(
        lab,
        &["query", "traces_spanmetrics_call_total", "--since", "5m"],
        &misspelt,
    )
    .await;
    let excluded = [
        "query",
        "traces_spanmetrics_calls_total{service=\"cart\"}",
        "--since",
        "5m",
    ];
    shown(lab, &excluded, &["Values of service: frontend, orders"]).await;
}

/// Runs `metrics` until its output has all the words: a series that has just begun is not in every answer yet.
async fn shown(lab: &Lab, args: &[&str], words: &[&str]) {
    let ran = eventually(
        &format!("{words:?} of {args:?}"),
        async || metrics(lab, args).await,
        |ran| words.iter().all(|word| ran.out.contains(word)),
    )
    .await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
}

/// Prometheus started with its feature, a generator that writes native histograms beside the classic ones.
#[tokio::test(flavor = "multi_thread")]
async fn native_histograms_give_durations_too() {
    let folder = tempfile::tempdir().unwrap();
    let starter = folder.path().join("prometheus");
    std::fs::write(
        &starter,
        "#!/bin/sh\nexec prometheus \"$@\" --enable-feature=native-histograms\n",
    )
    .unwrap();
    std::fs::set_permissions(&starter, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut scenario = LabScenario::find("healthy-3.0").unwrap();
    scenario.fault.native_histograms = true;
    let lab = start(LabOptions {
        prometheus: PrometheusChoice::Binary(starter),
        ..LabOptions::fast(scenario)
    })
    .await;
    let document = served(&lab, "services").await;
    // Only a native histogram of a series named without `_bucket` can answer this.
    let query = "histogram_quantile(0.95, sum by (service) (rate(traces_spanmetrics_latency[5m])))";
    let ask = async || metrics(&lab, &["query", query, "--instant", "-o", "json"]).await.json();
    // The native series may have its second sample, without which there is no rate, after the classic one.
    let has_frontend = |native: &Value| {
        let series = native["series"].as_array().unwrap();
        series.iter().any(|series| series["labels"]["service"] == "frontend")
    };
    eventually(query, ask, has_frontend).await;
    let raw = metrics(&lab, &["query", "traces_spanmetrics_latency", "--instant"]).await;
    assert!(raw.out.contains("native histogram: count "), "{}", raw.out);
    assert!(
        row(&document, "frontend").unwrap()["p50_ms"].as_f64().unwrap() > 0.0,
        "{document}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_span_metrics_tempo_is_asked_and_the_cause_is_named() {
    let lab = with_prometheus("generator-processors-none", "prometheus").await;
    let pushed = crate::lab_kit::pair(std::time::Duration::ZERO);
    assert_eq!(crate::lab_kit::push(&lab, &pushed.1).await.0, 200);
    let document = eventually(
        "TraceQL metrics of the pair",
        async || metrics(&lab, &["--since", "5m", "-o", "json"]).await.json(),
        |document| row(document, "pair-server").is_some_and(|row| row["p50_ms"].is_number()),
    )
    .await;
    valid("metrics-table", &document);
    assert_eq!(document["source"], "traceql");
    let notes = document["notes"].to_string();
    assert!(
        notes.contains("Tempo's TraceQL metrics") && notes.contains("gen-processors-not-enabled"),
        "{notes}"
    );
    let server = row(&document, "pair-server").unwrap();
    assert_eq!(server["exemplar_trace_id"], Value::from(pushed.0.as_str()), "{server}");
    // It has a client span only: all its spans count.
    assert_eq!(row(&document, "pair-client").unwrap()["kind"], "client");
    let human = metrics(&lab, &["--since", "5m"]).await;
    assert!(
        human.out.contains("tempoctl explain gen-processors-not-enabled"),
        "{}",
        human.out
    );
    let graph = metrics(&lab, &["graph", "--since", "5m", "-o", "json"]).await;
    assert_eq!(graph.exit, Exit::Done);
    let graph = graph.json();
    valid("metrics-graph", &graph);
    assert_eq!(
        graph["empty_reason"]["causes"],
        serde_json::json!(["gen-processors-not-enabled"]),
        "{graph}"
    );
    let text = graph["empty_reason"]["text"].as_str().unwrap();
    assert!(
        text.contains("Tenant single-tenant has received") || text.contains("has received"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_explains_an_absence_is_named() {
    for (scenario, cause) in [
        ("remote-write-receiver-off", "rw-receiver-disabled"),
        ("generator-not-configured", "gen-not-configured"),
        ("generator-only-service-graphs", "sm-processor-missing"),
        ("remote-write-missing", "rw-no-endpoint"),
        ("prometheus-down", "target-unreachable"),
        ("generator-processors-none-2.10", "gen-processors-not-enabled"),
        ("no-app-traffic", "app-none-sending"),
    ] {
        let lab = crate::lab_kit::lab(scenario).await;
        if scenario != "no-app-traffic" {
            assert_eq!(
                crate::lab_kit::push(&lab, &crate::lab_kit::pair(std::time::Duration::ZERO).1)
                    .await
                    .0,
                200
            );
        }
        let document = metrics(&lab, &["--since", "5m", "-o", "json"]).await.json();
        valid("metrics-table", &document);
        assert!(
            document.to_string().contains(&format!("\"{cause}\"")),
            "{scenario}: {document}"
        );
    }
}

/// Names that steer a terminal are shown, never sent.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_span_is_called_steers_no_terminal() {
    let lab = with_prometheus("no-app-traffic", "prometheus").await;
    let (_, mut request) = crate::lab_kit::pair(std::time::Duration::ZERO);
    let evil = "GET \u{1b}[2J/\u{202e}cart";
    request["resourceSpans"][1]["scopeSpans"][0]["spans"][0]["name"] = Value::from(evil);
    for _ in 0..3 {
        assert_eq!(crate::lab_kit::push(&lab, &request).await.0, 200);
    }
    let seen = eventually(
        "the operation",
        async || metrics(&lab, &["operations", "--since", "5m"]).await.out,
        |out| out.contains("cart"),
    )
    .await;
    assert!(!seen.contains('\u{1b}') && !seen.contains('\u{202e}'), "{seen:?}");
    assert!(seen.contains("GET \\x1b[2J/\\u{202e}cart"), "{seen}");
    let csv = metrics(&lab, &["operations", "--since", "5m", "-o", "csv"]).await.out;
    assert!(!csv.contains('\u{1b}'), "{csv:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cause_that_is_named_is_in_the_catalogue() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = 0;
    for folder in [
        "crates/doctor/src/diagnose/health",
        "crates/doctor/src/diagnose/no_metrics.rs",
        "src/commands/metrics",
        "crates/probes/src/metrics",
    ] {
        let path = root.join(folder);
        let files: Vec<_> = if path.is_dir() {
            std::fs::read_dir(path)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect()
        } else {
            vec![path]
        };
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for start in ["CauseNote::with_cause(", "cause: \"", "then_some(\"", "Some(\""] {
                for (at, _) in text.match_indices(start) {
                    let rest = text[at + start.len()..].trim_start().trim_start_matches('"');
                    let id: String = rest
                        .chars()
                        .take_while(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-')
                        .collect();
                    let ends = rest[id.len()..].starts_with('"');
                    if ends && id.contains('-') && !id.starts_with("--") && !id.contains("fronted") {
                        named += 1;
                        assert!(doctor::causes::find_cause(&id).is_some(), "{}: {id}", file.display());
                    }
                }
            }
        }
    }
    assert!(named > 40, "only {named} were found");
}
