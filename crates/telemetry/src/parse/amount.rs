//! Counts, rates and shares as people type them: `500`, `10k`, `1.5m`, `200/s`, `5%`.

use super::parse_error::{ParseError, quote_text};

/// A whole number of things: `500`, `10k`, `1.5m`.
pub fn parse_count(text: &str) -> Result<u64, ParseError> {
    let number = parse_scaled_number(text.trim())
        .ok_or_else(|| ParseError::new(format!("{} is not a count", quote_text(text))))?;
    if number < 1.0 || number.fract() != 0.0 || number > 1e15 {
        return Err(ParseError::new(format!(
            "{} is not a whole number of at least 1",
            quote_text(text)
        )));
    }
    Ok(number as u64)
}

/// The number that `text` says.
pub fn parse_limit(text: &str) -> Result<usize, ParseError> {
    let number = parse_scaled_number(text.trim());
    let whole = number.filter(|number| number.fract() == 0.0 && (0.0..=1e15).contains(number));
    whole.map(|number| number as usize).ok_or_else(|| {
        ParseError::new(format!("{} is not a count (100, 2k, 0 for all)", quote_text(text))).with_suggestion("100")
    })
}

/// So many a second: `200`, `0.5`, `2k`, `200/s`.
pub fn parse_rate(text: &str) -> Result<f64, ParseError> {
    let bare = text.trim();
    let bare = bare.strip_suffix("/s").unwrap_or(bare);
    let number = parse_scaled_number(bare)
        .ok_or_else(|| ParseError::new(format!("{} is not a rate", quote_text(text))).with_suggestion("200"))?;
    if !(number > 0.0 && (1e-6..=1e9).contains(&number)) {
        return Err(ParseError::new(format!("{} is not a rate above 0", quote_text(text))).with_suggestion("0.5"));
    }
    Ok(number)
}

/// A share: `5%` or `0.05`.
pub fn parse_share(text: &str) -> Result<f64, ParseError> {
    let bare = text.trim();
    let read = match bare.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok().map(|percent| percent / 100.0),
        None => bare.parse().ok(),
    };
    match read {
        Some(share) if (0.0..=1.0).contains(&share) => Ok(share),
        Some(share) if share > 1.0 && !bare.ends_with('%') => Err(ParseError::new(format!(
            "{} is more than 100%: a share is between 0 and 1, or a percentage",
            quote_text(text)
        ))
        .with_suggestion(format!("{bare}%"))),
        Some(_) => {
            Err(ParseError::new(format!("{} is not between 0% and 100%", quote_text(text))).with_suggestion("5%"))
        }
        None => Err(ParseError::new(format!("{} is not a share", quote_text(text))).with_suggestion("5%")),
    }
}

/// Bytes: `512KiB`, `1MiB`, `500000`.
pub fn parse_bytes(text: &str) -> Result<u64, ParseError> {
    let bare = text.trim();
    let units = [
        ("KiB", 1024.0),
        ("MiB", 1048576.0),
        ("GiB", 1073741824.0),
        ("GB", 1e9),
        ("kB", 1e3),
        ("MB", 1e6),
        ("B", 1.0),
        ("", 1.0),
    ];
    let read = units.iter().find_map(|(unit, factor)| {
        let number: f64 = bare.strip_suffix(unit)?.trim().parse().ok()?;
        Some(number * factor)
    });
    match read {
        Some(number) if (1.0..1e12).contains(&number) => Ok(number as u64),
        _ => Err(ParseError::new(format!("{} is not a number of bytes", quote_text(text))).with_suggestion("512KiB")),
    }
}

fn parse_scaled_number(text: &str) -> Option<f64> {
    let (number, factor) = match text.char_indices().next_back()? {
        (at, 'k' | 'K') => (&text[..at], 1e3),
        (at, 'm' | 'M') => (&text[..at], 1e6),
        _ => (text, 1.0),
    };
    let plain = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    number
        .parse::<f64>()
        .ok()
        .filter(|_| plain)
        .map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn limits_may_be_zero() {
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

    #[test]
    fn amounts_are_read() {
        assert_eq!(parse_count("10k"), Ok(10_000));
        assert_eq!(parse_count("1.5m"), Ok(1_500_000));
        assert_eq!(parse_rate("0.5"), Ok(0.5));
        assert_eq!(parse_rate("2k/s"), Ok(2_000.0));
        assert_eq!(parse_share("5%"), Ok(0.05));
        assert_eq!(parse_share("1"), Ok(1.0));
        assert_eq!(parse_bytes("512KiB"), Ok(524_288));
    }

    #[test]
    fn nonsense_is_refused_with_something_that_would_do() {
        for text in ["0", "-1", "1.5", "", "x", "k", "1e3"] {
            assert!(parse_count(text).is_err(), "{text}");
        }
        for text in ["0", "-5", "", "fast", "1e3", "inf"] {
            assert!(parse_rate(text).is_err(), "{text}");
        }
        assert_eq!(parse_share("5").unwrap_err().suggestion.as_deref(), Some("5%"));
        assert!(parse_share("120%").is_err() && parse_share("-1%").is_err() && parse_share("nan").is_err());
        assert!(parse_bytes("0").is_err() && parse_bytes("x").is_err());
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,20}") {
            let _ = (parse_count(&text), parse_rate(&text), parse_share(&text), parse_bytes(&text), parse_limit(&text));
        }
    }
}
