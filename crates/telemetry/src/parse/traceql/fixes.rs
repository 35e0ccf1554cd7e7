//! What was probably meant by a query that Tempo does not take. Each is a guess: whoever offers one asks Tempo first.

use crate::text::quote::quote_query_text;
use std::ops::Range;

use super::scan::{TraceqlToken, is_comparison, scan_tokens, split_scope};

/// A query that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFix {
    /// What was changed: `texts stand in double quotes`.
    pub why: &'static str,
    /// The query.
    pub query: String,
}

/// Words that are values on their own.
const KEYWORDS: [&str; 12] = [
    "true",
    "false",
    "nil",
    "ok",
    "error",
    "unset",
    "unspecified",
    "internal",
    "server",
    "client",
    "producer",
    "consumer",
];
/// Fields that are no attributes.
const INTRINSICS: [&str; 13] = [
    "duration",
    "name",
    "status",
    "statusMessage",
    "kind",
    "rootName",
    "rootServiceName",
    "rootService",
    "traceDuration",
    "childCount",
    "id",
    "parent",
    "nestedSetParent",
];
/// Attributes that belong to the resource by OpenTelemetry's conventions.
const RESOURCE_KEYS: [&str; 8] = [
    "service.",
    "k8s.",
    "host.",
    "deployment.",
    "telemetry.",
    "container.",
    "cloud.",
    "process.",
];

/// Queries that may have been meant, the likeliest first: all that is wrong put right at once, then each thing alone.
pub fn suggest_fixes(query: &str) -> Vec<QueryFix> {
    let mut found: Vec<QueryFix> = Vec::new();
    let mut all = query.to_owned();
    let mut whys = Vec::new();
    for (why, mend) in MENDS {
        let mended = mend(&all);
        if mended != all {
            all = mended;
            whys.push(*why);
        }
    }
    if let [first, ..] = whys.as_slice() {
        found.push(QueryFix { why: first, query: all });
    }
    for (why, mend) in MENDS {
        let mended = mend(query);
        if mended != query && found.iter().all(|fix| fix.query != mended) {
            found.push(QueryFix { why, query: mended });
        }
    }
    found
}

/// A query to try instead, where the mistake is one that many make.
pub fn suggest_metrics_query(query: &str, message: &str) -> Option<String> {
    if query.trim().is_empty() {
        return Some("{ } | rate()".to_owned());
    }
    let mended = suggest_fixes(query).into_iter().next().map(|fix| fix.query);
    if message.contains("not a metrics query") {
        return Some(format!("{} | rate()", mended.as_deref().unwrap_or(query).trim()));
    }
    mended
}

type QueryRewrite = fn(&str) -> String;

const MENDS: &[(&str, QueryRewrite)] = &[
    ("put strings in straight double quotes", straighten_quotes),
    ("put the filter in braces", add_braces),
    ("join conditions with && or ||", fix_connectives),
    ("use a single = for equality", fix_double_equals),
    ("put a scope or a dot before the attribute", add_scopes),
    ("put a scope or a dot before the attribute", scope_group_fields),
    ("close the bracket", close_brackets),
    ("write statuses and kinds without quotes", unquote_keywords),
    ("write the unit right after the number: ms, s, m, h", attach_units),
    ("put strings in double quotes", quote_texts),
];

/// The query with some of its tokens replaced.
fn apply_replacements(query: &str, changes: Vec<(Range<usize>, String)>) -> String {
    let mut out = query.to_owned();
    for (place, text) in changes.into_iter().rev() {
        out.replace_range(place, &text);
    }
    out
}

fn straighten_quotes(query: &str) -> String {
    let straight: String = query
        .chars()
        .map(|c| {
            if matches!(c, '“' | '”' | '„' | '«' | '»') {
                '"'
            } else {
                c
            }
        })
        .collect();
    // Single quotes are meant as quotes where they come in pairs and hold no double ones.
    let pieces: Vec<&str> = straight.split('\'').collect();
    if pieces.len() > 1 && pieces.len() % 2 == 1 && !straight.contains('"') {
        return pieces.join("\"");
    }
    straight
}

fn add_braces(query: &str) -> String {
    let text = query.trim();
    let opened = text.matches('{').count();
    let closed = text.matches('}').count();
    if opened == 0 && closed == 0 && !text.is_empty() {
        return match text.split_once(" | ") {
            Some((filter, rest)) => format!("{{ {filter} }} | {rest}"),
            None => format!("{{ {text} }}"),
        };
    }
    if opened == closed + 1 {
        return match text.split_once(" | ") {
            Some((filter, rest)) => format!("{filter} }} | {rest}"),
            None => format!("{text} }}"),
        };
    }
    query.to_owned()
}

/// Round brackets that are left open at the end. What ends with one lacks more than its closing.
fn close_brackets(query: &str) -> String {
    let count = |wanted: &str| {
        let tokens = scan_tokens(query);
        let signs = tokens
            .iter()
            .filter(|(token, _)| *token == TraceqlToken::Sign(wanted.to_owned()));
        signs.count()
    };
    let text = query.trim_end();
    let missing = count("(").saturating_sub(count(")"));
    if missing == 0 || text.ends_with('(') {
        return query.to_owned();
    }
    format!("{text}{}", ")".repeat(missing))
}

/// Names after `by (` that have no scope.
fn scope_group_fields(query: &str) -> String {
    let tokens = scan_tokens(query);
    let mut changes = Vec::new();
    let mut inside = false;
    for at in 0..tokens.len() {
        match &tokens[at].0 {
            TraceqlToken::Sign(sign) if sign == "(" => {
                inside = at > 0 && tokens[at - 1].0 == TraceqlToken::Word("by".to_owned());
            }
            TraceqlToken::Sign(sign) if sign == ")" => inside = false,
            TraceqlToken::Word(field) if inside && field.contains('.') && !is_known_field(field) => {
                changes.push((tokens[at].1.clone(), add_scope(field)));
            }
            _ => {}
        }
    }
    apply_replacements(query, changes)
}

fn fix_connectives(query: &str) -> String {
    let changes = scan_tokens(query)
        .into_iter()
        .filter_map(|(token, place)| match token {
            TraceqlToken::Word(word) if word.eq_ignore_ascii_case("and") => Some((place, "&&".to_owned())),
            TraceqlToken::Word(word) if word.eq_ignore_ascii_case("or") => Some((place, "||".to_owned())),
            TraceqlToken::Sign(sign) if sign == "&" => Some((place, "&&".to_owned())),
            _ => None,
        })
        .collect();
    apply_replacements(query, changes)
}

fn fix_double_equals(query: &str) -> String {
    let tokens = scan_tokens(query);
    let changes = tokens
        .windows(2)
        .filter_map(|two| match two {
            [(TraceqlToken::Sign(a), first), (TraceqlToken::Sign(b), second)]
                if a == "=" && b == "=" && first.end == second.start =>
            {
                Some((first.start..second.end, "=".to_owned()))
            }
            _ => None,
        })
        .collect();
    apply_replacements(query, changes)
}

fn add_scopes(query: &str) -> String {
    let tokens = scan_tokens(query);
    let changes = tokens
        .windows(2)
        .filter_map(|two| {
            let [(TraceqlToken::Word(field), place), (TraceqlToken::Sign(sign), _)] = two else {
                return None;
            };
            let is_number = field.starts_with(|c: char| c.is_ascii_digit());
            (is_comparison(sign) && !is_known_field(field) && !is_number).then(|| (place.clone(), add_scope(field)))
        })
        .collect();
    apply_replacements(query, changes)
}

fn is_known_field(word: &str) -> bool {
    word.starts_with('.')
        || word.contains(':')
        || INTRINSICS.contains(&word)
        || word.starts_with("parent.")
        || split_scope(word).is_some()
}

fn add_scope(field: &str) -> String {
    if RESOURCE_KEYS.iter().any(|key| field.starts_with(key)) {
        format!("resource.{field}")
    } else {
        format!(".{field}")
    }
}

fn unquote_keywords(query: &str) -> String {
    let tokens = scan_tokens(query);
    let changes = tokens
        .windows(3)
        .filter_map(|three| {
            let [
                (TraceqlToken::Word(field), _),
                (TraceqlToken::Sign(_), _),
                (value, place),
            ] = three
            else {
                return None;
            };
            let of_field = matches!(field.as_str(), "status" | "kind" | "span:status" | "span:kind");
            let word = match value {
                TraceqlToken::Text(word) => word.to_lowercase(),
                TraceqlToken::Word(word) if KEYWORDS.contains(&word.to_lowercase().as_str()) => word.to_lowercase(),
                _ => return None,
            };
            (of_field && KEYWORDS.contains(&word.as_str())).then(|| (place.clone(), word))
        })
        .collect();
    apply_replacements(query, changes)
}

fn attach_units(query: &str) -> String {
    let tokens = scan_tokens(query);
    let mut changes = Vec::new();
    for (at, three) in tokens.windows(3).enumerate() {
        let [
            (TraceqlToken::Word(field), _),
            (TraceqlToken::Sign(_), _),
            (TraceqlToken::Word(number), place),
        ] = three
        else {
            continue;
        };
        // The unit stands behind the number, or after a space.
        let (digits, unit, end) = match (number.find(|c: char| c.is_ascii_alphabetic()), tokens.get(at + 3)) {
            (Some(split), _) => (&number[..split], &number[split..], place.end),
            (None, Some((TraceqlToken::Word(unit), last))) => (number.as_str(), unit.as_str(), last.end),
            _ => continue,
        };
        let fits = field.to_lowercase().contains("duration") && digits.parse::<f64>().is_ok();
        if let Some(unit) = parse_unit(unit).filter(|_| fits) {
            changes.push((place.start..end, format!("{digits}{unit}")));
        }
    }
    apply_replacements(query, changes)
}

fn parse_unit(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "ms" | "msec" | "millis" | "millisecond" | "milliseconds" => Some("ms"),
        "s" | "sec" | "secs" | "second" | "seconds" => Some("s"),
        "m" | "min" | "mins" | "minute" | "minutes" => Some("m"),
        "h" | "hour" | "hours" => Some("h"),
        "us" | "µs" | "microseconds" => Some("us"),
        _ => None,
    }
}

fn quote_texts(query: &str) -> String {
    let tokens = scan_tokens(query);
    let mut changes = Vec::new();
    for at in 0..tokens.len() {
        let [
            (TraceqlToken::Word(field), _),
            (TraceqlToken::Sign(sign), _),
            (TraceqlToken::Word(value), place),
        ] = &tokens[at..(at + 3).min(tokens.len())]
        else {
            continue;
        };
        let texts = ["=", "!=", "=~", "!~"].contains(&sign.as_str());
        let is_value = KEYWORDS.contains(&value.as_str())
            || value.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            || value.starts_with("parent.")
            || split_scope(value).is_some();
        if !texts || is_value || matches!(field.as_str(), "status" | "kind") {
            continue;
        }
        // The text goes on over further words, up to a sign.
        let mut end = place.end;
        for (token, next) in &tokens[at + 3..] {
            match token {
                TraceqlToken::Sign(sign) if sign == "/" => end = next.end,
                TraceqlToken::Word(word) if !matches!(word.as_str(), "and" | "or" | "AND" | "OR") => end = next.end,
                _ => break,
            }
        }
        changes.push((place.start..end, quote_query_text(&query[place.start..end])));
    }
    apply_replacements(query, changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_fix_is_what_was_meant() {
        for (given, meant) in [
            (
                "{ resource.service.name = checkout }",
                r#"{ resource.service.name = "checkout" }"#,
            ),
            ("{ resource.service.name = 'x' }", r#"{ resource.service.name = "x" }"#),
            ("{ resource.service.name = “x” }", r#"{ resource.service.name = "x" }"#),
            (r#"{ service.name = "x" }"#, r#"{ resource.service.name = "x" }"#),
            (r#"{ http.method = "GET" }"#, r#"{ .http.method = "GET" }"#),
            (r#"resource.service.name = "x""#, r#"{ resource.service.name = "x" }"#),
            ("service.name = x", r#"{ resource.service.name = "x" }"#),
            (r#"{ .a == "b" }"#, r#"{ .a = "b" }"#),
            (
                r#"{ .a = "b" AND .c = 1 or .d = 2 }"#,
                r#"{ .a = "b" && .c = 1 || .d = 2 }"#,
            ),
            (r#"{ status = "error" }"#, "{ status = error }"),
            ("{ status = ERROR }", "{ status = error }"),
            (r#"{ kind = "server" }"#, "{ kind = server }"),
            ("{ duration > 5 sec }", "{ duration > 5s }"),
            ("{ duration > 5sec }", "{ duration > 5s }"),
            (r#"{ .a = "b" "#, r#"{ .a = "b" }"#),
            (
                "{ kind=server } | rate() by (service.name)",
                "{ kind=server } | rate() by (resource.service.name)",
            ),
            ("{ } | rate() by (name", "{ } | rate() by (name)"),
            ("{ name = GET /cart }", r#"{ name = "GET /cart" }"#),
        ] {
            let found = suggest_fixes(given);
            assert_eq!(
                found.first().map(|fix| fix.query.as_str()),
                Some(meant),
                "{given}: {found:?}"
            );
        }
        assert_eq!(suggest_fixes(r#"{ resource.service.name = "x" && duration > 5s }"#), []);
    }

    #[test]
    fn the_usual_mistakes_have_a_way_out() {
        for (query, message, expected) in [
            (
                "{ status = error }",
                "not a metrics query",
                "{ status = error } | rate()",
            ),
            ("{ status = error", "unexpected end of the query", "{ status = error }"),
            ("", "unexpected end of the query", "{ } | rate()"),
            (
                "{ http.status_code = 500 } | rate()",
                "unknown identifier: http.status_code",
                "{ .http.status_code = 500 } | rate()",
            ),
            (
                "{ duration > 100 sec } | rate()",
                "unexpected IDENTIFIER",
                "{ duration > 100s } | rate()",
            ),
        ] {
            assert_eq!(
                suggest_metrics_query(query, message).as_deref(),
                Some(expected),
                "{query}"
            );
        }
        assert_eq!(suggest_metrics_query("{ } | rate()", "something else"), None);
        assert_eq!(suggest_metrics_query("{ resource.a.b = 1 } | rat()", "x"), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(query in "\\PC{0,60}", words in "[{}a-z.='\"“” &|>0-9]{0,60}") {
            let _ = suggest_fixes(&query);
            let _ = suggest_fixes(&words);
        }
    }
}
