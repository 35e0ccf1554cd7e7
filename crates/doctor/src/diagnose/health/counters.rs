//! Reading counters of whatever version: names in the order in which they are looked for, values, and what they say.

use std::collections::{BTreeMap, BTreeSet};
use telemetry::text::group_thousands;

use telemetry::model::health::{HealthFacts, HealthReading, ReadingUnit, ThresholdStatus};
use telemetry::model::tempo::{MetricSample, MetricsScrape};

/// The counters, for one tenant or all.
pub(super) struct HealthCounters<'a> {
    facts: &'a HealthFacts,
}

impl<'a> HealthCounters<'a> {
    pub(super) fn new(facts: &'a HealthFacts) -> Self {
        HealthCounters { facts }
    }

    /// The first of the names that this Tempo has.
    pub(super) fn find_metric(&self, names: &[&'static str]) -> Option<&'static str> {
        let has = |name: &str| self.facts.now.samples.iter().any(|sample| sample.name == name);
        names.iter().copied().find(|name| has(name))
    }

    /// Seconds between the two ends.
    pub(super) fn seconds(&self) -> f64 {
        self.facts.window.seconds().max(1e-3)
    }

    /// A series counts where it has no tenant, or the one that is wanted.
    fn is_wanted(&self, sample: &MetricSample) -> bool {
        match (&self.facts.tenant, sample.labels.get("tenant")) {
            (Some(wanted), Some(tenant)) => wanted == tenant,
            _ => true,
        }
    }

    fn select<'b>(&'b self, scrape: &'b MetricsScrape, name: &'b str) -> impl Iterator<Item = &'b MetricSample> {
        scrape
            .samples
            .iter()
            .filter(move |sample| sample.name == name && self.is_wanted(sample))
    }

    /// Tenants whose spans were counted.
    pub(super) fn tenants(&self) -> usize {
        let name = "tempo_distributor_spans_received_total";
        let tenants: BTreeSet<_> = self
            .select(&self.facts.now, name)
            .map(|sample| sample.labels.get("tenant"))
            .collect();
        tenants.len()
    }

    /// The values now, by the value of a label.
    pub(super) fn now_by(&self, name: &str, label: &str) -> BTreeMap<String, Vec<f64>> {
        let mut found: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for sample in self.select(&self.facts.now, name) {
            let value = sample.labels.get(label).cloned().unwrap_or_default();
            found.entry(value).or_default().push(sample.value);
        }
        found
    }

    /// The series now, whole.
    pub(super) fn now<'b>(&'b self, name: &'b str) -> Vec<&'b MetricSample> {
        self.select(&self.facts.now, name).collect()
    }

    /// The sum now; `None` where there is no series.
    pub(super) fn sum(&self, name: &str) -> Option<f64> {
        self.select(&self.facts.now, name)
            .map(|sample| sample.value)
            .reduce(|a, b| a + b)
    }

    /// The largest now.
    pub(super) fn max(&self, name: &str) -> Option<f64> {
        self.select(&self.facts.now, name)
            .map(|sample| sample.value)
            .reduce(f64::max)
    }

    /// How much a counter grew over the window.
    pub(super) fn growth(&self, name: &str) -> Option<f64> {
        self.growth_where(name, |_| true)
    }

    /// The same over the series that please.
    pub(super) fn growth_where(&self, name: &str, pleases: impl Fn(&MetricSample) -> bool) -> Option<f64> {
        self.growth_since(&self.facts.start, name, &pleases)
    }

    /// The same by the value of a label, where it grew.
    pub(super) fn growth_by(&self, name: &str, label: &str) -> BTreeMap<String, f64> {
        let values = self.now_by(name, label);
        values
            .into_keys()
            .filter_map(|value| {
                let grown = self.growth_where(name, |sample| {
                    sample.labels.get(label).map_or("", String::as_str) == value
                })?;
                (grown > 0.0).then_some((value, grown))
            })
            .collect()
    }

    /// Over the last hour, and over the last five minutes; over the window, where nobody remembers.
    pub(super) fn growth_hour_and_five_minutes(&self, name: &str) -> Option<(f64, f64)> {
        let start = &self.facts.start;
        let hour = self.facts.hour.as_ref().unwrap_or(start);
        let five = self.facts.five_minutes.as_ref().unwrap_or(start);
        Some((
            self.growth_since(hour, name, &|_| true)?,
            self.growth_since(five, name, &|_| true)?,
        ))
    }

    /// Series that were absent counted from 0; a series that fell was reset.
    fn growth_since(&self, before: &MetricsScrape, name: &str, pleases: &dyn Fn(&MetricSample) -> bool) -> Option<f64> {
        let mut grown = None;
        for sample in self.select(&self.facts.now, name).filter(|sample| pleases(sample)) {
            let old = before
                .samples
                .iter()
                .find(|old| old.name == sample.name && old.labels == sample.labels)
                .map_or(0.0, |old| old.value);
            let change = if sample.value >= old {
                sample.value - old
            } else {
                sample.value
            };
            *grown.get_or_insert(0.0) += change;
        }
        grown
    }

    pub(super) fn trend(&self, id: &str) -> Vec<Option<f64>> {
        let found = self.facts.trends.iter().find(|(known, _)| *known == id);
        found.map(|(_, points)| points.clone()).unwrap_or_default()
    }

    /// The stretch in words, for details: `in 5 s`, `in 36 min`, `in 2 h`.
    pub(super) fn describe_window(&self) -> String {
        let seconds = self.seconds();
        match seconds {
            seconds if seconds >= 5_400.0 => format!("in {:.0} h", seconds / 3_600.0),
            seconds if seconds >= 180.0 => format!("in {:.0} min", seconds / 60.0),
            seconds => format!("in {:.0} s", seconds.max(1.0)),
        }
    }
}

/// A reading to be completed.
pub(super) fn new_reading(
    part: &'static str,
    id: &'static str,
    title: impl Into<String>,
    metric: &str,
) -> HealthReading {
    HealthReading {
        id,
        part,
        title: title.into(),
        metric: metric.to_owned(),
        value: None,
        unit: ReadingUnit::Count,
        detail: String::new(),
        threshold: None,
        alert: None,
        standing: ThresholdStatus::NoThreshold,
        cause: None,
        trend: Vec::new(),
    }
}

/// How a reading stands: beyond an alert's threshold, worth a look, or neither.
pub(super) fn grade_reading(exceeded: bool, notable: bool) -> ThresholdStatus {
    if exceeded {
        ThresholdStatus::Exceeded
    } else if notable {
        ThresholdStatus::Notable
    } else {
        ThresholdStatus::Good
    }
}

/// A rate of a counter that only informs.
pub(super) fn assess_rate(
    counters: &HealthCounters<'_>,
    part: &'static str,
    id: &'static str,
    title: &str,
    names: &[&'static str],
    what: &str,
) -> Option<HealthReading> {
    let name = counters.find_metric(names)?;
    let grown = counters.growth(name)?;
    Some(HealthReading {
        value: Some(grown / counters.seconds()),
        unit: if what == "bytes" {
            ReadingUnit::BytesPerSecond
        } else {
            ReadingUnit::PerSecond
        },
        detail: if what == "bytes" {
            String::new()
        } else {
            format!("{} {what} {}", group_thousands(grown), counters.describe_window())
        },
        trend: counters.trend(id),
        ..new_reading(part, id, title, name)
    })
}

/// A counter of failures that must not grow by more than `most` in an hour, as an official alert says. A counter that is
/// not there has never counted anything.
pub(super) struct HourlyLimit {
    pub(super) part: &'static str,
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) names: &'static [&'static str],
    pub(super) most: f64,
    pub(super) alert: Option<&'static str>,
    pub(super) cause: &'static str,
}

impl HourlyLimit {
    pub(super) fn assess(&self, counters: &HealthCounters<'_>) -> Option<HealthReading> {
        let name = counters.find_metric(self.names)?;
        let (hour, five) = counters.growth_hour_and_five_minutes(name)?;
        let standing = grade_reading(hour > self.most && five > 0.0 && self.alert.is_some(), hour > 0.0);
        Some(HealthReading {
            value: Some(hour),
            detail: match (hour > 0.0, five > 0.0) {
                (true, true) => "still growing".to_owned(),
                (true, false) => "not in the last 5 min".to_owned(),
                _ => String::new(),
            },
            threshold: self.alert.map(|_| format!("> {} an hour", self.most)),
            alert: self.alert,
            standing,
            cause: (standing > ThresholdStatus::Good).then_some(self.cause),
            ..new_reading(self.part, self.id, self.title, name)
        })
    }
}
