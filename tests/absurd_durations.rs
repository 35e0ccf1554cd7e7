//! Durations that no clock holds, from servers, files and people: refused by name or bounded, and never the end of the program.

use std::net::TcpListener;
use std::process::Command;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};

const ABSURD: [&str; 4] = ["213503982334601d", "584542046090y", "9223372036854775807s", "101y"];

/// A run of the program itself: a panic of any of its threads shows.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

fn tempoctl(env: &[(&str, &str)], args: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_tempoctl"))
        .args(args)
        .env_clear()
        .env("HOME", "/nonexistent")
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let run = Run {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    assert!(!run.err.contains("panicked"), "{args:?}: {}", run.err);
    assert!(matches!(run.code, Some(0..=6)), "{args:?}: {:?}: {}", run.code, run.err);
    run
}

async fn tempoctl_beside(args: Vec<String>) -> Run {
    tokio::task::spawn_blocking(move || tempoctl(&[], &args.iter().map(String::as_str).collect::<Vec<_>>()))
        .await
        .unwrap()
}

fn typed(flags: &str, more: &[&str]) -> Vec<String> {
    flags
        .split(' ')
        .chain(more.iter().copied())
        .map(str::to_owned)
        .collect()
}

/// A server that says what it is told to, path by path, and answers everything else with an empty document.
async fn server(answers: impl Fn(&str) -> Option<(u16, String)> + Clone + Send + Sync + 'static) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = axum::Router::new().fallback(move |request: Request| {
        let (status, body) = answers(request.uri().path()).unwrap_or((200, "{}".to_owned()));
        async move { Response::builder().status(status).body(Body::from(body)).unwrap() }
    });
    tokio::spawn(async move { axum::serve(listener, service).await });
    url
}

/// A Tempo 3 that is up and empty, where every setting that is a duration is this one.
fn tempo(duration: &str) -> impl Fn(&str) -> Option<(u16, String)> + Clone + Send + Sync + 'static {
    let d = duration.to_owned();
    move |path| {
        let body = match path {
            "/ready" => "ready".to_owned(),
            "/api/echo" => "echo".to_owned(),
            "/status/services" => "live-store: Running\nbackend-worker: Running\n".to_owned(),
            "/status/config" => format!(
                "query_frontend: {{query_end_cutoff: {d}, search: {{query_backend_after: {d}, max_duration: {d}}}, metrics: {{query_backend_after: {d}, max_duration: {d}}}}}\n\
                 live_store: {{complete_block_timeout: {d}, max_trace_idle: {d}, flush_check_period: {d}}}\n\
                 ingester: {{trace_idle_period: {d}, flush_check_period: {d}, max_block_duration: {d}}}\n\
                 compactor: {{compaction: {{block_retention: {d}}}}}\n\
                 metrics_generator: {{metrics_ingestion_time_range_slack: {d}, storage: {{path: /w, remote_write: [{{url: 'http://p/api/v1/write'}}]}}, registry: {{collection_interval: {d}, stale_duration: {d}}}}}\n\
                 overrides: {{defaults: {{metrics_generator: {{processors: [span-metrics, service-graphs]}}}}}}\n"
            ),
            path if path.contains("/traces/") => return Some((404, "trace not found".to_owned())),
            path if path.contains("/search") => r#"{"traces":[]}"#.to_owned(),
            _ => return None,
        };
        Some((200, body))
    }
}

/// A Prometheus whose intervals are this long.
fn prometheus(duration: &str) -> impl Fn(&str) -> Option<(u16, String)> + Clone + Send + Sync + 'static {
    let d = duration.to_owned();
    move |path| {
        let data = match path {
            "/api/v1/status/buildinfo" => json!({"version": "3.1.0"}),
            "/api/v1/status/flags" => json!({"query.lookback-delta": d, "web.enable-remote-write-receiver": "true"}),
            "/api/v1/targets" => json!({"activeTargets": [{"labels": {"job": "tempo"}, "scrapePool": "tempo",
                "scrapeUrl": "http://tempo:3200/metrics", "health": "up", "lastScrape": "9999-12-31T23:59:59Z",
                "lastScrapeDuration": 1e300, "scrapeInterval": d, "scrapeTimeout": d}]}),
            "/api/v1/status/config" => {
                json!({"yaml": format!("global: {{scrape_interval: {d}, evaluation_interval: {d}}}\n")})
            }
            _ => {
                json!({"resultType": "vector", "result": [{"metric": {"__name__": "tempo_distributor_spans_received_total"},
                "value": [1e300, "1e300"], "values": [[-1e300, "1"], [1e300, "2"]]}]})
            }
        };
        Some((200, json!({"status": "success", "data": data}).to_string()))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_servers_say_of_time_never_ends_a_run() {
    for duration in ABSURD
        .into_iter()
        .chain(["1e300s", "-5m", "NaN", "2562047h47m16.854775807s"])
    {
        let (tempo, prometheus) = (server(tempo(duration)).await, server(prometheus(duration)).await);
        let own = ["--tempo-url", &tempo, "-o", "json"];
        let otlp = [&own[..], &["--otlp-endpoint", &tempo]].concat();
        let all = [&otlp[..], &["--prometheus-url", &prometheus]].concat();
        let runs = [
            typed("search --service x", &own),
            typed("doctor --timeout 3s", &all),
            typed("doctor --timeout 2s --no-marker", &all),
            typed("doctor --fast", &all),
            typed("send --wait all --timeout 2s", &all),
            typed(
                "metrics services --timeout 2s",
                &all[..4]
                    .iter()
                    .copied()
                    .chain(["--prometheus-url", &prometheus])
                    .collect::<Vec<_>>(),
            ),
        ];
        for ran in runs.map(|args| tokio::spawn(tempoctl_beside(args))) {
            let ran = ran.await.unwrap();
            let document: Value = serde_json::from_str(&ran.out)
                .unwrap_or_else(|why| panic!("{duration}: {why}: {}{}", ran.out, ran.err));
            assert_eq!(document["schema_version"], 1, "{duration}: {}", ran.out);
        }
    }
}

#[test]
fn what_is_typed_is_refused_by_name_before_anything_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let table = [
        "doctor --timeout",
        "doctor --app-window",
        "doctor --watch",
        "search --timeout",
        "search --stream --timeout",
        "search --since",
        "search --min-duration",
        "search tags --timeout",
        "search values name --timeout",
        "search values name --since",
        "metrics --timeout",
        "metrics --since",
        "metrics --watch",
        "metrics query up --step",
        "dashboard x --timeout",
        "dashboard x --since",
        "dashboard x --from now-",
        "logs /etc/hostname --since",
        "send --timeout",
        "send --backdate",
        "send --rate 1 --count 1 --duration",
        "send --rate 1 --count 1 --retry-for",
        "send --until-rejected --step",
    ];
    for flags in table {
        for duration in ABSURD {
            let text = if flags.ends_with('-') {
                format!("{flags}{duration}")
            } else {
                format!("{flags} {duration}")
            };
            let mut args: Vec<&str> = text.split(' ').collect();
            match args[0] {
                "send" => args.extend(["--otlp-endpoint", &url]),
                "dashboard" => args.extend(["--grafana-url", &url]),
                "logs" => {}
                _ => args.extend(["--tempo-url", &url]),
            }
            let ran = tempoctl(&[], &args);
            assert_eq!(ran.code, Some(2), "{text}: {}{}", ran.out, ran.err);
            assert!(ran.err.contains("longer than 100 years"), "{text}: {}", ran.err);
            assert!(listener.accept().is_err(), "{text}: something was sent");
        }
    }
    for query in [
        "rate(up[1e300])",
        "up offset 1e300",
        "up offset Inf",
        "max_over_time(up[5m:1e300])",
    ] {
        let ran = tempoctl(&[], &["metrics", "query", query, "--prometheus-url", &url]);
        assert_eq!(ran.code, Some(2), "{query}: {}", ran.err);
        assert!(ran.err.contains("the duration"), "{query}: {}", ran.err);
    }
}

#[test]
fn what_environment_and_configuration_say_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tempoctl.toml");
    std::fs::write(&file, "[contexts.default]\notlp_timeout = \"584542046090y\"\n").unwrap();
    let ran = tempoctl(&[], &["config", "show", "--config", &file.display().to_string()]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("longer than 100 years"), "{}", ran.err);
    let nowhere = "http://127.0.0.1:9";
    for milliseconds in ["18446744073709551615", "9223372036854775807", "1e300", "-1", "NaN"] {
        let env = [("OTEL_EXPORTER_OTLP_TIMEOUT", milliseconds)];
        for load in [
            "send",
            "send --rate max --count 1 --retry-for 100y",
            "send --protocol grpc",
            "doctor --fast",
        ] {
            let mut args: Vec<&str> = load.split(' ').collect();
            args.extend(["--otlp-endpoint", nowhere, "--timeout", "3s"]);
            tempoctl(&env, &args);
        }
        let ran = tempoctl(&env, &["config", "show"]);
        let shown = ran
            .out
            .lines()
            .find(|line| line.starts_with("otlp_timeout"))
            .unwrap_or_default();
        assert!(shown.contains("10s"), "{milliseconds}: {}{}", ran.out, ran.err);
    }
}

/// The longest that is taken is taken everywhere: nothing that is added to it overflows.
#[test]
fn a_hundred_years_are_enough_and_harmless() {
    let nowhere = "http://127.0.0.1:9";
    for args in [
        "doctor --fast --timeout 100y --app-window 100y",
        "search --timeout 100y --since 100y",
        "search --stream --timeout 100y",
        "metrics --timeout 100y --since 100y",
        "metrics query up --since 100y --step 100y",
        "send --timeout 100y --retry-for 100y",
        "send --rate 1 --count 1 --duration 100y --retry-for 100y",
        "send --until-rejected --duration 100y --step 100y",
    ] {
        let mut args: Vec<&str> = args.split(' ').collect();
        let own = match args[0] {
            "send" => vec!["--otlp-endpoint", nowhere],
            "search" => vec!["--tempo-url", nowhere],
            _ => vec!["--tempo-url", nowhere, "--prometheus-url", nowhere],
        };
        args.extend(own);
        tempoctl(&[], &args);
    }
}

#[test]
fn a_scenario_file_is_refused_by_name_or_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.toml");
    let path = file.display().to_string();
    let chain = |own: &str| {
        let mut text = "about = \"s\"\n[services.a]\n".to_owned();
        for at in 0..12 {
            let parent = if at == 0 {
                String::new()
            } else {
                format!("parent = \"s{}\"\n", at - 1)
            };
            text.push_str(&format!(
                "[[span]]\nid = \"s{at}\"\n{parent}service = \"a\"\nname = \"n\"\nkind = \"server\"\nown = {own}\n"
            ));
        }
        text
    };
    for (own, code) in [
        ("\"101y\"", 2),
        ("\"9223372036854775807s\"", 2),
        ("[\"1ns\", \"100y\"]", 0),
        ("\"100y\"", 0),
    ] {
        std::fs::write(&file, chain(own)).unwrap();
        for more in ["--dry-run", "--dry-run --count 3"] {
            let mut args = vec!["send", "--scenario-file", &path];
            args.extend(more.split(' '));
            let ran = tempoctl(&[], &args);
            assert_eq!(ran.code, Some(code), "{own} {more}: {}", ran.err);
            assert!(
                code == 0 || ran.err.contains("longer than 100 years"),
                "{own}: {}",
                ran.err
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dashboard_of_absurd_durations_is_examined() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("d.json");
    for duration in [
        "584542046090y",
        "1e300y",
        "-5m",
        "NaN",
        "9223372036854775807s",
        "1e300",
        "0s",
    ] {
        // What is empty is taken apart, and so parsed.
        let full = prometheus(duration);
        let empty = json!({"status": "success", "data": {"resultType": "vector", "result": []}}).to_string();
        let url = server(move |path| {
            let is_query = matches!(path, "/api/v1/query" | "/api/v1/query_range");
            if is_query {
                Some((200, empty.clone()))
            } else {
                full(path)
            }
        })
        .await;
        let source = json!({"type": "prometheus", "uid": "p"});
        let panel = |at: usize, expr: &str| {
            json!({"id": at, "type": "timeseries", "title": expr, "datasource": source, "interval": duration, "maxDataPoints": 1,
                "timeFrom": duration, "timeShift": duration, "targets": [{"refId": "A", "expr": expr, "interval": duration}]})
        };
        let exprs = [
            format!("rate(up[{duration}])"),
            format!("up offset {duration}"),
            format!("max_over_time(up[5m:{duration}])"),
            "rate(up[$v])".to_owned(),
            "rate(up[$__rate_interval])".to_owned(),
            "rate(up[1e300]) > 1".to_owned(),
            "up offset Inf".to_owned(),
        ];
        let panels: Vec<Value> = exprs.iter().enumerate().map(|(at, expr)| panel(at + 1, expr)).collect();
        let dashboard = json!({"title": "T", "uid": "u", "panels": panels, "refresh": duration,
            "templating": {"list": [{"name": "v", "type": "interval", "query": duration, "auto": true, "auto_min": duration}]},
            "time": {"from": format!("now-{duration}"), "to": format!("now+{duration}")}});
        std::fs::write(&file, dashboard.to_string()).unwrap();
        let path = file.display().to_string();
        let ran = tempoctl_beside(typed(
            &format!("dashboard --input {path} --prometheus-url {url} --tempo-url {url} --timeout 20s -o json"),
            &[],
        ))
        .await;
        let report: Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{duration}: {why}: {}{}", ran.out, ran.err));
        assert_eq!(
            report["panels"].as_array().map_or(0, Vec::len),
            exprs.len(),
            "{duration}: {report}"
        );
    }
}
