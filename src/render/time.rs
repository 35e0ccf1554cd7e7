//! How long something took, with a unit.

/// `31 ms`, `9.6 s`, `2 min 5 s`
pub fn format_exact_ms(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..100_000 => format_running_ms(ms),
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
pub fn format_span_ns(ns: u64) -> String {
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

/// How long a range is, as a sentence says it: `15 min`, `1 h`, `7 d`, `1 h 30 min`.
pub fn format_length(length: std::time::Duration) -> String {
    let seconds = length.as_secs();
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, name) in units {
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

/// A stopwatch: never leaps between units while it runs.
pub fn format_running_ms(ms: u64) -> String {
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_a_unit() {
        assert_eq!(format_exact_ms(12), "12 ms");
        assert_eq!(format_exact_ms(9_649), "9.6 s");
        assert_eq!(format_exact_ms(60_000), "60.0 s");
        assert_eq!(format_exact_ms(125_400), "2 min 5 s");
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
            assert_eq!(format_span_ns(ns), text);
        }
    }

    #[test]
    fn a_stopwatch_keeps_its_unit() {
        assert_eq!(format_running_ms(0), "0.0 s");
        assert_eq!(format_running_ms(61_250), "61.2 s");
    }
}
