//! What the evidence says of this installation: one reading, by which a run waits and by which it is judged. Pure.

pub mod collector_counters;
pub mod installation;
pub mod tempo_counters;
pub mod view;

pub use view::EvidenceView;
