//! How many of something to show: a number, `2k`, `1m`; 0 is all.

use super::parse_error::{ParseError, quote_text};

/// The number that `text` says.
pub fn parse_limit(text: &str) -> Result<usize, ParseError> {
    let trimmed = text.trim();
    let (digits, unit) = match trimmed.char_indices().last() {
        Some((at, 'k' | 'K')) => (&trimmed[..at], 1_000),
        Some((at, 'm' | 'M')) => (&trimmed[..at], 1_000_000),
        _ => (trimmed, 1_usize),
    };
    let number: Option<usize> = digits.parse().ok();
    number.and_then(|number| number.checked_mul(unit)).ok_or_else(|| {
        ParseError::new(format!("{} is not a count (100, 2k, 0 for all)", quote_text(text))).with_suggestion("100")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_counts() {
        for (text, count) in [("0", 0), ("50", 50), ("2k", 2_000), ("1M", 1_000_000), (" 7 ", 7)] {
            assert_eq!(parse_limit(text), Ok(count), "{text}");
        }
        for text in [
            "",
            "k",
            "-1",
            "1.5",
            "ten",
            "99999999999999999999",
            "99999999999999999m",
        ] {
            assert!(parse_limit(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,20}|[0-9]{0,22}[kKmM]?") {
            let _ = parse_limit(&text);
        }
    }
}
