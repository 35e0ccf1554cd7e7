//! The range of a panel, and one query asked over it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::dashboard::Ran;
use crate::model::grafana::DataSource;
use crate::model::marker::is_ours;
use crate::model::{Failure, FailureKind, Slot};
use crate::parse::prometheus as parse;
use crate::probes::read_back::escape;

use super::asker::Asker;
use super::names::Metrics;
use super::places::Places;

/// A range and its step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Start, in seconds since 1970.
    pub from: f64,
    /// End.
    pub to: f64,
    /// Step.
    pub step_s: f64,
    /// Only the end is asked for.
    pub instant: bool,
}

impl Window {
    /// The same ending, a day or ten times as long, in few steps.
    pub fn wider(&self) -> Window {
        let span = (10.0 * (self.to - self.from)).max(86_400.0);
        Window {
            from: self.to - span,
            to: self.to,
            step_s: (span / 100.0).max(self.step_s),
            instant: false,
        }
    }

    /// The end of the range alone.
    pub fn end(&self) -> Window {
        Window { instant: true, ..*self }
    }

    /// The query string for PromQL over this window; the edges stand on multiples of the step, as Grafana puts them.
    pub fn query(&self, expr: &str) -> String {
        let step = self.step_s.max(0.001);
        let start = (self.from / step).floor() * step;
        let end = (self.to / step).floor() * step;
        format!("query={}&start={start:.3}&end={end:.3}&step={step}", escape(expr))
    }
}

/// The data sources of one dashboard, and what was learnt of each.
pub struct Pool<'a> {
    /// Who is where.
    pub places: &'a Places,
    pub(super) asker: &'a Asker,
    pub(super) range: (f64, f64),
    /// The step of a panel without wishes.
    pub step_s: f64,
    pub(super) known: Mutex<HashMap<String, Arc<Metrics<'a>>>>,
}

impl<'a> Pool<'a> {
    /// What is known of a Prometheus.
    pub fn metrics(&self, source: &DataSource) -> Arc<Metrics<'a>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || Arc::new(Metrics::new(self.asker, self.places.way(source), self.range));
        Arc::clone(known.entry(source.uid.clone()).or_insert_with(made))
    }
}

/// Runs one PromQL query.
pub async fn ran(asker: &Asker, metrics: &Metrics<'_>, expr: &str, window: &Window) -> Ran {
    let answer = if window.instant {
        let query = format!("query={}&time={:.0}", escape(expr), window.to);
        asker.ask(&metrics.http, "/api/v1/query", &query).await
    } else {
        asker
            .ask(&metrics.http, "/api/v1/query_range", &window.query(expr))
            .await
    };
    match answer.and_then(parse::outcome) {
        Slot::Known { value, .. } if value.with_values > 0 => {
            let ours = !value.labels.is_empty() && value.labels.iter().all(of_marker);
            if ours {
                Ran::OnlyOurs {
                    count: value.with_values,
                }
            } else {
                Ran::Data {
                    count: value.with_values,
                }
            }
        }
        Slot::Known { value, .. } if value.without_values > 0 => Ran::NotANumber,
        Slot::Known { .. } => Ran::Empty,
        Slot::Failed { failure } => Ran::Failed { failure },
        Slot::NotAsked => Ran::Failed {
            failure: Failure::new(FailureKind::Cancelled, "", "not asked"),
        },
    }
}

/// A series that names only services of ours.
fn of_marker(labels: &BTreeMap<String, String>) -> bool {
    let named: Vec<&String> = ["service", "service_name", "client", "server"]
        .iter()
        .filter_map(|label| labels.get(*label))
        .collect();
    !named.is_empty() && named.iter().all(|name| is_ours(name))
}
