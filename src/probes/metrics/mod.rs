//! Rates, errors, durations and Tempo's own counters, asked from Prometheus and, where it has none, from Tempo.

pub mod absence;
pub mod exemplars;
pub mod graph;
pub mod health;
pub mod plot;
pub mod promql;
pub mod recognise;
pub mod red;
pub mod red_traceql;
pub mod rows;

use crate::model::red::Grouping;
use crate::model::window::Window;

/// Points of every trend: as many as the widest column shows.
pub const TREND_POINTS: usize = 60;

/// What a table is wanted of.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// When.
    pub window: Window,
    /// By what.
    pub grouping: Grouping,
    /// Of one service only.
    pub service: Option<String>,
    /// tempoctl's own markers as well.
    pub markers: bool,
}
