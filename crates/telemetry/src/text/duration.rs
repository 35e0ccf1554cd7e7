//! How long something took or lasts, for people.

use std::time::Duration;

use super::number::{format_count, trim_zeros};

/// What was measured once: `31 ms`, `9.7 s`, `2 min 5 s`.
pub fn format_ms(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..99_950 => format!("{:.1} s", ms as f64 / 1e3),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

/// The same for what is only known roughly: `300 ms`, `10 s`, `2 min`.
pub fn format_rough_ms(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..120_000 => format!("{} s", ms.saturating_add(500) / 1_000),
        _ => format!("{} min", ms.saturating_add(30_000) / 60_000),
    }
}

/// How long a span took, to three digits: `850 ns`, `12.3 µs`, `1.20 s`, `2 min 5 s`, `3 h 12 min`.
pub fn format_ns(ns: u64) -> String {
    const UNITS: [(f64, f64, &str); 4] = [(1e3, 1.0, "ns"), (1e6, 1e3, "µs"), (1e9, 1e6, "ms"), (100e9, 1e9, "s")];
    let number = ns as f64;
    for (below, unit, name) in UNITS {
        let value = number / unit;
        // What would round up to the next unit's first value is said in that unit.
        if number < below && (value < 999.5 || name == "s") {
            let digits = match value {
                _ if name == "ns" => 0,
                value if value < 9.995 => 2,
                value if value < 99.95 => 1,
                _ => 0,
            };
            return format!("{value:.digits$} {name}");
        }
    }
    let seconds = ns / 1_000_000_000;
    match seconds {
        0..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

/// A statistic, with no more digits than mean something: `310 ms`, `1.2 s`, `250 µs`, `2 min 5 s`.
pub fn format_seconds(seconds: f64) -> String {
    match seconds {
        s if s >= 99.95 => format_ms((s * 1e3) as u64),
        s if s >= 0.9995 => format!("{} s", format_count(s)),
        s if s >= 0.000_999_5 => {
            let ms = s * 1e3;
            let digits = usize::from(ms < 9.95);
            format!("{} ms", trim_zeros(format!("{ms:.digits$}")))
        }
        s if s > 0.0 => format!("{} µs", format_count((s * 1e6).max(0.01))),
        _ => "0 ms".to_owned(),
    }
}

/// How long a range is, as a sentence says it: `15 min`, `1 h`, `7 d`, `1 h 30 min`.
pub fn format_length(length: Duration) -> String {
    let mut rest = length.as_secs();
    let mut parts = Vec::new();
    for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")] {
        if rest >= unit && parts.len() < 2 {
            parts.push(format!("{} {name}", rest / unit));
            rest %= unit;
        }
    }
    if parts.is_empty() {
        format!("{} ms", length.as_millis())
    } else {
        parts.join(" ")
    }
}

/// The same behind a word such as `last`: `hour`, `day`, `15 min`.
pub fn format_length_word(length: Duration) -> String {
    match length.as_secs() {
        3_600 => "hour".to_owned(),
        86_400 => "day".to_owned(),
        _ => format_length(length),
    }
}

/// A stopwatch: never leaps between units while it runs.
pub fn format_running_ms(ms: u64) -> String {
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_a_unit() {
        assert_eq!(format_ms(12), "12 ms");
        assert_eq!(format_ms(9_660), "9.7 s");
        assert_eq!(format_ms(60_000), "60.0 s");
        assert_eq!(format_ms(99_960), "1 min 39 s");
        assert_eq!(format_ms(125_400), "2 min 5 s");
    }

    #[test]
    fn rough_times_claim_no_more_than_is_known() {
        assert_eq!(format_rough_ms(300), "300 ms");
        assert_eq!(format_rough_ms(9_630), "10 s");
        assert_eq!(format_rough_ms(65_000), "65 s");
        assert_eq!(format_rough_ms(150_000), "3 min");
    }

    #[test]
    fn spans_have_three_digits() {
        for (ns, text) in [
            (0, "0 ns"),
            (850, "850 ns"),
            (12_345, "12.3 µs"),
            (999_600, "1.00 ms"),
            (18_000_000, "18.0 ms"),
            (301_000_000, "301 ms"),
            (999_999_999, "1.00 s"),
            (1_204_000_000, "1.20 s"),
            (99_000_000_000, "99.0 s"),
            (125_400_000_000, "2 min 5 s"),
            (11_520_000_000_000, "3 h 12 min"),
            (u64::MAX, "213503 d 23 h"),
        ] {
            assert_eq!(format_ns(ns), text);
        }
    }

    #[test]
    fn statistics_have_no_empty_digits() {
        for (seconds, text) in [
            (0.041, "41 ms"),
            (0.041_27, "41 ms"),
            (0.0013, "1.3 ms"),
            (1.2, "1.2 s"),
            (0.00025, "250 µs"),
            (125.0, "2 min 5 s"),
            (0.9996, "1 s"),
            (0.0, "0 ms"),
            (1e-9, "0.01 µs"),
        ] {
            assert_eq!(format_seconds(seconds), text);
        }
    }

    #[test]
    fn lengths_are_words() {
        for (seconds, text) in [
            (3_600, "hour"),
            (900, "15 min"),
            (7_200, "2 h"),
            (90, "1 min 30 s"),
            (604_800, "7 d"),
            (86_400, "day"),
            (0, "0 ms"),
        ] {
            assert_eq!(format_length_word(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn a_stopwatch_keeps_its_unit() {
        assert_eq!(format_running_ms(0), "0.0 s");
        assert_eq!(format_running_ms(61_250), "61.2 s");
    }
}
