//! What values of flags may be, as parsers for clap. A refusal offers a value that would do.

use std::time::Duration;

use telemetry::parse::{ParseError, duration};

/// What `parse` accepts; where it has nothing to offer in place of what it refuses, `example` is offered.
pub(super) fn offering<T>(
    parse: fn(&str) -> Result<T, ParseError>,
    example: &'static str,
) -> impl Fn(&str) -> Result<T, ParseError> + Clone {
    move |text: &str| {
        parse(text).map_err(|refused| match refused.suggestion {
            Some(_) => refused,
            None => refused.with_suggestion(example),
        })
    }
}

/// A length of time above none.
pub(super) fn positive_duration(example: &'static str) -> impl Fn(&str) -> Result<Duration, ParseError> + Clone {
    offering(duration::parse_positive_duration, example)
}
