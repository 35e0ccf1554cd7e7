//! Quoting. What servers and files say becomes part of commands that a person may paste: it has to stay one harmless word.

/// One word of a shell. A control character would break the line or steer the terminal: such a word is written as `$'…'`,
/// which bash, zsh and ksh read.
pub fn quote_shell(word: &str) -> String {
    // Whatever means nothing to any shell stands as it is: `{a,b}` and `!x` do mean something to bash, `=x` to zsh.
    let plain = |c: char| c.is_alphanumeric() || "-_./:@,+=".contains(c);
    if !word.is_empty() && !word.starts_with('=') && word.chars().all(plain) {
        return word.to_owned();
    }
    if !word.contains(|c: char| c.is_control()) {
        return quote_posix(word);
    }
    let mut out = "$'".to_owned();
    for c in word.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// One word of a script for any POSIX shell, always in quotes.
pub fn quote_posix(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// An argument without a flag. One that begins with a dash would be read as a flag: nothing but arguments may follow it.
pub fn quote_argument(word: &str) -> String {
    let dashes = if word.starts_with('-') && word != "-" {
        "-- "
    } else {
        ""
    };
    format!("{dashes}{}", quote_shell(word))
}

/// A flag with its value: `--service cart`, `--service=-x`.
pub fn quote_flag(flag: &str, value: &str) -> String {
    let between = if value.starts_with('-') { '=' } else { ' ' };
    format!("{flag}{between}{}", quote_shell(value))
}

/// A string of PromQL or TraceQL.
pub fn quote_query_text(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_word_stays_one_and_harmless() {
        for (word, quoted) in [
            ("cart", "cart"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("#x", "'#x'"),
            ("$(reboot)", "'$(reboot)'"),
            ("~", "'~'"),
            ("{a,b}", "'{a,b}'"),
            ("key=value", "key=value"),
            ("a\nb'c\u{1b}", r"$'a\nb\'c\x1b'"),
            ("a\u{85}", r"$'a\u0085'"),
        ] {
            assert_eq!(quote_shell(word), quoted);
        }
    }

    #[test]
    fn a_leading_dash_makes_no_flag() {
        assert_eq!(quote_argument("-x"), "-- -x");
        assert_eq!(quote_argument("-"), "-");
        assert_eq!(quote_flag("--service", "-x"), "--service=-x");
        assert_eq!(quote_flag("--service", "a b"), "--service 'a b'");
    }

    #[cfg(unix)]
    #[test]
    fn bash_reads_the_word_again() {
        let words = [
            "a b",
            "it's \"so\" #1",
            "$(id) `id` \\ !x",
            "a\nb\t'\\\u{1b}",
            "*?[a]",
            "{b,c}",
            "~",
            "!x",
            "注文",
        ];
        let script: String = words
            .iter()
            .map(|word| format!("printf '%s\\0' {}\n", quote_shell(word)))
            .collect();
        let Ok(read) = std::process::Command::new("bash").args(["-c", &script]).output() else {
            return;
        };
        let read = String::from_utf8(read.stdout).expect("text");
        assert_eq!(read.trim_end_matches('\0').split('\0').collect::<Vec<_>>(), words);
    }

    proptest! {
        #[test]
        fn any_word_stays_on_its_line(word in "[\\x00-\\x7f\\u{80}-\\u{9f}]{0,20}") {
            prop_assert!(!quote_shell(&word).contains(|c: char| c.is_control()));
        }
    }
}
