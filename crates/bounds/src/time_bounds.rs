//! Durations and moments from numbers that others say: servers, files, the environment, people.
//!
//! `Duration` and `Instant` panic on numbers that they cannot hold. Here a number is refused by name where somebody can
//! correct it, and bounded where a wait has to go on; clippy.toml keeps the constructors and operators that panic out of the
//! rest of the program.

use std::time::{Duration, Instant};

/// No duration is longer: 100 years, the leap days counted. Every clock and every date that is read holds it.
pub const LONGEST: Duration = Duration::from_secs(36_525 * 86_400);

/// Why a number is no duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DurationRefused {
    /// NaN.
    #[error("is not a number")]
    NotANumber,
    /// One of the infinities.
    #[error("is infinite")]
    Infinite,
    /// Below zero.
    #[error("is negative")]
    Negative,
    /// Beyond [`LONGEST`].
    #[error("is longer than 100 years")]
    TooLong,
}

/// The same duration, unless it is too long.
pub fn check_duration(duration: Duration) -> Result<Duration, DurationRefused> {
    if duration <= LONGEST {
        Ok(duration)
    } else {
        Err(DurationRefused::TooLong)
    }
}

/// The duration of so many seconds.
pub fn duration_of_seconds(seconds: f64) -> Result<Duration, DurationRefused> {
    if seconds.is_nan() {
        return Err(DurationRefused::NotANumber);
    }
    if seconds.is_infinite() {
        return Err(DurationRefused::Infinite);
    }
    if seconds < 0.0 {
        return Err(DurationRefused::Negative);
    }
    // What remains can only be too long.
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| DurationRefused::TooLong)
        .and_then(check_duration)
}

/// The seconds that a server says, bounded: `None` where they are no duration, [`LONGEST`] where they are more.
pub fn bounded_seconds(seconds: f64) -> Option<f64> {
    match duration_of_seconds(seconds) {
        Ok(_) => Some(seconds),
        Err(DurationRefused::TooLong) => Some(LONGEST.as_secs_f64()),
        Err(_) => None,
    }
}

/// How long to wait for so many seconds: no time where they are negative or no number, and never longer than [`LONGEST`].
pub fn wait_of_seconds(seconds: f64) -> Duration {
    // `max` gives the other where one is no number.
    Duration::try_from_secs_f64(seconds.max(0.0)).map_or(LONGEST, |wait| wait.min(LONGEST))
}

/// A duration so many times, within the same bounds.
pub fn scale_duration(duration: Duration, factor: f64) -> Duration {
    wait_of_seconds(duration.as_secs_f64() * factor)
}

/// The moment after a duration; never before `start`.
pub fn instant_after(start: Instant, wait: Duration) -> Instant {
    start.checked_add(wait.min(LONGEST)).unwrap_or(start)
}

/// The moment before that; `end` itself where the clock did not run yet.
pub fn instant_before(end: Instant, earlier: Duration) -> Instant {
    end.checked_sub(earlier).unwrap_or(end)
}

/// When a wait that begins now is over.
pub fn deadline_after(wait: Duration) -> Instant {
    instant_after(Instant::now(), wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_no_clock_holds_is_refused_by_name() {
        for (seconds, refused) in [
            (f64::NAN, DurationRefused::NotANumber),
            (f64::INFINITY, DurationRefused::Infinite),
            (f64::NEG_INFINITY, DurationRefused::Infinite),
            (-1e-300, DurationRefused::Negative),
            (-5.0, DurationRefused::Negative),
            (LONGEST.as_secs_f64() + 1.0, DurationRefused::TooLong),
            (1.9e19, DurationRefused::TooLong),
            (f64::MAX, DurationRefused::TooLong),
        ] {
            assert_eq!(duration_of_seconds(seconds), Err(refused), "{seconds}");
        }
        assert_eq!(duration_of_seconds(-0.0), Ok(Duration::ZERO));
        assert_eq!(duration_of_seconds(LONGEST.as_secs_f64()), Ok(LONGEST));
        assert_eq!(wait_of_seconds(f64::NAN), Duration::ZERO);
        assert_eq!(wait_of_seconds(f64::INFINITY), LONGEST);
        assert_eq!(bounded_seconds(1e300), Some(LONGEST.as_secs_f64()));
        assert_eq!(bounded_seconds(f64::INFINITY), None);
    }

    #[test]
    fn a_moment_lies_after_any_wait() {
        let now = Instant::now();
        let mut at = now;
        for _ in 0..1_000 {
            let later = instant_after(at, Duration::MAX);
            assert!(later > at);
            at = later;
        }
        assert_eq!(
            instant_after(now, Duration::from_secs(3)).duration_since(now).as_secs(),
            3
        );
        assert_eq!(instant_before(now, Duration::MAX), now);
    }

    proptest! {
        #[test]
        fn every_number_is_a_wait_or_is_refused(bits: u64, factor_bits: u64, seconds: u64) {
            let (number, factor) = (f64::from_bits(bits), f64::from_bits(factor_bits));
            for wait in [wait_of_seconds(number), scale_duration(Duration::from_secs(seconds), factor)] {
                prop_assert!(wait <= LONGEST);
                prop_assert!(deadline_after(wait) >= Instant::now() || wait < Duration::from_secs(1));
            }
            if let Ok(duration) = duration_of_seconds(number) {
                prop_assert_eq!(duration, wait_of_seconds(number));
            }
        }
    }
}
