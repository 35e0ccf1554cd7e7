//! The words of a query and the comparisons among them. Enough to talk about a query, not to judge it.

use std::ops::Range;

/// A piece of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceqlToken {
    /// A name, a keyword, a number or a duration, as written.
    Word(String),
    /// A text; without its quotes, escapes resolved.
    Text(String),
    /// An operator or a bracket.
    Sign(String),
}

/// A comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceqlCondition {
    /// The field as written: `resource.service.name`, `.http.method`, `duration`.
    pub field: String,
    /// `=`, `!=`, `=~` …
    pub operator: String,
    /// What it is compared with; a text without its quotes.
    pub value: String,
    /// The value stood in quotes.
    pub quoted: bool,
    /// Where the comparison stands, in bytes.
    pub place: Range<usize>,
}

const SCOPES: [&str; 5] = ["resource", "span", "event", "link", "instrumentation"];

impl TraceqlCondition {
    /// Scope and attribute: `("resource", "service.name")`, `("", "http.method")` where any scope will do; `None` for an
    /// intrinsic.
    pub fn attribute(&self) -> Option<(&str, &str)> {
        let field = self.field.strip_prefix("parent.").unwrap_or(&self.field);
        if let Some(name) = field.strip_prefix('.') {
            return Some(("", name));
        }
        split_scope(field)
    }
}

/// `span.http.method` → `("span", "http.method")`
pub(super) fn split_scope(field: &str) -> Option<(&str, &str)> {
    field.split_once('.').filter(|(scope, _)| SCOPES.contains(scope))
}

/// The tokens with their places in bytes. Whatever is no name, number or text is a sign.
pub fn scan_tokens(query: &str) -> Vec<(TraceqlToken, Range<usize>)> {
    const LONG_SIGNS: [&str; 14] = [
        "&>>", "&<<", "!>>", "!<<", "!=", "=~", "!~", ">=", "<=", "&&", "||", ">>", "<<", "&~",
    ];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = query[at..].chars().next() {
        let rest = &query[at..];
        let (token, length) = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if c == '"' || c == '`' {
            let (text, length) = scan_text(rest, c);
            (TraceqlToken::Text(text), length)
        } else if is_word_char(c) || c == '.' {
            let length = measure_word(rest);
            (TraceqlToken::Word(rest[..length].to_owned()), length)
        } else {
            let sign = LONG_SIGNS.iter().find(|sign| rest.starts_with(**sign));
            let length = sign.map_or(c.len_utf8(), |sign| sign.len());
            (TraceqlToken::Sign(rest[..length].to_owned()), length)
        };
        found.push((token, at..at + length));
        at += length;
    }
    found
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '#' | 'µ')
}

/// A name goes on over dots, dashes, slashes and colons, as Tempo's own lexer reads attributes, and over a part in quotes
/// after a dot.
fn measure_word(rest: &str) -> usize {
    let mut length = 0;
    while let Some(c) = rest[length..].chars().next() {
        if c == '"' && rest[..length].ends_with('.') {
            length += scan_text(&rest[length..], '"').1;
        } else if is_word_char(c) || matches!(c, '.' | ':' | '/' | '-') {
            length += c.len_utf8();
        } else {
            break;
        }
    }
    length
}

/// A text from its opening quote on, and how many bytes it takes; one that never ends takes the rest.
fn scan_text(rest: &str, quote: char) -> (String, usize) {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote == '"' => {
                if let Some((_, next)) = chars.next() {
                    text.push(if next == 'n' { '\n' } else { next });
                }
            }
            c if c == quote => return (text, at + c.len_utf8()),
            c => text.push(c),
        }
    }
    (text, rest.len())
}

pub(super) fn is_comparison(sign: &str) -> bool {
    ["=", "!=", "=~", "!~", ">", ">=", "<", "<="].contains(&sign)
}

/// Every comparison of a field with a value.
pub fn find_conditions(query: &str) -> Vec<TraceqlCondition> {
    let tokens = scan_tokens(query);
    tokens
        .windows(3)
        .filter_map(|three| {
            let [
                (TraceqlToken::Word(field), start),
                (TraceqlToken::Sign(operator), _),
                (value, end),
            ] = three
            else {
                return None;
            };
            let (value, quoted) = match value {
                TraceqlToken::Word(word) => (word.clone(), false),
                TraceqlToken::Text(text) => (text.clone(), true),
                TraceqlToken::Sign(_) => return None,
            };
            is_comparison(operator).then(|| TraceqlCondition {
                field: field.clone(),
                operator: operator.clone(),
                value,
                quoted,
                place: start.start..end.end,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn finds_the_comparisons() {
        let query = r#"{ resource.service.name = "a b" && .http.status_code>=500 && span."x y" !~ `z` } | count() > 2"#;
        let found = find_conditions(query);
        let short: Vec<(&str, &str, &str, bool)> = found
            .iter()
            .map(|one| {
                (
                    one.field.as_str(),
                    one.operator.as_str(),
                    one.value.as_str(),
                    one.quoted,
                )
            })
            .collect();
        assert_eq!(
            short,
            [
                ("resource.service.name", "=", "a b", true),
                (".http.status_code", ">=", "500", false),
                ("span.\"x y\"", "!~", "z", true),
            ]
        );
        assert_eq!(found[0].attribute(), Some(("resource", "service.name")));
        assert_eq!(found[1].attribute(), Some(("", "http.status_code")));
        assert_eq!(&query[found[0].place.clone()], "resource.service.name = \"a b\"");
        assert_eq!(find_conditions("{ duration > 5s }")[0].attribute(), None);
    }

    proptest! {
        #[test]
        fn any_text_has_tokens(text in "\\PC{0,60}") {
            for (_, place) in scan_tokens(&text) {
                prop_assert!(text.get(place).is_some());
            }
            let _ = find_conditions(&text);
        }
    }
}
