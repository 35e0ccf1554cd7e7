//! What a Prometheus knows: its metric names, once for the range and once for all time, and the series of a metric.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::clients::HttpClient;
use crate::model::dashboard::{DashboardSourceFacts, MetricPresence};
use crate::model::grafana::DataSource;
use crate::model::{Failure, Slot};
use crate::parse::prometheus as parse;
use crate::probes::marker_query::percent_encode;

use super::query_cache::QueryCache;

/// Series of one metric that are read at most; beyond that, counts are asked for.
pub const MOST_SERIES: usize = 2_000;
/// Names that are kept as facts.
const MOST_NAMES: usize = 3_000;

/// A Prometheus, and what was learnt of it.
pub struct PrometheusMetrics<'a> {
    query_cache: &'a QueryCache,
    /// The way to it.
    pub http: HttpClient,
    /// The range that panels look at, in seconds since 1970.
    pub range: (f64, f64),
    in_range: OnceCell<Result<Arc<BTreeSet<String>>, Failure>>,
    ever: OnceCell<Result<Arc<BTreeSet<String>>, Failure>>,
}

/// The labels of one series, without its name.
pub type SeriesLabels = BTreeMap<String, String>;

impl<'a> PrometheusMetrics<'a> {
    /// Nothing is asked yet.
    pub fn new(asker: &'a QueryCache, http: HttpClient, range: (f64, f64)) -> Self {
        PrometheusMetrics {
            query_cache: asker,
            http,
            range,
            in_range: OnceCell::new(),
            ever: OnceCell::new(),
        }
    }

    /// Who asks.
    pub fn query_cache(&self) -> &'a QueryCache {
        self.query_cache
    }

    async fn fetch_names(&self, query: &str) -> Result<Arc<BTreeSet<String>>, Failure> {
        match self
            .query_cache
            .ask(&self.http, "/api/v1/label/__name__/values", query)
            .await
            .and_then(parse::parse_name_list)
        {
            Slot::Known { value, .. } => Ok(Arc::new(value.into_iter().collect())),
            Slot::Failed { failure } => Err(failure),
            Slot::NotAsked => Ok(Arc::default()),
        }
    }

    /// Names with samples in the range.
    pub async fn in_range(&self) -> Result<Arc<BTreeSet<String>>, Failure> {
        let (from, to) = self.range;
        let query = format!("start={from:.0}&end={:.0}", to.ceil());
        self.in_range.get_or_init(|| self.fetch_names(&query)).await.clone()
    }

    /// Names that were ever there.
    pub async fn names_ever(&self) -> Result<Arc<BTreeSet<String>>, Failure> {
        self.ever.get_or_init(|| self.fetch_names("")).await.clone()
    }

    /// Where a metric exists.
    pub async fn presence(&self, metric: &str) -> MetricPresence {
        match self.in_range().await {
            Ok(names) if names.contains(metric) => return MetricPresence::InRange,
            Ok(_) => {}
            Err(_) => return MetricPresence::Unknown,
        }
        match self.names_ever().await {
            Ok(names) if names.contains(metric) => MetricPresence::Elsewhen,
            Ok(_) => MetricPresence::Never,
            Err(_) => MetricPresence::Unknown,
        }
    }

    /// The series of a metric in the range; `None` where there are too many, or they could not be read.
    pub async fn series(&self, metric: &str) -> Option<Vec<SeriesLabels>> {
        let (from, to) = self.range;
        let query = format!(
            "match[]={}&start={from:.0}&end={:.0}&limit={MOST_SERIES}",
            percent_encode(metric),
            to.ceil()
        );
        let answer = self.query_cache.ask(&self.http, "/api/v1/series", &query).await;
        let list = answer.and_then(parse::parse_label_sets).get().cloned()?;
        (list.len() < MOST_SERIES).then_some(list)
    }

    /// The values of a label, of the series of a metric.
    pub async fn values(&self, metric: &str, label: &str) -> Vec<String> {
        let (from, to) = self.range;
        let query = format!(
            "match[]={}&start={from:.0}&end={:.0}",
            percent_encode(metric),
            to.ceil()
        );
        let path = format!("/api/v1/label/{label}/values");
        let answer = self.query_cache.ask(&self.http, &path, &query).await;
        answer
            .and_then(parse::parse_name_list)
            .get()
            .cloned()
            .unwrap_or_default()
    }

    /// One number at the end of the range; `None` where there is none.
    pub async fn query_number(&self, query: &str) -> Option<f64> {
        let query = format!("query={}&time={:.0}", percent_encode(query), self.range.1);
        let answer = self.query_cache.ask(&self.http, "/api/v1/query", &query).await;
        let series = answer.and_then(parse::parse_series).get().cloned()?;
        series
            .first()
            .and_then(|one| one.points.last())
            .map(|(_, value)| *value)
    }

    /// What the judgement needs to know of this Prometheus.
    pub async fn facts(&self, source: &DataSource) -> DashboardSourceFacts {
        let mut facts = DashboardSourceFacts {
            uid: source.uid.clone(),
            name: source.name.clone(),
            kind: source.kind.clone(),
            ..DashboardSourceFacts::default()
        };
        match self.names_ever().await {
            Ok(names) => {
                facts.total = names.len();
                facts.names = names
                    .iter()
                    .filter(|name| is_tempo_metric(name))
                    .take(MOST_NAMES)
                    .cloned()
                    .collect();
            }
            Err(problem) => facts.problem = Some(problem),
        }
        if facts.names.is_empty() {
            let started = self
                .query_cache
                .ask(&self.http, "/api/v1/status/runtimeinfo", "")
                .await
                .and_then(parse::parse_start_time);
            facts.up_for_s = started.get().map(|at| crate::probes::clock::unix_now() - at);
        }
        let received = "tempo_distributor_spans_received_total";
        if facts.names.iter().any(|name| name == received) {
            facts.spans_per_s = self.query_number(&format!("sum(rate({received}[5m]))")).await;
        }
        facts
    }

    /// The names of recording rules, asked for where one is missed.
    pub async fn rules(&self) -> Option<Vec<String>> {
        let answer = self.query_cache.ask(&self.http, "/api/v1/rules", "type=record").await;
        answer.and_then(parse::parse_recording_rules).get().cloned()
    }
}

/// Names that say which Tempo, which generator or which connector writes here.
fn is_tempo_metric(name: &str) -> bool {
    [
        "tempo",
        "traces_",
        "calls",
        "duration_",
        "span_metrics",
        "cortex_query_frontend",
    ]
    .iter()
    .any(|start| name.starts_with(start))
        || name.contains(':') && name.contains("tempo")
}
