//! A collector's own endpoints: its metrics, and where it says whether it is healthy.

use std::time::Duration;

use telemetry::model::Slot;
use telemetry::model::tempo::{HttpAnswer, MetricsScrape};
use telemetry::parse::collector::parse_collector_scrape;

use super::connect::ConnectOptions;
use super::http::{BuildError, HttpClient};

/// How long a look at the health endpoint may take: it is a guess that there is one.
const HEALTH: Duration = Duration::from_secs(2);
/// The port of the health_check extension (extension/healthcheckextension/README.md).
const HEALTH_PORT: u16 = 13_133;

/// One collector.
#[derive(Clone)]
pub struct CollectorClient {
    /// The exact address of its metrics.
    metrics: HttpClient,
}

impl CollectorClient {
    /// A collector whose metrics are at this address; an address without a path is that of `/metrics`.
    pub fn new(connect: ConnectOptions) -> Result<Self, BuildError> {
        let connect = if connect.root().base() == connect.base() {
            connect.with_prefix("/metrics")
        } else {
            connect
        };
        let metrics = HttpClient::new(connect)?;
        Ok(CollectorClient { metrics })
    }

    /// The address of its metrics.
    pub fn base(&self) -> &str {
        self.metrics.base()
    }

    /// Its metrics.
    pub async fn fetch_metrics(&self) -> Slot<MetricsScrape> {
        let at = super::unix_now();
        let answer = self.metrics.get("").await;
        answer.and_then(|answer| parse_collector_scrape(answer, at))
    }

    /// Alloy says on its own port whether it is ready, the collector on that of an extension, where it has it.
    pub async fn fetch_health(&self) -> Slot<HttpAnswer> {
        let root = self.metrics.connect().root();
        let ready = self.ask_without_credentials(root.base(), "/-/ready").await;
        if ready
            .get()
            .is_some_and(|answer| answer.is_success() && !answer.is_html())
        {
            return ready;
        }
        let Ok(mut extension) = url::Url::parse(root.base()) else {
            return Slot::NotAsked;
        };
        if extension.set_scheme("http").is_err() || extension.set_port(Some(HEALTH_PORT)).is_err() {
            return Slot::NotAsked;
        }
        let extension = extension.as_str().trim_end_matches('/');
        self.ask_without_credentials(extension, "/").await
    }

    async fn ask_without_credentials(&self, base: &str, path: &str) -> Slot<HttpAnswer> {
        let mut connect = self.metrics.connect().without_credentials(base);
        connect.deadline = HEALTH;
        match HttpClient::new(connect) {
            Ok(client) => client.get(path).await,
            Err(_) => Slot::NotAsked,
        }
    }
}
