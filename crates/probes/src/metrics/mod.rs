//! Rates, errors, durations and Tempo's own counters, asked from Prometheus and, where it has none, from Tempo.

pub mod no_metrics;
pub mod exemplars;
pub mod graph;
pub mod health;
pub mod plot;
pub mod promql;
pub mod recognise;
pub mod red;
pub mod red_traceql;
pub mod rows;

use doctor::diagnose::no_metrics::SeriesPresence;
use telemetry::model::red::RedGrouping;
use telemetry::model::time_window::TimeWindow;

/// Points of every trend: as many as the widest column shows.
pub const TREND_POINTS: usize = 60;

/// Where a question to Prometheus ended.
#[derive(Debug, Clone)]
pub enum MetricsAnswer<T> {
    /// What was asked for; without rows, where nothing fits what was wanted.
    Found(Box<T>),
    /// How far the search for such metrics came, and what was found of them.
    Absent(SeriesPresence, Option<String>),
}

/// What a table is wanted of.
#[derive(Debug, Clone)]
pub struct MetricsQuestion {
    /// When.
    pub window: TimeWindow,
    /// By what.
    pub grouping: RedGrouping,
    /// Of one service only.
    pub service: Option<String>,
    /// tempoctl's own markers as well.
    pub markers: bool,
}
