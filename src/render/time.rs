//! How long something took, with a unit.

/// `31 ms`, `9.6 s`, `2 min 5 s`
pub fn exact(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..100_000 => running(ms),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

/// The same for what is only known roughly: `300 ms`, `10 s`, `2 min`.
pub fn rough(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..120_000 => format!("{} s", (ms + 500) / 1_000),
        _ => format!("{} min", (ms + 30_000) / 60_000),
    }
}

/// A stopwatch: never leaps between units while it runs.
pub fn running(ms: u64) -> String {
    format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_carry_a_unit() {
        assert_eq!(exact(12), "12 ms");
        assert_eq!(exact(9_649), "9.6 s");
        assert_eq!(exact(60_000), "60.0 s");
        assert_eq!(exact(125_400), "2 min 5 s");
    }

    #[test]
    fn rough_times_claim_no_more_than_is_known() {
        assert_eq!(rough(300), "300 ms");
        assert_eq!(rough(9_630), "10 s");
        assert_eq!(rough(65_000), "65 s");
        assert_eq!(rough(150_000), "3 min");
    }

    #[test]
    fn a_stopwatch_keeps_its_unit() {
        assert_eq!(running(0), "0.0 s");
        assert_eq!(running(61_250), "61.2 s");
    }
}
