//! Tempo's HTTP API (grafana/tempo v3.0.3: docs/sources/tempo/api_docs): a method for each endpoint, with its path, its
//! parameters, its fallbacks and what its answer means. It is the same directly and behind a data source of Grafana.

pub mod search;
pub mod status;
pub mod trace;
pub mod traceql_metrics;

use std::sync::Arc;
use std::time::Duration;

use telemetry::model::search::{SearchResult, TagScope, TagValue};
use telemetry::model::tempo::{BuildInfo, ConfigTree, HttpAnswer, MetricsScrape, ServiceRow};
use telemetry::model::time_window::TimeWindow;
use telemetry::model::{Failure, Slot};
use telemetry::parse::query_error::{self, QueryLimit};
use telemetry::parse::tempo::parse_json;

use super::connect::ConnectOptions;
use super::http::{BuildError, HttpClient};
use super::request_cache::RequestCache;
use super::request_path::{RequestPath, encode_segment};
use super::streaming::{SearchStream, StreamedSearch};

pub use trace::FetchedTrace;
pub use traceql_metrics::{TraceqlResult, TraceqlSeries, parse_traceql_result};

const TAGS: &str = "/api/v2/search/tags";
const STATUS_CONFIG: &str = "/status/config";

/// One Tempo.
#[derive(Clone)]
pub struct TempoClient {
    /// `/api` stands under the prefix that was given.
    api: HttpClient,
    /// `/ready`, `/metrics` and `/status` stand at the root of the server.
    root: HttpClient,
}

/// What is searched for.
#[derive(Debug, Clone)]
pub struct SearchQuestion {
    /// TraceQL.
    pub query: String,
    /// Where.
    pub window: TimeWindow,
    /// Traces at most.
    pub limit: u32,
}

impl SearchQuestion {
    /// At most `limit` traces of a window.
    pub fn new(query: impl Into<String>, window: TimeWindow, limit: u32) -> Self {
        SearchQuestion {
            query: query.into(),
            window,
            limit,
        }
    }
}

impl TempoClient {
    /// A Tempo at this address.
    pub fn new(connect: ConnectOptions) -> Result<Self, BuildError> {
        let api = HttpClient::new(connect)?;
        Ok(TempoClient { root: api.root(), api })
    }

    /// A Tempo behind a proxy: nothing of its server can be asked above the proxy's path.
    pub(super) fn behind_proxy(http: HttpClient) -> Self {
        TempoClient {
            root: http.clone(),
            api: http,
        }
    }

    /// Its address, as far as `/api`.
    pub fn base(&self) -> &str {
        self.api.base()
    }

    /// What asks its address, for whoever finds out who else may answer there.
    pub fn http(&self) -> &HttpClient {
        &self.api
    }

    /// The same server with its API under another prefix.
    #[must_use]
    pub fn with_prefix(&self, prefix: &str) -> Self {
        TempoClient {
            api: self.root.with_prefix(prefix),
            root: self.root.clone(),
        }
    }

    /// The same with another deadline for each request.
    #[must_use]
    pub fn with_timeout(&self, deadline: Duration) -> Self {
        TempoClient {
            api: self.api.with_timeout(deadline),
            root: self.root.with_timeout(deadline),
        }
    }

    /// The same, where each request is sent once.
    #[must_use]
    pub fn with_cache(&self, cache: &Arc<RequestCache>) -> Self {
        TempoClient {
            api: self.api.with_cache(cache),
            root: self.root.with_cache(cache),
        }
    }

    /// The same, which opens a connection for each request.
    pub fn with_new_connections(&self) -> Result<Self, BuildError> {
        Ok(TempoClient {
            api: self.api.with_new_connections()?,
            root: self.root.with_new_connections()?,
        })
    }

    /// The same for another tenant.
    pub fn for_tenant(&self, tenant: &str) -> Result<Self, BuildError> {
        Ok(TempoClient {
            api: self.api.for_tenant(tenant)?,
            root: self.root.for_tenant(tenant)?,
        })
    }

    /// Whether it is ready, and why not.
    pub async fn fetch_ready(&self) -> Slot<HttpAnswer> {
        self.fetch_page("/ready").await
    }

    /// What every Tempo answers with `echo`.
    pub async fn fetch_echo(&self) -> Slot<HttpAnswer> {
        self.api.get("/api/echo").await
    }

    /// Its version.
    pub async fn fetch_build_info(&self) -> Slot<BuildInfo> {
        self.api.get("/api/status/buildinfo").await.and_then(parse_json)
    }

    /// Its modules.
    pub async fn fetch_services(&self) -> Slot<Vec<ServiceRow>> {
        self.fetch_page("/status/services")
            .await
            .and_then(status::parse_services)
    }

    /// The paths it serves.
    pub async fn fetch_endpoints(&self) -> Slot<Vec<String>> {
        let page = self.fetch_page("/status/endpoints").await;
        page.and_then(status::parse_endpoints)
    }

    /// Its configuration.
    pub async fn fetch_config(&self) -> Slot<ConfigTree> {
        self.fetch_page(STATUS_CONFIG).await.and_then(status::parse_yaml_page)
    }

    /// Its overrides.
    pub async fn fetch_runtime_config(&self) -> Slot<ConfigTree> {
        let page = self.fetch_page("/status/runtime_config").await;
        page.and_then(status::parse_yaml_page)
    }

    /// The page of the ring of ingesters, which only 2.x has.
    pub async fn fetch_ingester_ring(&self) -> Slot<HttpAnswer> {
        self.fetch_page("/ingester/ring").await
    }

    /// Its metrics: the families that the caller keeps.
    pub async fn fetch_metrics(&self, is_kept: impl Fn(&str) -> bool) -> Slot<MetricsScrape> {
        let at = super::unix_now();
        let page = self.fetch_page("/metrics").await;
        page.and_then(|answer| status::parse_scrape(answer, at, is_kept))
    }

    /// Asks at the root, and under the given prefix where the root has no such page: gateways differ.
    async fn fetch_page(&self, path: &str) -> Slot<HttpAnswer> {
        let at_root = self.root.get(path).await;
        if self.root.base() == self.api.base() {
            return at_root;
        }
        let found = |slot: &Slot<HttpAnswer>| {
            slot.get()
                .is_some_and(|answer| (answer.is_success() || answer.status == 503) && !answer.is_html())
        };
        if found(&at_root) {
            return at_root;
        }
        let under = self.api.get(path).await;
        if found(&under) { under } else { at_root }
    }

    /// A search as it is answered.
    pub async fn ask_search(&self, question: &SearchQuestion) -> Slot<HttpAnswer> {
        let path = windowed("/api/search", question.window)
            .with("q", &question.query)
            .with("limit", question.limit)
            .with("spss", 1);
        self.api.get(path.as_str()).await
    }

    /// A search as one question and one answer.
    pub async fn search_traces(&self, question: &SearchQuestion) -> Slot<SearchResult> {
        self.ask_search(question).await.and_then(search::parse_search_result)
    }

    /// The same; where this Tempo gives fewer traces in one answer (`max_result_limit`), as many as it does. The question then
    /// says how many those are.
    pub async fn search_up_to_limit(&self, question: &mut SearchQuestion) -> Slot<SearchResult> {
        let found = self.search_traces(question).await;
        let refusal = found.failure().map(|failure| failure.detail.as_str());
        match refusal.and_then(query_error::parse_query_limit) {
            Some(QueryLimit::Traces(most)) if most < question.limit => {
                question.limit = most;
                self.search_traces(question).await
            }
            _ => found,
        }
    }

    /// A search whose answer comes piece by piece.
    pub async fn open_search_stream(&self, question: &SearchQuestion) -> Result<SearchStream, Failure> {
        let (start, end) = round_window(question.window);
        let narrow = |seconds: u64| u32::try_from(seconds).unwrap_or(u32::MAX);
        let search = StreamedSearch {
            query: question.query.clone(),
            start: narrow(start),
            end: narrow(end),
            limit: question.limit,
        };
        SearchStream::open(self.api.connect(), search).await
    }

    /// Names of attributes by scope; of one scope where it is named.
    pub async fn fetch_tags(&self, window: TimeWindow, scope: Option<&str>) -> Slot<Vec<TagScope>> {
        let path = windowed(TAGS, window).with_some("scope", scope);
        self.api.get(path.as_str()).await.and_then(search::parse_tag_scopes)
    }

    /// The attributes of resources, as they are answered.
    pub async fn ask_resource_tags(&self) -> Slot<HttpAnswer> {
        let path = RequestPath::new(TAGS).with("scope", "resource");
        self.api.get(path.as_str()).await
    }

    /// Values of an attribute by its full name, of spans that match where a query is given. `limit` 0 asks for all.
    pub async fn fetch_tag_values(
        &self,
        window: TimeWindow,
        tag: &str,
        query: Option<&str>,
        limit: u32,
    ) -> Slot<Vec<TagValue>> {
        let path = windowed(&format!("/api/v2/search/tag/{}/values", encode_segment(tag)), window)
            .with_some("q", query)
            .with_some("limit", (limit > 0).then_some(limit));
        self.api.get(path.as_str()).await.and_then(search::parse_tag_values)
    }

    /// A TraceQL metrics query as it is answered: at every step of the window, or once for all of it.
    pub async fn ask_metrics(&self, query: &str, window: TimeWindow, step_s: Option<f64>) -> Slot<HttpAnswer> {
        let path = match step_s {
            Some(_) => "/api/metrics/query_range",
            None => "/api/metrics/query",
        };
        // Tempo reads Go durations, with fractions.
        let step = step_s.map(|step| format!("{step}s"));
        let path = windowed(path, window).with("q", query).with_some("step", step);
        self.api.get(path.as_str()).await
    }

    /// The series of a TraceQL metrics query.
    pub async fn query_metrics(&self, query: &str, window: TimeWindow, step_s: Option<f64>) -> Slot<TraceqlResult> {
        let answer = self.ask_metrics(query, window, step_s).await;
        answer.and_then(parse_traceql_result)
    }
}

/// A path over a window.
fn windowed(path: &str, window: TimeWindow) -> RequestPath {
    let (start, end) = round_window(window);
    RequestPath::new(path).with("start", start).with("end", end)
}

/// Both ends in Unix seconds, the window widened to whole ones: Tempo takes no others.
fn round_window(window: TimeWindow) -> (u64, u64) {
    let start = window.start_s().floor().max(1.0) as u64;
    let end = window.end_s().ceil().max(1.0) as u64;
    (start, end.max(start + 1))
}
