//! The place in a query that a server does not take.

use super::wrap::count_columns;

/// The line of the query in question, and below it a caret under the place: `column` and `width` in characters from 0.
pub fn render_caret(query: &str, line: usize, column: usize, width: usize) -> String {
    let text = query.lines().nth(line).unwrap_or_default();
    let before: String = text.chars().take(column).collect();
    let beyond = column.saturating_sub(text.chars().count());
    let marked: String = text.chars().skip(column).take(width.max(1)).collect();
    let carets = count_columns(&marked).max(1);
    format!(
        "{text}\n{}{}",
        " ".repeat(count_columns(&before) + beyond),
        "^".repeat(carets)
    )
}

#[cfg(test)]
mod tests {
    use super::render_caret;

    #[test]
    fn the_caret_stands_under_the_place() {
        assert_eq!(render_caret("{ .a = b }", 0, 7, 1), "{ .a = b }\n       ^");
        assert_eq!(render_caret("{ .注 = bc }", 0, 7, 2), "{ .注 = bc }\n        ^^");
        assert_eq!(render_caret("{ .a\n= b", 1, 2, 1), "= b\n  ^");
        assert_eq!(render_caret("{", 0, 3, 9), "{\n   ^");
    }
}
