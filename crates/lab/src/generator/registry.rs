//! The series of one tenant: counters and histograms, limited as grafana/tempo v3.0.3: modules/generator/registry does.

use std::collections::BTreeMap;

/// Label names and values, `__name__` among them, in order.
pub(crate) type SeriesLabelSet = Vec<(String, String)>;

/// One series with what a collection found new in it.
#[derive(Debug, Clone)]
pub(crate) struct CollectedSeries {
    pub(crate) labels: SeriesLabelSet,
    /// Milliseconds since 1970, and value.
    pub(crate) samples: Vec<(i64, f64)>,
    pub(crate) exemplar: Option<BucketExemplar>,
    /// Set for a native histogram. Then there are no samples.
    pub(crate) native: Option<CollectedHistogram>,
}

/// A native histogram of schema 3, eight buckets between a number and its double (prometheus.io, «Native histograms»).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CollectedHistogram {
    pub(crate) at_ms: i64,
    pub(crate) sum: f64,
    /// Index and observations of every bucket, in order.
    pub(crate) buckets: Vec<(i32, u64)>,
}

impl CollectedHistogram {
    /// From cumulative classic buckets, the infinite one last: each counts in the native bucket that ends where it ends.
    fn from_cumulative(
        at_ms: i64,
        sum: f64,
        bounds: &[f64],
        cumulative: impl Iterator<Item = f64>,
    ) -> CollectedHistogram {
        let mut below = 0.0;
        let mut buckets = Vec::new();
        for (at, count) in cumulative.enumerate() {
            let last = bounds.last().copied().unwrap_or(1.0) * 2.0;
            let bound = bounds.get(at).copied().unwrap_or(last);
            let inside = (count - below).max(0.0) as u64;
            below = count;
            if inside > 0 {
                buckets.push(((bound.log2() * 8.0).ceil() as i32, inside));
            }
        }
        CollectedHistogram { at_ms, sum, buckets }
    }
}

/// The trace that stands for a bucket.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BucketExemplar {
    pub(crate) trace_id: String,
    pub(crate) value: f64,
    pub(crate) at_ms: i64,
}

#[derive(Debug)]
pub(crate) struct SeriesRegistry {
    max_active: u64,
    active: u64,
    limited: u64,
    demand: std::collections::BTreeSet<(String, SeriesLabelSet)>,
    entities: BTreeMap<(String, SeriesLabelSet), SeriesEntity>,
}

#[derive(Debug)]
struct SeriesEntity {
    kind: EntityKind,
    new: bool,
}

#[derive(Debug)]
enum EntityKind {
    Counter(f64),
    Histogram {
        bounds: &'static [f64],
        /// Cumulative, the infinite one last.
        buckets: Vec<(f64, Option<(String, f64)>)>,
        count: f64,
        sum: f64,
    },
}

impl EntityKind {
    fn series(&self) -> u64 {
        match self {
            EntityKind::Counter(_) => 1,
            EntityKind::Histogram { buckets, .. } => buckets.len() as u64 + 2,
        }
    }
}

impl SeriesRegistry {
    pub(crate) fn new(max_active: u64) -> SeriesRegistry {
        SeriesRegistry {
            max_active,
            active: 0,
            limited: 0,
            demand: std::collections::BTreeSet::new(),
            entities: BTreeMap::new(),
        }
    }

    /// Series counted against the limit.
    pub(crate) fn active(&self) -> u64 {
        self.active
    }

    /// Series that were folded into the overflow series.
    pub(crate) fn limited(&self) -> u64 {
        self.limited
    }

    /// Series there would be without a limit.
    pub(crate) fn demand(&self) -> u64 {
        let per_entity = |(name, _): &(String, SeriesLabelSet)| match name.as_str() {
            "traces_spanmetrics_latency" => 17,
            name if name.ends_with("_seconds") => 11,
            _ => 1,
        };
        self.demand.iter().map(per_entity).sum()
    }

    /// Label sets there would be without a limit.
    pub(crate) fn entities(&self) -> usize {
        let labels: std::collections::BTreeSet<&SeriesLabelSet> =
            self.demand.iter().map(|(_, labels)| labels).collect();
        labels.len()
    }

    pub(crate) fn count(&mut self, name: &str, labels: SeriesLabelSet, by: f64) {
        let entity = self.resolve(name, labels, || EntityKind::Counter(0.0));
        if let EntityKind::Counter(value) = &mut entity.kind {
            *value += by;
        }
    }

    pub(crate) fn observe(
        &mut self,
        name: &str,
        labels: SeriesLabelSet,
        bounds: &'static [f64],
        value: f64,
        trace: &str,
    ) {
        let entity = self.resolve(name, labels, || EntityKind::Histogram {
            bounds,
            buckets: vec![(0.0, None); bounds.len() + 1],
            count: 0.0,
            sum: 0.0,
        });
        if let EntityKind::Histogram {
            bounds,
            buckets,
            count,
            sum,
        } = &mut entity.kind
        {
            let first = bounds.iter().position(|bound| value <= *bound).unwrap_or(bounds.len());
            for (bucket, _) in buckets.iter_mut().skip(first) {
                *bucket += 1.0;
            }
            if let Some((_, exemplar)) = buckets.get_mut(first) {
                *exemplar = Some((trace.to_owned(), value));
            }
            *count += 1.0;
            *sum += value;
        }
    }

    fn resolve(&mut self, name: &str, labels: SeriesLabelSet, make: impl FnOnce() -> EntityKind) -> &mut SeriesEntity {
        let mut key = (name.to_owned(), labels);
        self.demand.insert(key.clone());
        if !self.entities.contains_key(&key) {
            let kind = make();
            let series = kind.series();
            if self.max_active > 0 && self.active + series > self.max_active {
                self.limited += series;
                key.1 = vec![("metric_overflow".to_owned(), "true".to_owned())];
            } else {
                self.active += series;
            }
            return self.entities.entry(key).or_insert(SeriesEntity { kind, new: true });
        }
        self.entities.entry(key).or_insert_with(|| SeriesEntity {
            kind: make(),
            new: true,
        })
    }

    /// Every series with its value now. A new series is given a zero at the end of the last minute first.
    pub(crate) fn collect(&mut self, now_ms: i64, native: bool) -> Vec<CollectedSeries> {
        let zero_at = now_ms - now_ms.rem_euclid(60_000) - 1;
        let mut all = Vec::new();
        for ((name, labels), entity) in &mut self.entities {
            let samples = |value: f64, zero: bool| {
                let mut samples = vec![(now_ms, value)];
                if entity.new && zero {
                    samples.insert(0, (zero_at, 0.0));
                }
                samples
            };
            match &mut entity.kind {
                EntityKind::Counter(value) => all.push(build_series(name, labels, None, samples(*value, true))),
                EntityKind::Histogram {
                    bounds,
                    buckets,
                    count,
                    sum,
                } => {
                    all.push(build_series(&format!("{name}_sum"), labels, None, samples(*sum, false)));
                    all.push(build_series(
                        &format!("{name}_count"),
                        labels,
                        None,
                        samples(*count, true),
                    ));
                    for (at, (bucket, exemplar)) in buckets.iter_mut().enumerate() {
                        let le = bounds.get(at).map_or_else(|| "+Inf".to_owned(), f64::to_string);
                        let mut series =
                            build_series(&format!("{name}_bucket"), labels, Some(le), samples(*bucket, true));
                        series.exemplar = exemplar.take().map(|(trace_id, value)| BucketExemplar {
                            trace_id,
                            value,
                            at_ms: now_ms,
                        });
                        all.push(series);
                    }
                    if native {
                        let mut series = build_series(name, labels, None, Vec::new());
                        let cumulative = buckets.iter().map(|(count, _)| *count);
                        series.native = Some(CollectedHistogram::from_cumulative(now_ms, *sum, bounds, cumulative));
                        all.push(series);
                    }
                }
            }
            entity.new = false;
        }
        all
    }
}

/// A series with the labels every series of this generator has.
fn build_series(name: &str, labels: &SeriesLabelSet, le: Option<String>, samples: Vec<(i64, f64)>) -> CollectedSeries {
    let mut labels = labels.clone();
    let own = [
        ("__name__", name),
        ("__metrics_gen_instance", "lab"),
        ("source", "tempo"),
    ];
    labels.extend(own.map(|(label, value)| (label.to_owned(), value.to_owned())));
    labels.extend(le.map(|le| ("le".to_owned(), le)));
    labels.sort();
    CollectedSeries {
        labels,
        samples,
        exemplar: None,
        native: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exceeds_the_limit_is_folded_into_overflow_series() {
        let mut registry = SeriesRegistry::new(1);
        let of = |service: &str| vec![("service".to_owned(), service.to_owned())];
        registry.count("calls", of("a"), 1.0);
        registry.count("calls", of("b"), 1.0);
        registry.observe("seconds", of("a"), &[0.1], 0.05, "t");
        assert_eq!((registry.active(), registry.limited()), (1, 5));
        let overflow = ("metric_overflow".to_owned(), "true".to_owned());
        let folded = registry
            .collect(0, false)
            .iter()
            .filter(|series| series.labels.contains(&overflow))
            .count();
        assert_eq!(folded, 5);
    }
}
