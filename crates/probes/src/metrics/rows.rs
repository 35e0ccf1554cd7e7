//! Counted spans, put together as rows. Pure: both sources, Prometheus and TraceQL, end here.

use std::collections::BTreeMap;

use telemetry::model::marker::is_own_service;
use telemetry::model::red::{Quantiles, RedGrouping, RedRow, SlowestTrace};
use telemetry::model::trace::SpanKind;

/// Spans of one service, name, kind and outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedSpans {
    /// Whose.
    pub service: String,
    /// Their name; empty where it was not asked for.
    pub operation: String,
    /// Their kind.
    pub kind: SpanKind,
    /// They failed; `None` where that is not told.
    pub failed: Option<bool>,
    /// How many.
    pub spans: f64,
}

/// What a row is found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey {
    /// The service.
    pub service: String,
    /// The operation; empty where rows stand for services.
    pub operation: String,
    /// The kind, where rows stand for operations.
    pub kind: Option<SpanKind>,
}

impl RowKey {
    /// The key of spans in a table of that grouping.
    pub fn new(grouping: RedGrouping, service: &str, operation: &str, kind: SpanKind) -> RowKey {
        let by_operation = grouping == RedGrouping::Operation;
        RowKey {
            service: service.to_owned(),
            operation: if by_operation {
                operation.to_owned()
            } else {
                String::new()
            },
            kind: by_operation.then_some(kind),
        }
    }
}

/// Rows without durations and trends, and which of the services have no entry spans.
#[derive(Debug, Clone, PartialEq)]
pub struct RowSkeleton {
    /// Rows by their key.
    pub rows: BTreeMap<RowKey, RedRow>,
    /// Services whose rows count other than entry spans.
    pub without_entry: Vec<String>,
    /// tempoctl's own services, which were left out.
    pub ours: usize,
}

/// Adds up spans. A service is judged by its entry spans; where it has none, by all it has. `covered_s` is the time for
/// which there is data.
pub fn build_skeleton(
    counted: &[CountedSpans],
    grouping: RedGrouping,
    markers: bool,
    covered_s: f64,
    points: usize,
) -> RowSkeleton {
    let mut has_entry: BTreeMap<&str, bool> = BTreeMap::new();
    let mut ours: Vec<&str> = Vec::new();
    for one in counted.iter().filter(|one| one.spans > 0.0 && !one.service.is_empty()) {
        if is_own_service(&one.service) && !markers {
            ours.push(&one.service);
            continue;
        }
        *has_entry.entry(&one.service).or_default() |= one.kind.is_entry();
    }
    ours.sort_unstable();
    ours.dedup();
    let mut sums: BTreeMap<RowKey, SpanSum> = BTreeMap::new();
    for one in counted {
        let Some(entry) = has_entry.get(one.service.as_str()) else {
            continue;
        };
        let counts = grouping == RedGrouping::Operation || !entry || one.kind.is_entry();
        if counts && one.spans > 0.0 {
            let key = RowKey::new(grouping, &one.service, &one.operation, one.kind);
            sums.entry(key).or_default().add(one);
        }
    }
    let rows = sums
        .into_iter()
        .map(|(key, sum)| {
            let row = sum.row(&key, grouping, covered_s, points);
            (key, row)
        })
        .collect();
    let without = has_entry.iter().filter(|(_, entry)| !**entry);
    RowSkeleton {
        rows,
        without_entry: without.map(|(service, _)| (*service).to_owned()).collect(),
        ours: ours.len(),
    }
}

#[derive(Default)]
struct SpanSum {
    spans: f64,
    failed: f64,
    outcome_known: bool,
    kinds: BTreeMap<SpanKind, f64>,
}

impl SpanSum {
    fn add(&mut self, one: &CountedSpans) {
        self.spans += one.spans;
        if let Some(failed) = one.failed {
            self.outcome_known = true;
            self.failed += if failed { one.spans } else { 0.0 };
        }
        *self.kinds.entry(one.kind).or_default() += one.spans;
    }

    fn row(&self, key: &RowKey, grouping: RedGrouping, covered_s: f64, points: usize) -> RedRow {
        let commonest = self.kinds.iter().max_by(|a, b| a.1.total_cmp(b.1));
        RedRow {
            service: key.service.clone(),
            operation: (grouping == RedGrouping::Operation).then(|| key.operation.clone()),
            kind: commonest.map_or(SpanKind::Internal, |(kind, _)| *kind),
            spans: self.spans,
            rate: if covered_s > 0.0 { self.spans / covered_s } else { 0.0 },
            error_ratio: self.outcome_known.then(|| (self.failed / self.spans).clamp(0.0, 1.0)),
            quantiles: Quantiles::default(),
            trend: vec![None; points],
            slowest: None,
        }
    }
}

/// Puts a quantile (0.5, 0.95, 0.99) into its row.
pub fn set_quantile(row: &mut RedRow, q: f64, seconds: f64) {
    let place = if q < 0.75 {
        &mut row.quantiles.p50
    } else if q < 0.97 {
        &mut row.quantiles.p95
    } else {
        &mut row.quantiles.p99
    };
    *place = Some(seconds);
}

/// Adds a value to a point of a trend: rows may stand for several series.
pub fn add_point(trend: &mut [Option<f64>], index: usize, value: f64) {
    if let Some(point) = trend.get_mut(index) {
        *point.get_or_insert(0.0) += value;
    }
}

/// Keeps the slower of two traces.
pub fn keep_slowest(row: &mut RedRow, trace_id: String, seconds: f64) {
    if row.slowest.as_ref().is_none_or(|known| known.seconds < seconds) {
        row.slowest = Some(SlowestTrace { trace_id, seconds });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(service: &str, kind: SpanKind, failed: bool, spans: f64) -> CountedSpans {
        CountedSpans {
            service: service.to_owned(),
            operation: "op".to_owned(),
            kind,
            failed: Some(failed),
            spans,
        }
    }

    #[test]
    fn a_service_is_judged_by_what_it_was_asked_for() {
        let spans = [
            counted("a", SpanKind::Server, false, 90.0),
            counted("a", SpanKind::Server, true, 10.0),
            counted("a", SpanKind::Client, true, 500.0),
            counted("b", SpanKind::Client, false, 5.0),
            counted("b", SpanKind::Internal, false, 1.0),
            counted("tempoctl-marker-client", SpanKind::Client, false, 1.0),
        ];
        let table = build_skeleton(&spans, RedGrouping::Service, false, 10.0, 3);
        let rows: Vec<&RedRow> = table.rows.values().collect();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].rate, rows[0].error_ratio), (10.0, Some(0.1)));
        assert_eq!((rows[1].spans, rows[1].kind), (6.0, SpanKind::Client));
        assert_eq!(table.without_entry, ["b"]);
        assert_eq!(table.ours, 1);
        assert_eq!(
            build_skeleton(&spans, RedGrouping::Service, true, 10.0, 3).rows.len(),
            3
        );
    }

    #[test]
    fn operations_are_told_apart_by_kind() {
        let spans = [
            counted("a", SpanKind::Server, false, 1.0),
            counted("a", SpanKind::Client, false, 2.0),
        ];
        assert_eq!(
            build_skeleton(&spans, RedGrouping::Operation, false, 1.0, 0).rows.len(),
            2
        );
    }

    proptest! {
        #[test]
        fn ratios_are_ratios(list in proptest::collection::vec(("[abt]", 0usize..5, any::<bool>(), 0.0..1e9_f64), 0..20)) {
            let kinds = [SpanKind::Server, SpanKind::Client, SpanKind::Internal, SpanKind::Consumer, SpanKind::Producer];
            let spans: Vec<CountedSpans> = list.iter().map(|(service, kind, failed, spans)| counted(service, kinds[*kind], *failed, *spans)).collect();
            for grouping in [RedGrouping::Service, RedGrouping::Operation] {
                for row in build_skeleton(&spans, grouping, false, 60.0, 2).rows.values() {
                    let ratio = row.error_ratio.expect("known");
                    prop_assert!((0.0..=1.0).contains(&ratio) && row.rate.is_finite() && row.spans > 0.0);
                }
            }
        }
    }
}
