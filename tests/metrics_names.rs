//! Span metrics of other makers, under every name they have had: a real Prometheus scrapes them as it scrapes a collector.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::Value;
use tempoctl::lab::{LabOptions, LabScenario, PrometheusChoice};

use crate::lab_kit::{eventually, start};
use crate::metrics_shape::valid;
use crate::product::{run_beside, words};

/// How one maker spells its metrics, and what its durations are measured in.
#[derive(Clone, Copy)]
struct Spelling {
    calls: &'static str,
    histogram: &'static str,
    service: &'static str,
    /// Bounds of the histogram; every request takes what the second one says.
    bounds: [&'static str; 3],
    /// That in milliseconds.
    takes_ms: f64,
    /// How `metrics` names what it read.
    read: &'static str,
}

const SPELLINGS: [Spelling; 4] = [
    // The collector's connector: open-telemetry/opentelemetry-collector-contrib, connector/spanmetricsconnector.
    Spelling {
        calls: "traces_span_metrics_calls_total",
        histogram: "traces_span_metrics_duration_milliseconds",
        service: "service_name",
        bounds: ["10", "50", "1000"],
        takes_ms: 50.0,
        read: "traces_span_metrics_*",
    },
    Spelling {
        calls: "traces_span_metrics_calls_total",
        histogram: "traces_span_metrics_duration_seconds",
        service: "service_name",
        bounds: ["0.01", "0.05", "1"],
        takes_ms: 50.0,
        read: "traces_span_metrics_*",
    },
    // Without namespace and suffixes: only the bounds tell the unit.
    Spelling {
        calls: "calls",
        histogram: "duration",
        service: "service_name",
        bounds: ["10", "50", "1000"],
        takes_ms: 50.0,
        read: "calls",
    },
    // Renamed to what Grafana's table wants.
    Spelling {
        calls: "traces_spanmetrics_calls_total",
        histogram: "traces_spanmetrics_latency",
        service: "service",
        bounds: ["0.01", "0.05", "1"],
        takes_ms: 50.0,
        read: "traces_spanmetrics_*",
    },
];

struct Maker {
    spelling: Spelling,
    scrapes: AtomicU64,
}

/// Ten requests more at every scrape, one of them failed.
async fn exposition(State(maker): State<Arc<Maker>>) -> String {
    let spelling = maker.spelling;
    let tens = maker.scrapes.fetch_add(1, Ordering::Relaxed) + 1;
    let labels = |status: &str| {
        format!(
            "{}=\"cart\",span_name=\"GET /cart\",span_kind=\"SPAN_KIND_SERVER\",status_code=\"{status}\"",
            spelling.service
        )
    };
    let mut text = String::new();
    for (status, count) in [("STATUS_CODE_UNSET", 9 * tens), ("STATUS_CODE_ERROR", tens)] {
        text.push_str(&format!("{}{{{}}} {count}\n", spelling.calls, labels(status)));
        for (at, bound) in spelling.bounds.iter().chain(&["+Inf"]).enumerate() {
            let below = if at == 0 { 0 } else { count };
            text.push_str(&format!(
                "{}_bucket{{{},le=\"{bound}\"}} {below}\n",
                spelling.histogram,
                labels(status)
            ));
        }
        text.push_str(&format!("{}_count{{{}}} {count}\n", spelling.histogram, labels(status)));
    }
    text
}

/// A Prometheus that scrapes one address more.
fn scraping(folder: &Path, target: &str) -> PathBuf {
    let starter = folder.join("prometheus");
    let job = format!("  - job_name: collector\n    static_configs:\n      - targets: [\"{target}\"]\n");
    let script = format!("#!/bin/sh\ncat >> prometheus.yml <<'END'\n{job}END\nexec prometheus \"$@\"\n");
    std::fs::write(&starter, script).unwrap();
    std::fs::set_permissions(&starter, std::fs::Permissions::from_mode(0o755)).unwrap();
    starter
}

async fn recognised(spelling: Spelling) {
    let maker = Arc::new(Maker {
        spelling,
        scrapes: AtomicU64::new(0),
    });
    let app = Router::new().route("/metrics", get(exposition)).with_state(maker);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    let folder = tempfile::tempdir().unwrap();
    let lab = start(LabOptions {
        prometheus: PrometheusChoice::Binary(scraping(folder.path(), &target)),
        ..LabOptions::fast(LabScenario::find("no-app-traffic").unwrap())
    })
    .await;
    let at = lab.addresses();
    let args = [
        "metrics",
        "--since",
        "5m",
        "-o",
        "json",
        "--tempo-url",
        &at.tempo,
        "--prometheus-url",
        &at.prometheus,
    ];
    let document = eventually(
        spelling.calls,
        async || run_beside(words(&args)).await.json(),
        |document| document["rows"][0]["p50_ms"].is_number(),
    )
    .await;
    valid("metrics-table", &document);
    assert_eq!(
        (&document["source"], &document["read"]),
        (&Value::from("prometheus"), &Value::from(spelling.read))
    );
    let row = &document["rows"][0];
    assert_eq!(
        (&row["service"], &row["kind"]),
        (&Value::from("cart"), &Value::from("server")),
        "{document}"
    );
    assert!((row["error_ratio"].as_f64().unwrap() - 0.1).abs() < 0.02, "{row}");
    // All observations lie in the second bucket: the median is inside it, whatever its unit.
    let median = row["p50_ms"].as_f64().unwrap();
    assert!(
        median > spelling.takes_ms / 5.0 && median <= spelling.takes_ms,
        "{}: {row}",
        spelling.histogram
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn span_metrics_are_recognised_by_what_prometheus_has() {
    futures_util::future::join_all(SPELLINGS.map(recognised)).await;
}
