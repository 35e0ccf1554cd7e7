//! Prometheus' pages about itself: readiness, build, flags, configuration, targets.

use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::super::answers::build_answer;
use super::super::tempo::render_go_duration;
use super::LabPrometheus;
use super::api::build_success;
use super::scrape::LabScrapeTarget;

type SharedPrometheus = State<Arc<LabPrometheus>>;

fn build_text_answer(body: impl Into<Body>) -> Response {
    build_answer(StatusCode::OK, "text/plain; charset=utf-8", body)
}

pub(crate) async fn serve_ready() -> Response {
    build_text_answer("Prometheus Server is Ready.\n")
}

pub(crate) async fn serve_healthy() -> Response {
    build_text_answer("Prometheus Server is Healthy.\n")
}

/// A few of Prometheus' own metrics.
pub(crate) async fn serve_metrics(State(prometheus): SharedPrometheus) -> Response {
    let series = prometheus.tsdb.select(|_| true);
    let exemplars: usize = series.iter().map(|(_, stored)| stored.exemplars.len()).sum();
    build_text_answer(format!(
        "# TYPE prometheus_build_info gauge\nprometheus_build_info{{version=\"2.42.0\"}} 1\n# TYPE prometheus_tsdb_head_series gauge\nprometheus_tsdb_head_series {}\n# TYPE prometheus_tsdb_exemplar_exemplars_in_storage gauge\nprometheus_tsdb_exemplar_exemplars_in_storage {exemplars}\n",
        series.len()
    ))
}

pub(crate) async fn serve_buildinfo() -> Response {
    build_success(&json!({
        "version": "2.42.0+ds", "revision": "2.42.0+ds-5+deb12u1", "branch": "debian/sid",
        "buildUser": "tempoctl lab (a simulator)", "buildDate": "20260604-00:58:54", "goVersion": "go1.19.8",
    }))
}

/// The flags of the recorded Prometheus, with the lab's own values.
pub(crate) async fn serve_flags(State(prometheus): SharedPrometheus) -> Response {
    let fault = &prometheus.settings.fault;
    let mut flags = Map::new();
    for line in include_str!("flags.txt").lines() {
        let (flag, value) = line.split_once('=').unwrap_or((line, ""));
        flags.insert(flag.to_owned(), json!(value));
    }
    let feature = if fault.exemplar_storage_off {
        ""
    } else {
        "exemplar-storage"
    };
    let receiver = (!fault.receiver_off).to_string();
    let address = prometheus.settings.sockets.prometheus.to_string();
    for (flag, value) in [
        ("enable-feature", feature),
        ("web.enable-remote-write-receiver", receiver.as_str()),
        ("web.listen-address", address.as_str()),
    ] {
        flags.insert(flag.to_owned(), json!(value));
    }
    build_success(&Value::Object(flags))
}

pub(crate) async fn serve_config(State(prometheus): SharedPrometheus) -> Response {
    build_success(&json!({"yaml": render_config(&prometheus)}))
}

fn render_config(prometheus: &LabPrometheus) -> String {
    let interval = render_go_duration(prometheus.settings.scrape_interval);
    let mut text = format!(
        "global:\n  scrape_interval: {interval}\n  scrape_timeout: {interval}\n  evaluation_interval: 1m\nscrape_configs:\n"
    );
    for target in &prometheus.targets {
        text.push_str(&format!(
            "- job_name: {}\n  honor_timestamps: true\n  scrape_interval: {interval}\n  scrape_timeout: {interval}\n  metrics_path: /metrics\n  scheme: http\n  follow_redirects: true\n  enable_http2: true\n  static_configs:\n  - targets:\n    - {}\n",
            target.job, target.address
        ));
    }
    if !prometheus.settings.fault.exemplar_storage_off {
        text.push_str("storage:\n  exemplars:\n    max_exemplars: 100000\n");
    }
    text
}

pub(crate) async fn serve_runtimeinfo(State(prometheus): SharedPrometheus) -> Response {
    let started = SystemTime::now().checked_sub(prometheus.started.elapsed());
    build_success(&json!({
        "startTime": render_timestamp(started), "CWD": "/", "reloadConfigSuccess": true, "lastConfigTime": render_timestamp(started),
        "corruptionCount": 0, "goroutineCount": 32, "GOMAXPROCS": 2, "GOGC": "", "GODEBUG": "", "storageRetention": "15d",
    }))
}

pub(crate) async fn serve_targets(State(prometheus): SharedPrometheus) -> Response {
    let interval = render_go_duration(prometheus.settings.scrape_interval);
    let active: Value = prometheus
        .targets
        .iter()
        .map(|target| render_target(target, &interval))
        .collect();
    build_success(&json!({"activeTargets": active, "droppedTargets": []}))
}

fn render_target(target: &LabScrapeTarget, interval: &str) -> Value {
    let (job, address) = (target.job, &target.address);
    let last = target.last();
    let health = match (last.at, last.error.is_empty()) {
        (None, _) => "unknown",
        (Some(_), true) => "up",
        (Some(_), false) => "down",
    };
    let url = format!("http://{address}/metrics");
    json!({
        "discoveredLabels": {
            "__address__": address, "__metrics_path__": "/metrics", "__scheme__": "http",
            "__scrape_interval__": interval, "__scrape_timeout__": interval, "job": job,
        },
        "labels": {"instance": address, "job": job},
        "scrapePool": job,
        "scrapeUrl": url,
        "globalUrl": url,
        "lastError": last.error,
        "lastScrape": render_timestamp(last.at),
        "lastScrapeDuration": last.took.as_secs_f64(),
        "health": health,
        "scrapeInterval": interval,
        "scrapeTimeout": interval,
    })
}

fn render_timestamp(at: Option<SystemTime>) -> String {
    at.and_then(|at| jiff::Timestamp::try_from(at).ok())
        .map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), |stamp| stamp.to_string())
}

/// Remote-written series have no metadata; scraped ones would, but the lab keeps none.
pub(crate) async fn serve_metadata() -> Response {
    build_success(&json!({}))
}

pub(crate) async fn serve_rules() -> Response {
    build_success(&json!({"groups": []}))
}
