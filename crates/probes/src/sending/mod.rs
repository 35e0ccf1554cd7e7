//! Load on its way: an open-loop schedule, several connections, an account that adds up, and a sample read back.

mod worker;
pub mod limit;
pub mod scheduler;
pub mod accounting;
pub mod verify;

pub use accounting::{Tally, TallySnapshot};
pub use scheduler::{LoadEnd, LoadJob, SendRate, run_job};

/// A seed that nobody has had before.
pub fn generate_seed() -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        // Without a source of randomness the clock has to do.
        Err(_) => super::clock::unix_now().to_bits(),
    }
}
