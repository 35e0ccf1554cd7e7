//! A trace goes through every hop of the simulated stack, or stops where a scenario says it does.

use std::time::Duration;

use serde_json::Value;

use crate::lab_kit::{eventually, get, json_of, lab, metric, now, pair, push};

fn results(answer: &Value) -> usize {
    answer["data"]["result"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn a_pair_passes_every_hop_of_a_sound_stack() {
    let lab = lab("no-app-traffic").await;
    let at = lab.addresses().clone();
    let (id, request) = pair(Duration::ZERO);
    assert_eq!(push(&lab, &request).await, (200, "{\"partialSuccess\":{}}".to_owned()));

    let trace = json_of(&format!("{}/api/v2/traces/{id}", at.tempo)).await;
    assert_eq!(trace["trace"]["resourceSpans"].as_array().map(Vec::len), Some(2));

    let query = format!("%7B%20span.pair.run%20%3D%20%22{id}%22%20%7D");
    let search = async || {
        json_of(&format!(
            "{}/api/search?q={query}&start={}&end={}",
            at.tempo,
            now() - 600,
            now() + 1
        ))
        .await
    };
    let early = search().await;
    assert_eq!(
        early["traces"].as_array().map(Vec::len),
        Some(0),
        "search hides the newest seconds"
    );
    let found = eventually(
        "search",
        async || search().await,
        |found| found["traces"][0]["traceID"].is_string(),
    )
    .await;
    assert_eq!(found["traces"][0]["traceID"], id.trim_start_matches('0'));

    let calls = format!(
        "{}/api/v1/query?query=traces_spanmetrics_calls_total%7Bservice%3D~%22pair-.%2A%22%7D",
        at.prometheus
    );
    eventually(
        "span metrics",
        async || json_of(&calls).await,
        |answer| results(answer) == 2,
    )
    .await;
    let edges = format!(
        "{}/api/v1/query?query=traces_service_graph_request_total",
        at.prometheus
    );
    let edge = eventually("an edge", async || json_of(&edges).await, |answer| results(answer) == 1).await;
    assert_eq!(edge["data"]["result"][0]["metric"]["server"], "pair-server");
    let exemplars = format!(
        "{}/api/v1/query_exemplars?query=traces_spanmetrics_latency_bucket&start={}&end={}",
        at.prometheus,
        now() - 600,
        now() + 60
    );
    let stored = eventually(
        "an exemplar",
        async || get(&exemplars).await.1,
        |text| text.contains(&id),
    )
    .await;
    assert!(stored.contains("seriesLabels"));
    let up = json_of(&format!(
        "{}/api/v1/query?query=up%7Bjob%3D%22tempo%22%7D",
        at.prometheus
    ))
    .await;
    assert_eq!(up["data"]["result"][0]["value"][1], "1");
}

#[tokio::test]
async fn the_application_of_a_healthy_lab_is_seen_in_tags_and_metrics() {
    let lab = lab("healthy-3.0").await;
    let at = lab.addresses().clone();
    let tags = async || {
        json_of(&format!(
            "{}/api/v2/search/tag/resource.service.name/values?start={}&end={}",
            at.tempo,
            now() - 60,
            now()
        ))
        .await
    };
    eventually(
        "services",
        async || tags().await.to_string(),
        |text| text.contains("frontend") && text.contains("orders"),
    )
    .await;
    let edges = format!(
        "{}/api/v1/query?query=traces_service_graph_request_total%7Bclient%3D%22frontend%22%7D",
        at.prometheus
    );
    eventually("an edge", async || json_of(&edges).await, |answer| results(answer) == 1).await;
}

#[tokio::test]
async fn a_prometheus_that_takes_no_remote_write_fails_every_sample() {
    let lab = lab("remote-write-receiver-off").await;
    let (_, request) = pair(Duration::ZERO);
    assert_eq!(push(&lab, &request).await.0, 200);
    eventually(
        "failed samples",
        async || metric(&lab, "prometheus_remote_storage_samples_failed_total{").await,
        |failed| failed.is_some_and(|failed| failed > 0.0),
    )
    .await;
    let flags = json_of(&format!("{}/api/v1/status/flags", lab.addresses().prometheus)).await;
    assert_eq!(flags["data"]["web.enable-remote-write-receiver"], "false");
    let query = format!(
        "{}/api/v1/query?query=traces_spanmetrics_calls_total",
        lab.addresses().prometheus
    );
    assert_eq!(results(&json_of(&query).await), 0);
}
