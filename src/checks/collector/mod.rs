//! The hop `collector`: does the collector or Alloy hand on what it takes?

pub mod compose_exporter;
pub mod counters;
pub mod delivery;
pub mod exporting;
pub mod health;
pub mod logs;
pub mod losses;
pub mod metrics;
pub mod push;

use crate::checks::View;
use crate::model::collector::KnownBy;

/// Somebody said that there is a collector; a port that nobody of Tempo's listens on is no more than a hint.
pub fn is_known(view: &View<'_>) -> bool {
    view.way().known_by.is_some_and(|why| why != KnownBy::Presumed)
}

/// The push on the board went to the collector: no second marker was sent past it.
pub fn has_the_push(view: &View<'_>) -> bool {
    is_known(view) && view.way().lost.is_none()
}
