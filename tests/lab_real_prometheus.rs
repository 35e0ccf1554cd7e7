//! What the lab's generator writes is real remote write: a real Prometheus stores it and serves it.

use std::time::Duration;

use tempoctl::lab::{Lab, LabOptions, LabScenario, PrometheusChoice};

use crate::lab_kit::{eventually, get, json_of, metric, now, pair, push};

/// A fast lab in front of the Prometheus on `PATH`.
async fn lab(scenario: &str) -> Lab {
    let prometheus = PrometheusChoice::Binary("prometheus".into());
    let options = LabOptions {
        prometheus,
        ..LabOptions::fast(LabScenario::find(scenario).unwrap())
    };
    match Lab::start(options).await {
        Ok(lab) => lab,
        Err(error) => panic!("{error} on PATH: apt-get install prometheus"),
    }
}

#[tokio::test]
async fn real_prometheus_stores_the_series_and_exemplars_the_lab_writes() {
    let lab = lab("no-app-traffic").await;
    assert!(lab.has_real_prometheus());
    let (id, request) = pair(Duration::ZERO);
    assert_eq!(push(&lab, &request).await.0, 200);
    let at = lab.addresses().prometheus.clone();
    let query = |text: &str| format!("{at}/api/v1/query?query={text}");
    for (what, text, series) in [
        (
            "calls",
            "traces_spanmetrics_calls_total%7Bservice%3D~%22pair-.%2A%22%7D",
            2,
        ),
        (
            "an edge",
            "traces_service_graph_request_total%7Bclient%3D%22pair-client%22%2Cserver%3D%22pair-server%22%7D",
            1,
        ),
        ("Tempo scraped", "up%7Bjob%3D%22tempo%22%7D%20%3D%3D%201", 1),
        ("Tempo's counters", "tempo_distributor_spans_received_total", 1),
    ] {
        let url = query(text);
        eventually(
            what,
            async || json_of(&url).await,
            |answer| answer["data"]["result"].as_array().map(Vec::len) == Some(series),
        )
        .await;
    }
    let exemplars = format!(
        "{at}/api/v1/query_exemplars?query=traces_spanmetrics_latency_bucket&start={}&end={}",
        now() - 60,
        now() + 60
    );
    eventually(
        "the exemplar",
        async || get(&exemplars).await.1,
        |text| text.contains(&id),
    )
    .await;
    let failed = metric(&lab, "prometheus_remote_storage_samples_failed_total{").await;
    assert_eq!(failed, Some(0.0));
}

#[tokio::test]
async fn real_prometheus_without_the_receiver_refuses_what_the_lab_writes() {
    let lab = lab("remote-write-receiver-off").await;
    assert_eq!(push(&lab, &pair(Duration::ZERO).1).await.0, 200);
    let failed = async || metric(&lab, "prometheus_remote_storage_samples_failed_total{").await;
    eventually("failed samples", failed, |failed| {
        failed.is_some_and(|failed| failed > 0.0)
    })
    .await;
}

#[tokio::test]
async fn real_prometheus_blocks_the_queue_over_native_histograms() {
    let lab = lab("native-histograms-refused").await;
    assert_eq!(push(&lab, &pair(Duration::ZERO).1).await.0, 200);
    let retried = async || metric(&lab, "prometheus_remote_storage_samples_retried_total{").await;
    eventually("retried samples", retried, |retried| {
        retried.is_some_and(|retried| retried > 0.0)
    })
    .await;
    let calls = json_of(&format!(
        "{}/api/v1/query?query=traces_spanmetrics_calls_total",
        lab.addresses().prometheus
    ))
    .await;
    assert_eq!(calls["data"]["result"].as_array().map(Vec::len), Some(0));
}
