//! Numbers as people read them: a unit, and no more digits than mean something.

use std::fmt::Display;

/// `12.1/s`, `0.05/s`, `3/min` for what happens seldom.
pub fn format_rate(per_second: f64) -> String {
    match per_second {
        rate if rate >= 0.01 => format!("{}/s", format_count(rate)),
        rate if rate * 60.0 >= 0.01 => format!("{}/min", format_count(rate * 60.0)),
        rate if rate > 0.0 => "<0.01/min".to_owned(),
        _ => "0/s".to_owned(),
    }
}

/// `1,234`, `123`, `12.1`, `3.92`, `0.05`
pub fn format_count(value: f64) -> String {
    let size = value.abs();
    if size >= 999.5 {
        return group_thousands(value);
    }
    let digits = match size {
        size if size >= 99.5 => 0,
        size if size >= 9.95 => 1,
        _ => 2,
    };
    trim_zeros(format!("{value:.digits$}"))
}

/// Any value on an axis or in a list: `12.3 M`, `0.00123`, `1.2e-9`.
pub fn format_value(value: f64) -> String {
    let size = value.abs();
    match size {
        0.0 => "0".to_owned(),
        size if size >= 1e15 => format!("{value:.3e}"),
        size if size >= 1e12 => format!("{} T", format_count(value / 1e12)),
        size if size >= 1e9 => format!("{} G", format_count(value / 1e9)),
        size if size >= 1e6 => format!("{} M", format_count(value / 1e6)),
        size if size >= 1.0 => format_count(value),
        // Three digits that mean something.
        size if size >= 1e-6 => trim_zeros(format!("{value:.*}", 3 + (-size.log10()).floor() as usize)),
        _ => format!("{value:.2e}"),
    }
}

/// `0.8 %`, `<0.1 %`, `100 %`
pub fn format_percent(ratio: f64) -> String {
    let percent = ratio * 100.0;
    match percent {
        p if p <= 0.0 => "0 %".to_owned(),
        p if p < 0.1 => "<0.1 %".to_owned(),
        p if p >= 99.95 => "100 %".to_owned(),
        p => format!("{} %", trim_zeros(format!("{p:.1}"))),
    }
}

/// `3.4 kB/s`
pub fn format_byte_rate(value: f64) -> String {
    match value.abs() {
        size if size >= 1e9 => format!("{} GB/s", format_count(value / 1e9)),
        size if size >= 1e6 => format!("{} MB/s", format_count(value / 1e6)),
        size if size >= 1e3 => format!("{} kB/s", format_count(value / 1e3)),
        _ => format!("{} B/s", format_count(value)),
    }
}

/// `1,234,567`; of a fraction the nearest whole number.
pub fn group_thousands(number: impl Display) -> String {
    let text = format!("{number:.0}");
    let digits = text.trim_start_matches('-');
    let mut out = String::new();
    if digits != text && digits != "0" {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 span`, `2,048 spans`
pub fn pluralize(count: impl Display, one: &str) -> String {
    pluralize_as(count, one, &format!("{one}s"))
}

/// The same for a word whose plural has more than an `s`: `2 processes`.
pub fn pluralize_as(count: impl Display, one: &str, several: &str) -> String {
    let count = group_thousands(count);
    let word = if count == "1" { one } else { several };
    format!("{count} {word}")
}

pub(super) fn trim_zeros(text: String) -> String {
    if !text.contains('.') {
        return text;
    }
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rates_keep_what_means_something() {
        for (value, text) in [
            (1234.4, "1,234/s"),
            (12.06, "12.1/s"),
            (3.9, "3.9/s"),
            (0.049, "0.05/s"),
            (0.002, "0.12/min"),
            (0.000_001, "<0.01/min"),
            (0.0, "0/s"),
            (99.96, "100/s"),
        ] {
            assert_eq!(format_rate(value), text);
        }
    }

    #[test]
    fn values_keep_three_digits() {
        for (number, text) in [
            (0.0238, "0.0238"),
            (0.5, "0.5"),
            (12_345_678.0, "12.3 M"),
            (2.71, "2.71"),
            (1e-9, "1.00e-9"),
        ] {
            assert_eq!(format_value(number), text);
        }
    }

    #[test]
    fn ratios_never_claim_zero_or_all() {
        for (ratio, text) in [
            (0.0, "0 %"),
            (0.0001, "<0.1 %"),
            (0.041, "4.1 %"),
            (0.9999, "100 %"),
            (0.2, "20 %"),
        ] {
            assert_eq!(format_percent(ratio), text);
        }
    }

    #[test]
    fn counts_are_grouped_and_agree_with_their_noun() {
        assert_eq!(group_thousands(999), "999");
        assert_eq!(group_thousands(12_345_678), "12,345,678");
        assert_eq!(group_thousands(-1234.4), "-1,234");
        assert_eq!(group_thousands(-0.4), "0");
        assert_eq!(pluralize(1, "span"), "1 span");
        assert_eq!(pluralize(2_048, "span"), "2,048 spans");
        assert_eq!(pluralize_as(0.0, "process", "processes"), "0 processes");
    }

    proptest! {
        #[test]
        fn any_number_is_short(number in proptest::num::f64::NORMAL | proptest::num::f64::ZERO) {
            prop_assert!(format_value(number).len() <= 12, "{}", format_value(number));
            let _ = (format_rate(number), format_percent(number), format_byte_rate(number));
        }
    }
}
