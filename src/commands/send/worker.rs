//! `--worker INDEX/COUNT`: one of several that share a load.

use probes::sending::SendRate;
use telemetry::load::rng::mix_bits;
use telemetry::parse::ParseError;

/// One of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Worker {
    index: u64,
    count: u64,
}

impl Worker {
    /// `0/4` to `3/4`
    pub(super) fn parse(text: &str) -> Result<Worker, ParseError> {
        let numbers = text
            .split_once('/')
            .and_then(|(index, count)| Some((index.trim().parse::<u64>().ok()?, count.trim().parse::<u64>().ok()?)));
        match numbers {
            Some((index, count)) if index < count => Ok(Worker { index, count }),
            Some((index, count)) => Err(ParseError::new(format!(
                "'{text}': workers count from 0, so the index must be below {count}, not {index}"
            ))),
            None => Err(ParseError::new(format!("'{text}' is not INDEX/COUNT"))),
        }
    }

    /// Its share of a load: all shares together are the whole, to the last trace.
    pub(super) fn share(self, rate: &mut SendRate, count: &mut Option<u64>) {
        if let SendRate::PerSecond(rate) = rate {
            *rate /= self.count as f64;
        }
        if let Some(count) = count {
            *count = *count / self.count + u64::from(self.index < *count % self.count);
        }
    }

    /// A seed of its own, so that no two workers make the same ids.
    pub(super) fn seed(self, seed: u64) -> u64 {
        mix_bits(seed ^ mix_bits(self.index))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shares_sum_to_the_whole(workers in 1_u64..40, traces in 0_u64..10_000, seed: u64) {
            let mut sum = 0;
            let mut seeds = std::collections::BTreeSet::new();
            for index in 0..workers {
                let worker = Worker::parse(&format!("{index}/{workers}")).unwrap();
                let mut count = Some(traces);
                worker.share(&mut SendRate::PerSecond(100.0), &mut count);
                sum += count.unwrap();
                seeds.insert(worker.seed(seed));
            }
            prop_assert_eq!(sum, traces);
            prop_assert_eq!(seeds.len() as u64, workers);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "1", "4/4", "a/2", "-1/2", "1/0"] {
            assert!(Worker::parse(text).is_err(), "{text}");
        }
    }
}
