//! Prometheus' HTTP API (prometheus.io, «HTTP API»), which Mimir has as well: a method for each endpoint, with its path,
//! its parameters and what its answer means. It is the same directly and behind a data source of Grafana.

pub mod answers;
pub mod query_result;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

use telemetry::model::plot::PlotData;
use telemetry::model::prometheus::{PromExemplar, PromSeries, ScrapeTarget};
use telemetry::model::receiver_path::REMOTE_WRITE;
use telemetry::model::tempo::{BuildInfo, HttpAnswer, MetricsScrape};
use telemetry::model::time_window::TimeWindow;
use telemetry::model::{Failure, Slot};

use super::connect::ConnectOptions;
use super::http::{BuildError, HttpClient};
use super::request_cache::RequestCache;
use super::request_path::{RequestPath, encode_segment};

pub use query_result::{QueryValueSummary, parse_query_result};

/// More parameters than these go into a form: gateways cut long addresses.
const LONGEST_ADDRESS: usize = 1_800;

/// One Prometheus.
#[derive(Clone)]
pub struct PrometheusClient {
    http: HttpClient,
}

/// When an expression is evaluated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EvaluationTime {
    /// At the server's present.
    Now,
    /// At a moment, in seconds since 1970.
    At(f64),
    /// At every step from one moment to another.
    Steps {
        /// The first.
        start: f64,
        /// The last.
        end: f64,
        /// Seconds between two.
        step: f64,
    },
}

impl EvaluationTime {
    /// At every `step` from `start` to `end`.
    pub fn from_steps(start: f64, end: f64, step: f64) -> Self {
        EvaluationTime::Steps { start, end, step }
    }
}

impl PrometheusClient {
    /// A Prometheus at this address.
    pub fn new(connect: ConnectOptions) -> Result<Self, BuildError> {
        HttpClient::new(connect).map(PrometheusClient::from_http)
    }

    /// The Prometheus that this client reaches.
    pub fn from_http(http: HttpClient) -> Self {
        PrometheusClient { http }
    }

    /// Its address.
    pub fn base(&self) -> &str {
        self.http.base()
    }

    /// The same with another deadline for each request.
    #[must_use]
    pub fn with_timeout(&self, deadline: Duration) -> Self {
        PrometheusClient::from_http(self.http.with_timeout(deadline))
    }

    /// The same, where each request is sent once.
    #[must_use]
    pub fn with_cache(&self, cache: &Arc<RequestCache>) -> Self {
        PrometheusClient::from_http(self.http.with_cache(cache))
    }

    /// What every Prometheus can evaluate.
    pub async fn ask_vector(&self) -> Slot<HttpAnswer> {
        self.ask_query("vector(1)", EvaluationTime::Now).await
    }

    /// Whether it is ready.
    pub async fn fetch_ready(&self) -> Slot<HttpAnswer> {
        self.http.get("/-/ready").await
    }

    /// Its version.
    pub async fn fetch_build_info(&self) -> Slot<BuildInfo> {
        self.fetch("/api/v1/status/buildinfo", answers::parse_data).await
    }

    /// Its flags.
    pub async fn fetch_flags(&self) -> Slot<BTreeMap<String, String>> {
        self.fetch("/api/v1/status/flags", answers::parse_flags).await
    }

    /// When it started, in seconds since 1970.
    pub async fn fetch_start_time(&self) -> Slot<f64> {
        self.fetch("/api/v1/status/runtimeinfo", answers::parse_start_time)
            .await
    }

    /// Whom it scrapes.
    pub async fn fetch_targets(&self) -> Slot<Vec<ScrapeTarget>> {
        self.fetch("/api/v1/targets?state=active", answers::parse_targets).await
    }

    /// Names of the rules that record.
    pub async fn fetch_recording_rules(&self) -> Slot<Vec<String>> {
        self.fetch("/api/v1/rules?type=record", answers::parse_recording_rules)
            .await
    }

    async fn fetch<T>(&self, path: &str, parse: impl FnOnce(HttpAnswer) -> Result<T, Failure>) -> Slot<T> {
        self.http.get(path).await.and_then(parse)
    }

    /// Names of metrics, of the series that a selector finds and in a window where they are given.
    pub async fn fetch_metric_names(&self, selector: Option<&str>, window: Option<TimeWindow>) -> Slot<Vec<String>> {
        self.fetch_label_values("__name__", selector, window).await
    }

    /// Values of a label.
    pub async fn fetch_label_values(
        &self,
        label: &str,
        selector: Option<&str>,
        window: Option<TimeWindow>,
    ) -> Slot<Vec<String>> {
        let path = RequestPath::new(format!("/api/v1/label/{}/values", encode_segment(label)));
        let path = select(path, selector, window);
        self.fetch(path.as_str(), answers::parse_data).await
    }

    /// Names of labels.
    pub async fn fetch_label_names(&self, selector: Option<&str>, window: Option<TimeWindow>) -> Slot<Vec<String>> {
        let path = select(RequestPath::new("/api/v1/labels"), selector, window);
        self.get_or_post(path).await.and_then(answers::parse_data)
    }

    /// The labels of each series, without its name; at most so many.
    pub async fn fetch_label_sets(
        &self,
        selector: &str,
        window: TimeWindow,
        most: usize,
    ) -> Slot<Vec<BTreeMap<String, String>>> {
        let path = select(RequestPath::new("/api/v1/series"), Some(selector), Some(window)).with("limit", most);
        self.get_or_post(path).await.and_then(answers::parse_label_sets)
    }

    /// An expression as it is answered.
    pub async fn ask_query(&self, query: &str, time: EvaluationTime) -> Slot<HttpAnswer> {
        let instant = || RequestPath::new("/api/v1/query").with("query", query);
        let path = match time {
            EvaluationTime::Now => instant(),
            EvaluationTime::At(at) => instant().with("time", format_args!("{at:.3}")),
            EvaluationTime::Steps { start, end, step } => RequestPath::new("/api/v1/query_range")
                .with("query", query)
                .with("start", format_args!("{start:.3}"))
                .with("end", format_args!("{end:.3}"))
                .with("step", format_args!("{step:.3}")),
        };
        self.get_or_post(path).await
    }

    /// What an expression comes to, of any type.
    pub async fn query(&self, query: &str, time: EvaluationTime) -> Slot<PlotData> {
        self.ask_query(query, time).await.and_then(parse_query_result)
    }

    /// The series of an expression.
    pub async fn query_series(&self, query: &str, time: EvaluationTime) -> Slot<Vec<PromSeries>> {
        let answer = self.ask_query(query, time).await;
        answer.and_then(query_result::parse_series)
    }

    /// How many series of an expression have a value, and their labels.
    pub async fn count_values(&self, query: &str, time: EvaluationTime) -> Slot<QueryValueSummary> {
        let answer = self.ask_query(query, time).await;
        answer.and_then(query_result::summarize_query_values)
    }

    /// The metrics that it scraped elsewhere, at a moment, as a scrape.
    pub async fn fetch_copied_scrape(&self, selector: &str, at: Option<f64>) -> Slot<MetricsScrape> {
        let time = at.map_or(EvaluationTime::Now, EvaluationTime::At);
        let at = at.unwrap_or_else(super::unix_now);
        let series = self.query_series(selector, time).await;
        series.and_then(|series| Ok(answers::build_copied_scrape(series, at)))
    }

    /// Exemplars of the series that a selector finds.
    pub async fn fetch_exemplars(&self, selector: &str, window: TimeWindow) -> Slot<Vec<PromExemplar>> {
        let path = RequestPath::new("/api/v1/query_exemplars").with("query", selector);
        let path = select(path, None, Some(window));
        self.fetch(path.as_str(), answers::parse_exemplars).await
    }

    /// A remote write without samples: it changes nothing, and its answer says whether the receiver is on.
    pub async fn send_empty_write(&self) -> Slot<HttpAnswer> {
        post_empty_write(&self.http, &format!("/{REMOTE_WRITE}")).await
    }

    async fn get_or_post(&self, path: RequestPath) -> Slot<HttpAnswer> {
        match path.as_str().split_once('?') {
            Some((path, form)) if form.len() > LONGEST_ADDRESS => {
                let headers = [("content-type", "application/x-www-form-urlencoded")];
                let body = bytes::Bytes::from(form.to_owned());
                self.http.ask(Method::POST, path, &headers, Some(body)).await
            }
            _ => self.http.get(path.as_str()).await,
        }
    }
}

/// The same to the exact address of any remote-write receiver.
pub async fn send_empty_write_to(receiver: &HttpClient) -> Slot<HttpAnswer> {
    post_empty_write(receiver, "").await
}

async fn post_empty_write(client: &HttpClient, path: &str) -> Slot<HttpAnswer> {
    let headers = [
        ("content-type", "application/x-protobuf"),
        ("content-encoding", "snappy"),
    ];
    client
        .ask(Method::POST, path, &headers, Some(bytes::Bytes::new()))
        .await
}

fn select(path: RequestPath, selector: Option<&str>, window: Option<TimeWindow>) -> RequestPath {
    let path = path.with_some("match[]", selector);
    match window {
        Some(window) => path
            .with("start", format_args!("{:.3}", window.start_s()))
            .with("end", format_args!("{:.3}", window.end_s())),
        None => path,
    }
}
