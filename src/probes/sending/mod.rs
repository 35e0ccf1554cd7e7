//! Load on its way: an open-loop schedule, several connections, an account that adds up, and a sample read back.

mod deliver;
pub mod limit;
pub mod pump;
pub mod tally;
pub mod verify;

pub use pump::{Ended, Job, Rate, run};
pub use tally::{Snapshot, Tally};

/// A seed that nobody has had before.
pub fn random_seed() -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        // Without a source of randomness the clock has to do.
        Err(_) => super::clock::now().to_bits(),
    }
}
