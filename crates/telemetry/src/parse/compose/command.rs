//! `command:` and `entrypoint:`, a list of words or one text that is split as a shell would.

use crate::model::compose::{FileLocation, LocatedValue};
use crate::parse::spanned_yaml::YamlNode;

/// Its words, each with its place.
pub(super) fn parse_command_words(
    node: &YamlNode,
    place: &dyn Fn(&YamlNode) -> FileLocation,
) -> Vec<LocatedValue<String>> {
    let located = |node, value| LocatedValue { value, at: place(node) };
    match node.text() {
        Some(text) => split_shell_words(&text)
            .into_iter()
            .map(|word| located(node, word))
            .collect(),
        None => node
            .items()
            .iter()
            .filter_map(|item| Some(located(item, item.text()?)))
            .collect(),
    }
}

/// Words between spaces; quotes keep spaces, a backslash keeps the next letter.
pub(super) fn split_shell_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => {
                if let Some(next) = letters.next() {
                    word.get_or_insert_default().push(next);
                }
            }
            (letter, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (letter, None) if letter.is_whitespace() => words.extend(word.take()),
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_as_a_shell_splits_them() {
        assert_eq!(
            split_shell_words("-target=all  -config.file=/etc/tempo.yaml"),
            ["-target=all", "-config.file=/etc/tempo.yaml"]
        );
        assert_eq!(
            split_shell_words(r#"sh -c "a 'b' c" \ x ''"#),
            ["sh", "-c", "a 'b' c", " x", ""]
        );
    }
}
