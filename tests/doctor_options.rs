//! doctor's options against a lab: saved evidence, formats, selections, levels, and how often it looks.

use std::io::{BufRead, BufReader};

use serde_json::Value;
use tempoctl::Exit;
use tempoctl::lab::Lab;

use crate::lab_kit::lab;
use crate::product::{Ran, run_beside, run_beside_in, words};
use crate::robustness::{signal, spawned};

async fn doctor(lab: &Lab, flags: &[&str]) -> Ran {
    let mut args = words(&["doctor", "--timeout", "30s"]);
    args.extend(words(flags));
    args.extend(lab.doctor_args());
    run_beside(args).await
}

async fn json(lab: &Lab, flags: &[&str]) -> (Exit, Value) {
    let mut all = vec!["-o", "json"];
    all.extend(flags);
    let ran = doctor(lab, &all).await;
    let report = ran.json();
    (ran.exit, report)
}

#[tokio::test]
async fn saved_evidence_gives_the_same_verdict_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evidence.json").display().to_string();
    let lab = lab("exemplar-storage-off").await;
    let (exit, live) = json(&lab, &["--save", &path]).await;
    drop(lab);
    let again = |format: &str| run_beside(words(&["doctor", "--input", &path, "-o", format]));
    let read = again("json").await;
    assert_eq!(read.exit, exit);
    let report = read.json();
    for key in ["verdict", "marker", "checks", "started_at", "duration_ms", "targets"] {
        assert_eq!(report[key], live[key], "{key}");
    }
    let cause = report["verdict"]["causes"][0]["id"].as_str().unwrap().to_owned();
    for format in ["human", "short", "markdown", "junit"] {
        let ran = again(format).await;
        assert_eq!(ran.exit, exit, "{format}");
        assert!(ran.out.contains(&cause), "{format}: {}", ran.out);
    }
    let junit = again("junit").await.out;
    let (failures, cases) = (junit.matches("<failure").count(), junit.matches("<testcase").count());
    assert!(
        junit.starts_with("<?xml") && junit.trim_end().ends_with("</testsuites>"),
        "{junit}"
    );
    assert!(failures >= 1 && cases > failures, "{junit}");
    let only = run_beside(words(&["doctor", "--input", &path, "-o", "json", "--only", "query.*"]))
        .await
        .json();
    assert!(
        only["checks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|check| check["hop"] == "query")
    );
    assert_eq!(only["verdict"]["causes"], serde_json::json!([]));
}

fn ids(report: &Value) -> Vec<&str> {
    report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|check| check["id"].as_str())
        .collect()
}

#[tokio::test]
async fn only_and_skip_choose_checks_and_levels_choose_the_code() {
    let lab = lab("exemplar-storage-off").await;
    let (_, only) = json(&lab, &["--only", "receiver.push", "--only", "query.by-*"]).await;
    assert_eq!(ids(&only), ["receiver.push", "query.by-id"]);
    assert_eq!(only["verdict"]["status"], "healthy", "{}", only["verdict"]);
    let (exit, skip) = json(&lab, &["--skip", "prometheus.exemplar*"]).await;
    assert!(
        !ids(&skip).iter().any(|id| id.starts_with("prometheus.exemplar")),
        "{:?}",
        ids(&skip)
    );
    assert!(
        !skip["verdict"].to_string().contains("ex-storage-disabled"),
        "{exit:?} {}",
        skip["verdict"]
    );
    let (exit, degraded) = json(&lab, &["--fail-on", "broken"]).await;
    assert_eq!(
        (exit, &degraded["verdict"]["status"]),
        (Exit::Done, &Value::from("degraded"))
    );
    let (exit, _) = json(&lab, &["--fail-on", "warning"]).await;
    assert_eq!(exit, Exit::Found);
}

/// What no selected check needs is not waited for, and what it needs is there all the same.
#[tokio::test]
async fn only_asks_what_the_selected_checks_need() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evidence.json").display().to_string();
    let lab = lab("remote-write-receiver-off").await;
    let evidence = || -> Value { serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap() };
    let (_, query) = json(&lab, &["--only", "query.*", "--save", &path]).await;
    assert_eq!(query["verdict"]["status"], "healthy", "{}", query["verdict"]);
    let asked = evidence();
    assert_eq!(asked["prometheus"]["calls_watch"], Value::Null);
    assert_eq!(asked["dashboards"]["listed"], serde_json::json!({"state": "not-asked"}));
    assert_ne!(asked["query"]["search_watch"], Value::Null);
    let (_, prometheus) = json(&lab, &["--only", "prometheus.*", "--save", &path]).await;
    assert_eq!(prometheus["verdict"]["causes"][0]["id"], "rw-receiver-disabled");
    let asked = evidence();
    assert_ne!(asked["prometheus"]["calls_watch"], Value::Null);
    assert_eq!(asked["query"]["search_watch"], Value::Null);
}

/// The list of checks is a document of its own.
#[tokio::test]
async fn the_list_of_checks_is_a_document() {
    let ran = run_beside(words(&["doctor", "--list", "-o", "json"])).await;
    assert_eq!(ran.exit, Exit::Done);
    let document = ran.json();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/checks.v1.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let listed: Vec<&str> = ids(&document);
    assert_eq!(
        listed,
        doctor::checks::CHECKS.iter().map(|check| check.id).collect::<Vec<_>>()
    );
    let mut without = document.clone();
    without["checks"][0].as_object_mut().unwrap().remove("needs");
    assert!(!validator.is_valid(&without));
    let refused = run_beside(words(&["doctor", "--list", "-o", "junit"])).await;
    assert_eq!(refused.exit, Exit::Usage);
    assert!(
        refused.out.is_empty() && refused.err.contains("human and json"),
        "{}",
        refused.err
    );
}

#[tokio::test]
async fn fast_awaits_nothing_and_accuses_nobody() {
    let lab = lab("healthy-3.0").await;
    lab.await_searchable().await;
    let (exit, report) = json(&lab, &["--fast"]).await;
    assert_eq!(
        (exit, &report["verdict"]["status"]),
        (Exit::Done, &Value::from("healthy")),
        "{}",
        report["verdict"]
    );
    let search = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|check| check["id"] == "query.search")
        .unwrap();
    assert_eq!(search["status"], "skip", "{search}");
}

#[tokio::test]
async fn without_a_marker_an_application_is_followed_and_its_absence_named() {
    let sound = lab("healthy-3.0").await;
    let silent = lab("no-app-traffic").await;
    sound.await_searchable().await;
    let ((exit, report), (silent_exit, absent)) =
        tokio::join!(json(&sound, &["--no-marker"]), json(&silent, &["--no-marker"]));
    assert!(report["marker"].is_null(), "nothing is pushed: {}", report["marker"]);
    assert_eq!(
        (exit, &report["verdict"]["status"]),
        (Exit::Done, &Value::from("healthy")),
        "{}",
        report["verdict"]
    );
    let status = absent["verdict"]["status"].as_str().unwrap();
    let named = absent["verdict"]["causes"][0]["id"] == "app-none-sending";
    assert!(named || status == "inconclusive", "{}", absent["verdict"]);
    assert!(
        matches!(silent_exit, Exit::Found | Exit::Inconclusive),
        "{silent_exit:?}"
    );
    assert!(absent["marker"].is_null());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watching_prints_a_document_a_line_until_it_is_stopped() {
    let lab = lab("healthy-3.0").await;
    let mut args = words(&["doctor", "--fast", "--watch", "100ms", "-o", "json"]);
    args.extend(lab.doctor_args());
    let ended = tokio::task::spawn_blocking(move || {
        let mut child = spawned(&args);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..2 {
            let report: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
            assert_eq!(report["schema_version"], 1);
        }
        signal(&child, "TERM");
        // What comes after the signal is whole as well.
        for line in lines {
            let _: Value = serde_json::from_str(&line.unwrap()).unwrap();
        }
        child.wait().unwrap()
    })
    .await
    .unwrap();
    assert_eq!(ended.code(), Some(0));
}

#[tokio::test]
async fn watching_parts_what_people_read_by_the_time() {
    let lab = lab("healthy-3.0").await;
    let mut args = words(&["doctor", "--fast", "--watch", "100ms"]);
    args.extend(lab.doctor_args());
    let read = tokio::task::spawn_blocking(move || {
        let mut child = spawned(&args);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let read: Vec<String> = lines.map(Result::unwrap).take(60).collect();
        signal(&child, "TERM");
        child.wait().unwrap();
        read
    })
    .await
    .unwrap();
    let times: Vec<usize> = (0..read.len())
        .filter(|at| read[*at].parse::<jiff::Timestamp>().is_ok())
        .collect();
    assert!(times.len() >= 2 && times[0] == 0, "{read:#?}");
    for at in times.iter().skip(1) {
        assert_eq!(
            (read[at - 1].as_str(), read.get(at + 1).map_or("", String::as_str)),
            ("", ""),
            "{read:#?}"
        );
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_told_before_anything_is_sent() {
    let lab = lab("healthy-3.0").await;
    let ran = doctor(
        &lab,
        &["--fast", "-o", "json", "--save", "/no/such/folder/evidence.json"],
    )
    .await;
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
    assert!(
        ran.err.contains("--save: cannot write /no/such/folder/evidence.json"),
        "{}",
        ran.err
    );
    assert!(ran.json().is_object());
    // Asking leaves nothing behind.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("evidence.json").display().to_string();
    let ran = doctor(&lab, &["--fast", "--save", &path, "--only", "no.such"]).await;
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
    assert!(!std::path::Path::new(&path).exists());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_report_that_cannot_be_saved_is_shown() {
    let lab = lab("healthy-3.0").await;
    // Every write to it fails.
    let ran = doctor(&lab, &["--fast", "-o", "json", "--save", "/dev/full"]).await;
    assert_eq!(ran.exit, Exit::General, "{}", ran.err);
    assert!(ran.json()["verdict"].is_object(), "{}", ran.out);
}

#[tokio::test]
async fn the_timeout_holds_for_the_whole_run() {
    // It takes connections and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    for flags in [
        vec!["--via-grafana", "--grafana-url", &url],
        vec!["--logs", "docker:tempo"],
    ] {
        let mut args = words(&[
            "doctor",
            "--timeout",
            "3s",
            "--tempo-url",
            &url,
            "--prometheus-url",
            &url,
        ]);
        args.extend(words(&flags));
        let started = std::time::Instant::now();
        let env = vec![("DOCKER_HOST", url.replace("http:", "tcp:"))];
        let ran = run_beside_in(env, args).await;
        assert!(
            started.elapsed().as_secs_f64() < 6.0,
            "{:?}: {}",
            started.elapsed(),
            ran.out
        );
        assert!(!ran.out.is_empty(), "{}", ran.err);
    }
}
