//! How long things take: a duration that is always the same, or a median with a 99th percentile (log-normal, which is
//! what latencies of services look like: a steep left side and a long tail).

use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use crate::parse::duration;

use super::rng::Rng;

/// The 99th percentile of the standard normal distribution.
const Z99: f64 = 2.326_347_874;
/// Entries of a quantile table. Below the first and above the last lies half an entry: 0.2 % of the draws.
const ENTRIES: usize = 256;

/// A duration, or a distribution of durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distribution {
    /// Median in nanoseconds.
    pub p50: f64,
    /// 99th percentile in nanoseconds.
    pub p99: f64,
}

impl Distribution {
    /// No time at all.
    pub const ZERO: Distribution = Distribution { p50: 0.0, p99: 0.0 };

    /// Always this long.
    pub fn always(duration: Duration) -> Self {
        let nanos = duration.as_nanos() as f64;
        Distribution { p50: nanos, p99: nanos }
    }

    fn between(p50: Duration, p99: Duration) -> Self {
        Distribution {
            p50: p50.as_nanos() as f64,
            p99: p99.as_nanos() as f64,
        }
    }

    /// Its quantiles, so that drawing from it costs no logarithm.
    pub fn table(self) -> QuantileTable {
        let sigma = if self.p50 > 0.0 && self.p99 > self.p50 {
            (self.p99 / self.p50).ln() / Z99
        } else {
            0.0
        };
        QuantileTable(NORMAL.iter().map(|z| (self.p50 * (sigma * z).exp()) as u64).collect())
    }
}

impl<'de> Deserialize<'de> for Distribution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DistributionVisitor;
        impl<'de> Visitor<'de> for DistributionVisitor {
            type Value = Distribution;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a duration (\"5ms\"), or median and 99th percentile ([\"5ms\", \"40ms\"])")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Distribution, E> {
                Ok(Distribution::always(duration::parse_duration(text).map_err(E::custom)?))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Distribution, A::Error> {
                let mut next = |at: usize| -> Result<Duration, A::Error> {
                    let text: String = list.next_element()?.ok_or_else(|| {
                        Error::custom(format!(
                            "expected two durations, median and 99th percentile, but got {at}"
                        ))
                    })?;
                    duration::parse_duration(&text).map_err(Error::custom)
                };
                let (p50, p99) = (next(0)?, next(1)?);
                if list.next_element::<String>()?.is_some() {
                    return Err(Error::custom("more than two durations"));
                }
                if p99 < p50 || p50.is_zero() && !p99.is_zero() {
                    return Err(Error::custom(
                        "the 99th percentile is below the median, or the median is 0",
                    ));
                }
                Ok(Distribution::between(p50, p99))
            }
        }
        deserializer.deserialize_any(DistributionVisitor)
    }
}

/// The standard normal distribution at the entries of a table.
static NORMAL: LazyLock<Vec<f64>> = LazyLock::new(|| {
    (0..=ENTRIES)
        .map(|entry| compute_normal_quantile((entry as f64 + 0.5) / (ENTRIES as f64 + 1.0)))
        .collect()
});

/// Quantiles of a spread, in nanoseconds.
#[derive(Debug, Clone)]
pub struct QuantileTable(Box<[u64]>);

impl QuantileTable {
    /// One draw.
    #[inline]
    pub fn draw(&self, rng: &mut Rng) -> u64 {
        let bits = rng.bits();
        let entry = (bits >> 56) as usize;
        let (low, high) = (self.0[entry], self.0[entry + 1]);
        let part = (bits & 0xffff) as u128;
        low + ((u128::from(high - low) * part) >> 16) as u64
    }
}

/// The quantile of the standard normal distribution, by Newton's method from a logistic first guess.
fn compute_normal_quantile(p: f64) -> f64 {
    let mut z = (p / (1.0 - p)).ln() / 1.702;
    for _ in 0..20 {
        let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        z -= (compute_normal_cdf(z) - p) / density;
    }
    z
}

/// The standard normal distribution function, by its series (Abramowitz and Stegun 26.2.10).
fn compute_normal_cdf(z: f64) -> f64 {
    let (mut term, mut sum) = (z, z);
    for n in 1..80 {
        term *= -z * z * (2 * n - 1) as f64 / (2 * n * (2 * n + 1)) as f64;
        sum += term;
    }
    0.5 + sum / (2.0 * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_is_that() {
        assert!((compute_normal_quantile(0.99) - Z99).abs() < 1e-6);
        assert!(compute_normal_quantile(0.5).abs() < 1e-9);
        assert!((compute_normal_quantile(0.002) + 2.878_16).abs() < 1e-3);
    }

    #[test]
    fn draws_follow_median_and_tail() {
        let spread = Distribution::between(Duration::from_millis(10), Duration::from_millis(100));
        let table = spread.table();
        let mut rng = Rng::new(1);
        let mut draws: Vec<u64> = (0..100_000).map(|_| table.draw(&mut rng)).collect();
        draws.sort_unstable();
        let near = |at: usize, ms: f64| (draws[at] as f64 / 1e6 / ms - 1.0).abs() < 0.08;
        assert!(near(50_000, 10.0), "{}", draws[50_000]);
        assert!(near(99_000, 100.0), "{}", draws[99_000]);
        let constant = Distribution::always(Duration::from_secs(5)).table();
        assert_eq!(constant.draw(&mut rng), 5_000_000_000);
    }
}
