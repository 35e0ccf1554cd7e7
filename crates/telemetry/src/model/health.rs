//! Tempo's own counters, held against the thresholds of its official alerts.

use super::red::{CauseNote, TrendSteps};
use super::tempo::{MetricsScrape, ScrapeSource};
use super::time_window::TimeWindow;

/// Tempo's counters at the moments that thresholds ask for.
#[derive(Debug, Clone, PartialEq)]
pub struct HealthFacts {
    /// The window whose rates are wanted; for counters read directly, the pause between two scrapes.
    pub window: TimeWindow,
    /// The counters at its end.
    pub now: MetricsScrape,
    /// At its start.
    pub start: MetricsScrape,
    /// Five minutes and an hour before its end, where Prometheus remembers them.
    pub five_minutes: Option<MetricsScrape>,
    /// An hour before its end.
    pub hour: Option<MetricsScrape>,
    /// Rates over the window, by reading.
    pub trends: Vec<(&'static str, Vec<Option<f64>>)>,
    /// Where the points of trends stand.
    pub steps: TrendSteps,
    /// The tenant whose counters are wanted, where one was given.
    pub tenant: Option<String>,
    /// What Tempo says of its version; empty where it says nothing.
    pub versions: Vec<String>,
    /// Tempo processes that were seen.
    pub processes: usize,
}

/// How a reading stands to its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThresholdStatus {
    /// There is no threshold.
    NoThreshold,
    /// Below it.
    Good,
    /// Not over it, and not as it should be.
    Notable,
    /// Over it.
    Exceeded,
}

/// What unit a value has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadingUnit {
    /// A number.
    Count,
    /// A number a second.
    PerSecond,
    /// Bytes a second.
    BytesPerSecond,
    /// Seconds.
    Seconds,
    /// 0 to 1.
    Ratio,
}

/// One reading.
#[derive(Debug, Clone, PartialEq)]
pub struct HealthReading {
    /// `spans-received`: stable, for programs.
    pub id: &'static str,
    /// What it is about: `ingest`, `storage`, `query`, `generator`, `remote write`, `ring`.
    pub part: &'static str,
    /// What it says: `spans received`, `discarded: rate_limited`.
    pub title: String,
    /// The metric it was read from.
    pub metric: String,
    /// Its value; `None` where this Tempo has no such counter.
    pub value: Option<f64>,
    /// The value's unit.
    pub unit: ReadingUnit,
    /// More: `1,022 in the window`.
    pub detail: String,
    /// `> 2 in an hour`, as the official alert has it.
    pub threshold: Option<String>,
    /// The official alert.
    pub alert: Option<&'static str>,
    /// How it stands.
    pub standing: ThresholdStatus,
    /// The cause that explains it.
    pub cause: Option<&'static str>,
    /// Values over the window.
    pub trend: Vec<Option<f64>>,
}

/// The readings of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct HealthReport {
    /// The stretch of time that rates are about.
    pub window: TimeWindow,
    /// Where the counters were read.
    pub source: ScrapeSource,
    /// Versions of the processes seen.
    pub versions: Vec<String>,
    /// How many processes were seen.
    pub processes: usize,
    /// The readings, upstream first.
    pub readings: Vec<HealthReading>,
    /// Worth knowing.
    pub notes: Vec<CauseNote>,
}
