//! `tempoctl metrics` as people, scripts and spreadsheets read it.

pub mod csv;
pub mod graph;
pub mod health;
pub mod json;
pub mod notes;
pub mod plot;
pub mod sparkline;
pub mod table;

use super::style::Style;
use telemetry::model::time_bounds::wait_of_seconds;
use telemetry::model::time_window::TimeWindow;
use telemetry::text::duration::format_length_word;

/// How much room there is, and how much of it to use.
#[derive(Debug, Clone, Copy)]
pub struct MetricsPage {
    /// Colour and signs.
    pub style: Style,
    /// Columns; `None` where nothing may be cut, as in a pipe or with `-o wide`.
    pub width: Option<usize>,
    /// The window ends at the present: its trend is the last hour, not some hour.
    pub ends_now: bool,
}

impl MetricsPage {
    /// What a column of trends is headed by: `LAST HOUR`.
    pub fn trend_heading(&self, window: TimeWindow) -> String {
        if self.ends_now {
            format!("LAST {}", describe_length(window).to_uppercase())
        } else {
            "TREND".to_owned()
        }
    }

    /// The window in words: `last 15 min`, or from when to when.
    pub fn window_words(&self, window: TimeWindow) -> String {
        if self.ends_now {
            return format!("last {}", describe_length(window));
        }
        let same_day = window.from.strftime("%F").to_string() == window.to.strftime("%F").to_string();
        let end = window.to.strftime(if same_day { "%H:%M:%S" } else { "%F %H:%M:%S" });
        format!("{} to {end} UTC", window.from.strftime("%F %H:%M:%S"))
    }
}

fn describe_length(window: TimeWindow) -> String {
    format_length_word(wait_of_seconds(window.seconds().round().max(1.0)))
}
