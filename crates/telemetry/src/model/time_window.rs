//! A stretch of time that is looked at.

use jiff::Timestamp;

/// From one moment to a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeWindow {
    /// The earlier end.
    pub from: Timestamp,
    /// The later end.
    pub to: Timestamp,
}

impl TimeWindow {
    /// Between two moments in seconds since 1970.
    pub fn from_seconds(from: f64, to: f64) -> Self {
        TimeWindow {
            from: convert_to_timestamp(from),
            to: convert_to_timestamp(to),
        }
    }

    /// How long it is, in seconds.
    pub fn seconds(&self) -> f64 {
        self.end_s() - self.start_s()
    }

    /// The earlier end in seconds since 1970.
    pub fn start_s(&self) -> f64 {
        convert_to_seconds(self.from)
    }

    /// The later end in seconds since 1970.
    pub fn end_s(&self) -> f64 {
        convert_to_seconds(self.to)
    }
}

fn convert_to_seconds(at: Timestamp) -> f64 {
    at.as_nanosecond() as f64 / 1e9
}

fn convert_to_timestamp(seconds: f64) -> Timestamp {
    Timestamp::from_microsecond((seconds * 1e6) as i64).unwrap_or_default()
}
