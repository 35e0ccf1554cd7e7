//! The wall clock, and the difference to a server's.

pub use stack::clients::unix_now;

/// How far a server's clock is ahead of ours, from its `Date` header, which counts whole seconds (RFC 9110 §6.6.1).
pub fn measure_skew(date: &str, ours: f64) -> Option<f64> {
    let parsed = jiff::fmt::rfc2822::parse(date).ok()?;
    let theirs = parsed.timestamp().as_second() as f64 + 0.5;
    let skew = theirs - ours;
    Some(if skew.abs() <= 1.5 { 0.0 } else { skew })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_within_a_second_is_no_skew() {
        assert_eq!(
            measure_skew("Mon, 23 Nov 2026 18:24:17 GMT", 1_795_458_257.9),
            Some(0.0)
        );
        let ahead = measure_skew("Mon, 23 Nov 2026 18:25:17 GMT", 1_795_458_257.0).expect("a date");
        assert!((ahead - 60.5).abs() < 0.01);
        assert_eq!(measure_skew("yesterday", 0.0), None);
    }
}
