//! The range of a panel, and one query asked over it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::dashboard::QueryRunOutcome;
use crate::model::grafana::DataSource;
use crate::model::marker::is_own_service;
use crate::model::{Failure, FailureKind, Slot};
use crate::parse::prometheus as parse;
use crate::probes::marker_query::percent_encode;

use super::data_sources::DataSources;
use super::prometheus_metrics::PrometheusMetrics;
use super::query_cache::QueryCache;

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

    /// The query string for PromQL over this window; the edges stand on multiples of the step, as Grafana puts them.
    pub fn range_query(&self, expr: &str) -> String {
        let step = self.step_s.max(0.001);
        let start = (self.from / step).floor() * step;
        let end = (self.to / step).floor() * step;
        format!(
            "query={}&start={start:.3}&end={end:.3}&step={step}",
            percent_encode(expr)
        )
    }
}

/// The data sources of one dashboard, and what was learnt of each.
pub struct DashboardSources<'a> {
    /// Who is where.
    pub data_sources: &'a DataSources,
    pub(super) query_cache: &'a QueryCache,
    pub(super) range: (f64, f64),
    /// The step of a panel without wishes.
    pub step_s: f64,
    pub(super) known: Mutex<HashMap<String, Arc<PrometheusMetrics<'a>>>>,
}

impl<'a> DashboardSources<'a> {
    /// What is known of a Prometheus.
    pub fn metrics(&self, source: &DataSource) -> Arc<PrometheusMetrics<'a>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            Arc::new(PrometheusMetrics::new(
                self.query_cache,
                self.data_sources.client_for(source),
                self.range,
            ))
        };
        Arc::clone(known.entry(source.uid.clone()).or_insert_with(made))
    }
}

/// Runs one PromQL query.
pub async fn run_promql(
    asker: &QueryCache,
    metrics: &PrometheusMetrics<'_>,
    expr: &str,
    window: &PanelWindow,
) -> QueryRunOutcome {
    let answer = if window.instant {
        let query = format!("query={}&time={:.0}", percent_encode(expr), window.to);
        asker.ask(&metrics.http, "/api/v1/query", &query).await
    } else {
        asker
            .ask(&metrics.http, "/api/v1/query_range", &window.range_query(expr))
            .await
    };
    match answer.and_then(parse::summarize_query_values) {
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
