//! The range of a panel, and one query asked over it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use stack::clients::prometheus::EvaluationTime;
use telemetry::model::dashboard::QueryRunOutcome;
use telemetry::model::grafana::DataSource;
use telemetry::model::marker::is_own_service;
use telemetry::model::time_window::TimeWindow;
use telemetry::model::{Failure, FailureKind, Slot};

use super::data_sources::DataSources;
use super::prometheus_metrics::PrometheusMetrics;

/// A range and its step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PanelWindow {
    /// Start, in seconds since 1970.
    pub from: f64,
    /// End.
    pub to: f64,
    /// Step.
    pub step_s: f64,
    /// Only the end is asked for.
    pub instant: bool,
}

impl PanelWindow {
    /// The same ending, a day or ten times as long, in few steps.
    pub fn wider(&self) -> PanelWindow {
        let span = (10.0 * (self.to - self.from)).max(86_400.0);
        PanelWindow {
            from: self.to - span,
            to: self.to,
            step_s: (span / 100.0).max(self.step_s),
            instant: false,
        }
    }

    /// The end of the range alone.
    pub fn end_only(&self) -> PanelWindow {
        PanelWindow { instant: true, ..*self }
    }

    /// When PromQL is evaluated; the edges stand on multiples of the step, as Grafana puts them.
    pub fn evaluation_time(&self) -> EvaluationTime {
        if self.instant {
            return EvaluationTime::At(self.to);
        }
        let step = self.step_s.max(0.001);
        let align = |edge: f64| (edge / step).floor() * step;
        EvaluationTime::from_steps(align(self.from), align(self.to), step)
    }
}

/// The data sources of one dashboard, and what was learnt of each.
pub struct DashboardSources<'a> {
    /// Who is where.
    pub data_sources: &'a DataSources,
    pub(super) range: TimeWindow,
    /// The step of a panel without wishes.
    pub step_s: f64,
    pub(super) known: Mutex<HashMap<String, Arc<PrometheusMetrics>>>,
}

impl DashboardSources<'_> {
    /// What is known of a Prometheus.
    pub fn metrics(&self, source: &DataSource) -> Arc<PrometheusMetrics> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Arc::new(PrometheusMetrics::new(self.data_sources.prometheus(source), self.range));
        Arc::clone(known.entry(source.uid.clone()).or_insert_with(made))
    }
}

/// Runs one PromQL query.
pub async fn run_promql(metrics: &PrometheusMetrics, expr: &str, window: &PanelWindow) -> QueryRunOutcome {
    match metrics.prometheus.count_values(expr, window.evaluation_time()).await {
        Slot::Known { value, .. } if value.with_values > 0 => {
            let ours = !value.labels.is_empty() && value.labels.iter().all(is_marker_series);
            if ours {
                QueryRunOutcome::OnlyOurs {
                    count: value.with_values,
                }
            } else {
                QueryRunOutcome::Data {
                    count: value.with_values,
                }
            }
        }
        Slot::Known { value, .. } if value.without_values > 0 => QueryRunOutcome::NotANumber,
        Slot::Known { .. } => QueryRunOutcome::Empty,
        Slot::Failed { failure } => QueryRunOutcome::Failed { failure },
        Slot::NotAsked => QueryRunOutcome::Failed {
            failure: Failure::new(FailureKind::Cancelled, "", "not asked"),
        },
    }
}

/// A series that names only services of ours.
fn is_marker_series(labels: &BTreeMap<String, String>) -> bool {
    let named: Vec<&String> = ["service", "service_name", "client", "server"]
        .iter()
        .filter_map(|label| labels.get(*label))
        .collect();
    !named.is_empty() && named.iter().all(|name| is_own_service(name))
}
