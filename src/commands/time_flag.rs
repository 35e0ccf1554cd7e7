//! A flag whose value is a length of time.

use std::time::Duration;

use crate::model::Problem;
use crate::parse::duration;

/// The time that `flag` asks for, which must be more than none; what is wrong with it joins the problems.
pub(super) fn parse_time_flag(flag: &str, text: &str, example: &str, problems: &mut Vec<Problem>) -> Option<Duration> {
    let told = |refused| Problem::new(format!("{flag}: {refused}")).advising(format!("{flag} {example}"));
    duration::parse_positive_duration(text)
        .map_err(|refused| problems.push(told(refused)))
        .ok()
}
