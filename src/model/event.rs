//! What happens while facts are gathered, for the live view.

use super::hop::Hop;
use super::report::HopState;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The run began; these hops will be looked at.
    Started {
        /// Upstream first.
        hops: Vec<Hop>,
    },
    /// A hop is decided, or is known better.
    Hop {
        /// Which.
        hop: Hop,
        /// Where the marker got to.
        state: HopState,
        /// Said beside it: `12 ms`.
        note: Option<String>,
    },
    /// Something is waited for.
    Waiting {
        /// At which hop.
        hop: Hop,
        /// `search`, `next samples`
        what: String,
        /// Milliseconds since the wait began.
        since_ms: u64,
        /// About how long it takes, in milliseconds.
        about_ms: Option<u64>,
    },
    /// Worth a line.
    Note(String),
    /// Nothing more will come.
    Done,
}
