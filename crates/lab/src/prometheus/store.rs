//! Series, their raw samples and exemplars, in memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Label names and values, `__name__` among them, in order.
pub(crate) type TsdbLabels = BTreeMap<String, String>;

const MAX_SAMPLES: usize = 4_000;
const MAX_SERIES: usize = 50_000;
const MAX_EXEMPLARS: usize = 200;

/// Everything stored.
#[derive(Debug, Default)]
pub(crate) struct Tsdb {
    series: Mutex<BTreeMap<TsdbLabels, StoredSeries>>,
}

/// One series.
#[derive(Debug, Clone, Default)]
pub(crate) struct StoredSeries {
    /// Milliseconds since 1970 and value; NaN marks the series stale.
    pub(crate) samples: VecDeque<(i64, f64)>,
    pub(crate) exemplars: VecDeque<StoredExemplar>,
}

/// A stored exemplar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredExemplar {
    pub(crate) labels: TsdbLabels,
    pub(crate) value: f64,
    pub(crate) at_ms: i64,
}

/// Why a sample was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RejectedSample {
    OutOfOrder,
    Duplicate,
}

impl Tsdb {
    /// Stores one sample. The same sample again is no error.
    pub(crate) fn append(&self, labels: &TsdbLabels, at_ms: i64, value: f64) -> Result<(), RejectedSample> {
        let mut all = self.lock();
        if all.len() >= MAX_SERIES && !all.contains_key(labels) {
            return Ok(());
        }
        let stored = all.entry(labels.clone()).or_default();
        match stored.samples.back() {
            Some((last, _)) if *last > at_ms => return Err(RejectedSample::OutOfOrder),
            Some((last, same)) if *last == at_ms => {
                return if same.to_bits() == value.to_bits() {
                    Ok(())
                } else {
                    Err(RejectedSample::Duplicate)
                };
            }
            _ => {}
        }
        stored.samples.push_back((at_ms, value));
        if stored.samples.len() > MAX_SAMPLES {
            stored.samples.pop_front();
        }
        Ok(())
    }

    /// Stores an exemplar of a series that exists.
    pub(crate) fn add_exemplar(&self, labels: &TsdbLabels, exemplar: StoredExemplar) {
        if let Some(stored) = self.lock().get_mut(labels) {
            stored.exemplars.push_back(exemplar);
            if stored.exemplars.len() > MAX_EXEMPLARS {
                stored.exemplars.pop_front();
            }
        }
    }

    /// The series that pass a test, with what is stored of them.
    pub(crate) fn select(&self, matches: impl Fn(&TsdbLabels) -> bool) -> Vec<(TsdbLabels, StoredSeries)> {
        self.lock()
            .iter()
            .filter(|(labels, _)| matches(labels))
            .map(|(labels, stored)| (labels.clone(), stored.clone()))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<TsdbLabels, StoredSeries>> {
        self.series.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StoredSeries {
    /// The newest sample at or before a time and not older than `back_ms`, unless the series was stale then.
    pub(crate) fn at(&self, at_ms: i64, back_ms: i64) -> Option<f64> {
        self.samples
            .iter()
            .rev()
            .find(|(at, _)| *at <= at_ms)
            .filter(|(at, value)| *at > at_ms.saturating_sub(back_ms) && !value.is_nan())
            .map(|(_, value)| *value)
    }

    /// The raw samples of a range, stale marks left out.
    pub(crate) fn range(&self, at_ms: i64, back_ms: i64) -> Vec<(i64, f64)> {
        self.samples
            .iter()
            .filter(|(at, value)| *at <= at_ms && *at > at_ms.saturating_sub(back_ms) && !value.is_nan())
            .copied()
            .collect()
    }
}
