//! PromQL, read by promql-parser before anything is sent.

use promql_parser::parser::value::ValueType;

use crate::model::promql_durations::parse_promql;

use super::parse_error::ParseError;

/// The shape of what an expression comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromqlValueType {
    /// A number or a vector: a value at every moment.
    Values,
    /// The raw samples of a range: only an instant query takes it.
    Range,
    /// A text.
    Text,
}

/// What an expression comes to, or what is wrong with it. `None` where this reader does not know a function or a
/// construct that a newer server may know: the server decides.
pub fn infer_value_type(expression: &str) -> Result<Option<PromqlValueType>, ParseError> {
    if expression.trim().is_empty() {
        return Err(ParseError::new("the query is empty").with_suggestion("up"));
    }
    match parse_promql(expression) {
        Ok(parsed) => Ok(Some(match parsed.value_type() {
            ValueType::Vector | ValueType::Scalar => PromqlValueType::Values,
            ValueType::Matrix => PromqlValueType::Range,
            ValueType::String => PromqlValueType::Text,
        })),
        Err(message) if is_surely_invalid(expression, &message) => {
            Err(ParseError::new(match find_unclosed(expression) {
                Some(column) => format!("{message}\n{expression}\n{}^", " ".repeat(column)),
                None => message
                    .replace("expected type matrix", "expected a range vector, as x[5m],")
                    .replace("got vector", "got an instant vector"),
            }))
        }
        Err(_) => Ok(None),
    }
}

/// Brackets and quotes that do not close are wrong for every server, and so is a range where a vector is wanted.
fn is_surely_invalid(expression: &str, message: &str) -> bool {
    const SURE: [&str; 5] = [
        "expected type",
        "unclosed",
        "unterminated",
        "unexpected end",
        "the duration ",
    ];
    SURE.iter().any(|word| message.contains(word)) || find_unclosed(expression).is_some()
}

/// Which character, counted from 0, opens what is never closed, or closes what was never opened; comments do not count.
/// Only of an expression on one line, for that is where a place can be shown.
fn find_unclosed(expression: &str) -> Option<usize> {
    if expression.contains('\n') {
        return None;
    }
    let mut open = Vec::new();
    let mut chars = expression.chars().enumerate();
    while let Some((at, c)) = chars.next() {
        match c {
            '(' => open.push((at, ')')),
            '{' => open.push((at, '}')),
            '[' => open.push((at, ']')),
            ')' | '}' | ']' if open.pop().is_none_or(|(_, end)| end != c) => return Some(at),
            '#' => break,
            '"' | '\'' | '`' => {
                let mut escaped = false;
                let end = chars.by_ref().find(|(_, next)| {
                    let ends = *next == c && !escaped;
                    escaped = c != '`' && *next == '\\' && !escaped;
                    ends
                });
                if end.is_none() {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    open.last().map(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tells_values_from_ranges() {
        assert_eq!(
            infer_value_type("sum by (service) (rate(x[5m]))"),
            Ok(Some(PromqlValueType::Values))
        );
        assert_eq!(infer_value_type("1 + 1"), Ok(Some(PromqlValueType::Values)));
        assert_eq!(infer_value_type("x[5m]"), Ok(Some(PromqlValueType::Range)));
        assert_eq!(infer_value_type("\"a\""), Ok(Some(PromqlValueType::Text)));
    }

    #[test]
    fn the_place_of_what_is_not_closed_is_shown() {
        let refused = infer_value_type("sum(rate(x[5m])").expect_err("an open bracket");
        assert_eq!(refused.message, "unclosed left parenthesis\nsum(rate(x[5m])\n   ^");
        assert_eq!(find_unclosed("x{a=\"(\"} # ("), None);
    }

    #[test]
    fn what_is_surely_wrong_is_refused_and_the_rest_left_to_the_server() {
        for wrong in ["", "sum(", "x{a=\"b}", "rate(x)", "x)", "sum(rate(x[5m])"] {
            assert!(
                infer_value_type(wrong).is_err(),
                "{wrong}: {:?}",
                infer_value_type(wrong)
            );
        }
        for unknown in ["a_function_of_tomorrow(x)", "rate(x[1h+5m])"] {
            assert_eq!(infer_value_type(unknown), Ok(None), "{unknown}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,60}") {
            let _ = infer_value_type(&text);
        }

        #[test]
        fn nearly_promql_is_read(text in "(sum|rate|x|by|[0-9]{1,3}[smh]?|[-+(){}\\[\\]\"'`#=~!,@: ]){0,16}") {
            let _ = (infer_value_type(&text), crate::parse::promql_parts::split_promql(&text));
        }
    }
}
