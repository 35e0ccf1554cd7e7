//! What a Prometheus knows: its metric names, once for the range and once for all time, and the series of a metric.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::OnceCell;

use stack::clients::PrometheusClient;
use stack::clients::prometheus::EvaluationTime;
use telemetry::model::Failure;
use telemetry::model::dashboard::{DashboardSourceFacts, MetricPresence};
use telemetry::model::grafana::DataSource;
use telemetry::model::time_window::TimeWindow;

/// Series of one metric that are read at most; beyond that, counts are asked for.
pub const MOST_SERIES: usize = 2_000;
/// Names that are kept as facts.
const MOST_NAMES: usize = 3_000;

/// A Prometheus, and what was learnt of it.
pub struct PrometheusMetrics {
    /// The way to it.
    pub prometheus: PrometheusClient,
    /// The range that panels look at.
    pub range: TimeWindow,
    in_range: OnceCell<Result<Arc<BTreeSet<String>>, Failure>>,
    ever: OnceCell<Result<Arc<BTreeSet<String>>, Failure>>,
}

/// The labels of one series, without its name.
pub type SeriesLabels = BTreeMap<String, String>;

impl PrometheusMetrics {
    /// Nothing is asked yet.
    pub fn new(prometheus: PrometheusClient, range: TimeWindow) -> Self {
        PrometheusMetrics {
            prometheus,
            range,
            in_range: OnceCell::new(),
            ever: OnceCell::new(),
        }
    }

    async fn fetch_names(&self, window: Option<TimeWindow>) -> Result<Arc<BTreeSet<String>>, Failure> {
        let names = self.prometheus.fetch_metric_names(None, window).await.into_result()?;
        Ok(Arc::new(names.into_iter().collect()))
    }

    /// Names with samples in the range.
    pub async fn in_range(&self) -> Result<Arc<BTreeSet<String>>, Failure> {
        let names = || self.fetch_names(Some(self.range));
        self.in_range.get_or_init(names).await.clone()
    }

    /// Names that were ever there.
    pub async fn names_ever(&self) -> Result<Arc<BTreeSet<String>>, Failure> {
        self.ever.get_or_init(|| self.fetch_names(None)).await.clone()
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
        let list = self.prometheus.fetch_label_sets(metric, self.range, MOST_SERIES).await;
        let list = list.into_result().ok()?;
        (list.len() < MOST_SERIES).then_some(list)
    }

    /// The values of a label, of the series of a metric.
    pub async fn values(&self, metric: &str, label: &str) -> Vec<String> {
        let values = self
            .prometheus
            .fetch_label_values(label, Some(metric), Some(self.range))
            .await;
        values.into_result().unwrap_or_default()
    }

    /// One number at the end of the range; `None` where there is none.
    pub async fn query_number(&self, query: &str) -> Option<f64> {
        let at_end = EvaluationTime::At(self.range.end_s());
        let series = self.prometheus.query_series(query, at_end).await;
        Some(series.get()?.first()?.points.last()?.1)
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
            let started = self.prometheus.fetch_start_time().await;
            facts.up_for_s = started.get().map(|at| crate::clock::unix_now() - at);
        }
        let received = "tempo_distributor_spans_received_total";
        if facts.names.iter().any(|name| name == received) {
            facts.spans_per_s = self.query_number(&format!("sum(rate({received}[5m]))")).await;
        }
        facts
    }

    /// The names of recording rules, asked for where one is missed.
    pub async fn rules(&self) -> Option<Vec<String>> {
        self.prometheus.fetch_recording_rules().await.into_result().ok()
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
