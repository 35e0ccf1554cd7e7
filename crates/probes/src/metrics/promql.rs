//! Writing PromQL.

use telemetry::parse::span_metrics::{DurationHistogram, DurationUnit};
use telemetry::text::quote::quote_query_text;

/// A regular expression that matches exactly these values, between quotes.
pub fn build_alternation<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let escaped: Vec<String> = values.into_iter().map(regex::escape).collect();
    quote_query_text(&escaped.join("|"))
}

/// A selector of one metric. Matchers are whole: `service="a"`.
pub fn build_selector(name: &str, matchers: &[String]) -> String {
    let mut all = vec![format!("__name__={}", quote_query_text(name))];
    all.extend_from_slice(matchers);
    format!("{{{}}}", all.join(","))
}

/// `sum by (…) (function(selector[range]))`
pub fn build_sum(by: &[&str], function: &str, selector: &str, range_s: f64) -> String {
    format!(
        "sum by ({}) ({function}({selector}[{}]))",
        by.join(", "),
        render_range(range_s)
    )
}

/// The quantile of a histogram in its own unit: native buckets where there are any, classic ones otherwise.
pub fn build_quantile(q: f64, histogram: &DurationHistogram, by: &[&str], matchers: &[String], range_s: f64) -> String {
    let of = |name: &str, le: Option<&str>| {
        let by: Vec<&str> = le.into_iter().chain(by.iter().copied()).collect();
        let buckets = build_sum(&by, "rate", &build_selector(name, matchers), range_s);
        format!("histogram_quantile({q}, {buckets})")
    };
    let native = histogram.native.then(|| of(&histogram.base, None));
    let classic = histogram
        .classic
        .then(|| of(&format!("{}_bucket", histogram.base), Some("le")));
    let both: Vec<String> = native.into_iter().chain(classic).collect();
    both.join(" or ")
}

/// What a value of that unit is multiplied by to be seconds.
pub fn to_seconds(unit: DurationUnit) -> f64 {
    match unit {
        DurationUnit::Seconds => 1.0,
        // The connector's unit where nobody says another.
        DurationUnit::Milliseconds | DurationUnit::Unknown => 0.001,
    }
}

/// A range selector's length: whole seconds, one at least.
fn render_range(seconds: f64) -> String {
    format!("{}s", seconds.round().max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn histogram(classic: bool, native: bool) -> DurationHistogram {
        DurationHistogram {
            base: "x_seconds".to_owned(),
            unit: DurationUnit::Seconds,
            classic,
            native,
        }
    }

    #[test]
    fn native_buckets_come_before_classic_ones() {
        let query = build_quantile(0.5, &histogram(true, true), &["service"], &[], 60.0);
        assert_eq!(
            query,
            "histogram_quantile(0.5, sum by (service) (rate({__name__=\"x_seconds\"}[60s]))) or \
             histogram_quantile(0.5, sum by (le, service) (rate({__name__=\"x_seconds_bucket\"}[60s])))"
        );
        promql_parser::parser::parse(&query).expect("PromQL");
    }

    proptest! {
        #[test]
        fn whatever_a_service_is_called_the_query_is_one(service in "\\PC{0,20}", line in "[\\n\"\\\\|()\\[{.*+]{0,6}", range in 0.0..1e6_f64) {
            let service = service + &line;
            let matchers = [format!("service={}", quote_query_text(&service)), format!("service=~{}", build_alternation([service.as_str()]))];
            for query in [
                build_sum(&["service", "span_kind"], "increase", &build_selector("calls", &matchers), range),
                build_quantile(0.95, &histogram(true, false), &["service"], &matchers, range),
            ] {
                let parsed = promql_parser::parser::parse(&query);
                prop_assert!(parsed.is_ok(), "{query}: {parsed:?}");
            }
        }
    }
}
