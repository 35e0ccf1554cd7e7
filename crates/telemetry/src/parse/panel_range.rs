//! The range a panel looks at, and the step its query gets, as Grafana works them out (grafana-plugin-sdk-go:
//! backend/gtime; grafana-prometheus-datasource: pkg/promlib/models/query.go).

use crate::model::time_bounds::{LONGEST, bounded_seconds};

use super::duration;

/// The end of the year 9999, in seconds since 1970: what lies further from 1970 is no date.
const LAST: f64 = 253_402_300_799.0;

/// A moment as dashboards write it, in seconds since 1970: `now`, `now-6h`, `now-1d/d`, milliseconds, RFC 3339. Rounding
/// to a unit is left out: it moves an edge, and says nothing about what exists.
pub fn parse_moment(text: &str, now: f64) -> Option<f64> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("now") {
        let rest = rest.split('/').next().unwrap_or_default().trim();
        if rest.is_empty() {
            return Some(now);
        }
        let (sign, amount) = rest.split_at_checked(1)?;
        let seconds = parse_interval(amount)?;
        return match sign {
            "-" => Some(now - seconds),
            "+" => Some(now + seconds),
            _ => None,
        };
    }
    if let Ok(milliseconds) = text.parse::<f64>() {
        return Some(milliseconds / 1e3).filter(|seconds| seconds.abs() <= LAST);
    }
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(|time| time.as_millisecond() as f64 / 1e3)
}

/// `30m`, `>15s`, `1M`, in seconds, of 100 years at most.
pub fn parse_interval(text: &str) -> Option<f64> {
    bounded_seconds(unbounded(text)?)
}

/// It is a span, and longer than 100 years.
pub fn is_too_long(text: &str) -> bool {
    parse_interval(text).is_some_and(|seconds| seconds >= LONGEST.as_secs_f64())
}

fn unbounded(text: &str) -> Option<f64> {
    let text = text.trim().trim_start_matches('>').trim();
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = &text[digits.len()..];
    Some(match unit {
        // A month and a year are no durations elsewhere.
        "M" => digits.parse::<f64>().ok()? * 30.0 * 86_400.0,
        "y" => digits.parse::<f64>().ok()? * 365.0 * 86_400.0,
        "d" => digits.parse::<f64>().ok()? * 86_400.0,
        "w" => digits.parse::<f64>().ok()? * 7.0 * 86_400.0,
        _ => duration::parse_seconds(text)?,
    })
}

/// A span as PromQL writes it: whole seconds, or milliseconds below.
pub fn format_interval(seconds: f64) -> String {
    if seconds >= 1.0 {
        format!("{:.0}s", seconds)
    } else {
        format!("{:.0}ms", (seconds * 1e3).max(1.0))
    }
}

/// Up to these seconds, that step.
const STEPS: [(f64, f64); 28] = [
    (0.01, 0.001),
    (0.015, 0.01),
    (0.035, 0.02),
    (0.075, 0.05),
    (0.15, 0.1),
    (0.35, 0.2),
    (0.75, 0.5),
    (1.5, 1.0),
    (3.5, 2.0),
    (7.5, 5.0),
    (12.5, 10.0),
    (17.5, 15.0),
    (25.0, 20.0),
    (45.0, 30.0),
    (90.0, 60.0),
    (210.0, 120.0),
    (450.0, 300.0),
    (750.0, 600.0),
    (1_050.0, 900.0),
    (1_500.0, 1_200.0),
    (2_700.0, 1_800.0),
    (5_400.0, 3_600.0),
    (9_000.0, 7_200.0),
    (16_200.0, 10_800.0),
    (32_400.0, 21_600.0),
    (86_400.0, 43_200.0),
    (604_800.0, 86_400.0),
    (1_814_400.0, 604_800.0),
];

/// What a panel's interval variables stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PanelIntervals {
    /// `$__interval`, and the step.
    pub step_s: f64,
    /// `$__rate_interval`
    pub rate_s: f64,
}

/// The step for a range, at most so many points and at least that step; `least` is the data source's scrape interval, and
/// `own` the query's own least step, where it has one.
pub fn compute_intervals(range_s: f64, points: u32, least_s: f64, own_s: Option<f64>) -> PanelIntervals {
    let raw = range_s / f64::from(points.max(1));
    let rounded = STEPS
        .iter()
        .find(|(up_to, _)| raw <= *up_to)
        .map_or(2_592_000.0, |(_, step)| *step);
    let least = own_s.unwrap_or(least_s);
    let step_s = rounded.max(least).max(range_s / 11_000.0);
    PanelIntervals {
        step_s,
        rate_s: (step_s + least).max(4.0 * least),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn moments_are_relative_or_fixed() {
        assert_eq!(parse_moment("now", 100.0), Some(100.0));
        assert_eq!(parse_moment("now-1h", 3_700.0), Some(100.0));
        assert_eq!(parse_moment("now-1d/d", 86_500.0), Some(100.0));
        assert_eq!(parse_moment("1700000000000", 0.0), Some(1_700_000_000.0));
        assert_eq!(parse_moment("2026-11-22T00:00:00Z", 0.0), Some(1_795_305_600.0));
        assert_eq!(parse_moment("yesterday", 0.0), None);
        assert_eq!(parse_moment("1e300", 0.0), None);
        assert_eq!(parse_moment("now-1e300y", 0.0), Some(-LONGEST.as_secs_f64()));
    }

    #[test]
    fn spans_are_bounded() {
        for (text, seconds) in [
            ("90d", Some(7_776_000.0)),
            ("1M", Some(2_592_000.0)),
            ("-5m", None),
            ("-1d", None),
            ("NaNd", None),
        ] {
            assert_eq!(parse_interval(text), seconds, "{text}");
            assert!(!is_too_long(text), "{text}");
        }
        for text in ["1e300y", "99999999999d", "584542046090y", "9223372036854775807s"] {
            assert_eq!(parse_interval(text), Some(LONGEST.as_secs_f64()), "{text}");
            assert!(is_too_long(text), "{text}");
        }
    }

    #[test]
    fn steps_are_grafanas() {
        let of = |range: f64, least: f64, own: Option<f64>| compute_intervals(range, 500, least, own);
        assert_eq!(of(3_600.0, 15.0, None).step_s, 15.0);
        assert_eq!(of(3_600.0, 15.0, None).rate_s, 60.0);
        assert_eq!(of(86_400.0, 15.0, None).step_s, 120.0);
        assert_eq!(of(3_600.0, 15.0, Some(60.0)).rate_s, 240.0);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,20}", range in 0.0..1e12_f64, points: u32) {
            let _ = parse_moment(&text, 0.0);
            let _ = parse_interval(&text);
            prop_assert!(compute_intervals(range, points, 15.0, None).step_s > 0.0);
        }
    }
}
