//! What stands between quotes, without its escapes.

use std::borrow::Cow;

/// The text of a quoted value of logfmt or JSON. An escape that is none stays as it stands; bytes that are no UTF-8 are
/// replaced.
pub fn unescape_text(raw: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(raw);
    if !text.contains('\\') {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(c @ ('"' | '\\' | '/')) => out.push(c),
            Some('u') => push_unicode_escape(&mut chars, &mut out),
            Some(c) => {
                out.push('\\');
                out.push(c);
            }
            None => out.push('\\'),
        }
    }
    Cow::Owned(out)
}

/// `\u00e9`, and two of them for a sign beyond the basic plane.
fn push_unicode_escape(chars: &mut std::str::Chars<'_>, out: &mut String) {
    let Some(high) = parse_code_unit(chars) else {
        out.push_str("\\u");
        return;
    };
    let mut ahead = chars.clone();
    if (0xd800..0xdc00).contains(&high)
        && ahead.next() == Some('\\')
        && ahead.next() == Some('u')
        && let Some(low) = parse_code_unit(&mut ahead).filter(|low| (0xdc00..0xe000).contains(low))
    {
        *chars = ahead;
        let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        return;
    }
    out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
}

fn parse_code_unit(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    let digits = chars.as_str().get(..4)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    *chars = chars.as_str().get(4..)?.chars();
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_become_what_they_mean() {
        assert_eq!(unescape_text(br#"a \"b\" \\ c\n"#), "a \"b\" \\ c\n");
        assert_eq!(
            unescape_text(br"\u00e9 \ud83d\ude00 \ud83d \uzz"),
            "é 😀 \u{fffd} \\uzz"
        );
        assert_eq!(unescape_text(br"C:\Users\"), "C:\\Users\\");
        assert!(matches!(unescape_text(b"plain"), Cow::Borrowed("plain")));
    }

    proptest! {
        #[test]
        fn what_json_escapes_comes_back(text in "\\PC{0,20}[\\n\\t\"\\\\]{0,4}") {
            let quoted = serde_json::to_string(&text).expect("a text");
            prop_assert_eq!(unescape_text(&quoted.as_bytes()[1..quoted.len() - 1]), text);
        }
    }
}
