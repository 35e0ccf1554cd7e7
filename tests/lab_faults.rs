//! Every broken scenario lets be observed what its recording shows: the answer to the push, what is found by id, which
//! counters moved, what reached Prometheus.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use tempoctl::lab::{Lab, LabScenario};

use crate::block_on;
use crate::lab_kit::{get, lab, now, pair, push};
use crate::recording::Recording;

/// Every scenario with a recorded fault; `recording::NAME` compares what the scenario lets be observed with it.
pub fn list_trials() -> impl Iterator<Item = Trial> {
    // These close what a comparison would look at, or look at a part that another scenario covers.
    let apart = [
        "metrics-and-status-closed",
        "otlp-grpc-receiver-missing",
        "tempo-starting",
    ];
    let starting = Trial::test("recording::tempo-starting", || block_on(compare_starting()));
    LabScenario::names()
        .map(|name| LabScenario::find(name).unwrap())
        .filter(move |scenario| scenario.backed_by.starts_with("fault-") && !apart.contains(&scenario.name.as_str()))
        .map(|scenario| {
            let name = format!("recording::{}", scenario.name);
            Trial::test(name, move || block_on(compare(scenario)))
        })
        .chain([starting])
}

/// Families that tell where spans and samples get lost.
const TELLING: [&str; 11] = [
    "tempo_receiver_",
    "tempo_discarded_spans_total",
    "tempo_distributor_",
    "tempo_metrics_generator_",
    "prometheus_remote_storage_samples_",
    "prometheus_remote_storage_exemplars_",
    "prometheus_remote_storage_histograms_",
    "tempo_live_store_traces_created",
    "tempo_live_store_live_traces",
    "tempo_ingester_traces_created",
    "tempo_ingester_live_traces",
];
/// The rest, and what only differs because the lab's application sends by gRPC.
const LEFT_OUT: [&str; 6] = [
    "transport=\"grpc\"",
    "_kafka_",
    "registry_drain_",
    "post_sanitization",
    "spans_sanitized",
    "_duration_seconds",
];

/// Every telling sample, and whether it is zero or more. What differs from machine to machine is taken out.
fn counters(exposition: &str) -> BTreeSet<String> {
    exposition
        .lines()
        .filter(|line| TELLING.iter().any(|start| line.starts_with(start)))
        .filter(|line| !LEFT_OUT.iter().any(|part| line.contains(part)) && !line.contains("_bucket"))
        .map(|line| {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let sample: Vec<&str> = sample
                .split(',')
                .map(|part| {
                    if part.contains("url=\"") || part.contains("remote_name=\"") {
                        ""
                    } else {
                        part
                    }
                })
                .collect();
            let grows = value.parse::<f64>().unwrap() > 0.0;
            format!("{}{}", sample.join(","), if grows { " > 0" } else { " = 0" })
        })
        .collect()
}

/// `job=value` of every target.
fn up(answer: &str) -> BTreeSet<String> {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let series = answer["data"]["result"].as_array().cloned().unwrap_or_default();
    series
        .iter()
        .map(|one| format!("{}={}", one["metric"]["job"], one["value"][1]))
        .collect()
}

/// Whether an answer of Prometheus holds anything.
fn holds(answer: &str) -> bool {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    let list = if answer["data"].is_array() {
        &answer["data"]
    } else {
        &answer["data"]["result"]
    };
    list.as_array().is_some_and(|list| !list.is_empty())
}

/// A request that may fail: status and body, or nothing.
async fn try_get(url: &str) -> Option<(u16, String)> {
    let answer = stack::clients::build_http_client()
        .no_proxy()
        .build()
        .unwrap()
        .get(url)
        .send()
        .await
        .ok()?;
    Some((answer.status().as_u16(), answer.text().await.ok()?))
}

/// What differs between the lab and the recording, after the marker was pushed.
async fn differences(lab: &Lab, recording: &Recording, trace: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let at = lab.addresses();
    let metrics = recording
        .find("after-60s/tempo-metrics")
        .filter(|answer| answer.status.is_some());
    if let Some(metrics) = metrics {
        // A trace that never rests is cut after half a minute only.
        let slow = |line: &String| lab.scenario().fault.long_lived_trace && line.contains("traces_created");
        let recorded: BTreeSet<String> = counters(&metrics.body).into_iter().filter(|line| !slow(line)).collect();
        let (_, text) = get(&format!("{}/metrics", at.tempo)).await;
        let given: BTreeSet<String> = counters(&text).into_iter().filter(|line| !slow(line)).collect();
        wrong.extend(recorded.difference(&given).map(|line| format!("lacks {line}")));
        wrong.extend(given.difference(&recorded).map(|line| format!("has {line}")));
    }
    for (name, base, path) in [
        ("tempo-ready", &at.tempo, "/ready".to_owned()),
        ("tempo-buildinfo", &at.tempo, "/api/status/buildinfo".to_owned()),
        ("tempo-trace-v2", &at.tempo, format!("/api/v2/traces/{trace}")),
        (
            "prometheus-query-calls",
            &at.prometheus,
            "/api/v1/query?query=traces_spanmetrics_calls_total".to_owned(),
        ),
        (
            "prometheus-query-service-graph",
            &at.prometheus,
            "/api/v1/query?query=traces_service_graph_request_total".to_owned(),
        ),
        (
            "prometheus-query-up",
            &at.prometheus,
            "/api/v1/query?query=up".to_owned(),
        ),
        (
            "prometheus-exemplars",
            &at.prometheus,
            format!(
                "/api/v1/query_exemplars?query=traces_spanmetrics_latency_bucket&start={}&end={}",
                now() - 60,
                now() + 60
            ),
        ),
    ] {
        let Some(recorded) = recording.find(&format!("after-60s/{name}")) else {
            continue;
        };
        let given = try_get(&format!("{base}{path}")).await;
        if recorded.status != given.as_ref().map(|(status, _)| *status) {
            wrong.push(format!("{name} is {given:?}, was {:?}", recorded.status));
            continue;
        }
        let (recorded, given) = (&recorded.body, given.map(|(_, body)| body).unwrap_or_default());
        let same = match name {
            "tempo-trace-v2" => recorded.contains("resourceSpans") == given.contains("resourceSpans"),
            "prometheus-query-up" => up(recorded) == up(&given),
            _ if name.starts_with("prometheus") => holds(recorded) == holds(&given),
            _ => true,
        };
        if !same {
            wrong.push(format!("{name} is {given}, was {recorded}"));
        }
    }
    wrong
}

/// Pushes a marker as the recording did, compares the answer, then waits until everything looks as recorded.
async fn compare(scenario: LabScenario) -> Result<(), Failed> {
    let recording = Recording::read(&scenario.backed_by);
    let lab = lab(&scenario.name).await;
    let (trace, request) = pair(Duration::ZERO);
    let mut wrong = Vec::new();
    if let Some(marker) = recording.find("marker") {
        let client = stack::clients::build_http_client().no_proxy().build().unwrap();
        let alive = client.get(&lab.addresses().otlp_http).send().await.is_ok();
        let pushed = if alive { Some(push(&lab, &request).await) } else { None };
        if marker.status != pushed.as_ref().map(|(status, _)| *status) {
            wrong.push(format!(
                "the push was answered {pushed:?}, recorded {:?}",
                marker.status
            ));
        }
        let kind = |body: &str| {
            body.split(['"', ':'])
                .filter(|part| ["code", "message", "details", "partialSuccess"].contains(part))
                .count()
        };
        let told = pushed.map(|(_, body)| body).unwrap_or_default();
        if kind(&told) != kind(&marker.body) {
            wrong.push(format!("the push was answered {told}, recorded {}", marker.body));
        }
    }
    let deadline = Instant::now() + Duration::from_secs(45);
    loop {
        let now = differences(&lab, &recording, &trace).await;
        if now.is_empty() || Instant::now() > deadline {
            wrong.extend(now);
            return match wrong.is_empty() {
                true => Ok(()),
                false => Err(wrong.join("\n").into()),
            };
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// A Tempo that starts says so as recorded.
async fn compare_starting() -> Result<(), Failed> {
    let lab = lab("tempo-starting").await;
    let recording = Recording::read(&lab.scenario().backed_by);
    let ready = recording.answer("before/tempo-ready-1");
    let (status, body) = get(&format!("{}/ready", lab.addresses().tempo)).await;
    assert_eq!(Some(status), ready.status);
    let words = |text: &str| {
        text.split(|letter: char| letter.is_ascii_digit())
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    assert!(words(&body).is_subset(&words(&ready.body)), "{body:?}");
    let services = recording.answer("before/tempo-status-services-1");
    let starting = |text: &str| {
        text.lines()
            .filter(|line| line.contains("Starting"))
            .map(|line| line.split_whitespace().nth(1).unwrap().to_owned())
            .collect::<BTreeSet<_>>()
    };
    let (_, page) = get(&format!("{}/status/services", lab.addresses().tempo)).await;
    assert_eq!(starting(&page), starting(&services.body));
    Ok(())
}
