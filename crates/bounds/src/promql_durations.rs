//! Numbers in PromQL that stand for durations. Since Prometheus 3 a duration may be a bare number of seconds, and
//! promql-parser panics where `Duration` cannot hold it (`rate(x[1e300])`, `x offset Inf`), so a query is looked over before it
//! is parsed.

use promql_parser::parser::Expr;

use super::time_bounds::duration_of_seconds;

/// Parses PromQL. The only way to the parser.
#[expect(clippy::disallowed_methods, reason = "the durations were looked at")]
pub fn parse_promql(text: &str) -> Result<Expr, String> {
    check_query(text)?;
    promql_parser::parser::parse(text)
}

/// Parentheses within parentheses, and operators of a query, at most: whoever walks a parsed query does so by recursion.
const DEEPEST: usize = 150;
const MOST_OPERATORS: usize = 1_000;

/// Its depth, and the bare numbers where a duration belongs: in brackets, and after `offset`.
fn check_query(text: &str) -> Result<(), String> {
    let mut rest = text;
    let mut in_brackets = false;
    let mut wants_duration = false;
    let (mut depth, mut operators) = (0_usize, 0_usize);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' | '`' => string_length(rest, first),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            _ if is_word(first, in_brackets) => word_length(rest, in_brackets),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        match first {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '+' | '-' | '*' | '/' | '%' | '^' | '=' | '<' | '>' | '!' => operators += 1,
            _ if matches!(token, "and" | "or" | "unless" | "atan2") => operators += 1,
            _ => {}
        }
        if depth > DEEPEST || operators > MOST_OPERATORS {
            return Err("the query is nested too deeply".to_owned());
        }
        match first {
            '#' => {}
            _ if first.is_whitespace() => {}
            '+' | '-' => {}
            '[' => (in_brackets, wants_duration) = (true, true),
            ']' => (in_brackets, wants_duration) = (false, false),
            ':' if in_brackets => wants_duration = true,
            _ => {
                if wants_duration
                    && let Ok(seconds) = token.parse::<f64>()
                    && let Err(why) = duration_of_seconds(seconds)
                {
                    return Err(format!("the duration {token} {why}"));
                }
                wants_duration = token.eq_ignore_ascii_case("offset");
            }
        }
    }
    Ok(())
}

/// A colon belongs to names, and parts the durations of a subquery.
fn is_word(c: char, in_brackets: bool) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.') || c == ':' && !in_brackets
}

/// A name, a keyword, a duration or a number, with the sign of its exponent.
fn word_length(text: &str, in_brackets: bool) -> usize {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || c == '.') && !text.starts_with("0x");
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let is_exponent = is_number && matches!(c, '+' | '-') && matches!(before, 'e' | 'E');
        if !is_word(c, in_brackets) && !is_exponent {
            return at;
        }
        before = c;
    }
    text.len()
}

/// A string with its quotes; all that is left where it does not end.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = quote != '`' && c == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_that_no_clock_holds_are_refused_by_name() {
        for (text, told) in [
            ("rate(x[1e300])", "the duration 1e300 is longer than 100 years"),
            ("rate(x[1E+300])", "the duration 1E+300 is longer than 100 years"),
            (
                "rate(x{a=\"b\"}[ 99999999999999999999 ])",
                "the duration 99999999999999999999 is longer than 100 years",
            ),
            ("x[5m:1e300]", "the duration 1e300 is longer than 100 years"),
            ("x offset 1e300", "the duration 1e300 is longer than 100 years"),
            ("x OFFSET - 1e300", "the duration 1e300 is longer than 100 years"),
            ("x offset # it\n Inf", "the duration Inf is infinite"),
            ("x offset NaN", "the duration NaN is not a number"),
        ] {
            assert_eq!(parse_promql(text).expect_err(text), told);
        }
    }

    #[test]
    fn other_numbers_may_be_as_large_as_they_like() {
        for text in [
            "rate(x[5m]) > 1e300",
            "rate(x[300]) == +Inf",
            "x{le=\"[1e300\"} offset 5m",
            "x{a='\\'[1e300'} > NaN",
            "max_over_time(job:x:rate5m[1h:1m] offset 1w) > 1e300",
            "x @ 1e9 offset -5m",
        ] {
            assert!(parse_promql(text).is_ok(), "{text}: {:?}", parse_promql(text).err());
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let _ = parse_promql(&text);
        }

        #[test]
        fn no_query_panics(
            number in "[+-]?([0-9]{1,25}(\\.[0-9]{0,3})?([eE][+-]?[0-9]{1,3})?|0x[0-9a-f]{1,20}|[iI]nf|[nN]a[nN]|[0-9]{1,25}(ms|s|m|h|d|w|y))",
            other in "([0-9]{1,4}[smh]?|1e[0-9]{1,3})?",
            form in 0..6,
        ) {
            let text = match form {
                0 => format!("rate(x[{number}])"),
                1 => format!("max_over_time(x[5m:{number}])"),
                2 => format!("x offset {number}"),
                3 => format!("x[{number}:{other}] offset {other}"),
                4 => format!("x @ {number} offset -{other}"),
                _ => format!("{{a=\"[\"}}[{other}] # [{number}\noffset {number}"),
            };
            if let Ok(parsed) = parse_promql(&text) {
                let _ = parsed.to_string();
            }
        }
    }
}
