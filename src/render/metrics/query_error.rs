//! A query that a server refuses: its message, the query, and a caret under the place.

use super::super::style::{Style, Tone};
use super::super::{caret, error::render_error, sanitize};

/// `error: …`, the line of the query with a caret under the column, and what to try.
pub fn render_query_error(
    message: &str,
    query: &str,
    place: Option<(usize, usize)>,
    advice: &[String],
    style: Style,
) -> String {
    let head = render_error(message, &[], style);
    let tail: String = advice
        .iter()
        .map(|line| format!("  {} {}\n", style.dim("try:"), style.command(&style.line(line))))
        .collect();
    let Some((line, column)) = place else {
        return head + &tail;
    };
    // Tempo calls the line of the very first word 0.
    let line = line.saturating_sub(1);
    if query.lines().nth(line).is_none() {
        return head + &tail;
    }
    let shown = caret::render_caret(&sanitize::sanitize_block(query), line, column.saturating_sub(1), 1);
    let (text, caret) = shown.split_once('\n').unwrap_or((&shown, ""));
    let caret = style.tone(Tone::Bad, caret);
    format!("{head}  {}\n  {caret}\n{tail}", style.line(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        let text = render_query_error(
            "PromQL: unclosed left parenthesis",
            "sum(",
            Some((1, 5)),
            &[],
            Style::PLAIN,
        );
        assert_eq!(text, "error: PromQL: unclosed left parenthesis\n  sum(\n      ^\n");
        let text = render_query_error("x", "é注 {", Some((1, 4)), &["y".to_owned()], Style::PLAIN);
        assert_eq!(text, "error: x\n  é注 {\n      ^\n  try: y\n");
    }

    proptest! {
        #[test]
        fn any_place_is_survived(query in "\\PC{0,20}\\n?\\PC{0,20}", line in 0usize..5, column in 0usize..99) {
            let _ = render_query_error("no", &query, Some((line, column)), &[], Style::PLAIN);
        }
    }
}
