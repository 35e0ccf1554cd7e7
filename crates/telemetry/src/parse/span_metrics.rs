//! Span metrics recognised by their names, whoever made them: Tempo's generator (grafana/tempo v3.0.3:
//! modules/generator/processor/spanmetrics), the collector's connector with and without unit and type suffixes
//! (open-telemetry/opentelemetry-collector-contrib: connector/spanmetricsconnector), classic or native histograms.

use std::collections::BTreeMap;

/// A selector for everything that may be a span metric: the label tells it from other counters of calls.
pub const SPAN_METRICS: &str =
    "{__name__=~\"(.*_)?(calls|latency|duration)(_milliseconds|_seconds)?(_total|_bucket|_count)?\",span_name!=\"\"}";

/// What Tempo's generator puts in front.
pub const TEMPO_PREFIX: &str = "traces_spanmetrics_";

/// Prefixes in the order in which they are preferred where several hold as much.
const PREFERRED: [&str; 3] = [TEMPO_PREFIX, "traces_span_metrics_", "span_metrics_"];

/// The unit of a histogram's bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// The name does not say; the bounds do.
    Unknown,
}

/// A histogram of durations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationHistogram {
    /// The name without `_bucket`.
    pub base: String,
    /// The unit of its values.
    pub unit: DurationUnit,
    /// Series `base_bucket` exist.
    pub classic: bool,
    /// Series `base` exist: native histograms.
    pub native: bool,
}

/// One maker's span metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanMetricFamily {
    /// `traces_spanmetrics_`; may be empty.
    pub prefix: String,
    /// The counter of calls; the count of the histogram where only that is made.
    pub calls: Option<String>,
    /// The histogram of durations.
    pub latency: Option<DurationHistogram>,
}

impl SpanMetricFamily {
    /// `traces_spanmetrics_*`, or the counter where there is no prefix.
    pub fn display_name(&self) -> String {
        if self.prefix.is_empty() {
            self.calls.clone().unwrap_or_default()
        } else {
            format!("{}*", self.prefix)
        }
    }

    /// Every name that would show it is alive.
    pub fn names(&self) -> Vec<String> {
        let latency = self.latency.iter().flat_map(|histogram| {
            [
                histogram.classic.then(|| format!("{}_bucket", histogram.base)),
                histogram.native.then(|| histogram.base.clone()),
            ]
        });
        self.calls.iter().cloned().chain(latency.flatten()).collect()
    }
}

/// The makers' span metrics among these names, the preferred first.
pub fn find_span_metric_families(names: &[String]) -> Vec<SpanMetricFamily> {
    let mut found: BTreeMap<String, SpanMetricFamily> = BTreeMap::new();
    for name in names {
        let Some((prefix, part)) = parse_span_metric_name(name) else {
            continue;
        };
        let family = found.entry(prefix.to_owned()).or_insert_with(|| SpanMetricFamily {
            prefix: prefix.to_owned(),
            calls: None,
            latency: None,
        });
        match part {
            SpanMetricPart::Calls if name.ends_with("_total") || family.calls.is_none() => {
                family.calls = Some(name.clone())
            }
            SpanMetricPart::Calls => {}
            SpanMetricPart::Latency { base, unit, classic } => {
                record_histogram(&mut family.latency, base, unit, classic);
            }
        }
    }
    let mut families: Vec<SpanMetricFamily> = found.into_values().map(derive_calls_from_latency).collect();
    let rank = |family: &SpanMetricFamily| {
        let known = PREFERRED.iter().position(|prefix| *prefix == family.prefix);
        (known.unwrap_or(PREFERRED.len()), family.prefix.is_empty())
    };
    families.sort_by_key(rank);
    families
}

/// Two units of one maker: the one seen first counts, never a mixture.
pub(super) fn record_histogram(known: &mut Option<DurationHistogram>, base: &str, unit: DurationUnit, classic: bool) {
    let histogram = known.get_or_insert_with(|| DurationHistogram {
        base: base.to_owned(),
        unit,
        classic: false,
        native: false,
    });
    if histogram.base == base {
        histogram.classic |= classic;
        histogram.native |= !classic;
    }
}

/// Where nobody counts calls, a classic histogram does.
fn derive_calls_from_latency(mut family: SpanMetricFamily) -> SpanMetricFamily {
    if family.calls.is_none()
        && let Some(histogram) = family.latency.as_ref().filter(|histogram| histogram.classic)
    {
        family.calls = Some(format!("{}_count", histogram.base));
    }
    family
}

enum SpanMetricPart<'a> {
    Calls,
    Latency {
        base: &'a str,
        unit: DurationUnit,
        classic: bool,
    },
}

fn parse_span_metric_name(name: &str) -> Option<(&str, SpanMetricPart<'_>)> {
    let calls = name.strip_suffix("_total").unwrap_or(name);
    if let Some(prefix) = strip_last_word(calls, "calls") {
        return Some((prefix, SpanMetricPart::Calls));
    }
    if name.ends_with("_count") || name.ends_with("_sum") {
        return None;
    }
    let (base, core, unit, classic) = split_histogram_name(name);
    let (prefix, word) = ["latency", "duration"]
        .into_iter()
        .find_map(|word| Some((strip_last_word(core, word)?, word)))?;
    let unit = match (unit, word, prefix) {
        // Tempo's own, and what is renamed to look like it.
        (DurationUnit::Unknown, "latency", "traces_spanmetrics_") => DurationUnit::Seconds,
        (unit, _, _) => unit,
    };
    Some((prefix, SpanMetricPart::Latency { base, unit, classic }))
}

/// `x_latency_seconds_bucket` → `x_latency_seconds`, `x_latency`, its unit, and that it is a classic histogram.
pub(super) fn split_histogram_name(name: &str) -> (&str, &str, DurationUnit, bool) {
    let base = name.strip_suffix("_bucket").unwrap_or(name);
    let (core, unit) = if let Some(core) = base.strip_suffix("_milliseconds") {
        (core, DurationUnit::Milliseconds)
    } else if let Some(core) = base.strip_suffix("_seconds") {
        (core, DurationUnit::Seconds)
    } else {
        (base, DurationUnit::Unknown)
    };
    (base, core, unit, base != name)
}

/// What stands before a last word: `a_b_calls` → `a_b_`.
fn strip_last_word<'a>(name: &'a str, word: &str) -> Option<&'a str> {
    let prefix = name.strip_suffix(word)?;
    (prefix.is_empty() || prefix.ends_with('_')).then_some(prefix)
}

/// The unit that bounds speak of: requests are not measured beyond a minute where they are counted in seconds.
pub fn infer_bound_unit(bounds: &[String]) -> Option<DurationUnit> {
    const LONGEST_S: f64 = 60.0;
    bounds
        .iter()
        .filter_map(|bound| bound.parse::<f64>().ok())
        .filter(|bound| bound.is_finite())
        .reduce(f64::max)
        .map(|largest| {
            if largest > LONGEST_S {
                DurationUnit::Milliseconds
            } else {
                DurationUnit::Seconds
            }
        })
}

/// What the labels of span metrics are called here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanMetricLabels {
    /// `service`, or `service_name`.
    pub service: String,
    /// `span_kind`; may be missing.
    pub kind: Option<String>,
    /// `status_code`; may be missing.
    pub status: Option<String>,
}

impl SpanMetricLabels {
    /// From the labels that the counter has. Where both are there, `service` is what a scrape of the collector added.
    pub fn from_names(names: &[String]) -> Option<SpanMetricLabels> {
        let first = |wanted: &[&str]| {
            let found = wanted.iter().find(|wanted| names.iter().any(|name| name == *wanted));
            found.map(|name| (*name).to_owned())
        };
        Some(SpanMetricLabels {
            service: first(&["service_name", "service"])?,
            kind: first(&["span_kind"]),
            status: first(&["status_code", "otel_status_code"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    fn only(list: &[&str]) -> SpanMetricFamily {
        let mut found = find_span_metric_families(&names(list));
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    #[test]
    fn tempo_s_own_are_seconds() {
        let family = only(&[
            "traces_spanmetrics_calls_total",
            "traces_spanmetrics_latency_bucket",
            "traces_spanmetrics_latency_count",
        ]);
        assert_eq!(family.calls.as_deref(), Some("traces_spanmetrics_calls_total"));
        let latency = family.latency.expect("a histogram");
        assert_eq!(
            (latency.unit, latency.classic, latency.native),
            (DurationUnit::Seconds, true, false)
        );
    }

    #[test]
    fn native_histograms_have_no_buckets() {
        let family = only(&["traces_spanmetrics_calls_total", "traces_spanmetrics_latency"]);
        let latency = family.latency.clone().expect("a histogram");
        assert_eq!((latency.classic, latency.native), (false, true));
        let both = only(&["traces_spanmetrics_latency", "traces_spanmetrics_latency_bucket"]);
        let latency = both.latency.expect("a histogram");
        assert!(latency.classic && latency.native);
    }

    #[test]
    fn the_connector_is_known_by_every_name_it_has_had() {
        for (calls, histogram, unit) in [
            (
                "traces_span_metrics_calls_total",
                "traces_span_metrics_duration_milliseconds_bucket",
                DurationUnit::Milliseconds,
            ),
            (
                "traces_span_metrics_calls_total",
                "traces_span_metrics_duration_seconds_bucket",
                DurationUnit::Seconds,
            ),
            (
                "calls_total",
                "duration_milliseconds_bucket",
                DurationUnit::Milliseconds,
            ),
            ("calls", "duration_bucket", DurationUnit::Unknown),
            ("my_ns_calls_total", "my_ns_latency_bucket", DurationUnit::Unknown),
        ] {
            let family = only(&[calls, histogram]);
            assert_eq!(family.calls.as_deref(), Some(calls));
            assert_eq!(family.latency.expect(histogram).unit, unit, "{histogram}");
        }
        let bounds = names(&["+Inf", "2", "15000"]);
        assert_eq!(infer_bound_unit(&bounds), Some(DurationUnit::Milliseconds));
        assert_eq!(infer_bound_unit(&names(&["0.002", "15"])), Some(DurationUnit::Seconds));
        assert_eq!(infer_bound_unit(&[]), None);
    }

    #[test]
    fn calls_may_be_counted_by_the_histogram_alone() {
        let family = only(&["traces_spanmetrics_latency_bucket"]);
        assert_eq!(family.calls.as_deref(), Some("traces_spanmetrics_latency_count"));
    }

    #[test]
    fn tempo_s_come_first() {
        let found = find_span_metric_families(&names(&[
            "calls_total",
            "traces_span_metrics_calls_total",
            "traces_spanmetrics_calls_total",
        ]));
        let prefixes: Vec<&str> = found.iter().map(|family| family.prefix.as_str()).collect();
        assert_eq!(prefixes, ["traces_spanmetrics_", "traces_span_metrics_", ""]);
    }

    #[test]
    fn what_only_looks_alike_is_none() {
        assert!(
            find_span_metric_families(&names(&["recalls_total", "phonecalls", "request_duration_ratio"])).is_empty()
        );
    }

    #[test]
    fn labels_are_found_among_those_there_are() {
        let labels =
            SpanMetricLabels::from_names(&names(&["job", "service", "span_kind", "status_code"])).expect("labels");
        assert_eq!(labels.service, "service");
        let labels = SpanMetricLabels::from_names(&names(&["service", "service_name"])).expect("labels");
        assert_eq!((labels.service.as_str(), labels.kind), ("service_name", None));
        assert_eq!(SpanMetricLabels::from_names(&names(&["job"])), None);
    }

    proptest! {
        #[test]
        fn any_names_are_read(list in proptest::collection::vec("[a-z_]{0,12}(calls|latency|duration)?(_milliseconds|_seconds)?(_total|_bucket)?", 0..12)) {
            for family in find_span_metric_families(&list) {
                prop_assert!(family.calls.is_some() || family.latency.is_some());
                for name in family.names() {
                    prop_assert!(name.starts_with(&family.prefix));
                }
            }
        }
    }
}
