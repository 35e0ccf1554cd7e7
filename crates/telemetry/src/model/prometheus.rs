//! What Prometheus says, as facts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One series with the raw samples that Prometheus holds of it, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PromSeries {
    /// Labels, `__name__` included.
    pub labels: BTreeMap<String, String>,
    /// Pairs of time in seconds since 1970 and value. An instant query gives one, at the time of asking.
    pub points: Vec<(f64, f64)>,
}

impl PromSeries {
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
pub struct PromExemplar {
    /// Labels of its series.
    pub series: BTreeMap<String, String>,
    /// Its own labels: `traceID`.
    pub labels: BTreeMap<String, String>,
    /// Seconds since 1970.
    pub at: f64,
    /// The observed value, in the unit of its metric.
    #[serde(default)]
    pub value: Option<f64>,
}

impl PromExemplar {
    /// True where one of its labels is that trace id; leading zeros may be missing.
    pub fn has_trace_id(&self, trace_id: &str) -> bool {
        let wanted = trace_id.trim_start_matches('0');
        self.labels
            .values()
            .any(|value| value.trim_start_matches('0') == wanted)
    }
}

/// The evidence that a counter series rose because of a push. A value inside Prometheus' lookback may be a dead
/// generator's, so the newest sample must be later than the push, and must differ from what a living series had before.
pub fn has_counter_risen(before: &[PromSeries], after: &PromSeries, pushed_at: f64, interval_s: f64) -> bool {
    let Some((_, now)) = after.last_after(pushed_at) else {
        return false;
    };
    if now <= 0.0 {
        return false;
    }
    let earlier = after.last_until(pushed_at).or_else(|| {
        before
            .iter()
            .find(|old| old.labels == after.labels)
            .and_then(|old| old.points.last().copied())
    });
    match earlier {
        None => true,
        Some((at, old)) => {
            let was_dead = pushed_at - at > 2.5 * interval_s + 5.0;
            was_dead || (now - old).abs() > f64::EPSILON
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[(f64, f64)]) -> PromSeries {
        PromSeries {
            labels: Default::default(),
            points: points.to_vec(),
        }
    }

    #[test]
    fn a_series_that_is_only_rewritten_did_not_rise() {
        assert!(!has_counter_risen(
            &[],
            &series(&[(90.0, 3.0), (105.0, 3.0), (120.0, 3.0)]),
            100.0,
            15.0
        ));
        assert!(has_counter_risen(
            &[],
            &series(&[(90.0, 3.0), (105.0, 4.0)]),
            100.0,
            15.0
        ));
    }

    #[test]
    fn a_reset_and_a_first_appearance_count_and_zero_does_not() {
        assert!(has_counter_risen(
            &[],
            &series(&[(90.0, 3.0), (105.0, 1.0)]),
            100.0,
            15.0
        ));
        assert!(has_counter_risen(
            &[],
            &series(&[(105.0, 0.0), (106.0, 1.0)]),
            100.0,
            15.0
        ));
        assert!(!has_counter_risen(&[], &series(&[(105.0, 0.0)]), 100.0, 15.0));
    }

    #[test]
    fn the_same_value_after_a_dead_generator_is_a_new_one() {
        assert!(has_counter_risen(
            &[],
            &series(&[(10.0, 1.0), (105.0, 1.0)]),
            100.0,
            15.0
        ));
    }

    #[test]
    fn a_value_inside_the_lookback_alone_proves_nothing() {
        assert!(!has_counter_risen(&[], &series(&[(90.0, 3.0)]), 100.0, 15.0));
    }
}
