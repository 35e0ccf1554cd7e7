//! What would probably make a TraceQL metrics query right that Tempo refused.

use super::traceql;

/// A query to try instead, where the mistake is one that many make.
pub fn suggest_query(query: &str, message: &str) -> Option<String> {
    if query.trim().is_empty() {
        return Some("{ } | rate()".to_owned());
    }
    let mended = traceql::suggest_fixes(query).into_iter().next().map(|fix| fix.query);
    if message.contains("not a metrics query") {
        return Some(format!("{} | rate()", mended.as_deref().unwrap_or(query).trim()));
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(suggest_query(query, message).as_deref(), Some(expected), "{query}");
        }
        assert_eq!(suggest_query("{ } | rate()", "something else"), None);
        assert_eq!(suggest_query("{ resource.a.b = 1 } | rat()", "x"), None);
    }
}
