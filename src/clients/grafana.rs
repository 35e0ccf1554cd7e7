//! Grafana's API, and whatever stands behind its data sources. A data source's proxy answers with the status and body of
//! the server behind it (grafana/grafana v12.4: pkg/api/pluginproxy/ds_proxy.go), so that what reads Tempo or Prometheus
//! directly reads them through Grafana just as well.

use http::Method;

use crate::model::Slot;
use crate::model::tempo::HttpAnswer;

use super::http::HttpClient;

/// A client for one Grafana; the organisation and the login travel with every request.
#[derive(Clone)]
pub struct GrafanaClient {
    http: HttpClient,
}

impl GrafanaClient {
    /// A Grafana that this client reaches.
    pub fn new(http: HttpClient) -> Self {
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

    /// `GET path`
    pub async fn get(&self, path: &str) -> Slot<HttpAnswer> {
        self.http.get(path).await
    }

    /// What stands behind a data source, asked through Grafana: `/api/echo`, `/api/v1/query`, …
    #[must_use]
    pub fn data_source_client(&self, uid: &str) -> HttpClient {
        self.http.with_prefix(&format!("/api/datasources/proxy/uid/{uid}"))
    }

    /// `GET /api/datasources/uid/UID/health`
    pub async fn source_health(&self, uid: &str) -> Slot<HttpAnswer> {
        self.get(&format!("/api/datasources/uid/{uid}/health")).await
    }

    /// `POST /api/ds/query`, as panels ask. A redirect is reported: followed, it would lose the body.
    pub async fn query(&self, body: &serde_json::Value) -> Slot<HttpAnswer> {
        let headers = [("content-type", "application/json")];
        let body = bytes::Bytes::from(body.to_string());
        self.http.ask(Method::POST, "/api/ds/query", &headers, Some(body)).await
    }
}
