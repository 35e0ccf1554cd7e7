//! Latencies as a histogram that can be written down, read and poured together without losing anything.

use hdrhistogram::Histogram;

use super::send_report::LatencyMs;

/// Latencies up to an hour, in microseconds, to three digits.
const LONGEST_US: u64 = 3_600_000_000;

/// Latencies in microseconds.
#[derive(Debug, Clone)]
pub struct Latencies(Histogram<u64>);

impl Default for Latencies {
    fn default() -> Self {
        let histogram = Histogram::new_with_bounds(1, LONGEST_US, 3);
        Latencies(histogram.unwrap_or_else(|_| unreachable!("the bounds of the histogram are sound")))
    }
}

impl Latencies {
    /// One more.
    pub fn record(&mut self, us: u64) {
        self.0.saturating_record(us.clamp(1, LONGEST_US));
    }

    /// The percentiles that people ask for; `None` where there is none.
    pub fn percentiles(&self) -> Option<LatencyMs> {
        let at = |quantile: f64| self.0.value_at_quantile(quantile) as f64 / 1e3;
        (!self.0.is_empty()).then(|| LatencyMs {
            p50: at(0.50),
            p95: at(0.95),
            p99: at(0.99),
            max: self.0.max() as f64 / 1e3,
        })
    }

    /// `1023 2047*3`: each value in microseconds with how often it was there, ascending. Values are those of the
    /// histogram's buckets, three digits exact, so that reading them gives the same histogram.
    pub fn text(&self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        let parts = self.0.iter_recorded().map(|step| {
            let (value, count) = (step.value_iterated_to(), step.count_at_value());
            if count == 1 {
                value.to_string()
            } else {
                format!("{value}*{count}")
            }
        });
        Some(parts.collect::<Vec<_>>().join(" "))
    }

    /// Pours what [`Latencies::text`] wrote into this one.
    pub fn add_text(&mut self, text: &str) -> Result<(), String> {
        for part in text.split_ascii_whitespace() {
            let (value, count) = part.split_once('*').unwrap_or((part, "1"));
            let read = value.parse::<u64>().ok().zip(count.parse::<u64>().ok());
            let (value, count) = read.ok_or_else(|| format!("latency_histogram: '{part}' is not VALUE*COUNT"))?;
            self.0.saturating_record_n(value.clamp(1, LONGEST_US), count);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn writing_and_reading_loses_nothing(all in prop::collection::vec(any::<u64>(), 0..100)) {
            let mut one = Latencies::default();
            for us in &all {
                one.record(*us);
            }
            let mut other = Latencies::default();
            if let Some(text) = one.text() {
                other.add_text(&text).unwrap();
            }
            prop_assert_eq!(one.percentiles(), other.percentiles());
            prop_assert_eq!(one.text(), other.text());
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["x", "1*", "*2", "-3", "1*2*3"] {
            assert!(Latencies::default().add_text(text).is_err(), "{text}");
        }
    }
}
