//! Breaking prose into lines.

/// The text in lines of at most `width` characters. A longer word stands alone on its line, whole.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
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
    if used > 0 {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 80), ["one two three"]);
        assert!(wrap("  ", 10).is_empty());
    }

    #[test]
    fn leaves_long_words_whole() {
        assert_eq!(
            wrap("a https://example.org/long b", 6),
            ["a", "https://example.org/long", "b"]
        );
    }

    #[test]
    fn counts_characters_not_bytes() {
        assert_eq!(wrap("≥≥≥ ≥≥≥", 7), ["≥≥≥ ≥≥≥"]);
    }
}
