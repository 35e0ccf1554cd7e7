//! `search` and `metrics` where nothing but Grafana can be reached.

use serde_json::Value;
use tempoctl::Exit;
use tempoctl::lab::Lab;

use crate::lab_kit::{eventually, lab};
use crate::product::{Ran, run_beside, words};

/// Runs with Grafana's address alone.
async fn asked(lab: &Lab, login: &str, args: &[&str]) -> Ran {
    let url = lab.addresses().grafana.clone().unwrap();
    let mut all = words(args);
    all.extend(words(&["--grafana-user", login, "--grafana-url", &url]));
    run_beside(all).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_reads_tempo_through_grafana() {
    let lab = lab("grafana-healthy").await;
    let find = async || {
        asked(&lab, "admin:admin", &["search", "--via-grafana", "-o", "json"])
            .await
            .json()
    };
    let found = eventually("traces", find, |found: &Value| {
        found["traces"].as_array().is_some_and(|traces| !traces.is_empty())
    })
    .await;
    let id = found["traces"][0]["trace_id"].as_str().unwrap();
    let spans = found["traces"][0]["spans"].as_u64().unwrap();
    let one = asked(&lab, "admin:admin", &["search", id, "--via-grafana", "-o", "json"]).await;
    assert_eq!(
        one.json()["spans"].as_array().unwrap().len() as u64,
        spans,
        "{}",
        one.err
    );
    let tags = asked(&lab, "admin:admin", &["search", "tags", "--via-grafana"]).await;
    assert!(tags.out.contains("resource.service.name"), "{}{}", tags.out, tags.err);
    let unknown = "0123456789abcdef0123456789abcdef";
    let none = asked(&lab, "admin:admin", &["search", unknown, "--via-grafana"]).await;
    assert_eq!(none.exit, Exit::Found);
    assert!(none.err.contains("not found in data source Tempo of "), "{}", none.err);

    for command in ["search", "metrics"] {
        let refused = asked(&lab, "admin:wrong", &[command, "--via-grafana"]).await;
        assert_eq!(refused.exit, Exit::Refused, "{command}: {}", refused.err);
        assert!(refused.err.contains("refuses the credentials given"), "{}", refused.err);
        let url = lab.addresses().grafana.clone().unwrap();
        let none = run_beside(words(&[command, "--via-grafana", "--grafana-url", &url])).await;
        assert_eq!(none.exit, Exit::Refused, "{command}: {}", none.err);
        assert!(
            none.err.contains("none was given") && none.err.contains("--grafana-token-file"),
            "{}",
            none.err
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_reads_prometheus_through_grafana() {
    let lab = lab("grafana-healthy").await;
    let look = async || {
        asked(&lab, "admin:admin", &["metrics", "--via-grafana", "-o", "json"])
            .await
            .json()
    };
    let found = eventually("span metrics", look, |found: &Value| {
        found["source"] == "prometheus" && found["rows"].as_array().is_some_and(|rows| !rows.is_empty())
    })
    .await;
    assert!(found["rows"][0]["rate"].as_f64().unwrap() > 0.0, "{found:#}");
}

/// A Grafana that has no Tempo is said so, and Tempo is not asked elsewhere instead.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grafana_that_is_not_there_is_said_so() {
    for command in ["search", "metrics"] {
        let args = [
            command,
            "--via-grafana",
            "--grafana-url",
            "http://127.0.0.1:9",
            "-o",
            "json",
        ];
        let ran = run_beside(words(&args)).await;
        assert_eq!(ran.exit, Exit::General, "{}", ran.err);
        let message = ran.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("Grafana at http://127.0.0.1:9"), "{message}");
    }
}
