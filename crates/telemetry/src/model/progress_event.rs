//! What a run tells while it goes on, for whoever watches.

use super::hop::Hop;
use super::report::HopState;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgressEvent {
    /// The hops that this installation has, upstream first, as far as they are known.
    Started {
        /// Which.
        hops: Vec<Hop>,
    },
    /// The marker's state at a hop is known, or known better.
    Hop {
        /// Which hop.
        hop: Hop,
        /// Where the marker got to.
        state: HopState,
        /// Said instead of the sign: `12 ms`.
        note: Option<String>,
    },
    /// Something is being waited for.
    Waiting {
        /// Which hop.
        hop: Hop,
        /// What: `search`, `next samples`.
        what: String,
        /// For how long already.
        since_ms: u64,
        /// How long it takes, from the start of the wait, as far as that is known.
        about_ms: Option<u64>,
    },
    /// Something worth a line below the drawing; the next one replaces it.
    Note(String),
    /// Nothing more will come.
    Done,
}
