//! `--since`, `--from`, `--to`: the time range of every command that looks at one.

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use crate::command_error::CommandError;
use telemetry::model::time_window::TimeWindow;
use telemetry::parse::time_range::{self, TypedRange};

/// The time range to look at.
#[derive(Debug, Clone, Default, Args)]
pub struct RangeArgs {
    /// How far back to look
    #[arg(long, value_name = "DURATION", global = true, help_heading = "Time")]
    pub since: Option<String>,
    /// Start of the time range: RFC 3339, Unix time or now-1h
    #[arg(long, value_name = "TIME", global = true, help_heading = "Time")]
    pub from: Option<String>,
    /// End of the time range [default: now]
    #[arg(
        long,
        visible_alias = "until",
        value_name = "TIME",
        global = true,
        help_heading = "Time"
    )]
    pub to: Option<String>,
}

impl RangeArgs {
    /// The range, `usual` long where nothing is said.
    pub fn window(&self, usual: Duration, now: Timestamp) -> Result<TimeWindow, CommandError> {
        let typed = TypedRange {
            since: self.since.as_deref(),
            from: self.from.as_deref(),
            to: self.to.as_deref(),
        };
        time_range::parse_window(typed, usual, now).map_err(|(flag, refused)| CommandError::rejected(flag, refused))
    }

    /// The range ends at the present, so asking again later moves it.
    pub fn follows_now(&self) -> bool {
        self.to.as_deref().is_none_or(|to| to.trim().starts_with("now"))
    }
}
