//! `.env` and the files of `env_file`: `NAME=value` a line, with quotes, comments and an optional `export`.

use std::collections::BTreeMap;

/// The pairs of a file. Lines that are none are left out.
pub(super) fn parse_env_file(text: &str) -> BTreeMap<String, String> {
    text.lines().filter_map(parse_env_line).collect()
}

fn parse_env_line(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    if line.starts_with('#') {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    if name.is_empty() || name.contains(char::is_whitespace) {
        return None;
    }
    Some((name.to_owned(), unquote_env_value(value.trim())))
}

fn unquote_env_value(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote)
            && let Some(end) = inner.find(quote)
        {
            return inner[..end].to_owned();
        }
    }
    match value.find(" #") {
        Some(at) => value[..at].trim_end().to_owned(),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_export() {
        let text = "# no\nA=1\nexport B = two # why\nC=\"x # y\"\nD='z'\nE=\nnothing\n";
        let pairs = parse_env_file(text);
        let expected = [("A", "1"), ("B", "two"), ("C", "x # y"), ("D", "z"), ("E", "")];
        assert_eq!(pairs.len(), expected.len());
        for (name, value) in expected {
            assert_eq!(pairs[name], value, "{name}");
        }
    }
}
