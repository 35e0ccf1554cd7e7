//! What Tempo says about a query that it does not take (grafana/tempo v3.0.3: pkg/traceql/parse.go, lexer.go,
//! ast_validate.go), with the place in the query.

use super::scan::{TraceqlToken, scan_tokens};
use crate::parse::query_error::{self, QueryError};

/// Why a query was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceqlProblem {
    /// Tempo's words.
    pub message: String,
    /// The line of the query, from 0.
    pub line: usize,
    /// The column in characters, from 0; `None` where Tempo gives no place and none can be told.
    pub column: Option<usize>,
    /// How many characters are concerned.
    pub width: usize,
}

/// What is said of a query, where that is what an answer says.
pub fn parse_problem(body: &str, query: &str) -> Option<TraceqlProblem> {
    if !body.trim_start().starts_with("invalid TraceQL query: ") {
        return None;
    }
    let QueryError { message, place } = query_error::parse_tempo_error(body);
    let Some((line, column)) = place else {
        return Some(locate_problem(&message, query));
    };
    // Tempo counts from 1, and calls the line of the very first word 0.
    let (line, column) = (line.saturating_sub(1), column.saturating_sub(1));
    Some(TraceqlProblem {
        width: measure_word_at(query, line, column),
        message,
        line,
        column: Some(column),
    })
}

/// A refusal that names an expression, not a place: `… same type: status = `error``.
fn locate_problem(text: &str, query: &str) -> TraceqlProblem {
    let named = text.rsplit(": ").next().unwrap_or_default().replace('`', "\"");
    let place = query.find(&named).map(|at| (at, named.len())).or_else(|| {
        let field = named.split_whitespace().next()?;
        Some((query.find(field).filter(|_| field.len() > 1)?, field.len()))
    });
    let (line, column, width) = match place {
        Some((at, length)) => {
            let before = &query[..at];
            let line = before.matches('\n').count();
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
            (line, Some(column), query[at..at + length].chars().count())
        }
        None => (0, None, 0),
    };
    TraceqlProblem {
        message: text.to_owned(),
        line,
        column,
        width: width.max(1),
    }
}

/// How long the word at a place is.
fn measure_word_at(query: &str, line: usize, column: usize) -> usize {
    let Some(text) = query.lines().nth(line) else {
        return 1;
    };
    let at = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
    scan_tokens(text)
        .into_iter()
        .find(|(_, place)| place.start <= at && at < place.end)
        .map_or(1, |(token, place)| match token {
            TraceqlToken::Sign(_) => 1,
            _ => text[at..place.end].chars().count(),
        })
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(body: &str, query: &str) -> (usize, Option<usize>, usize) {
        let found = parse_problem(&format!("invalid TraceQL query: {body}"), query).expect("a problem");
        (found.line, found.column, found.width)
    }

    /// Every answer as Tempo 3.0.3 gave it.
    #[test]
    fn the_place_is_where_tempo_says() {
        let query = "{ resource.service.name = checkout }";
        assert_eq!(
            at("parse error at line 1, col 27: unknown identifier: checkout", query),
            (0, Some(26), 8)
        );
        let query = "{ .a = \"b\"\n && .c = }";
        assert_eq!(
            at("parse error at line 2, col 10: syntax error: unexpected }", query),
            (1, Some(9), 1)
        );
        let query = "resource.service.name = \"x\"";
        assert_eq!(
            at(
                "parse error at line 0, col 1: syntax error: unexpected resource.",
                query
            ),
            (0, Some(0), 21)
        );
        let query = "{ .a = \"b\" ";
        assert_eq!(
            at("parse error at line 1, col 12: syntax error: unexpected $end", query),
            (0, Some(11), 1)
        );
        let query = "{ status = \"error\" }";
        assert_eq!(
            at(
                "binary operations must operate on the same type: status = `error`",
                query
            ),
            (0, Some(2), 16)
        );
        assert_eq!(parse_problem("no org id", "{}"), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(body in "\\PC{0,60}", query in "\\PC{0,40}", line in 0usize..5, column in 0usize..90) {
            let _ = parse_problem(&format!("invalid TraceQL query: {body}"), &query);
            let _ = parse_problem(&format!("invalid TraceQL query: parse error at line {line}, col {column}: {body}"), &query);
        }
    }
}
