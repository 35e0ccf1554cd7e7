//! Columns of a terminal: counting them, filling them, breaking prose to fit them.

use unicode_width::UnicodeWidthStr;

/// How many columns the text takes.
pub fn count_columns(text: &str) -> usize {
    text.width()
}

/// The text, with spaces after it up to `width` columns.
pub fn pad_right(text: &str, width: usize) -> String {
    // A width in a format string ends at 65,535 (core::fmt), and panics beyond; texts of servers do not.
    format!("{text}{}", " ".repeat(width.saturating_sub(count_columns(text))))
}

/// The text, with spaces before it up to `width` columns.
pub fn pad_left(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(count_columns(text))))
}

/// The text, or as much of it as `width` columns hold with `mark` at its end.
pub fn cut_text(text: &str, width: usize, mark: &str) -> String {
    if count_columns(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(count_columns(mark));
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let columns = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used + columns > room {
            break;
        }
        used += columns;
        out.push(c);
    }
    // Not even the mark fits: a part of it.
    out.extend(mark.chars().take(width.saturating_sub(used)));
    out
}

/// The text in lines of at most `width` columns. A longer word stands alone on its line, whole.
pub fn wrap_text(text: &str, width: usize) -> Vec<String> {
    wrap_text_hanging(text, width, 0)
}

/// Like [`wrap`]; every line after the first is `hang` columns shorter, for whoever indents it by as much.
pub fn wrap_text_hanging(text: &str, width: usize, hang: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = count_columns(word);
        let limit = if lines.is_empty() {
            width
        } else {
            width.saturating_sub(hang)
        };
        if used > 0 && used + 1 + length > limit {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    if used > 0 || !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Lines below each other: the first behind `lead`, the others `hang` columns further in.
pub fn hang_lines(lead: &str, hang: usize, lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let margin = " ".repeat(hang);
    let leads = std::iter::once(lead).chain(std::iter::repeat(margin.as_str()));
    leads.zip(lines).map(|(lead, line)| format!("{lead}{line}")).collect()
}

/// Parts, a separator between them, in lines of at most `width` columns; no part is broken.
pub fn join_parts(parts: &[String], separator: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let more = index + 1 < parts.len();
        let part = if more {
            format!("{part}{separator}")
        } else {
            part.clone()
        };
        match lines.last_mut() {
            Some(line) if count_columns(line) + count_columns(part.trim_end()) <= width => line.push_str(&part),
            _ => lines.push(part),
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_between_words() {
        assert_eq!(wrap_text("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap_text("one two three", 80), ["one two three"]);
        assert!(wrap_text("  ", 10).is_empty());
    }

    #[test]
    fn leaves_long_words_whole() {
        assert_eq!(
            wrap_text("a https://example.org/long b", 6),
            ["a", "https://example.org/long", "b"]
        );
    }

    #[test]
    fn counts_columns_not_bytes() {
        assert_eq!(wrap_text("≥≥≥ ≥≥≥", 7), ["≥≥≥ ≥≥≥"]);
        assert_eq!(wrap_text("注文 注文", 8), ["注文", "注文"]);
    }

    #[test]
    fn lines_after_the_first_may_hang() {
        assert_eq!(
            wrap_text_hanging("one two three four", 9, 2),
            ["one two", "three", "four"]
        );
    }

    #[test]
    fn cuts_where_the_column_ends() {
        assert_eq!(cut_text("frontend", 8, "…"), "frontend");
        assert_eq!(cut_text("frontend", 6, "…"), "front…");
        assert_eq!(cut_text("注文注文", 6, "…"), "注文…");
        assert_eq!(cut_text("frontend", 1, ".."), ".");
    }

    #[test]
    fn parts_stay_whole() {
        let parts = ["a 1 %", "b 2 %", "c 3 %"].map(str::to_owned);
        assert_eq!(
            join_parts(&parts, " → ", 15),
            ["a 1 % → b 2 % →", "c 3 %"].map(str::to_owned)
        );
        assert!(join_parts(&[], ", ", 10).is_empty());
    }

    #[test]
    fn fills_up_to_the_column() {
        assert_eq!(pad_right("注文", 6), "注文  ");
        assert_eq!(pad_left("✓", 3), "  ✓");
        assert_eq!(pad_right("longer", 3), "longer");
        assert_eq!(pad_right("", 70_000).len(), 70_000);
        assert_eq!(pad_left("", 70_000).len(), 70_000);
    }
}
