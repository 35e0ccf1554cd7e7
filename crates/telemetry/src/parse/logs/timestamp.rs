//! Times as servers write them into logs, read without allocating.

use crate::model::logs::Nanos;

const DAY: i64 = 86_400;
const SECOND: i64 = 1_000_000_000;

/// RFC 3339 at the start of the text, with `T` or a blank between date and time: the moment and how many bytes it takes.
/// Without an offset it counts as UTC.
pub fn parse_rfc3339(text: &[u8]) -> Option<(Nanos, usize)> {
    parse_civil_time(text, b'-')
}

/// `2026/11/22 09:38:21`, as Go's log package writes it; UTC.
pub fn parse_go_time(text: &[u8]) -> Option<(Nanos, usize)> {
    parse_civil_time(text, b'/')
}

/// Seconds since 1970 with a fraction, as zap's JSON has them; milliseconds and finer are told by their length.
pub fn parse_epoch(text: &[u8]) -> Option<Nanos> {
    let (whole, fraction) = match text.iter().position(|byte| *byte == b'.') {
        Some(dot) => (text.get(..dot)?, text.get(dot + 1..)?),
        None => (text, &[][..]),
    };
    if whole.is_empty() || whole.len() > 19 || !whole.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let unit = match whole.len() {
        0..=11 => SECOND,
        12..=14 => 1_000_000,
        15..=17 => 1_000,
        _ => 1,
    };
    let mut nanos = parse_digits(whole)?.checked_mul(unit)?;
    let mut part = unit;
    for digit in fraction.iter().take_while(|byte| byte.is_ascii_digit()) {
        part /= 10;
        nanos = nanos.checked_add(i64::from(digit - b'0') * part)?;
    }
    Some(nanos)
}

fn parse_civil_time(text: &[u8], between: u8) -> Option<(Nanos, usize)> {
    let at = text.get(..19)?;
    let dashed = at[4] == between && at[7] == between && at[13] == b':' && at[16] == b':';
    if !dashed || !(at[10] == b'T' || at[10] == b' ') {
        return None;
    }
    let pair = |from: usize| parse_two_digits(at[from], at[from + 1]);
    let year = pair(0)? * 100 + pair(2)?;
    let (month, day) = (pair(5)?, pair(8)?);
    let (hour, minute, second) = (pair(11)?, pair(14)?, pair(17)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut nanos = 0;
    let mut used = 19;
    if matches!(text.get(19), Some(b'.' | b',')) {
        used += 1;
        let mut part = SECOND;
        while let Some(digit) = text.get(used).filter(|byte| byte.is_ascii_digit()) {
            part /= 10;
            nanos += i64::from(digit - b'0') * part;
            used += 1;
        }
    }
    let (offset, taken) = parse_offset(text.get(used..)?);
    let seconds = count_days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second - offset;
    let nanos = seconds.checked_mul(SECOND)?.checked_add(nanos)?;
    Some((nanos, used + taken))
}

/// Seconds east of UTC, and how many bytes say so.
fn parse_offset(text: &[u8]) -> (i64, usize) {
    let sign = match text.first() {
        Some(b'Z') => return (0, 1),
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return (0, 0),
    };
    match text {
        [_, a, b, b':', c, d, ..] => match (parse_two_digits(*a, *b), parse_two_digits(*c, *d)) {
            (Some(hours), Some(minutes)) => (sign * (hours * 3_600 + minutes * 60), 6),
            _ => (0, 0),
        },
        [_, a, b, c, d, ..] => match (parse_two_digits(*a, *b), parse_two_digits(*c, *d)) {
            (Some(hours), Some(minutes)) => (sign * (hours * 3_600 + minutes * 60), 5),
            _ => (0, 0),
        },
        _ => (0, 0),
    }
}

fn parse_two_digits(tens: u8, ones: u8) -> Option<i64> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
}

fn parse_digits(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |sum, digit| {
        sum.checked_mul(10)?.checked_add(i64::from(digit.wrapping_sub(b'0')))
    })
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar.
fn count_days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = (month + 9) % 12;
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Nanos {
        let time: jiff::Timestamp = text.parse().expect("a time");
        i64::try_from(time.as_nanosecond()).expect("in range")
    }

    #[test]
    fn reads_what_servers_write() {
        for (text, means) in [
            ("2026-11-22T09:29:24.459505222Z x", "2026-11-22T09:29:24.459505222Z"),
            ("2026-11-22T09:29:24Z", "2026-11-22T09:29:24Z"),
            ("2026-11-22T10:29:24.5+01:00", "2026-11-22T09:29:24.5Z"),
            ("2026-11-22T10:29:24.5+0100", "2026-11-22T09:29:24.5Z"),
            ("2026-11-22 09:29:24,459", "2026-11-22T09:29:24.459Z"),
        ] {
            assert_eq!(
                parse_rfc3339(text.as_bytes()).map(|(nanos, _)| nanos),
                Some(at(means)),
                "{text}"
            );
        }
        assert_eq!(
            parse_go_time(b"2026/11/22 09:38:21 http: panic"),
            Some((at("2026-11-22T09:38:21Z"), 19))
        );
        assert_eq!(parse_epoch(b"1795332060.25"), Some(1_795_332_060_250_000_000));
        assert_eq!(parse_epoch(b"1795332060250"), Some(1_795_332_060_250_000_000));
        for no in ["", "2026", "2026-13-22T09:29:24Z", "yesterday and then some"] {
            assert_eq!(parse_rfc3339(no.as_bytes()), None, "{no}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_not(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = (parse_rfc3339(&text), parse_go_time(&text), parse_epoch(&text));
        }

        #[test]
        fn a_moment_comes_back(seconds in 0_i64..7_000_000_000, nanos in 0_i64..1_000_000_000) {
            let time = jiff::Timestamp::new(seconds, i32::try_from(nanos).expect("small")).expect("in range");
            let text = time.to_string();
            prop_assert_eq!(parse_rfc3339(text.as_bytes()), Some((seconds * SECOND + nanos, text.len())));
        }
    }
}
