//! `--since`, `--from`, `--to`: the time range of every command that looks at one.

use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, Timestamp};

use crate::command_error::CommandError;
use crate::commands::values::positive_duration;
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::time_range::{TypedRange, TypedTime};

/// The time range to look at.
#[derive(Debug, Clone, Default, Args)]
pub struct RangeArgs {
    /// How far back to look
    #[arg(
        long,
        value_name = "DURATION",
        global = true,
        help_heading = "Time",
        value_parser = positive_duration("1h")
    )]
    pub since: Option<Duration>,
    /// Start of the time range: RFC 3339, Unix time or now-1h
    #[arg(long, value_name = "TIME", global = true, help_heading = "Time", value_parser = TypedTime::parse)]
    pub from: Option<TypedTime>,
    /// End of the time range [default: now]
    #[arg(
        long,
        visible_alias = "until",
        value_name = "TIME",
        global = true,
        help_heading = "Time",
        value_parser = TypedTime::parse
    )]
    pub to: Option<TypedTime>,
}

impl RangeArgs {
    /// The range, `usual` long where nothing is said.
    pub fn window(&self, usual: Duration, now: Timestamp) -> Result<TimeWindow, CommandError> {
        let RangeArgs { since, from, to } = *self;
        let range = TypedRange { since, from, to };
        range
            .resolve(usual, now)
            .map_err(|(flag, refused)| CommandError::rejected(flag, refused))
    }

    /// The range ends at the present, so asking again later moves it.
    pub fn follows_now(&self) -> bool {
        self.to.is_none_or(|to| matches!(to, TypedTime::Now(_)))
    }

    /// The range ends at this moment.
    pub fn ends_now(&self) -> bool {
        self.to.is_none_or(|to| to == TypedTime::Now(SignedDuration::ZERO))
    }
}
