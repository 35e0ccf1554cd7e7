//! Functions of PromQL, calculated as Prometheus does.

use std::collections::BTreeMap;

use super::eval::drop_name;
use super::store::TsdbLabels;

/// A function over the samples of a range; `None` where there are too few.
pub(super) fn apply_over_time(name: &str, points: &[(i64, f64)], range_s: f64, at_ms: i64) -> Option<f64> {
    let last = points.last()?.1;
    match name {
        "last_over_time" => return Some(last),
        "count_over_time" => return Some(points.len() as f64),
        "max_over_time" => return points.iter().map(|(_, value)| *value).reduce(f64::max),
        _ => {}
    }
    let (points, first) = match (name, points) {
        ("irate", [.., a, b]) => (vec![*a, *b], *a),
        (_, [first, .., _]) => (points.to_vec(), *first),
        _ => return None,
    };
    let mut change = last - first.1;
    if name != "delta" {
        let resets = points.iter().zip(points.iter().skip(1)).filter(|(a, b)| b.1 < a.1);
        change += resets.map(|(a, _)| a.1).sum::<f64>();
    }
    let end = points.last()?.0;
    let sampled = (end - first.0) as f64 / 1000.0;
    if name == "irate" {
        return Some(change / sampled);
    }
    let extended = extrapolate_change(&points, change, first.1, sampled, range_s, at_ms);
    Some(if name == "rate" { extended / range_s } else { extended })
}

/// Prometheus stretches the change towards the edges of the range, but not below zero and not across gaps.
fn extrapolate_change(points: &[(i64, f64)], change: f64, first: f64, sampled: f64, range_s: f64, at_ms: i64) -> f64 {
    let (Some(start), Some(end)) = (points.first(), points.last()) else {
        return change;
    };
    let mut to_start = start.0.saturating_sub(at_ms) as f64 / 1000.0 + range_s;
    let mut to_end = at_ms.saturating_sub(end.0) as f64 / 1000.0;
    let average = sampled / (points.len() - 1).max(1) as f64;
    if change > 0.0 && first >= 0.0 {
        to_start = to_start.min(sampled * first / change);
    }
    let limit = average * 1.1;
    to_start = if to_start < limit { to_start } else { average / 2.0 };
    to_end = if to_end < limit { to_end } else { average / 2.0 };
    change * (sampled + to_start + to_end) / sampled
}

/// The quantile of every histogram in a vector of buckets.
pub(super) fn compute_histogram_quantile(quantile: f64, vector: Vec<(TsdbLabels, f64)>) -> Vec<(TsdbLabels, f64)> {
    let mut groups: BTreeMap<TsdbLabels, Vec<(f64, f64)>> = BTreeMap::new();
    for (labels, value) in vector {
        let mut labels = drop_name(labels);
        let Some(bound) = labels.remove("le").and_then(|le| le.parse().ok()) else {
            continue;
        };
        groups.entry(labels).or_default().push((bound, value));
    }
    groups
        .into_iter()
        .filter_map(|(labels, mut buckets)| {
            buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
            Some((labels, compute_bucket_quantile(quantile, &buckets)?))
        })
        .collect()
}

fn compute_bucket_quantile(quantile: f64, buckets: &[(f64, f64)]) -> Option<f64> {
    let total = buckets.last()?.1;
    if total <= 0.0 {
        return Some(f64::NAN);
    }
    let rank = quantile * total;
    let at = buckets.iter().position(|(_, count)| *count >= rank)?;
    let (bound, count) = *buckets.get(at)?;
    if bound.is_infinite() {
        return Some(buckets.get(at.checked_sub(1)?)?.0);
    }
    let (lower, before) = at
        .checked_sub(1)
        .and_then(|at| buckets.get(at))
        .copied()
        .unwrap_or((0.0, 0.0));
    let share = if count > before {
        (rank - before) / (count - before)
    } else {
        1.0
    };
    Some(lower + (bound - lower) * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_stretched_to_its_range_but_not_below_zero() {
        let points: Vec<(i64, f64)> = (0..5).map(|at| (at * 15_000, at as f64)).collect();
        // Four more in 60 s, seen over the whole minute.
        assert_eq!(apply_over_time("increase", &points, 60.0, 60_000), Some(4.0));
        assert_eq!(apply_over_time("rate", &points[..1], 60.0, 60_000), None);
        let reset = [(0, 5.0), (15_000, 7.0), (30_000, 1.0)];
        assert!(apply_over_time("increase", &reset, 30.0, 30_000).is_some_and(|more| more > 2.9));
    }

    #[test]
    fn a_quantile_is_interpolated_inside_its_bucket() {
        let bucket = |le: &str, count: f64| (TsdbLabels::from([("le".to_owned(), le.to_owned())]), count);
        let vector = vec![bucket("1", 0.0), bucket("2", 10.0), bucket("+Inf", 10.0)];
        assert_eq!(compute_histogram_quantile(0.5, vector)[0].1, 1.5);
    }
}
