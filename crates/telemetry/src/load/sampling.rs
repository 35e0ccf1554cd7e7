//! Head sampling as W3C and OpenTelemetry define it: the last 56 bits of a trace id are random, a trace is kept where they
//! are at or above a threshold, and `tracestate` says the threshold (OpenTelemetry specification, «TraceState
//! probability sampling»: `ot=th:` and up to 14 hex digits, trailing zeros left out).

/// Which share of traces is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Traces whose random part is below it are left out.
    threshold: u64,
}

const MOST: u64 = 1 << 56;

impl Sampling {
    /// Keeps everything.
    pub const ALL: Sampling = Sampling { threshold: 0 };

    /// Keeps this share, between 0 (exclusive) and 1.
    pub fn from_share(share: f64) -> Self {
        let rejected = (1.0 - share.clamp(0.0, 1.0)) * MOST as f64;
        Sampling {
            threshold: (rejected as u64).min(MOST - 1),
        }
    }

    /// Is this trace kept?
    #[inline]
    pub fn keeps(self, trace_id: &[u8; 16]) -> bool {
        let low = u128::from_be_bytes(*trace_id) as u64;
        low & (MOST - 1) >= self.threshold
    }

    /// The entry of `tracestate`; empty where everything is kept, as nobody decided anything.
    pub fn trace_state(self) -> String {
        if self.threshold == 0 {
            return String::new();
        }
        let digits = format!("{:014x}", self.threshold);
        format!("ot=th:{}", digits.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::super::rng::make_trace_id;
    use super::*;

    #[test]
    fn the_threshold_is_written_as_specified() {
        assert_eq!(Sampling::from_share(1.0).trace_state(), "");
        assert_eq!(Sampling::from_share(0.5).trace_state(), "ot=th:8");
        assert_eq!(Sampling::from_share(0.25).trace_state(), "ot=th:c");
        assert_eq!(Sampling::from_share(0.1).trace_state(), "ot=th:e6666666666668");
    }

    #[test]
    fn the_share_is_kept() {
        for share in [0.01, 0.1, 0.5, 0.9] {
            let sampling = Sampling::from_share(share);
            let kept = (0..100_000)
                .filter(|index| sampling.keeps(&make_trace_id(3, *index)))
                .count();
            let wanted = share * 100_000.0;
            assert!((kept as f64 - wanted).abs() < 0.05 * wanted + 100.0, "{share}: {kept}");
        }
    }
}
