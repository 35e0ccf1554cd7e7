//! What is said of a query that is too long, or of a range that Tempo does not allow.

use std::time::Duration;

use telemetry::model::Failure;
use telemetry::parse::{duration, query_error};

use crate::command_error::CommandError;

/// A query that is too long to be asked, if that is what this failure says.
pub(super) fn explain_too_long(failure: &Failure, query: &str, place: &str) -> Option<CommandError> {
    let message = query_error::describe_too_long(failure, query, place)?;
    Some(CommandError::usage(message).advising("a shorter query, or several"))
}

/// A range that Tempo does not allow for this tenant.
pub(super) fn explain_range_limit(most: Duration) -> CommandError {
    let most = duration::format_duration(most);
    CommandError::usage(format!(
        "the range is longer than Tempo allows for this tenant: at most {most}"
    ))
    .advising(format!("--since {most}"))
}
