//! Durations as Go and Prometheus write them: `15s`, `1h30m`, `7d`, `2m0s`, `1.5h`.

use std::time::Duration;

use crate::model::time_bounds::{DurationRefused, LONGEST};

use super::parse_error::{ParseError, quote_text};

/// Every unit with its length in nanoseconds.
const UNITS: [(&str, u128); 10] = [
    ("y", 365 * 86_400 * SECOND),
    ("w", 7 * 86_400 * SECOND),
    ("d", 86_400 * SECOND),
    ("h", 3_600 * SECOND),
    ("m", 60 * SECOND),
    ("s", SECOND),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

const SECOND: u128 = 1_000_000_000;

/// The duration that `text` says, of 100 years at most. A number without a unit is refused, for nobody knows its unit; only `0`
/// needs none.
pub fn parse_duration(text: &str) -> Result<Duration, ParseError> {
    match read(text)? {
        Length::Within(duration) => Ok(duration),
        Length::TooLong => Err(reject_duration(text, &DurationRefused::TooLong.to_string())),
    }
}

/// A duration that was read.
enum Length {
    /// At most [`LONGEST`].
    Within(Duration),
    /// More.
    TooLong,
}

fn read(text: &str) -> Result<Length, ParseError> {
    let trimmed = text.trim();
    if trimmed == "0" {
        return Ok(Length::Within(Duration::ZERO));
    }
    if trimmed.is_empty() {
        return Err(ParseError::new("the duration is empty").with_suggestion("15s"));
    }
    if trimmed.starts_with('-') {
        return Err(reject_duration(text, &DurationRefused::Negative.to_string()));
    }
    let mut total: u128 = 0;
    let mut rest = trimmed;
    while !rest.is_empty() {
        let (nanoseconds, after) = parse_component(rest).map_err(|why| reject_duration(text, &why))?;
        total = total.saturating_add(nanoseconds);
        rest = after;
    }
    if total > LONGEST.as_nanos() {
        return Ok(Length::TooLong);
    }
    // Both fit: a hundred years are 3.2e18 nanoseconds.
    Ok(Length::Within(Duration::from_nanos(
        u64::try_from(total).unwrap_or_default(),
    )))
}

/// The same in seconds, for texts that servers write; `None` where it is no duration. A server that waits or keeps something for
/// longer than 100 years does so for 100 years: nobody sees the difference.
pub fn parse_seconds(text: &str) -> Option<f64> {
    Some(match read(text).ok()? {
        Length::Within(duration) => duration.as_secs_f64(),
        Length::TooLong => LONGEST.as_secs_f64(),
    })
}

/// The shortest text that [`parse`] reads back as the same duration: `7d`, `1h30m`, `1.5s`, `500ms`.
pub fn format_duration(duration: Duration) -> String {
    let mut seconds = duration.as_secs();
    let nanoseconds = duration.subsec_nanos();
    let mut text = String::new();
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)] {
        if seconds >= length {
            text.push_str(&format!("{}{unit}", seconds / length));
            seconds %= length;
        }
    }
    if seconds > 0 || (text.is_empty() && nanoseconds == 0) {
        text.push_str(&format_decimal(seconds, nanoseconds, 9));
        text.push('s');
    } else if nanoseconds >= 1_000_000 {
        text.push_str(&format_decimal(
            u64::from(nanoseconds / 1_000_000),
            nanoseconds % 1_000_000,
            6,
        ));
        text.push_str("ms");
    } else if nanoseconds >= 1_000 {
        text.push_str(&format_decimal(u64::from(nanoseconds / 1_000), nanoseconds % 1_000, 3));
        text.push_str("us");
    } else if nanoseconds > 0 {
        text.push_str(&format!("{nanoseconds}ns"));
    }
    text
}

/// `1` and 500 of 3 digits make `1.5`.
fn format_decimal(whole: u64, fraction: u32, digits: usize) -> String {
    if fraction == 0 {
        return whole.to_string();
    }
    let fraction = format!("{fraction:0digits$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

/// One number with its unit, in nanoseconds, and what follows it.
fn parse_component(text: &str) -> Result<(u128, &str), String> {
    let unit_at = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, tail) = text.split_at(unit_at);
    if number.is_empty() {
        return Err("is not a duration".to_owned());
    }
    let unit_ends = tail
        .find(|c: char| c.is_ascii_digit() || c == '.')
        .unwrap_or(tail.len());
    let (unit, after) = tail.split_at(unit_ends);
    if unit.is_empty() {
        return Err("has a number without a unit (ms, s, m, h, d)".to_owned());
    }
    // Go writes the micro sign, people type the Greek letter.
    let unit = if unit == "μs" { "µs" } else { unit };
    let Some((_, length)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(format!("has the unknown unit {} (ms, s, m, h, d)", quote_text(unit)));
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') || (whole.is_empty() && fraction.is_empty()) {
        return Err("is not a duration".to_owned());
    }
    // Digits that are no number are too many.
    let whole: u128 = if whole.is_empty() { Ok(0) } else { whole.parse() }.unwrap_or(u128::MAX);
    let nanoseconds = whole.saturating_mul(*length);
    Ok((nanoseconds.saturating_add(scale_fraction(fraction, *length)), after))
}

/// The digits after a decimal point, of a unit that long. What lies below a nanosecond is cut off.
fn scale_fraction(digits: &str, length: u128) -> u128 {
    let mut total = 0;
    let mut scale = 1;
    for digit in digits.bytes().take(18) {
        scale *= 10;
        total = total * 10 + u128::from(digit - b'0');
    }
    total * length / scale
}

fn reject_duration(text: &str, why: &str) -> ParseError {
    let bare = !text.trim().is_empty() && text.trim().bytes().all(|b| b.is_ascii_digit());
    let suggestion = if bare {
        format!("{}s", text.trim())
    } else {
        "15s".to_owned()
    };
    ParseError::new(format!("{} {why}", quote_text(text))).with_suggestion(suggestion)
}

/// The same for a time that has to pass: zero is refused.
pub fn parse_positive_duration(text: &str) -> Result<Duration, ParseError> {
    match parse_duration(text)? {
        Duration::ZERO => Err(ParseError::new(format!("'{text}' must be longer than zero"))),
        some => Ok(some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_go_and_prometheus_write() {
        for (text, milliseconds) in [
            ("15s", 15_000),
            ("1h30m", 5_400_000),
            ("7d", 604_800_000),
            ("500ms", 500),
            ("2m0s", 120_000),
            ("168h0m0s", 604_800_000),
            ("1.5h", 5_400_000),
            (".5s", 500),
            ("1w", 604_800_000),
            ("1y", 31_536_000_000),
            ("0", 0),
            ("0s", 0),
            (" 30s ", 30_000),
            ("2500us", 2),
            ("2500µs", 2),
        ] {
            let parsed = parse_duration(text).expect(text);
            assert_eq!(parsed.as_millis(), milliseconds, "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong_and_what_would_do() {
        for (text, message, suggestion) in [
            ("15", "'15' has a number without a unit (ms, s, m, h, d)", "15s"),
            ("1h30", "'1h30' has a number without a unit (ms, s, m, h, d)", "15s"),
            (
                "5 minutes",
                "'5 minutes' has the unknown unit ' minutes' (ms, s, m, h, d)",
                "15s",
            ),
            ("-5m", "'-5m' is negative", "15s"),
            ("soon", "'soon' is not a duration", "15s"),
            ("1.2.3s", "'1.2.3s' is not a duration", "15s"),
            ("", "the duration is empty", "15s"),
            (
                "999999999999999999999999999999y",
                "'999999999999999999999999999999y' is longer than 100 years",
                "15s",
            ),
            ("101y", "'101y' is longer than 100 years", "15s"),
            ("213503982334601d", "'213503982334601d' is longer than 100 years", "15s"),
            ("1e300s", "'1e300s' has the unknown unit 'e' (ms, s, m, h, d)", "15s"),
            ("NaN", "'NaN' is not a duration", "15s"),
            ("inf", "'inf' is not a duration", "15s"),
        ] {
            let refused = parse_duration(text).expect_err(text);
            assert_eq!(refused.message, message);
            assert_eq!(refused.suggestion.as_deref(), Some(suggestion), "{text}");
        }
    }

    #[test]
    fn what_a_server_says_is_bounded() {
        let most = LONGEST.as_secs_f64();
        for text in [
            "100y",
            "876600h",
            "2562047h47m16.854775807s",
            "9223372036854775807s",
            "584542046090y",
        ] {
            let read = parse_seconds(text).expect(text);
            assert!((read - most).abs() <= 25.0 * 86_400.0, "{text}: {read}");
        }
        for text in ["-5m", "NaN", "1e300s", "soon", ""] {
            assert_eq!(parse_seconds(text), None, "{text}");
        }
    }

    #[test]
    fn formats_short() {
        for (milliseconds, text) in [
            (0, "0s"),
            (500, "500ms"),
            (1_500, "1.5s"),
            (90_000, "1m30s"),
            (5_400_000, "1h30m"),
            (604_800_000, "7d"),
            (60_250, "1m250ms"),
        ] {
            assert_eq!(format_duration(Duration::from_millis(milliseconds)), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = parse_duration(&text);
        }

        #[test]
        fn nearly_durations_are_read_or_refused(text in "[-0-9.]{0,40}(ms|s|m|h|d|y|µs|x)?[0-9]{0,3}[smh]?") {
            let _ = parse_duration(&text);
        }

        #[test]
        fn sums_are_bounded(parts in proptest::collection::vec((0u128..=u128::MAX, 0..UNITS.len()), 1..5)) {
            let text: String = parts.iter().map(|(count, unit)| format!("{count}{}", UNITS[*unit].0)).collect();
            let exact = parts.iter().fold(0_u128, |sum, (count, unit)| sum.saturating_add(count.saturating_mul(UNITS[*unit].1)));
            match parse_duration(&text) {
                Ok(duration) => prop_assert_eq!(duration.as_nanos(), exact),
                Err(refused) => {
                    prop_assert!(exact > LONGEST.as_nanos(), "{}", refused);
                    prop_assert_eq!(parse_seconds(&text), Some(LONGEST.as_secs_f64()));
                }
            }
        }

        #[test]
        fn what_is_formatted_reads_back(seconds in 0..LONGEST.as_secs(), nanoseconds in 0u32..1_000_000_000) {
            let duration = Duration::new(seconds, nanoseconds);
            prop_assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
        }

        #[test]
        fn round_numbers_read_back(milliseconds in 0u64..10_000_000_000) {
            let duration = Duration::from_millis(milliseconds);
            prop_assert_eq!(parse_duration(&format_duration(duration)), Ok(duration));
        }
    }
}
