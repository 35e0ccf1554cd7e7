//! Grafana's API, and whatever stands behind its data sources. A data source's proxy answers with the status and body of
//! the server behind it (grafana/grafana v12.4: pkg/api/pluginproxy/ds_proxy.go), so that what reads Tempo or Prometheus
//! directly reads them through Grafana just as well.

mod dashboards;
mod data_sources;

use http::Method;

use telemetry::model::Slot;
use telemetry::model::dashboard::DashboardPanel;
use telemetry::model::grafana::DataSource;
use telemetry::model::tempo::HttpAnswer;
use telemetry::parse::dashboard;
use telemetry::parse::grafana::find_needed_permissions;

use super::connect::ConnectOptions;
use super::http::{BuildError, HttpClient};
use super::loki::LokiClient;
use super::prometheus::PrometheusClient;
use super::request_path::encode_segment;
use super::tempo::TempoClient;

pub use dashboards::DashboardFetchError;

/// What says that it is a Grafana.
pub const HEALTH: &str = "/api/health";
const SOURCES: &str = "/api/datasources/uid/";
/// Below it stands what is behind a data source.
pub const PROXY: &str = "/api/datasources/proxy/";

/// A client for one Grafana; the organisation and the login travel with every request.
#[derive(Clone)]
pub struct GrafanaClient {
    http: HttpClient,
}

impl GrafanaClient {
    /// A Grafana at this address.
    pub fn new(connect: ConnectOptions) -> Result<Self, BuildError> {
        HttpClient::new(connect).map(GrafanaClient::from_http)
    }

    /// The Grafana that this client reaches.
    pub fn from_http(http: HttpClient) -> Self {
        GrafanaClient { http }
    }

    /// The address it is asked at.
    pub fn base(&self) -> &str {
        self.http.base()
    }

    /// The same Grafana with another deadline for each request.
    #[must_use]
    pub fn with_timeout(&self, deadline: std::time::Duration) -> Self {
        GrafanaClient {
            http: self.http.with_timeout(deadline),
        }
    }

    /// The same Grafana under another path of its server.
    #[must_use]
    pub fn at_path(&self, prefix: &str) -> Self {
        GrafanaClient {
            http: self.http.root().with_prefix(prefix),
        }
    }

    /// What every Grafana says to everybody.
    pub async fn fetch_health(&self) -> Slot<HttpAnswer> {
        self.http.get(HEALTH).await
    }

    /// The organisation of the login.
    pub async fn fetch_org(&self) -> Slot<HttpAnswer> {
        self.http.get("/api/org").await
    }

    /// The data sources, or what the frontend is told where the login may not list them; then with the permission it lacks.
    pub async fn list_data_sources(&self) -> (Slot<Vec<DataSource>>, Option<String>) {
        let list = self.http.get("/api/datasources").await;
        match list.get() {
            Some(answer) if answer.status == 403 => {
                let needed = find_needed_permissions(&answer.body).unwrap_or_else(|| "datasources:read".to_owned());
                let told = self.http.get("/api/frontend/settings").await;
                (told.and_then(data_sources::parse_frontend_settings), Some(needed))
            }
            _ => (list.and_then(data_sources::parse_data_sources), None),
        }
    }

    /// The whole data source: only there stands which secrets are set.
    pub async fn fetch_data_source(&self, uid: &str) -> Slot<DataSource> {
        let answer = self.http.get(&format!("{SOURCES}{}", encode_segment(uid))).await;
        answer.and_then(data_sources::parse_data_source)
    }

    /// What a data source says of its server.
    pub async fn fetch_source_health(&self, uid: &str) -> Slot<HttpAnswer> {
        self.http.get(&format!("{SOURCES}{}/health", encode_segment(uid))).await
    }

    /// The Tempo behind a data source.
    #[must_use]
    pub fn tempo_source(&self, uid: &str) -> TempoClient {
        TempoClient::behind_proxy(self.source_proxy(uid))
    }

    /// The Prometheus behind a data source.
    #[must_use]
    pub fn prometheus_source(&self, uid: &str) -> PrometheusClient {
        PrometheusClient::from_http(self.source_proxy(uid))
    }

    /// The Loki behind a data source.
    #[must_use]
    pub fn loki_source(&self, uid: &str) -> LokiClient {
        LokiClient::from_http(self.source_proxy(uid))
    }

    fn source_proxy(&self, uid: &str) -> HttpClient {
        self.http.with_prefix(&format!("{PROXY}uid/{}", encode_segment(uid)))
    }

    /// A query as panels ask it. A redirect is reported: followed, it would lose the body.
    pub async fn query(&self, body: &serde_json::Value) -> Slot<HttpAnswer> {
        let headers = [("content-type", "application/json")];
        let body = bytes::Bytes::from(body.to_string());
        self.http.ask(Method::POST, "/api/ds/query", &headers, Some(body)).await
    }

    /// A panel of the library; `None` for one that is gone.
    pub async fn fetch_library_panel(&self, uid: &str) -> Option<DashboardPanel> {
        let answer = self
            .http
            .get(&format!("/api/library-elements/{}", encode_segment(uid)))
            .await;
        let answer = answer.get().filter(|answer| answer.is_success())?;
        let body: serde_json::Value = serde_json::from_str(&answer.body).ok()?;
        dashboard::library_model(&body["result"]["model"]).ok()
    }
}
