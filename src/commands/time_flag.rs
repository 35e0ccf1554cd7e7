//! A flag whose value is a length of time.

use std::time::Duration;

use crate::parse::duration;

/// The time that `flag` asks for, which must be more than none; what is wrong with it joins the problems.
pub(super) fn parse_time_flag(
    flag: &str,
    text: &str,
    example: &str,
    problems: &mut Vec<(String, Vec<String>)>,
) -> Option<Duration> {
    let told = |refused| (format!("{flag}: {refused}"), vec![format!("{flag} {example}")]);
    duration::parse_positive_duration(text)
        .map_err(|refused| problems.push(told(refused)))
        .ok()
}
