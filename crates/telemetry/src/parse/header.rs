//! Headers as people give them: `Name=value`, and the list in `OTEL_EXPORTER_OTLP_HEADERS`.
//!
//! No error quotes the entry: whoever forgot the `=` may have written nothing but the token.

use http::{HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

use super::parse_error::ParseError;

/// A name and a value that may be sent as they are.
pub type HeaderPair = (String, String);

/// `Name=value`, split at the first `=`; the value is taken verbatim.
pub fn parse_header(text: &str) -> Result<HeaderPair, ParseError> {
    let Some((name, value)) = text.split_once('=') else {
        let why = if text.contains(':') {
            "write the header with '=', not with ':'"
        } else {
            "the header has no '='"
        };
        return Err(ParseError::new(why).with_suggestion("Name=value"));
    };
    check_header(name.trim(), value.trim().to_owned())
}

/// `k=v,k2=v2`, values percent-decoded, as the OTLP exporter specification reads it. Every bad entry is reported.
pub fn parse_header_list(text: &str) -> Result<Vec<HeaderPair>, Vec<ParseError>> {
    let mut pairs = Vec::new();
    let mut refused = Vec::new();
    for (index, entry) in text.split(',').enumerate() {
        if entry.trim().is_empty() {
            continue;
        }
        match parse_encoded_header(entry) {
            Ok(pair) => pairs.push(pair),
            Err(mut why) => {
                why.message = format!("entry {}: {}", index + 1, why.message);
                refused.push(why);
            }
        }
    }
    if refused.is_empty() { Ok(pairs) } else { Err(refused) }
}

fn parse_encoded_header(entry: &str) -> Result<HeaderPair, ParseError> {
    let (name, value) = parse_header(entry)?;
    let value = percent_decode_str(&value)
        .decode_utf8()
        .map_err(|_| ParseError::new(format!("the value of '{name}' is not UTF-8 after percent-decoding")))?;
    check_header(&name, value.into_owned())
}

/// A name and a value that HTTP can carry.
pub fn check_header(name: &str, value: String) -> Result<HeaderPair, ParseError> {
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Err(
            ParseError::new("the header's name may contain only letters, digits and '-'").with_suggestion("Name=value"),
        );
    }
    if HeaderValue::from_str(&value).is_err() {
        return Err(ParseError::new(format!(
            "the value of '{name}' has characters that are not allowed in a header"
        )));
    }
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;

    #[test]
    fn splits_at_the_first_equals_sign() {
        let (name, value) = parse_header("Authorization=Basic dTpw==").expect("a pair");
        assert_eq!((name.as_str(), value.as_str()), ("Authorization", "Basic dTpw=="));
        assert_eq!(parse_header("X-Empty=").expect("an empty value").1, "");
    }

    #[test]
    fn errors_never_quote_the_entry() {
        for text in [
            "s3cret",
            "Authorization: Bearer s3cret",
            "=s3cret",
            "s3 cret=x",
            "a=s3cret\n",
        ] {
            if let Err(refused) = parse_header(text) {
                assert!(!refused.message.contains("s3cret"), "{}", refused.message);
            }
        }
        assert_eq!(
            parse_header("token").expect_err("no =").message,
            "the header has no '='"
        );
    }

    #[test]
    fn lists_are_percent_decoded() {
        let pairs = parse_header_list("Authorization=Basic%20dTpw, X-Scope-OrgID = team-a ,").expect("a list");
        assert_eq!(
            pairs,
            [
                ("Authorization".to_owned(), "Basic dTpw".to_owned()),
                ("X-Scope-OrgID".to_owned(), "team-a".to_owned())
            ]
        );
        assert_eq!(
            parse_header_list("a=50%").expect("a bare percent sign stays")[0].1,
            "50%"
        );
    }

    #[test]
    fn every_bad_entry_is_reported() {
        let refused = parse_header_list("a=1,oops,b=2,=x").expect_err("two are bad");
        assert_eq!(refused.len(), 2);
        assert_eq!(refused[0].message, "entry 2: the header has no '='");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = parse_header(&text);
            let _ = parse_header_list(&text);
        }

        #[test]
        fn lists_read_back(pairs in prop::collection::vec(("[A-Za-z][A-Za-z0-9-]{0,12}", "[ -~]{0,20}"), 1..5)) {
            let text = pairs
                .iter()
                .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
                .collect::<Vec<_>>()
                .join(",");
            prop_assert_eq!(parse_header_list(&text), Ok(pairs));
        }
    }
}
