//! The one wildcard that ids need: `*` stands for any run of characters, also for none.

/// True where the whole of `text` matches `pattern`. Everything but `*` stands for itself.
pub fn matches_glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The same as a regular expression (RE2).
pub fn convert_glob_to_regex(pattern: &str) -> String {
    let mut regex = String::new();
    for c in pattern.chars() {
        match c {
            '*' => regex.push_str(".*"),
            c if r"\.+?()[]{}|^$".contains(c) => regex.extend(['\\', c]),
            c => regex.push(c),
        }
    }
    regex
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_regular_expression_says_the_same() {
        assert_eq!(convert_glob_to_regex("GET /a.b*"), r"GET /a\.b.*");
        assert_eq!(convert_glob_to_regex(r"\(*"), r"\\\(.*");
    }

    #[test]
    fn stars_stand_for_any_run() {
        for (pattern, text, expected) in [
            ("query.by-id", "query.by-id", true),
            ("query.*", "query.by-id", true),
            ("*.by-id", "query.by-id", true),
            ("q*by*d", "query.by-id", true),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("query", "query.by-id", false),
            ("aa*aa", "aaa", false),
            ("a*b*", "acb", true),
            ("q?ery", "query", false),
        ] {
            assert_eq!(matches_glob(pattern, text), expected, "{pattern} over {text}");
        }
    }

    /// The textbook definition, slow and obviously right.
    fn by_definition(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some((&'*', rest)) => (0..=text.len()).any(|skip| by_definition(rest, &text[skip..])),
            Some((c, rest)) => text
                .split_first()
                .is_some_and(|(t, more)| t == c && by_definition(rest, more)),
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(pattern in "[ab*é]{0,7}", text in "[abé]{0,9}") {
            let slow = by_definition(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>());
            prop_assert_eq!(matches_glob(&pattern, &text), slow);
        }

        #[test]
        fn any_text_is_taken(pattern in ".*", text in ".*") {
            matches_glob(&pattern, &text);
            prop_assert!(matches_glob("*", &text));
        }
    }
}
