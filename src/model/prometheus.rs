//! What Prometheus says, as facts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One series with the raw samples that Prometheus holds of it, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Labels, `__name__` included.
    pub labels: BTreeMap<String, String>,
    /// Pairs of time in seconds since 1970 and value. An instant query gives one, at the time of asking.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// A label's value, or the empty text.
    pub fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    /// The newest sample at or before `at`.
    pub fn last_until(&self, at: f64) -> Option<(f64, f64)> {
        self.points.iter().rev().find(|(time, _)| *time <= at).copied()
    }

    /// The newest sample after `at`.
    pub fn last_after(&self, at: f64) -> Option<(f64, f64)> {
        self.points.last().filter(|(time, _)| *time > at).copied()
    }
}

/// One active scrape target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScrapeTarget {
    /// `job` label.
    pub job: String,
    /// `http://127.0.0.1:3200/metrics`
    pub url: String,
    /// `up`, `down`, `unknown`.
    pub health: String,
    /// Why it is down.
    pub last_error: String,
    /// Seconds between two scrapes, where it says so.
    pub interval_s: Option<f64>,
}

/// One stored exemplar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exemplar {
    /// Labels of its series.
    pub series: BTreeMap<String, String>,
    /// Its own labels: `traceID`.
    pub labels: BTreeMap<String, String>,
    /// Seconds since 1970.
    pub at: f64,
}

impl Exemplar {
    /// True where one of its labels is that trace id; leading zeros may be missing.
    pub fn is_of(&self, trace_id: &str) -> bool {
        let wanted = trace_id.trim_start_matches('0');
        self.labels
            .values()
            .any(|value| value.trim_start_matches('0') == wanted)
    }
}
