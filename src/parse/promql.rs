//! PromQL, read by promql-parser before anything is sent.

use promql_parser::parser::{Expr, VectorSelector, value::ValueType};

use crate::model::promql_durations::parse_promql;

use super::rejected::Rejected;

/// The shape of what an expression comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A number or a vector: a value at every moment.
    Values,
    /// The raw samples of a range: only an instant query takes it.
    Range,
    /// A text.
    Text,
}

/// What an expression comes to, or what is wrong with it. `None` where this reader does not know a function or a
/// construct that a newer server may know: the server decides.
pub fn read(expression: &str) -> Result<Option<Shape>, Rejected> {
    if expression.trim().is_empty() {
        return Err(Rejected::new("the query is empty").suggesting("up"));
    }
    match parse_promql(expression) {
        Ok(parsed) => Ok(Some(match parsed.value_type() {
            ValueType::Vector | ValueType::Scalar => Shape::Values,
            ValueType::Matrix => Shape::Range,
            ValueType::String => Shape::Text,
        })),
        Err(message) if is_surely_wrong(expression, &message) => Err(Rejected::new(match unclosed(expression) {
            Some(column) => format!("{message}\n{expression}\n{}^", " ".repeat(column)),
            None => message
                .replace("expected type matrix", "expected a range vector, as x[5m],")
                .replace("got vector", "got an instant vector"),
        })),
        Err(_) => Ok(None),
    }
}

/// A metric that an expression asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// Its name.
    pub name: String,
    /// What its labels have to be: `service="cart"`.
    pub matchers: Vec<String>,
}

/// The metrics that an expression names, in the order in which they stand there.
pub fn selectors(expression: &str) -> Vec<Selector> {
    let mut found = Vec::new();
    if let Ok(parsed) = parse_promql(expression) {
        walk(&parsed, &mut found);
    }
    found
}

fn walk(expr: &Expr, found: &mut Vec<Selector>) {
    match expr {
        Expr::VectorSelector(selector) => found.extend(named(selector)),
        Expr::MatrixSelector(matrix) => found.extend(named(&matrix.vs)),
        Expr::Aggregate(aggregate) => walk(&aggregate.expr, found),
        Expr::Unary(unary) => walk(&unary.expr, found),
        Expr::Paren(paren) => walk(&paren.expr, found),
        Expr::Subquery(subquery) => walk(&subquery.expr, found),
        Expr::Binary(binary) => {
            walk(&binary.lhs, found);
            walk(&binary.rhs, found);
        }
        Expr::Call(call) => call.args.args.iter().for_each(|argument| walk(argument, found)),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
    }
}

fn named(selector: &VectorSelector) -> Option<Selector> {
    let matchers = selector.matchers.matchers.iter();
    Some(Selector {
        name: selector.name.clone()?,
        matchers: matchers
            .filter(|one| one.name != "__name__")
            .map(ToString::to_string)
            .collect(),
    })
}

/// Brackets and quotes that do not close are wrong for every server, and so is a range where a vector is wanted.
fn is_surely_wrong(expression: &str, message: &str) -> bool {
    const SURE: [&str; 5] = [
        "expected type",
        "unclosed",
        "unterminated",
        "unexpected end",
        "the duration ",
    ];
    SURE.iter().any(|word| message.contains(word)) || unclosed(expression).is_some()
}

/// Which character, counted from 0, opens what is never closed, or closes what was never opened; comments do not count.
/// Only of an expression on one line, for that is where a place can be shown.
fn unclosed(expression: &str) -> Option<usize> {
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
        assert_eq!(read("sum by (service) (rate(x[5m]))"), Ok(Some(Shape::Values)));
        assert_eq!(read("1 + 1"), Ok(Some(Shape::Values)));
        assert_eq!(read("x[5m]"), Ok(Some(Shape::Range)));
        assert_eq!(read("\"a\""), Ok(Some(Shape::Text)));
    }

    #[test]
    fn the_place_of_what_is_not_closed_is_shown() {
        let refused = read("sum(rate(x[5m])").expect_err("an open bracket");
        assert_eq!(refused.message, "unclosed left parenthesis\nsum(rate(x[5m])\n   ^");
        assert_eq!(unclosed("x{a=\"(\"} # ("), None);
    }

    #[test]
    fn metrics_are_found_wherever_they_stand() {
        let found = selectors("sum(rate(a{b=\"c\",d=~\"e|f\"}[5m])) / on (x) -(g) > 1");
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].name.as_str(), found[0].matchers.len()), ("a", 2));
        assert_eq!(found[0].matchers[0], "b=\"c\"");
        assert_eq!(found[1].name, "g");
        assert!(selectors("sum(").is_empty());
    }

    #[test]
    fn what_is_surely_wrong_is_refused_and_the_rest_left_to_the_server() {
        for wrong in ["", "sum(", "x{a=\"b}", "rate(x)", "x)", "sum(rate(x[5m])"] {
            assert!(read(wrong).is_err(), "{wrong}: {:?}", read(wrong));
        }
        for unknown in ["a_function_of_tomorrow(x)", "rate(x[1h+5m])"] {
            assert_eq!(read(unknown), Ok(None), "{unknown}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,60}") {
            let _ = read(&text);
        }

        #[test]
        fn nearly_promql_is_read(text in "(sum|rate|x|by|[0-9]{1,3}[smh]?|[-+(){}\\[\\]\"'`#=~!,@: ]){0,16}") {
            let _ = (read(&text), selectors(&text));
        }
    }
}
