//! `tempoctl metrics` on what real servers answered: Tempo 2.6.1, 2.10.8 and 3.0.3 with a Prometheus that each of them fed.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri};
use serde_json::{Value, json};
use tempoctl::Exit;

use crate::metrics_shape::valid;
use crate::product::{Ran, run_beside, words};
use crate::recording::Recording;

/// A Tempo and a Prometheus that say what was recorded of them.
pub struct Recorded {
    recording: Recording,
    refuses: bool,
}

impl Recorded {
    fn body(&self, name: &str) -> String {
        self.recording.answer(name).body.clone()
    }

    /// Prometheus evaluated other expressions when it was recorded: the series of the metric stand for their sums, which
    /// the program adds up by the same labels.
    fn promql(&self, query: &str) -> String {
        if query.contains("traces_service_graph_request_total") {
            self.body("prometheus-query-service-graph")
        } else if query.contains("increase(") {
            self.body("prometheus-query-calls")
        } else if query.starts_with("count by (__name__)") {
            let names = self.recording.answer("prometheus-metric-names").json();
            let series = |name: &Value| json!({"metric": {"__name__": name}, "value": [1, "1"]});
            let all: Vec<Value> = names["data"].as_array().unwrap().iter().map(series).collect();
            json!({"status": "success", "data": {"resultType": "vector", "result": all}}).to_string()
        } else {
            r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#.to_owned()
        }
    }
}

async fn answer(
    State(recorded): State<Arc<Recorded>>,
    uri: Uri,
    Query(params): Query<HashMap<String, String>>,
) -> (StatusCode, String) {
    if recorded.refuses {
        return (StatusCode::UNAUTHORIZED, "who are you?".to_owned());
    }
    let query = params.get("query").map_or("", String::as_str);
    let body = match uri.path() {
        "/api/v1/label/__name__/values" => recorded.body("prometheus-metric-names"),
        "/api/v1/labels" => recorded.body("prometheus-label-names"),
        "/api/v1/query" => recorded.promql(query),
        "/api/v1/query_range" if query.contains("increase(") || query.contains("rate(") => {
            recorded.body("prometheus-query-range")
        }
        "/api/v1/query_range" => recorded.promql(""),
        "/api/v1/query_exemplars" => recorded.body("prometheus-exemplars"),
        "/metrics" => recorded.body("tempo-metrics"),
        "/api/metrics/query_range" => recorded.body("tempo-traceql-metrics-rate"),
        "/api/metrics/query" => recorded.body("tempo-traceql-metrics-instant"),
        _ => return (StatusCode::NOT_FOUND, "404 page not found\n".to_owned()),
    };
    (StatusCode::OK, body)
}

/// Serves it; the address without a path.
pub async fn serve(recording: &str, refuses: bool) -> String {
    let recording = Recording::read(recording);
    let app = Router::new()
        .fallback(answer)
        .with_state(Arc::new(Recorded { recording, refuses }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// An hour that ends shortly after the recordings were made.
const WINDOW: [&str; 4] = ["--to", "2026-11-22T08:00:00Z", "--since", "1h"];

async fn metrics(at: &str, args: &[&str]) -> Ran {
    let mut all = vec!["metrics"];
    all.extend(args);
    all.extend(["--tempo-url", at, "--prometheus-url", at]);
    run_beside(words(&all)).await
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_line_of_tempo_is_recognised() {
    for folder in ["tempo-2.6.1-healthy", "tempo-2.10.8-healthy", "tempo-3.0.3-healthy"] {
        let at = serve(folder, false).await;
        let mut args = vec!["services", "-o", "json"];
        args.extend(WINDOW);
        let ran = metrics(&at, &args).await;
        assert_eq!(ran.exit, Exit::Done, "{folder}: {}", ran.err);
        let document = ran.json();
        valid("metrics-table", &document);
        assert_eq!(document["read"], "traces_spanmetrics_*", "{folder}");
        let rows = document["rows"].as_array().unwrap();
        let named: Vec<&str> = rows.iter().map(|row| row["service"].as_str().unwrap()).collect();
        assert_eq!(named, ["frontend", "orders"], "{folder}: {document}");
        for row in rows {
            // 37 requests, each with a server and a client span: only the first count.
            assert_eq!(number(&row["spans"]), 37.0, "{folder}: {row}");
            assert!(number(&row["error_ratio"]) > 0.1, "{folder}: {row}");
            assert_eq!(row["kind"], "server", "{folder}");
            assert_eq!(
                row["exemplar_trace_id"].as_str().map(str::len),
                Some(32),
                "{folder}: {row}"
            );
        }
        let mut args = vec!["graph", "-o", "json"];
        args.extend(WINDOW);
        let graph = metrics(&at, &args).await.json();
        valid("metrics-graph", &graph);
        let edges = graph["edges"].as_array().unwrap();
        let edge = edges.iter().find(|edge| edge["client"] == "frontend").unwrap();
        assert_eq!(
            (&edge["server"], &edge["connection_type"]),
            (&json!("orders"), &json!("")),
            "{folder}"
        );
        assert!(
            edges.iter().any(|edge| edge["connection_type"] == "database"),
            "{folder}: {graph}"
        );
    }
}

/// What a version does not count is not read; what it counts under another name is.
#[tokio::test(flavor = "multi_thread")]
async fn tempos_health_is_read_from_every_line() {
    let looks = ["tempo-2.6.1-healthy", "tempo-2.10.8-healthy", "tempo-3.0.3-healthy"].map(|folder| async move {
        let at = serve(folder, false).await;
        (folder, metrics(&at, &["tempo", "-o", "json"]).await)
    });
    for (folder, ran) in futures_util::future::join_all(looks).await {
        assert_eq!(ran.exit, Exit::Done, "{folder}: {}", ran.err);
        let document = ran.json();
        valid("metrics-tempo", &document);
        assert_eq!(document["source"], "tempo", "{folder}");
        assert_eq!(document["over"], 0, "{folder}: {document}");
        let readings = document["readings"].as_array().unwrap();
        let metric = |id: &str| {
            let found = readings.iter().find(|reading| reading["id"] == id);
            found.unwrap_or_else(|| panic!("{folder} has no {id}: {document}"))["metric"]
                .as_str()
                .unwrap()
        };
        let (live, flush, bytes) = match folder {
            "tempo-3.0.3-healthy" => (
                "tempo_live_store_live_traces",
                "tempo_live_store_local_failed_flushes_total",
                "tempo_distributor_ingress_bytes_total",
            ),
            "tempo-2.10.8-healthy" => (
                "tempo_ingester_live_traces",
                "tempo_ingester_failed_flushes_total",
                "tempo_distributor_ingress_bytes_total",
            ),
            _ => (
                "tempo_ingester_live_traces",
                "tempo_ingester_failed_flushes_total",
                "tempo_distributor_bytes_received_total",
            ),
        };
        assert_eq!(metric("live-traces"), live, "{folder}");
        assert_eq!(metric("flush-failures"), flush, "{folder}");
        assert_eq!(metric("bytes-received"), bytes, "{folder}");
        assert_eq!(
            metric("remote-write-delay"),
            "prometheus_remote_storage_queue_highest_sent_timestamp_seconds"
        );
        for id in [
            "spans-received",
            "generator-spans",
            "active-series",
            "samples-sent",
            "collections-failed",
        ] {
            metric(id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_traceql_metrics_make_a_chart() {
    for folder in ["tempo-2.6.1-healthy", "tempo-2.10.8-healthy", "tempo-3.0.3-healthy"] {
        let at = serve(folder, false).await;
        let query = "{} | rate() by (resource.service.name)";
        let mut args = vec!["traceql", query, "-o", "json"];
        args.extend(WINDOW);
        let ran = metrics(&at, &args).await;
        if folder.contains("-3.") {
            let document = ran.json();
            valid("metrics-plot", &document);
            let labels: Vec<&Value> = document["series"]
                .as_array()
                .unwrap()
                .iter()
                .map(|series| &series["labels"])
                .collect();
            assert!(
                labels.contains(&&json!({"resource.service.name": "frontend"})),
                "{document}"
            );
        } else {
            // Recorded without `local-blocks`: the body is an error, and no series is made up of it.
            assert_ne!(ran.exit, Exit::Usage, "{folder}: {}", ran.err);
            assert!(!ran.out.contains("\"points\": [\n"), "{folder}: {}", ran.out);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_end_with_3_in_every_view() {
    let at = serve("tempo-3.0.3-healthy", true).await;
    let views: [&[&str]; 6] = [
        &[],
        &["operations"],
        &["tempo"],
        &["query", "up"],
        &["traceql", "{} | rate()"],
        &["services", "-o", "json"],
    ];
    for view in views {
        let ran = metrics(&at, view).await;
        assert_eq!(ran.exit, Exit::Refused, "{view:?}: {} {}", ran.out, ran.err);
        assert!(ran.err.contains("401"), "{view:?}: {}", ran.err);
        if view.contains(&"json") {
            assert_eq!(ran.json()["schema_version"], 1);
        } else {
            assert_eq!(ran.out, "", "{view:?}");
        }
    }
}
