//! Moments and ranges as people give them: RFC 3339, Unix seconds, milliseconds or nanoseconds, `now`, `now-1h`.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::model::time_window::TimeWindow;

use super::duration;
use super::parse_error::{ParseError, quote_text};

/// A moment as it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypedTime {
    /// A fixed one.
    At(Timestamp),
    /// So long after the present; before it where that is negative.
    Now(SignedDuration),
}

impl TypedTime {
    /// Numbers are Unix times, their unit told by their length: up to 11 digits seconds, 12 to 14 milliseconds, 15 to 17
    /// microseconds, more nanoseconds (each unit so reaches from 1973 to beyond 5000).
    pub fn parse(text: &str) -> Result<TypedTime, ParseError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(ParseError::new("the time is empty").with_suggestion("now-1h"));
        }
        if let Some(rest) = trimmed.strip_prefix("now") {
            return parse_offset(text, rest.trim_start()).map(TypedTime::Now);
        }
        let read = match trimmed.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            true => parse_unix_time(text, trimmed),
            false => trimmed.parse().map_err(|_| reject_instant(text, trimmed)),
        };
        read.map(TypedTime::At)
    }

    /// The moment, at this present. A hundred years from it there is a date as well.
    pub fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            TypedTime::At(at) => at,
            TypedTime::Now(offset) => now.checked_add(offset).unwrap_or(now),
        }
    }
}

impl fmt::Display for TypedTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = match self {
            TypedTime::At(at) => return at.fmt(out),
            TypedTime::Now(offset) => offset,
        };
        let sign = match offset.signum() {
            0 => return out.write_str("now"),
            -1 => '-',
            _ => '+',
        };
        write!(out, "now{sign}{}", duration::format_duration(offset.unsigned_abs()))
    }
}

/// A moment that is typed where the present is known.
pub fn parse_instant(text: &str, now: Timestamp) -> Result<Timestamp, ParseError> {
    TypedTime::parse(text).map(|time| time.resolve(now))
}

/// What the flags say.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypedRange {
    pub since: Option<Duration>,
    pub from: Option<TypedTime>,
    pub to: Option<TypedTime>,
}

impl TypedRange {
    /// The range, `usual` long where they do not say. A refusal comes with the flag it is about.
    pub fn resolve(self, usual: Duration, now: Timestamp) -> Result<TimeWindow, (&'static str, ParseError)> {
        let to = self.to.map_or(now, |to| to.resolve(now));
        let from = match (self.from, self.since) {
            (Some(_), Some(_)) => {
                let refused = ParseError::new("set the start with --since or --from, not both");
                return Err(("--since", refused));
            }
            (Some(from), None) => from.resolve(now),
            (None, since) => to
                .checked_sub(since.unwrap_or(usual))
                .map_err(|_| ("--since", ParseError::new("reaches back too far").with_suggestion("1h")))?,
        };
        if from >= to {
            let message = format!("the range ends ({to}) before it starts ({from})");
            let flag = if self.from.is_some() { "--from" } else { "--to" };
            return Err((flag, ParseError::new(message).with_suggestion("now-1h")));
        }
        Ok(TimeWindow { from, to })
    }
}

/// What follows `now`.
fn parse_offset(text: &str, rest: &str) -> Result<SignedDuration, ParseError> {
    if rest.is_empty() {
        return Ok(SignedDuration::ZERO);
    }
    let (back, length) = match (rest.strip_prefix('-'), rest.strip_prefix('+')) {
        (Some(length), _) => (true, length),
        (_, Some(length)) => (false, length),
        _ => return Err(reject_instant(text, "")),
    };
    let length = duration::parse_duration(length.trim()).map_err(|refused| {
        ParseError::new(format!("{}: {}", quote_text(text), refused.message)).with_suggestion("now-1h")
    })?;
    let length = SignedDuration::try_from(length).map_err(|_| reject_out_of_range(text))?;
    match back {
        true => length.checked_neg().ok_or_else(|| reject_out_of_range(text)),
        false => Ok(length),
    }
}

fn parse_unix_time(text: &str, digits: &str) -> Result<Timestamp, ParseError> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || fraction.contains('.') {
        return Err(reject_instant(text, ""));
    }
    let unit: i128 = match whole.len() {
        0..=11 => 1_000_000_000,
        12..=14 => 1_000_000,
        15..=17 => 1_000,
        _ => 1,
    };
    let count: i128 = whole.parse().map_err(|_| reject_out_of_range(text))?;
    let part = fraction
        .bytes()
        .take(9)
        .fold((0, unit), |(sum, unit), digit| {
            (sum + i128::from(digit - b'0') * unit / 10, unit / 10)
        })
        .0;
    let nanoseconds = count.checked_mul(unit).and_then(|whole| whole.checked_add(part));
    nanoseconds
        .and_then(|nanoseconds| Timestamp::from_nanosecond(nanoseconds).ok())
        .ok_or_else(|| reject_out_of_range(text))
}

/// A date or a time of day alone is nearly one: what would make it whole is said.
fn reject_instant(text: &str, trimmed: &str) -> ParseError {
    let zoneless: Result<jiff::civil::DateTime, _> = trimmed.parse();
    if let Ok(at) = zoneless {
        return ParseError::new(format!("{} has no time zone", quote_text(text))).with_suggestion(format!("{at}Z"));
    }
    if duration::parse_duration(trimmed).is_ok() {
        return ParseError::new(format!("{} is a duration, not a time", quote_text(text)))
            .with_suggestion(format!("now-{trimmed}"));
    }
    ParseError::new(format!(
        "{} is not a time (RFC 3339, Unix seconds, now, now-1h)",
        quote_text(text)
    ))
    .with_suggestion("now-1h")
}

fn reject_out_of_range(text: &str) -> ParseError {
    ParseError::new(format!("{} is out of range", quote_text(text))).with_suggestion("now-1h")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn now() -> Timestamp {
        "2026-11-22T08:00:00Z".parse().expect("a time")
    }

    fn typed(since: Option<&str>, from: Option<&str>, to: Option<&str>) -> TypedRange {
        let time = |text: &str| TypedTime::parse(text).expect(text);
        TypedRange {
            since: since.map(|text| duration::parse_duration(text).expect(text)),
            from: from.map(time),
            to: to.map(time),
        }
    }

    #[test]
    fn reads_what_people_and_tools_write() {
        for text in [
            "2026-11-22T07:00:00Z",
            "2026-11-22T08:00:00+01:00",
            "1795330800",
            "1795330800000",
            "1795330800000000",
            "1795330800000000000",
            "1795330800.0",
            "now-1h",
            "now - 60m",
            " now-1h ",
        ] {
            assert_eq!(
                parse_instant(text, now()).expect(text).to_string(),
                "2026-11-22T07:00:00Z",
                "{text}"
            );
        }
        assert_eq!(parse_instant("now", now()), Ok(now()));
        assert_eq!(
            parse_instant("now+5m", now()).expect("later").to_string(),
            "2026-11-22T08:05:00Z"
        );
        let exact = parse_instant("1795330800.25", now()).expect("a fraction");
        assert_eq!(exact.to_string(), "2026-11-22T07:00:00.25Z");
    }

    #[test]
    fn says_what_would_do() {
        for (text, message, suggestion) in [
            (
                "2026-11-22 07:00",
                "'2026-11-22 07:00' has no time zone",
                "2026-11-22T07:00:00Z",
            ),
            ("2026-11-22", "'2026-11-22' has no time zone", "2026-11-22T00:00:00Z"),
            ("1h", "'1h' is a duration, not a time", "now-1h"),
            (
                "now-1",
                "'now-1': '1' has a number without a unit (ms, s, m, h, d)",
                "now-1h",
            ),
            (
                "now1h",
                "'now1h' is not a time (RFC 3339, Unix seconds, now, now-1h)",
                "now-1h",
            ),
            (
                "yesterday",
                "'yesterday' is not a time (RFC 3339, Unix seconds, now, now-1h)",
                "now-1h",
            ),
            ("", "the time is empty", "now-1h"),
            (
                "99999999999999999999999999",
                "'99999999999999999999999999' is out of range",
                "now-1h",
            ),
        ] {
            let refused = parse_instant(text, now()).expect_err(text);
            assert_eq!(refused.message, message);
            assert_eq!(refused.suggestion.as_deref(), Some(suggestion), "{text}");
        }
    }

    #[test]
    fn a_range_is_what_the_flags_say() {
        let read = |since, from, to| typed(since, from, to).resolve(HOUR, now());
        let seconds = |read: Result<TimeWindow, _>| read.expect("a range").seconds();
        assert_eq!(seconds(read(None, None, None)), 3_600.0);
        assert_eq!(seconds(read(Some("15m"), None, None)), 900.0);
        let past = read(Some("15m"), None, Some("now-1h")).expect("a range");
        assert_eq!(past.to.to_string(), "2026-11-22T07:00:00Z");
        assert_eq!(past.seconds(), 900.0);
        assert_eq!(seconds(read(None, Some("now-2h"), Some("now-1h"))), 3_600.0);
    }

    #[test]
    fn a_range_that_is_none_names_its_flag() {
        let refused = |since, from, to| typed(since, from, to).resolve(HOUR, now()).expect_err("no range").0;
        assert_eq!(refused(Some("1h"), Some("now-1h"), None), "--since");
        assert_eq!(refused(None, Some("now"), None), "--from");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = parse_instant(&text, now());
        }

        #[test]
        fn nearly_times_are_read_or_refused(text in "(now)?[-+]?[0-9.]{0,30}(ms|s|m|h|d|y|T|Z)?[-:0-9.]{0,12}") {
            let _ = parse_instant(&text, now());
            if let Ok(to) = TypedTime::parse(&text) {
                let _ = TypedRange { to: Some(to), ..TypedRange::default() }.resolve(HOUR, now());
                prop_assert_eq!(TypedTime::parse(&to.to_string()), Ok(to));
            }
        }

        #[test]
        fn a_unix_time_means_the_same_in_every_unit(seconds in 1_000_000_000_i64..99_999_999_999) {
            let expected = Timestamp::from_second(seconds).expect("in range");
            for text in [format!("{seconds}"), format!("{seconds}000"), format!("{seconds}000000"), format!("{seconds}000000000")] {
                prop_assert_eq!(parse_instant(&text, now()).expect("a time"), expected, "{}", text);
            }
            prop_assert_eq!(parse_instant(&expected.to_string(), now()).expect("RFC 3339"), expected);
        }
    }
}
