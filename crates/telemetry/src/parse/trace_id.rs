//! The id of a trace in every form in which people have it: hex in any case and without leading zeros, with dashes, in
//! base64 as trace JSON writes it, in a `traceparent`, in the address of an Explore or Jaeger page.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use percent_encoding::percent_decode_str;

use crate::model::trace::TraceId;

use super::endpoint::mask_url;
use super::parse_error::{ParseError, quote_text};

/// The fewest digits that a search by prefix makes sense with.
pub const SHORTEST_PREFIX: usize = 4;

/// What was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceIdInput {
    /// 32 digits: the id itself.
    Whole(TraceId),
    /// Fewer digits, lower case: an id without its leading zeros, or the beginning of one.
    Short(String),
}

impl TraceIdInput {
    /// The id, were it only short of its leading zeros.
    pub fn padded(&self) -> TraceId {
        match self {
            TraceIdInput::Whole(id) => *id,
            TraceIdInput::Short(digits) => TraceId::from_hex(digits).unwrap_or_default(),
        }
    }
}

/// The id in a text.
pub fn parse_trace_id(text: &str) -> Result<TraceIdInput, ParseError> {
    let trimmed = text.trim().trim_matches(['"', '\'']);
    if trimmed.is_empty() {
        return Err(ParseError::new("the trace id is empty"));
    }
    if trimmed.contains("://") || trimmed.contains("%22") {
        return find_in_url(trimmed)
            .ok_or_else(|| ParseError::new(format!("{} contains no trace id", quote_text(&mask_url(trimmed)))));
    }
    if let Some(id) = find_in_traceparent(trimmed) {
        return Ok(TraceIdInput::Whole(id));
    }
    let digits = trimmed
        .strip_prefix("0x")
        .or(trimmed.strip_prefix("0X"))
        .unwrap_or(trimmed);
    let digits: String = digits.chars().filter(|c| *c != '-').collect();
    if let Some(place) = digits.chars().position(|c| !c.is_ascii_hexdigit()) {
        if let Ok(bytes) = BASE64.decode(trimmed)
            && bytes.len() == 16
        {
            return Ok(TraceIdInput::Whole(TraceId::from_bytes(&bytes)));
        }
        let wrong = digits.chars().nth(place).unwrap_or_default();
        return Err(ParseError::new(format!(
            "{} is not a trace id: {} is not a hex digit",
            quote_text(&if trimmed.contains('@') {
                mask_url(trimmed)
            } else {
                text.to_owned()
            }),
            quote_text(&wrong.to_string())
        ))
        .with_suggestion("981295a0c63630945d9ebf5cd804990c"));
    }
    classify_digits(&digits).ok_or_else(|| {
        let why = match digits.len() {
            0..SHORTEST_PREFIX => format!("is too short: at least {SHORTEST_PREFIX} digits are needed"),
            length => format!("has {length} digits; a trace id has 32"),
        };
        ParseError::new(format!("{} {why}", quote_text(text)))
    })
}

/// True for a word that can only be meant as a trace id: TraceQL has braces.
pub fn is_trace_id_like(text: &str) -> bool {
    let trimmed = text.trim();
    let is_id = !trimmed.contains(['{', ' ']) && parse_trace_id(trimmed).is_ok();
    is_id || trimmed.starts_with("http://") || trimmed.starts_with("https://")
}

fn classify_digits(digits: &str) -> Option<TraceIdInput> {
    match digits.len() {
        32 => TraceId::from_hex(digits).map(TraceIdInput::Whole),
        SHORTEST_PREFIX..32 => Some(TraceIdInput::Short(digits.to_ascii_lowercase())),
        _ => None,
    }
}

/// `00-<trace id>-<span id>-01` (W3C Trace Context, «traceparent Header»).
fn find_in_traceparent(text: &str) -> Option<TraceId> {
    let text = text.strip_prefix("traceparent:").unwrap_or(text).trim();
    let mut parts = text.split('-');
    let (version, id, span) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = version.len() == 2 && id.len() == 32 && span.len() == 16;
    if fits { TraceId::from_hex(id) } else { None }
}

/// Explore keeps its query as JSON in `left` or `panes`; the id is its `query`. Other pages have it as a part of the path
/// or the value of a parameter: the first run of 32 digits is taken, else a shorter `query`.
fn find_in_url(text: &str) -> Option<TraceIdInput> {
    let mut decoded = text.to_owned();
    // Addresses are pasted encoded once or twice.
    for _ in 0..2 {
        decoded = percent_decode_str(&decoded).decode_utf8_lossy().into_owned();
    }
    let word = |c: char| !c.is_ascii_alphanumeric();
    let is_hex = |word: &&str| word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(whole) = decoded.split(word).filter(is_hex).find(|word| word.len() == 32) {
        return classify_digits(whole);
    }
    let dashed = decoded
        .split(|c: char| !c.is_ascii_hexdigit() && c != '-')
        .find(|word| word.len() == 36 && word.matches('-').count() == 4);
    if let Some(dashed) = dashed {
        return classify_digits(&dashed.replace('-', ""));
    }
    let after = |start: &'static str| {
        decoded
            .split(start)
            .skip(1)
            .filter_map(move |rest| rest.split(word).next())
    };
    [
        "\"query\":\"",
        "\"query\": \"",
        "/trace/",
        "/traces/",
        "traceId=",
        "traceID=",
    ]
    .into_iter()
    .flat_map(after)
    .filter(is_hex)
    .find_map(classify_digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "981295a0c63630945d9ebf5cd804990c";

    #[test]
    fn an_address_is_repeated_without_login_and_query() {
        for text in ["https://u:hunter2@g/explore?token=hunter2", "u:hunter2@g/x"] {
            let told = parse_trace_id(text).expect_err("no id").message;
            assert!(!told.contains("hunter2") && told.contains("@g/"), "{told}");
        }
    }

    #[test]
    fn reads_every_form_of_a_whole_id() {
        for text in [
            ID.to_owned(),
            ID.to_uppercase(),
            format!("  \"{ID}\" "),
            "981295a0-c636-3094-5d9e-bf5cd804990c".to_owned(),
            format!("0x{ID}"),
            format!("00-{ID}-00f067aa0ba902b7-01"),
            format!("traceparent: 00-{ID}-00f067aa0ba902b7-01"),
            "mBKVoMY2MJRdnr9c2ASZDA==".to_owned(),
            format!("http://grafana:3000/explore?left=%7B%22queries%22:%5B%7B%22query%22:%22{ID}%22%7D%5D%7D"),
            format!(
                "https://g.example/explore?schemaVersion=1&panes=%7B%22a1b%22%3A%7B%22datasource%22%3A%22tempo%22%2C%22queries%22%3A%5B%7B%22query%22%3A%22{ID}%22%2C%22queryType%22%3A%22traceql%22%7D%5D%7D%7D&orgId=1"
            ),
            format!("http://jaeger:16686/trace/{ID}?uiFind=x"),
        ] {
            let expected = TraceIdInput::Whole(TraceId::from_hex(ID).expect("an id"));
            assert_eq!(parse_trace_id(&text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn fewer_digits_are_a_short_id() {
        assert_eq!(
            parse_trace_id("97435C8A"),
            Ok(TraceIdInput::Short("97435c8a".to_owned()))
        );
        assert_eq!(
            parse_trace_id("97435c8a0ecfe27a69c9065a668e71")
                .expect("short")
                .padded()
                .to_string(),
            "0097435c8a0ecfe27a69c9065a668e71"
        );
        let page = "http://g/explore?left=%7B%22query%22%3A%2297435c8a0ecfe27a%22%7D";
        assert_eq!(
            parse_trace_id(page),
            Ok(TraceIdInput::Short("97435c8a0ecfe27a".to_owned()))
        );
    }

    #[test]
    fn says_why_a_text_is_no_id() {
        for (text, why) in [
            ("", "the trace id is empty"),
            ("abc", "'abc' is too short: at least 4 digits are needed"),
            ("frontend", "'frontend' is not a trace id: 'r' is not a hex digit"),
            (
                "http://grafana:3000/d/abc",
                "'http://grafana:3000/d/abc' contains no trace id",
            ),
        ] {
            assert_eq!(parse_trace_id(text).expect_err(text).message, why);
        }
        assert!(
            parse_trace_id(&"1".repeat(33))
                .expect_err("long")
                .message
                .contains("33 digits")
        );
    }

    #[test]
    fn a_query_is_no_id() {
        for (text, is) in [
            (ID, true),
            ("DEADBEEF", true),
            ("{ .a = 1 }", false),
            ("{}", false),
            ("frontend", false),
            ("http://g/explore", true),
        ] {
            assert_eq!(is_trace_id_like(text), is, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            let _ = parse_trace_id(&text);
            let _ = parse_trace_id(&format!("http://x/{text}"));
        }
    }
}
