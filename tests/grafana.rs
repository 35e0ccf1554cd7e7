//! Grafana and its dashboards: through the proxy, by uid, address and file, and what the lab's Grafana owes real ones.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tempoctl::lab::{Lab, LabOptions, LabScenario, PrometheusChoice};

use crate::lab_kit::{eventually, lab, start};
use crate::product::{Ran, run, run_beside, run_beside_in, words};
use crate::recording::Recording;
use tempoctl::Exit;

const LOGIN: [&str; 2] = ["--grafana-user", "admin:admin"];

async fn asked(lab: &Lab, args: &[&str]) -> Ran {
    let url = lab.addresses().grafana.clone().unwrap();
    let mut all = words(args);
    all.extend(words(&LOGIN));
    all.extend(["--grafana-url".to_owned(), url]);
    run_beside(all).await
}

fn valid(ran: &Ran) -> Value {
    let document = ran.json();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/dashboard.v1.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    document
}

/// The dashboard once its panels have had time to fill.
async fn filled(lab: &Lab, args: &[&str]) -> Value {
    let settled = |document: &Value| {
        let panels = document["panels"].as_array().unwrap();
        panels
            .iter()
            .any(|panel| panel["title"] == "Calls by service" && panel["state"] == "data")
    };
    eventually("a panel with data", async || valid(&asked(lab, args).await), settled).await
}

fn panel<'a>(document: &'a Value, title: &str) -> &'a Value {
    let panels = document["panels"].as_array().unwrap();
    panels
        .iter()
        .find(|panel| panel["title"] == title)
        .unwrap_or_else(|| panic!("no {title}: {document:#}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_panel_is_asked_as_a_browser_does() {
    let lab = lab("grafana-healthy").await;
    let document = filled(&lab, &["dashboard", "tempo-overview", "-o", "json"]).await;
    assert_eq!(document["dashboard"]["title"], "Tempo Overview");
    for title in [
        "Spans received",
        "Calls by service",
        "Service graph",
        "Calls (library)",
        "Traces",
    ] {
        // A library panel takes the title it has in the dashboard.
        let title = if title == "Calls (library)" { "Library" } else { title };
        eventually(
            title,
            async || valid(&asked(&lab, &["dashboard", "tempo-overview", "-o", "json"]).await),
            |document| panel(document, title)["state"] == "data",
        )
        .await;
    }
    let discards = panel(&document, "Discards");
    assert_eq!(
        (&discards["state"], &discards["rightly"]),
        (&json!("empty"), &json!(true)),
        "{discards}"
    );
    assert_eq!(panel(&document, "Read me")["state"], "skipped");
    let link = panel(&document, "Calls by service")["explore"].as_str().unwrap();
    assert!(
        link.contains("/explore?schemaVersion=1&panes=") && !link.contains(' '),
        "{link}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dashboard_is_named_by_uid_address_or_file() {
    let lab = lab("grafana-healthy").await;
    let url = lab.addresses().grafana.clone().unwrap();
    let mut args = words(&["dashboard", "-o", "json", "--grafana-user", "admin:admin"]);
    args.push(format!("{url}/d/tempo-overview/x?from=now-5m&to=now"));
    let document = valid(&run_beside(args).await);
    assert_eq!(document["window"]["from"], "now-5m");

    let missing = asked(&lab, &["dashboard", "tempo-overviw", "-o", "json"]).await;
    assert_eq!(missing.exit.code(), 4);
    assert!(
        missing
            .err
            .contains("similar: Tempo Overview (tempo-overview)\n  try: tempoctl dashboard tempo-overview\n"),
        "{}",
        missing.err
    );
    assert!(
        missing.json()["error"].is_object() || missing.json()["errors"].is_array(),
        "{}",
        missing.out
    );

    let elsewhere = asked(&lab, &["dashboard", "http://127.0.0.1:1/d/tempo-overview"]).await;
    assert_eq!(elsewhere.exit.code(), 2, "{}", elsewhere.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_login_and_a_dead_address_end_as_promised() {
    let lab = lab("grafana-healthy").await;
    let url = lab.addresses().grafana.clone().unwrap();
    let with = |extra: &[&str]| {
        let mut args = words(&["dashboard", "tempo-overview", "--grafana-url"]);
        args.push(url.clone());
        args.extend(words(extra));
        args
    };
    let refused = run_beside(with(&["--grafana-user", "admin:wrong"])).await;
    assert_eq!(refused.exit.code(), 3, "{}", refused.err);
    assert!(!refused.err.contains("wrong"), "{}", refused.err);
    let nobody = run_beside(with(&[])).await;
    assert_eq!(nobody.exit.code(), 3, "{}", nobody.err);
    let token = vec![("GRAFANA_TOKEN", "glsa_lab_viewer".to_owned())];
    let let_in = run_beside_in(token, with(&[])).await;
    assert!([0, 4].contains(&let_in.exit.code()), "{}{}", let_in.out, let_in.err);
    let dead = run_beside(words(&["dashboard", "x", "--grafana-url", "http://127.0.0.1:9"])).await;
    assert_eq!(dead.exit.code(), 1, "{}", dead.err);
}

#[test]
fn what_is_no_dashboard_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("d.json");
    let shown = file.display().to_string();
    for (text, where_) in [
        ("[1]", ".: a list"),
        ("{\"panels\":[{\"targets\":{}}]}", "panels[0].targets: an object"),
        ("{\"panels\":[", "truncated"),
        ("", "truncated"),
    ] {
        std::fs::write(&file, text).unwrap();
        let ran = run(&["dashboard", "--input", &shown, "-o", "json"]);
        assert_eq!(ran.exit.code(), 2, "{text}: {}", ran.err);
        assert!(ran.err.contains(where_), "{text}: {}", ran.err);
        let _ = ran.json();
    }
    assert_eq!(run(&["dashboard", "--input", "/nonexistent.json"]).exit.code(), 2);
    assert_eq!(run(&["dashboard", "a b"]).exit.code(), 2);
    assert_eq!(run(&["dashboard", "x", "--since", "soon"]).exit.code(), 2);
    assert_eq!(run(&["dashboard", "x", "--var", "novalue"]).exit.code(), 2);
}

/// The flags that lead a file's queries to a lab, without Grafana.
fn direct(lab: &Lab, file: &Path) -> Vec<String> {
    let at = lab.addresses();
    let mut args = words(&["dashboard", "-o", "json", "--input"]);
    args.push(file.display().to_string());
    args.extend(["--prometheus-url".to_owned(), at.prometheus.clone()]);
    args.extend(["--tempo-url".to_owned(), at.tempo.clone()]);
    args
}

fn dashboard(panels: Vec<Value>, variables: Value) -> Value {
    json!({"uid": "made", "title": "Made", "schemaVersion": 39, "time": {"from": "now-15m", "to": "now"},
        "templating": {"list": variables}, "panels": panels})
}

fn graph(id: usize, expr: &str) -> Value {
    json!({"id": id, "type": "timeseries", "title": format!("Panel {id}"),
        "datasource": {"type": "prometheus", "uid": "whatever"}, "targets": [{"refId": "A", "expr": expr}]})
}

/// Two hundred panels, ten thousand, a circle of variables, a library panel: findings, and no more questions than needed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_query_is_asked_once_and_nothing_is_too_much() {
    let lab = lab("healthy-3.0").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.json");
    let exprs = [
        "up",
        "sum(rate(tempo_distributor_spans_received_total[1m]))",
        "tempo_build_info",
        "no_such_metric_total",
    ];
    let panels: Vec<Value> = (0..200).map(|id| graph(id, exprs[id % exprs.len()])).collect();
    std::fs::write(&file, dashboard(panels, json!([])).to_string()).unwrap();
    let document = valid(&run_beside(direct(&lab, &file)).await);
    assert_eq!(document["panels"].as_array().unwrap().len(), 200);
    let requests = document["requests"].as_u64().unwrap();
    assert!(requests < 25, "{requests} requests for {} queries", exprs.len());

    let mut panels: Vec<Value> = (0..10_000).map(|id| graph(id, "up{job=~\"$a\"}")).collect();
    panels[0] = json!({"id": 0, "type": "timeseries", "libraryPanel": {"uid": "gone"}});
    let circle = json!([
        {"name": "a", "type": "query", "query": "label_values(up{x=\"$b\"}, job)"},
        {"name": "b", "type": "query", "query": "label_values(up{x=\"$a\"}, job)"},
    ]);
    std::fs::write(&file, dashboard(panels, circle).to_string()).unwrap();
    let ran = run_beside(direct(&lab, &file)).await;
    let document = valid(&ran);
    assert_eq!(ran.exit.code(), 4);
    assert_eq!(document["left_out"], 8_000);
    assert!(
        document["variables"][0]["why"]
            .as_str()
            .unwrap()
            .contains("depends on itself"),
        "{}",
        document["variables"]
    );
}

/// Reasons, each with a panel that has nothing else wrong with it.
async fn reasons(lab: &Lab) -> Vec<(Value, Value)> {
    let cases = [
        (
            "sum(rate(tempo_ingester_traces_created_total[1m]))",
            "dash-renamed-metrics",
        ),
        ("traces_span_metrics_calls_total", "sm-name-mismatch"),
        (
            "traces_spanmetrics_calls_total{service_name=\"frontend\"}",
            "sm-label-mismatch",
        ),
        (
            "traces_spanmetrics_calls_total{service=\"checkout\"}",
            "dash-matcher-empty",
        ),
        ("tempo_build_info{cluster=\"prod\"}", "dash-mixin-labels"),
        (
            "a:tempo_request_duration_seconds:99quantile",
            "dash-recording-rules-missing",
        ),
        ("cortex_query_frontend_connected_clients", "dash-query-frontend-name"),
        (
            "histogram_quantile(.9, sum(rate(traces_spanmetrics_latency[1m])))",
            "dash-histogram-form",
        ),
        ("sum(rate(up[1m])", "dash-query-broken"),
        ("container_memory_working_set_bytes", "dash-metric-missing"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reasons.json");
    let panels = cases
        .iter()
        .enumerate()
        .map(|(id, (expr, _))| graph(id, expr))
        .collect();
    std::fs::write(&file, dashboard(panels, json!([])).to_string()).unwrap();
    let document = valid(&run_beside(direct(lab, &file)).await);
    cases
        .iter()
        .enumerate()
        .map(|(id, (expr, cause))| {
            let panel = &document["panels"][id];
            let first = panel["causes"][0].clone();
            (json!([expr, cause]), json!([first, panel["why"]]))
        })
        .collect()
}

async fn every_reason_is_named(lab: &Lab) {
    let right = |all: &Vec<(Value, Value)>| all.iter().all(|(wanted, found)| wanted[1] == found[0]);
    eventually("every reason", async || reasons(lab).await, right).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reasons_are_named() {
    let lab = lab("healthy-3.0").await;
    every_reason_is_named(&lab).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_prometheus_answers_the_panels() {
    let options = LabOptions {
        prometheus: PrometheusChoice::Auto,
        ..LabOptions::fast(LabScenario::find("healthy-3.0").unwrap())
    };
    let lab = start(options).await;
    assert!(lab.has_real_prometheus(), "prometheus is on PATH");
    every_reason_is_named(&lab).await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/lab/src/grafana/dashboards/tempo-overview.json");
    let has = |document: &Value| {
        ["Spans received", "Calls by service", "p95 latency", "Service graph"]
            .iter()
            .all(|title| panel(document, title)["state"] == "data")
    };
    eventually(
        "the overview",
        async || valid(&run_beside(direct(&lab, &file)).await),
        has,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stack_with_only_grafana_exposed_is_diagnosed() {
    let sound = lab("grafana-healthy").await;
    sound.await_searchable().await;
    let judged = async |lab: &Lab| asked(lab, &["doctor", "--via-grafana", "-o", "json", "--timeout", "60s"]).await;
    let ran = judged(&sound).await;
    let report = ran.json();
    assert!(report["marker"].is_null(), "nothing is pushed: {}", report["marker"]);
    assert_eq!(report["verdict"]["status"], "healthy", "{:#}", report["verdict"]);
    assert!(
        report["targets"]["tempo"]["url"]
            .as_str()
            .unwrap()
            .contains("/api/datasources/proxy/uid/tempo")
    );

    let broken = lab("grafana-tempo-refused").await;
    let report = judged(&broken).await.json();
    assert_eq!(
        report["verdict"]["causes"][0]["id"], "ds-wrong-port",
        "{:#}",
        report["verdict"]
    );
    assert_eq!(report["verdict"]["causes"][0]["hop"], "grafana");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_than_twenty_questions_are_in_flight() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (in_flight, highest) = (Arc::clone(&now), Arc::clone(&most));
    let answer = async move || {
        let here = in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        highest.fetch_max(here, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(30)).await;
        in_flight.fetch_sub(1, Ordering::SeqCst);
        r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"1"]}]}}"#
    };
    let router = axum::Router::new().fallback(answer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("busy.json");
    let panels = (0..120).map(|id| graph(id, &format!("metric_{id}"))).collect();
    std::fs::write(&file, dashboard(panels, json!([])).to_string()).unwrap();
    let mut args = words(&["dashboard", "-o", "json", "--prometheus-url", &url, "--input"]);
    args.push(file.display().to_string());
    let document = valid(&run_beside(args).await);
    assert_eq!(document["panels"][0]["state"], "data");
    let most = most.load(Ordering::SeqCst);
    assert!((2..=20).contains(&most), "{most} in flight");
    server.abort();
}

/// The lab's Grafana answers as the real ones did: the status, and every key that is read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lab_answers_as_recorded() {
    for (scenario, recorded_in) in [
        ("grafana-healthy", "grafana-12.4.0"),
        ("grafana-healthy-9.4", "grafana-9.4.0-pre"),
    ] {
        let lab = lab(scenario).await;
        let base = lab.addresses().grafana.clone().unwrap();
        let recording = Recording::read(recorded_in);
        let client = stack::clients::build_http_client().no_proxy().build().unwrap();
        let mut wrong = Vec::new();
        for (name, login, path) in [
            ("health-admin", "admin:admin", "/api/health"),
            ("org-viewer", "admin:admin", "/api/org"),
            ("datasources-admin", "admin:admin", "/api/datasources"),
            ("datasources-anonymous", "", "/api/datasources"),
            ("datasources-wrong-password", "admin:no", "/api/datasources"),
            (
                "datasource-uid-tempo-admin",
                "admin:admin",
                "/api/datasources/uid/tempo",
            ),
            ("datasource-missing", "admin:admin", "/api/datasources/uid/nope"),
            (
                "datasource-health-tempo-viewer",
                "admin:admin",
                "/api/datasources/uid/tempo/health",
            ),
            (
                "datasource-health-prometheus-viewer",
                "admin:admin",
                "/api/datasources/uid/prometheus/health",
            ),
            (
                "proxy-uid-tempo-echo-viewer",
                "admin:admin",
                "/api/datasources/proxy/uid/tempo/api/echo",
            ),
            (
                "proxy-uid-missing",
                "admin:admin",
                "/api/datasources/proxy/uid/nope/api/echo",
            ),
            ("search-viewer", "admin:admin", "/api/search?type=dash-db"),
            ("dashboard-missing", "admin:admin", "/api/dashboards/uid/nope"),
            ("unknown-api", "admin:admin", "/api/no-such-thing"),
        ] {
            let recorded = recording.answer(&format!("grafana-{name}"));
            let mut request = client.get(format!("{base}{path}"));
            if let Some((user, word)) = login.split_once(':') {
                request = request.basic_auth(user, Some(word));
            }
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let body = answer.text().await.unwrap();
            if recorded.status != Some(status) {
                wrong.push(format!("{recorded_in} {name}: {status}, was {:?}", recorded.status));
            }
            let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
            let (Some(ours), Some(theirs)) = (parsed(&body), parsed(&recorded.body)) else {
                continue;
            };
            let first = |value: &Value| value.get(0).cloned().unwrap_or_else(|| value.clone());
            let (ours, theirs) = (first(&ours), first(&theirs));
            for (key, value) in ours.as_object().into_iter().flatten() {
                match theirs.get(key) {
                    None => wrong.push(format!("{recorded_in} {name}: has {key}")),
                    Some(other) if std::mem::discriminant(other) != std::mem::discriminant(value) => {
                        wrong.push(format!("{recorded_in} {name}: {key} is {value}, was {other}"));
                    }
                    Some(_) => {}
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// A panel may draw something while a variable that it uses has no value: the summary says what the exit code means.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_at_fault_stands_in_the_summary() {
    let lab = lab("healthy-3.0").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unset.json");
    let unset = json!([{"name": "cluster", "type": "query", "query": "label_values(up, cluster)"}]);
    let panels = vec![graph(0, "up{cluster=~\"$cluster\"}")];
    std::fs::write(&file, dashboard(panels, unset).to_string()).unwrap();
    let mut args = direct(&lab, &file);
    let document = valid(&run_beside(args.clone()).await);
    let summary = document["summary"].as_str().unwrap();
    assert!(
        summary.ends_with("have data, the variable $cluster has no value")
            || summary.ends_with("should not be empty, the variable $cluster has no value"),
        "{summary}"
    );
    args.retain(|arg| arg != "-o" && arg != "json");
    let ran = run_beside(args).await;
    assert_eq!(ran.exit, Exit::Found, "{}", ran.out);
    let line = ran
        .out
        .lines()
        .find(|line| line.contains("$cluster") && line.contains("✗"));
    let line = line.unwrap_or_default();
    let cause = document["variables"][0]["cause"].as_str().unwrap();
    assert!(
        !line.contains(cause) || line.contains(&format!("   {cause}")),
        "{}",
        ran.out
    );
}
