//! A collector between the senders and Tempo: what its log adds, and what can be told without its metrics.

use serde_json::Value;
use tempoctl::Exit;
use tempoctl::lab::Lab;

use crate::generated::root;
use crate::lab_kit::lab;
use crate::product::{Ran, run_beside, words};

async fn doctor(lab: &Lab, flags: &[&str], without: &[&str]) -> Ran {
    let mut args = words(&["doctor", "--timeout", "80s", "-o", "json"]);
    args.extend(words(flags));
    let mut own = lab.doctor_args();
    for flag in without {
        let at = own.iter().position(|argument| argument == flag).unwrap();
        own.drain(at..at + 2);
    }
    args.extend(own);
    run_beside(args).await
}

fn first(report: &Value) -> (String, String, String) {
    let cause = &report["verdict"]["causes"][0];
    let text = |key: &str| cause[key].as_str().unwrap_or_default().to_owned();
    (text("hop"), text("id"), text("confidence"))
}

fn said(hop: &str, id: &str, confidence: &str) -> (String, String, String) {
    (hop.to_owned(), id.to_owned(), confidence.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_names_why_the_exporter_retries() {
    let lab = lab("collector-retrying").await;
    for (recording, cause) in [
        (
            "collector-exporter-wants-tls-tempo-3.0.3-collector",
            "collector-tls-default",
        ),
        (
            "collector-grpc-exporter-to-http-port-tempo-3.0.3-collector",
            "collector-exporter-protocol-mixup",
        ),
    ] {
        let log = root().join(format!("tests/recordings/logs/faults/{recording}.log"));
        let log = log.display().to_string();
        let report = doctor(&lab, &["--logs", &log], &[]).await.json();
        // The lines are older than the marker: they explain, and are not of it.
        assert_eq!(first(&report), said("collector", cause, "likely"));
        let hops = report["marker"]["hops"].as_array().unwrap();
        let state = |name: &str| hops.iter().find(|hop| hop["hop"] == name).unwrap()["state"].clone();
        let states = ["collector", "receiver", "query", "prometheus"].map(state);
        assert_eq!(states, ["lost", "passed", "passed", "passed"].map(Value::from));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_metrics_the_second_marker_still_tells_where_it_breaks() {
    let lab = lab("collector-retrying").await;
    let blind = [
        ["--collector-metrics-url"].as_slice(),
        &["--collector-metrics-url", "--tempo-otlp-endpoint"],
    ];
    let (one, other) = tokio::join!(doctor(&lab, &[], blind[0]), doctor(&lab, &[], blind[1]));
    for ran in [one, other] {
        assert_eq!(ran.exit, Exit::Found);
        assert_eq!(
            first(&ran.json()),
            said("collector", "collector-retrying", "likely"),
            "{}",
            ran.out
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_fast_a_marker_that_is_still_inside_accuses_nobody() {
    let lab = lab("collector-slow-batch").await;
    let ran = doctor(&lab, &["--fast"], &[]).await;
    assert_eq!(ran.exit, Exit::Inconclusive, "{}", ran.out);
    let report = ran.json();
    assert!(
        report["verdict"]["causes"].as_array().unwrap().is_empty(),
        "{}",
        report["verdict"]
    );
    assert!(
        report["verdict"]["summary"].as_str().unwrap().contains("collector"),
        "{}",
        report["verdict"]
    );
}
